/**
 * The settings file: every setting, its type and its bounds. Unknown settings are refused, so that a typing mistake is noticed.
 */
import * as v from 'valibot';
import { MIN_VOLUME, STAFF_MAX_CHARS } from '../shared/limits.ts';
import { visitorName } from './core/visitor-name.ts';

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
/** amqp:// or amqps://, with the virtual host's name as path; none: RabbitMQ's own default, "/" */
const AMQP_URL = v.pipe(
  url(['amqp:', 'amqps:']),
  v.check((text) => /^\/?[^/]*$/.test(pathOf(text)) && isDecodable(pathOf(text)), 'must end in the name of a virtual host, or in nothing: amqp://host:5672/festival, in the name %2F for /'),
  v.check((text) => queryOf(text) === '', 'must not carry options behind a question mark; amqps:// asks for TLS'),
);
/** Path and query are the receiver's affair, and usually the secret. */
const WEBHOOK_URL = v.pipe(
  v.string('must be text'),
  v.maxLength(2_000, 'must be at most 2000 characters'),
  v.check((text) => {
    const parsed = URL.parse(text);
    return parsed !== null && ['https:', 'http:'].includes(parsed.protocol) && isDecodable(parsed.username) && isDecodable(parsed.password);
  }, 'must be an address like https://host/path'),
);

const STAFF_COUNT = 'must name 1 to 50 people';
/** Chosen at the kiosk, written into locks and the journal. One name for one person: two that look the same would be no help there. */
const STAFF_NAMES = v.pipe(
  v.array(
    v.pipe(
      v.string('must be text'),
      v.check(isStaffName, `must be a name of 1 to ${STAFF_MAX_CHARS} characters that can be shown, without blanks around it or double ones in it`),
    ),
    'must be a list of names',
  ),
  v.minLength(1, STAFF_COUNT),
  v.maxLength(50, STAFF_COUNT),
  v.check((names) => new Set(names.map((name) => name.normalize('NFC'))).size === names.length, 'must not name anybody twice'),
);

/** Held to what visitors' names are held to, and already as it will be shown. */
function isStaffName(text: string): boolean {
  const name = text.normalize('NFC');
  const shown = visitorName(name);
  return shown.ok && shown.value === name && [...name].length <= STAFF_MAX_CHARS;
}

/** Before a number, so that no digit of it may pass for one of the number's. */
const SCANNER_PREFIX = /^[!-~]{0,79}[!-/:-~]$/;

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
  /** Younger locks of living kiosks are left to their owners. */
  graceSeconds: v.optional(wholeNumber(2, 60)),
  /** A called visitor who has not come by then counts as absent; 0: never by itself. */
  noShowMinutes: v.optional(wholeNumber(0, 120)),
  /** Whether this kiosk calls visitors out loud; of the kiosks at one booth, one should. */
  announces: v.optional(v.boolean('must be true or false')),
  soundMuted: v.optional(v.boolean('must be true or false')),
  /** In percent. */
  soundVolume: v.optional(wholeNumber(MIN_VOLUME, 100)),
  /** The visitors' display. */
  display: v.optional(v.picklist(['off', 'window', 'second-screen'], 'must be "off", "window" or "second-screen"')),
  /** Phone numbers typed at a kiosk are forgotten after as many hours. */
  phoneRetentionHours: v.optional(wholeNumber(1, 720)),
  /** What a scanner's codes of visitors begin with, before the user id. */
  scannerPrefix: v.optional(v.pipe(v.string('must be text'), v.regex(SCANNER_PREFIX, 'must be 1 to 80 characters of an English keyboard, without blanks, and not end in a digit'))),
  /** Whom to choose from at the kiosk. */
  staffNames: v.optional(STAFF_NAMES),
  /** Told of calls, recalls and cancellations. */
  notifyWebhookUrl: v.optional(WEBHOOK_URL),
  notifyAmqpUrl: v.optional(AMQP_URL),
  /** Told of trouble. */
  slackWebhookUrl: v.optional(WEBHOOK_URL),
  logLevel: v.optional(v.picklist(['info', 'debug'], 'must be "info" or "debug"')),
});

export type Settings = v.InferOutput<typeof SETTINGS>;
