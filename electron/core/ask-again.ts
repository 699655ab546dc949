/**
 * What became of an earlier request? The ledger remembers what the queue store forgets after a day, or with its data: a call as long as
 * there is its row, an action on a visit while it is among the newest forty or so of that visit, a join or leave for seven days.
 */
import { attemptIds } from './attempt-id.ts';
import type { Core } from './core.ts';
import { done, type Done } from './outcome.ts';
import type { AskedAgain } from './ledger.ts';
import { StoreFailure } from './ports.ts';
import { settle } from './settle.ts';
import { isVisitKind, type OperationKind } from './waiting.ts';

/** An action as the ledger is asked for it. `waitingId`: of the visit, null for a join, call or leave, which have none. */
export function asked(kind: OperationKind, waitingId: number | null): AskedAgain {
  if (!isVisitKind(kind)) return { kind };
  if (waitingId === null) throw new Error(`an action of kind ${kind} has a visit`);
  return { kind, waitingId };
}

/**
 * The outcome of a request that committed, its queue half completed if that was still open; null when none of its attempts did, and
 * the request may be run (again) under the same id. Throws StoreFailure when the ledger does not answer.
 */
export async function askAgain(core: Core, request: AskedAgain, operationId: string): Promise<Done | null> {
  const found = await core.ledger.findCommitted(request, attemptIds(operationId));
  if (found === null) return null;
  return done({ operationId, boothId: found.boothId }, found.userId, found.waitingId, followUp(core, found.operationId));
}

async function followUp(core: Core, operationId: string): Promise<boolean> {
  try {
    const lock = await core.queue.readLock(operationId);
    return lock === null || (await settle(core, lock)).unfollowed === null;
  } catch (error) {
    if (error instanceof StoreFailure) return false;
    throw error;
  }
}
