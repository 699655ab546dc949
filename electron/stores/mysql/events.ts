/** What people are to be told of a visit: part of its row, so that nothing is told that was not committed, and nothing committed is forgotten. */
import type { EventOf } from '../../core/ledger.ts';
import type { CallEvent, VisitorEvent } from '../../core/ports.ts';
import { callEvent, EVENT_LIFE_S, EVENT_TRIES, isWorthTelling, mayComeEarly, readEvent, secondsToNextTry, storedPattern } from '../call-event.ts';
import { readableRows, toId, toNumber, toText } from '../row-values.ts';
import { claimDismissal, endDismissalEvent } from './dismissals.ts';
import type { Query } from './query.ts';
import { statusText } from './rows.ts';

const PENDING = `SELECT w.kiosk_event, COALESCE(w.kiosk_event_tries, 0) AS tries, w.user_id, w.booth_id, w.called_position, ${statusText('w')} AS status, b.name,
  w.kiosk_event_due <= NOW(6) AS is_due, w.kiosk_event_due < NOW(6) - INTERVAL ${EVENT_LIFE_S} SECOND AS is_old
FROM waiting w LEFT JOIN booth b ON b.id = w.booth_id WHERE w.id = ? AND w.kiosk_event_due IS NOT NULL`;

/** Only as it was read: of several that claim one try one gets it, and an event that has given way to another is nobody's. */
const AS_READ = 'id = ? AND kiosk_event <=> ? AND COALESCE(kiosk_event_tries, 0) = ? AND kiosk_event_due IS NOT NULL';
const CLAIM = `UPDATE waiting SET kiosk_event_tries = ? + 1, kiosk_event_due = NOW(6) + INTERVAL ? SECOND, updated_at = NOW(6) WHERE ${AS_READ}`;
/** Nobody tries it any more, and it is shown as not announced. */
const GIVE_UP = `UPDATE waiting SET kiosk_event_due = NULL, kiosk_event_tries = ${EVENT_TRIES}, updated_at = NOW(6) WHERE ${AS_READ}`;
/** It has come to nothing by itself. */
const DROP = `UPDATE waiting SET kiosk_event = NULL, kiosk_event_due = NULL, updated_at = NOW(6) WHERE ${AS_READ}`;

export function claimEvent(query: Query, of: EventOf, asap: boolean): Promise<VisitorEvent | null> {
  return typeof of === 'string' ? claimDismissal(query, of, asap) : claimOnVisit(query, of, asap);
}

/** Two statements. */
async function claimOnVisit(query: Query, waitingId: number, asap: boolean): Promise<CallEvent | null> {
  const row = (await query(PENDING, [waitingId])).rows[0];
  if (row === undefined) return null;
  const tries = toNumber(row['tries'], 'waiting.kiosk_event_tries');
  const event = readEvent(row['kiosk_event'], waitingId);
  if (row['is_due'] !== 1 && !(asap && mayComeEarly(event, tries))) return null;
  const asRead = [waitingId, row['kiosk_event'] === null ? null : toText(row['kiosk_event']), tries];
  if (event !== null && !isWorthTelling(event.kind, row['status'])) {
    await query(DROP, asRead);
    return null;
  }
  if (event === null || tries >= EVENT_TRIES || row['is_old'] === 1) {
    await query(GIVE_UP, asRead);
    return null;
  }
  const claimed = callEvent(event, waitingId, row);
  const { affected } = await query(CLAIM, [tries, secondsToNextTry(tries), ...asRead]);
  return affected === 1 ? claimed : null;
}

const STILL_CALLED_FOR = 'WHERE id = ? AND kiosk_event LIKE ?';
const DELIVERED = `UPDATE waiting SET kiosk_event = NULL, kiosk_event_due = NULL, updated_at = NOW(6) ${STILL_CALLED_FOR}`;
const ANNOUNCED = `UPDATE waiting SET kiosk_event = NULL, kiosk_event_due = NULL, notification_sent = b'1', updated_at = NOW(6) ${STILL_CALLED_FOR}`;
const FAILED = `UPDATE waiting SET notification_retry_count = notification_retry_count + 1,
  kiosk_event_due = IF(kiosk_event_tries >= ${EVENT_TRIES}, NULL, kiosk_event_due), updated_at = NOW(6) ${STILL_CALLED_FOR}`;

/** Not of an event that another has taken the place of meanwhile. */
export async function endEvent(query: Query, event: VisitorEvent, delivered: boolean): Promise<void> {
  if (event.kind === 'dismissal') return endDismissalEvent(query, event, delivered);
  const told = event.kind === 'cancellation' ? DELIVERED : ANNOUNCED;
  await query(delivered ? told : FAILED, [event.waitingId, storedPattern(event)]);
}

const DUE = `(SELECT id, NULL AS operation_id, kiosk_event_due AS due FROM waiting WHERE kiosk_event_due <= NOW(6) ORDER BY kiosk_event_due, id LIMIT ?)
UNION ALL (SELECT NULL, left_op, event_due FROM kiosk_queue WHERE event_due <= NOW(6) AND left_op IS NOT NULL ORDER BY event_due LIMIT ?)
ORDER BY due, id LIMIT ?`;

export async function dueEvents(query: Query, limit: number): Promise<EventOf[]> {
  const { rows } = await query(DUE, [limit, limit, limit]);
  return readableRows(rows, (row) => (row['id'] === null ? toText(row['operation_id']) : toId(row['id'], 'waiting')));
}
