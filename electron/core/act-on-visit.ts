/**
 * Every action on a visit that has its row: entrance, completion, no-show, cancel, hold, call again, put back, undo, late arrival.
 * What each expects and leads to is the table VISIT_TRANSITIONS; what it does to the queue, EFFECTS.
 */
import type { Core } from './core.ts';
import type { VisitRow } from './ledger.ts';
import { UNSIGNED } from './note.ts';
import { type Draft, runOperation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { OperationNote } from './ports.ts';
import { isRestoreKind, type ReturnPlace, type VisitKind } from './waiting.ts';

/** What an action needs to know of a visit, as last read; if it has changed since, the ledger says so. */
type Visit = Pick<VisitRow, 'waitingId' | 'boothId' | 'userId' | 'score' | 'registeredScore' | 'revision'>;

export interface VisitOptions {
  readonly note?: OperationNote;
  /** Where a visitor goes who is put back. */
  readonly place?: ReturnPlace;
  /** false: give up when somebody else was quicker, because what was seen then no longer holds. */
  readonly again?: boolean;
}

/** Runs the action to its outcome. Expected failures are values. */
export function actOnVisit(core: Core, kind: VisitKind, visit: Visit, operationId: string, options: VisitOptions = {}): Promise<Outcome> {
  return runOperation(core, visitDraft(kind, visit, options), operationId, options.again ?? true);
}

function visitDraft(kind: VisitKind, visit: Visit, { note = UNSIGNED, place = 'original' }: VisitOptions): Draft {
  const { waitingId, boothId, userId, score, revision } = visit;
  const draft = { boothId, waitingId, userId, score, generation: revision, note };
  // Rows of another program carry no ticket: the time of registration is what their score was.
  return isRestoreKind(kind) ? { ...draft, kind, returnScore: score ?? visit.registeredScore, place } : { ...draft, kind };
}
