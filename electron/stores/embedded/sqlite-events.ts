/** What visitors have to be told, as their rows say: each try is counted before it is made. */
import type { DatabaseSync } from 'node:sqlite';
import type { EventOf } from '../../core/ledger.ts';
import type { CallEvent, DismissalEvent, VisitorEvent } from '../../core/ports.ts';
import { callEvent, dismissalEvent, EVENT_LIFE_S, EVENT_TRIES, isStillCalledFor, isWorthTelling, mayComeEarly, readEvent, secondsToNextTry } from '../call-event.ts';
import { toId, toNumber, toText } from '../row-values.ts';
import { first } from './sqlite-row.ts';

export function dueEvents(db: DatabaseSync, limit: number, nowMs: number): EventOf[] {
  return db
    .prepare(
      `SELECT id, NULL AS operation_id, kiosk_event_due AS due FROM waiting WHERE kiosk_event_due <= ?1
       UNION ALL SELECT NULL, left_op, event_due FROM kiosk_queue WHERE event_due <= ?1 AND left_op IS NOT NULL ORDER BY due, id LIMIT ?2`,
    )
    .all(nowMs, limit)
    .map((row) => (row['id'] === null ? toText(row['operation_id']) : toId(row['id'], 'waiting')));
}

export function claimEvent(db: DatabaseSync, of: EventOf, asap: boolean, nowMs: number): VisitorEvent | null {
  return typeof of === 'string' ? claimDismissal(db, of, asap, nowMs) : claimOnVisit(db, of, asap, nowMs);
}

function claimDismissal(db: DatabaseSync, operationId: string, asap: boolean, nowMs: number): DismissalEvent | null {
  const row = first(
    db,
    `SELECT q.user_id, q.booth_id, q.left_reason, q.event_due, COALESCE(q.event_tries, 0) AS tries, b.name
     FROM kiosk_queue q LEFT JOIN booth b ON b.id = q.booth_id WHERE q.left_op = ? AND q.event_due IS NOT NULL`,
    operationId,
  );
  if (row === null) return null;
  const [dueMs, tries] = [toNumber(row['event_due'], 'kiosk_queue.event_due'), toNumber(row['tries'], 'kiosk_queue.event_tries')];
  if (dueMs > nowMs && !(asap && tries === 0)) return null;
  if (tries >= EVENT_TRIES || dueMs < nowMs - EVENT_LIFE_S * 1000) {
    db.prepare(`UPDATE kiosk_queue SET event_due = NULL, event_tries = ${EVENT_TRIES} WHERE left_op = ?`).run(operationId);
    return null;
  }
  db.prepare('UPDATE kiosk_queue SET event_tries = ?, event_due = ? WHERE left_op = ?').run(tries + 1, nowMs + secondsToNextTry(tries) * 1000, operationId);
  return dismissalEvent(operationId, row);
}

function claimOnVisit(db: DatabaseSync, waitingId: number, asap: boolean, nowMs: number): CallEvent | null {
  const row = first(
    db,
    `SELECT w.user_id, w.booth_id, w.called_position, w.status, w.kiosk_event, w.kiosk_event_due, COALESCE(w.kiosk_event_tries, 0) AS tries, b.name
     FROM waiting w JOIN booth b ON b.id = w.booth_id WHERE w.id = ? AND w.kiosk_event_due IS NOT NULL`,
    waitingId,
  );
  if (row === null) return null;
  const [dueMs, tries] = [toNumber(row['kiosk_event_due'], 'waiting.kiosk_event_due'), toNumber(row['tries'], 'waiting.kiosk_event_tries')];
  const event = readEvent(row['kiosk_event'], waitingId);
  if (dueMs > nowMs && !(asap && mayComeEarly(event, tries))) return null;
  if (event !== null && !isWorthTelling(event.kind, row['status'])) {
    db.prepare('UPDATE waiting SET kiosk_event = NULL, kiosk_event_due = NULL WHERE id = ?').run(waitingId);
    return null;
  }
  if (event === null || tries >= EVENT_TRIES || dueMs < nowMs - EVENT_LIFE_S * 1000) {
    giveUp(db, waitingId);
    return null;
  }
  db.prepare('UPDATE waiting SET kiosk_event_tries = ?, kiosk_event_due = ? WHERE id = ?').run(tries + 1, nowMs + secondsToNextTry(tries) * 1000, waitingId);
  return callEvent(event, waitingId, row);
}

/** Nobody tries it any more, and it is shown as not announced. */
function giveUp(db: DatabaseSync, waitingId: number): void {
  db.prepare(`UPDATE waiting SET kiosk_event_due = NULL, kiosk_event_tries = ${EVENT_TRIES} WHERE id = ?`).run(waitingId);
}

/** Not of an event that another has taken the place of meanwhile. */
export function endEvent(db: DatabaseSync, event: VisitorEvent, delivered: boolean): void {
  if (event.kind === 'dismissal') {
    // Delivered, no tries are left to count.
    const end = delivered ? 'event_due = NULL, event_tries = 0' : `event_due = CASE WHEN event_tries < ${EVENT_TRIES} THEN event_due END`;
    db.prepare(`UPDATE kiosk_queue SET ${end} WHERE left_op = ?`).run(event.operationId);
    return;
  }
  const row = first(db, 'SELECT kiosk_event FROM waiting WHERE id = ?', event.waitingId);
  if (!isStillCalledFor(row?.['kiosk_event'], event)) return;
  const changes = delivered
    ? `kiosk_event = NULL, kiosk_event_due = NULL${event.kind === 'cancellation' ? '' : ', notification_sent = 1'}`
    : `notification_retry_count = notification_retry_count + 1, kiosk_event_due = CASE WHEN kiosk_event_tries < ${EVENT_TRIES} THEN kiosk_event_due END`;
  db.prepare(`UPDATE waiting SET ${changes} WHERE id = ?`).run(event.waitingId);
}
