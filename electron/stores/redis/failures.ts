/**
 * From what the client throws to a StoreFailure: which code, and whether the command can have had an effect.
 */
import { StoreFailure } from '../../core/ports.ts';
import { networkReason, tlsReason } from '../connect-reasons.ts';
import { sentence } from '../sentence.ts';
import type { Address } from './connection-options.ts';

/** The server is there and will serve soon: not a matter of settings. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|ERR max number of clients)/;
/** An error raised by a command inside a script: what the script wrote before stays written. */
const INSIDE_SCRIPT = /script: [0-9a-f]{40}|user_script/;
/** The client refused to write to a connection that is closing. */
const NOT_WRITTEN = "Stream isn't writeable";
const FOREIGN_PROTOCOL = 'Unknown RESP type';
/** The server is a replica now, or always was one. */
const DEMOTED = /^(READONLY|MASTERDOWN)/;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a server repeats of a command it does not know: for a log-in, user and password, cut anywhere. */
const REPEATED_ARGUMENTS = /, with args beginning with:[^]*/;

function withoutSecret(text: string, address: Address): string {
  return address.secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text.replace(REPEATED_ARGUMENTS, ''));
}

/** Whether the server did not answer in time: that connection is not to be trusted with another command. */
export function isTimeout(error: unknown): boolean {
  return messageOf(error) === 'Command timed out';
}

/** Whether the server refuses because another one is the primary. */
export function isDemoted(error: unknown): boolean {
  return isReply(error) && DEMOTED.test(error.message);
}

/** Texts of errors the client makes itself; it gives them neither class nor code. */
const CLIENT_TEXTS = ['Command timed out', 'Connection is closed.', NOT_WRITTEN, FOREIGN_PROTOCOL, 'Connection in subscriber mode', 'Redis is already connecting'];
const CLIENT_CLASSES: ReadonlySet<string> = new Set(['ReplyError', 'ParserError', 'AbortError', 'InterruptError', 'MaxRetriesPerRequestError']);

/** Whether server, network or client raised it, or a step found it out; everything else is a defect of ours. */
export function isFromClient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreFailure || CLIENT_CLASSES.has(error.name)) return true;
  if (CLIENT_TEXTS.some((text) => error.message.startsWith(text))) return true;
  return !(error instanceof TypeError || error instanceof RangeError) && 'code' in error && typeof error.code === 'string';
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** A sentence for a server that answered with an error, or with something that is not its protocol. */
function refusedByServer(text: string, address: Address, executed: 'no' | 'unknown'): StoreFailure {
  if (address.hearsay !== null && DEMOTED.test(text)) return demotedFailure(address);
  const passing = PASSING.test(text);
  const words = `${address.title} ${passing ? 'cannot serve yet' : 'refuses'}: ${withoutSecret(text, address)}`;
  return new StoreFailure(passing ? 'QUEUE_STORE_UNREACHABLE' : 'QUEUE_STORE_UNFIT', sentence(words), executed);
}

/** Found by sentinels, a replica is one of yesterday's primaries: the sentinels will name the right one. Otherwise the address is wrong. */
export function demotedFailure({ title, hearsay }: Address): StoreFailure {
  if (hearsay === null) return new StoreFailure('QUEUE_STORE_UNFIT', `${title} is a read-only replica; connect to its master.`, 'no');
  return new StoreFailure('QUEUE_STORE_UNREACHABLE', `${title} is a read-only replica now; the sentinels are asked again.${hearsay}`, 'no');
}

/** Why there is no usable connection: nothing was sent. `early`: there never was one. */
export function connectFailure(error: unknown, address: Address, early = true): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const text = messageOf(error);
  if (isReply(error)) return refusedByServer(text, address, 'no');
  const unfit = (reason: string) => new StoreFailure('QUEUE_STORE_UNFIT', `${address.title} ${reason}`, 'no');
  if (text.startsWith(FOREIGN_PROTOCOL)) return unfit('is not a Redis server: something else answers there.');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const untrusted = tlsReason(code);
  if (untrusted !== null) return unfit(`cannot be reached by a secure connection: ${untrusted}.`);
  const reason = isTimeout(error) ? 'it accepts the connection but does not answer' : (mismatch(code, address, early) ?? networkReason(code) ?? withoutSecret(text, address));
  const source = address.hearsay === null ? '' : ` (named by the sentinels).${address.hearsay}`;
  return new StoreFailure('QUEUE_STORE_UNREACHABLE', sentence(`${address.title} cannot be reached: ${reason}${source}`), 'no');
}

/** How it looks when one side speaks TLS and the other does not: one waits for ever, the other hangs up. */
function mismatch(code: string, { options }: Address, early: boolean): string | null {
  if (!early) return null;
  if (options.tls !== undefined) return code === 'ETIMEDOUT' ? 'the secure connection did not come about in time; does it speak TLS there?' : null;
  return code === 'ECONNRESET' ? 'it broke the connection; if it accepts encrypted connections only, write rediss://' : null;
}

/**
 * What to throw when a command on a live connection failed: a StoreFailure, or a defect of ours as it is.
 * Unless the server or the client said otherwise, the command may have run.
 */
export function commandFailure(error: unknown, address: Address): unknown {
  if (error instanceof StoreFailure || !isFromClient(error)) return error;
  const text = messageOf(error);
  if (isReply(error)) return refusedByServer(text, address, INSIDE_SCRIPT.test(text) ? 'unknown' : 'no');
  if (text.startsWith(NOT_WRITTEN)) {
    return new StoreFailure('QUEUE_STORE_UNREACHABLE', `${address.title} cannot be reached.`, 'no');
  }
  const reason = isTimeout(error) ? 'did not answer in time' : 'broke the connection before it answered';
  return new StoreFailure('QUEUE_STORE_UNREACHABLE', `${address.title} ${reason}.`, 'unknown');
}
