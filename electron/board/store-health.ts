/**
 * What is known of one store: every read tells. The screen shows it, and taps are refused from it at once
 * instead of waiting for a driver's timeout.
 */
import type { AppError } from '../../shared/errors.ts';
import type { StoreView } from '../../shared/snapshot.ts';
import { type StoreDescription, StoreFailure } from '../core/ports.ts';

/**
 * A read that has waited this long, while nothing else was answered either, makes the store slow: no new tap begins on it. Far above
 * the round trip of a bad Wi-Fi (400 ms), far below the timeouts of the drivers. A line that is slower still is measured by itself.
 */
const SLOW_AFTER_MS = 700;
/** A read may wait behind a transaction, which is heard of at its end only: the longest, a booth's first copy, has eight statements. */
const SLOW_AFTER_LATENCIES = 10;

const SLOW = {
  queue: { code: 'QUEUE_STORE_UNREACHABLE', message: 'The answer of the queue store is overdue. Nothing was done.' },
  ledger: { code: 'LEDGER_UNREACHABLE', message: 'The answer of the ledger is overdue. Nothing was done.' },
} as const satisfies Record<StoreView['role'], AppError>;

interface StoreHealth {
  view(): Omit<StoreView, 'clocksApart'>;
  /** Runs a request, measuring it. Null when the store did not answer; what else is thrown is a defect. */
  watch<T>(request: () => Promise<T>): Promise<T | null>;
  describe(description: StoreDescription): void;
  /** The reason to refuse a tap now, or null. */
  refusal(): AppError | null;
}

/**
 * @param lastAnswerMs when the store last answered anything, by the monotonic clock
 * @param onUp called when the store answers again after it failed
 */
export function createStoreHealth(role: StoreView['role'], lastAnswerMs: () => number, onChange: () => void, onUp: () => void): StoreHealth {
  let view: Omit<StoreView, 'clocksApart'> = { role, server: '', state: 'connecting', since: Date.now(), latencyMs: null, problem: null, warnings: [] };

  let lastLatencyMs = 0;

  const become = (state: StoreView['state'], problem: AppError | null, latencyMs: number | null): void => {
    const before = view;
    view = { ...view, state, problem, latencyMs, since: before.state === state ? before.since : Date.now() };
    if (before.state !== state || before.problem?.message !== problem?.message) onChange();
    if (state === 'up' && before.state !== 'up' && before.state !== 'slow') onUp();
  };

  const becomeSlow = (): void => {
    if (view.state === 'up') become('slow', SLOW[role], null);
  };

  return {
    view: () => view,
    async watch(request) {
      const startedMs = performance.now();
      const silence = onceSilent(lastAnswerMs, Math.max(SLOW_AFTER_MS, SLOW_AFTER_LATENCIES * lastLatencyMs), becomeSlow);
      try {
        const answer = await request();
        const tookMs = performance.now() - startedMs;
        // What asked nothing took no time, and says nothing about the line.
        if (lastAnswerMs() >= startedMs) lastLatencyMs = tookMs;
        become('up', null, Math.round(tookMs * 10) / 10);
        return answer;
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        const unfit = error.code === 'QUEUE_STORE_UNFIT' || error.code === 'LEDGER_UNFIT';
        become(unfit ? 'unfit' : 'down', { code: error.code, message: error.message }, null);
        return null;
      } finally {
        silence.stopWaiting();
      }
    },
    describe({ server, warnings }) {
      view = { ...view, server, warnings };
      onChange();
    },
    refusal: () => (view.state === 'up' || view.state === 'connecting' ? null : view.problem),
  };
}

/**
 * Calls `then` once the store has answered nothing for `ms` from now on. An answer that only waits behind other work of this process
 * counts as here: the timer gives it a turn of the event loop.
 */
function onceSilent(lastAnswerMs: () => number, ms: number, then: () => void): { stopWaiting(): void } {
  let over = false;
  let timer: NodeJS.Timeout;
  const waitFor = (waitMs: number): void => void (timer = setTimeout(() => setImmediate(look), waitMs));
  const look = (): void => {
    if (over) return;
    const leftMs = lastAnswerMs() + ms - performance.now();
    if (leftMs > 0) waitFor(leftMs);
    else then();
  };
  waitFor(ms);
  return {
    stopWaiting() {
      over = true;
      clearTimeout(timer);
    },
  };
}
