/**
 * settle: resolves any soft lock, by anyone, at any time. Fence, then look: after the fence the lock's commit can never happen,
 * so what the history says then is final. Safety rests on no timing; what is alive at the booth meanwhile is only tried again.
 */
import { announce } from './announce.ts';
import type { Core } from './core.ts';
import { applyFinish, applyUndo } from './close-lock.ts';
import type { JournalEntry, Verdict } from './ledger.ts';
import type { SoftLock, StoreFailure } from './ports.ts';
import { otherRegistrations } from './owed.ts';
import { asStoreFailure } from './store-failure.ts';
import { EFFECTS, type QueueEffect, SUPERSEDED } from './waiting.ts';

interface Settlement {
  readonly became: 'finished' | 'undone' | 'superseded';
  /** The visit the history holds for this lock, if any. */
  readonly waitingId: number | null;
  /** False when a call's ticket was served by another operation. */
  readonly byThisOperation: boolean;
  /** Why the queue store did not follow; the lock is still open then. The truth is known all the same. */
  readonly unfollowed: StoreFailure | null;
}

/**
 * Settles one lock. Throws StoreFailure when the ledger does not answer: nothing is known then, and the lock stays.
 */
export async function settle(core: Core, lock: SoftLock): Promise<Settlement> {
  const verdict = await core.ledger.settleVerdict(lock);
  const settlement = await carryOut(core, lock, verdict);
  const { became, waitingId, byThisOperation, unfollowed } = settlement;
  core.logger.log('info', 'lock-settled', { operationId: lock.operationId, kind: lock.kind, boothId: lock.boothId, userId: lock.userId, waitingId, owner: lock.owner, became, followed: unfollowed === null });
  const isDone = became === 'finished' && byThisOperation;
  const mine = lock.owner === core.owner;
  core.operations.end(lock.operationId, isDone ? 'done' : 'not-done');
  if (isDone) announce(core, lock, waitingId);
  if (unfollowed === null) core.operations.follow(journal(core, lock, became, waitingId, true));
  else if (mine && isDone) core.operations.set({ ...lock, waitingId, state: 'catching-up' });
  return settlement;
}

async function carryOut(core: Core, lock: SoftLock, verdict: Verdict): Promise<Settlement> {
  switch (verdict.verdict) {
    case 'committed':
      return { became: 'finished', waitingId: verdict.waitingId, byThisOperation: verdict.byThisOperation, unfollowed: await failureOf(applyFinish(core, lock, verdict.byThisOperation ? await stillDue(core, lock, EFFECTS[lock.kind].finish) : await servedBefore(core, lock))) };
    case 'never':
      return { became: 'undone', waitingId: null, byThisOperation: false, unfollowed: await failureOf(applyUndo(core, lock, await stillDue(core, lock, EFFECTS[lock.kind].undo))) };
    case 'superseded':
      return { became: 'superseded', waitingId: lock.waitingId, byThisOperation: false, unfollowed: await failureOf(core.queue.resolve(lock, SUPERSEDED, 'undone')) };
  }
}

/**
 * The effect of a lock, as far as its ticket is still owed a place.
 * A lock that an older queue brought back may put a ticket into the queue that was called, or left, since. It would stand in the place of a
 * newer registration of the same visitor, and hide it until a pass takes the stale one out. Throws StoreFailure.
 */
export async function stillDue(core: Core, lock: SoftLock, effect: QueueEffect): Promise<QueueEffect> {
  const score = lock.returnScore ?? lock.score;
  if (effect.queue !== 'enqueue' || score === null) return effect;
  const stale = await core.ledger.staleTickets([{ boothId: lock.boothId, userId: lock.userId, score }]);
  return stale.length === 0 ? effect : { ...effect, ...(await orOther(core, lock, score)) };
}

/** The end of a lock whose ticket had been served by another operation. Throws StoreFailure. */
export async function servedBefore(core: Core, lock: SoftLock): Promise<QueueEffect> {
  const effect = EFFECTS[lock.kind].finish;
  return effect.queue === 'leave' && lock.score !== null ? { ...effect, ...(await orOther(core, lock, lock.score)) } : stillDue(core, lock, effect);
}

/** A stale entry may have stood in the place of another registration of the same visitor, which nobody can make or change while the lock is open. */
async function orOther(core: Core, { boothId, userId }: SoftLock, score: number): Promise<Pick<QueueEffect, 'queue' | 'at'>> {
  const other = (await otherRegistrations(core, boothId, [{ boothId, userId, score }])).get(userId);
  return other === undefined ? { queue: 'leave' } : { queue: 'enqueue', at: other };
}

async function failureOf(step: Promise<unknown>): Promise<StoreFailure | null> {
  try {
    await step;
    return null;
  } catch (error) {
    return asStoreFailure(error);
  }
}

/** Writes the journal line of a resolved lock. It is for people: losing it is logged, and changes nothing. */
export async function journal(core: Core, lock: SoftLock, outcome: JournalEntry['outcome'], waitingId: number | null, settled = false): Promise<void> {
  try {
    await core.ledger.writeJournal({
      operationId: lock.operationId,
      kind: lock.kind,
      boothId: lock.boothId,
      userId: lock.userId,
      waitingId: waitingId ?? lock.waitingId,
      score: lock.score,
      owner: lock.owner,
      outcome,
      settled,
      staff: lock.note.staff,
      reason: lock.note.reason,
      resolvedBy: core.owner,
    });
  } catch (error) {
    core.logger.log('warn', 'journal-line-lost', { operationId: lock.operationId, reason: error instanceof Error ? error.message : 'unknown' });
  }
}
