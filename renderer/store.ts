/** The screen's one store: the newest snapshot of the main process, and what is local to this screen. */
import { create } from 'zustand';
import type { DepartureView, JoinAnswer } from '../shared/channels.ts';
import type { AppError } from '../shared/errors.ts';
import type { Language, Person, Snapshot, VisitEntry, WaitingEntry } from '../shared/snapshot.ts';
import { adoptPending, resolveTaps, type Tap, type Taps, withoutOld } from './taps.ts';

export type Theme = 'dark' | 'light';
type OpenDialog = 'none' | 'add-visitor' | 'status' | 'booths' | 'staff' | 'sound' | 'queue' | 'gone' | 'phase' | 'leftovers' | 'report';

/** Whose menu is open: a called visitor's, a waiting one's, that of somebody who went, or that of the calls of a booth. */
export type MenuSubject =
  | { readonly of: 'called'; readonly boothId: number; readonly visit: VisitEntry }
  | { readonly of: 'waiting'; readonly boothId: number; readonly entry: WaitingEntry }
  | { readonly of: 'gone'; readonly boothId: number; readonly entry: DepartureView & { readonly waitingId: number; readonly kind: 'complete' | 'no-show' | 'cancel' } }
  | { readonly of: 'calls'; readonly boothId: number };

/** What a scan came to before anything was asked. busy: the one before is still being added. */
export type Scanned =
  | { readonly kind: 'known'; readonly userId: number }
  | { readonly kind: 'called' | 'inside'; readonly boothId: number; readonly visit: VisitEntry }
  | { readonly kind: 'unknown'; readonly code: string }
  | { readonly kind: 'busy' };

interface ScreenState {
  readonly snapshot: Snapshot | null;
  /** performance.now() at its arrival: what advances its `now`. */
  readonly receivedAtMs: number;
  /** Chosen here and not yet confirmed by a push. */
  readonly languageOverride: Language | null;
  readonly theme: Theme;
  readonly taps: Taps;
  readonly joined: JoinAnswer | null;
  /** How visitors were added last: a booth does it the same way all day. */
  readonly addWay: 'name' | 'phone';
  /** The newest scan, until the dialog goes on. */
  readonly scanned: Scanned | null;
  /** Whose calls were saved last, while their rows stand out. */
  readonly justCalled: { readonly boothId: number; readonly people: readonly Person[]; readonly order: number } | null;
  /** Why a touch of the main button was left aside, said for a moment: it was tapped again too soon, or by two fingers. */
  readonly callHeldBack: 'moment' | 'oneFinger' | null;
  /** A failure outside the taps, until it is dismissed. */
  readonly notice: AppError | null;
  readonly dialog: OpenDialog;
  /** Over the dialog, where there is one. */
  readonly menu: MenuSubject | null;
}

export const useScreen = create<ScreenState>(() => ({
  snapshot: null,
  receivedAtMs: 0,
  languageOverride: null,
  theme: 'dark',
  taps: {},
  joined: null,
  addWay: 'name',
  scanned: null,
  justCalled: null,
  callHeldBack: null,
  notice: null,
  dialog: 'none',
  menu: null,
}));

const set = useScreen.setState;
let lastOrder = 0;

/** A number above all given before. */
export const nextOrder = (): number => (lastOrder += 1);

/** Shows a snapshot, unless a newer one is on screen already. */
export function acceptSnapshot(snapshot: Snapshot): void {
  set((state) => {
    if (state.snapshot !== null && snapshot.version <= state.snapshot.version) return state;
    return {
      snapshot,
      receivedAtMs: performance.now(),
      languageOverride: state.languageOverride === snapshot.language ? null : state.languageOverride,
      taps: adoptPending(resolveTaps(state.taps, snapshot), snapshot, nextOrder),
    };
  });
}

/** Puts a new tap in its place. */
export function putTap(tap: Tap): void {
  set((state) => ({ taps: { ...withoutOld(state.taps, tap.waitingId), [tap.subject]: tap } }));
}

/** Changes a tap if it is still the one on screen. */
export function changeTap(order: number, change: (tap: Tap) => Tap | null): void {
  set((state) => {
    const tap = Object.values(state.taps).find((candidate) => candidate.order === order);
    if (tap === undefined) return state;
    const changed = change(tap);
    const { [tap.subject]: _removed, ...others } = state.taps;
    return { taps: changed === null ? others : { ...state.taps, [tap.subject]: changed } };
  });
}

export const openDialog = (dialog: OpenDialog): void => set({ dialog });
export const openMenu = (menu: MenuSubject | null): void => set({ menu });
export const showNotice = (notice: AppError | null): void => set({ notice });

/** The language to show: the choice made here until the main process confirms it. */
export const languageOf = (state: ScreenState): Language => state.languageOverride ?? state.snapshot?.language ?? 'ko';
export const useLanguage = (): Language => useScreen(languageOf);
