/**
 * Goal: what the ledger says about a failure is true: 'no' only when nothing can have happened. Method: a real server, refused,
 * stopped, killed and restarted; connections killed in the middle of a statement that waits for a lock held by the test.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Ledger } from '../../electron/core/ledger.ts';
import { connectFailure } from '../../electron/stores/mysql/errors.ts';
import { createMysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import { sessionStatement, zoneOffset } from '../../electron/stores/mysql/session.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { openMysqlWorld, SEOUL, SILENT, type MysqlWorld } from '../support/mysql-world.ts';
import { freeze, thaw } from '../support/freeze.ts';
import { eventually } from '../support/ports.ts';

let server: SqlServer;
let world: MysqlWorld;
let booth = 0;
let user = 0;
const opened: Ledger[] = [];
/** A ledger as patient as this has not waited for its own timeout when it fails sooner, however slow the machine. */
const PATIENT_MS = 20_000;

beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server);
  booth = await world.addBooth({ capacity: 1000 });
  user = await world.addUser('Minji');
  await world.ledger().prepare();
});
afterEach(() => Promise.all(opened.splice(0).map((ledger) => ledger.close())));
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});

function open(url = world.url, options: { queryTimeoutMs?: number; connectTimeoutMs?: number } = {}): Ledger {
  const ledger = createMysqlLedger({ url, timeZone: SEOUL.timeZone, logger: SILENT, ...options });
  opened.push(ledger);
  return ledger;
}

/** Holds the anchor row of the booth, so that a commit there waits until `release`. */
async function holdBooth(): Promise<{ release(): Promise<void> }> {
  const holder: Connection = await createConnection(world.url);
  await holder.query('START TRANSACTION');
  await holder.query(`SELECT * FROM kiosk_booth WHERE booth_id = ${booth} FOR UPDATE`);
  return { release: () => holder.end() };
}

async function waitingStatement(): Promise<number> {
  return eventually('the commit waits at the server', async () => {
    const rows = await world.sql("SELECT id FROM information_schema.processlist WHERE info LIKE 'INSERT INTO waiting%' AND id <> CONNECTION_ID()");
    return rows.length === 1 ? Number(rows[0]?.['id']) : null;
  });
}

describe('nothing was sent', () => {
  test('a name that cannot be looked up now, as without a network', () => {
    expect(connectFailure({ code: 'EAI_AGAIN' }, 'db:3306')).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no', message: expect.stringMatching(/db:3306.*cannot be looked up; is the network up\?/) });
  });

  test('a port nobody listens on', async () => {
    const ledger = open('mysql://u:geheim@127.0.0.1:1/festival');
    const failure = await ledger.listBooths().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StoreFailure', code: 'LEDGER_UNREACHABLE', executed: 'no' });
    expect(String(failure)).not.toContain('geheim');
    expect(String(failure)).toContain('127.0.0.1:1');
  });

  test.each([
    ['a wrong password', (url: string) => url.replace(/:[^:@]+@/, ':geheim@'), 'LEDGER_UNFIT', 'password'],
    ['an unknown database', (url: string) => url.replace(/\/[^/]+$/, '/nowhere'), 'LEDGER_UNFIT', 'database'],
  ])('%s', async (_what, change, code, says) => {
    const failure = await open(change(world.url)).listBooths().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, executed: 'no', message: expect.stringContaining(says) });
    expect(String(failure)).not.toMatch(/geheim|mysql:\/\//);
  });

  test.each(['', 'redis://h/1', 'mysql://host', 'mysql://u:p%zz@host/db', 'not a url'])('the address %j', (url) => {
    expect(() => open(url)).toThrow(expect.objectContaining({ code: 'LEDGER_UNFIT', executed: 'no' }));
  });

  test('the scheme mariadb:// and a percent-encoded password work', async () => {
    expect(world.url).toContain('%40');
    expect(await open(world.url.replace('mysql://', 'mariadb://')).listBooths()).not.toEqual([]);
  });

  test.each([['says nothing', ''], ['speaks another language', '-ERR unknown command\r\n']])('a server that %s', async (_what, greeting) => {
    const stranger = createServer((socket) => {
      socket.on('error', () => undefined);
      if (greeting !== '') socket.write(greeting);
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as { port: number };
    const failure = open(`mysql://u:p@127.0.0.1:${port}/d`, { connectTimeoutMs: 200 }).listBooths();
    await expect(failure).rejects.toMatchObject({ name: 'StoreFailure', executed: 'no' });
    stranger.close();
  });

  test('a stopped server, and everybody who waited behind the first', async () => {
    const [connectTimeoutMs, waiters] = [500, 40];
    const ledger = open(world.url, { connectTimeoutMs });
    await freeze(server.pid());
    try {
      const started = performance.now();
      const results = await Promise.allSettled(Array.from({ length: waiters }, () => ledger.commit(lockOf('call', booth, user))));
      for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'LEDGER_UNREACHABLE', executed: 'no' } });
      // Not one after the other.
      expect(performance.now() - started).toBeLessThan((connectTimeoutMs * waiters) / 2);
    } finally {
      thaw(server.pid());
    }
    expectCommitted(await ledger.commit(lockOf('call', booth, user)));
  });
});

