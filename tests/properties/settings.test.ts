/**
 * Goal: any settings, in the file or the environment, are a configuration that holds or a sentence that names the place; a password is
 * never in it. Method: any text as file, any JSON, good settings with one thing wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkSettings, loadConfig } from '../../electron/config.ts';
import { NO_KEY_STORE, splitPassword, withPassword } from '../../electron/secrets.ts';
import { SETTINGS } from '../../electron/settings-schema.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-settings-'));
  file = join(folder, 'settings.json');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = Object.keys(SETTINGS.entries);
/** Short enough to stand whole in a piece of the text that a parser may quote. */
const PASSWORD = 'Tr0ub';
const host = fc.constantFrom('localhost', 'queue.example', '10.0.0.7', '[::1]');
const redisUrl = fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([at, port]) => `redis://kiosk:${PASSWORD}@${at}:${port}`);
const mysqlUrl = fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([at, port]) => `mysql://kiosk:${PASSWORD}@${at}:${port}/festival`);
const webhookUrl = host.map((at) => `https://kiosk@${at}/hooks/${PASSWORD}?key=${PASSWORD}`);
const amqpUrl = host.map((at) => `amqps://kiosk:${PASSWORD}@${at}/festival`);
const goodSettings = fc.record(
  {
    redisUrl,
    mysqlUrl,
    embedded: fc.boolean(),
    boothId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    kioskId: fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
    language: fc.constantFrom('ko', 'en'),
    timeZone: fc.constantFrom('Asia/Seoul', 'UTC', 'America/Caracas'),
    lockPrefix: fc.stringMatching(/^[A-Za-z0-9_.-]{1,39}:$/),
    demoArrivals: fc.boolean(),
    reconcileSeconds: fc.integer({ min: 5, max: 3600 }),
    graceSeconds: fc.integer({ min: 2, max: 60 }),
    noShowMinutes: fc.integer({ min: 0, max: 120 }),
    announces: fc.boolean(),
    soundMuted: fc.boolean(),
    soundVolume: fc.integer({ min: 10, max: 100 }),
    display: fc.constantFrom('off', 'window', 'second-screen'),
    phoneRetentionHours: fc.integer({ min: 1, max: 720 }),
    scannerPrefix: fc.stringMatching(/^[!-~]{0,79}[!-/:-~]$/),
    staffNames: fc.uniqueArray(fc.stringMatching(/^[A-Za-z가-힣]{1,20}( [A-Za-z가-힣]{1,19})?$/), { minLength: 1, maxLength: 50 }),
    notifyWebhookUrl: webhookUrl,
    notifyAmqpUrl: amqpUrl,
    slackWebhookUrl: webhookUrl,
    logLevel: fc.constantFrom('info', 'debug'),
  },
  { requiredKeys: [] },
);
/** Any settings at all: known names and others, with good values, bad ones and ones that hold the password. */
const aSecretText = fc.constantFrom(`redis://u:${PASSWORD}@h`, `mysql://u:${PASSWORD}@h`, `http://u:${PASSWORD}@h`, `redis://:${PASSWORD}%zz@h`, PASSWORD);
const anySettings = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string({ minLength: 1 })), fc.oneof(aSecretText, redisUrl, mysqlUrl, webhookUrl, amqpUrl, fc.array(fc.oneof(aSecretText, fc.string()), { maxLength: 3 }), fc.jsonValue()), { maxKeys: 8 });
const RUNS = { numRuns: 400 };

const load = (environment: Record<string, string | undefined>, configFile: string | null) => loadConfig({ configFile, environment, defaultDataDir: folder, keyStore: NO_KEY_STORE });

function judge(result: ReturnType<typeof load>, place: string): void {
  if (result.ok) {
    expect(Object.isFrozen(result.value)).toBe(true);
    return;
  }
  expect(result.error.code).toBe('SETTINGS_INVALID');
  expect(result.error.message).toContain(place);
  expect(result.error.message).not.toContain(PASSWORD);
  expect(result.error.message).toMatch(/\.$/);
}

