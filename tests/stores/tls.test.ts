/**
 * Goal: with TLS both stores are who they claim to be, or are refused in a sentence a person can act on; nothing ever falls back to plain text.
 * Method: real servers with passwords; certificates made here, swapped under the running servers; everything through the settings.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../electron/config.ts';
import { openServers, type Stores } from '../../electron/open-stores.ts';
import { NO_KEY_STORE } from '../../electron/secrets.ts';
import { type Certificates, makeCertificates, type ServerCertificate } from '../support/certificates.ts';
import { createKioskAccount, migrateDatabase } from '../support/kiosk-account.ts';
import { eventually, freePort } from '../support/ports.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { runCli, withoutKioskSettings } from '../support/run-cli.ts';
import { type SqlServer, startSqlServer } from '../support/sql-server.ts';

const REDIS_PASSWORD = 's3cret/of:redis';
/** Long enough for a busy machine to load it. */
const EXPIRES_IN_MS = 4_000;
let certificates: Certificates;
let redis: RedisServer;
let redisTlsPort: number;
let mysql: SqlServer;
/** Of a user who comes encrypted or not at all. */
let kioskUrl: URL;
/** What MySQL reads again when told to. */
let active: ServerCertificate;

beforeAll(async () => {
  certificates = await makeCertificates();
  active = { certFile: `${certificates.good.certFile}.active`, keyFile: `${certificates.good.keyFile}.active` };
  show(certificates.good);
  redisTlsPort = await freePort();
  [redis, mysql] = await Promise.all([
    startRedis({ args: ['--tls-port', `${redisTlsPort}`, ...redisFiles(certificates.good), '--tls-ca-cert-file', certificates.caFile, '--tls-auth-clients', 'no', '--requirepass', REDIS_PASSWORD] }),
    startSqlServer([`--ssl-cert=${active.certFile}`, `--ssl-key=${active.keyFile}`, `--ssl-ca=${certificates.caFile}`]),
  ]);
  const { name, url } = await mysql.createDatabase();
  await migrateDatabase(url);
  kioskUrl = new URL(await createKioskAccount(mysql, name));
  await mysql.sql(null, `ALTER USER '${kioskUrl.username}'@'127.0.0.1' REQUIRE SSL`);
});
afterAll(async () => {
  await Promise.all([redis.close(), mysql.dispose()]);
  certificates.remove();
});

function redisFiles({ certFile, keyFile }: ServerCertificate): readonly string[] {
  return ['--tls-cert-file', certFile, '--tls-key-file', keyFile];
}

function show({ certFile, keyFile }: ServerCertificate): void {
  copyFileSync(certFile, active.certFile);
  copyFileSync(keyFile, active.keyFile);
}

/** Both servers answer with this certificate from now on, until the test ends. */
async function serving(certificate: ServerCertificate): Promise<void> {
  const use = async (next: ServerCertificate): Promise<void> => {
    const admin = new Redis({ host: '127.0.0.1', port: redis.port, password: REDIS_PASSWORD, protocol: 2 });
    await admin.call('CONFIG', 'SET', 'tls-cert-file', next.certFile, 'tls-key-file', next.keyFile);
    admin.disconnect();
    show(next);
    await mysql.sql(null, mysql.product === 'MariaDB' ? 'FLUSH SSL' : 'ALTER INSTANCE RELOAD TLS');
  };
  await use(certificate);
  onTestFinished(() => use(certificates.good));
}

const redisUrl = (scheme: string, host: string, port: number): string => `${scheme}://:${encodeURIComponent(REDIS_PASSWORD)}@${host}:${port}`;
const mysqlUrl = (query: string, host = 'localhost', port = mysql.port): string => changed(kioskUrl, { host: `${host}:${port}`, search: query });

function changed(from: URL, change: Partial<Pick<URL, 'host' | 'search' | 'password'>>): string {
  return Object.assign(new URL(from), change).href;
}

function settings(change: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { KIOSK_REDIS_URL: redisUrl('rediss', 'localhost', redisTlsPort), KIOSK_MYSQL_URL: mysqlUrl('?tls=true'), KIOSK_TLS_CA_FILE: certificates.caFile, ...change };
}

