/**
 * Repeats one piece of work: at an interval, and at once when poked. Never two at a time; a poke during a run means one more run.
 */
export interface PollLoop {
  poke(): void;
  /** Ends the loop; resolves when a run under way has ended. */
  stop(): Promise<void>;
}

/** @param work must not throw: what fails is state, and a defect ends the program */
export function startPollLoop(work: () => Promise<void>, intervalMs: number): PollLoop {
  let stopped = false;
  let poked = false;
  let wake: (() => void) | null = null;

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, intervalMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (poked) wake();
    });

  const run = async (): Promise<void> => {
    while (!stopped) {
      poked = false;
      await work();
      if (!stopped) await pause();
      wake = null;
    }
  };
  const running = run();

  return {
    poke() {
      poked = true;
      wake?.();
    },
    async stop() {
      stopped = true;
      wake?.();
      await running;
    },
  };
}
