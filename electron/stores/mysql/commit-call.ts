import type { CommitResult } from '../../core/ledger.ts';
import { StoreFailure, type SoftLock } from '../../core/ports.ts';
import { registeredAtMs, ticketKey } from '../../core/waiting.ts';
import { CALL_DUE_S, storedEvent } from '../call-event.ts';
import { ticketOf } from '../lock-ticket.ts';
import { createAnchor } from './anchor.ts';
import { DUPLICATE_KEY, serverErrno } from './errors.ts';
import type { Query } from './query.ts';
import { refusalForRoom, roomCounts } from './room.ts';
import { CALL_INDEX, CALL_OP_INDEX } from './migrations/waiting-columns.ts';
import { toId, toNumber, toText } from '../row-values.ts';

/**
 * A row of another program carries no ticket. One of the same visitor, booth and second of registration is this ticket's, called there
 * before an older queue came back; unless a kiosk has given the row up since and put the visitor back.
 */
export const CALLED_BY_BACKEND = `f.user_id = ? AND f.booth_id = ? AND f.kiosk_call_op IS NULL AND f.kiosk_released IS NULL
    AND f.registered_at >= FROM_UNIXTIME(FLOOR(?)) AND f.registered_at < FROM_UNIXTIME(FLOOR(?)) + INTERVAL 1 SECOND`;

const ROOM = `AND b.capacity >
        (SELECT COUNT(*) FROM waiting w FORCE INDEX (${CALL_INDEX}) WHERE w.booth_id = k.booth_id AND w.status = 'CALLED' LOCK IN SHARE MODE)
      + (SELECT COUNT(*) FROM waiting e FORCE INDEX (${CALL_INDEX}) WHERE e.booth_id = k.booth_id AND e.status = 'ENTERED' LOCK IN SHARE MODE)`;

/**
 * Every rule in the statement that writes. Two counts by equality, because a list of statuses scans the index and blocks other
 * booths; the user's row is read so that a locked user stops only its own call; the booth's row is only shared, it is the backend's. Calls
 * of other attempts of the request are looked for one by one, because the scan of a range stops at a neighbour's row.
 */
const insertCall = (room: string): string => `INSERT INTO waiting
  (user_id, booth_id, called_position, status, completion_type, registered_at, called_at, entered_at, completed_at,
   notification_sent, notification_retry_count, created_at, updated_at, kiosk_call_op, kiosk_ticket, kiosk_rev,
   kiosk_event, kiosk_event_due, kiosk_event_tries)
SELECT ?, k.booth_id, ?, 'CALLED', NULL, LEAST(NOW(6), COALESCE(FROM_UNIXTIME(?), NOW(6))), NOW(6), NULL, NULL,
  b'0', 0, NOW(6), NOW(6), ?, ?, 0, ?, NOW(6) + INTERVAL ${CALL_DUE_S} SECOND, 0
FROM kiosk_booth k
WHERE k.booth_id = ? AND k.gen = ? AND k.paused_at IS NULL
  AND EXISTS (SELECT 1 FROM booth b WHERE b.id = k.booth_id AND b.status = 'OPEN' ${room} LOCK IN SHARE MODE)
  AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND k.booth_id > 0 LOCK IN SHARE MODE)
  AND NOT EXISTS (SELECT 1 FROM waiting f WHERE ${CALLED_BY_BACKEND})
  AND NOT EXISTS (SELECT 1 FROM kiosk_queue q WHERE q.ticket = ? AND q.left_op IS NOT NULL AND k.booth_id > 0 LOCK IN SHARE MODE)
  AND NOT EXISTS (SELECT 1 FROM waiting r FORCE INDEX (${CALL_OP_INDEX}) WHERE r.kiosk_call_op IN (?) AND k.booth_id > 0 LOCK IN SHARE MODE)
FOR UPDATE`;
const INSERT_CALL = insertCall(ROOM);
/** A supervisor lets one more in. */
const INSERT_CALL_OVER_CAPACITY = insertCall('');

