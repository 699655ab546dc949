/**
 * Goal: what is not the server's or the network's fault is never blamed on them; an outage is told once; closing waits for nobody long.
 * Method: a real server, reached directly or through a proxy that refuses; work that fails by itself; rows other programs spoilt.
 */
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { StoreFailure } from '../../electron/core/ports.ts';
import { parseLedgerUrl } from '../../electron/stores/mysql/address.ts';
import { createLane, type Lane } from '../../electron/stores/mysql/lane.ts';
import type { Query } from '../../electron/stores/mysql/query.ts';
import { staleTickets } from '../../electron/stores/mysql/tickets.ts';
import { lockOf } from '../contracts/ledger-stage.ts';
import { startProxy } from '../support/fault-proxy.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { festivalSchema, openMysqlWorld, type MysqlWorld } from '../support/mysql-world.ts';
import { eventually } from '../support/ports.ts';
import { recordingLogger } from '../support/redis-queue.ts';

let server: SqlServer;
let world: MysqlWorld;
beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server, festivalSchema('varchar'));
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});

const PATIENT_MS = 20_000;
function laneTo(url: string, times: { queryTimeoutMs?: number; connectTimeoutMs?: number; idleMs?: number } = {}) {
  const { logger, events } = recordingLogger();
  const lane = createLane({ name: 'test', address: parseLedgerUrl(url), timeZone: 'Asia/Seoul', queryTimeoutMs: 2_000, connectTimeoutMs: 2_000, idleMs: 8_000, ...times, logger });
  onTestFinished(() => lane.close());
  return { lane, events };
}
const connectionId = (lane: Lane) => lane.run(async (query) => (await query('SELECT CONNECTION_ID() AS id')).rows[0]?.['id']);
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then((value) => value, (error: unknown) => error);

describe('a defect of ours', () => {
  test.each([['a TypeError', new TypeError('defect')], ['an error with a code', Object.assign(new Error('defect'), { code: 'ENOENT' })], ['a number', 7]])('%s comes out as it is, and the connection serves on', async (_what, defect) => {
    const { lane } = laneTo(world.url);
    const before = await connectionId(lane);
    expect(await failureOf(lane.run(() => Promise.reject(defect)))).toBe(defect);
    expect(await connectionId(lane)).toBe(before);
  });

  test('a refusal found while reading does not cost the connection, either', async () => {
    const { lane } = laneTo(world.url);
    const before = await connectionId(lane);
    const failure = new StoreFailure('LEDGER_UNFIT', 'found', 'no');
    expect(await failureOf(lane.run(() => Promise.reject(failure)))).toBe(failure);
    expect(await connectionId(lane)).toBe(before);
  });

  test('a lock no queue store writes is not a lost connection', async () => {
    await expect(world.ledger().commit(lockOf('call', 1, 1, { score: null }))).rejects.toThrow(RangeError);
    await expect(world.ledger().settleVerdict(lockOf('enter', 1, 1))).rejects.toThrow(RangeError);
  });
});

test('an outage and its end are told once each, however often it is tried', async () => {
  const proxy = await startProxy(server.port);
  onTestFinished(() => proxy.close());
  const { lane, events } = laneTo(world.url.replace(`:${server.port}/`, `:${proxy.port}/`));
  const down = async () => {
    proxy.setMode('refuse');
    await failureOf(connectionId(lane));
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await failureOf(connectionId(lane))).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
    proxy.setMode('pass');
    for (let attempt = 0; attempt < 3; attempt += 1) await connectionId(lane);
  };
  await connectionId(lane);
  expect(events).toEqual([]);
  await down();
  await down();
  expect(events.map(({ event }) => event)).toEqual(['ledger-connect-failed', 'ledger-connected-again', 'ledger-connect-failed', 'ledger-connected-again']);
});

test.each(['p@ss:w/rd%', 'a b"c\'d`e', '100%&?#=+', '비밀 번호', 'x\ny'])('the password %j is in no error and no log', async (password) => {
  const written = encodeURIComponent(password);
  for (const url of [`mysql://root:${written}@127.0.0.1:${server.port}/x`, `mysql://${written}:${written}@127.0.0.1:1/x`]) {
    const { lane, events } = laneTo(url);
    const failure = await failureOf(connectionId(lane));
    expect(failure).toMatchObject({ name: 'StoreFailure', executed: 'no' });
    const told = [String(failure), (failure as Error).stack ?? '', JSON.stringify(failure), JSON.stringify(events)].join('\n');
    for (const form of [password, written, JSON.stringify(password).slice(1, -1)]) expect(told).not.toContain(form);
  }
});

describe('closing', () => {
  test('ends a connect that hangs, and whoever waits behind it', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const reached = new Promise((resolve) => silent.once('connection', resolve));
    const { lane } = laneTo(`mysql://u:p@127.0.0.1:${(silent.address() as AddressInfo).port}/d`, { connectTimeoutMs: PATIENT_MS });
    const waiting = [connectionId(lane), connectionId(lane)].map(failureOf);
    await reached;
    const started = performance.now();
    await lane.close();
    expect(performance.now() - started).toBeLessThan(PATIENT_MS / 4);
    for (const failure of await Promise.all(waiting)) expect(failure).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
  });

  test('gives work under way one query timeout, then breaks it off: its end is not known', async () => {
    const { lane } = laneTo(world.url, { queryTimeoutMs: 200 });
    const slow = failureOf(lane.run((query: Query) => query('SELECT SLEEP(60)'), 3 * PATIENT_MS));
    await eventually('the server is at it', async () => (await world.sql("SELECT 1 FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'")).length === 1);
    const started = performance.now();
    await lane.close();
    expect(performance.now() - started).toBeLessThan(PATIENT_MS / 4);
    expect(await slow).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'unknown' });
    expect(await failureOf(connectionId(lane))).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
  });
});

