/** Commits of joins, calls and leaves on the embedded ledger: the servers' rules, inside one write transaction each. */
import type { DatabaseSync } from 'node:sqlite';
import type { CommitResult } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { registeredAtMs, type Ticket, ticketKey } from '../../core/waiting.ts';
import { CALL_DUE_S, storedEvent } from '../call-event.ts';
import { ticketOf } from '../lock-ticket.ts';
import { toText } from '../row-values.ts';
import { UNSERVED } from './sqlite-mirror.ts';
import { first, type Row } from './sqlite-row.ts';

function generationOf(db: DatabaseSync, boothId: number): number {
  return Number(first(db, 'SELECT gen FROM kiosk_booth WHERE booth_id = ?', boothId)?.['gen'] ?? 0);
}

type Refused = Extract<CommitResult, { outcome: 'refused' }>;

export function refused(code: Refused['code'], params?: Refused['params']): Refused {
  return params === undefined ? { outcome: 'refused', code } : { outcome: 'refused', code, params };
}

export function commitCall(db: DatabaseSync, lock: SoftLock, attempts: readonly string[], nowMs: number): CommitResult {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  const own = first(db, 'SELECT id, user_id, kiosk_ticket FROM waiting WHERE kiosk_call_op IN (SELECT value FROM json_each(?))', JSON.stringify(attempts));
  if (own !== null) {
    const waitingId = Number(own['id']);
    if (own['kiosk_ticket'] === key) return { outcome: 'committed', waitingId };
    return { outcome: 'committed-before', waitingId, userId: Number(own['user_id']) };
  }
  const taken = first(db, 'SELECT id FROM waiting WHERE kiosk_ticket = ?', key) ?? calledByOthers(db, ticket);
  if (taken !== null) return { outcome: 'ticket-has-row', waitingId: Number(taken['id']) };
  if (first(db, 'SELECT 1 FROM kiosk_queue WHERE ticket = ? AND left_op IS NOT NULL', key) !== null) return { outcome: 'ticket-left' };
  const problem = boothProblem(db, lock) ?? pausedProblem(db, lock) ?? fullProblem(db, lock) ?? userProblem(db, lock) ?? staleProblem(db, lock);
  if (problem !== null) return problem;
  const registeredMs = Math.min(registeredAtMs(ticket.score) ?? nowMs, nowMs);
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count,
         created_at, updated_at, kiosk_call_op, kiosk_ticket, kiosk_rev, kiosk_event, kiosk_event_due, kiosk_event_tries)
       VALUES (?, ?, ?, 'CALLED', ?, ?, 0, 0, ?, ?, ?, ?, 0, ?, ?, 0)`,
    )
    .run(
      lock.userId, lock.boothId, lock.position ?? 1, registeredMs, nowMs, nowMs, nowMs, lock.operationId, key, storedEvent('call', lock.operationId),
      nowMs + CALL_DUE_S * 1000,
    );
  return { outcome: 'committed', waitingId: Number(lastInsertRowid) };
}

/**
 * A row without ticket of the same visitor and second of registration is this ticket's; the embedded file may have been a backend's.
 * Unless a kiosk has given the row up since and put the visitor back.
 */
export function calledByOthers(db: DatabaseSync, ticket: Ticket): Row | null {
  const registeredMs = registeredAtMs(ticket.score);
  if (registeredMs === null) return null;
  return first(
    db,
    'SELECT id FROM waiting WHERE user_id = ? AND booth_id = ? AND kiosk_call_op IS NULL AND kiosk_released IS NULL AND registered_at / 1000 = ?',
    ticket.userId,
    ticket.boothId,
    Math.floor(registeredMs / 1000),
  );
}

/**
 * It does not matter which repetition registered the ticket. But one that had left, was gone, or was called by another registration, and stands there again at the very same
 * score is a new registration: the end of the old one must not pass for its own. One whose ticket was called has nothing left to wait for.
 */
export function commitJoin(db: DatabaseSync, lock: SoftLock, attempts: readonly string[], nowMs: number): CommitResult {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  const before = first(db, `SELECT q.operation_id, ${UNSERVED} AS stands FROM kiosk_queue q WHERE q.ticket = ?`, key);
  const taken = first(db, 'SELECT id FROM waiting WHERE kiosk_ticket = ?', key) ?? calledByOthers(db, ticket);
  if (before !== null && (before['operation_id'] === lock.operationId || (before['stands'] === 1 && taken === null))) return { outcome: 'committed', waitingId: null };
  const own = first(db, 'SELECT user_id, booth_id FROM kiosk_queue WHERE operation_id IN (SELECT value FROM json_each(?))', JSON.stringify(attempts));
  if (own !== null) return committedBefore(lock, own);
  if (taken !== null) return { outcome: 'ticket-has-row', waitingId: Number(taken['id']) };
  const problem = boothProblem(db, lock) ?? lastCallProblem(db, lock) ?? userProblem(db, lock) ?? staleProblem(db, lock);
  if (problem !== null) return problem;
  db.prepare(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (ticket) DO UPDATE SET operation_id = excluded.operation_id, created_at = excluded.created_at, left_op = NULL, left_at = NULL, gone_at = NULL,
       left_reason = NULL, event_due = NULL`,
  ).run(key, lock.boothId, lock.userId, ticket.score, lock.operationId, afterEveryCall(db, ticket, nowMs));
  return { outcome: 'committed', waitingId: null };
}

