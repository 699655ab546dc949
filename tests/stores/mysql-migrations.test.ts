/**
 * Goal: any database the festival may bring is adopted, or refused by name, and never harmed. Method: databases of each kind on a
 * real server, prepared once, again, by two kiosks at once, after a crash half-way, and by users with few rights.
 */
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { startMariadb, type MariadbServer } from '../support/mariadb-server.ts';
import { festivalSchema, openMysqlWorld, SEOUL, SILENT } from '../support/mysql-world.ts';

let server: MariadbServer;
beforeAll(async () => {
  server = await startMariadb();
}, 60_000);
afterAll(() => server.dispose());

const ROWS = `INSERT INTO university VALUES (1, '대학', 'd', NOW(6), NOW(6));
INSERT INTO users VALUES (7, 'a@b', '민지', 'VISITOR', 'token', b'1', NULL, NOW(6), NOW(6));
INSERT INTO booth VALUES (3, 1, '치킨', NULL, 20, NULL, NULL, 'OPEN', NOW(6), NOW(6)), (4, 1, 'closed', 'x', 1, '09:00:00', '18:00:00', 'CLOSED', NOW(6), NOW(6));
INSERT INTO waiting VALUES (11, 7, 3, 1, 'CALLED', NULL, NOW(6), NOW(6), NULL, NULL, b'1', 2, NOW(6), NOW(6)),
  (12, 7, 3, 1, 'COMPLETED', 'NO_SHOW', NOW(6), NOW(6), NULL, NOW(6), b'0', 0, NOW(6), NOW(6));`;

async function catalogue(name: string): Promise<RowDataPacket[]> {
  return server.sql(null, `SELECT table_name AS t, column_name AS c, column_type AS ty, is_nullable AS n, column_key AS k, extra AS e, character_set_name AS cs, collation_name AS co
    FROM information_schema.columns WHERE table_schema = '${name}' ORDER BY table_name, ordinal_position`);
}
const indexes = (name: string): Promise<RowDataPacket[]> =>
  server.sql(null, `SELECT table_name AS t, index_name AS i, GROUP_CONCAT(column_name ORDER BY seq_in_index) AS c, MIN(non_unique) AS n
    FROM information_schema.statistics WHERE table_schema = '${name}' GROUP BY table_name, index_name ORDER BY 1, 2`);

async function fresh(schema: string): Promise<{ name: string; url: string }> {
  const database = await server.createDatabase();
  if (schema !== '') await server.sql(database.name, schema);
  return database;
}
const ledgerOn = (url: string) => createMysqlLedger({ url, timeZone: SEOUL.timeZone, logger: SILENT });

async function prepareOnce(url: string): Promise<unknown> {
  const ledger = ledgerOn(url);
  try {
    return await ledger.prepare();
  } catch (error) {
    return error;
  } finally {
    await ledger.close();
  }
}

test('an empty database gets what the backend would have made, and ours', async () => {
  const own = await fresh('');
  const backend = await fresh(festivalSchema('enum'));
  for (const { url } of [own, backend]) expect(await prepareOnce(url)).toMatchObject({ server: expect.stringMatching(/^(MariaDB|MySQL) \d+\.\d+\.\d+$/) });
  expect(await catalogue(own.name)).toEqual(await catalogue(backend.name));
  expect(await indexes(own.name)).toEqual(await indexes(backend.name));
});

