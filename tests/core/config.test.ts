/** Goal: one configuration from file and environment; whatever is wrong is named with its place, and no secret is repeated. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../electron/config.ts';
import { saveSettings } from '../../electron/save-settings.ts';
import { NO_KEY_STORE, splitPassword, withPassword } from '../../electron/secrets.ts';

const machine = vi.hoisted(() => ({ name: 'kiosk-1' }));
vi.mock('node:os', async (original) => ({ ...(await original<object>()), hostname: () => machine.name }));

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-config-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
    machine.name = name;
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
