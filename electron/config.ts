/**
 * One validated, frozen configuration. Lowest to highest: defaults, a JSON file (`--config FILE`, else the one in the data folder),
 * the environment. Whatever is wrong is said in one sentence that names the place.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { type Result, fail, ok } from '../shared/errors.ts';
import { NO_SHOW_MS } from '../shared/limits.ts';
import type { Language, SoundSettings } from '../shared/snapshot.ts';
import { type KeyStore, withPassword } from './secrets.ts';
import { SETTINGS, type Settings } from './settings-schema.ts';
import { readAuthorities } from './tls-authorities.ts';

/** Where visitors see who is called. second-screen: the whole of it, while one is plugged in. */
export type DisplayPlace = 'off' | 'window' | 'second-screen';

export interface Config {
  readonly dataDir: string;
  /** The file settings are read from and, by the set-up screen, written to. */
  readonly settingsFile: string;
  /** null: nothing was chosen yet, the first start asks. */
  readonly stores: { readonly kind: 'embedded' } | { readonly kind: 'servers'; readonly redisUrl: string; readonly mysqlUrl: string } | null;
  /** Whom to ask where Redis is; none: the address in `stores` leads there. */
  readonly redisSentinels: readonly string[];
  /** The only authorities whose certificates are accepted, as PEM; null: those every program trusts. */
  readonly tlsCa: string | null;
  readonly boothId: number | null;
  readonly kioskId: string;
  /** null: the operating system's. */
  readonly language: Language | null;
  readonly timeZone: string;
  readonly lockPrefix: string;
  readonly demoArrivals: boolean;
  readonly reconcileSeconds: number;
  readonly graceSeconds: number;
  /** null: nobody counts as absent by itself. */
  readonly noShowMinutes: number | null;
  readonly sound: SoundSettings;
  readonly display: DisplayPlace;
  /** Hours after which a phone number typed at a kiosk is forgotten. */
  readonly phoneRetentionHours: number;
  /** What codes of visitors begin with; '': nothing. */
  readonly scannerPrefix: string;
  /** Composed (NFC); none: nobody is asked for. */
  readonly staffNames: readonly string[];
  /** Who is told of calls. Their addresses are secrets, path and all. */
  readonly notifyWebhookUrl: string | null;
  readonly notifyAmqpUrl: string | null;
  /** Who is told of trouble. A secret as well. */
  readonly slackWebhookUrl: string | null;
  readonly logLevel: 'info' | 'debug';
}

const ENVIRONMENT = {
  KIOSK_REDIS_URL: 'redisUrl',
  KIOSK_MYSQL_URL: 'mysqlUrl',
  KIOSK_REDIS_SENTINELS: 'redisSentinels',
  KIOSK_TLS_CA_FILE: 'tlsCaFile',
  KIOSK_BOOTH_ID: 'boothId',
  KIOSK_ID: 'kioskId',
  KIOSK_LANGUAGE: 'language',
  KIOSK_DISPLAY: 'display',
  KIOSK_NOTIFY_WEBHOOK_URL: 'notifyWebhookUrl',
  KIOSK_NOTIFY_AMQP_URL: 'notifyAmqpUrl',
  KIOSK_SLACK_WEBHOOK_URL: 'slackWebhookUrl',
} as const satisfies Record<string, keyof Settings>;
/** Read elsewhere: where everything is kept, and the administrator's address for one verb. */
const OTHER_VARIABLES: readonly string[] = ['KIOSK_DATA_DIR', 'KIOSK_MYSQL_ADMIN_URL'];

interface ConfigSource {
  /** From `--config`; must exist when given. */
  readonly configFile: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Used when KIOSK_DATA_DIR is not set. */
  readonly defaultDataDir: string;
  readonly keyStore: KeyStore;
}