test('any text as file', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), aSecretText.map((text) => `{"redisUrl": "${text}"`), fc.constantFrom(`{"password": ${PASSWORD}}`, `${PASSWORD}: x`, `{"a": 1} ${PASSWORD}`)), (text) => {
      writeFileSync(file, text);
      judge(load({}, file), file);
    }),
    { numRuns: 200 },
  );
});

test('any settings in the file: the first bad one is named with the file', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      const checked = checkSettings(settings, file);
      if (checked.ok) return;
      expect(checked.error.message).not.toContain(PASSWORD);
      expect(Object.keys(settings).some((name) => checked.error.message.startsWith(`${file}: ${name} `))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('a name on the list is one line that shows something, and no name is there twice', () => {
  const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 45 }), fc.string({ unit: 'grapheme', maxLength: 45 }), fc.constantFrom('Minji', ' ', '\u3164', '\u00ad', 'a\u2028b'));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 4 }), (staffNames) => {
      const checked = checkSettings({ staffNames }, file);
      if (!checked.ok) return;
      expect(staffNames.length).toBeGreaterThan(0);
      expect(new Set(staffNames).size).toBe(staffNames.length);
      for (const each of staffNames) {
        expect(each).toMatch(/^(?!\s)[^\n\r\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+(?<!\s)$/u);
        expect(each).toMatch(/[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}]/u);
        expect([...each.normalize('NFC')].length).toBeLessThanOrEqual(40);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('good settings come back from the file as they were written', () => {
  fc.assert(
    fc.property(goodSettings, (settings) => {
      expect(checkSettings(JSON.parse(JSON.stringify(settings)), file)).toEqual({ ok: true, value: settings });
    }),
    RUNS,
  );
});

test('one setting of a wrong kind among good ones is the one that is named', () => {
  const wrong = fc.constantFrom<unknown>(null, [], {}, Symbol.iterator.toString(), -1, 1.5, 2 ** 60, '', ' ', 'x'.repeat(5_000));
  fc.assert(
    fc.property(goodSettings, fc.constantFrom(...NAMES.filter((name) => !name.includes('Sealed'))), wrong, (settings, name, value) => {
      const checked = checkSettings({ ...settings, [name]: value }, file);
      if (checked.ok) return;
      expect(checked.error.message.startsWith(`${file}: ${name} `)).toBe(true);
      expect(checked.error.message.length).toBeLessThan(1_000);
    }),
    RUNS,
  );
});

test('any environment: a configuration, or a sentence that names the variable', () => {
  const variable = fc.option(fc.oneof(fc.string({ unit: 'binary' }), aSecretText, redisUrl, mysqlUrl, webhookUrl, amqpUrl, fc.constantFrom('1', '0', '-1', '1e3', 'ko', 'en', '9007199254740993')), { nil: undefined });
  const empty = join(tmpdir(), 'no-such-folder');
  fc.assert(
    fc.property(fc.record(Object.fromEntries(['REDIS_URL', 'MYSQL_URL', 'BOOTH_ID', 'ID', 'LANGUAGE', 'NOTIFY_WEBHOOK_URL', 'NOTIFY_AMQP_URL', 'SLACK_WEBHOOK_URL'].map((name) => [`KIOSK_${name}`, variable]))), (environment) => {
      judge(load({ ...environment, KIOSK_DATA_DIR: empty }, null), 'KIOSK_');
    }),
    RUNS,
  );
});

test('a password leaves an address whole and comes back whole, whatever its characters', () => {
  const secret = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(secret, fc.constantFrom('redis://kiosk', 'mysql://kiosk', 'rediss://'), (password, start) => {
      const full = `${start}:${encodeURIComponent(password)}@h:1234/festival?tls=true`;
      const { url, password: taken } = splitPassword(full);
      expect(taken).toBe(password);
      expect(new URL(url).password).toBe('');
      expect(splitPassword(url)).toEqual({ url, password: null });
      expect(splitPassword(withPassword(url, password)).password).toBe(password);
      expect(splitPassword(withPassword(url, password)).url).toBe(url);
    }),
    RUNS,
  );
});
