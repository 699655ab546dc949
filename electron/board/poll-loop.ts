/**
 * Repeats one piece of work: at an interval, and at once when poked. Never two at a time; a poke during a run means one more run.
 * While the work fails, the pauses grow, so that a hundred kiosks do not storm a server that has just come back.
 */
import { backoffWithJitter } from '../stores/backoff.ts';

export interface PollLoop {
  /** Runs the work now, unless it failed last time: then it waits for its turn. */
  poke(): void;
  /** Runs the work now, whatever happened before: a person asks for it. Resolves when that run has ended. */
  now(): Promise<void>;
  /** Ends the loop; resolves when a run under way has ended. */
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 500;
/** The return of a store must show within about two seconds. */
const RETRY_CAP_MS = 2_000;

/**
 * @param work answers whether it succeeded. It must not throw: what fails is state, and a defect ends the program
 * @param intervalMs between two successful runs, on average
 */
export function startPollLoop(work: () => Promise<boolean>, intervalMs: number): PollLoop {
  let stopped = false;
  let poked: 'no' | 'poke' | 'now' = 'no';
  let failures = 0;
  let wake: (() => void) | null = null;
  let waiting: (() => void)[] = [];

  const mayGoOn = (): boolean => poked === 'now' || (poked === 'poke' && failures === 0);
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, failures === 0 ? steadyMs(intervalMs) : backoffMs(failures));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (mayGoOn()) wake();
    });

  const run = async (): Promise<void> => {
    while (!stopped) {
      poked = 'no';
      const served = waiting;
      waiting = [];
      failures = (await work()) ? 0 : failures + 1;
      for (const resolve of served) resolve();
      if (!stopped) await pause();
      wake = null;
    }
    for (const resolve of waiting) resolve();
  };
  const running = run();

  return {
    poke() {
      if (poked === 'no') poked = 'poke';
      if (mayGoOn()) wake?.();
    },
    now: () =>
      new Promise((resolve) => {
        if (stopped) return resolve();
        waiting.push(resolve);
        poked = 'now';
        wake?.();
      }),
    async stop() {
      stopped = true;
      wake?.();
      await running;
    },
  };
}

/** A server that hung answers all its kiosks at one moment: without jitter they would stay in step for ever. */
function steadyMs(intervalMs: number): number {
  return intervalMs * (0.9 + Math.random() / 5);
}

/** @param failures in a row, at least 1 */
function backoffMs(failures: number): number {
  return backoffWithJitter(failures, FIRST_RETRY_MS, RETRY_CAP_MS);
}
