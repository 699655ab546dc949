/**
 * One POST of JSON: one connection, one answer, no redirects. Nothing that may be secret (address, headers, what the receiver says) is in
 * what it throws.
 */
import { getCACertificates } from 'node:tls';
import { networkReason, tlsReason } from '../stores/connect-reasons.ts';
import { tlsOptions } from '../stores/tls.ts';

interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Authorities of the festival's own, as PEM, beside those every program trusts: these addresses may be anywhere. */
  readonly tlsCa: string | null;
  /** Ends it: rejects with the signal's reason, unless a good answer has begun. */
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** What the header Retry-After asks for; null without one that can be read. */
  readonly retryAfterMs: number | null;
}

/** Of a good answer's body: what is more than this is not waited for. */
const BODY_LIMIT_BYTES = 65_536;

/**
 * Resolves with the answer, whatever its status. A good one's body is read to its end, so that no receiver sees its work cut off, but is
 * not looked at; of any other only the status is. Rejects with a clause that says why there was no answer.
 */
export async function postJson({ url, body, headers, tlsCa, signal }: Post): Promise<PostAnswer> {
  const isTls = URL.parse(url)?.protocol === 'https:';
  // Only now: a fifth of the time a command line needs to start, and few have somebody to tell.
  const { request: begin } = isTls ? await import('node:https') : await import('node:http');
  const whyAborted = (): Error => (signal.reason instanceof Error ? signal.reason : new Error('it was broken off'));
  if (signal.aborted) throw whyAborted();
  return new Promise((resolve, reject) => {
    let answer: PostAnswer | null = null;
    const finish = (why: Error) => {
      signal.removeEventListener('abort', onAbort);
      if (answer === null) reject(why);
      else resolve(answer);
      request.destroy();
    };
    const onAbort = () => finish(whyAborted());
    const onEnd = () => finish(new Error('the connection was closed without an answer'));

    const request = begin(url, {
      method: 'POST',
      // A connection kept open may have died unnoticed: then an event would be lost for nothing.
      agent: false,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'booth-kiosk' },
      ...(isTls ? authorities(tlsCa) : {}),
    });
    signal.addEventListener('abort', onAbort);
    request.on('error', (error) => finish(new Error(reasonOf(error))));
    request.on('close', onEnd);
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      answer = { status, retryAfterMs: retryAfter(response.headers['retry-after']) };
      if (!isGood(status)) return onEnd();
      let read = 0;
      response.on('error', onEnd);
      response.on('end', onEnd);
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > BODY_LIMIT_BYTES) onEnd();
      });
    });
    request.end(body);
  });
}

/** The receiver has it. */
export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function authorities(tlsCa: string | null) {
  return { ...tlsOptions(null), ...(tlsCa === null ? {} : { ca: [...getCACertificates(), tlsCa] }) };
}

function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  // A date begins with the day of the week; what else passes for a date here is none.
  const at = /^[a-z]{3}/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(at - Date.now(), 0);
}

/** By the error's code alone: its message may hold the address. */
function reasonOf(error: Error): string {
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return 'what answers there does not speak HTTP';
  return networkReason(code) ?? tlsReason(code) ?? `the request failed (${code})`;
}

/** A code that can be shown. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'UNKNOWN';
}
