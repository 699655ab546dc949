/** What can be taken back with one tap: each for eight seconds by the screen's own clock. The core decides whether it still can be. */
import { create } from 'zustand';
import type { Person, Snapshot } from '../shared/snapshot.ts';
import { useScreen } from './store.ts';
import { isDone, type Tap, type TapKind } from './taps.ts';

export const UNDO_SHOWN_MS = 8_000;
export const UNDO_OF = { call: 'undo-call', 'no-show': 'undo-no-show', cancel: 'undo-cancel', complete: 'undo-complete' } as const satisfies Partial<Record<TapKind, TapKind>>;
export type UndoneKind = keyof typeof UNDO_OF;
export const UNDO_KINDS = Object.values(UNDO_OF);

export interface UndoOffer {
  readonly kind: UndoneKind;
  readonly boothId: number;
  readonly visit: Person & { readonly waitingId: number };
  /** Later ones have higher numbers; as the taps they come from. */
  readonly order: number;
  /** By performance.now(). */
  readonly untilMs: number;
}

export const useUndo = create<{ readonly offers: readonly UndoOffer[] }>(() => ({ offers: [] }));

const isUndone = (kind: TapKind): kind is UndoneKind => Object.hasOwn(UNDO_OF, kind);

/** Makes offers of what is saved from now on; the function returned stops it. */
export function followOffers(): () => void {
  return useScreen.subscribe((state, before) => {
    if (state.taps === before.taps) return;
    for (const tap of Object.values(state.taps)) {
      const previous = before.taps[tap.subject];
      if (isDone(tap) && !(previous?.order === tap.order && isDone(previous))) settled(tap, state.snapshot);
    }
  });
}

function settled(tap: Tap, snapshot: Snapshot | null): void {
  const visits = visitsOf(tap, snapshot);
  const { kind, boothId, order } = tap;
  // Whatever happened to a visit since, what was before cannot be taken back any more.
  if (kind !== 'hold' && kind !== 'recall') drop((offer) => visits.some(({ waitingId }) => waitingId === offer.visit.waitingId));
  if (!isUndone(kind)) return;
  const untilMs = performance.now() + UNDO_SHOWN_MS;
  const fresh = visits.map((visit, index): UndoOffer => ({ kind, boothId, visit, order: order + index / visits.length, untilMs }));
  useUndo.setState(({ offers }) => ({ offers: [...offers, ...fresh] }));
  setTimeout(() => drop((offer) => fresh.includes(offer)), UNDO_SHOWN_MS);
}

const drop = (which: (offer: UndoOffer) => boolean): void => useUndo.setState(({ offers }) => ({ offers: offers.filter((offer) => !which(offer)) }));

/** The visits a tap changed or made. Of a call whose outcome had to be looked up, the list knows the visit. */
function visitsOf({ kind, boothId, person, waitingId, together }: Tap, snapshot: Snapshot | null): readonly UndoOffer['visit'][] {
  const calls = kind === 'call' && together !== null ? together.calls : [{ person, waitingId }];
  return calls.flatMap((call) => {
    if (call.person === null) return [];
    const { userId, name, number } = call.person;
    const booth = snapshot?.booth?.id === boothId ? snapshot.booth : null;
    const id = call.waitingId ?? booth?.called.find((visit) => visit.userId === userId)?.waitingId;
    return id === undefined ? [] : [{ userId, name, number, waitingId: id }];
  });
}
