/**
 * Call next: the first of the queue leaves it and gets a visit, CALLED.
 */
import type { Core } from './core.ts';
import { runOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';

/** @param generation the booth's generation as last read; an old one costs one more attempt */
export function callNext(core: Core, boothId: number, generation: number, operationId: string): Promise<Outcome> {
  return runOperation(core, { kind: 'call', boothId, generation }, operationId);
}
