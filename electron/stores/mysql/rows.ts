/** From rows, in which the driver leaves big and decimal numbers as text, to the domain's values. */
import { StoreFailure, type BoothRow, type VisitRow } from '../../core/ports.ts';
import type { CompletionType, WaitingStatus } from '../../core/waiting.ts';
import type { Row } from './lane.ts';

/** The columns `visitRow` reads. `w` is waiting, `u` users, `v` kiosk_visitor. Times by the session's zone become epoch ms. */
export const VISIT_COLUMNS = `w.id AS waiting_id, w.booth_id, w.user_id, w.status, w.completion_type, w.kiosk_ticket,
  COALESCE(w.kiosk_rev, 0) AS revision, ${epochMs('w.called_at')} AS called_ms, ${epochMs('w.entered_at')} AS entered_ms,
  u.nickname, v.number`;
export const VISIT_JOINS = `LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;

/** SQL for epoch milliseconds of a date column or NOW(6), in the session's zone. */
export function epochMs(expression: string): string {
  return `CAST(ROUND(UNIX_TIMESTAMP(${expression}) * 1000) AS SIGNED)`;
}

/** An id as the kiosk can hold it exactly. Throws StoreFailure LEDGER_UNFIT naming table and id. */
export function toId(value: unknown, table: string): number {
  const id = Number(value);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new StoreFailure('LEDGER_UNFIT', `The ledger cannot serve: table ${table} holds the id ${String(value)}, which is outside 1 to 2^53.`, 'no');
}

export function toNumber(value: unknown): number {
  return Number(value);
}

export function toNumberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The score is read from the ticket's text, which is exact by construction. */
export function scoreOfTicket(ticket: unknown): number | null {
  return typeof ticket === 'string' ? Number(ticket.slice(ticket.lastIndexOf(':') + 1)) : null;
}

export function visitRow(row: Row): VisitRow {
  return {
    waitingId: toId(row['waiting_id'], 'waiting'),
    boothId: toId(row['booth_id'], 'booth'),
    userId: toId(row['user_id'], 'users'),
    status: toText(row['status']) as WaitingStatus,
    completionType: row['completion_type'] === null ? null : (toText(row['completion_type']) as CompletionType),
    score: scoreOfTicket(row['kiosk_ticket']),
    revision: toNumber(row['revision']),
    calledAtMs: toNumber(row['called_ms']),
    enteredAtMs: toNumberOrNull(row['entered_ms']),
    name: toText(row['nickname']),
    number: toNumberOrNull(row['number']),
  };
}

/** Reads booth_id, booth_name, booth_status, capacity, gen. */
export function boothRow(row: Row): BoothRow {
  return {
    boothId: toId(row['booth_id'], 'booth'),
    name: toText(row['booth_name']),
    status: row['booth_status'] === 'OPEN' ? 'OPEN' : 'CLOSED',
    capacity: toNumber(row['capacity']),
    generation: toNumber(row['gen']),
  };
}