/** Reads, merges and checks all sources. SETTINGS_INVALID names what is wrong and where; secrets are never repeated. */
export function loadConfig(source: ConfigSource): Result<Config> {
  const dataDir = resolve(source.environment['KIOSK_DATA_DIR'] || source.defaultDataDir);
  const settingsFile = source.configFile === null ? join(dataDir, 'settings.json') : resolve(source.configFile);
  if (source.configFile !== null && !existsSync(settingsFile)) return fail('SETTINGS_INVALID', `The settings file ${settingsFile} does not exist.`);

  const file = readSettingsFile(settingsFile);
  if (!file.ok) return file;
  const unsealed = unseal(file.value, source.keyStore, settingsFile);
  if (!unsealed.ok) return unsealed;
  const environment = readEnvironment(source.environment);
  if (!environment.ok) return environment;
  return merge({ ...unsealed.value, ...environment.value }, dataDir, settingsFile);
}

function merge(settings: Settings, dataDir: string, settingsFile: string): Result<Config> {
  const { redisUrl, mysqlUrl } = settings;
  if ((redisUrl === undefined) !== (mysqlUrl === undefined)) {
    const [given, missing] = redisUrl === undefined ? ['mysqlUrl', 'redisUrl (KIOSK_REDIS_URL)'] : ['redisUrl', 'mysqlUrl (KIOSK_MYSQL_URL)'];
    return fail('SETTINGS_INVALID', `${given} is set but ${missing} is not: the kiosk needs both servers, or neither to use the embedded stores.`);
  }
  const misplaced = sentinelProblem(settings);
  if (misplaced !== null) return fail('SETTINGS_INVALID', misplaced);
  const tlsCa = readAuthorities(settings.tlsCaFile, settingsFile);
  if (!tlsCa.ok) return tlsCa;
  const servers = redisUrl !== undefined && mysqlUrl !== undefined ? ({ kind: 'servers', redisUrl, mysqlUrl } as const) : null;
  return ok(
    Object.freeze({
      dataDir,
      settingsFile,
      stores: servers ?? (settings.embedded === true ? ({ kind: 'embedded' } as const) : null),
      redisSentinels: settings.redisSentinels ?? [],
      tlsCa: tlsCa.value,
      boothId: settings.boothId ?? null,
      kioskId: settings.kioskId ?? defaultKioskId(),
      language: settings.language ?? null,
      timeZone: settings.timeZone ?? 'Asia/Seoul',
      lockPrefix: settings.lockPrefix ?? 'temp:',
      demoArrivals: settings.demoArrivals ?? false,
      reconcileSeconds: settings.reconcileSeconds ?? 60,
      graceSeconds: settings.graceSeconds ?? 10,
      noShowMinutes: noShowMinutesOf(settings),
      sound: { announces: settings.announces ?? true, muted: settings.soundMuted ?? false, volume: settings.soundVolume ?? 80 },
      display: settings.display ?? 'off',
      phoneRetentionHours: settings.phoneRetentionHours ?? 24,
      scannerPrefix: settings.scannerPrefix ?? '',
      staffNames: Object.freeze((settings.staffNames ?? []).map((name) => name.normalize('NFC'))),
      notifyWebhookUrl: settings.notifyWebhookUrl ?? null,
      notifyAmqpUrl: settings.notifyAmqpUrl ?? null,
      slackWebhookUrl: settings.slackWebhookUrl ?? null,
      logLevel: settings.logLevel ?? 'info',
    }),
  );
}

function noShowMinutesOf({ noShowMinutes = NO_SHOW_MS / 60_000 }: Settings): number | null {
  return noShowMinutes === 0 ? null : noShowMinutes;
}

/** With sentinels the address names the primary, which may be anywhere: a port would be ignored, and so mislead. */
function sentinelProblem({ redisUrl, redisSentinels }: Settings): string | null {
  if (redisSentinels === undefined) return null;
  if (redisUrl === undefined) return 'redisSentinels is set but redisUrl (KIOSK_REDIS_URL) is not: it holds the name by which the sentinels know the primary.';
  if (new URL(redisUrl).port === '') return null;
  return 'redisUrl must not have a port beside redisSentinels: its host is the name by which they know the primary, as in redis://user:password@festival-queue/0.';
}

