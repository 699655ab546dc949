/**
 * Makes a store fail the way networks do, around a real implementation of the port: what runs, runs for real.
 */
import { type StoreCode } from '../../shared/errors.ts';
import { StoreFailure } from '../../electron/core/ports.ts';

/**
 * refused: it never ran. lost: it ran, the reply did not arrive. late: no reply, and it runs only when `deliver` is called.
 */
export type Fault = 'refused' | 'lost' | 'late';

export interface Faulty<S> {
  readonly store: S;
  /** The next `times` calls of `method` end in `fault`. */
  fail(method: keyof S & string, fault: Fault, times?: number): void;
  /** Every call of every method is refused until `heal`. */
  down(): void;
  heal(): void;
  /** Runs what was held back as late; answers what each came to. */
  deliver(): Promise<readonly PromiseSettledResult<unknown>[]>;
  /** Names of the methods called, in order. */
  readonly calls: string[];
}

type Method = (...args: readonly unknown[]) => unknown;

export function faulty<S extends object>(real: S, code: StoreCode): Faulty<S> {
  const plans = new Map<string, { fault: Fault; times: number }>();
  const late: (() => Promise<unknown>)[] = [];
  const calls: string[] = [];
  let isDown = false;

  const store = new Proxy(real, {
    get(target, property, receiver): unknown {
      const member: unknown = Reflect.get(target, property, receiver);
      if (typeof member !== 'function' || typeof property !== 'string') return member;
      if (property === 'onChange' || property === 'close' || property === 'reconnect') return member.bind(target);
      const method = (member as Method).bind(target);
      return async (...args: readonly unknown[]) => {
        calls.push(property);
        if (isDown) throw new StoreFailure(code, 'The store is down.', 'no');
        const plan = plans.get(property);
        if (plan === undefined) return method(...args);
        if (--plan.times <= 0) plans.delete(property);
        if (plan.fault === 'refused') throw new StoreFailure(code, 'The store refused.', 'no');
        if (plan.fault === 'lost') await method(...args);
        else late.push(async () => method(...args));
        throw new StoreFailure(code, 'The reply was lost.', 'unknown');
      };
    },
  });

  return {
    store,
    calls,
    fail: (method, fault, times = 1) => void plans.set(method, { fault, times }),
    down: () => void (isDown = true),
    heal: () => void (isDown = false),
    deliver: () => Promise.allSettled(late.splice(0).map((run) => run())),
  };
}
