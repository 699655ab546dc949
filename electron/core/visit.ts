/**
 * What an action on a visit needs to know of it before it begins.
 */
import type { Draft } from './operation.ts';
import type { VisitRow } from './ports.ts';
import type { VisitKind } from './waiting.ts';

export type Visit = Pick<VisitRow, 'waitingId' | 'boothId' | 'userId' | 'score' | 'revision'>;

/** The draft of an action of this kind on this visit. */
export function visitDraft(kind: VisitKind, visit: Visit): Draft {
  const { waitingId, boothId, userId, score, revision } = visit;
  return { kind, boothId, waitingId, userId, score, generation: revision };
}
