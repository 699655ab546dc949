/**
 * The settings file: every setting, its type and its bounds. Unknown settings are refused, so that a typing mistake is noticed.
 */
import * as v from 'valibot';

const url = (protocols: readonly string[]) =>
  v.pipe(
    v.string('must be text'),
    v.check((text) => {
      const parsed = URL.parse(text);
      return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '' && isDecodable(parsed.username) && isDecodable(parsed.password) && !isCutShort(text);
    }, `must be an address like ${protocols[0]}//user:password@host:port, in the password %23 for #, %2F for /, %3F for ?, %40 for @, %3A for :, %25 for %`),
  );

/** A bare # / ? in a password ends the host: what is behind it, the @ among it, is no part of the address's front any more. */
function isCutShort(text: string): boolean {
  return /^[a-z]+:\/\/[^/?#]*[/?#].*@/i.test(text);
}

/** A user name or password with a stray % would fail only when it is used. */
function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text).isWellFormed();
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

const wholeNumber = (from: number, to: number) =>
  v.pipe(v.number(`must be a whole number from ${from} to ${to}`), v.integer(`must be a whole number from ${from} to ${to}`), v.minValue(from, `must be at least ${from}`), v.maxValue(to, `must be at most ${to}`));

/** What stands behind the host; '' when there is nothing. */
const pathOf = (text: string) => URL.parse(text)?.pathname ?? '';
const queryOf = (text: string) => URL.parse(text)?.search ?? '';

/** redis:// or rediss://, the number of a database as path */
export const REDIS_URL = v.pipe(
  url(['redis:', 'rediss:']),
  v.check((text) => /^\/?\d{0,4}$/.test(pathOf(text)), 'must end in the number of a database, or in nothing: redis://host:6379/0'),
  // A wish for TLS that went unheard would send the password in plain text.
  v.check((text) => queryOf(text) === '', 'must not carry options behind a question mark; rediss:// asks for TLS'),
);
/** mysql:// or mariadb://, with the database's name as path */
export const MYSQL_URL = v.pipe(
  url(['mysql:', 'mariadb:']),
  v.check((text) => /^\/[^/]+$/.test(pathOf(text)), 'must name the database: mysql://host:3306/festival'),
  v.check((text) => ['', '?tls=true', '?tls=false'].includes(queryOf(text)), 'must not carry other options than ?tls=true'),
);
const SENTINEL_URL = v.pipe(REDIS_URL, v.check((text) => /^\/?$/.test(pathOf(text)), 'must end behind the port: sentinels have no databases'));
const SENTINELS_COUNT = 'must name 1 to 10 sentinels';
const REDIS_SENTINELS = v.pipe(
  v.array(SENTINEL_URL, 'must be a list of addresses like redis://user:password@host:26379'),
  v.minLength(1, SENTINELS_COUNT),
  v.maxLength(10, SENTINELS_COUNT),
);
/** Shown to supervisors, written into locks and the journal. */
export const KIOSK_ID = v.pipe(
  v.string('must be text'),
  v.regex(/^[\p{L}\p{N}._-]([\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}._-])?$/u, 'must be 1 to 40 letters, digits, spaces, dots, dashes or underscores'),
);

export const SETTINGS = v.strictObject({
  redisUrl: v.optional(REDIS_URL),
  mysqlUrl: v.optional(MYSQL_URL),
  /** With them, the host of redisUrl is the name by which they know the primary. */
  redisSentinels: v.optional(REDIS_SENTINELS),
  /** PEM file of the only authorities whose certificates are accepted, for all servers. */
  tlsCaFile: v.optional(v.pipe(v.string('must be text'), v.minLength(1, 'must name a file'))),
  /** Passwords sealed by this machine's key store; written by the set-up screen. */
  redisPasswordSealed: v.optional(v.string('must be text')),
  mysqlPasswordSealed: v.optional(v.string('must be text')),
  /** true: no servers; the queue and the history live in the data folder. */
  embedded: v.optional(v.boolean('must be true or false')),
  boothId: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  kioskId: v.optional(KIOSK_ID),
  language: v.optional(v.picklist(['ko', 'en'], 'must be "ko" or "en"')),
  /** IANA name of the zone whose wall clock the festival's backend writes into date columns. */
  timeZone: v.optional(v.pipe(v.string('must be text'), v.check(isTimeZone, 'must be a time zone such as "Asia/Seoul"'))),
  /** Prefix of the soft locks; another one than "temp:" where the backend repairs that prefix itself. */
  lockPrefix: v.optional(v.pipe(v.string('must be text'), v.regex(/^[A-Za-z0-9_.:-]{1,40}:$/, 'must be 1 to 40 letters, digits, dots, dashes, underscores or colons, and end in a colon'))),
  /** Simulated visitors keep arriving; on the embedded stores only. */
  demoArrivals: v.optional(v.boolean('must be true or false')),
  /** Seconds between two reconciler passes. */
  reconcileSeconds: v.optional(wholeNumber(5, 3600)),
});

export type Settings = v.InferOutput<typeof SETTINGS>;
