import type { CommitResult } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { evidenceOf, ticketKey, transitionOf, type VisitKind } from '../../core/waiting.ts';
import { attemptIn } from '../evidence.ts';
import { returnTicketOf, waitingIdOf } from '../lock-ticket.ts';
import { lockAnchor } from './anchor.ts';
import { registrationTime } from './commit-join.ts';
import type { Query } from './query.ts';
import { refusalForRoom, roomCounts } from './room.ts';
import { statusText } from './rows.ts';
import { CALLED_AT } from './tickets.ts';
import { inTransaction } from './transaction.ts';
import { endsFit, eventValues, evidenceOfAny, IS_RECENT, updateStatement } from './visit-changes.ts';
import { toId, toNumber, toText } from '../row-values.ts';

/** One statement when it commits, a short transaction for what takes a place again or puts a ticket back; one more to learn why when it does not. */
export async function commitVisit(query: Query, lock: SoftLock, kind: VisitKind, attempts: readonly string[]): Promise<CommitResult> {
  const { needsRoom, releases } = transitionOf(kind);
  if (needsRoom === true && !lock.note.overCapacity) return commitWithRoom(query, lock, kind, attempts);
  const isDone = releases === true ? await release(query, lock, kind, attempts) : await update(query, lock, kind, attempts);
  return isDone ? committed(lock) : whyNot(query, lock, kind, attempts, null);
}

async function update(query: Query, lock: SoftLock, kind: VisitKind, attempts: readonly string[]): Promise<boolean> {
  const values = [...eventValues(kind, lock.operationId), evidenceOf(kind, lock.operationId), waitingIdOf(lock), lock.boothId, lock.generation, evidenceOfAny(kind, attempts)];
  return (await query(updateStatement(kind), values)).affected === 1;
}

const ROOM = `SELECT b.capacity, ${roomCounts('b.id')} FROM booth b WHERE b.id = ?`;

/** Counted and taken behind the booth's anchor, as calls do: nobody takes the last place between the two. */
async function commitWithRoom(query: Query, lock: SoftLock, kind: VisitKind, attempts: readonly string[]): Promise<CommitResult> {
  const result = await inTransaction<CommitResult | null>(
    query,
    async () => {
      await lockAnchor(query, lock.boothId);
      const room = (await query(ROOM, [lock.boothId])).rows[0];
      const refusal: CommitResult | null = room === undefined ? { outcome: 'refused', code: 'BOOTH_NOT_FOUND' } : refusalForRoom(room);
      return refusal ?? ((await update(query, lock, kind, attempts)) ? committed(lock) : null);
    },
    (answer) => answer?.outcome === 'committed',
  );
  return result?.outcome === 'committed' ? result : whyNot(query, lock, kind, attempts, result);
}

/**
 * A ticket stands in one place: the one put back takes over from that of the row, where they differ, and from every registration that its
 * call had used up. A row of another program knows no more of its ticket than the second.
 */
const REGISTER_AGAIN = `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at)
VALUES (?, ?, ?, ?, NULL, ${registrationTime('?')})
ON DUPLICATE KEY UPDATE created_at = VALUES(created_at), left_op = NULL, left_at = NULL, gone_at = NULL`;
const END_OLD_PLACES = `UPDATE kiosk_queue SET gone_at = NOW(6)
WHERE user_id = ? AND booth_id = ? AND ticket <> ? AND gone_at IS NULL
  AND EXISTS (SELECT 1 FROM waiting f WHERE f.id = ? AND (f.kiosk_released = kiosk_queue.ticket OR ${CALLED_AT} >= kiosk_queue.created_at))`;

/** The row stops being its ticket's in the same transaction that registers the ticket: a lost queue is refilled from either. */
function release(query: Query, lock: SoftLock, kind: VisitKind, attempts: readonly string[]): Promise<boolean> {
  const ticket = returnTicketOf(lock);
  const key = ticketKey(ticket);
  return inTransaction(
    query,
    async () => {
      if (!(await update(query, lock, kind, attempts))) return false;
      await query(REGISTER_AGAIN, [key, ticket.boothId, ticket.userId, ticket.score, ticket.userId, ticket.boothId]);
      if (lock.score !== ticket.score) await query(END_OLD_PLACES, [ticket.userId, ticket.boothId, key, waitingIdOf(lock)]);
      return true;
    },
    (isReleased) => isReleased,
  );
}

function committed(lock: SoftLock): CommitResult {
  return { outcome: 'committed', waitingId: waitingIdOf(lock) };
}

/** @param noRoom why there was no room; a repeated commit may find the booth full because of its own first run */
async function whyNot(query: Query, lock: SoftLock, kind: VisitKind, attempts: readonly string[], noRoom: CommitResult | null): Promise<CommitResult> {
  const { rows } = await query(
    `SELECT booth_id, ${statusText('waiting')} AS status, ${endsFit(kind)} AS ends_fit, ${IS_RECENT} AS is_recent, COALESCE(kiosk_rev, 0) AS revision, kiosk_ops
     FROM waiting WHERE id = ?`,
    [waitingIdOf(lock)],
  );
  const found = rows[0];
  if (found === undefined || toId(found['booth_id'], 'booth') !== lock.boothId) return { outcome: 'refused', code: 'WAITING_NOT_FOUND' };
  const revision = toNumber(found['revision'], 'waiting.kiosk_rev');
  const done = attemptIn(found['kiosk_ops'], kind, attempts);
  if (done !== null) return done === lock.operationId ? committed(lock) : { outcome: 'committed-before', waitingId: waitingIdOf(lock), userId: lock.userId };
  const { from, endedAs } = transitionOf(kind);
  const status = toText(found['status']);
  if (status !== from || found['ends_fit'] !== 1) return { outcome: 'refused', code: 'INVALID_STATUS', params: { status } };
  if (endedAs !== undefined && found['is_recent'] !== 1) return { outcome: 'refused', code: 'TOO_LATE' };
  return noRoom ?? { outcome: 'stale', generation: revision };
}
