/** Sends under way: each within its time, and all of them ended when the sender is closed. */

/** For what is under way when the sender is closed. */
const PATIENCE_MS = 1_000;

interface InFlight {
  /**
   * Runs `action` with a signal that fires when `limitMs` are over or the sender is closed. Its reason is what people are told then:
   * `late` gives the sentence for the first case. The action must end at that moment.
   */
  run<T>(limitMs: number, late: () => string, action: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Lets what is under way end within a second, then breaks it off. Nothing begins any more. */
  close(): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Map<AbortController, Promise<unknown>>();
  let closed = false;

  return {
    async run(limitMs, late, action) {
      if (closed) throw new Error('The kiosk is closing.');
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(new Error(late())), limitMs);
      const done = action(limit.signal);
      running.set(limit, done.catch(() => undefined));
      try {
        return await done;
      } finally {
        clearTimeout(timer);
        running.delete(limit);
      }
    },
    async close() {
      closed = true;
      const timer = setTimeout(() => running.forEach((_, limit) => limit.abort(new Error('The kiosk was closed meanwhile.'))), PATIENCE_MS);
      await Promise.all(running.values());
      clearTimeout(timer);
    },
  };
}

/** The promise's outcome, or the signal's reason, whichever is first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('It was broken off.'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
