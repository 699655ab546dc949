/** begin in memory: the same decisions, in the same order, as the scripts make on a server. */
import { MAX_QUEUES_PER_USER } from '../../../shared/limits.ts';
import type { BeginRequest, BeginResult, SoftLock } from '../../core/ports.ts';
import { needsQueue, parseId } from '../../core/waiting.ts';
import { NO_TIME_SCORE, PASSED_OVER_PER_CALL, QUARANTINE_PER_CALL } from '../queue-limits.ts';
import { verifiedEpoch } from './memory-mirror.ts';
import { returnScoreOf } from './memory-restore.ts';
import { setAside } from './memory-set-aside.ts';
import { activeBoothsOf, assertRoom, changed, headOf, inOrder, isStuck, type MemoryQueueState, placeLock, queueOf, ticketLock } from './memory-state.ts';

type Request<K extends BeginRequest['kind']> = Extract<BeginRequest, { readonly kind: K }>;
type OnVisit = Extract<BeginRequest, { readonly waitingId: number }>;
type Refused = Extract<BeginResult, { readonly outcome: 'refused' }>;

/** Begins an operation at the time `nowMs` (epoch ms). */
export function beginInMemory(state: MemoryQueueState, request: BeginRequest, nowMs: number): BeginResult {
  forgetOldIds(state, nowMs);
  const done = state.done.get(request.operationId);
  if (done !== undefined) return isSameAction(request, done.lock) ? { outcome: 'done', as: done.as } : { outcome: 'refused', code: 'OPERATION_MISMATCH' };
  const open = state.locks.get(request.operationId);
  if (open !== undefined) return isSameAction(request, open) && isSameScore(request, open) ? begun(state, open) : { outcome: 'refused', code: 'OPERATION_MISMATCH' };
  // Whatever needs the queue needs one that was compared with the ledger.
  if (needsQueue(request.kind) && verifiedEpoch(state, 'leastEpoch' in request ? request.leastEpoch : 0) === null) return refused('QUEUE_UNVERIFIED');
  switch (request.kind) {
    case 'call':
      return beginCall(state, request, nowMs);
    case 'join':
      return beginJoin(state, request, nowMs);
    case 'leave':
    case 'dismiss':
      return beginLeave(state, request, nowMs);
    default:
      return beginVisit(state, request, nowMs);
  }
}

function forgetOldIds(state: MemoryQueueState, nowMs: number): void {
  for (const [operationId, { untilMs }] of state.done) {
    if (untilMs > nowMs) return;
    state.done.delete(operationId);
  }
}

function isSameAction(request: BeginRequest, lock: SoftLock): boolean {
  if (lock.kind !== request.kind || lock.boothId !== request.boothId) return false;
  if (request.userId !== null && lock.userId !== request.userId) return false;
  return !('waitingId' in request) || lock.waitingId === request.waitingId;
}

function isSameScore(request: BeginRequest, lock: SoftLock): boolean {
  return !('score' in request) || request.score == null || lock.score === request.score;
}

function begun(state: MemoryQueueState, lock: SoftLock): BeginResult {
  const queue = queueOf(state, lock.boothId);
  if (lock.kind !== 'join') return { outcome: 'begun', lock, position: 0, waitingTotal: queue.size };
  const ahead = [...queue.values()].filter((score) => score <= (lock.score ?? 0)).length;
  return { outcome: 'begun', lock, position: ahead + 1, waitingTotal: queue.size + 1 };
}

/** What is taken: of whom, at which score, and where they stood or return to. */
interface Taken {
  readonly userId: number;
  readonly score: number | null;
  readonly position?: number;
  readonly returnScore?: number;
}

function writeLock(state: MemoryQueueState, request: BeginRequest, nowMs: number, taken: Taken): BeginResult {
  const { userId, score, position = null, returnScore = null } = taken;
  const { operationId, kind, boothId, owner, generation, note } = request;
  const waitingId = 'waitingId' in request ? request.waitingId : null;
  const lock: SoftLock = {
    ...{ operationId, kind, boothId, userId, score, waitingId, returnScore, position, owner, generation },
    note: { staff: note.staff || null, reason: note.reason || null, overCapacity: note.overCapacity },
    createdAtMs: nowMs,
  };
  state.locks.set(operationId, lock);
  changed(state, boothId);
  return begun(state, lock);
}

function refused(code: Refused['code']): Refused {
  return { outcome: 'refused', code };
}

