/**
 * Goal: a kiosk works with exactly the rights `ops migrate --grants` prints: none is missing, none too many, and it never changes a table.
 * Method: everything a kiosk asks of its ledger, under that account; again without one right at a time; and watched at the server.
 */
import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantStatements, KIOSK_RIGHTS, parseAccount } from '../../electron/stores/mysql/grants.ts';
import { tourOf, workOf } from '../support/ledger-tour.ts';
import { festivalSchema, openMysqlWorld, type MysqlWorld } from '../support/mysql-world.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';

let server: SqlServer;
let world: MysqlWorld;
beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server, festivalSchema('enum'));
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});

const account = (): string => `'${new URL(world.url).username}'@'127.0.0.1'`;
const EACH_RIGHT = Object.entries(KIOSK_RIGHTS).flatMap(([table, rights]) => rights.map((right) => ({ table, right })));

test('with these rights a kiosk does all it ever does', async () => {
  await tourOf(world.another(), await world.addBooth({ capacity: 10 }));
});

test.each(EACH_RIGHT)('without $right on $table it could not', async ({ table, right }) => {
  const ledger = world.another();
  const known = await world.addBooth({ capacity: 10 });
  await ledger.prepare();
  // A booth that appeared since gets its anchor with its first call.
  const booth = table === 'kiosk_booth' && right === 'INSERT' ? await world.addBooth({ capacity: 10 }) : known;
  await server.sql(null, `REVOKE ${right} ON ${world.name}.${table} FROM ${account()}`);
  try {
    // Only preparing looks at the version; all else is needed for the work itself.
    const work = table === 'kiosk_migration' ? ledger.prepare() : workOf(ledger, booth);
    await expect(work).rejects.toMatchObject({ name: 'StoreFailure', code: 'LEDGER_UNFIT', executed: 'no' });
    if (right !== 'SELECT') {
      const named = `this account lacks ${right} on ${table}: run what "ops migrate --grants" prints`;
      await expect(ledger.prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining(named) });
      await expect(ledger.inspect()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining(named) });
    }
  } finally {
    await server.sql(null, `GRANT ${right} ON ${world.name}.${table} TO ${account()}`);
    await ledger.close();
  }
});

describe('the account may not', () => {
  test.each([
    'CREATE TABLE kiosk_new (id INT)', 'ALTER TABLE waiting ADD COLUMN x INT', 'ALTER TABLE kiosk_queue ADD COLUMN x INT', 'DROP TABLE kiosk_journal', 'CREATE INDEX i ON waiting (status)',
    'TRUNCATE kiosk_journal', 'RENAME TABLE kiosk_pass TO kiosk_past', 'DELETE FROM waiting', 'UPDATE booth SET capacity = 1', "UPDATE users SET role = 'STAFF'", 'UPDATE waiting SET user_id = 1',
    'UPDATE waiting SET kiosk_call_op = NULL', 'UPDATE waiting SET called_at = NOW(6)', 'INSERT INTO kiosk_migration VALUES (99, "x", NOW(6))', "UPDATE university SET name = 'x'",
    'UPDATE kiosk_journal SET owner = "x"', 'UPDATE kiosk_incident SET owner = "x"', 'UPDATE kiosk_pass SET owner = "x"', 'DELETE FROM kiosk_mirror', 'DELETE FROM kiosk_presence',
  ])('%s', async (statement) => {
    const connection = await createConnection(world.url);
    const refused = await connection.query(statement).catch((error: unknown) => error);
    await connection.end();
    expect([1142, 1143]).toContain((refused as { errno?: number }).errno);
  });
});

test('even an account that may change tables never does: no kiosk sends a statement that would', async () => {
  const booth = await world.addBooth({ capacity: 10 });
  await server.sql(null, "SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1");
  await tourOf(world.another({ url: server.url(world.name) }), booth);
  await server.sql(null, 'SET GLOBAL general_log = 0');
  const rows = await server.sql(null, "SELECT CONVERT(argument USING utf8mb4) AS a FROM mysql.general_log WHERE command_type IN ('Query', 'Prepare', 'Execute')");
  const sent = rows.map((row) => String(row['a']));
  expect(sent.filter((statement) => statement.startsWith('INSERT INTO waiting'))).not.toEqual([]);
  expect(sent.filter((statement) => /^\s*(CREATE|ALTER|DROP|TRUNCATE|RENAME|GRANT|REVOKE|LOCK|ANALYZE|OPTIMIZE)/i.test(statement))).toEqual([]);
});

test('rights that were not given are named, with the table and who prints them', async () => {
  await server.sql(null, `REVOKE SELECT, INSERT ON ${world.name}.kiosk_visitor FROM ${account()}`);
  const ledger = world.another();
  await expect(ledger.prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/kiosk_visitor.*ops migrate --grants/) });
  await server.sql(null, `REVOKE SELECT ON ${world.name}.kiosk_migration FROM ${account()}`);
  await expect(ledger.prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/kiosk_migration.*ops migrate.*ops migrate --grants/) });
  await server.sql(null, grantStatements(world.name, { user: new URL(world.url).username, host: '127.0.0.1' }).join(' '));
  expect(await ledger.prepare()).toMatchObject({ warnings: [] });
});

test.each([
  ['kiosk', { user: 'kiosk', host: '%' }], ['kiosk@10.0.0.%', { user: 'kiosk', host: '10.0.0.%' }], ['kiosk@fe80::1', { user: 'kiosk', host: 'fe80::1' }], ['booth-1@db.example', { user: 'booth-1', host: 'db.example' }],
  ['', null], ['@h', null], ['a b', null], ["a'b", null], ['a@h@i', null], ["a@h'; DROP", null], ['a\\', null], ['a`b', null],
])('the account %j', (text, account_) => expect(parseAccount(text)).toEqual(account_));

test('the document for administrators holds the same statements', () => {
  const text = readFileSync(new URL('../../docs/database.md', import.meta.url), 'utf8');
  expect(/```sql\n([^`]*(?:`[^`\n]+`[^`]*)*)```/.exec(text)?.[1]?.trim().split('\n')).toEqual(grantStatements('festival', { user: 'kiosk', host: '%' }));
});

test('a name of a database is quoted', () => {
  expect(grantStatements('my-fest`x', { user: 'k', host: '%' })[2]).toBe("GRANT SELECT ON `my-fest``x`.`university` TO 'k'@'%';");
});
