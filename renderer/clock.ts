/** One tick a second for everything on screen that counts. */
import { useSyncExternalStore } from 'react';
import { useScreen } from './store.ts';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let moment = readMoment();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    moment = readMoment();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function readMoment(): { readonly monotonicMs: number; readonly wallMs: number } {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

const useMoment = (): typeof moment => useSyncExternalStore(subscribe, () => moment);

/**
 * The history store's clock now, epoch ms: the snapshot's time advanced by the page's monotonic clock, so that a wrong or
 * jumping clock of this machine changes nothing.
 */
export function useLedgerNow(): number {
  const { monotonicMs } = useMoment();
  const now = useScreen((state) => state.snapshot?.now ?? 0);
  const receivedAtMs = useScreen((state) => state.receivedAtMs);
  return now + Math.max(0, monotonicMs - receivedAtMs);
}

/** This machine's clock now, epoch ms: only for durations that the main process stamped with the same clock. */
export function useWallNow(): number {
  return useMoment().wallMs;
}
