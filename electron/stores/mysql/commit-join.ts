import type { CommitResult } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { ticketKey } from '../../core/waiting.ts';
import { ticketOf } from '../lock-ticket.ts';
import { createAnchor } from './anchor.ts';
import { backendRow, CALLED_BY_BACKEND } from './commit-call.ts';
import { DUPLICATE_KEY, serverErrno } from './errors.ts';
import type { Query, Row } from './query.ts';
import { toId, toNumber } from '../row-values.ts';
import { UNSERVED } from './tickets.ts';
import { inTransaction } from './transaction.ts';

/**
 * SQL for the time of a registration of the user bound to it: after every call of this visitor here, whatever clocks were set back since,
 * because a call after the registration uses it up.
 * @param boothId SQL for the booth's id
 */
export function registrationTime(boothId: string): string {
  return `GREATEST(NOW(6), COALESCE((SELECT MAX(w.called_at) FROM waiting w WHERE w.user_id = ? AND w.booth_id = ${boothId}) + INTERVAL 1 MICROSECOND, NOW(6)))`;
}

const INSERT_JOIN = `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at)
SELECT ?, k.booth_id, ?, ?, ?, ${registrationTime('k.booth_id')}
FROM kiosk_booth k
WHERE k.booth_id = ? AND k.gen = ? AND k.last_call_at IS NULL
  AND EXISTS (SELECT 1 FROM booth b WHERE b.id = k.booth_id AND b.status = 'OPEN' LOCK IN SHARE MODE)
  AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND k.booth_id > 0 LOCK IN SHARE MODE)
  AND NOT EXISTS (SELECT 1 FROM waiting t WHERE t.kiosk_ticket = ? AND k.booth_id > 0 LOCK IN SHARE MODE)
  AND NOT EXISTS (SELECT 1 FROM waiting f WHERE ${CALLED_BY_BACKEND})
  AND NOT EXISTS (SELECT 1 FROM kiosk_queue r WHERE r.operation_id IN (?) AND k.booth_id > 0 LOCK IN SHARE MODE)
FOR UPDATE`;

const WHY_NOT = `SELECT k.gen, k.last_call_at IS NOT NULL AS last_call, b.id AS booth_id, b.status, u.id AS user_id, q.ticket, o.operation_id, o.user_id AS op_user_id, o.booth_id AS op_booth_id,
  q.operation_id <=> ? OR (${UNSERVED} AND f.id IS NULL) AS stands, COALESCE(t.id, f.id) AS ticket_waiting_id
FROM (SELECT ? AS booth_id) one
LEFT JOIN kiosk_booth k ON k.booth_id = one.booth_id
LEFT JOIN booth b ON b.id = one.booth_id
LEFT JOIN users u ON u.id = ?
LEFT JOIN kiosk_queue q ON q.ticket = ?
LEFT JOIN kiosk_queue o ON o.operation_id IN (?)
LEFT JOIN waiting t ON t.kiosk_ticket = ?
LEFT JOIN waiting f ON ${CALLED_BY_BACKEND}`;

/** Registers a ticket: what a lost queue is refilled from. One statement when it commits. */
export async function commitJoin(query: Query, lock: SoftLock, attempts: readonly string[]): Promise<CommitResult> {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  try {
    const values = [key, lock.userId, ticket.score, lock.operationId, lock.userId, lock.boothId, lock.generation, lock.userId, key, ...backendRow(lock), attempts];
    const { affected } = await query(INSERT_JOIN, values);
    if (affected === 1) return { outcome: 'committed', waitingId: null };
  } catch (error) {
    if (serverErrno(error) !== DUPLICATE_KEY) throw error;
  }
  return whyNot(query, lock, key, attempts);
}

async function whyNot(query: Query, lock: SoftLock, key: string, attempts: readonly string[]): Promise<CommitResult> {
  const { rows } = await query(WHY_NOT, [lock.operationId, lock.boothId, lock.userId, key, attempts, key, ...backendRow(lock)]);
  const found = rows[0] ?? {};
  // The ticket is what has to be registered; it does not matter which repetition registered it.
  const isThere = typeof found['ticket'] === 'string';
  if (isThere && found['stands'] === 1) return { outcome: 'committed', waitingId: null };
  if (typeof found['operation_id'] === 'string') return committedBefore(lock, found);
  const rowId = found['ticket_waiting_id'] ?? null;
  if (rowId !== null) return { outcome: 'ticket-has-row', waitingId: toId(rowId, 'waiting') };
  if (found['booth_id'] === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (found['gen'] === null) return createAnchor(query, lock.boothId);
  if (found['status'] !== 'OPEN') return { outcome: 'refused', code: 'BOOTH_CLOSED' };
  if (found['last_call'] === 1) return { outcome: 'refused', code: 'BOOTH_LAST_CALL' };
  if (found['user_id'] === null) return { outcome: 'refused', code: 'USER_NOT_FOUND' };
  const generation = toNumber(found['gen'], 'kiosk_booth.gen');
  if (isThere && generation === lock.generation && (await registerAgain(query, lock, key, attempts))) return { outcome: 'committed', waitingId: null };
  return { outcome: 'stale', generation };
}

/** Of a request that registered, or took out, another ticket before. An id passed off as another visitor's request must not answer for theirs. */
export function committedBefore({ boothId, userId }: SoftLock, found: Row): CommitResult {
  const isOfThem = toId(found['op_user_id'], 'users') === userId && toId(found['op_booth_id'], 'booth') === boothId;
  return isOfThem ? { outcome: 'committed-before', waitingId: null, userId } : { outcome: 'refused', code: 'OPERATION_MISMATCH' };
}

/** Looked at anew, under locks: the booth may have been closed since. */
const TAKES_VISITORS = `SELECT gen FROM kiosk_booth k WHERE k.booth_id = ? AND k.gen = ? AND k.last_call_at IS NULL
  AND EXISTS (SELECT 1 FROM booth b WHERE b.id = k.booth_id AND b.status = 'OPEN' LOCK IN SHARE MODE) FOR UPDATE`;

/**
 * A visitor who had left, or was called by another registration, stands there again at the very same score, which a queue whose last entry
 * lies in the future gives out twice. The old registration's end must not pass for that of the new one.
 */
function registerAgain(query: Query, lock: SoftLock, key: string, attempts: readonly string[]): Promise<boolean> {
  return inTransaction(
    query,
    async () => {
      const { rows } = await query(TAKES_VISITORS, [lock.boothId, lock.generation]);
      if (rows.length === 0) return false;
      const { affected } = await query(
        `UPDATE kiosk_queue q SET q.operation_id = ?, q.created_at = ${registrationTime('q.booth_id')}, left_op = NULL, left_at = NULL, gone_at = NULL, left_reason = NULL, event_due = NULL
         WHERE q.ticket = ? AND NOT (${UNSERVED})
           AND NOT EXISTS (SELECT 1 FROM (SELECT operation_id FROM kiosk_queue WHERE operation_id IN (?)) r)`,
        [lock.operationId, lock.userId, key, attempts],
      );
      return affected === 1;
    },
    (isRegistered) => isRegistered,
  );
}
