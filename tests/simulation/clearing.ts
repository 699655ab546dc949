/** What clearing the leftovers of an earlier day may take: nobody who came after the instant it was told. */
import type { SoftLock } from '../../electron/core/ports.ts';
import { requestOf } from './fates.ts';
import type { Visit } from './record.ts';
import type { Must } from './violation.ts';

export interface ClearingJudge {
  /** This request is one of a clearing of those who came before an instant, epoch ms. */
  readonly begins: (operationId: string, beforeMs: number) => void;
  /** Another program is about to save this visit whole: the kiosk may have looked at it before. */
  readonly overwritten: (visit: Visit) => void;
  /** It is in the ledger. `visit`: as it was, of one that had been called. */
  readonly committed: (lock: SoftLock, visit: Visit | null) => void;
}

export function createClearingJudge(must: Must): ClearingJudge {
  /** By what all attempts of a request have in common. */
  const instants = new Map<string, number>();
  /** Visit and status → the earliest time of that status before another program wrote over it. */
  const earlier = new Map<string, number>();
  const keyOf = ({ id, status }: Visit): string => `${id} ${status}`;
  const cameAt = (visit: Visit): number => Math.min(earlier.get(keyOf(visit)) ?? Infinity, visit.status === 'ENTERED' ? (visit.entered_at ?? visit.called_at) : visit.called_at);
  return {
    overwritten: (visit) => void earlier.set(keyOf(visit), cameAt(visit)),
    begins: (operationId, beforeMs) => void instants.set(requestOf(operationId), beforeMs),
    committed({ kind, operationId, userId, score }, visit) {
      const beforeMs = instants.get(requestOf(operationId));
      if (beforeMs === undefined) return;
      const cameMs = visit === null ? Math.floor((score ?? Infinity) * 1000) : cameAt(visit);
      must(cameMs < beforeMs, 'cleared-too-new', () => `${kind} ${operationId} cleared ${userId}, who came at ${cameMs}, with those of before ${beforeMs}`);
    },
  };
}
