/** One tick a second for everything on screen that counts. */
import { useSyncExternalStore } from 'react';
import { useScreen } from './store.ts';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let ticks = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    ticks += 1;
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const useTick = (): number => useSyncExternalStore(subscribe, () => ticks);

/**
 * The history store's clock now, epoch ms: the snapshot's time advanced by the page's monotonic clock, so that a wrong or
 * jumping clock of this machine changes nothing.
 */
export function useLedgerNow(): number {
  useTick();
  const now = useScreen((state) => state.snapshot?.now ?? 0);
  const receivedAtMs = useScreen((state) => state.receivedAtMs);
  return now + Math.max(0, performance.now() - receivedAtMs);
}

/** This machine's clock now, epoch ms: only for durations that the main process stamped with the same clock. */
export function useWallNow(): number {
  useTick();
  return Date.now();
}
