/** Goal: one configuration from file and environment; whatever is wrong is named with its place, and no secret is repeated. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../electron/config.ts';
import { saveSettings } from '../../electron/save-settings.ts';
import { NO_KEY_STORE, splitPassword, withPassword } from '../../electron/secrets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-config-'))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

const file = (text: string, name = 'settings.json'): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const load = (environment: Record<string, string> = {}, configFile: string | null = null) =>
  loadConfig({ configFile, environment, defaultDataDir: folder, keyStore: NO_KEY_STORE });
const problem = (...given: Parameters<typeof load>): string => {
  const config = load(...given);
  if (config.ok) throw new Error('the configuration was accepted');
  expect(config.error.code).toBe('SETTINGS_INVALID');
  return config.error.message;
};

describe('sources', () => {
  it('asks at the first start: nothing is chosen', () => expect(load()).toMatchObject({ ok: true, value: { stores: null, boothId: null, timeZone: 'Asia/Seoul', lockPrefix: 'temp:' } }));
  it('lets the environment win over the file, setting by setting', () => {
    file('{"redisUrl":"redis://a:1","mysqlUrl":"mysql://a:2/f","boothId":3,"kioskId":"file","language":"en"}');
    expect(load({ KIOSK_BOOTH_ID: '7', KIOSK_ID: 'environment' })).toMatchObject({
      ok: true,
      value: { stores: { kind: 'servers', redisUrl: 'redis://a:1', mysqlUrl: 'mysql://a:2/f' }, boothId: 7, kioskId: 'environment', language: 'en' },
    });
  });
  it.each([['Chicken’s PC (left)', 'Chicken-s-PC--left-'], ['치킨.local', '치킨.local'], ['x'.repeat(64), 'x'.repeat(40)], ['', 'kiosk']])('without a name of its own is called after its machine, %j', (name, kioskId) => {
    vi.spyOn(os, 'hostname').mockReturnValue(name);
    syncBuiltinESMExports();
    expect(load()).toMatchObject({ ok: true, value: { kioskId } });
  });
  it('reads another file when told to, and the data folder from the environment', () => {
    const other = file('{"embedded":true}', 'other.json');
    expect(load({ KIOSK_DATA_DIR: join(folder, 'data') }, other)).toMatchObject({ ok: true, value: { stores: { kind: 'embedded' }, dataDir: join(folder, 'data'), settingsFile: other } });
  });
});

describe('as far as a bound reaches', () => {
  it.each([
    '{"redisUrl":"redis://a/9999","mysqlUrl":"mysql://a/f"}',
    '{"redisUrl":"rediss://a/","mysqlUrl":"mariadb://a/f?tls=true"}',
    '{"redisUrl":"redis://a","mysqlUrl":"mysql://a/f?tls=false"}',
    `{"redisUrl":"redis://a","mysqlUrl":"mysql://a/f","redisSentinels":["redis://b"${',"redis://b"'.repeat(9)}]}`,
    `{"kioskId":"${'x'.repeat(40)}"}`,
    '{"kioskId":"치킨 부스 3"}',
    `{"lockPrefix":"${'x'.repeat(40)}:"}`,
    '{"boothId":9007199254740991,"reconcileSeconds":3600}',
    '{"boothId":1,"reconcileSeconds":5}',
    '{"graceSeconds":2,"noShowMinutes":0,"logLevel":"info"}',
    '{"graceSeconds":60,"noShowMinutes":120,"logLevel":"debug"}',
    '{"phoneRetentionHours":1,"scannerPrefix":"https://festival.example/users/"}',
    `{"phoneRetentionHours":720,"scannerPrefix":"${'x'.repeat(80)}"}`,
    `{"staffNames":[${Array.from({ length: 50 }, (_, index) => `"민지 ${index}"`).join(',')}]}`,
    '{"announces":false,"soundMuted":true,"soundVolume":10}',
    `{"staffNames":["${'가'.repeat(40)}"]}`,
    `{"staffNames":["${'🍗'.repeat(40)}","O'Neil-Smith","a"]}`,
    '{"notifyWebhookUrl":"https://u:p%40ss@festival.example/hooks/@x?key=1","slackWebhookUrl":"http://127.0.0.1:1"}',
    '{"notifyAmqpUrl":"amqp://a"}',
    '{"notifyAmqpUrl":"amqps://kiosk:p%40ss@[::1]:5671/festival%2Ftest"}',
    '\uFEFF{"boothId":3}',
  ])('%s is accepted', (text) => {
    file(text);
    expect(load().ok).toBe(true);
  });
  it('an empty variable is none', () => {
    file('{"boothId":3}');
    expect(load({ KIOSK_BOOTH_ID: '', KIOSK_REDIS_URL: '', KIOSK_REDIS_SENTINELS: '' })).toMatchObject({ ok: true, value: { boothId: 3, redisSentinels: [] } });
  });
});

describe('what is wrong is named', () => {
  it.each([
    ['{', 'is not valid JSON'],
    ['[]', 'one JSON object'],
    ['"text"', 'one JSON object'],
    ['{"boothID":1}', 'boothID is not a setting'],
    ['{"boothId":"1"}', 'boothId must be a whole number'],
    ['{"boothId":0}', 'boothId must be at least 1'],
    ['{"boothId":1.5}', 'boothId must be a whole number'],
    ['{"boothId":9007199254740992}', 'boothId must be at most 9007199254740991'],
    ['{"language":"fr"}', 'language must be "ko" or "en"'],
    ['{"timeZone":"Seoul"}', 'timeZone must be a time zone'],
    ['{"redisUrl":"localhost:6379"}', 'redisUrl must be an address like redis://'],
    ['{"redisUrl":"http://a"}', 'redisUrl must be an address like redis://'],
    ['{"redisUrl":"redis:///0"}', 'redisUrl must be an address like redis://'],
    ['{"mysqlUrl":"mysql://a:3306"}', 'mysqlUrl must name the database'],
    ['{"redisUrl":"redis://a"}', 'mysqlUrl (KIOSK_MYSQL_URL) is not'],
    ['{"mysqlUrl":"mysql://a/f"}', 'redisUrl (KIOSK_REDIS_URL) is not'],
    ['{"kioskId":" Booth 3"}', 'kioskId must be 1 to 40'],
    ['{"kioskId":"a/b"}', 'kioskId must be 1 to 40'],
    ['{"kioskId":"Booth 3 "}', 'kioskId must be 1 to 40'],
    [`{"kioskId":"${'x'.repeat(41)}"}`, 'kioskId must be 1 to 40'],
    ['{"redisUrl":"redis://:%zz@a","mysqlUrl":"mysql://a/f"}', 'redisUrl must be an address'],
    ['{"redisUrl":"redis://%zz@a","mysqlUrl":"mysql://a/f"}', 'redisUrl must be an address'],
    ['{"redisUrl":"redis://a/12345","mysqlUrl":"mysql://a/f"}', 'redisUrl must end in the number of a database'],
    ['{"redisUrl":"redis://a","mysqlUrl":"mysql://a/f/g"}', 'mysqlUrl must name the database'],
    ['{"redisUrl":"redis://a/festival","mysqlUrl":"mysql://a/f"}', 'redisUrl must end in the number of a database'],
    ['{"redisUrl":"redis://a?tls=true","mysqlUrl":"mysql://a/f"}', 'rediss:// asks for TLS'],
    ['{"redisUrl":"redis://a","mysqlUrl":"mysql://a/f?ssl=true"}', 'mysqlUrl must not carry other options than ?tls=true'],
    ['{"redisUrl":"redis://a","mysqlUrl":"mysql://a/f?tls=TRUE"}', 'mysqlUrl must not carry other options than ?tls=true'],
    ['{"redisSentinels":"redis://a"}', 'redisSentinels must be a list of addresses'],
    ['{"redisSentinels":[]}', 'redisSentinels must name 1 to 10 sentinels'],
    [`{"redisSentinels":[${'"redis://a",'.repeat(10)}"redis://a"]}`, 'redisSentinels must name 1 to 10 sentinels'],
    ['{"redisSentinels":["redis://a:1","b:2"]}', 'redisSentinels (number 2) must be an address like redis://'],
    ['{"redisSentinels":["redis://a:1/3"]}', 'redisSentinels (number 1) must end behind the port'],
    ['{"redisSentinels":["redis://a:1"]}', 'redisSentinels is set but redisUrl (KIOSK_REDIS_URL) is not'],
    ['{"redisUrl":"redis://u:hunter2@queue:6379","mysqlUrl":"mysql://a/f","redisSentinels":["redis://a:1"]}', 'redisUrl must not have a port beside redisSentinels'],
    ['{"tlsCaFile":""}', 'tlsCaFile must name a file'],
    ['{"tlsCaFile":["a"]}', 'tlsCaFile must be text'],
    ['{"lockPrefix":"temp"}', 'lockPrefix must be'],
    ['{"lockPrefix":"temp*:"}', 'lockPrefix must be'],
    [`{"lockPrefix":"${'x'.repeat(41)}:"}`, 'lockPrefix must be'],
    ['{"reconcileSeconds":4}', 'reconcileSeconds must be at least 5'],
    ['{"reconcileSeconds":3601}', 'reconcileSeconds must be at most 3600'],
    ['{"graceSeconds":1}', 'graceSeconds must be at least 2'],
    ['{"graceSeconds":61}', 'graceSeconds must be at most 60'],
    ['{"noShowMinutes":-1}', 'noShowMinutes must be at least 0'],
    ['{"noShowMinutes":121}', 'noShowMinutes must be at most 120'],
    ['{"noShowMinutes":2.5}', 'noShowMinutes must be a whole number from 0 to 120'],
    ['{"noShowMinutes":null}', 'noShowMinutes must be a whole number'],
    ['{"phoneRetentionHours":0}', 'phoneRetentionHours must be at least 1'],
    ['{"phoneRetentionHours":721}', 'phoneRetentionHours must be at most 720'],
    ['{"phoneRetentionHours":"24"}', 'phoneRetentionHours must be a whole number'],
    ['{"scannerPrefix":""}', 'scannerPrefix must be 1 to 80 characters of an English keyboard'],
    ['{"scannerPrefix":"user 7"}', 'and not end in a digit'],
    ['{"scannerPrefix":"방문자:"}', 'scannerPrefix must be'],
    [`{"scannerPrefix":"${'x'.repeat(81)}"}`, 'scannerPrefix must be'],
    ['{"logLevel":"warn"}', 'logLevel must be "info" or "debug"'],
    ['{"announces":"yes"}', 'announces must be true or false'],
    ['{"soundVolume":0}', 'soundVolume must be at least 10'],
    ['{"soundVolume":101}', 'soundVolume must be at most 100'],
    ['{"display":true}', 'display must be "off", "window" or "second-screen"'],
    ['{"staffNames":"Minji"}', 'staffNames must be a list of names'],
    ['{"staffNames":[]}', 'staffNames must name 1 to 50 people'],
    [`{"staffNames":[${Array.from({ length: 51 }, (_, index) => `"${index}"`).join(',')}]}`, 'staffNames must name 1 to 50 people'],
    ['{"staffNames":["Minji",7]}', 'staffNames (number 2) must be text'],
    ['{"staffNames":["Minji",""]}', 'staffNames (number 2) must be a name of 1 to 40 characters'],
    ['{"staffNames":[" Minji"]}', 'staffNames (number 1) must be a name'],
    ['{"staffNames":["Min  ji"]}', 'staffNames (number 1) must be a name'],
    ['{"staffNames":["\\u200b"]}', 'staffNames (number 1) must be a name'],
    ['{"staffNames":["a\\u202eb"]}', 'staffNames (number 1) must be a name'],
    ['{"staffNames":["a\\nb"]}', 'staffNames (number 1) must be a name'],
    [`{"staffNames":["${'x'.repeat(41)}"]}`, 'staffNames (number 1) must be a name'],
    ['{"staffNames":["Minji","Jun","Minji"]}', 'staffNames must not name anybody twice'],
    ['{"staffNames":["\\u00e9","e\\u0301"]}', 'staffNames must not name anybody twice'],
    ['{"notifyWebhookUrl":"ftp://a/x"}', 'notifyWebhookUrl must be an address like https://host/path'],
    ['{"notifyWebhookUrl":"festival.example/x"}', 'notifyWebhookUrl must be an address like https://host/path'],
    ['{"notifyWebhookUrl":"https://:%zz@a/x"}', 'notifyWebhookUrl must be an address like https://host/path'],
    [`{"slackWebhookUrl":"https://a/${'x'.repeat(2_000)}"}`, 'slackWebhookUrl must be at most 2000 characters'],
    ['{"slackWebhookUrl":"#alerts"}', 'slackWebhookUrl must be an address like https://host/path'],
    ['{"notifyAmqpUrl":"http://a"}', 'notifyAmqpUrl must be an address like amqp://'],
    ['{"notifyAmqpUrl":"amqp://u:p/w@a"}', 'notifyAmqpUrl must be an address like amqp://'],
    ['{"notifyAmqpUrl":"amqp://a/b/c"}', 'notifyAmqpUrl must end in the name of a virtual host'],
    ['{"notifyAmqpUrl":"amqp://a/%zz"}', 'notifyAmqpUrl must end in the name of a virtual host'],
    ['{"notifyAmqpUrl":"amqp://a/b?heartbeat=1"}', 'amqps:// asks for TLS'],
    ['{"embedded":"yes"}', 'embedded must be true or false'],
    ['{"demoArrivals":"yes"}', 'demoArrivals must be true or false'],
    ['{"redisPasswordSealed":1}', 'redisPasswordSealed must be text'],
    ['{"mysqlPasswordSealed":1}', 'mysqlPasswordSealed must be text'],
    ['{"redisUrl":"redis://a","mysqlUrl":"mysql://a/f","redisPasswordSealed":"x"}', 'redisPasswordSealed cannot be opened by this user'],
  ])('%s', (text, sentence) => {
    file(text);
    expect(problem()).toContain(sentence);
  });
  it.each([
    [{ KIOSK_BOOTH_ID: 'one' }, 'KIOSK_BOOTH_ID must be'],
    [{ KIOSK_BOOTH_ID: '0x7' }, 'KIOSK_BOOTH_ID must be'],
    [{ KIOSK_LANGUAGE: 'de' }, 'KIOSK_LANGUAGE must be'],
    [{ KIOSK_REDIS_URL: 'nonsense', KIOSK_MYSQL_URL: 'mysql://a/f' }, 'KIOSK_REDIS_URL must be'],
    [{ KIOSK_REDIS_URL: 'redis://a' }, 'KIOSK_MYSQL_URL'],
    [{ KIOSK_REDIS_SENTINELS: 'redis://a:1,b' }, 'environment variable KIOSK_REDIS_SENTINELS (number 2) must be an address like redis://'],
    [{ KIOSK_REDIS_SENTINELS: 'redis://a:1,' }, 'KIOSK_REDIS_SENTINELS (number 2) must be'],
    [{ KIOSK_NOTIFY_WEBHOOK_URL: 'x' }, 'environment variable KIOSK_NOTIFY_WEBHOOK_URL must be an address like https://'],
    [{ KIOSK_NOTIFY_AMQP_URL: 'x' }, 'environment variable KIOSK_NOTIFY_AMQP_URL must be an address like amqp://'],
    [{ KIOSK_SLACK_WEBHOOK_URL: 'x' }, 'environment variable KIOSK_SLACK_WEBHOOK_URL must be an address like https://'],
    [{ KIOSK_STAFF_NAMES: 'Minji' }, 'The environment variable KIOSK_STAFF_NAMES is not a setting'],
    [{ KIOSK_BOOTH: '3' }, 'The environment variable KIOSK_BOOTH is not a setting; known are KIOSK_REDIS_URL,'],
    [{ KIOSK_REDIS_ULR: '' }, 'The environment variable KIOSK_REDIS_ULR is not a setting'],
    [{ KIOSK_TLS_CA_FILE: '/does/not/exist.pem' }, 'tlsCaFile: the file /does/not/exist.pem does not exist.'],
    [{ KIOSK_TLS_CA_FILE: '/' }, 'tlsCaFile: the file / cannot be read.'],
  ])('%j', (environment, sentence) => expect(problem(environment as Record<string, string>)).toContain(sentence));
  it('says that what is there is no file that can be read', () => {
    mkdirSync(join(folder, 'settings.json'));
    expect(problem()).toContain('settings.json cannot be read');
  });
  it('says that a file named on the command line does not exist', () => expect(problem({}, join(folder, 'none.json'))).toContain('does not exist'));
  it('never repeats a password', () => {
    file('{"redisUrl":"redis://u:hunter2@a","mysqlUrl":"mysql://u:hunter2@a"}');
    expect(problem()).not.toContain('hunter2');
    file('{"redisUrl":"redis://u:hunter2@a"');
    expect(problem()).not.toContain('hunter2');
    for (const sentinels of ['redis://u:hunter2@a/x', 'http://u:hunter2@a', 'u:hunter2@a']) {
      expect(problem({ KIOSK_REDIS_SENTINELS: sentinels })).not.toContain('hunter2');
    }
    rmSync(join(folder, 'settings.json'));
    for (const variable of ['KIOSK_NOTIFY_WEBHOOK_URL', 'KIOSK_NOTIFY_AMQP_URL', 'KIOSK_SLACK_WEBHOOK_URL']) {
      for (const url of ['ftp://u:hunter2@a', 'hooks.slack.com/hunter2', 'https:// /hunter2', `amqp://a/x/hunter2?${'y'.repeat(3_000)}`]) expect(problem({ [variable]: url })).not.toContain('hunter2');
    }
  });
});

describe('who is told, who works here, how patient the kiosk is', () => {
  it('is nobody, nobody, and as the festival is used to, unless told', () =>
    expect(load()).toMatchObject({
      ok: true,
      value: { staffNames: [], notifyWebhookUrl: null, notifyAmqpUrl: null, slackWebhookUrl: null, graceSeconds: 10, noShowMinutes: 5, phoneRetentionHours: 24, scannerPrefix: '', reconcileSeconds: 60, logLevel: 'info' },
    }));
  it('comes from the file, secrets from the environment, too', () => {
    file('{"staffNames":["e\u0301va","Jun"],"graceSeconds":3,"noShowMinutes":12,"logLevel":"debug","notifyWebhookUrl":"https://a/file","slackWebhookUrl":"https://b/file"}');
    expect(load({ KIOSK_NOTIFY_WEBHOOK_URL: 'https://a/x', KIOSK_NOTIFY_AMQP_URL: 'amqp://u:p@b/f' })).toMatchObject({
      ok: true,
      value: { staffNames: ['\u00e9va', 'Jun'], graceSeconds: 3, noShowMinutes: 12, logLevel: 'debug', notifyWebhookUrl: 'https://a/x', notifyAmqpUrl: 'amqp://u:p@b/f', slackWebhookUrl: 'https://b/file' },
    });
    expect(load({ KIOSK_SLACK_WEBHOOK_URL: 'https://b/x' })).toMatchObject({ ok: true, value: { slackWebhookUrl: 'https://b/x' } });
  });
  it('can leave absent visitors alone for good', () => {
    file('{"noShowMinutes":0}');
    expect(load()).toMatchObject({ ok: true, value: { noShowMinutes: null } });
  });
});

describe('sentinels and authorities', () => {
  const SERVERS = { KIOSK_REDIS_URL: 'redis://:p@queue/2', KIOSK_MYSQL_URL: 'mysql://a/f' };
  it('takes sentinels from the file as a list, from the environment with commas', () => {
    file('{"redisSentinels":["redis://a:1"]}');
    expect(load(SERVERS)).toMatchObject({ ok: true, value: { redisSentinels: ['redis://a:1'], tlsCa: null } });
    expect(load({ ...SERVERS, KIOSK_REDIS_SENTINELS: 'redis://u:x%2Cy@a:1, rediss://b' })).toMatchObject({ ok: true, value: { redisSentinels: ['redis://u:x%2Cy@a:1', 'rediss://b'] } });
  });
  it('has none of both unless told', () => expect(load(SERVERS)).toMatchObject({ ok: true, value: { redisSentinels: [], tlsCa: null } }));
  it("lets the administrator's address pass: it belongs to one verb", () => expect(load({ KIOSK_MYSQL_ADMIN_URL: 'mysql://root@a/f' }).ok).toBe(true));
  it('reads the authorities from a file, counted from the folder of the settings', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'authority' }], { keyType: 'ec', algorithm: 'sha256' });
    file(`${cert}\n${cert}`, 'ca.pem');
    expect(load({ KIOSK_TLS_CA_FILE: 'ca.pem' })).toMatchObject({ ok: true, value: { tlsCa: `${cert}\n${cert}` } });
    file(cert.replace(/(CERTIFICATE-----\s+)\S{20}/, '$1AAAAAAAAAAAAAAAAAAAA'), 'ca.pem');
    expect(problem({ KIOSK_TLS_CA_FILE: 'ca.pem' })).toBe(`tlsCaFile: the file ${join(folder, 'ca.pem')} holds a certificate that is damaged.`);
    file('a key, perhaps', 'ca.pem');
    expect(problem({ KIOSK_TLS_CA_FILE: 'ca.pem' })).toBe(`tlsCaFile: the file ${join(folder, 'ca.pem')} holds no certificate in PEM form.`);
  });
});

describe('saving', () => {
  it('merges into the file, removes what is undefined, and leaves no draft behind', () => {
    const path = file('{"boothId":3,"embedded":true}');
    expect(saveSettings(path, { language: 'ko', embedded: undefined })).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ boothId: 3, language: 'ko' });
  });
  it('writes nothing that could not be read again', () => {
    const path = file('{"boothId":3}');
    expect(saveSettings(path, { kioskId: 'a/b' })).toMatchObject({ ok: false, error: { message: expect.stringContaining('kioskId') } });
    expect(readFileSync(path, 'utf8')).toBe('{"boothId":3}');
  });
  it('keeps a file it does not understand', () => {
    const path = file('{"boothId":"three"}');
    expect(saveSettings(path, { language: 'ko' }).ok).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('{"boothId":"three"}');
  });
  it('takes passwords out of addresses and puts them back', () => {
    const url = 'mysql://kiosk:p%40ss%2Fw%C3%B6rd@db:3306/festival';
    const split = splitPassword(url);
    expect(split).toEqual({ url: 'mysql://kiosk@db:3306/festival', password: 'p@ss/wörd' });
    expect(new URL(withPassword(split.url, split.password ?? '')).password).toBe(new URL(url).password);
  });
});
