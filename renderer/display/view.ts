/** What is shown, and the clock of the history that runs on from it. */
import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { DisplayView } from '../../shared/display.ts';

const TICK_MS = 1_000;

export interface Shown {
  readonly view: DisplayView;
  /** performance.now() at its arrival. */
  readonly receivedAtMs: number;
}

export const useShown = create<{ readonly shown: Shown | null }>(() => ({ shown: null }));

/** Shows a view, unless a newer one is there already. */
export function acceptView(view: DisplayView): void {
  useShown.setState((state) => (state.shown !== null && view.version <= state.shown.view.version ? state : { shown: { view, receivedAtMs: performance.now() } }));
}

/** The clock of the history now, epoch ms: it runs on when nothing comes any more, and what is shown grows old. */
export function useNow({ view, receivedAtMs }: Shown): number {
  const [monotonicMs, setMonotonicMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setMonotonicMs(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return view.now + Math.max(0, monotonicMs - receivedAtMs);
}
