/**
 * No-show: a called visitor did not come, and the place is free for the next. The count inside does not change.
 */
import type { Core } from './core.ts';
import { runOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { type Visit, visitDraft } from './visit.ts';

/** @param visit as last read; if it has changed since, the ledger says so */
export function noShow(core: Core, visit: Visit, operationId: string): Promise<Outcome> {
  return runOperation(core, visitDraft('no-show', visit), operationId);
}
