/**
 * The loop around the pass: at an interval, at start, when a store comes back, after a failed tap, by hand. Never two passes at once.
 */
import type { PassView } from '../shared/snapshot.ts';
import type { Core } from './core/core.ts';
import { reconcile } from './core/reconcile.ts';

type Trigger = PassView['trigger'];

/** A pass that nobody waits for runs at most this often. */
const SPACING_MS = 2_000;

export interface Reconciler {
  /** Asks for a pass soon; requests close together share one. */
  request(trigger: Exclude<Trigger, 'by-hand'>): void;
  /** Runs a full pass now (after one under way) and tells what it did. */
  byHand(): Promise<PassView>;
  running(): boolean;
  lastPass(): PassView | null;
  stop(): Promise<void>;
}

/** Starts with a pass. */
export function startReconciler(core: Core, intervalMs: number, onChange: () => void): Reconciler {
  let stopped = false;
  let last: PassView | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let active = 0;
  let timer: NodeJS.Timeout | null = null;
  let dueAtMs = Infinity;

  const pass = (trigger: Trigger): Promise<PassView> => {
    const run = tail.then(async () => {
      active++;
      onChange();
      const report = await reconcile(core, { trigger });
      last = { ...report, endedAt: core.clock.wallMs(), trigger };
      active--;
      const { problem, ...figures } = report;
      if (report.seen > report.left || report.recounted > 0 || problem !== null) {
        core.logger.log(problem === null ? 'info' : 'warn', 'reconciler pass', { trigger, ...figures, problem: problem?.code ?? null });
      }
      onChange();
      return last;
    });
    tail = run;
    return run;
  };

  const schedule = (trigger: Trigger, inMs: number): void => {
    const atMs = core.clock.monotonicMs() + inMs;
    if (stopped || atMs >= dueAtMs) return;
    if (timer !== null) clearTimeout(timer);
    dueAtMs = atMs;
    timer = setTimeout(() => {
      dueAtMs = Infinity;
      void pass(trigger).finally(() => schedule('interval', intervalMs));
    }, inMs);
  };
  schedule('start', 0);

  return {
    request(trigger) {
      const sinceLastMs = last === null ? Infinity : core.clock.wallMs() - last.endedAt;
      schedule(trigger, Math.min(SPACING_MS, Math.max(0, SPACING_MS - sinceLastMs)));
    },
    byHand: () => pass('by-hand'),
    running: () => active > 0,
    lastPass: () => last,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await tail;
    },
  };
}
