/**
 * One connection that heals: a fresh client for each attempt, so that nothing of a broken connection lives on in the next.
 */
import { Redis } from 'ioredis';
import { StoreFailure } from '../../core/ports.ts';
import type { Address, ClientOptions } from './connection-options.ts';
import { commandFailure, connectFailure, isFromClient, isTimeout } from './failures.ts';

const FIRST_RETRY_MS = 50;
const RETRY_CAP_MS = 500;
/** A server that refuses us is asked less often: somebody has to change a setting first. */
const UNFIT_RETRY_MS = 2_000;
const CLOSE_PATIENCE_MS = 500;

export type LinkState = 'up' | 'down' | 'unfit';

interface LinkSettings {
  readonly address: Address;
  readonly options: ClientOptions;
  /** Makes a new connection usable; the link is up when it resolves. */
  prepare(redis: Redis): Promise<void>;
  /** Told when the link comes up, breaks, and after each failed attempt, with the code of the reason. */
  onState(state: LinkState, code: StoreFailure['code'] | null): void;
}

export interface Link {
  /**
   * Runs a command now, on a live connection. While an attempt that somebody waits for (the first, or after reconnect()) is
   * under way it waits for its end. Throws StoreFailure, and a defect of ours as it is.
   */
  use<T>(run: (redis: Redis) => Promise<T>): Promise<T>;
  /** Tries now instead of at the next turn. */
  reconnect(): void;
  /** Gives the connection up: it answers no more. */
  drop(): void;
  close(): Promise<void>;
}

/** Starts connecting at once; never throws. */
export function openLink(settings: LinkSettings): Link {
  const { address } = settings;
  let redis: Redis;
  /** A StoreFailure, unless preparing the connection met a defect. */
  let problem: Error | null = null;
  let usable = false;
  let closed = false;
  let failedAttempts = 0;
  let timer: NodeJS.Timeout | null = null;
  let awaited: PromiseWithResolvers<void> | null = Promise.withResolvers();
  const inFlight = new Set<Promise<unknown>>();

  function decide(): void {
    awaited?.resolve();
    awaited = null;
  }

  function attempt(): void {
    timer = null;
    const client = new Redis(settings.options);
    redis = client;
    let cause: Error | null = null;
    client.on('error', (error) => {
      cause ??= connectFailure(error, address);
    });
    client.once('end', () => ended(client, cause));
    client.connect().then(
      () => settings.prepare(client).then(() => up(client)),
      () => undefined,
    ).catch((error: unknown) => {
      cause ??= error instanceof Error && !isFromClient(error) ? error : connectFailure(error, address);
      client.stream?.destroy();
    });
  }

  function up(client: Redis): void {
    if (client !== redis || client.status !== 'ready' || closed) return;
    usable = true;
    problem = null;
    failedAttempts = 0;
    settings.onState('up', null);
    decide();
  }

  function ended(client: Redis, cause: Error | null): void {
    if (client !== redis || closed) return;
    usable = false;
    problem = cause ?? connectFailure(new Error('the connection was closed'), address);
    const code = problem instanceof StoreFailure ? problem.code : null;
    const unfit = code === 'QUEUE_STORE_UNFIT';
    settings.onState(unfit ? 'unfit' : 'down', code);
    decide();
    failedAttempts += 1;
    timer = setTimeout(attempt, unfit ? UNFIT_RETRY_MS : backoffMs(failedAttempts));
  }

  async function use<T>(run: (redis: Redis) => Promise<T>): Promise<T> {
    if (awaited !== null) await awaited.promise;
    if (closed) throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was closed.', 'no');
    const client = redis;
    if (!usable || client.status !== 'ready') {
      throw problem ?? new StoreFailure('QUEUE_STORE_UNREACHABLE', `The queue store at ${address.place} is not connected.`, 'no');
    }
    const running = run(client);
    inFlight.add(running);
    try {
      return await running;
    } catch (error) {
      if (isTimeout(error)) drop();
      throw commandFailure(error, address);
    } finally {
      inFlight.delete(running);
    }
  }

  function drop(): void {
    usable = false;
    redis.stream?.destroy();
  }

  async function close(): Promise<void> {
    closed = true;
    if (timer !== null) clearTimeout(timer);
    decide();
    await endedOrLate(Promise.allSettled(inFlight), CLOSE_PATIENCE_MS);
    redis.disconnect();
    redis.stream?.destroy();
  }

  attempt();
  return {
    use,
    drop,
    close,
    reconnect() {
      if (timer === null || closed) return;
      clearTimeout(timer);
      awaited ??= Promise.withResolvers();
      attempt();
    },
  };
}

function backoffMs(failedAttempts: number): number {
  const ceiling = Math.min(FIRST_RETRY_MS * 2 ** (failedAttempts - 1), RETRY_CAP_MS);
  return ceiling * (0.5 + Math.random() / 2);
}

async function endedOrLate(work: Promise<unknown>, patienceMs: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, patienceMs);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}
