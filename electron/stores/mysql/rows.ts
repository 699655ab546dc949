/** The columns of visits and booths, and what a row with them says. */
import type { BoothRow, VisitRow } from '../../core/ports.ts';
import { toCapacity, toId, toNumber, toNumberOrNull, toStatus, toText, toTicketScore } from '../row-values.ts';
import type { Row } from './query.ts';

/**
 * The columns `visitRow` reads. `w` is waiting, `u` users, `v` kiosk_visitor. Times by the session's zone become epoch ms.
 * The server says which status it is: to its collation "called" may be CALLED, and every rule it checks goes by that. A backend makes
 * the row at the call, so that a call without a time happened when the row was made.
 */
export const VISIT_COLUMNS = `w.id AS waiting_id, w.booth_id AS visit_booth_id, w.user_id, w.kiosk_ticket,
  CASE w.status WHEN 'CALLED' THEN 'CALLED' WHEN 'ENTERED' THEN 'ENTERED' WHEN 'COMPLETED' THEN 'COMPLETED' ELSE w.status END AS status,
  COALESCE(w.kiosk_rev, 0) AS revision, COALESCE(${knownMs('w.called_at')}, ${knownMs('w.created_at')}, ${epochMs('NOW(6)')}) AS called_ms,
  ${knownMs('w.entered_at')} AS entered_ms, u.nickname, v.number`;
export const VISIT_JOINS = `LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;

/** SQL for epoch milliseconds of a date column or NOW(6), in the session's zone. */
export function epochMs(expression: string): string {
  return `CAST(ROUND(UNIX_TIMESTAMP(${expression}) * 1000) AS SIGNED)`;
}

/** The same; NULL for the date of all zeros, which older servers keep where there is no date. */
function knownMs(column: string): string {
  return `NULLIF(${epochMs(column)}, 0)`;
}

export function visitRow(row: Row): VisitRow {
  const [boothId, userId] = [toId(row['visit_booth_id'], 'booth'), toId(row['user_id'], 'users')];
  return {
    waitingId: toId(row['waiting_id'], 'waiting'),
    boothId,
    userId,
    status: toStatus(row['status']),
    score: toTicketScore(row['kiosk_ticket'], boothId, userId),
    revision: toNumber(row['revision'], 'waiting.kiosk_rev'),
    calledAtMs: toNumber(row['called_ms'], 'waiting.called_at'),
    enteredAtMs: toNumberOrNull(row['entered_ms'], 'waiting.entered_at'),
    name: toText(row['nickname']),
    number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
  };
}

/** The columns `boothRow` reads. `b` is booth, `k` kiosk_booth. */
export const BOOTH_COLUMNS = `b.id AS booth_id, b.name AS booth_name, IF(b.status = 'OPEN', 'OPEN', 'CLOSED') AS booth_status, b.capacity, COALESCE(k.gen, 0) AS gen`;

export function boothRow(row: Row): BoothRow {
  return {
    boothId: toId(row['booth_id'], 'booth'),
    name: toText(row['booth_name']),
    status: row['booth_status'] === 'OPEN' ? 'OPEN' : 'CLOSED',
    capacity: toCapacity(row['capacity']),
    generation: toNumber(row['gen'], 'kiosk_booth.gen'),
  };
}
