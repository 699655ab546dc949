/**
 * Makes a store fail the way networks and processes do, around a real implementation of the port: what runs, runs for real.
 */
import { type StoreCode } from '../../shared/errors.ts';
import { StoreFailure } from '../../electron/core/ports.ts';

/**
 * refused: it never ran. lost: it ran, the reply did not arrive. late: no reply, and it runs only when `deliver` is called.
 * hangs: nothing comes back until `timeOut` is called; then it runs after all, without a reply.
 * death: it ran, and it was the last thing its process ever did; nothing that process asks of any store afterwards happens.
 */
export type Fault = 'refused' | 'lost' | 'late' | 'hangs' | 'death';

/** The process behind the stores: they see its requests only while it lives. */
export interface Process {
  dead: boolean;
  /** What really ran, in order: `method` names, of all stores of this process. */
  readonly ran: string[];
  /** Looks at the stores after each request that ran. */
  afterEach?: (method: string) => Promise<void>;
  /** The request with this number, counted over all stores from the first on, ends in this fault. */
  failAt?: { readonly number: number; readonly fault: Fault };
  /** How many were made. */
  asked?: number;
}

export interface Faulty<S> {
  readonly store: S;
  /** The next `times` calls of `method` end in `fault`. */
  fail(method: keyof S & string, fault: Fault, times?: number): void;
  /** How many calls ended in a planned fault so far. */
  fired(): number;
  /** Every call of every method is refused until `heal`. */
  down(): void;
  /** Ends `down` and forgets what was planned. */
  heal(): void;
  isHanging(): boolean;
  /** Ends the waiting for what hangs: its sender gives up, and it runs. */
  timeOut(): void;
  /** Runs what was held back as late; answers what each came to. */
  deliver(): Promise<readonly PromiseSettledResult<unknown>[]>;
  /** Names of the methods called, in order. */
  readonly calls: string[];
}

type Method = (...args: readonly unknown[]) => unknown;

export function faulty<S extends object>(real: S, code: StoreCode, process: Process = { dead: false, ran: [] }): Faulty<S> {
  const plans = new Map<string, { fault: Fault; times: number }>();
  const late: (() => Promise<unknown>)[] = [];
  const hanging: (() => void)[] = [];
  const calls: string[] = [];
  let isDown = false;
  let fired = 0;

  const planned = (method: string): Fault | null => {
    process.asked = (process.asked ?? 0) + 1;
    if (process.failAt?.number === process.asked) {
      fired++;
      return process.failAt.fault;
    }
    const plan = plans.get(method);
    if (plan === undefined) return null;
    if (--plan.times <= 0) plans.delete(method);
    fired++;
    return plan.fault;
  };
  const lost = (): StoreFailure => new StoreFailure(code, 'The reply was lost.', 'unknown');

  const store = new Proxy(real, {
    get(target, property, receiver): unknown {
      const member: unknown = Reflect.get(target, property, receiver);
      if (typeof member !== 'function' || typeof property !== 'string') return member;
      if (property === 'onChange' || property === 'close' || property === 'reconnect') return member.bind(target);
      const method = (member as Method).bind(target);
      return async (...args: readonly unknown[]) => {
        if (process.dead) throw lost();
        calls.push(property);
        if (isDown) throw new StoreFailure(code, 'The store is down.', 'no');
        const fault = planned(property);
        if (fault === 'refused') throw new StoreFailure(code, 'The store refused.', 'no');
        if (fault === 'late') {
          late.push(async () => method(...args));
          throw lost();
        }
        if (fault === 'hangs') {
          await new Promise<void>((resolve) => void hanging.push(resolve));
          if (process.dead) throw lost();
        }
        process.ran.push(property);
        // What else the process does at this very moment, it does not do any more.
        if (fault === 'death') process.dead = true;
        const reply = await method(...args);
        await process.afterEach?.(property);
        if (fault === null) return reply;
        throw lost();
      };
    },
  });

  return {
    store,
    calls,
    fail: (method, fault, times = 1) => void plans.set(method, { fault, times }),
    fired: () => fired,
    down: () => void (isDown = true),
    heal() {
      isDown = false;
      plans.clear();
    },
    isHanging: () => hanging.length > 0,
    timeOut() {
      for (const end of hanging.splice(0)) end();
    },
    deliver: () => Promise.allSettled(late.splice(0).map((run) => run())),
  };
}
