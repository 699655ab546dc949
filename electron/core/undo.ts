/**
 * Undo: what happened last to a visit is taken back, as an operation of its own.
 */
import type { VisitRow } from './ledger.ts';
import type { VisitKind } from './waiting.ts';

/** The action that takes back what a visit in this state came from; null when that cannot be taken back (it was let in, or put back into the queue). */
export function undoOf({ status, endedAs, released }: Pick<VisitRow, 'status' | 'endedAs' | 'released'>): Extract<VisitKind, `undo-${string}`> | null {
  if (released) return null;
  if (status === 'CALLED') return 'undo-call';
  if (status === 'ENTERED') return null;
  switch (endedAs) {
    case 'NO_SHOW':
      return 'undo-no-show';
    case 'CANCELLED':
      return 'undo-cancel';
    case 'ENTERED':
      return 'undo-complete';
    case null:
      return null;
  }
}
