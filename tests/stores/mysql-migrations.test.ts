/**
 * Goal: any database the festival may bring is adopted, or refused by name, and never harmed. Method: databases of each kind on a
 * real server, migrated once, again, by three at once, cut off after every statement, and by users with few rights.
 */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLedgerUrl } from '../../electron/stores/mysql/address.ts';
import { createLane } from '../../electron/stores/mysql/lane.ts';
import { migrateDatabase, NEEDED_VERSION } from '../../electron/stores/mysql/migrate.ts';
import { createMysqlLedger, type MysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { festivalSchema, SEOUL, SILENT } from '../support/mysql-world.ts';

let server: SqlServer;
beforeAll(async () => {
  server = await startSqlServer();
});
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

/** The answer, or what was thrown. */
async function once(url: string, ask: (ledger: MysqlLedger) => Promise<unknown>): Promise<unknown> {
  const ledger = ledgerOn(url);
  try {
    return await ask(ledger);
  } catch (error) {
    return error;
  } finally {
    await ledger.close();
  }
}
const migrateOnce = (url: string) => once(url, (ledger) => ledger.migrate());
const prepareOnce = (url: string) => once(url, (ledger) => ledger.prepare());
const STEPS = ['festival tables where there are none', 'kiosk tables', 'columns and indexes of waiting', 'phone numbers of walk-ins', 'phases of booths, dismissals'];
const VERSIONS = [1, 2, 3, 5, 6];

test('an empty database gets what the backend would have made, and ours', async () => {
  const own = await fresh('');
  const backend = await fresh(festivalSchema('enum'));
  for (const { url } of [own, backend]) {
    expect(await migrateOnce(url)).toEqual({ from: 0, to: NEEDED_VERSION, applied: STEPS });
    expect(await prepareOnce(url)).toMatchObject({ server: expect.stringMatching(/^(MariaDB|MySQL) \d+\.\d+\.\d+$/) });
  }
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
    await migrateOnce(url);
    await prepareOnce(url);
    const after = await read();
    expect(after[3]).toMatchObject(before[3] as object[]);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]?.[0]).toMatchObject({ kiosk_call_op: null, kiosk_ticket: null, kiosk_ops: null, kiosk_rev: null, kiosk_released: null, kiosk_hold_until: null, kiosk_event: null, kiosk_event_due: null, kiosk_event_tries: null });
    expect(await server.sql(name, 'SELECT booth_id, gen FROM kiosk_booth ORDER BY 1')).toEqual([{ booth_id: 3, gen: 0 }, { booth_id: 4, gen: 0 }]);
    const shape = [await catalogue(name), await indexes(name), await server.sql(name, 'SELECT * FROM kiosk_migration')];
    expect(await migrateOnce(url)).toEqual({ from: NEEDED_VERSION, to: NEEDED_VERSION, applied: [] });
    expect([await catalogue(name), await indexes(name), await server.sql(name, 'SELECT * FROM kiosk_migration')]).toEqual(shape);
  });

  test('the backend writes on as before', async () => {
    const { name, url } = await fresh(festivalSchema(variant) + ROWS);
    await migrateOnce(url);
    await server.sql(name, `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
      VALUES (7, 3, 1, 'CALLED', NOW(6), NOW(6), b'0', 0, NOW(6), NOW(6)), (7, 3, 1, 'ENTERED', NOW(6), NOW(6), b'0', 0, NOW(6), NOW(6))`);
    expect(await server.sql(name, 'SELECT COUNT(*) AS n FROM waiting')).toEqual([{ n: 4 }]);
  });

  test('three that migrate at once: the work is done once, and all learn of it', async () => {
    for (const schema of ['', festivalSchema(variant) + ROWS]) {
      const { name, url } = await fresh(schema);
      const answers = await Promise.all([migrateOnce(url), migrateOnce(url), migrateOnce(url)]);
      for (const answer of answers) expect(answer).toMatchObject({ to: NEEDED_VERSION, applied: expect.any(Array) });
      expect(answers.flatMap((answer) => (answer as { applied: string[] }).applied)).toEqual(STEPS);
      expect(await server.sql(name, 'SELECT version FROM kiosk_migration ORDER BY 1')).toEqual(VERSIONS.map((version) => ({ version })));
    }
  });
});

