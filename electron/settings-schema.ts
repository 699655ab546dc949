/**
 * The settings file: every setting, its type and its bounds. Unknown settings are refused, so that a typing mistake is noticed.
 */
import * as v from 'valibot';

const url = (protocols: readonly string[]) =>
  v.pipe(
    v.string('must be text'),
    v.check((text) => {
      const parsed = URL.parse(text);
      return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '' && isDecodable(parsed.username) && isDecodable(parsed.password);
    }, `must be an address like ${protocols[0]}//user:password@host:port`),
  );

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

/** redis:// or rediss:// */
export const REDIS_URL = url(['redis:', 'rediss:']);
/** mysql:// or mariadb://, with the database's name as path */
export const MYSQL_URL = v.pipe(
  url(['mysql:', 'mariadb:']),
  v.check((text) => /^\/[^/]+$/.test(URL.parse(text)?.pathname ?? ''), 'must name the database: mysql://host:3306/festival'),
);
/** Shown to supervisors, written into locks and the journal. */
export const KIOSK_ID = v.pipe(
  v.string('must be text'),
  v.regex(/^[\p{L}\p{N}._-]([\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}._-])?$/u, 'must be 1 to 40 letters, digits, spaces, dots, dashes or underscores'),
);

export const SETTINGS = v.strictObject({
  redisUrl: v.optional(REDIS_URL),
  mysqlUrl: v.optional(MYSQL_URL),
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
