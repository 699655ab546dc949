/**
 * Join: a visitor gets a place in the queue, and the ledger a mirror of it before anybody is told. Leave: the visitor gives it up.
 */
import type { Core } from './core.ts';
import { UNSIGNED } from './note.ts';
import { runOperation } from './operation.ts';
import { failed, type Outcome, refused } from './outcome.ts';
import type { OperationNote } from './ports.ts';
import { asStoreFailure } from './store-failure.ts';
import type { Ticket } from './waiting.ts';

/** A visitor whom the festival knows already. */
export function joinQueue(core: Core, boothId: number, userId: number, generation: number, operationId: string, note: OperationNote = UNSIGNED): Promise<Outcome> {
  return runOperation(core, { kind: 'join', boothId, userId, generation, note }, operationId);
}

/** A visitor who waits gives up the place. */
export function leaveQueue(core: Core, boothId: number, userId: number, generation: number, operationId: string, note: OperationNote = UNSIGNED): Promise<Outcome> {
  return runOperation(core, { kind: 'leave', boothId, userId, generation, note }, operationId);
}

/** The booth has closed, and sends a visitor who waits away; refused once it is open again. The note's reason is what the visitor is told. */
export function dismiss(core: Core, boothId: number, userId: number, generation: number, operationId: string, note: OperationNote): Promise<Outcome> {
  return runOperation(core, { kind: 'dismiss', boothId, userId, generation, note }, operationId);
}

/** A ticket leaves the queue; a later registration of the same visitor stays. */
export function leaveAt(core: Core, { boothId, userId, score }: Ticket, generation: number, operationId: string, note: OperationNote): Promise<Outcome> {
  return runOperation(core, { kind: 'leave', boothId, userId, score, generation, note }, operationId);
}

/**
 * A walk-in: becomes a user with a short number first (the same operation id always gives the same user, and so does the phone number of
 * somebody who waits here), then joins.
 * Dying in between leaves a user who never queued, which is harmless.
 */
export async function joinAsWalkIn(core: Core, boothId: number, name: string, generation: number, operationId: string, note: OperationNote = UNSIGNED, phone: string | null = null): Promise<Outcome & { readonly number?: number }> {
  try {
    const added = await core.ledger.addWalkIn(operationId, boothId, name, phone);
    if (added.outcome === 'refused') return refused(operationId, added.code);
    const outcome = await joinQueue(core, boothId, added.userId, generation, operationId, note);
    return { ...outcome, number: added.number };
  } catch (error) {
    return failed(operationId, asStoreFailure(error));
  }
}
