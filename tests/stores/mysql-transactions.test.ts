/**
 * Goal: what takes several statements is done as a whole or not at all, wherever it is cut off, and what the kiosk says about it is true.
 * Method: a proxy that breaks the connection before one of its statements, or after it with the reply lost; then settled and looked at.
 */
import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Ledger } from '../../electron/core/ledger.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { openMysqlWorld, type MysqlWorld } from '../support/mysql-world.ts';
import { eventually } from '../support/ports.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';

let server: SqlServer;
let world: MysqlWorld;
let proxy: FaultProxy;
let [booth, user] = [0, 0];
beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server);
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});
beforeEach(async () => {
  proxy = await startProxy(server.port);
  onTestFinished(() => proxy.close());
  [booth, user] = [await world.addBooth({ capacity: 5 }), await world.addUser('Minji')];
  await world.ledger().prepare();
});

const STATEMENTS = 5;
const FAULTS = ['reset', 'drop-replies'] as const;
const CUTS = FAULTS.flatMap((fault) => Array.from({ length: STATEMENTS }, (_, at) => ({ fault, at })));

/** A kiosk whose statement number `at` meets the fault. Short of patience, because nothing answers it. */
async function kioskCutOff(fault: (typeof FAULTS)[number], at: number): Promise<Ledger> {
  const ledger = world.another({ url: world.url.replace(`:${server.port}/`, `:${proxy.port}/`), queryTimeoutMs: 600 });
  await ledger.prepare();
  await ledger.readVisit(1);
  let left = at;
  proxy.onClientData = () => (left-- === 0 ? fault : undefined);
  return ledger;
}

test('a registration at the very same score as an earlier one goes by a closing that was quicker', async () => {
  const first = lockOf('join', booth, user);
  for (const lock of [first, lockOf('leave', booth, user, { score: first.score })]) expect(await world.ledger().commit(lock)).toMatchObject({ outcome: 'committed' });
  const kiosk = world.another({ url: world.url.replace(`:${server.port}/`, `:${proxy.port}/`), queryTimeoutMs: 30_000 });
  await kiosk.prepare();
  const held = new Promise<void>((resolve) => {
    proxy.onClientData = (chunk) => {
      if (!chunk.toString('latin1').includes('SELECT gen FROM kiosk_booth')) return undefined;
      proxy.setMode('hold');
      resolve();
      return undefined;
    };
  });
  const again = kiosk.commit({ ...lockOf('join', booth, user), score: first.score });
  await held;
  expect(await world.ledger().changeBooth({ boothId: booth, change: 'close', operationId: randomUUID(), staff: null, reason: null, waiting: 0, owner: 'k/1' })).toBe('changed');
  proxy.onClientData = null;
  proxy.setMode('pass');
  // Asked again it learns why.
  expect(await again).toEqual({ outcome: 'stale', generation: first.generation });
  expect(await world.ledger().unservedTickets(booth, 10)).toEqual([]);
});

async function expectWholeOrNothing(kiosk: Ledger, lock: SoftLock): Promise<'done' | 'not-done'> {
  const [failure] = await Promise.allSettled([kiosk.commit(lock)]);
  proxy.onClientData = null;
  // Only the last statement's reply can have been lost with the work done; broken off before, it is not known either, and settled alike.
  if (failure?.status === 'rejected') expect(failure.reason).toMatchObject({ name: 'StoreFailure', code: 'LEDGER_UNREACHABLE', executed: 'unknown' });
  const { verdict } = await world.ledger().settleVerdict(lock);
  expect(await world.ledger().settleVerdict(lock)).toMatchObject({ verdict: verdict === 'never' ? 'superseded' : verdict });
  expect(await world.ledger().commit(lock)).toMatchObject({ outcome: verdict === 'never' ? 'stale' : 'committed' });
  if (failure?.status === 'fulfilled') expect(verdict).toBe('committed');
  return verdict === 'never' ? 'not-done' : 'done';
}

