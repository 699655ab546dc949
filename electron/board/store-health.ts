/**
 * What is known of one store: every read tells. The screen shows it, and taps are refused from it at once
 * instead of waiting for a driver's timeout.
 */
import type { AppError } from '../../shared/errors.ts';
import type { StoreView } from '../../shared/snapshot.ts';
import { type StoreDescription, StoreFailure } from '../core/ports.ts';

export interface StoreHealth {
  view(): StoreView;
  /** Runs a request, measuring it. Null when the store did not answer; what else is thrown is a defect. */
  watch<T>(request: () => Promise<T>): Promise<T | null>;
  describe(description: StoreDescription): void;
  /** The reason to refuse a tap now, or null. */
  refusal(): AppError | null;
}

/** @param onUp called when the store answers again after it did not */
export function createStoreHealth(role: StoreView['role'], onChange: () => void, onUp: () => void): StoreHealth {
  let view: StoreView = { role, server: '', state: 'connecting', since: Date.now(), latencyMs: null, problem: null, warnings: [] };

  const become = (state: StoreView['state'], problem: AppError | null, latencyMs: number | null): void => {
    const before = view;
    view = { ...view, state, problem, latencyMs, since: before.state === state ? before.since : Date.now() };
    if (before.state !== state || before.problem?.message !== problem?.message) onChange();
    if (state === 'up' && before.state !== 'up') onUp();
  };

  return {
    view: () => view,
    async watch(request) {
      const startedMs = performance.now();
      try {
        const answer = await request();
        become('up', null, Math.round((performance.now() - startedMs) * 10) / 10);
        return answer;
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        const unfit = error.code === 'QUEUE_STORE_UNFIT' || error.code === 'LEDGER_UNFIT';
        become(unfit ? 'unfit' : 'down', { code: error.code, message: error.message }, null);
        return null;
      }
    },
    describe({ server, warnings }) {
      view = { ...view, server, warnings };
      onChange();
    },
    refusal: () => (view.state === 'down' || view.state === 'unfit' ? view.problem : null),
  };
}