const WHY_NOT = `SELECT k.gen, k.paused_at IS NOT NULL AS paused, k.phase_reason, b.id AS booth_id, IF(b.status = 'OPEN', 'OPEN', 'CLOSED') AS status, b.capacity, u.id AS user_id,
  o.id AS op_waiting_id, o.kiosk_ticket AS op_ticket, o.user_id AS op_user_id, COALESCE(t.id, f.id) AS ticket_waiting_id, q.left_op,
  ${roomCounts('one.booth_id')}
FROM (SELECT ? AS booth_id) one
LEFT JOIN kiosk_booth k ON k.booth_id = one.booth_id
LEFT JOIN booth b ON b.id = one.booth_id
LEFT JOIN users u ON u.id = ?
LEFT JOIN waiting o ON o.kiosk_call_op IN (?)
LEFT JOIN waiting t ON t.kiosk_ticket = ?
LEFT JOIN kiosk_queue q ON q.ticket = ?
LEFT JOIN waiting f ON ${CALLED_BY_BACKEND}`;

/** One statement when it commits; one more to learn why when it does not. */
export async function commitCall(query: Query, lock: SoftLock, attempts: readonly string[]): Promise<CommitResult> {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  const registeredS = registeredSecond(ticket.score);
  try {
    const { operationId, boothId, userId, note } = lock;
    const row = [userId, lock.position ?? 1, registeredS, operationId, key, storedEvent('call', operationId)];
    const values = [...row, boothId, lock.generation, userId, ...backendRow(lock), key, attempts];
    const { affected, insertId } = await query(note.overCapacity ? INSERT_CALL_OVER_CAPACITY : INSERT_CALL, values);
    if (affected === 1) return { outcome: 'committed', waitingId: idOfNewRow(insertId) };
  } catch (error) {
    if (serverErrno(error) !== DUPLICATE_KEY) throw error;
  }
  return whyNot(query, lock, key, attempts);
}

/** The row is there, whatever is wrong with its number: that must not pass for a commit that never ran. */
function idOfNewRow(insertId: unknown): number {
  try {
    return toId(insertId, 'waiting');
  } catch (error) {
    throw error instanceof StoreFailure ? new StoreFailure(error.code, error.message, 'unknown') : error;
  }
}

/**
 * Looks for rows before rules: a repeated commit may find the booth full because of its own first run.
 * Which unique key was hit is told by the rows, not by the server's message.
 */
async function whyNot(query: Query, lock: SoftLock, key: string, attempts: readonly string[]): Promise<CommitResult> {
  const { rows } = await query(WHY_NOT, [lock.boothId, lock.userId, attempts, key, key, ...backendRow(lock)]);
  const found = rows[0] ?? {};
  if (isPresent(found['op_waiting_id'])) {
    const waitingId = toId(found['op_waiting_id'], 'waiting');
    if (found['op_ticket'] === key) return { outcome: 'committed', waitingId };
    return { outcome: 'committed-before', waitingId, userId: toId(found['op_user_id'], 'users') };
  }
  if (isPresent(found['ticket_waiting_id'])) return { outcome: 'ticket-has-row', waitingId: toId(found['ticket_waiting_id'], 'waiting') };
  if (isPresent(found['left_op'])) return { outcome: 'ticket-left' };
  if (found['booth_id'] === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (found['gen'] === null) return createAnchor(query, lock.boothId);
  if (found['status'] !== 'OPEN') return { outcome: 'refused', code: 'BOOTH_CLOSED' };
  if (found['paused'] === 1) return { outcome: 'refused', code: 'BOOTH_PAUSED', params: { reason: toText(found['phase_reason']) } };
  const full = lock.note.overCapacity ? null : refusalForRoom(found);
  if (full !== null) return full;
  if (found['user_id'] === null) return { outcome: 'refused', code: 'USER_NOT_FOUND' };
  return { outcome: 'stale', generation: toNumber(found['gen'], 'kiosk_booth.gen') };
}

/** What CALLED_BY_BACKEND compares with. */
export function backendRow(lock: SoftLock): readonly (number | null)[] {
  const registeredS = registeredSecond(ticketOf(lock).score);
  return [lock.userId, lock.boothId, registeredS, registeredS];
}

/** Broken seconds; null for a score that is no time. */
function registeredSecond(score: number): number | null {
  const registeredMs = registeredAtMs(score);
  return registeredMs === null ? null : registeredMs / 1000;
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}
