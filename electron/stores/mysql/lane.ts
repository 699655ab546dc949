/**
 * One connection, one request at a time. A kiosk has two lanes and so never more than two connections, and a slow report
 * never stands in the way of a tap.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import { createConnection, type Connection } from 'mysql2';
import { StoreFailure, type Logger } from '../../core/ports.ts';
import type { LedgerAddress } from './address.ts';
import { connectFailure, endsConnection, isRetryable, statementFailure } from './errors.ts';
import { sessionStatement, zoneOffset } from './session.ts';

export type Row = Readonly<Record<string, unknown>>;
export interface Reply {
  readonly rows: readonly Row[];
  readonly affected: number;
  readonly insertId: number;
}
export type SqlValue = string | number | null | readonly string[] | readonly number[];
/** Sends one statement. Rejects with the driver's error, so that the caller can look at its number. */
export type Query = (sql: string, values?: readonly SqlValue[]) => Promise<Reply>;

export interface Lane {
  /**
   * Runs work with the connection to itself; connects first when there is none. Conflicts with other statements are tried again.
   * Throws StoreFailure: 'no' when it could not connect or the server refused, 'unknown' when the reply was lost.
   */
  run<T>(work: (query: Query) => Promise<T>, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly name: string;
  readonly address: LedgerAddress;
  readonly timeZone: string;
  readonly queryTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly logger: Logger;
}

interface Link {
  readonly connection: Connection;
  readonly socket: Socket;
  readonly offset: string;
  alive: boolean;
}

const WAITING_MAX = 256;
const CONFLICT_ATTEMPTS = 3;

export function createLane(options: LaneOptions): Lane {
  const place = `${options.address.host}:${options.address.port}`;
  let link: Link | null = null;
  let closed = false;
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;
  /** Raised by a failed connect: whoever queued before fails with it at once instead of waiting for the same failure in turn. */
  let failures = 0;
  let lastFailure: StoreFailure | null = null;

  async function linked(): Promise<Link> {
    const offset = zoneOffset(options.timeZone, Date.now());
    if (link?.alive === true && link.offset === offset) return link;
    if (link !== null) drop(link);
    try {
      link = await openLink(options, offset);
      return link;
    } catch (error) {
      link = null;
      failures += 1;
      lastFailure = connectFailure(error, place);
      options.logger.log('warn', 'ledger-connect-failed', { lane: options.name, code: lastFailure.code });
      throw lastFailure;
    }
  }

  async function attempt<T>(work: (query: Query) => Promise<T>, timeoutMs: number): Promise<T> {
    const current = await linked();
    try {
      return await work((sql, values) => send(current, sql, values ?? [], timeoutMs));
    } catch (error) {
      if (error instanceof StoreFailure) throw error;
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

  return {
    async run(work, timeoutMs = options.queryTimeoutMs) {
      if (waiting >= WAITING_MAX) throw new StoreFailure('LEDGER_UNREACHABLE', `Too many requests wait for the ledger at ${place}.`, 'no');
      waiting += 1;
      const seen = failures;
      const before = tail;
      const { promise, resolve: release } = Promise.withResolvers<void>();
      tail = promise;
      await before;
      try {
        if (closed) throw new StoreFailure('LEDGER_UNREACHABLE', 'The ledger has been closed.', 'no');
        if (seen !== failures && lastFailure !== null && link === null) throw lastFailure;
        return await serve(work, timeoutMs);
      } finally {
        waiting -= 1;
        release();
      }
    },
    async close() {
      closed = true;
      await tail;
      if (link !== null) await endLink(link);
      link = null;
    },
  };
}

function openLink(options: LaneOptions, offset: string): Promise<Link> {
  const { address } = options;
  const socket = connectSocket({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
  const connection = createConnection({
    stream: () => socket,
    host: address.host,
    user: address.user,
    password: address.password,
    database: address.database,
    ...(address.tls ? { ssl: {} } : {}),
    charset: 'UTF8MB4_UNICODE_CI',
    supportBigNumbers: true,
    dateStrings: true,
  });
  const link: Link = { connection, socket, offset, alive: true };
  // Errors between requests only say that the connection is gone; the next request makes a new one.
  connection.on('error', () => (link.alive = false));
  socket.on('close', () => (link.alive = false));
  return new Promise((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      clearTimeout(timer);
      drop(link);
      reject(error instanceof Error ? error : new Error('connect failed'));
    };
    const timer = setTimeout(() => giveUp(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' })), options.connectTimeoutMs);
    socket.once('error', giveUp);
    connection.connect((error) => {
      if (error) return giveUp(error);
      connection.query(sessionStatement(offset, options.queryTimeoutMs), (refused) => {
        if (refused) return giveUp(refused);
        clearTimeout(timer);
        resolve(link);
      });
    });
  });
}

function send(link: Link, sql: string, values: readonly SqlValue[], timeoutMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      drop(link);
      reject(Object.assign(new Error('no reply in time'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    link.connection.query({ sql, values: [...values] }, (error: Error | null, result: unknown) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(toReply(result));
    });
  });
}

function toReply(result: unknown): Reply {
  if (Array.isArray(result)) return { rows: result as Row[], affected: 0, insertId: 0 };
  const { affectedRows, insertId } = result as { affectedRows: number; insertId: number | string };
  return { rows: [], affected: affectedRows, insertId: Number(insertId) };
}

function drop(link: Link): void {
  link.alive = false;
  link.socket.destroy();
}

const CLOSE_GRACE_MS = 500;

function endLink(link: Link): Promise<void> {
  if (!link.alive) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      drop(link);
      resolve();
    };
    const timer = setTimeout(done, CLOSE_GRACE_MS);
    link.connection.end(done);
  });
}
