/**
 * From what the client throws to a StoreFailure: which code, and whether the command can have had an effect.
 */
import { StoreFailure } from '../../core/ports.ts';
import type { Address } from './connection-options.ts';

/** The server is there and will serve soon: not a matter of settings. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|ERR max number of clients)/;
/** An error raised by a command inside a script: what the script wrote before stays written. */
const INSIDE_SCRIPT = /script: [0-9a-f]{40}|user_script/;
/** The client refused to write to a connection that is closing. */
const NOT_WRITTEN = "Stream isn't writeable";
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/;
const FOREIGN_PROTOCOL = 'Unknown RESP type';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused; is the server running there?',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the host name cannot be looked up; is the network up?',
  ETIMEDOUT: 'the connection attempt timed out',
  EHOSTUNREACH: 'there is no route to that host',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the connection was broken',
};

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
  const passing = PASSING.test(text);
  const sentence = `The queue store at ${address.place} ${passing ? 'cannot serve yet' : 'refuses'}: ${withoutSecret(text, address)}`;
  return new StoreFailure(passing ? 'QUEUE_STORE_UNREACHABLE' : 'QUEUE_STORE_UNFIT', sentence, executed);
}

/** Why there is no usable connection: nothing was sent. */
export function connectFailure(error: unknown, address: Address): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const text = messageOf(error);
  if (isReply(error)) return refusedByServer(text, address, 'no');
  if (text.startsWith(FOREIGN_PROTOCOL)) {
    return new StoreFailure('QUEUE_STORE_UNFIT', `What answers at ${address.place} is not a Redis server.`, 'no');
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (UNTRUSTED.test(code)) {
    return new StoreFailure('QUEUE_STORE_UNFIT', `No secure connection to the queue store at ${address.place}: ${withoutSecret(text, address)}`, 'no');
  }
  const reason = isTimeout(error) ? 'it accepts the connection but does not answer' : (REASONS[code] ?? withoutSecret(text, address));
  return new StoreFailure('QUEUE_STORE_UNREACHABLE', `The queue store at ${address.place} cannot be reached: ${reason}`, 'no');
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
    return new StoreFailure('QUEUE_STORE_UNREACHABLE', `The queue store at ${address.place} cannot be reached.`, 'no');
  }
  const reason = isTimeout(error) ? 'did not answer in time' : 'broke the connection before it answered';
  return new StoreFailure('QUEUE_STORE_UNREACHABLE', `The queue store at ${address.place} ${reason}.`, 'unknown');
}