function open(environment: Readonly<Record<string, string>>): Stores {
  const config = loadConfig({ configFile: null, environment, defaultDataDir: '/does/not/exist', keyStore: NO_KEY_STORE });
  if (!config.ok || config.value.stores?.kind !== 'servers') throw new Error(JSON.stringify(config));
  const stores = openServers(config.value.stores, config.value, { log: () => undefined });
  onTestFinished(async () => void (await Promise.all([stores.queue.close(), stores.ledger.close()])));
  return stores;
}

const USES = {
  Redis: (stores: Stores) => stores.queue.readLocks(1),
  MySQL: (stores: Stores) => stores.ledger.listBooths(),
} as const;
const CODES = { Redis: 'QUEUE_STORE_UNFIT', MySQL: 'LEDGER_UNFIT' } as const;
type Store = keyof typeof USES;
const BOTH: readonly Store[] = ['Redis', 'MySQL'];

async function refusal(store: Store, environment = settings()): Promise<{ readonly code: string; readonly message: string }> {
  const failure: unknown = await USES[store](open(environment)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'StoreFailure', executed: 'no' });
  for (const password of [REDIS_PASSWORD, decodeURIComponent(kioskUrl.password)]) expect(String(failure)).not.toContain(password);
  return failure as { code: string; message: string };
}

describe.each(BOTH)('%s', (store) => {
  test.each(['localhost', '127.0.0.1'])('serves at %s with the certificate of the authority we were told of', async (host) => {
    const environment = settings({ KIOSK_REDIS_URL: redisUrl('rediss', host, redisTlsPort), KIOSK_MYSQL_URL: mysqlUrl('?tls=true', host) });
    expect(await USES[store](open(environment))).toBeTruthy();
  });

  test('an authority nobody told us of', async () => {
    expect(await refusal(store, settings({ KIOSK_TLS_CA_FILE: '' }))).toMatchObject({ code: CODES[store], message: expect.stringMatching(/localhost:\d+ .*an authority this kiosk does not know; tlsCaFile/) });
  });

  test('a certificate that vouches for itself, even where the environment asks to look away', async () => {
    await serving(certificates.selfSigned);
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    expect(await refusal(store)).toMatchObject({ code: CODES[store], message: expect.stringContaining('an authority this kiosk does not know') });
  });

  test('a certificate that vouches for itself, when that very one is trusted', async () => {
    await serving(certificates.selfSigned);
    expect(await USES[store](open(settings({ KIOSK_TLS_CA_FILE: certificates.selfSigned.certFile })))).toBeTruthy();
  });

  test('the certificate of another host', async () => {
    await serving(certificates.otherHost);
    expect(await refusal(store)).toMatchObject({ code: CODES[store], message: expect.stringContaining('made for another host name') });
  });

  test('a certificate for the name, where the address is a number', async () => {
    await serving(certificates.nameOnly);
    expect(await USES[store](open(settings()))).toBeTruthy();
    const byNumber = settings({ KIOSK_REDIS_URL: redisUrl('rediss', '127.0.0.1', redisTlsPort), KIOSK_MYSQL_URL: mysqlUrl('?tls=true', '127.0.0.1') });
    expect(await refusal(store, byNumber)).toMatchObject({ code: CODES[store], message: expect.stringContaining('made for another host name') });
  });
});

test('a certificate that expires while the servers show it', async () => {
  const endMs = Date.now() + EXPIRES_IN_MS;
  await serving(await certificates.expiringAt(endMs));
  for (const store of BOTH) expect(await USES[store](open(settings()))).toBeTruthy();
  // Certificates count in whole seconds.
  await eventually('the certificate expires', () => Date.now() > endMs + 1_000, 2 * EXPIRES_IN_MS);
  for (const store of BOTH) expect(await refusal(store)).toMatchObject({ code: CODES[store], message: expect.stringContaining('its certificate has expired') });
});