describe.each(['enum', 'varchar'] as const)('the backend’s database (%s)', (variant) => {
  test('is adopted with its rows as they were; again changes nothing', async () => {
    const { name, url } = await fresh(festivalSchema(variant) + ROWS);
    const read = async () => {
      const found = [];
      for (const table of ['university', 'users', 'booth', 'waiting']) found.push(await server.sql(name, `SELECT * FROM ${table}`));
      return found;
    };
    const before = await read();
    await prepareOnce(url);
    const after = await read();
    expect(after[3]).toMatchObject(before[3] as object[]);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]?.[0]).toMatchObject({ kiosk_call_op: null, kiosk_ticket: null, kiosk_ops: null, kiosk_rev: null });
    expect(await server.sql(name, 'SELECT * FROM kiosk_booth ORDER BY 1')).toEqual([{ booth_id: 3, gen: 0 }, { booth_id: 4, gen: 0 }]);
    const shape = [await catalogue(name), await indexes(name), await server.sql(name, 'SELECT * FROM kiosk_migration')];
    await prepareOnce(url);
    expect([await catalogue(name), await indexes(name), await server.sql(name, 'SELECT * FROM kiosk_migration')]).toEqual(shape);
  });

  test('the backend writes on as before', async () => {
    const { name, url } = await fresh(festivalSchema(variant) + ROWS);
    await prepareOnce(url);
    await server.sql(name, `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
      VALUES (7, 3, 1, 'CALLED', NOW(6), NOW(6), b'0', 0, NOW(6), NOW(6)), (7, 3, 1, 'ENTERED', NOW(6), NOW(6), b'0', 0, NOW(6), NOW(6))`);
    expect(await server.sql(name, 'SELECT COUNT(*) AS n FROM waiting')).toEqual([{ n: 4 }]);
  });

  test('two kiosks that start at once', async () => {
    for (const schema of ['', festivalSchema(variant) + ROWS]) {
      const { name, url } = await fresh(schema);
      const answers = await Promise.all([prepareOnce(url), prepareOnce(url), prepareOnce(url)]);
      for (const answer of answers) expect(answer).toMatchObject({ server: expect.any(String) });
      expect(await server.sql(name, 'SELECT version FROM kiosk_migration ORDER BY 1')).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }]);
    }
  });
});

test('a start that was cut off half-way is resumed', async () => {
  const { name, url } = await fresh(festivalSchema('enum') + ROWS);
  await prepareOnce(url);
  const whole = [await catalogue(name), await indexes(name)];
  await server.sql(name, `ALTER TABLE waiting DROP KEY kiosk_waiting_ticket, DROP COLUMN kiosk_rev; DROP TABLE kiosk_journal, kiosk_number;
    DELETE FROM kiosk_migration WHERE version > 1`);
  await prepareOnce(url);
  expect([await catalogue(name), await indexes(name)]).toEqual(whole);
});

test('an index the festival has already is not made twice; the one the call names always is', async () => {
  const { name, url } = await fresh(`${festivalSchema('enum')} CREATE INDEX theirs ON waiting (user_id, booth_id, status, id); CREATE INDEX near ON waiting (status, called_position);
    CREATE INDEX same ON waiting (booth_id, status)`);
  await prepareOnce(url);
  const names = (await indexes(name)).filter((row) => row['t'] === 'waiting').map((row) => String(row['i']));
  expect(names).toEqual(expect.arrayContaining(['theirs', 'near', 'kiosk_waiting_booth_status', 'kiosk_waiting_status_called']));
  expect(names).not.toContain('kiosk_waiting_user_booth_status');
});

describe('a table of a foreign shape is named, and nothing is created beside it', () => {
  const cases: readonly [string, string, RegExp][] = [
    ['a users table of another program', 'CREATE TABLE users (id INT PRIMARY KEY, login VARCHAR(20))', /users.*email/],
    ['a status of numbers', festivalSchema('enum').replace("status ENUM('CALLED','COMPLETED','ENTERED')", 'status INT'), /waiting\.status/],
    ['a status that lacks a value', festivalSchema('enum').replace("'CALLED','COMPLETED','ENTERED'", "'CALLED','ENTERED'"), /waiting\.status/],
    ['a column that demands a value', festivalSchema('enum').replace('called_position INT NOT NULL,', 'called_position INT NOT NULL, shoe_size INT NOT NULL,'), /waiting\.shoe_size/],
    ['an engine without transactions', `${festivalSchema('enum')} ALTER TABLE waiting DROP FOREIGN KEY fk_waiting_user, DROP FOREIGN KEY fk_waiting_booth; ALTER TABLE waiting ENGINE=MyISAM`, /waiting.*myisam/],
  ];
  test.each(cases)('%s', async (_what, schema, says) => {
    const { name, url } = await fresh(schema);
    const before = await catalogue(name);
    expect(await prepareOnce(url)).toMatchObject({ name: 'StoreFailure', code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(says) });
    expect(await catalogue(name)).toEqual(before);
  });

  test('a column that went missing after the migration', async () => {
    const { name, url } = await fresh('');
    await prepareOnce(url);
    await server.sql(name, 'ALTER TABLE waiting DROP COLUMN kiosk_ops');
    expect(await prepareOnce(url)).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/waiting.*kiosk_ops/) });
  });
});

