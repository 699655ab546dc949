/**
 * Notes when a store last answered anybody in this process: a read that waits behind other requests is no sign of a store that hangs.
 */
export interface Heard<S> {
  readonly store: S;
  /** Of the last answer, by the monotonic clock; -Infinity when there was none. */
  lastAnswerMs(): number;
}

/** The same store, listened to. Every method that answers a promise counts. */
export function hearing<S extends object>(real: S): Heard<S> {
  let lastMs = -Infinity;
  const note = (): void => void (lastMs = performance.now());
  const store = new Proxy(real, {
    get(target, property): unknown {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, args);
        // Whoever asked meets the failure; here only answers count.
        if (answer instanceof Promise) answer.then(note, () => undefined);
        return answer;
      };
    },
  });
  return { store, lastAnswerMs: () => lastMs };
}