describe('a lane at rest', () => {
  const IDLE_MS = 31;
  const isKeepAlive = (chunk: Buffer): boolean => chunk.includes('SELECT 1');
  /** A lane through a proxy that counts what keeps it alive, and may leave it without an answer. */
  async function restingLane(times: { queryTimeoutMs?: number } = {}) {
    const proxy = await startProxy(server.port);
    onTestFinished(() => proxy.close());
    const seen = { keepAlives: 0, answered: true, chunks: [] as string[] };
    proxy.onClientData = (chunk) => {
      seen.chunks.push(chunk.toString('latin1'));
      if (!isKeepAlive(chunk)) return undefined;
      seen.keepAlives += 1;
      return seen.answered ? undefined : 'drop-replies';
    };
    return { proxy, seen, ...laneTo(world.url.replace(`:${server.port}/`, `:${proxy.port}/`), { idleMs: IDLE_MS, ...times }) };
  }

  test('keeps its connection, which the server ends after 20 silent seconds; one that was never used has none', async () => {
    const [used, unused] = [await restingLane(), await restingLane()];
    const before = await connectionId(used.lane);
    expect(await used.lane.run(async (query) => (await query('SELECT @@wait_timeout AS s')).rows)).toEqual([{ s: 20 }]);
    await eventually('it is kept alive again and again', async () => used.seen.keepAlives > 3);
    expect(await connectionId(used.lane)).toBe(before);
    expect([unused.proxy.connections, unused.seen.chunks]).toEqual([0, []]);
  });

  test('finds a connection that has ended, and has another before a request needs it', async () => {
    const { lane, proxy, events } = await restingLane();
    const before = await connectionId(lane);
    proxy.reset();
    await eventually('it is connected again', async () => proxy.connections === 1);
    const after = await connectionId(lane);
    expect([after === before, proxy.connections, events]).toEqual([false, 1, []]);
    expect(await connectionId(lane)).toBe(after);
  });

  test('connects again when it can, and tells of the outage once', async () => {
    const { lane, proxy, events } = await restingLane();
    await connectionId(lane);
    proxy.setMode('refuse');
    await eventually('it is told', async () => events.length === 1);
    expect(await failureOf(connectionId(lane))).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
    proxy.setMode('pass');
    await eventually('it is connected again', async () => events.length === 2);
    expect([proxy.connections, events.map(({ event }) => event)]).toEqual([1, ['ledger-connect-failed', 'ledger-connected-again']]);
  });

  test('drops a connection that answers no more, with nobody asking', async () => {
    const { lane, seen, proxy } = await restingLane({ queryTimeoutMs: 200 });
    const before = await connectionId(lane);
    seen.answered = false;
    await eventually('it found out', async () => seen.keepAlives === 1);
    seen.answered = true;
    await eventually('another is kept alive', async () => seen.keepAlives > 1);
    expect([await connectionId(lane) === before, proxy.connections]).toEqual([false, 1]);
  });

  test('a request that meets a keep-alive without an answer is served by another connection, and soon', async () => {
    const { lane, seen } = await restingLane({ queryTimeoutMs: PATIENT_MS });
    const before = await connectionId(lane);
    seen.answered = false;
    await eventually('it asked', async () => seen.keepAlives === 1);
    const started = performance.now();
    const after = await Promise.all([connectionId(lane), connectionId(lane)]);
    expect(performance.now() - started).toBeLessThan(PATIENT_MS / 4);
    expect([after[0] === before, after[0]]).toEqual([false, after[1]]);
  });

  test('is left alone while there is work, and closed without waiting for an answer', async () => {
    const { lane, seen } = await restingLane({ queryTimeoutMs: PATIENT_MS });
    await connectionId(lane);
    await eventually('it rests', async () => seen.keepAlives > 0);
    await lane.run(async (query) => {
      seen.chunks.length = 0;
      for (const seconds of [0.2, 0]) await query(`SELECT SLEEP(${seconds})`);
      expect(seen.chunks).toEqual([expect.stringContaining('SLEEP(0.2)'), expect.stringContaining('SLEEP(0)')]);
    });
    seen.answered = false;
    const asked = seen.keepAlives;
    await eventually('it asks', async () => seen.keepAlives > asked);
    const started = performance.now();
    await lane.close();
    expect(performance.now() - started).toBeLessThan(PATIENT_MS / 4);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timers.mockRestore());
    await world.sql('SELECT SLEEP(0.2)');
    expect(timers.mock.calls.filter(([, ms]) => ms === IDLE_MS)).toEqual([]);
  });
});

test('tickets are looked up in bounded statements', async () => {
  const { lane } = laneTo(world.url);
  const sizes: number[] = [];
  const counted = (query: Query): Query => (sql, values = []) => {
    sizes.push([values[0]].flat().length);
    return query(sql, values);
  };
  await lane.run((query) => staleTickets(counted(query), Array.from({ length: 2_500 }, (_, score) => ({ boothId: 1, userId: 1, score }))));
  expect(sizes).toEqual([1_000, 1_000, 500]);
});

test('a value that cannot be what its column stands for is named', async () => {
  const booth = await world.addBooth({ capacity: 5 });
  const user = await world.addUser('Minji');
  const id = await world.addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
  const unfit = (column: string) => ({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining(column) });
  await world.sql(`UPDATE waiting SET status = 'CALLING' WHERE id = ${id}`);
  await expect(world.ledger().readVisit(id)).rejects.toMatchObject(unfit('waiting.status'));
  await world.sql(`UPDATE waiting SET status = 'CALLED' WHERE id = ${id}`);
  expect(await world.ledger().readVisit(id)).toMatchObject({ status: 'CALLED', score: null });
});
