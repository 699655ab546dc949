/**
 * One connection, one request at a time. A kiosk has two lanes and so never more than two connections, and a slow report
 * never stands in the way of a tap. Once used, a lane at rest keeps its connection alive, or makes a new one, so that no tap pays for it.
 */
import { StoreFailure, type Logger } from '../../core/ports.ts';
import { drop, endLink, openLink, send, type Link, type LinkOptions } from './connection.ts';
import { endsConnection, isRetryable, statementFailure } from './errors.ts';
import type { Query } from './query.ts';
import { zoneOffset } from './session.ts';

export interface Lane {
  /**
   * Runs work with the connection to itself; connects first when there is none. Conflicts with other statements are tried again.
   * Throws StoreFailure: 'no' when it could not connect or the server refused, 'unknown' when the reply was lost.
   * What else the work throws is a defect, and is thrown on as it is.
   */
  run<T>(work: (query: Query) => Promise<T>, timeoutMs?: number): Promise<T>;
  /** Ends a connect under way at once and gives statements under way as long as one may take. */
  close(): Promise<void>;
}

interface LaneOptions extends LinkOptions {
  readonly name: string;
  readonly timeZone: string;
  /** After so long without a request the connection is looked after. */
  readonly idleMs: number;
  readonly logger: Logger;
}

const WAITING_MAX = 256;
const CONFLICT_ATTEMPTS = 3;
const KEEP_ALIVE = 'SELECT 1';
/** A request that finds a keep-alive unanswered waits no longer for it, but connects anew. Longer than the round trip of a bad Wi-Fi (400 ms). */
const KEEP_ALIVE_GRACE_MS = 700;

export function createLane(options: LaneOptions): Lane {
  const place = `${options.address.host}:${options.address.port}`;
  const closing = new AbortController();
  let link: Link | null = null;
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;
  /** Raised by a failed connect: whoever queued before fails with it at once instead of waiting for the same failure in turn. */
  let failures = 0;
  let lastFailure: StoreFailure | null = null;
  /** What the log said last about this connection: an outage is told once, not once per attempt. */
  let told: StoreFailure['code'] | null = null;
  let idle: NodeJS.Timeout | undefined;
  let tending: Promise<void> | null = null;

  function tell(code: StoreFailure['code'] | null): void {
    if (code === told || closing.signal.aborted) return;
    told = code;
    if (code === null) options.logger.log('info', 'ledger-connected-again', { lane: options.name });
    else options.logger.log('warn', 'ledger-connect-failed', { lane: options.name, code });
  }

  async function linked(): Promise<Link> {
    closing.signal.throwIfAborted();
    const offset = zoneOffset(options.timeZone, Date.now());
    if (link?.alive === true && link.offset === offset) return link;
    if (link !== null) drop(link);
    link = null;
    try {
      link = await openLink(options, offset, closing.signal);
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      failures += 1;
      lastFailure = error;
      tell(error.code);
      throw error;
    }
    tell(null);
    return link;
  }

  async function attempt<T>(work: (query: Query) => Promise<T>, timeoutMs: number): Promise<T> {
    const current = await linked();
    try {
      return await work((sql, values) => send(current, sql, values ?? [], timeoutMs));
    } catch (error) {
      if (endsConnection(error)) drop(current);
      throw error;
    }
  }

  async function serve<T>(work: (query: Query) => Promise<T>, timeoutMs: number): Promise<T> {
    const startedMs = performance.now();
    for (let turn = 1; ; turn += 1) {
      try {
        return await attempt(work, timeoutMs);
      } catch (error) {
        const again = isRetryable(error) && turn < CONFLICT_ATTEMPTS && performance.now() - startedMs < timeoutMs;
        if (!again) throw statementFailure(error, place);
      }
    }
  }

  function rest(): void {
    if (waiting > 0 || closing.signal.aborted) return;
    idle = setTimeout(() => {
      tending = tend().finally(() => {
        tending = null;
        rest();
      });
    }, options.idleMs);
    idle.unref();
  }

  /** Keeps the connection alive, or makes one where there is none; one that leaves this without an answer is dropped as after any statement. */
  async function tend(): Promise<void> {
    const before = link;
    try {
      const current = await linked();
      if (current === before) await send(current, KEEP_ALIVE, [], options.queryTimeoutMs);
    } catch {
      // A failed connect is told as ever. The next rest, or the next request, tries again.
    }
  }

  /** A connect under way is what a request needs, too; a keep-alive without an answer says that the connection is none. */
  async function tended(): Promise<void> {
    const grace = setTimeout(() => link !== null && drop(link), KEEP_ALIVE_GRACE_MS);
    await tending;
    clearTimeout(grace);
  }

  return {
    async run(work, timeoutMs = options.queryTimeoutMs) {
      if (waiting >= WAITING_MAX) throw new StoreFailure('LEDGER_UNREACHABLE', `Too many requests wait for the ledger at ${place}.`, 'no');
      clearTimeout(idle);
      waiting += 1;
      const seen = failures;
      const before = tail;
      const { promise, resolve: release } = Promise.withResolvers<void>();
      tail = promise;
      await before;
      try {
        if (tending !== null) await tended();
        if (seen !== failures && lastFailure !== null && link === null) throw lastFailure;
        return await serve(work, timeoutMs);
      } finally {
        waiting -= 1;
        release();
        rest();
      }
    },
    async close() {
      closing.abort(new StoreFailure('LEDGER_UNREACHABLE', 'The ledger has been closed.', 'no'));
      clearTimeout(idle);
      const overtime = setTimeout(() => link !== null && drop(link), options.queryTimeoutMs);
      // A keep-alive is nobody's work; only a connect must have heard that it is over.
      await Promise.all([tail, link === null ? tending : null]);
      clearTimeout(overtime);
      if (link !== null) await endLink(link);
      link = null;
    },
  };
}