describe('one side speaks TLS, the other does not', () => {
  test('Redis without TLS', async () => {
    const failure = await refusal('Redis', settings({ KIOSK_REDIS_URL: redisUrl('rediss', 'localhost', redis.port) }));
    // It waits for the end of a line that never comes, or answers with something that is no TLS.
    expect(failure.message).toMatch(/does it speak TLS there\?|it does not speak TLS there/);
  });

  test('Redis that wants TLS', async () => {
    const failure = await refusal('Redis', settings({ KIOSK_REDIS_URL: redisUrl('redis', 'localhost', redisTlsPort) }));
    expect(failure.message).toContain('if it accepts encrypted connections only, write rediss://');
  });

  test('MySQL without TLS', async () => {
    const plain = await startSqlServer([mysql.product === 'MariaDB' ? '--skip-ssl' : '--tls-version=']);
    onTestFinished(() => plain.dispose());
    const failure = await refusal('MySQL', settings({ KIOSK_MYSQL_URL: mysqlUrl('?tls=true', 'localhost', plain.port) }));
    expect(failure).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('it does not speak TLS there') });
  });

  test('MySQL that wants TLS', async () => {
    await mysql.sql(null, 'SET GLOBAL require_secure_transport = ON');
    onTestFinished(async () => {
      const admin = await createConnection({ uri: mysql.rootUrl, ssl: { rejectUnauthorized: false } });
      await admin.query('SET GLOBAL require_secure_transport = OFF');
      admin.destroy();
    });
    expect(await refusal('MySQL', settings({ KIOSK_MYSQL_URL: `${mysql.rootUrl}/mysql` }))).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('?tls=true') });
    expect(await USES.MySQL(open(settings()))).toBeTruthy();
  });
});

test('a MySQL user who may only come encrypted', async () => {
  expect((await refusal('MySQL', settings({ KIOSK_MYSQL_URL: mysqlUrl('') }))).message).toMatch(/user name or password were refused.*\?tls=true/);
});

test('wrong passwords are told apart from wrong certificates', async () => {
  const wrong = settings({ KIOSK_REDIS_URL: `rediss://:wrong@localhost:${redisTlsPort}`, KIOSK_MYSQL_URL: changed(new URL(mysqlUrl('?tls=true')), { password: 'wrong' }) });
  expect((await refusal('Redis', wrong)).message).toContain('WRONGPASS');
  expect((await refusal('MySQL', wrong)).message).toContain('user name or password were refused');
});

describe('a sentinel and the primary it names, all over TLS', () => {
  async function tlsSentinel(certificate: ServerCertificate): Promise<number> {
    const port = await freePort();
    const sentinel = await startRedis({
      sentinel: `sentinel monitor festival-queue 127.0.0.1 ${redisTlsPort} 1\nsentinel auth-pass festival-queue ${REDIS_PASSWORD}\n`,
      args: ['--tls-port', `${port}`, ...redisFiles(certificate), '--tls-ca-cert-file', certificates.caFile, '--tls-auth-clients', 'no', '--tls-replication', 'yes'],
    });
    onTestFinished(() => sentinel.close());
    return port;
  }
  const through = (port: number) => settings({ KIOSK_REDIS_URL: redisUrl('rediss', 'festival-queue', 0).replace(':0', ''), KIOSK_REDIS_SENTINELS: `rediss://localhost:${port}` });

  test('serves', async () => {
    expect(await USES.Redis(open(through(await tlsSentinel(certificates.good))))).toMatchObject({ locks: [] });
  });

  test('a sentinel with the certificate of another host is not believed', async () => {
    const port = await tlsSentinel(certificates.otherHost);
    const { code, message } = await refusal('Redis', through(port));
    expect({ code, message }).toEqual({
      code: 'QUEUE_STORE_UNFIT',
      message: `No sentinel tells where the queue store is. The sentinel at localhost:${port} cannot be reached by a secure connection: its certificate was made for another host name.`,
    });
  });
});

test('the command line, by the environment alone', async () => {
  const environment = { ...withoutKioskSettings(), KIOSK_DATA_DIR: '/does/not/exist', ...settings() };
  expect(await runCli('status', environment)).toMatchObject({ code: 0, json: { stores: [{ role: 'queue', state: 'up' }, { role: 'ledger', state: 'up' }] } });
  // A misspelt name must not mean: without TLS.
  expect(await runCli('status', { ...environment, KIOSK_TLS_CAFILE: 'x' })).toMatchObject({ code: 2, json: { error: { message: expect.stringContaining('KIOSK_TLS_CAFILE is not a setting') } } });
  const file = `${certificates.caFile}.txt`;
  writeFileSync(file, 'not a certificate');
  expect(await runCli('status', { ...environment, KIOSK_TLS_CA_FILE: file })).toMatchObject({ code: 2, json: { error: { code: 'SETTINGS_INVALID', message: expect.stringContaining(`${file} holds no certificate`) } } });
});
