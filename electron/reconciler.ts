/**
 * The loop around the pass: at an interval, at start, when a store comes back, after a failed tap, by hand. Never two passes at once.
 */
import type { PassView } from '../shared/snapshot.ts';
import type { Core } from './core/core.ts';
import { type PassTrigger, reconcile } from './core/reconcile.ts';

/** A pass that nobody waits for runs at most this often. */
const SPACING_MS = 2_000;

export interface Reconciler {
  /** Asks for a pass soon; requests close together share one. */
  request(trigger: Exclude<PassTrigger, 'by-hand'>): void;
  /** Runs a full pass (after one under way) and tells what it did; asked several times meanwhile, it is one. */
  byHand(): Promise<PassView>;
  running(): boolean;
  lastPass(): PassView | null;
  stop(): Promise<void>;
}

/** Starts with a pass. */
export function startReconciler(core: Core, intervalMs: number, onChange: () => void): Reconciler {
  let stopped = false;
  let last: PassView | null = null;
  let running = false;
  let tail: Promise<unknown> = Promise.resolve();
  let handRequest: Promise<PassView> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let dueAtMs = Infinity;
  let loggedProblem: string | null = null;

  const pass = async (trigger: PassTrigger): Promise<PassView> => {
    running = true;
    onChange();
    try {
      const { left, ...report } = await reconcile(core, { trigger });
      last = { ...report, endedAt: core.clock.wallMs(), trigger };
      log(trigger, last, left);
      return last;
    } finally {
      running = false;
      onChange();
    }
  };

  /** Passes follow one another; a defect in one must not keep the next from running. */
  const enqueue = (trigger: PassTrigger): Promise<PassView> => {
    const run = tail.then(() => pass(trigger));
    tail = run.catch(() => undefined);
    return run;
  };

  /** Passes that found nothing are no news, and neither is a store that is still away. */
  const log = (trigger: PassTrigger, { problem, ...figures }: PassView, left: number): void => {
    const code = problem?.code ?? null;
    const isNews = code !== loggedProblem || (code === null && (figures.seen > left || figures.recounted > 0));
    loggedProblem = code;
    if (!isNews) return;
    const { seen, finished, undone, superseded, kept, recounted, durationMs } = figures;
    core.logger.log(code === null ? 'info' : 'warn', 'reconciler pass', { trigger, seen, finished, undone, superseded, kept, left, recounted, durationMs, problem: code });
  };

  const schedule = (trigger: Exclude<PassTrigger, 'by-hand'>, inMs: number): void => {
    const atMs = core.clock.monotonicMs() + inMs;
    if (stopped || atMs >= dueAtMs) return;
    if (timer !== null) clearTimeout(timer);
    dueAtMs = atMs;
    timer = setTimeout(() => {
      dueAtMs = Infinity;
      void enqueue(trigger).finally(() => schedule('interval', intervalMs));
    }, inMs);
  };
  schedule('start', 0);

  return {
    request(trigger) {
      const sinceLastMs = last === null ? Infinity : core.clock.wallMs() - last.endedAt;
      schedule(trigger, Math.min(SPACING_MS, Math.max(0, SPACING_MS - sinceLastMs)));
    },
    byHand() {
      handRequest ??= enqueue('by-hand').finally(() => (handRequest = null));
      return handRequest;
    },
    running: () => running,
    lastPass: () => last,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await tail;
    },
  };
}
