/**
 * The queue's half of a committed operation.
 */
import type { Core } from './core.ts';
import type { SoftLock } from './ports.ts';
import { EFFECTS } from './waiting.ts';

/** Throws StoreFailure; the lock then stays for the reconciler. */
export async function applyFinish(core: Core, lock: SoftLock): Promise<void> {
  const effect = EFFECTS[lock.kind].finish;
  const result = await core.queue.resolve(lock, effect, 'finished');
  if (result !== 'gone') return;
  // The store was emptied under this lock. A join's ticket is in the ledger and can be put in; the rest a recount puts right.
  core.logger.log('warn', 'lock lost by the queue store', { operationId: lock.operationId, kind: lock.kind, boothId: lock.boothId });
  core.wantReconcile();
  if (effect.queue === 'enqueue' && lock.score !== null) await core.queue.refill([{ boothId: lock.boothId, userId: lock.userId, score: lock.score }]);
}