test('a migration cut off after any of its statements is taken up again', async () => {
  const whole = await fresh(festivalSchema('varchar') + ROWS);
  await migrateOnce(whole.url);
  const [tables, keys] = [await catalogue(whole.name), await indexes(whole.name)];
  const changes = /^(CREATE|ALTER|INSERT)/;
  let cuts = 0;
  for (let isWhole = false; !isWhole; cuts += 1) {
    const { name, url } = await fresh(festivalSchema('varchar') + ROWS);
    const lane = createLane({ name: 'cut', address: parseLedgerUrl(url), timeZone: SEOUL.timeZone, queryTimeoutMs: 10_000, connectTimeoutMs: 10_000, idleMs: 8_000, logger: SILENT });
    let left = cuts;
    const dying = lane.run((query) => migrateDatabase((sql, values) => (changes.test(sql) && left-- <= 0 ? Promise.reject(new Error('dead')) : query(sql, values))));
    isWhole = await dying.then(() => true, () => false);
    await lane.close();
    expect(await migrateOnce(url)).toMatchObject({ to: NEEDED_VERSION });
    expect([await catalogue(name), await indexes(name)]).toEqual([tables, keys]);
    expect(await server.sql(name, 'SELECT COUNT(*) AS n FROM waiting')).toEqual([{ n: 2 }]);
  }
  // One for kiosk_migration, one for each of eleven tables, one for waiting, two for ours since, one that notes each version, and the last that cut nothing.
  expect(cuts).toBe(1 + 11 + 1 + 2 + VERSIONS.length + 1);
  // A database and a migration for each of them.
}, 120_000);

test('ten thousand rows, a foreign key of another program, columns of its own: all as they were', async () => {
  const { name, url } = await fresh(`${festivalSchema('varchar')} ${ROWS}
    ALTER TABLE waiting ADD COLUMN memo VARCHAR(20) NULL DEFAULT 'x', ADD COLUMN source INT NOT NULL DEFAULT 3;
    CREATE TABLE review (id INT PRIMARY KEY, waiting_id BIGINT NOT NULL, CONSTRAINT fk_review FOREIGN KEY (waiting_id) REFERENCES waiting (id));
    INSERT INTO review VALUES (1, 12);
    INSERT INTO waiting (user_id, booth_id, called_position, status, completion_type, registered_at, called_at, entered_at, completed_at, notification_sent, notification_retry_count, created_at, updated_at)
      WITH d AS (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)
      SELECT 7, 3, 1, 'COMPLETED', IF(a.n < 5, 'ENTERED', 'NO_SHOW'), NOW(6) - INTERVAL 3 HOUR, NOW(6) - INTERVAL 2 HOUR, NULL, NOW(6) - INTERVAL 1 HOUR, b'1', 0, NOW(6) - INTERVAL 2 HOUR, NOW(6) - INTERVAL 1 HOUR
      FROM d a, d b, d c, d e`);
  const checksum = () => server.sql(name, `SELECT COUNT(*) AS n, MIN(id) AS low, MAX(id) AS high,
    SUM(CRC32(CONCAT_WS('|', id, user_id, booth_id, called_position, status, completion_type, registered_at, called_at, completed_at, notification_sent + 0, created_at, updated_at, memo, source))) AS s FROM waiting`);
  const before = await checksum();
  expect(before).toMatchObject([{ n: 10_002 }]);
  expect(await migrateOnce(url)).toMatchObject({ applied: STEPS });
  expect(await checksum()).toEqual(before);
  expect(await prepareOnce(url)).toMatchObject({ warnings: [] });
  await expect(server.sql(name, 'DELETE FROM waiting WHERE id = 12')).rejects.toMatchObject({ errno: 1451 });
  await expect(server.sql(name, 'UPDATE waiting SET user_id = 99 WHERE id = 12')).rejects.toMatchObject({ errno: 1452 });
});

test('a table another program keeps in use: the migration gives up soon, holds nobody up, and works afterwards', async () => {
  const { name, url } = await fresh(festivalSchema('enum') + ROWS);
  const user = await createConnection(server.url(name));
  await user.query('START TRANSACTION');
  await user.query('SELECT * FROM waiting');
  expect(await migrateOnce(url)).toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(/version 0.*another program kept a table in use.*again/) });
  await server.sql(name, 'SELECT COUNT(*) FROM waiting');
  await user.end();
  expect(await migrateOnce(url)).toMatchObject({ from: 2, to: NEEDED_VERSION });
});