/** The score of a visitor whom an action may take out of the queue, or why not. */
function scoreToTake(state: MemoryQueueState, boothId: number, userId: number): number | Refused {
  if (placeLock(state, boothId, userId)) return refused('VISIT_BUSY');
  const score = queueOf(state, boothId).get(String(userId));
  if (score === undefined) return refused('NOT_IN_QUEUE');
  if (!Number.isFinite(score)) return refused('QUEUE_ENTRY_INVALID');
  return ticketLock(state, boothId, userId, score) ? refused('VISIT_BUSY') : score;
}

function beginCall(state: MemoryQueueState, request: Request<'call'>, nowMs: number): BeginResult {
  const { boothId } = request;
  const queue = queueOf(state, boothId);
  if (request.userId !== null) {
    const score = scoreToTake(state, boothId, request.userId);
    if (typeof score !== 'number') return score;
    const position = inOrder(queue).findIndex(([member]) => member === String(request.userId)) + 1;
    queue.delete(String(request.userId));
    return writeLock(state, request, nowMs, { userId: request.userId, score, position });
  }
  const passedOver = new Set<string>();
  for (let moved = 0; ; ) {
    const head = headOf(queue, passedOver);
    if (head === undefined) return refused(passedOver.size > 0 ? 'VISIT_BUSY' : 'QUEUE_EMPTY');
    const [member, score] = head;
    const userId = parseId(member);
    const isCallable = userId !== null && Number.isFinite(score);
    const lock = isCallable ? (ticketLock(state, boothId, userId, score) ?? placeLock(state, boothId, userId)) : undefined;
    if (isCallable && lock === undefined) {
      queue.delete(member);
      return writeLock(state, request, nowMs, { userId, score, position: passedOver.size + 1 });
    }
    // A lock nobody has ended for long must not keep those behind it waiting: its visitor is passed over and keeps the place.
    if (lock !== undefined) {
      if (passedOver.size === PASSED_OVER_PER_CALL || !isStuck(lock, nowMs)) return refused('VISIT_BUSY');
      passedOver.add(member);
      continue;
    }
    if (moved === QUARANTINE_PER_CALL) return refused('QUEUE_ENTRY_INVALID');
    setAside(state, boothId, member, score, userId === null ? 'member' : 'score');
    queue.delete(member);
    changed(state, boothId);
    moved += 1;
  }
}

function beginJoin(state: MemoryQueueState, request: Request<'join'>, nowMs: number): BeginResult {
  const { boothId, userId } = request;
  const queue = queueOf(state, boothId);
  if (queue.has(String(userId))) {
    const position = inOrder(queue).findIndex(([member]) => member === String(userId)) + 1;
    return { outcome: 'already-queued', position, waitingTotal: queue.size };
  }
  if (placeLock(state, boothId, userId)) return refused('VISIT_BUSY');
  const active = activeBoothsOf(state, userId);
  if (!active.has(boothId) && active.size >= MAX_QUEUES_PER_USER) return refused('MAX_WAITING_EXCEEDED');
  assertRoom(state, boothId);
  active.add(boothId);
  // Whole seconds are the shared scale; the milliseconds are the fraction. Never before somebody who waits already, unless their score is no time.
  const last = inOrder(queue).findLast(([, each]) => each < NO_TIME_SCORE)?.[1] ?? -Infinity;
  return writeLock(state, request, nowMs, { userId, score: Math.max(nowMs / 1000, last + 0.001) });
}

function beginLeave(state: MemoryQueueState, request: Request<'leave' | 'dismiss'>, nowMs: number): BeginResult {
  const { boothId, userId } = request;
  const score = scoreToTake(state, boothId, userId);
  if (typeof score !== 'number') return score;
  if (request.score !== undefined && request.score !== score) return refused('NOT_IN_QUEUE');
  queueOf(state, boothId).delete(String(userId));
  return writeLock(state, request, nowMs, { userId, score });
}

function beginVisit(state: MemoryQueueState, request: OnVisit, nowMs: number): BeginResult {
  const { boothId, userId, waitingId, score } = request;
  const sameVisit = [...state.locks.values()].some((lock) => lock.waitingId === waitingId);
  if (sameVisit || (score !== null && ticketLock(state, boothId, userId, score))) return refused('VISIT_BUSY');
  if (!('returnScore' in request)) return writeLock(state, request, nowMs, { userId, score });
  if (placeLock(state, boothId, userId) || ticketLock(state, boothId, userId, request.returnScore)) return refused('VISIT_BUSY');
  const returnScore = returnScoreOf(queueOf(state, boothId), request.returnScore, request.place);
  if (ticketLock(state, boothId, userId, returnScore)) return refused('VISIT_BUSY');
  return writeLock(state, request, nowMs, { userId, score, returnScore });
}
