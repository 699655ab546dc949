/** Ending a lock in memory, and the repairs: the same guards as the scripts have on a server. */
import { StoreFailure, type BoothCount, type ResolveResult, type SoftLock } from '../../core/ports.ts';
import type { QueueEffect, Ticket } from '../../core/waiting.ts';
import { DONE_REMEMBERED_SECONDS } from '../queue-limits.ts';
import { enqueue, forgetMergedOf } from './memory-queue.ts';
import { setAside } from './memory-set-aside.ts';
import { activeBoothsOf, busyLocksAt, changed, currentOf, hasPlace, placeLock, queueOf, versionOf, type MemoryQueueState } from './memory-state.ts';

/** Ends `lock` at the time `nowMs`: only if it is open with this ticket and visit. */
export function resolveInMemory(state: MemoryQueueState, lock: SoftLock, effect: QueueEffect, as: 'finished' | 'undone', nowMs: number): ResolveResult {
  const { operationId, boothId, userId } = lock;
  const open = state.locks.get(operationId);
  if (open === undefined && state.done.has(operationId)) return 'done';
  if (open === undefined || open.boothId !== boothId || open.userId !== userId) return 'gone';
  if (open.score !== lock.score || open.returnScore !== lock.returnScore || open.waitingId !== lock.waitingId) return 'gone';
  // A store that lost it may hold another attempt of the same request, by another process or for another generation.
  if (open.generation !== lock.generation || open.owner !== lock.owner) return 'gone';
  const score = effect.at ?? open.returnScore ?? open.score;
  const enters = effect.queue === 'enqueue' || effect.queue === 'enqueue-alone';
  if ((enters || effect.queue === 'quarantine') && score === null) {
    throw new StoreFailure('QUEUE_STORE_UNFIT', 'The queue store cannot be used: a lock without score cannot be put back.', 'no');
  }
  if (effect.queue === 'enqueue-alone' && queueOf(state, boothId).has(String(userId))) return 'occupied';
  state.locks.delete(operationId);
  state.done.set(operationId, { as, lock: open, untilMs: nowMs + DONE_REMEMBERED_SECONDS * 1000 });
  const current = currentOf(state, boothId);
  // A count that is not an integer stays as it is until a recount: adding to it would make a wrong number look right.
  if (effect.count !== 0 && current !== null) state.current.set(boothId, String(Math.max(current + effect.count, 0)));
  if (enters && score !== null) enqueue(state, boothId, userId, score);
  // Why: nobody could end its action, or else the history does not know the visitor.
  if (effect.queue === 'quarantine' && score !== null) setAside(state, boothId, String(userId), score, state.attempts.has(operationId) ? 'lock' : 'user');
  // Whatever was merged into this place has come to its end with it.
  if (effect.queue === 'quarantine' || (effect.queue === 'leave' && as === 'finished')) forgetMergedOf(state, boothId, userId);
  state.attempts.delete(operationId);
  if (effect.queue !== 'none') repairActiveBoothInMemory(state, boothId, userId);
  changed(state, boothId);
  return 'applied';
}

/** Counts one more failed attempt to settle an open lock; 0 when it is gone. */
export function countAttemptInMemory(state: MemoryQueueState, operationId: string): number {
  if (!state.locks.has(operationId)) return 0;
  const attempts = (state.attempts.get(operationId) ?? 0) + 1;
  state.attempts.set(operationId, attempts);
  return attempts;
}

export function correctCountInMemory(state: MemoryQueueState, seen: BoothCount, to: number, nowMs: number): boolean {
  const { boothId } = seen;
  if (currentOf(state, boothId) !== seen.current || versionOf(state, boothId) !== seen.version || busyLocksAt(state, boothId, nowMs) > 0) return false;
  state.current.set(boothId, String(to));
  changed(state, boothId);
  return true;
}

export function refillInMemory(state: MemoryQueueState, tickets: readonly Ticket[]): number {
  const touched = new Set<number>();
  let put = 0;
  for (const { boothId, userId, score } of tickets) {
    // Whoever is inside a lock that stands for their place is left to that lock: they would be there twice. One on a visit keeps nobody out.
    if (placeLock(state, boothId, userId)) continue;
    // One set aside waits for a supervisor.
    if (state.quarantine.get(boothId)?.has(String(userId)) === true) continue;
    const standing = queueOf(state, boothId).get(String(userId));
    // A later one than stands there is not remembered: as the ledger's copy has it, it ends with a call by the other.
    if ((standing === undefined || standing > score) && enqueue(state, boothId, userId, score)) put += 1;
    activeBoothsOf(state, userId).add(boothId);
    touched.add(boothId);
  }
  for (const boothId of touched) changed(state, boothId);
  return put;
}

export function removeStaleInMemory(state: MemoryQueueState, ticket: Ticket, version: number, other: number | null, nowMs: number): boolean {
  const { boothId, userId, score } = ticket;
  const queue = queueOf(state, boothId);
  if (queue.get(String(userId)) !== score || busyLocksAt(state, boothId, nowMs) > 0 || versionOf(state, boothId) !== version) return false;
  if (placeLock(state, boothId, userId)) return false;
  queue.delete(String(userId));
  if (other !== null) enqueue(state, boothId, userId, other);
  else {
    forgetMergedOf(state, boothId, userId);
    activeBoothsOf(state, userId).delete(boothId);
  }
  changed(state, boothId);
  return true;
}

export function repairActiveBoothInMemory(state: MemoryQueueState, boothId: number, userId: number): void {
  const active = activeBoothsOf(state, userId);
  if (hasPlace(state, boothId, userId)) active.add(boothId);
  else active.delete(boothId);
}
