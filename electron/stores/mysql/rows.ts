/** The columns of visits and booths, and what a row of a visit says. */
import type { VisitRow } from '../../core/ledger.ts';
import { EVENT_TRIES } from '../call-event.ts';
import { latestOperation } from '../evidence.ts';
import { toEndedAs, toId, toNumber, toNumberOrNull, toStatus, toText, toTicketScore, toTime } from '../row-values.ts';
import type { Row } from './query.ts';

/** SQL for how the visit w ended: to the server's collation "no_show" may be NO_SHOW. */
export const ENDED_AS = "CASE w.completion_type WHEN 'ENTERED' THEN 'ENTERED' WHEN 'NO_SHOW' THEN 'NO_SHOW' WHEN 'CANCELLED' THEN 'CANCELLED' END";

/**
 * The columns `visitRow` reads. `w` is waiting, `u` users, `v` kiosk_visitor. Times by the session's zone become epoch ms.
 * The server says which status it is: to its collation "called" may be CALLED, and every rule it checks goes by that. A backend makes
 * the row at the call, so that a call without a time happened when the row was made.
 */
export const VISIT_COLUMNS = `w.id AS waiting_id, w.booth_id AS visit_booth_id, w.user_id, w.kiosk_ticket,
  ${statusText('w')} AS status,
  COALESCE(w.kiosk_rev, 0) AS revision, COALESCE(${knownMs('w.called_at')}, ${knownMs('w.created_at')}, ${epochMs('NOW(6)')}) AS called_ms,
  ${knownMs('w.entered_at')} AS entered_ms, ${knownMs('w.completed_at')} AS completed_ms, ${knownMs('w.kiosk_hold_until')} AS held_ms,
  ${ENDED_AS} AS ended_as,
  ${registeredS('w')} AS registered_s, w.kiosk_released IS NOT NULL AS released, w.kiosk_ops, ${announced('w')} AS announced, u.nickname, v.number`;
export const VISIT_JOINS = `LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;

export function statusText(alias: string): string {
  return `CASE ${alias}.status WHEN 'CALLED' THEN 'CALLED' WHEN 'ENTERED' THEN 'ENTERED' WHEN 'COMPLETED' THEN 'COMPLETED' ELSE ${alias}.status END`;
}

/** SQL for epoch milliseconds of a date column or NOW(6), in the session's zone. */
export function epochMs(expression: string): string {
  return `CAST(ROUND(UNIX_TIMESTAMP(${expression}) * 1000) AS SIGNED)`;
}

/** The same; NULL for the date of all zeros, which older servers keep where there is no date. */
function knownMs(column: string): string {
  return `NULLIF(${epochMs(column)}, 0)`;
}

/** SQL for the time of registration as a score: epoch seconds to the microsecond. Where another program left it out, the next best. */
export function registeredS(alias: string): string {
  const times = ['registered_at', 'called_at', 'created_at'].map((column) => `NULLIF(UNIX_TIMESTAMP(${alias}.${column}), 0)`);
  return `CAST(COALESCE(${times.join(', ')}, UNIX_TIMESTAMP(NOW(6))) AS DECIMAL(20, 6))`;
}

/** Of a call another program made, kiosks know only what they announced themselves. */
function announced(alias: string): string {
  return `CASE WHEN ${alias}.kiosk_call_op IS NULL AND ${alias}.kiosk_event_tries IS NULL THEN NULL WHEN ${alias}.notification_sent = 1 THEN 'yes'
    WHEN ${alias}.kiosk_event_due IS NOT NULL THEN 'pending' WHEN ${alias}.kiosk_event IS NOT NULL AND ${alias}.kiosk_event_tries >= ${EVENT_TRIES} THEN 'failed' END`;
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
    registeredScore: toTime(row['registered_s'], 'waiting.registered_at'),
    enteredAtMs: toNumberOrNull(row['entered_ms'], 'waiting.entered_at'),
    completedAtMs: toNumberOrNull(row['completed_ms'], 'waiting.completed_at'),
    endedAs: toEndedAs(row['ended_as']),
    heldUntilMs: toNumberOrNull(row['held_ms'], 'waiting.kiosk_hold_until'),
    released: row['released'] === 1,
    recall: latestOperation(row['kiosk_ops'], 'recall'),
    announced: toAnnounced(row['announced']),
    name: toText(row['nickname']),
    number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
  };
}

function toAnnounced(value: unknown): VisitRow['announced'] {
  return value === 'yes' || value === 'pending' || value === 'failed' ? value : null;
}

/** The columns `boothRow` (booth-row.ts) reads. `b` is booth, `k` kiosk_booth. */
export const BOOTH_COLUMNS = `b.id AS booth_id, b.name AS booth_name, IF(b.status = 'OPEN', 'OPEN', 'CLOSED') AS booth_status, b.capacity, COALESCE(k.gen, 0) AS gen,
  ${epochMs('k.last_call_at')} AS last_call_ms, ${epochMs('k.paused_at')} AS paused_ms, ${epochMs('k.closed_at')} AS closed_ms, k.dismiss_op, k.phase_reason, k.phase_staff`;
