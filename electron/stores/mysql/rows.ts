/** The columns of visits and booths, and what a row with them says. */
import type { BoothRow, VisitRow } from '../../core/ports.ts';
import { toId, toNumber, toNumberOrNull, toScore, toStatus, toText } from '../row-values.ts';
import type { Row } from './query.ts';

/** The columns `visitRow` reads. `w` is waiting, `u` users, `v` kiosk_visitor. Times by the session's zone become epoch ms. */
export const VISIT_COLUMNS = `w.id AS waiting_id, w.booth_id AS visit_booth_id, w.user_id, w.status, w.kiosk_ticket,
  COALESCE(w.kiosk_rev, 0) AS revision, ${epochMs('w.called_at')} AS called_ms, ${epochMs('w.entered_at')} AS entered_ms,
  u.nickname, v.number`;
export const VISIT_JOINS = `LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;

/** SQL for epoch milliseconds of a date column or NOW(6), in the session's zone. */
export function epochMs(expression: string): string {
  return `CAST(ROUND(UNIX_TIMESTAMP(${expression}) * 1000) AS SIGNED)`;
}

export function visitRow(row: Row): VisitRow {
  return {
    waitingId: toId(row['waiting_id'], 'waiting'),
    boothId: toId(row['visit_booth_id'], 'booth'),
    userId: toId(row['user_id'], 'users'),
    status: toStatus(row['status']),
    score: row['kiosk_ticket'] === null ? null : toScore(row['kiosk_ticket'], 'waiting.kiosk_ticket'),
    revision: toNumber(row['revision'], 'waiting.kiosk_rev'),
    calledAtMs: toNumber(row['called_ms'], 'waiting.called_at'),
    enteredAtMs: toNumberOrNull(row['entered_ms'], 'waiting.entered_at'),
    name: toText(row['nickname']),
    number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
  };
}

/** The columns `boothRow` reads. `b` is booth, `k` kiosk_booth. */
export const BOOTH_COLUMNS = 'b.id AS booth_id, b.name AS booth_name, b.status AS booth_status, b.capacity, COALESCE(k.gen, 0) AS gen';

export function boothRow(row: Row): BoothRow {
  return {
    boothId: toId(row['booth_id'], 'booth'),
    name: toText(row['booth_name']),
    status: row['booth_status'] === 'OPEN' ? 'OPEN' : 'CLOSED',
    capacity: toNumber(row['capacity'], 'booth.capacity'),
    generation: toNumber(row['gen'], 'kiosk_booth.gen'),
  };
}
