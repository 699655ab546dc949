/** What the snapshot means for the buttons and signs of the booth screen. */
import type { BoothView, Snapshot, StoreView } from '../shared/snapshot.ts';

export type SyncState = 'ok' | 'catching-up' | 'attention';
type CallBlock = 'connecting' | 'slow' | 'down' | 'closed' | 'dismissing' | 'paused' | 'full' | 'empty';

const storeOf = (snapshot: Snapshot, role: StoreView['role']): StoreView | undefined => snapshot.stores.find((store) => store.role === role);
const isUp = (store: StoreView | undefined): boolean => store === undefined || store.state === 'up';
export const isBroken = (store: StoreView | undefined): store is StoreView => store?.state === 'down' || store?.state === 'unfit';

/** The stores that keep people from working, for the banner. */
export function brokenStores(snapshot: Snapshot): { readonly queue: StoreView | null; readonly ledger: StoreView | null } {
  const queue = storeOf(snapshot, 'queue');
  const ledger = storeOf(snapshot, 'ledger');
  return { queue: isBroken(queue) ? queue : null, ledger: isBroken(ledger) ? ledger : null };
}

/** One word for a supervisor who looks for three seconds. */
export function syncState(snapshot: Snapshot): SyncState {
  const { booth, boothProblem, stores, locks, pending, lastPass, monitoring } = snapshot;
  const unattended = boothProblem !== null || (booth?.setAside ?? 0) > 0 || (booth?.lostQueue ?? null) !== null;
  const urgent = monitoring.alerts.some(({ level }) => level === 'urgent');
  if (unattended || urgent || stores.some(isBroken) || locks.some((lock) => lock.overdue) || lastPass?.problem) return 'attention';
  if (stores.some((store) => store.state === 'connecting' || store.state === 'slow') || locks.length > 0 || pending.length > 0) return 'catching-up';
  return 'ok';
}

/** The first store that is not up among those an action needs. */
export function missingStore(snapshot: Snapshot, needs: readonly StoreView['role'][]): StoreView | null {
  for (const role of needs) {
    const store = storeOf(snapshot, role);
    if (store !== undefined && !isUp(store)) return store;
  }
  return null;
}

/** Why nobody can be called now; null when the button works. The history store still has the last word. */
export function callBlock(snapshot: Snapshot, booth: BoothView): { readonly why: CallBlock; readonly store: StoreView | null } | null {
  const store = missingStore(snapshot, ['ledger', 'queue']);
  if (store !== null) return { why: delayOf(store), store };
  const phase = phaseBlock(booth);
  if (phase !== null) return { why: phase, store: null };
  if (isFull(booth)) return { why: 'full', store: null };
  return booth.waitingTotal === 0 ? { why: 'empty', store: null } : null;
}

/** What a store that cannot be used now is waited for: to answer for the first time, to answer at all, or to come back. */
export function delayOf({ state }: StoreView): 'connecting' | 'slow' | 'down' {
  return state === 'connecting' || state === 'slow' ? state : 'down';
}

/** Nobody can come in before somebody leaves. */
export function isFull({ inside, called, capacity }: BoothView): boolean {
  return inside + called.length >= capacity;
}

/** What staff made of the booth that keeps anybody from being called. */
export function phaseBlock({ phase: { phase, dismissing }, waitingTotal }: BoothView): 'closed' | 'dismissing' | 'paused' | null {
  if (phase === 'closed') return dismissing && waitingTotal > 0 ? 'dismissing' : 'closed';
  return phase === 'paused' ? phase : null;
}

/** Nobody new can register at the booth. */
export function takesNobody({ phase }: BoothView): boolean {
  return phase.phase === 'closed' || phase.lastCall;
}

const STALE_MS = 10_000;

/** The reading time to show beside a list, when the list is too old to be taken for the present. */
export function staleSince(readAt: number | null, nowMs: number): number | null {
  return readAt !== null && nowMs - readAt > STALE_MS ? readAt : null;
}