describe('sent, and no reply', () => {
  test.each(['CONNECTION', 'QUERY'])('KILL %s while the commit runs', async (what) => {
    const ledger = open();
    await ledger.readVisit(1);
    const lock = lockOf('call', booth, user);
    const held = await holdBooth();
    const commit = ledger.commit(lock).catch((error: unknown) => error);
    await server.sql(null, `KILL ${what} ${await waitingStatement()}`);
    expect(await commit).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'unknown' });
    await held.release();
    expect(await ledger.settleVerdict(lock)).toEqual({ verdict: 'never' });
    expect(await ledger.commit(lock)).toMatchObject({ outcome: 'stale' });
  });

  test('a stopped server: unknown within the timeout, settled after', async () => {
    const ledger = open(world.url, { queryTimeoutMs: 300 });
    const generation = (await world.ledger().readBooth(booth))?.booth.generation ?? 0;
    await Promise.all([ledger.prepare(), ledger.readVisit(1)]);
    const lock = lockOf('call', booth, user, { generation });
    await freeze(server.pid());
    const failure = await ledger.commit(lock).catch((error: unknown) => error).finally(() => thaw(server.pid()));
    expect(failure).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'unknown' });
    const verdict = await eventually('the server serves again', () => ledger.settleVerdict(lock).catch(() => null));
    const found = await world.ledger().findCommitted({ kind: 'call' }, [lock.operationId]);
    expect(verdict.verdict).toBe(found === null ? 'never' : 'committed');
    expect((await ledger.commit(lock)).outcome).toBe(found === null ? 'stale' : 'committed');
  });

  test('SIGKILL while the commit runs; clear without waiting for a timeout, and healed with the server', async () => {
    const ledger = open(world.url, { queryTimeoutMs: PATIENT_MS, connectTimeoutMs: PATIENT_MS });
    const generation = (await world.ledger().readBooth(booth))?.booth.generation ?? 0;
    await ledger.readVisit(1);
    const lock = lockOf('call', booth, user, { generation });
    const held = await holdBooth();
    const commit = ledger.commit(lock).catch((error: unknown) => error);
    await waitingStatement();
    await server.kill();
    expect(await commit).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'unknown' });
    await held.release().catch(() => undefined);
    const started = performance.now();
    await expect(ledger.settleVerdict(lock)).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
    expect(performance.now() - started).toBeLessThan(PATIENT_MS);
    await server.restart();
    expect(await ledger.settleVerdict(lock)).toEqual({ verdict: 'never' });
  });
});

test('a lock that does not come free is a definite no', async () => {
  const ledger = open();
  const generation = (await world.ledger().readBooth(booth))?.booth.generation ?? 0;
  const lock = lockOf('call', booth, user, { generation });
  await ledger.readVisit(1);
  const held = await holdBooth();
  // The server gave up waiting before the kiosk did, else it would not be known that nothing ran.
  await expect(ledger.commit(lock)).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
  expect(await ledger.findCommitted({ kind: 'call' }, [lock.operationId])).toBeNull();
  await held.release();
  expectCommitted(await ledger.commit(lock));
}, 15_000);

test('a server that turned read-only is left: its address may lead to the new primary by now', async () => {
  const ledger = open();
  const join = async (): Promise<unknown> => ledger.addWalkIn(randomUUID(), booth, 'Minji');
  const connections = async () => (await server.sql(null, `SELECT id FROM information_schema.processlist WHERE user <> 'root' AND db = '${new URL(world.url).pathname.slice(1)}'`)).map((row) => Number(row['id'] ?? row['ID']));
  await join();
  const before = await connections();
  expect(before.length).toBeGreaterThan(0);
  await server.sql(null, 'SET GLOBAL read_only = 1');
  onTestFinished(() => server.sql(null, 'SET GLOBAL read_only = 0').then(() => undefined));
  await expect(join()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining('read-only') });
  await server.sql(null, 'SET GLOBAL read_only = 0');
  expect(await join()).toMatchObject({ outcome: 'added' });
  // The server lists one that was left until it has noticed.
  await eventually('there is one new connection', async () => (await connections()).filter((id) => !before.includes(id)).length === 1);
});

test('a call whose row has a number beyond what the kiosk can hold is never told as not done', async () => {
  const own = await openMysqlWorld(server);
  onTestFinished(() => own.cleanup());
  const at = await own.addBooth({ capacity: 5 });
  const who = await own.addUser('Minji');
  await own.ledger().prepare();
  const generation = (await own.ledger().readBooth(at))?.booth.generation ?? 0;
  await own.sql('ALTER TABLE waiting AUTO_INCREMENT = 9007199254740993');
  await expect(own.ledger().commit(lockOf('call', at, who, { generation }))).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'unknown' });
  expect(await own.rows(at).catch(() => 'written')).toHaveLength(1);
});