test('an index the festival has already is not made twice; the one the call names always is', async () => {
  const { name, url } = await fresh(`${festivalSchema('enum')} CREATE INDEX theirs ON waiting (user_id, booth_id, status, id); CREATE INDEX near ON waiting (status, called_position);
    CREATE INDEX same ON waiting (booth_id, status)`);
  await migrateOnce(url);
  const names = (await indexes(name)).filter((row) => row['t'] === 'waiting').map((row) => String(row['i']));
  expect(names).toEqual(expect.arrayContaining(['theirs', 'near', 'kiosk_waiting_booth_status', 'kiosk_waiting_status_called', 'kiosk_waiting_event_due', 'kiosk_waiting_booth_completed']));
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
    expect(await migrateOnce(url)).toMatchObject({ name: 'StoreFailure', code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(says) });
    expect(await catalogue(name)).toEqual(before);
  });

  test('a column that went missing after the migration', async () => {
    const { name, url } = await fresh('');
    await migrateOnce(url);
    await server.sql(name, 'ALTER TABLE waiting DROP COLUMN kiosk_ops');
    for (const answer of [await prepareOnce(url), await once(url, (ledger) => ledger.inspect())]) {
      expect(answer).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/waiting.*kiosk_ops/) });
    }
  });
});

describe('rights', () => {
  const restricted = async (name: string, rights: string): Promise<string> => {
    await server.sql(null, `DROP USER IF EXISTS small@'127.0.0.1'; CREATE USER small@'127.0.0.1' IDENTIFIED BY 'x'; GRANT ${rights} ON ${name}.* TO small@'127.0.0.1'`);
    return server.url(name).replace(/root:[^@]+@/, 'small:x@');
  };

  test.each([['SELECT, INSERT, UPDATE', ''], ['SELECT', 'enum']])('without the right to change tables (%s) an unprepared database is named, and its version', async (rights, schema) => {
    const { name } = await fresh(schema === '' ? '' : festivalSchema('enum'));
    const url = await restricted(name, rights);
    expect(await prepareOnce(url)).toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(new RegExp(`at version 0 .* needs version ${NEEDED_VERSION}: an administrator runs "ops migrate"`)) });
    expect(await migrateOnce(url)).toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(/version 0.*may not change tables \(error 1142\)/) });
    expect((await catalogue(name)).map((row) => String(row['t']))).not.toContain('kiosk_migration');
  });

  test('without any right on the database', async () => {
    const { name } = await fresh('');
    await server.sql(null, "DROP USER IF EXISTS small@'127.0.0.1'; CREATE USER small@'127.0.0.1' IDENTIFIED BY 'x'");
    expect(await prepareOnce(server.url(name).replace(/root:[^@]+@/, 'small:x@'))).toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('database') });
  });
});

test('a server that flushes late is warned about', async () => {
  const { url } = await fresh('');
  await migrateOnce(url);
  expect(await prepareOnce(url)).toMatchObject({ warnings: [] });
  await server.sql(null, 'SET GLOBAL innodb_flush_log_at_trx_commit = 2');
  expect(await prepareOnce(url)).toMatchObject({ warnings: ['flush-log'] });
  await server.sql(null, 'SET GLOBAL innodb_flush_log_at_trx_commit = 1');
});

test('a database is looked at without being changed', async () => {
  const cases = [['', { schema: 'empty', booths: [] }], [festivalSchema('enum') + ROWS, { schema: 'behind', booths: [{ id: 3, name: '치킨' }, { id: 4, name: 'closed' }] }]] as const;
  for (const [schema, seen] of cases) {
    const { name, url } = await fresh(schema);
    const before = await catalogue(name);
    const ledger = ledgerOn(url);
    expect(await ledger.inspect()).toMatchObject({ server: expect.stringMatching(/^(MariaDB|MySQL) /), ...seen });
    expect(await catalogue(name)).toEqual(before);
    await ledger.migrate();
    expect(await ledger.inspect()).toMatchObject({ schema: 'ready' });
    await ledger.close();
  }
  const foreign = ledgerOn((await fresh('CREATE TABLE booth (id INT)')).url);
  await expect(foreign.inspect()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('booth') });
  await foreign.close();
});
