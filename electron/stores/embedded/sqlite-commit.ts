/** Commits and settles on the embedded ledger: the servers' rules, inside one write transaction each. */
import type { DatabaseSync } from 'node:sqlite';
import type { CommitResult, SoftLock, Verdict } from '../../core/ports.ts';
import { evidenceOf, registeredAtMs, type Ticket, ticketKey, VISIT_TRANSITIONS, type VisitKind } from '../../core/waiting.ts';
import { holdsEvidence, KEPT_EVIDENCE_CHARS } from '../evidence.ts';
import { ticketOf, waitingIdOf } from '../lock-ticket.ts';
import { first, type Row } from './sqlite-row.ts';

function generationOf(db: DatabaseSync, boothId: number): number {
  return Number(first(db, 'SELECT gen FROM kiosk_booth WHERE booth_id = ?', boothId)?.['gen'] ?? 0);
}

const refused = (code: Extract<CommitResult, { outcome: 'refused' }>['code']): CommitResult => ({ outcome: 'refused', code });

export function commitCall(db: DatabaseSync, lock: SoftLock, nowMs: number): CommitResult {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  const own = first(db, 'SELECT id, user_id, kiosk_ticket FROM waiting WHERE kiosk_call_op = ?', lock.operationId);
  if (own !== null) {
    const waitingId = Number(own['id']);
    if (own['kiosk_ticket'] === key) return { outcome: 'committed', waitingId };
    return { outcome: 'committed-before', waitingId, userId: Number(own['user_id']) };
  }
  const taken = first(db, 'SELECT id FROM waiting WHERE kiosk_ticket = ?', key) ?? calledByOthers(db, ticket);
  if (taken !== null) return { outcome: 'ticket-has-row', waitingId: Number(taken['id']) };
  const problem = boothProblem(db, lock) ?? fullProblem(db, lock.boothId) ?? userProblem(db, lock) ?? staleProblem(db, lock);
  if (problem !== null) return problem;
  const registeredMs = Math.min(registeredAtMs(ticket.score) ?? nowMs, nowMs);
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count,
         created_at, updated_at, kiosk_call_op, kiosk_ticket, kiosk_rev) VALUES (?, ?, 1, 'CALLED', ?, ?, 0, 0, ?, ?, ?, ?, 0)`,
    )
    .run(lock.userId, lock.boothId, registeredMs, nowMs, nowMs, nowMs, lock.operationId, key);
  return { outcome: 'committed', waitingId: Number(lastInsertRowid) };
}

/** A row without ticket of the same visitor and second of registration is this ticket's; the embedded file may have been a backend's. */
function calledByOthers(db: DatabaseSync, ticket: Ticket): Row | null {
  const registeredMs = registeredAtMs(ticket.score);
  if (registeredMs === null) return null;
  return first(
    db,
    'SELECT id FROM waiting WHERE user_id = ? AND booth_id = ? AND kiosk_call_op IS NULL AND registered_at / 1000 = ?',
    ticket.userId,
    ticket.boothId,
    Math.floor(registeredMs / 1000),
  );
}

export function commitJoin(db: DatabaseSync, lock: SoftLock, nowMs: number): CommitResult {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  if (first(db, 'SELECT 1 FROM kiosk_queue WHERE ticket = ?', key) !== null) return { outcome: 'committed', waitingId: null };
  if (first(db, 'SELECT 1 FROM kiosk_queue WHERE operation_id = ?', lock.operationId) !== null) return refused('OPERATION_MISMATCH');
  const problem = boothProblem(db, lock) ?? userProblem(db, lock) ?? staleProblem(db, lock);
  if (problem !== null) return problem;
  // Registered after every call of this visitor here, whatever clocks were set back since: a call after the registration uses it up.
  const lastCall = first(db, 'SELECT MAX(called_at) AS at FROM waiting WHERE user_id = ? AND booth_id = ?', lock.userId, lock.boothId)?.['at'];
  db.prepare('INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) VALUES (?, ?, ?, ?, ?, ?)')
    .run(key, lock.boothId, lock.userId, ticket.score, lock.operationId, Math.max(nowMs, Number(lastCall ?? 0) + 1));
  return { outcome: 'committed', waitingId: null };
}

function boothProblem(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  const booth = first(db, 'SELECT status FROM booth WHERE id = ?', lock.boothId);
  if (booth === null) return refused('BOOTH_NOT_FOUND');
  return booth['status'] === 'OPEN' ? null : refused('BOOTH_CLOSED');
}

function fullProblem(db: DatabaseSync, boothId: number): CommitResult | null {
  const row = first(
    db,
    `SELECT b.capacity, (SELECT COUNT(*) FROM waiting WHERE booth_id = b.id AND status = 'CALLED') AS called,
       (SELECT COUNT(*) FROM waiting WHERE booth_id = b.id AND status = 'ENTERED') AS inside FROM booth b WHERE b.id = ?`,
    boothId,
  );
  const [inside, called, capacity] = [Number(row?.['inside']), Number(row?.['called']), Number(row?.['capacity'])];
  return inside + called < capacity ? null : { outcome: 'refused', code: 'BOOTH_FULL', params: { inside, called, capacity } };
}

function userProblem(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  return first(db, 'SELECT 1 FROM users WHERE id = ?', lock.userId) === null ? refused('USER_NOT_FOUND') : null;
}

function staleProblem(db: DatabaseSync, lock: SoftLock): CommitResult | null {
  const generation = generationOf(db, lock.boothId);
  return generation === lock.generation ? null : { outcome: 'stale', generation };
}

const CHANGES: Readonly<Record<VisitKind, string>> = {
  enter: 'entered_at = MAX(called_at, ?)',
  complete: "completed_at = MAX(COALESCE(entered_at, called_at), ?), completion_type = 'ENTERED'",
  'no-show': "completed_at = MAX(called_at, ?), completion_type = 'NO_SHOW'",
};

export function commitVisit(db: DatabaseSync, lock: SoftLock, kind: VisitKind, nowMs: number): CommitResult {
  const waitingId = waitingIdOf(lock);
  const { from, to } = VISIT_TRANSITIONS[kind];
  const { changes } = db
    .prepare(
      `UPDATE waiting SET status = '${to}', ${CHANGES[kind]}, kiosk_ops = substr(concat_ws(',', kiosk_ops, ?), -${KEPT_EVIDENCE_CHARS}), kiosk_rev = COALESCE(kiosk_rev, 0) + 1, updated_at = ?
       WHERE id = ? AND booth_id = ? AND status = '${from}' AND COALESCE(kiosk_rev, 0) = ?`,
    )
    .run(nowMs, evidenceOf(kind, lock.operationId), nowMs, waitingId, lock.boothId, lock.generation);
  if (changes === 1) return { outcome: 'committed', waitingId };
  const row = first(db, 'SELECT status, COALESCE(kiosk_rev, 0) AS revision, kiosk_ops FROM waiting WHERE id = ? AND booth_id = ?', waitingId, lock.boothId);
  if (row === null) return refused('WAITING_NOT_FOUND');
  const revision = Number(row['revision']);
  if (holdsEvidence(row['kiosk_ops'], kind, lock.operationId)) return { outcome: 'committed', waitingId };
  if (row['status'] !== from) return { outcome: 'refused', code: 'INVALID_STATUS', params: { status: String(row['status']) } };
  return { outcome: 'stale', generation: revision };
}

/** Fence, then look, as on the servers: a commit that was decided upon before must find its generation gone. */
export function settle(db: DatabaseSync, lock: SoftLock): Verdict {
  return lock.kind === 'call' || lock.kind === 'join' ? settleTicket(db, lock) : settleVisit(db, lock, lock.kind);
}

function settleTicket(db: DatabaseSync, lock: SoftLock): Verdict {
  db.prepare('INSERT INTO kiosk_booth (booth_id, gen) VALUES (?, ?) ON CONFLICT (booth_id) DO UPDATE SET gen = MAX(gen, excluded.gen)')
    .run(lock.boothId, lock.generation + 1);
  const sql = lock.kind === 'call'
    ? 'SELECT id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_ticket = ?'
    : 'SELECT NULL AS id, operation_id FROM kiosk_queue WHERE ticket = ?';
  const row = first(db, sql, ticketKey(ticketOf(lock)));
  if (row === null) return { verdict: 'never' };
  const waitingId = lock.kind === 'call' ? Number(row['id']) : null;
  return { verdict: 'committed', waitingId, byThisOperation: row['operation_id'] === lock.operationId };
}

function settleVisit(db: DatabaseSync, lock: SoftLock, kind: VisitKind): Verdict {
  const waitingId = waitingIdOf(lock);
  const { changes } = db.prepare('UPDATE waiting SET kiosk_rev = ? WHERE id = ? AND COALESCE(kiosk_rev, 0) <= ?').run(lock.generation + 1, waitingId, lock.generation);
  if (changes === 1) return { verdict: 'never' };
  const row = first(db, 'SELECT kiosk_ops FROM waiting WHERE id = ?', waitingId);
  if (row === null) return { verdict: 'never' };
  return holdsEvidence(row['kiosk_ops'], kind, lock.operationId) ? { verdict: 'committed', waitingId, byThisOperation: true } : { verdict: 'superseded' };
}