test('never more than two connections, and none after close', async () => {
  await server.sql(null, `DROP USER IF EXISTS counted@'127.0.0.1'; CREATE USER counted@'127.0.0.1' IDENTIFIED BY 'x'; GRANT ALL ON ${world.name}.* TO counted@'127.0.0.1'`);
  const ledger = open(world.url.replace(/\/\/[^@]+@/, '//counted:x@'));
  const connections = async (): Promise<number> => Number((await world.sql("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'counted'"))[0]?.['n']);
  const generation = (await world.ledger().readBooth(booth))?.booth.generation ?? 0;
  let most = 0;
  const load = Promise.all(
    Array.from({ length: 40 }, (_, index) => [
      ledger.commit(lockOf('call', booth, user, { generation })), ledger.readBooth(booth), ledger.readVisit(index), ledger.addWalkIn(crypto.randomUUID(), booth, 'x'), ledger.prepare(),
    ]).flat(),
  );
  let done = false;
  void load.finally(() => (done = true));
  while (!done) most = Math.max(most, await connections());
  await load;
  expect(Math.max(most, await connections())).toBe(2);
  await ledger.close();
  await eventually('the connections are gone', async () => ((await connections()) === 0 ? true : null));
  await expect(ledger.listBooths()).rejects.toMatchObject({ executed: 'no' });
});

test('the session is what the statements were proven with', async () => {
  const connection = await createConnection(world.url);
  await connection.query(sessionStatement('+09:00', 5000));
  const [rows] = await connection.query(
    `SELECT @@${server.product === 'MySQL' ? 'transaction_isolation' : 'tx_isolation'} AS isolation, @@autocommit AS autocommit, @@innodb_lock_wait_timeout AS lock_wait,
       @@time_zone AS zone, @@sql_mode AS mode, @@collation_connection AS collation_name`,
  );
  expect(rows).toMatchObject([{ isolation: 'READ-COMMITTED', autocommit: 1, lock_wait: 3, zone: '+09:00', collation_name: 'utf8mb4_unicode_ci' }]);
  expect((rows as { mode: string }[])[0]?.mode).toContain('STRICT_ALL_TABLES');
  // MySQL alone keeps what it knew of a table's last change, for a day unless told otherwise.
  const [kept] = await connection.query("SHOW VARIABLES LIKE 'information_schema_stats_expiry'");
  expect(kept).toEqual(server.product === 'MySQL' ? [{ Variable_name: 'information_schema_stats_expiry', Value: '0' }] : []);
  await connection.end();
});

test.each([
  ['Asia/Seoul', '2026-05-21T00:00:00Z', '+09:00'], ['America/New_York', '2026-01-15T00:00:00Z', '-05:00'], ['America/New_York', '2026-07-15T00:00:00Z', '-04:00'],
  ['Asia/Kolkata', '2026-07-15T00:00:00Z', '+05:30'], ['UTC', '2026-07-15T00:00:00Z', '+00:00'],
])('%s at %s is %s', (zone, at, offset) => {
  expect(zoneOffset(zone, Date.parse(at))).toBe(offset);
});

test('date columns carry the festival’s wall clock', async () => {
  const waitingId = expectCommitted(await world.another().commit(lockOf('call', booth, user, { generation: (await world.ledger().readBooth(booth))?.booth.generation ?? 0 })));
  const stored = String((await server.sql(world.name, `SELECT called_at FROM waiting WHERE id = ${waitingId}`))[0]?.['called_at']);
  expect(Math.abs(Date.parse(`${stored.replace(' ', 'T')}+09:00`) - Date.now())).toBeLessThan(30_000);
});

test('an id the kiosk cannot hold exactly is named, never rounded', async () => {
  const own = await openMysqlWorld(server);
  const at = await own.addBooth({ capacity: 5 });
  await own.sql(`INSERT INTO users (id, email, nickname, role, notification_enabled, created_at, updated_at) VALUES (9007199254740993, 'big', 'big', 'VISITOR', 0, NOW(6), NOW(6))`);
  await own.sql(`INSERT INTO waiting (id, user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
    VALUES (77, 9007199254740993, ${at}, 1, 'CALLED', NOW(6), NOW(6), 0, 0, NOW(6), NOW(6))`);
  await expect(own.ledger().readVisit(77)).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/users.*9007199254740993/) });
  expect(await own.ledger().auditHistory(at)).toMatchObject({ unreadable: [77] });
  // Beside other visits it must not hide them.
  expect(await own.ledger().readBooth(at)).toMatchObject({ live: [] });
  await own.sql(`INSERT INTO booth (id, university_id, name, capacity, status, created_at, updated_at) VALUES (-4, 1, 'n', 1, 'OPEN', NOW(6), NOW(6))`);
  await expect(own.ledger().readBooth(-4)).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(/booth.*-4/) });
  await own.cleanup();
});
