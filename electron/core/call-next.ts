/**
 * Call: a visitor leaves the queue and gets a visit, CALLED: the first, several, or one chosen out of turn.
 */
import type { Core } from './core.ts';
import type { BoothHistory } from './ledger.ts';
import { UNSIGNED } from './note.ts';
import { runOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { OperationNote } from './ports.ts';

/** Of the booth as last read; an old generation costs one more attempt, an old epoch only makes a loss show later. */
export interface CallingBooth {
  readonly boothId: number;
  readonly generation: number;
  readonly epoch: number;
}

export function callingBooth({ booth, epoch }: Pick<BoothHistory, 'booth' | 'epoch'>): CallingBooth {
  return { boothId: booth.boothId, generation: booth.generation, epoch };
}

/** The first of the queue. */
export function callNext(core: Core, booth: CallingBooth, operationId: string, note: OperationNote = UNSIGNED): Promise<Outcome> {
  return call(core, booth, null, operationId, note);
}

/** A chosen visitor, out of turn: the note says why. */
export function callChosen(core: Core, booth: CallingBooth, userId: number, operationId: string, note: OperationNote): Promise<Outcome> {
  return call(core, booth, userId, operationId, note);
}

/** One after the other, each an operation of its own; ends with the first that is not done for certain. At least one outcome. */
export async function callSeveral(core: Core, booth: CallingBooth, count: number, operationId: string, note: OperationNote = UNSIGNED): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let id = operationId;
  do {
    const outcome = await callNext(core, booth, id, note);
    outcomes.push(outcome);
    if (outcome.outcome !== 'done') break;
    id = core.ids.operationId();
  } while (outcomes.length < count);
  return outcomes;
}

function call(core: Core, { boothId, generation, epoch }: CallingBooth, userId: number | null, operationId: string, note: OperationNote): Promise<Outcome> {
  return runOperation(core, { kind: 'call', boothId, userId, generation, leastEpoch: epoch, note }, operationId);
}
