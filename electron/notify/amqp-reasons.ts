/** Why RabbitMQ cannot be used, in words for people. What it says itself holds names of accounts, so it is never repeated. */
import { networkReason, tlsReason } from '../stores/connect-reasons.ts';
import { codeOf } from './post-json.ts';

const REPLIES: readonly (readonly [RegExp, string])[] = [
  [/^Handshake terminated by server: 403/, 'it refused the log-in; look at user and password'],
  [/^Expected ConnectionOpenOk; got <ConnectionClose/, 'it does not let this account into that virtual host, or has none of that name'],
  [/NOT[_-]FOUND/, 'there is no such queue, and the account may not make one'],
  [/ACCESS[_-]REFUSED/, 'the account may not use the queue'],
  [/RESOURCE[_-]LOCKED/, 'the queue belongs to another connection alone'],
];
const NO_BROKER = 'what answers there does not speak AMQP 0-9-1, or broke off';

/** A clause for a failed connection or queue. */
export function amqpReason(error: unknown): string {
  const code = codeOf(error);
  const known = networkReason(code) ?? tlsReason(code);
  if (known !== null) return known;
  const text = error instanceof Error ? error.message : '';
  return REPLIES.find(([sign]) => sign.test(text))?.[1] ?? (code === 'UNKNOWN' ? NO_BROKER : `the connection failed (${code})`);
}

const ACCESS_REFUSED = 403;
const PRECONDITION_FAILED = 406;

/** The queue cannot be made by us, but may be there all the same. */
export function isOthersQueue(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === ACCESS_REFUSED || code === PRECONDITION_FAILED;
}
