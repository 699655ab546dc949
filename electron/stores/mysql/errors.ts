/**
 * From what the server or the network said to what the core must know: is the store unreachable or unfit, and did the request run?
 * Only numbers are looked at: the names differ between servers and drivers, and texts may hold values.
 */
import { StoreFailure } from '../../core/ports.ts';
import { networkReason, tlsReason } from '../connect-reasons.ts';

export const DUPLICATE_KEY = 1062;
export const TABLE_MISSING = 1146;
export const TABLE_DENIED = 1142;
export const ACCESS_DENIED = 1044;
export const LOCK_TIMEOUT = 1205;

/** Conflicts with other statements: the server undid ours, so that it may simply be tried again. */
const RETRYABLE: ReadonlySet<number> = new Set([1020, 1205, 1213, 1467]);
/** The connection or the server ended around the statement; whether it was committed before is not known. */
const ENDED_ON_THE_WAY: ReadonlySet<number> = new Set([1053, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1180, 1317, 1927, 3169, 4031]);
/** A server that was the primary: its address may lead to the new one by now, but only a new connection does. */
const READ_ONLY: ReadonlySet<number> = new Set([1290, 1836]);
/** Too many connections, shutting down, or starting: it will pass. */
const PASSING: ReadonlySet<number> = new Set([1040, 1053, 1203, 1226]);

const UNFIT_REASONS: ReadonlyMap<number, string> = new Map([
  [1021, "the server's disk is full"],
  [1044, 'this account may not use the database of that name'],
  [1045, 'user name or password were refused, or this user may only come encrypted (?tls=true)'],
  [1049, 'the database does not exist'],
  [1054, 'a column the kiosk needs is missing'],
  [1114, 'a table is full, or the disk it is on'],
  [1129, 'the server blocks this computer after failed attempts'],
  [1130, 'the server does not accept connections from this computer'],
  [1142, 'this user lacks a permission on a table'],
  [1143, 'this user lacks a permission on a column'],
  [1146, 'a table the kiosk needs is missing'],
  [1251, 'the server asks for a way to log in that is not supported'],
  [1290, 'the server is read-only'],
  [1698, 'user name or password were refused'],
  [1836, 'the server is read-only'],
  [3159, 'the server accepts encrypted connections only: add ?tls=true to the address'],
]);

const GRANT = 'run what "ops migrate --grants" prints';
const MIGRATE = 'run "ops migrate"';
/** What to do about it, where somebody can. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [1044, `check the name, or ${GRANT}`],
  [1049, 'check the name at the end of mysqlUrl'],
  [1054, MIGRATE],
  [1142, GRANT],
  [1143, GRANT],
  [1146, MIGRATE],
]);

/** Errors that came back from the driver or the network. Everything else thrown around a statement is a defect of ours. */
const raised = new WeakSet<object>();

/** Marks what the driver answered a statement with. */
export function fromDriver<E extends object>(error: E): E {
  raised.add(error);
  return error;
}

function isFromDriver(error: unknown): boolean {
  return typeof error === 'object' && error !== null && raised.has(error);
}

const CLIENT_ERRORS = { from: 2000, to: 2999 };

/** The number a server answered with; null when it was the network or the driver. Network errors carry negative numbers. */
export function serverErrno(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return null;
  if (typeof error.errno !== 'number' || error.errno <= 0) return null;
  // A proxy may pass on a client's error (2013, lost connection) as if the server had said it.
  return CLIENT_ERRORS.from <= error.errno && error.errno <= CLIENT_ERRORS.to ? null : error.errno;
}

export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(serverErrno(error) ?? 0);
}

/** Whether the connection cannot serve on after this error. */
export function endsConnection(error: unknown): boolean {
  if (!isFromDriver(error)) return false;
  const errno = serverErrno(error);
  return errno === null || ENDED_ON_THE_WAY.has(errno) || READ_ONLY.has(errno);
}

/**
 * A failure to connect: nothing was sent. `place` is host and port, without user or password; `untrusted` the code of what is wrong
 * with the server's certificate.
 */
export function connectFailure(error: unknown, place: string, untrusted: string | null = null): StoreFailure {
  const errno = serverErrno(error);
  if (errno !== null && !PASSING.has(errno)) {
    const reason = UNFIT_REASONS.get(errno) ?? 'the server turned the connection down';
    return new StoreFailure('LEDGER_UNFIT', `The ledger at ${place} cannot serve: ${reason} (error ${errno})${advice(errno)}.`, 'no');
  }
  const code = errno === null ? (untrusted ?? networkCode(error)) : `error ${errno}`;
  const insecure = tlsReason(code);
  if (insecure !== null) return new StoreFailure('LEDGER_UNFIT', `The ledger at ${place} cannot be reached by a secure connection: ${insecure}.`, 'no');
  const reason = networkReason(code);
  return new StoreFailure('LEDGER_UNREACHABLE', `The ledger at ${place} cannot be reached${reason === null ? '' : `: ${reason}`} (${code}).`, 'no');
}

/** What to throw for a statement that was sent: a StoreFailure, or the error itself when neither driver nor network raised it. */
export function statementFailure(error: unknown, place: string): unknown {
  if (!isFromDriver(error)) return error;
  const errno = serverErrno(error);
  if (errno === null || ENDED_ON_THE_WAY.has(errno)) {
    const detail = errno === null ? networkCode(error) : `error ${errno}`;
    return new StoreFailure('LEDGER_UNREACHABLE', `The connection to the ledger at ${place} was lost before its reply (${detail}).`, 'unknown');
  }
  if (isRetryable(error)) {
    return new StoreFailure('LEDGER_UNREACHABLE', `The ledger at ${place} is too busy with the same rows (error ${errno}); nothing was done.`, 'no');
  }
  const reason = UNFIT_REASONS.get(errno) ?? 'it refused a statement';
  return new StoreFailure('LEDGER_UNFIT', `The ledger at ${place} cannot serve: ${reason}${namedObject(error, errno)} (error ${errno})${advice(errno)}.`, 'no');
}

function advice(errno: number): string {
  const what = ADVICE.get(errno);
  return what === undefined ? '' : `; ${what}`;
}

/** Missing tables and columns are only useful with their names, which the server puts between quotes; users and hosts stay out. */
function namedObject(error: unknown, errno: number): string {
  if (![1054, 1142, 1143, 1146].includes(errno) || !(error instanceof Error)) return '';
  const about = error.message.slice(Math.max(0, error.message.indexOf(' for ')));
  const names = [...about.matchAll(/[`']([\w.$]+)[`']/g)].map((match) => match[1]);
  // Of a column that is denied the server names the column first.
  if (errno === 1143) names.reverse();
  return names.length === 0 ? '' : `: ${names.join('.')}`;
}

function networkCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'connection failed';
}
