/** What of the menus can be done now, as far as the screen knows; the core has the last word. */
import type { BoothView, OperationKind, Snapshot } from '../shared/snapshot.ts';
import { delayOf, missingStore, phaseBlock } from './board.ts';
import type { Translate } from './i18n/i18n.ts';
import { isolate, storeLabel } from './i18n/words.ts';

/** They take a visitor into or out of the queue; all other actions go on while the queue store is away. */
export const NEEDS_QUEUE: readonly OperationKind[] = ['join', 'call', 'leave', 'dismiss', 'put-back', 'undo-call', 'requeue'];

/** Which store an action waits for, in words; null when nothing is in its way. */
export function storeBlock(t: Translate, snapshot: Snapshot, kind: OperationKind): string | null {
  const store = missingStore(snapshot, NEEDS_QUEUE.includes(kind) ? ['ledger', 'queue'] : ['ledger']);
  return store === null ? null : t(`reason.${delayOf(store)}`, { store: storeLabel(store) });
}

/** Why nobody can be called now, whoever it is and whether or not there is room; null when somebody can. */
export function callingBlock(t: Translate, snapshot: Snapshot, booth: BoothView): string | null {
  return storeBlock(t, snapshot, 'call') ?? phaseText(t, booth) ?? (booth.waitingTotal === 0 ? t('reason.empty') : null);
}

/** What staff made of the booth keeps everybody from being called. */
function phaseText(t: Translate, booth: BoothView): string | null {
  const why = phaseBlock(booth);
  return why === null ? null : t(`reason.${why}`, { waiting: booth.waitingTotal, reason: isolate(booth.phase.reason ?? '') });
}

/** How many more the booth has room for. */
export function roomLeft({ capacity, inside, called }: BoothView): number {
  return Math.max(0, capacity - inside - called.length);
}
