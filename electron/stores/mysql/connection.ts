/** One connection to the ledger: opened with its session set, sent one statement at a time, ended or dropped. */
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createConnection, type Connection } from 'mysql2';
import type { StoreFailure } from '../../core/ports.ts';
import type { LedgerAddress } from './address.ts';
import { connectFailure, fromDriver } from './errors.ts';
import type { Reply, Row, SqlValue } from './query.ts';
import { sessionStatement } from './session.ts';

export interface Link {
  readonly connection: Connection;
  readonly socket: Socket;
  /** Of the session's time zone, as SQL wants it. */
  readonly offset: string;
  alive: boolean;
}

export interface LinkOptions {
  readonly address: LedgerAddress;
  readonly queryTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

const CLOSE_GRACE_MS = 500;

/**
 * Connects and sets the session. An aborted `signal` ends a connect under way; its reason is what is thrown.
 * Throws StoreFailure: nothing was sent.
 */
export function openLink(options: LinkOptions, offset: string, signal: AbortSignal): Promise<Link> {
  const { address } = options;
  const socket = connectSocket({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
  const connection = createConnection({
    stream: () => socket,
    host: address.tls === null ? address.host : nameToVerify(address.host),
    user: address.user,
    password: address.password,
    database: address.database,
    ...(address.tls === null ? {} : { ssl: { ...address.tls, verifyIdentity: true } }),
    charset: 'UTF8MB4_UNICODE_CI',
    supportBigNumbers: true,
    dateStrings: true,
  });
  const link: Link = { connection, socket, offset, alive: true };
  // Errors between requests only say that the connection is gone; the next request makes a new one.
  connection.on('error', () => (link.alive = false));
  socket.on('close', () => (link.alive = false));
  return new Promise((resolve, reject) => {
    const stopWaiting = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
    };
    const fail = (failure: StoreFailure): void => {
      stopWaiting();
      drop(link);
      reject(failure);
    };
    const giveUp = (error: unknown): void => fail(connectFailure(error, `${address.host}:${address.port}`, verificationProblem(connection)));
    const abandon = (): void => fail(signal.reason as StoreFailure);
    const timer = setTimeout(() => giveUp({ code: socket.connecting ? 'ETIMEDOUT' : 'NO_ANSWER' }), options.connectTimeoutMs);
    signal.addEventListener('abort', abandon);
    socket.once('error', giveUp);
    connection.connect((error) => {
      if (error) return giveUp(error);
      connection.query(sessionStatement(offset, options.queryTimeoutMs), (refused) => {
        if (refused) return giveUp(refused);
        stopWaiting();
        resolve(link);
      });
    });
  });
}

/**
 * The driver verifies no IP address: it passes none on, and the certificate is compared with "localhost" instead.
 * With a dot behind it, it passes for a name on its way, and is compared as the address it is.
 */
function nameToVerify(host: string): string {
  return isIP(host) === 0 ? host : `${host}.`;
}

/** Why the server's certificate was not accepted; the driver's own error does not say it in a code. */
function verificationProblem(connection: Connection): string | null {
  const { stream } = connection as Connection & { readonly stream?: unknown };
  return stream instanceof TLSSocket && typeof stream.authorizationError === 'string' ? stream.authorizationError : null;
}

/** Sends one statement. Rejects with what the driver said, marked as such; a reply that is late costs the connection. */
export function send(link: Link, sql: string, values: readonly SqlValue[], timeoutMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      drop(link);
      reject(fromDriver(Object.assign(new Error('no reply in time'), { code: 'ETIMEDOUT' })));
    }, timeoutMs);
    link.connection.query({ sql, values: [...values] }, (error: Error | null, result: unknown) => {
      clearTimeout(timer);
      if (error) reject(fromDriver(error));
      else resolve(toReply(result));
    });
  });
}

function toReply(result: unknown): Reply {
  if (Array.isArray(result)) return { rows: result as Row[], affected: 0, insertId: 0 };
  const { affectedRows, insertId } = result as { affectedRows: number; insertId: number | string };
  return { rows: [], affected: affectedRows, insertId: Number(insertId) };
}

/** Breaks the connection now: what is under way on it gets no reply any more. */
export function drop(link: Link): void {
  link.alive = false;
  link.socket.destroy();
}

/** Says goodbye, so that the server does not count an aborted client; waits at most CLOSE_GRACE_MS for it. */
export function endLink(link: Link): Promise<void> {
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
