/**
 * Goal: an administrator prepares the festival's database by one command, kiosks only after that and never by themselves.
 * Method: the built command line on databases as a backend left them, under the administrator's and the kiosk's account.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKioskAccount } from '../support/kiosk-account.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
beforeAll(async () => {
  festival = await startFestival({ visitors: 2, migrated: false });
});
afterAll(() => festival.close());

const database = (): string => new URL(festival.adminUrl).pathname.slice(1);
/** Settings as a kiosk has them; the administrator's address comes beside them. */
const asAdministrator = (url = festival.adminUrl): NodeJS.ProcessEnv => ({ ...festival.environment({ mysqlUrl: 'mysql://nobody@127.0.0.1:1/nowhere' }), KIOSK_MYSQL_ADMIN_URL: url });
const tables = async (): Promise<string[]> =>
  (await festival.sql("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'kiosk%'")).map((row) => String(row['name']));

it('a kiosk on an unprepared database is refused by name and changes nothing, whatever its account may', async () => {
  for (const verb of ['status', 'call --booth 1', 'reconcile', 'audit --booth 1']) {
    expect(await festival.cli(verb)).toMatchObject({ code: 4, json: { error: { code: 'LEDGER_UNFIT', message: expect.stringMatching(/at version 0 .* needs version \d+: an administrator runs "ops migrate"/) } } });
  }
  expect(await tables()).toEqual([]);
});

it('the administrator migrates, twice, and hands the rights to a kiosk, which then serves', async () => {
  const first = await festival.cli('migrate', asAdministrator());
  expect(first).toMatchObject({ code: 0, json: { from: 0, to: expect.any(Number), applied: expect.arrayContaining(['kiosk tables']), database: `${database()} at 127.0.0.1:${festival.mariadb.port}` } });
  expect(first.json['done']).toMatch(/^the database was not prepared, now \d+: festival tables where there are none, kiosk tables/);
  expect(await festival.cli('migrate', asAdministrator())).toMatchObject({ code: 0, json: { from: first.json['to'], applied: [], done: `nothing to do: the database is at version ${String(first.json['to'])}` } });

  const printed = await festival.cli("migrate --grants booth-7@127.0.0.1", asAdministrator());
  await festival.sql(`CREATE USER 'booth-7'@'127.0.0.1' IDENTIFIED BY 'x'; ${(printed.json['grants'] as string[]).join('\n')}`);
  const kiosk = new URL(festival.adminUrl);
  [kiosk.username, kiosk.password] = ['booth-7', 'x'];
  const [visitor] = await festival.queue();
  expect(await festival.cli('call --booth 1', festival.environment({ mysqlUrl: kiosk.href }))).toMatchObject({ code: 0, json: { userId: visitor } });
});

it('migrates the configured database when no other address is given', async () => {
  expect(await festival.cli('migrate')).toMatchObject({ code: 0, json: { applied: [] } });
});

describe('is refused', () => {
  it('without the right to change tables', async () => {
    const url = await createKioskAccount(festival.mariadb, database());
    const [latest, before] = await festival.sql('SELECT version FROM kiosk_migration ORDER BY version DESC');
    await festival.sql(`DELETE FROM kiosk_migration WHERE version = ${String(latest?.['version'])}; DROP TABLE kiosk_phone`);
    expect(await festival.cli('migrate', asAdministrator(url))).toMatchObject({ code: 4, json: { error: { code: 'LEDGER_UNFIT', message: expect.stringMatching(/may not change tables.*administrator/) } } });
    expect(await festival.cli('migrate', asAdministrator())).toMatchObject({ code: 0, json: { from: before?.['version'], to: latest?.['version'] } });
  });

  it.each([
    ['migrate', 'postgres://u:hunter2@h/d', 2, 'SETTINGS_INVALID', 'KIOSK_MYSQL_ADMIN_URL must be an address'],
    ['migrate', 'mysql://u:hunter2@127.0.0.1:1/d', 4, 'LEDGER_UNREACHABLE', '127.0.0.1:1'],
    ["migrate --grants x';DROP", 'mysql://u:hunter2@127.0.0.1:1/d', 2, 'USAGE', '--grants must be'],
  ])('%s with %s', async (line, url, code, error, says) => {
    const answer = await festival.cli(line, asAdministrator(url));
    expect(answer).toMatchObject({ code, json: { error: { code: error, message: expect.stringContaining(says) } } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

it('has nothing to do for embedded stores', async () => {
  const { KIOSK_REDIS_URL: _redis, KIOSK_MYSQL_URL: _mysql, ...environment } = festival.environment();
  expect(await festival.cli('migrate', environment)).toMatchObject({ code: 0, json: { done: expect.stringContaining('nothing to do') } });
  expect(await festival.cli('migrate --grants kiosk', environment)).toMatchObject({ code: 2, json: { error: { code: 'SETTINGS_INVALID', message: expect.stringContaining('No database is named') } } });
});
