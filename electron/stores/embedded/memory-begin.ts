/** begin in memory: the same decisions, in the same order, as the scripts make on a server. */
import { MAX_QUEUES_PER_USER } from '../../../shared/limits.ts';
import type { BeginRequest, BeginResult, SoftLock } from '../../core/ports.ts';
import { parseId, type VisitKind } from '../../core/waiting.ts';
import { NO_TIME_SCORE, PASSED_OVER_PER_CALL, QUARANTINE_PER_CALL } from '../queue-limits.ts';
import { activeBoothsOf, assertRoom, changed, entry, headOf, inOrder, isStuck, placeLock, queueOf, ticketLock, type MemoryQueueState } from './memory-state.ts';

type Request<K extends BeginRequest['kind']> = Extract<BeginRequest, { readonly kind: K }>;

/** Begins an operation at the time `nowMs` (epoch ms). */
export function beginInMemory(state: MemoryQueueState, request: BeginRequest, nowMs: number): BeginResult {
  forgetOldIds(state, nowMs);
  const done = state.done.get(request.operationId);
  if (done !== undefined) return isSameAction(request, done.lock) ? { outcome: 'done', as: done.as } : { outcome: 'refused', code: 'OPERATION_MISMATCH' };
  const open = state.locks.get(request.operationId);
  if (open !== undefined) return isSameAction(request, open) && isSameScore(request, open) ? begun(state, open) : { outcome: 'refused', code: 'OPERATION_MISMATCH' };
  switch (request.kind) {
    case 'call':
      return beginCall(state, request, nowMs);
    case 'join':
      return beginJoin(state, request, nowMs);
    case 'enter':
    case 'complete':
    case 'no-show':
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
  if (request.kind === 'call') return true;
  if (lock.userId !== request.userId) return false;
  if (request.kind === 'join') return true;
  return lock.waitingId === request.waitingId;
}

function isSameScore(request: BeginRequest, lock: SoftLock): boolean {
  return !('score' in request) || request.score === null || lock.score === request.score;
}

function begun(state: MemoryQueueState, lock: SoftLock): BeginResult {
  const queue = queueOf(state, lock.boothId);
  if (lock.kind !== 'join') return { outcome: 'begun', lock, position: 0, waitingTotal: queue.size };
  const ahead = [...queue.values()].filter((score) => score <= (lock.score ?? 0)).length;
  return { outcome: 'begun', lock, position: ahead + 1, waitingTotal: queue.size + 1 };
}

function writeLock(state: MemoryQueueState, lock: SoftLock): BeginResult {
  state.locks.set(lock.operationId, lock);
  changed(state, lock.boothId);
  return begun(state, lock);
}

function beginCall(state: MemoryQueueState, request: Request<'call'>, nowMs: number): BeginResult {
  const { operationId, kind, boothId, owner, generation } = request;
  const queue = queueOf(state, boothId);
  const passedOver = new Set<string>();
  for (let moved = 0; ; ) {
    const head = headOf(queue, passedOver);
    if (head === undefined) return { outcome: 'refused', code: passedOver.size > 0 ? 'VISIT_BUSY' : 'QUEUE_EMPTY' };
    const [member, score] = head;
    const userId = parseId(member);
    const isCallable = userId !== null && Number.isFinite(score);
    const lock = isCallable ? (ticketLock(state, boothId, userId, score) ?? placeLock(state, boothId, userId)) : undefined;
    if (isCallable && lock === undefined) {
      queue.delete(member);
      return writeLock(state, { operationId, kind, boothId, userId, score, waitingId: null, owner, generation, createdAtMs: nowMs });
    }
    // A lock nobody has ended for long must not keep those behind it waiting: its visitor is passed over and keeps the place.
    if (lock !== undefined) {
      if (passedOver.size === PASSED_OVER_PER_CALL || !isStuck(lock, nowMs)) return { outcome: 'refused', code: 'VISIT_BUSY' };
      passedOver.add(member);
      continue;
    }
    if (moved === QUARANTINE_PER_CALL) return { outcome: 'refused', code: 'QUEUE_ENTRY_INVALID' };
    entry(state.quarantine, boothId, () => new Map<string, string>()).set(member, `${score} ${userId === null ? 'member' : 'score'}`);
    queue.delete(member);
    changed(state, boothId);
    moved += 1;
  }
}

function beginJoin(state: MemoryQueueState, request: Request<'join'>, nowMs: number): BeginResult {
  const { operationId, kind, boothId, userId, owner, generation } = request;
  const queue = queueOf(state, boothId);
  if (queue.has(String(userId))) {
    const position = inOrder(queue).findIndex(([member]) => member === String(userId)) + 1;
    return { outcome: 'already-queued', position, waitingTotal: queue.size };
  }
  if (placeLock(state, boothId, userId)) return { outcome: 'refused', code: 'VISIT_BUSY' };
  const active = activeBoothsOf(state, userId);
  if (!active.has(boothId) && active.size >= MAX_QUEUES_PER_USER) return { outcome: 'refused', code: 'MAX_WAITING_EXCEEDED' };
  assertRoom(state, boothId);
  active.add(boothId);
  // Whole seconds are the shared scale; the milliseconds are the fraction. Never before somebody who waits already, unless their score is no time.
  const last = inOrder(queue).findLast(([, each]) => each < NO_TIME_SCORE)?.[1] ?? -Infinity;
  const score = Math.max(nowMs / 1000, last + 0.001);
  return writeLock(state, { operationId, kind, boothId, userId, score, waitingId: null, owner, generation, createdAtMs: nowMs });
}

function beginVisit(state: MemoryQueueState, request: Request<VisitKind>, nowMs: number): BeginResult {
  const { operationId, kind, boothId, userId, waitingId, score, owner, generation } = request;
  const sameVisit = [...state.locks.values()].some((lock) => lock.waitingId === waitingId);
  if (sameVisit || (score !== null && ticketLock(state, boothId, userId, score))) return { outcome: 'refused', code: 'VISIT_BUSY' };
  return writeLock(state, { operationId, kind, boothId, userId, score, waitingId, owner, generation, createdAtMs: nowMs });
}
