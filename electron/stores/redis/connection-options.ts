/**
 * From the address in the settings to the options of the client. Only what names the server is taken from it,
 * so that no query parameter can switch off what safety rests on.
 */
import type { RedisOptions } from 'ioredis';
import { tlsOptions } from '../tls.ts';

/** Replies in the shapes of the older protocol: the ones the scripts' answers are written for. */
export type ClientOptions = RedisOptions & { readonly replyMapping?: 'legacy' };

export interface Timeouts {
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

export interface Address {
  readonly options: RedisOptions;
  /** host:port for sentences; never user or password. */
  readonly place: string;
  /** Who is there, as the beginning of a sentence. */
  readonly title: string;
  /** What is odd about the sentinels that named this server, as sentences ('' when nothing is); null: the settings name it. */
  readonly hearsay: string | null;
  /** What must never appear in a sentence, even if a server repeats it: the password in each form it is written, the longest first. */
  readonly secrets: readonly string[];
}

const DEFAULT_PORT = 6379;

/** Null when the text is not a redis:// or rediss:// address. `tlsCa`: the only authorities to trust, as PEM; null: those every program trusts. */
export function parseAddress(url: string, tlsCa: string | null = null): Address | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if ((parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') || parsed.hostname === '') return null;
  const db = parsed.pathname.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(db)) return null;
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const port = parsed.port === '' ? DEFAULT_PORT : Number(parsed.port);
  const [username, password] = [decode(parsed.username), decode(parsed.password)];
  if (username === null || password === null) return null;
  return {
    options: {
      host,
      port,
      db: Number(db),
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      ...(parsed.protocol === 'rediss:' ? { tls: tlsOptions(tlsCa) } : {}),
    },
    place: `${host}:${port}`,
    title: `The queue store at ${host}:${port}`,
    hearsay: null,
    secrets: formsOf(password, parsed.password),
  };
}

/** As it is, as the address has it, percent-encoded in full, and in one line as servers print it. */
function formsOf(password: string, written: string): readonly string[] {
  if (password === '') return [];
  const forms = new Set([password, written, encodeURIComponent(password), password.replaceAll(/[\r\n]/g, ' ')]);
  return [...forms].toSorted((a, b) => b.length - a.length);
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/**
 * Nothing is queued, repeated or retried by the client: a command is sent now on a live connection or fails, and a step
 * sent twice late would be a visitor lost. Reconnecting is the link's business.
 */
export function clientOptions(address: Address, timeouts: Timeouts): ClientOptions {
  return {
    ...address.options,
    protocol: 2,
    replyMapping: 'legacy',
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: timeouts.connectTimeoutMs,
    commandTimeout: timeouts.commandTimeoutMs,
    disconnectTimeout: 100,
    keepAlive: 10_000,
  };
}
