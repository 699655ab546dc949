/**
 * Complete: a visitor who was inside has left, the booth's count falls by one.
 */
import type { Core } from './core.ts';
import { runOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { type Visit, visitDraft } from './visit.ts';

/** @param visit as last read; if it has changed since, the ledger says so */
export function completeExperience(core: Core, visit: Visit, operationId: string): Promise<Outcome> {
  return runOperation(core, visitDraft('complete', visit), operationId);
}