function unseal(settings: Settings, keyStore: KeyStore, path: string): Result<Settings> {
  const opened = { ...settings };
  for (const [url, sealed, variable] of [
    ['redisUrl', 'redisPasswordSealed', 'KIOSK_REDIS_URL'],
    ['mysqlUrl', 'mysqlPasswordSealed', 'KIOSK_MYSQL_URL'],
  ] as const) {
    const [address, secret] = [settings[url], settings[sealed]];
    if (address === undefined || secret === undefined) continue;
    const password = keyStore.open(secret);
    if (password === null) return fail('SETTINGS_INVALID', `${path}: ${sealed} cannot be opened by this user on this machine: give the whole address in ${variable}, or remove this file to be asked again.`);
    opened[url] = withPassword(address, password);
  }
  return ok(opened);
}

/** Only where: what stands there may be a password. */
function placeIn({ message }: SyntaxError): string {
  const place = /\(line \d+ column \d+\)/.exec(message)?.[0];
  return place === undefined ? '' : ` ${place}`;
}

/** The settings in a file; none when it does not exist. */
export function readSettingsFile(path: string): Result<Settings> {
  if (!existsSync(path)) return ok({});
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    // The parser's own message may quote the text, and the text may hold a password.
    const reason = error instanceof SyntaxError ? `is not valid JSON${placeIn(error)}` : 'cannot be read';
    return fail('SETTINGS_INVALID', `The settings file ${path} ${reason}.`);
  }
  return checkSettings(data, path);
}

function readEnvironment(environment: ConfigSource['environment']): Result<Settings> {
  const known = [...Object.keys(ENVIRONMENT), ...OTHER_VARIABLES];
  const stray = Object.keys(environment).find((name) => name.startsWith('KIOSK_') && !known.includes(name));
  if (stray !== undefined) return fail('SETTINGS_INVALID', `The environment variable ${stray} is not a setting; known are ${known.join(', ')}.`);
  const found: Record<string, unknown> = {};
  for (const [variable, setting] of Object.entries(ENVIRONMENT)) {
    const text = environment[variable];
    if (text !== undefined && text !== '') found[setting] = asSetting(setting, text);
  }
  const variableOf = new Map<string, string>(Object.entries(ENVIRONMENT).map(([variable, setting]) => [setting, variable]));
  return check(found, (key) => `environment variable ${variableOf.get(key) ?? key}`);
}

function asSetting(setting: keyof Settings, text: string): unknown {
  if (setting === 'boothId' && /^\d+$/.test(text)) return Number(text);
  return setting === 'redisSentinels' ? text.split(',').map((address) => address.trim()) : text;
}

/** Settings as data of unknown shape, named by the file they belong to. */
export function checkSettings(data: unknown, path: string): Result<Settings> {
  return check(data, (key) => `${path}: ${key}`);
}

function check(data: unknown, place: (key: string) => string): Result<Settings> {
  // An array passes for an object without settings.
  const parsed = v.safeParse(SETTINGS, Array.isArray(data) ? null : data);
  if (parsed.success) return ok(withoutUndefined(parsed.output));
  const [issue] = parsed.issues;
  const key = String(issue.path?.[0]?.key ?? '');
  const item = issue.path?.[1]?.key;
  if (key === '') return fail('SETTINGS_INVALID', `${place('the whole file')} must be one JSON object with settings.`);
  if (issue.type === 'strict_object') return fail('SETTINGS_INVALID', `${place(key)} is not a setting; known are ${Object.keys(SETTINGS.entries).join(', ')}.`);
  return fail('SETTINGS_INVALID', `${place(key)}${typeof item === 'number' ? ` (number ${item + 1})` : ''} ${issue.message}.`);
}

function withoutUndefined(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function defaultKioskId(): string {
  return hostname().replaceAll(/[^\p{L}\p{N}._-]/gu, '-').slice(0, 40) || 'kiosk';
}

/** Where Electron, too, would keep this program's files. */
export function platformDataDir(environment: ConfigSource['environment'], platform: NodeJS.Platform): string {
  const name = 'booth-kiosk';
  if (platform === 'win32') return join(environment['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), name);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  return join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), name);
}
