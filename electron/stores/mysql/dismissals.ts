/** What dismissed visitors have to be told: part of the registration's row, which their dismissal has ended. They are known by its operation. */
import type { DismissalEvent } from '../../core/ports.ts';
import { dismissalEvent, EVENT_LIFE_S, EVENT_TRIES, secondsToNextTry } from '../call-event.ts';
import { toNumber } from '../row-values.ts';
import type { Query } from './query.ts';

const PENDING = `SELECT q.user_id, q.booth_id, q.left_reason, b.name, COALESCE(q.event_tries, 0) AS tries, q.event_due <= NOW(6) AS is_due,
  q.event_due < NOW(6) - INTERVAL ${EVENT_LIFE_S} SECOND AS is_old
FROM kiosk_queue q LEFT JOIN booth b ON b.id = q.booth_id WHERE q.left_op = ? AND q.event_due IS NOT NULL`;
/** Only as it was read: of several that claim one try one gets it. */
const AS_READ = 'left_op = ? AND COALESCE(event_tries, 0) = ? AND event_due IS NOT NULL';
const CLAIM = `UPDATE kiosk_queue SET event_tries = ? + 1, event_due = NOW(6) + INTERVAL ? SECOND WHERE ${AS_READ}`;
/** Nobody tries it any more, and it is shown as not announced. */
const GIVE_UP = `UPDATE kiosk_queue SET event_due = NULL, event_tries = ${EVENT_TRIES} WHERE ${AS_READ}`;
/** No tries are left to count. */
const DELIVERED = 'UPDATE kiosk_queue SET event_due = NULL, event_tries = 0 WHERE left_op = ?';
const FAILED = `UPDATE kiosk_queue SET event_due = IF(event_tries >= ${EVENT_TRIES}, NULL, event_due) WHERE left_op = ?`;

/** Two statements. */
export async function claimDismissal(query: Query, operationId: string, asap: boolean): Promise<DismissalEvent | null> {
  const row = (await query(PENDING, [operationId])).rows[0];
  if (row === undefined) return null;
  const tries = toNumber(row['tries'], 'kiosk_queue.event_tries');
  if (row['is_due'] !== 1 && !(asap && tries === 0)) return null;
  if (tries >= EVENT_TRIES || row['is_old'] === 1) {
    await query(GIVE_UP, [operationId, tries]);
    return null;
  }
  const claimed = dismissalEvent(operationId, row);
  const { affected } = await query(CLAIM, [tries, secondsToNextTry(tries), operationId, tries]);
  return affected === 1 ? claimed : null;
}

export async function endDismissalEvent(query: Query, { operationId }: DismissalEvent, delivered: boolean): Promise<void> {
  await query(delivered ? DELIVERED : FAILED, [operationId]);
}
