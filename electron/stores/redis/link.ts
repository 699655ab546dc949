/**
 * One connection that heals: a fresh client for each attempt, so that nothing of a broken connection lives on in the next.
 */
import { Redis } from 'ioredis';
import { StoreFailure } from '../../core/ports.ts';
import { backoffWithJitter } from '../backoff.ts';
import { type Address, clientOptions, type Timeouts } from './connection-options.ts';
import { commandFailure, connectFailure, isDemoted, isFromClient, isTimeout } from './failures.ts';

const FIRST_RETRY_MS = 50;
const RETRY_CAP_MS = 500;
/** A server that refuses us is asked less often: somebody has to change a setting first. */
const UNFIT_RETRY_MS = 2_000;
const CLOSE_PATIENCE_MS = 500;

export type LinkState = 'up' | 'down' | 'unfit';

interface LinkSettings {
  /** Where to connect, asked before each attempt. Rejects with a StoreFailure when nobody knows. */
  locate(): Promise<Address>;
  readonly timeouts: Timeouts;
  /** Makes a new connection usable; the link is up when it resolves. */
  prepare(redis: Redis, address: Address): Promise<void>;
  /** Told when the link comes up, breaks, and after each failed attempt, with the code of the reason. */
  onState(state: LinkState, code: StoreFailure['code'] | null): void;
}

export interface Link {
  /**
   * Runs a command now, on a live connection. While an attempt that somebody waits for (the first, or after reconnect()) is
   * under way it waits for its end. Throws StoreFailure, and a defect of ours as it is.
   */
  use<T>(run: (redis: Redis) => Promise<T>): Promise<T>;
  /** Tries now instead of at the next turn, and once more if an attempt is under way: what it fails on may just have been put right. */
  reconnect(): void;
  /** Gives the connection up: it answers no more. */
  drop(): void;
  /** The same, unless it leads to this place (host:port). */
  dropUnlessAt(place: string): void;
  close(): Promise<void>;
}

/** Starts connecting at once; never throws. */
export function openLink(settings: LinkSettings): Link {
  let current: { readonly redis: Redis; readonly address: Address } | null = null;
  /** A StoreFailure, unless preparing the connection met a defect. */
  let problem: Error | null = null;
  let usable = false;
  let closed = false;
  let failedAttempts = 0;
  let timer: NodeJS.Timeout | null = null;
  /** Somebody asked for an attempt while one was under way. */
  let askedAgain = false;
  /** Times this link was told to leave: a place found before the last of them may be the one to leave. */
  let leaves = 0;
  let awaited: PromiseWithResolvers<void> | null = Promise.withResolvers();
  const inFlight = new Set<Promise<unknown>>();

  const live = () => (usable && current?.redis.status === 'ready' ? current : null);

  function decide(): void {
    awaited?.resolve();
    awaited = null;
  }

  function attempt(): void {
    timer = null;
    const seen = leaves;
    settings.locate().then((found) => (seen === leaves ? connectTo(found) : attempt()), failed);
  }

  function connectTo(address: Address): void {
    if (closed) return;
    const client = new Redis(clientOptions(address, settings.timeouts));
    current = { redis: client, address };
    let cause: Error | null = null;
    client.on('error', (error) => {
      cause ??= connectFailure(error, address, client.status !== 'ready');
    });
    client.once('end', () => {
      if (client === current?.redis) failed(cause ?? connectFailure(new Error('the connection was closed'), address));
    });
    const prepared = async (): Promise<void> => {
      // A database that could not be selected is only mentioned: the client would serve from another one.
      if (cause !== null) throw cause;
      await settings.prepare(client, address);
      up(client);
    };
    client.connect().then(prepared, () => undefined).catch((error: unknown) => {
      cause ??= error instanceof Error && !isFromClient(error) ? error : connectFailure(error, address);
      client.stream?.destroy();
    });
  }

  function up(client: Redis): void {
    if (client !== current?.redis || client.status !== 'ready' || closed) return;
    usable = true;
    problem = null;
    failedAttempts = 0;
    askedAgain = false;
    settings.onState('up', null);
    decide();
  }

  function failed(cause: Error): void {
    if (closed) return;
    usable = false;
    problem = cause;
    const code = cause instanceof StoreFailure ? cause.code : null;
    const unfit = code === 'QUEUE_STORE_UNFIT';
    settings.onState(unfit ? 'unfit' : 'down', code);
    if (askedAgain) {
      askedAgain = false;
      return attempt();
    }
    decide();
    failedAttempts += 1;
    timer = setTimeout(attempt, unfit ? UNFIT_RETRY_MS : backoffWithJitter(failedAttempts, FIRST_RETRY_MS, RETRY_CAP_MS));
  }

  async function use<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
    if (awaited !== null) await awaited.promise;
    if (closed) throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was closed.', 'no');
    const connected = live();
    if (connected === null) throw problem ?? new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The connection to the queue store is being made anew.', 'no');
    const { redis, address } = connected;
    const running = run(redis);
    inFlight.add(running);
    try {
      return await running;
    } catch (error) {
      if (isTimeout(error) || isDemoted(error)) drop();
      throw commandFailure(error, address);
    } finally {
      inFlight.delete(running);
    }
  }

  function drop(): void {
    usable = false;
    current?.redis.stream?.destroy();
  }

  async function close(): Promise<void> {
    closed = true;
    if (timer !== null) clearTimeout(timer);
    decide();
    await endedOrLate(Promise.allSettled(inFlight), CLOSE_PATIENCE_MS);
    current?.redis.disconnect();
    current?.redis.stream?.destroy();
  }

  attempt();
  return {
    use,
    drop,
    dropUnlessAt(place) {
      if (current?.address.place === place) return;
      leaves += 1;
      drop();
    },
    close,
    reconnect() {
      if (closed || live() !== null) return;
      awaited ??= Promise.withResolvers();
      if (timer === null) {
        askedAgain = true;
        return;
      }
      clearTimeout(timer);
      attempt();
    },
  };
}

async function endedOrLate(work: Promise<unknown>, patienceMs: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, patienceMs);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}
