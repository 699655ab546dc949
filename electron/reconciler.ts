/**
 * The loop around the pass: at an interval, at start, when a store comes back, after a failed tap, by hand. Never two passes at once.
 */
import type { PassTrigger, PassView } from '../shared/snapshot.ts';
import type { Core } from './core/core.ts';
import { reconcile } from './core/reconcile.ts';

/** A pass that nobody waits for runs at most this often. */
const SPACING_MS = 2_000;

export interface Reconciler {
  /** Asks for a pass soon; requests close together share one. */
  request(trigger: Exclude<PassTrigger, 'by-hand'>): void;
  /** Runs a full pass (after one under way) and tells what it did; asked several times meanwhile, it is one. */
  byHand(): Promise<PassView>;
  /**
   * Runs a pass for a queue store that may have lost something. Answers whether it ran through.
   * @param refills this kiosk does what the leading one has not done in time
   */
  verify(refills?: boolean): Promise<boolean>;
  running(): boolean;
  lastPass(): PassView | null;
  stop(): Promise<void>;
}

/**
 * Starts with a pass.
 * @param serving the booth this kiosk serves now
 */
export function startReconciler(core: Core, intervalMs: number, serving: () => number | null, onChange: () => void): Reconciler {
  let stopped = false;
  let last: PassView | null = null;
  let running = false;
  let tail: Promise<unknown> = Promise.resolve();
  let handRequest: Promise<PassView> | null = null;
  let verifying: Promise<boolean> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let dueAtMs = Infinity;
  let loggedProblem: string | null = null;

  const pass = async (trigger: PassTrigger, refills: boolean): Promise<PassView> => {
    running = true;
    onChange();
    try {
      const { left, ...report } = await reconcile(core, { trigger, serving: serving(), refills });
      last = { ...report, endedAt: core.clock.wallMs(), trigger };
      log(trigger, last, left);
      return last;
    } finally {
      running = false;
      onChange();
    }
  };

  /** Passes follow one another; a defect in one must not keep the next from running. */
  const enqueue = (trigger: PassTrigger, refills = false): Promise<PassView> => {
    const run = tail.then(() => pass(trigger, refills));
    tail = run.catch(() => undefined);
    return run;
  };

  /** Passes that found nothing are no news, and neither is a store that is still away. */
  const log = (trigger: PassTrigger, { problem, ...figures }: PassView, left: number): void => {
    const code = problem?.code ?? null;
    const { endedAt: _endedAt, trigger: _trigger, lead, durationMs, ...counts } = figures;
    const isNews = code !== loggedProblem || (code === null && (figures.seen > left || figures.recounted + figures.swept + figures.refilled + figures.expired > 0));
    loggedProblem = code;
    if (!isNews) return;
    core.logger.log(code === null ? 'info' : 'warn', 'reconciler-pass', { trigger, lead, ...counts, left, durationMs, problem: code });
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
    verify(refills = false) {
      verifying ??= enqueue('reconnect', refills)
        .then(({ problem }) => problem === null)
        .finally(() => (verifying = null));
      return verifying;
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
