/**
 * Join: a visitor gets a place in the queue, and the ledger a mirror of it before anybody is told.
 */
import { REFUSALS } from './refusals.ts';
import type { Core } from './core.ts';
import { runOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { StoreFailure } from './ports.ts';

/** A visitor whom the festival knows already. */
export function joinQueue(core: Core, boothId: number, userId: number, generation: number, operationId: string): Promise<Outcome> {
  return runOperation(core, { kind: 'join', boothId, userId, generation }, operationId);
}

/**
 * A walk-in: becomes a user with a short number first (the same operation id always gives the same user), then joins.
 * Dying in between leaves a user who never queued, which is harmless.
 */
export async function joinAsWalkIn(core: Core, boothId: number, name: string, generation: number, operationId: string): Promise<Outcome & { readonly number?: number }> {
  try {
    const added = await core.ledger.addWalkIn(operationId, boothId, name);
    if (added.outcome === 'refused') {
      return { outcome: 'refused', operationId, error: { code: added.code, message: REFUSALS[added.code] ?? added.code } };
    }
    const outcome = await joinQueue(core, boothId, added.userId, generation, operationId);
    return { ...outcome, number: added.number };
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return { outcome: 'refused', operationId, error: { code: error.code, message: `${error.message} Nobody joined the queue.` } };
  }
}
