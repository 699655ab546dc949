/**
 * settle: resolves any soft lock, by anyone, at any time. Fence, then look: after the fence the lock's commit can never happen,
 * so what the history says then is final. Safety rests on no timing; settling a live operation only makes its kiosk try again.
 */
import type { Core } from './core.ts';
import type { SoftLock } from './ports.ts';
import { EFFECTS, SUPERSEDED } from './waiting.ts';

export interface Settlement {
  readonly became: 'finished' | 'undone' | 'superseded';
  /** The visit the history holds for this lock, if any. */
  readonly waitingId: number | null;
  /** False when a call's ticket was served by another operation. */
  readonly byThisOperation: boolean;
}

/**
 * Settles one lock. Throws StoreFailure when a store does not answer: the lock then stays for the next attempt.
 */
export async function settle(core: Core, lock: SoftLock): Promise<Settlement> {
  const verdict = await core.ledger.settleVerdict(lock);
  const settlement = await carryOut(core, lock, verdict);
  core.logger.log('info', 'lock settled', {
    operationId: lock.operationId,
    kind: lock.kind,
    boothId: lock.boothId,
    userId: lock.userId,
    waitingId: settlement.waitingId,
    owner: lock.owner,
    became: settlement.became,
  });
  core.operations.end(lock.operationId, settlement.became === 'finished' && settlement.byThisOperation ? 'done' : 'not-done');
  core.operations.follow(journal(core, lock, settlement.became, settlement.waitingId));
  return settlement;
}

async function carryOut(core: Core, lock: SoftLock, verdict: Awaited<ReturnType<Core['ledger']['settleVerdict']>>): Promise<Settlement> {
  switch (verdict.verdict) {
    case 'committed':
      await core.queue.resolve(lock, EFFECTS[lock.kind].finish, 'finished');
      return { became: 'finished', waitingId: verdict.waitingId, byThisOperation: verdict.byThisOperation };
    case 'never':
      await core.queue.resolve(lock, EFFECTS[lock.kind].undo, 'undone');
      return { became: 'undone', waitingId: null, byThisOperation: false };
    case 'superseded':
      await core.queue.resolve(lock, SUPERSEDED, 'undone');
      return { became: 'superseded', waitingId: lock.waitingId, byThisOperation: false };
  }
}

/** Writes the journal line of a resolved lock. It is for people: losing it is logged, and changes nothing. */
export async function journal(core: Core, lock: SoftLock, outcome: Settlement['became'], waitingId: number | null): Promise<void> {
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
      resolvedBy: core.owner,
    });
  } catch (error) {
    core.logger.log('warn', 'journal line lost', { operationId: lock.operationId, reason: error instanceof Error ? error.message : 'unknown' });
  }
}
