/**
 * Goal: a kiosk whose database is not prepared is a sentence on the screen, changes nothing there, and serves by itself once an
 * administrator has migrated; set up from the screen, it prepares the database as it said it would.
 * Method: kiosks without a window on a database as its backend left it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKioskAccount, migrateDatabase } from '../support/kiosk-account.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let kiosk: LiveKiosk | null = null;
beforeEach(async () => {
  festival = await startFestival({ visitors: 3, migrated: false });
});
afterEach(async () => {
  await kiosk?.close();
  kiosk = null;
  await festival.close();
});

const tables = async (): Promise<string[]> => (await festival.sql("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'kiosk%'")).map((row) => String(row['t']));
const ledgerOf = (snapshot: ReturnType<LiveKiosk['seen']>) => snapshot?.stores.find((store) => store.role === 'ledger');
const connect = (mysqlUrl: string) => ({ redisUrl: festival.redis.url, mysqlUrl, boothId: 1, kioskId: 'new', language: 'en' }) as const;

it('started from settings it says what is missing, refuses taps, and serves once the database is migrated', async () => {
  kiosk = await startLiveKiosk({ KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.adminUrl, KIOSK_BOOTH_ID: '1' });
  const shown = await kiosk.until((snapshot) => ledgerOf(snapshot)?.state === 'unfit', 'the problem');
  expect(ledgerOf(shown)?.problem).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/version 0.*ops migrate/) });
  expect(await kiosk.handlers['booth:call-next']({ boothId: 1 })).toMatchObject({ ok: false, error: { code: 'LEDGER_UNFIT' } });
  expect(await kiosk.handlers['kiosk:reconcile'](null)).toMatchObject({ ok: true, value: { problem: { code: 'LEDGER_UNFIT' } } });
  expect(await tables()).toEqual([]);
  await migrateDatabase(festival.adminUrl);
  // A person who taps "try again" need not wait for the kiosk's own next try.
  expect(await kiosk.handlers['kiosk:retry-stores'](null)).toMatchObject({ ok: true });
  expect(await kiosk.handlers['snapshot:get'](null)).toMatchObject({ ok: true, value: { stores: [{ role: 'queue' }, { role: 'ledger', state: 'up' }] } });
  await kiosk.until((snapshot) => ledgerOf(snapshot)?.state === 'up' && snapshot.booth?.waitingTotal === 3, 'the queue');
  expect(await kiosk.handlers['booth:call-next']({ boothId: 1 })).toMatchObject({ ok: true });
});

it('set up from the screen it tells that the database is not prepared, prepares it when connecting, and serves', async () => {
  kiosk = await startLiveKiosk({});
  expect(await kiosk.handlers['setup:try-store']({ store: 'ledger', url: festival.adminUrl })).toMatchObject({ ok: true, value: { schema: 'behind', booths: [{ id: 1 }] } });
  expect(await tables()).toEqual([]);
  expect(await kiosk.handlers['setup:connect'](connect(festival.adminUrl))).toMatchObject({ ok: true });
  await kiosk.until((snapshot) => ledgerOf(snapshot)?.state === 'up' && snapshot.booth?.waitingTotal === 3, 'the queue');
});

it('the password of Redis alone that could not be kept is a warning, too', async () => {
  await festival.client.acl('SETUSER', 'booth', 'on', '>geheim', '~*', '&*', '+@all');
  const [redisUrl, mysqlUrl] = [new URL(festival.redis.url), new URL(festival.adminUrl)];
  await festival.mariadb.sql(null, `CREATE USER open@'%' IDENTIFIED BY ''; GRANT ALL ON ${mysqlUrl.pathname.slice(1)}.* TO open@'%'`);
  Object.assign(redisUrl, { username: 'booth', password: 'geheim' });
  Object.assign(mysqlUrl, { username: 'open', password: '' });
  kiosk = await startLiveKiosk({});
  expect(await kiosk.handlers['setup:connect']({ ...connect(mysqlUrl.href), redisUrl: redisUrl.href })).toMatchObject({ ok: true });
  const shown = await kiosk.until((snapshot) => snapshot.booth?.waitingTotal === 3, 'the queue');
  expect(shown.stores.map((store) => store.warnings.includes('password-not-kept'))).toEqual([true, true]);
});

it('set up where its settings cannot be written it says so before it changes anything', async () => {
  const occupied = join(mkdtempSync(join(tmpdir(), 'kiosk-occupied-')), 'a-file');
  writeFileSync(occupied, '');
  kiosk = await startLiveKiosk({ KIOSK_DATA_DIR: occupied });
  expect(await kiosk.handlers['setup:connect'](connect(festival.adminUrl))).toMatchObject({ ok: false, error: { code: 'SETTINGS_INVALID', message: expect.stringContaining('cannot be written') } });
  expect(await tables()).toEqual([]);
  rmSync(dirname(occupied), { recursive: true });
});

it('set up under an account that may not change tables it names who can, and stays in set-up', async () => {
  const full = await migrateDatabase(festival.adminUrl).then(() => createKioskAccount(festival.mariadb, new URL(festival.adminUrl).pathname.slice(1)));
  const [row] = await festival.sql('SELECT MAX(version) AS version FROM kiosk_migration');
  await festival.sql(`DELETE FROM kiosk_migration WHERE version = ${String(row?.['version'])}; ALTER TABLE waiting DROP COLUMN kiosk_rev`);
  kiosk = await startLiveKiosk({});
  expect(await kiosk.handlers['setup:try-store']({ store: 'ledger', url: full })).toMatchObject({ ok: true, value: { schema: 'behind' } });
  expect(await kiosk.handlers['setup:connect'](connect(full))).toMatchObject({ ok: false, error: { code: 'LEDGER_UNFIT', message: expect.stringMatching(/may not change tables.*ops migrate/) } });
  expect(await kiosk.handlers['snapshot:get'](null)).toMatchObject({ ok: true, value: { phase: 'setup' } });
});