describe.each(CUTS)('$fault at statement $at', ({ fault, at }) => {
  test('a visitor put back is in the queue’s copy, or has the visit', async () => {
    const score = 1_763_800_000.25;
    const waitingId = expectCommitted(await world.ledger().commit(lockOf('call', booth, user, { score })));
    const end = await expectWholeOrNothing(await kioskCutOff(fault, at), lockOf('put-back', booth, user, { waitingId, score, returnScore: score }));
    const isDone = end === 'done';
    expect(await world.ledger().readVisit(waitingId)).toMatchObject({ status: isDone ? 'COMPLETED' : 'CALLED', released: isDone, score: isDone ? null : score });
    expect(await world.ledger().unservedTickets(booth, 5)).toEqual(isDone ? [{ boothId: booth, userId: user, score }] : []);
    expect(isDone).toBe(at === STATEMENTS - 1 || (fault === 'drop-replies' && at === 3));
  });

  test('a no-show taken back is called again, or gone', async () => {
    const waitingId = expectCommitted(await world.ledger().commit(lockOf('call', booth, user)));
    expectCommitted(await world.ledger().commit(lockOf('no-show', booth, user, { waitingId })));
    const end = await expectWholeOrNothing(await kioskCutOff(fault, at), lockOf('undo-no-show', booth, user, { waitingId, generation: 1 }));
    expect(await world.ledger().readVisit(waitingId)).toMatchObject(end === 'done' ? { status: 'CALLED', endedAs: null } : { status: 'COMPLETED', endedAs: 'NO_SHOW' });
    expect(end).toBe(fault === 'drop-replies' && at === STATEMENTS - 1 ? 'done' : 'not-done');
  });

  test('a visitor who leaves has left with all that was merged into the place, or stands as before', async () => {
    const tickets = [1_763_800_000.25, 1_763_800_001.5].map((score) => ({ boothId: booth, userId: user, score }));
    for (const { score } of tickets) expect(await world.ledger().commit(lockOf('join', booth, user, { score }))).toMatchObject({ outcome: 'committed' });
    const lock = lockOf('leave', booth, user, { score: tickets[0]?.score ?? 0 });
    const kiosk = await kioskCutOff(fault, at);
    const [failure] = await Promise.allSettled([kiosk.commit(lock)]);
    proxy.onClientData = null;
    const isDone = at === STATEMENTS - 1 || (fault === 'drop-replies' && at === 3);
    expect(failure?.status).toBe(at === STATEMENTS - 1 ? 'fulfilled' : 'rejected');
    expect(await world.ledger().settleVerdict(lock)).toMatchObject({ verdict: isDone ? 'committed' : 'never' });
    expect(await world.ledger().unservedTickets(booth, 5)).toEqual(isDone ? [] : tickets);
  });

  test('a pass’s change is in the copy, or is not, and its epoch with it', async () => {
    const ticket = { boothId: booth, userId: user, score: 1_763_800_000.5 };
    const { nowMs } = await world.ledger().readMirror();
    await world.sql('DELETE FROM kiosk_mirror');
    await world.ledger().writeMirror({ boothId: booth, epoch: 1, arrived: [], gone: [], readAtMs: nowMs });
    const kiosk = await kioskCutOff(fault, at);
    await kiosk.writeMirror({ boothId: booth, epoch: 7, arrived: [ticket], gone: [], readAtMs: nowMs }).catch(() => undefined);
    proxy.onClientData = null;
    const [row] = await world.sql(`SELECT (SELECT COUNT(*) FROM kiosk_queue WHERE booth_id = ${booth}) AS tickets, (SELECT MAX(epoch) FROM kiosk_mirror WHERE booth_id = ${booth}) AS epoch`);
    const isDone = fault === 'drop-replies' && at === STATEMENTS - 1;
    expect(row).toEqual(isDone ? { tickets: 1, epoch: 7 } : { tickets: 0, epoch: 1 });
  });
});

test('what cannot be done to its end leaves nothing behind, also not with what the kiosk does next', async () => {
  const kiosk = world.another();
  const score = 1_763_800_000.25;
  expect(await kiosk.commit(lockOf('join', booth, user, { score }))).toMatchObject({ outcome: 'committed' });
  const waitingId = expectCommitted(await kiosk.commit(lockOf('call', booth, user, { score })));
  const absent = expectCommitted(await kiosk.commit(lockOf('call', booth, user)));
  expectCommitted(await kiosk.commit(lockOf('no-show', booth, user, { waitingId: absent })));
  const holder = await createConnection(server.url(world.name));
  await holder.query('START TRANSACTION');
  await holder.query('SELECT * FROM kiosk_queue FOR UPDATE');
  const back = lockOf('put-back', booth, user, { waitingId, score, returnScore: score });
  await expect(kiosk.commit(back)).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'no' });
  expectCommitted(await kiosk.commit(lockOf('undo-no-show', booth, user, { waitingId: absent, generation: 1 })));
  await holder.end();
  expect(await world.ledger().readVisit(waitingId)).toMatchObject({ status: 'CALLED', released: false, revision: 0, score });
  expectCommitted(await kiosk.commit(back));
});

test('a kiosk that vanishes in the middle of one keeps nobody else from calling for long', async () => {
  const absent = expectCommitted(await world.ledger().commit(lockOf('call', booth, user)));
  expectCommitted(await world.ledger().commit(lockOf('no-show', booth, user, { waitingId: absent })));
  const port = await vanishAfter('FOR UPDATE');
  const vanished = world.another({ url: world.url.replace(`:${server.port}/`, `:${port}/`), queryTimeoutMs: 600 });
  await vanished.prepare();
  await expect(vanished.commit(lockOf('undo-no-show', booth, user, { waitingId: absent, generation: 1 }))).rejects.toMatchObject({ executed: 'unknown' });
  const other = lockOf('call', booth, user);
  const waits = new Set<string>();
  await eventually('another kiosk calls', () => world.ledger().commit(other).then((result) => result.outcome === 'committed', (error: Error) => void waits.add(error.message)), 40_000);
  expect([...waits]).toEqual([expect.stringContaining('too busy with the same rows')]);
});

/** As a machine that lost its network: nothing passes any more from that statement on, and no end of the connection is ever told. Answers the port. */
async function vanishAfter(statement: string): Promise<number> {
  const sockets: Socket[] = [];
  const listener = createServer((client) => {
    const there = connect({ port: server.port, host: '127.0.0.1' });
    let isGone = false;
    sockets.push(client, there);
    for (const socket of [client, there]) socket.on('error', () => undefined);
    client.on('data', (chunk) => {
      if (!isGone) there.write(chunk);
      isGone ||= chunk.includes(statement);
    });
    there.on('data', (chunk) => isGone || client.write(chunk));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return (listener.address() as AddressInfo).port;
}