describe('rights', () => {
  const restricted = async (name: string, rights: string): Promise<string> => {
    await server.sql(null, `DROP USER IF EXISTS small@'127.0.0.1'; CREATE USER small@'127.0.0.1' IDENTIFIED BY 'x'; GRANT ${rights} ON ${name}.* TO small@'127.0.0.1'`);
    return server.url(name).replace(/root:[^@]+@/, 'small:x@');
  };

  test('a kiosk with reading and writing only serves once an administrator has prepared', async () => {
    const world = await openMysqlWorld(server);
    const [booth, user] = [await world.addBooth({ capacity: 2 }), await world.addUser('x')];
    const ledger = world.another({ url: await restricted(world.name, 'SELECT, INSERT, UPDATE') });
    await ledger.prepare();
    const walkIn = await ledger.addWalkIn('00000000-0000-7000-8000-000000000001', booth, 'y');
    expect(walkIn).toMatchObject({ number: 1 });
    await ledger.commit(lockOf('join', booth, user));
    const waitingId = expectCommitted(await ledger.commit(lockOf('call', booth, user)));
    expectCommitted(await ledger.commit(lockOf('enter', booth, user, { waitingId })));
    expectCommitted(await ledger.commit(lockOf('complete', booth, user, { waitingId, generation: 1 })));
    await ledger.settleVerdict(lockOf('call', booth, user));
    await world.cleanup();
  });

  test.each([['SELECT, INSERT, UPDATE', ''], ['SELECT', 'enum']])('without the right to change tables (%s) an unprepared database is named', async (rights, schema) => {
    const { name } = await fresh(schema === '' ? '' : festivalSchema('enum'));
    expect(await prepareOnce(await restricted(name, rights))).toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining('permission') });
  });

  test('without any right on the database', async () => {
    const { name } = await fresh('');
    await server.sql(null, "DROP USER IF EXISTS small@'127.0.0.1'; CREATE USER small@'127.0.0.1' IDENTIFIED BY 'x'");
    expect(await prepareOnce(server.url(name).replace(/root:[^@]+@/, 'small:x@'))).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('database') });
  });
});

test('a server that flushes late is warned about', async () => {
  const { url } = await fresh('');
  expect(await prepareOnce(url)).toMatchObject({ warnings: [] });
  await server.sql(null, 'SET GLOBAL innodb_flush_log_at_trx_commit = 2');
  expect(await prepareOnce(url)).toMatchObject({ warnings: ['flush-log'] });
  await server.sql(null, 'SET GLOBAL innodb_flush_log_at_trx_commit = 1');
});

test('a database is looked at without being changed', async () => {
  const cases = [['', { empty: true, booths: [] }], [festivalSchema('enum') + ROWS, { empty: false, booths: [{ id: 3, name: '치킨' }, { id: 4, name: 'closed' }] }]] as const;
  for (const [schema, seen] of cases) {
    const { name, url } = await fresh(schema);
    const before = await catalogue(name);
    const ledger = ledgerOn(url);
    expect(await ledger.inspect()).toMatchObject({ server: expect.stringMatching(/^(MariaDB|MySQL) /), ...seen });
    await ledger.close();
    expect(await catalogue(name)).toEqual(before);
  }
  const foreign = ledgerOn((await fresh('CREATE TABLE booth (id INT)')).url);
  await expect(foreign.inspect()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('booth') });
  await foreign.close();
});