/** Of a request that registered, or took out, another ticket before. An id passed off as another visitor's request must not answer for theirs. */
function committedBefore({ boothId, userId }: SoftLock, own: Row): CommitResult {
  return own['user_id'] === userId && own['booth_id'] === boothId ? { outcome: 'committed-before', waitingId: null, userId } : refused('OPERATION_MISMATCH');
}

/** Registered after every call of this visitor here, whatever clocks were set back since: a call after the registration uses it up. */
export function afterEveryCall(db: DatabaseSync, { userId, boothId }: Ticket, nowMs: number): number {
  const lastCall = first(db, 'SELECT MAX(called_at) AS at FROM waiting WHERE user_id = ? AND booth_id = ?', userId, boothId)?.['at'];
  return Math.max(nowMs, Number(lastCall ?? 0) + 1);
}

/** A visitor of the app may leave before any mirror pass has seen them: then this is the first that the ledger hears of the ticket. */
export function commitLeave(db: DatabaseSync, lock: SoftLock, attempts: readonly string[], nowMs: number): CommitResult {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  const own = first(db, 'SELECT ticket, left_op, user_id, booth_id FROM kiosk_queue WHERE left_op IN (SELECT value FROM json_each(?))', JSON.stringify(attempts));
  if (own?.['left_op'] === lock.operationId && own['ticket'] === key) return { outcome: 'committed', waitingId: null };
  if (own !== null) return committedBefore(lock, own);
  const visit = first(db, 'SELECT status FROM waiting WHERE kiosk_ticket = ?', key);
  if (visit !== null) return refused('INVALID_STATUS', { status: String(visit['status']) });
  if (first(db, 'SELECT 1 FROM kiosk_queue WHERE ticket = ? AND left_op IS NOT NULL', key) !== null) return refused('NOT_IN_QUEUE');
  const isDismissal = lock.kind === 'dismiss';
  const problem = unknownBooth(db, lock) ?? (isDismissal ? openProblem(db, lock) : null) ?? staleProblem(db, lock);
  if (problem !== null) return problem;
  db.prepare(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, created_at, left_op, left_at, left_reason, event_due, event_tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (ticket) DO UPDATE SET left_op = excluded.left_op, left_at = excluded.left_at, left_reason = excluded.left_reason, event_due = excluded.event_due,
       event_tries = excluded.event_tries`,
  ).run(
    key, ticket.boothId, ticket.userId, ticket.score, nowMs, lock.operationId, nowMs,
    isDismissal ? lock.note.reason : null, isDismissal ? nowMs + CALL_DUE_S * 1000 : null, isDismissal ? 0 : null,
  );
  // A visitor stands in a queue once: registrations merged into that one have ended with it.
  db.prepare('UPDATE kiosk_queue SET left_at = ? WHERE user_id = ? AND booth_id = ? AND left_at IS NULL AND gone_at IS NULL').run(nowMs, ticket.userId, ticket.boothId);
  return { outcome: 'committed', waitingId: null };
}

/** A visitor may leave a booth that is closed. */
function unknownBooth(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  return first(db, 'SELECT 1 FROM booth WHERE id = ?', lock.boothId) === null ? refused('BOOTH_NOT_FOUND') : null;
}

function boothProblem(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  const booth = first(db, 'SELECT status FROM booth WHERE id = ?', lock.boothId);
  if (booth === null) return refused('BOOTH_NOT_FOUND');
  return booth['status'] === 'OPEN' ? null : refused('BOOTH_CLOSED');
}

function pausedProblem(db: DatabaseSync, { boothId }: SoftLock): CommitResult | null {
  const row = first(db, 'SELECT phase_reason FROM kiosk_booth WHERE booth_id = ? AND paused_at IS NOT NULL', boothId);
  return row === null ? null : refused('BOOTH_PAUSED', { reason: toText(row['phase_reason']) });
}

function lastCallProblem(db: DatabaseSync, { boothId }: SoftLock): CommitResult | null {
  return first(db, 'SELECT 1 FROM kiosk_booth WHERE booth_id = ? AND last_call_at IS NOT NULL', boothId) === null ? null : refused('BOOTH_LAST_CALL');
}

/** Nobody is dismissed once the booth is open again. */
function openProblem(db: DatabaseSync, { boothId }: SoftLock): CommitResult | null {
  const closing = first(db, "SELECT 1 FROM booth b JOIN kiosk_booth k ON k.booth_id = b.id WHERE b.id = ? AND b.status <> 'OPEN' AND k.dismiss_op IS NOT NULL", boothId);
  return closing === null ? refused('INVALID_STATUS', { status: 'OPEN' }) : null;
}

/** Unless a supervisor lets one more in. */
export function fullProblem(db: DatabaseSync, { boothId, note }: Pick<SoftLock, 'boothId' | 'note'>): CommitResult | null {
  if (note.overCapacity) return null;
  const row = first(
    db,
    `SELECT b.capacity, (SELECT COUNT(*) FROM waiting WHERE booth_id = b.id AND status = 'CALLED') AS called,
       (SELECT COUNT(*) FROM waiting WHERE booth_id = b.id AND status = 'ENTERED') AS inside FROM booth b WHERE b.id = ?`,
    boothId,
  );
  const [inside, called, capacity] = [Number(row?.['inside']), Number(row?.['called']), Number(row?.['capacity'])];
  return inside + called < capacity ? null : refused('BOOTH_FULL', { inside, called, capacity });
}

function userProblem(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  return first(db, 'SELECT 1 FROM users WHERE id = ?', lock.userId) === null ? refused('USER_NOT_FOUND') : null;
}

function staleProblem(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  const generation = generationOf(db, lock.boothId);
  return generation === lock.generation ? null : { outcome: 'stale', generation };
}
