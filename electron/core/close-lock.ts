/**
 * The end of a lock in the queue store, also of one that the store has lost.
 */
import type { Core } from './core.ts';
import { type SoftLock, StoreFailure } from './ports.ts';
import { EFFECTS, type QueueEffect } from './waiting.ts';

/** The queue's half of a committed operation. Throws StoreFailure; the lock then stays for the reconciler. */
export function applyFinish(core: Core, lock: SoftLock, effect: QueueEffect = EFFECTS[lock.kind].finish): Promise<void> {
  return closeLock(core, lock, effect, 'finished');
}

/** Gives back what begin took, of an operation that will never commit. Throws StoreFailure as applyFinish does, and where the place is occupied. */
export function applyUndo(core: Core, lock: SoftLock, effect: QueueEffect = EFFECTS[lock.kind].undo): Promise<void> {
  return closeLock(core, lock, effect, 'undone');
}

async function closeLock(core: Core, lock: SoftLock, effect: QueueEffect, as: 'finished' | 'undone'): Promise<void> {
  const { operationId, kind, boothId, userId } = lock;
  const score = effect.at ?? lock.returnScore ?? lock.score;
  const result = await core.queue.resolve(lock, effect, as);
  if (result === 'occupied') throw new StoreFailure('LEDGER_UNREACHABLE', 'The ledger has to tell which registration of the visitor counts.', 'no');
  if (result !== 'gone') return;
  // The store lost this lock: whoever holds it here holds the only trace of the ticket. What else it stood for a recount puts right.
  core.logger.log('warn', 'lock-lost-by-queue-store', { operationId, kind, boothId });
  core.wantReconcile();
  // Whom nobody can call goes into the queue, too: the next call meets them again, and sets them aside where a person sees them.
  if (effect.queue === 'leave' || effect.queue === 'none' || score === null) return;
  const ticket = { boothId, userId, score };
  // Who left, or was called, since this lock was begun must not come back by it.
  if ((await core.ledger.staleTickets([ticket])).length === 0) await core.queue.refill([ticket]);
}
