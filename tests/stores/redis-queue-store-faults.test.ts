/**
 * Goal: whatever happens to the connection, a failure says truly whether the step can have run, and the store heals by itself.
 * Method: a real Redis behind a proxy that refuses, resets, holds or swallows; servers that are killed, frozen or unfit.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { StoreFailure, type QueueStore } from '../../electron/core/ports.ts';
import { createRedisQueueStore, type RedisQueueStoreSettings } from '../../electron/stores/redis/redis-queue-store.ts';
import { BOOTH, callRequest, finish, joinRequest, lockOf, undo, visitRequest, verify } from '../contracts/queue-store-fixture.ts';
import { startProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { eventually, freePort } from '../support/ports.ts';
import { LOCK_PREFIX, markVerified, plainRedis, recordingLogger } from '../support/redis-queue.ts';
import { startRedis, type RedisServer, type RedisServerOptions } from '../support/redis-server.ts';

const HEALS_WITHIN_MS = 2_000;
/** A store as patient as this has not waited for its own timeout when it fails sooner, however slow the machine. */
const PATIENT_MS = 20_000;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function redis(options: RedisServerOptions = {}): Promise<RedisServer & { readonly raw: Redis }> {
  const server = await startRedis(options);
  const raw = plainRedis(server.url);
  closers.push(async () => {
    raw.disconnect();
    await server.close();
  });
  return Object.assign(server, { raw });
}

function storeAt(url: string, settings: Partial<RedisQueueStoreSettings> = {}): QueueStore {
  const store = createRedisQueueStore({ url, lockPrefix: LOCK_PREFIX, logger: recordingLogger().logger, ...settings });
  closers.push(() => store.close());
  return store;
}

/** A server with two visitors waiting, and a store that reaches it through a proxy only. */
async function behindProxy(timeoutMs = 300): Promise<{ raw: Redis; proxy: FaultProxy; store: QueueStore; server: RedisServer }> {
  const server = await redis();
  const proxy = await startProxy(server.port);
  closers.push(() => proxy.close());
  const store = storeAt(`redis://127.0.0.1:${proxy.port}`, { commandTimeoutMs: timeoutMs, connectTimeoutMs: timeoutMs });
  await server.raw.zadd('queue:booth:7', 1, '11', 2, '12');
  await markVerified(server.raw);
  // A patience as short as some tests need may be too short for the first connection of a busy machine.
  await eventually('it is connected', () => store.readQueue(BOOTH, 1));
  return { raw: server.raw, proxy, store, server };
}

async function failureOf(work: Promise<unknown>): Promise<StoreFailure> {
  try {
    const value = await work;
    throw new Error(`expected a StoreFailure, got ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
}

const isStep = (chunk: Buffer) => chunk.includes('evalsha');

test('nothing listens there: the failure is certain, and waits for no timeout', async () => {
  const port = await freePort();
  const started = performance.now();
  const failure = await failureOf(storeAt(`redis://127.0.0.1:${port}`, { commandTimeoutMs: PATIENT_MS, connectTimeoutMs: PATIENT_MS }).begin(callRequest()));
  expect(failure).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
  expect(failure.message).toContain('refused');
  expect(performance.now() - started).toBeLessThan(PATIENT_MS);
});

test('connection refused after it was up: certain, and waits for no timeout', async () => {
  const { proxy, store, raw } = await behindProxy(PATIENT_MS);
  proxy.setMode('refuse');
  await eventually('the break is noticed', async () => (await failureOf(store.readQueue(BOOTH, 1))).executed === 'no');
  const started = performance.now();
  expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
  expect(performance.now() - started).toBeLessThan(PATIENT_MS);
  expect(await raw.zcard('queue:booth:7')).toBe(2);
  proxy.setMode('pass');
  await eventually('it heals', async () => await store.readQueue(BOOTH, 1), HEALS_WITHIN_MS);
});

test('ran, but the reply was lost: unknown, and asking again with the same id tells the truth', async () => {
  const { proxy, store, raw } = await behindProxy();
  proxy.onClientData = (chunk) => (isStep(chunk) ? 'drop-replies' : undefined);
  const request = callRequest();
  expect(await failureOf(store.begin(request))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'unknown' });
  proxy.onClientData = null;
  expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['12']);
  const lock = await eventually('it heals', async () => lockOf(await store.begin(request)), HEALS_WITHIN_MS);
  expect(lock.userId).toBe(11);
  expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['12']);
});

test('hangs until the timeout: unknown; the step that then arrives late is done by its id only', async () => {
  const { proxy, store, raw } = await behindProxy();
  proxy.onClientData = (chunk) => void (isStep(chunk) && proxy.mode === 'pass' && proxy.setMode('hold'));
  const request = callRequest();
  expect(await failureOf(store.begin(request))).toMatchObject({ executed: 'unknown' });
  expect(await raw.zcard('queue:booth:7')).toBe(2);
  proxy.onClientData = null;
  proxy.setMode('pass');
  await eventually('the late packet arrives', async () => (await raw.zcard('queue:booth:7')) === 1);
  const lock = await eventually('it heals', async () => await store.readLock(request.operationId), HEALS_WITHIN_MS);
  await undo(store, lock);
  expect(await store.begin(request)).toEqual({ outcome: 'done', as: 'undone' });
  expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11', '12']);
});

test('the connection breaks with the request on its way: unknown', async () => {
  const { proxy, store, raw } = await behindProxy();
  proxy.onClientData = (chunk) => (isStep(chunk) ? 'reset' : undefined);
  expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'unknown' });
  proxy.onClientData = null;
  await eventually('it heals', async () => await store.readQueue(BOOTH, 1), HEALS_WITHIN_MS);
  expect(await raw.zcard('queue:booth:7')).toBe(2);
  expect(await raw.keys('temp:*')).toEqual([]);
});

test('a finish whose reply was lost applies once, however often it is sent', async () => {
  const { proxy, store, raw } = await behindProxy();
  const lock = lockOf(await store.begin(visitRequest('enter', 900, 41)));
  proxy.onClientData = (chunk) => (isStep(chunk) ? 'drop-replies' : undefined);
  expect((await failureOf(finish(store, lock))).executed).toBe('unknown');
  proxy.onClientData = null;
  const again = await eventually('it heals', async () => await finish(store, lock), HEALS_WITHIN_MS);
  expect(again).toBe('done');
  expect(await raw.get('booth:7:current')).toBe('1');
});

test('a step is one write of the client on the wire', async () => {
  const { proxy, store } = await behindProxy();
  proxy.resetCounters();
  const lock = lockOf(await store.begin(callRequest()));
  expect(proxy.counters).toMatchObject({ writes: 1, replies: expect.any(Number) });
  await finish(store, lock);
  expect(proxy.counters.writes).toBe(2);
});

test('a frozen server: unknown, then certain, and well again when it thaws', async () => {
  const { store, server } = await behindProxy();
  await server.freeze();
  expect((await failureOf(store.begin(callRequest()))).executed).toBe('unknown');
  await eventually('it is known to be down', async () => (await failureOf(store.begin(callRequest()))).executed === 'no');
  server.thaw();
  await eventually('it heals', async () => await store.readQueue(BOOTH, 1), HEALS_WITHIN_MS);
});

test('a killed server that comes back: healed within two seconds, changes are heard again', async () => {
  const server = await redis({ persistent: true });
  const { logger, events } = recordingLogger();
  const store = storeAt(server.url, { logger });
  const told = () => events.map(({ event }) => event);
  await verify(store);
  const lock = lockOf(await store.begin(joinRequest(41)));
  await server.kill();
  await eventually('it is down', () => told().at(-1) === 'queue-store-down');
  expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
  await server.start();
  expect(await eventually('it heals', async () => await finish(store, lock), HEALS_WITHIN_MS)).toBe('applied');
  const heard: number[] = [];
  store.onChange((boothId) => heard.push(boothId));
  await eventually('changes are heard', async () => {
    await store.refill([{ boothId: BOOTH, userId: 50, score: 5 }]);
    return heard.length > 0;
  }, HEALS_WITHIN_MS);
  // One line for each change, however often it was tried in between.
  expect(told()).toEqual(['queue-store-up', 'queue-store-down', 'queue-store-up']);
});

test('reconnect() tries now', async () => {
  const server = await redis();
  const store = storeAt(`redis://later:pw@127.0.0.1:${server.port}`);
  expect((await failureOf(store.readQueue(BOOTH, 1))).code).toBe('QUEUE_STORE_UNFIT');
  await server.raw.acl('SETUSER', 'later', 'on', '>pw', '~*', '&*', '+@all');
  // Between two attempts a read fails at once; after reconnect() it waits for the attempt that runs now.
  store.reconnect();
  expect((await store.readQueue(BOOTH, 1)).total).toBe(0);
});

test('reconnect() while an attempt is under way waits for that, and tries once more when it fails', async () => {
  const { proxy, store } = await behindProxy(PATIENT_MS);
  proxy.setMode('refuse');
  await eventually('it is down', async () => (await failureOf(store.readQueue(BOOTH, 1))).executed === 'no');
  proxy.setMode('hold');
  await eventually('both connections are being made', () => proxy.connections === 2);
  // What is under way is lost, and only then all is well.
  proxy.setMode('refuse');
  proxy.setMode('pass');
  store.reconnect();
  expect((await store.readQueue(BOOTH, 1)).total).toBe(2);
});

test('a wrong password, or none: unfit, in a sentence that does not contain it', async () => {
  const server = await redis({ args: ['--requirepass', 'right-one'] });
  const { logger, events } = recordingLogger();
  const wrong = await failureOf(storeAt(`redis://:s3cr%40t-word@127.0.0.1:${server.port}`, { logger }).begin(callRequest()));
  expect(wrong).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  expect(wrong.message).toContain('WRONGPASS');
  const none = await failureOf(storeAt(server.url).begin(callRequest()));
  expect(none).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  expect(none.message).toContain('NOAUTH');
  for (const told of [wrong.message, wrong.stack ?? '', JSON.stringify(wrong), JSON.stringify(events)]) expect(told).not.toMatch(/s3cr|right-one/);
  expect((await storeAt(`redis://:right-one@127.0.0.1:${server.port}`).readQueue(BOOTH, 1)).total).toBe(0);
});

test('an address of another form: unfit, without repeating it', async () => {
  for (const url of ['http://host:1', 'redis//x', 'mysql://root:pw@h/db', 'redis://:pw@host:1/notanumber', 'redis://:%E0%A4%A@host']) {
    const failure = await failureOf(storeAt(url).begin(callRequest()));
    expect(failure).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
    expect(failure.message).not.toContain('pw');
  }
});

test('what answers is not a Redis: unfit', async () => {
  for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'J\0\0\0\n8.0.36\0rubbish']) {
    const foreign = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(greeting);
    });
    const port = await new Promise<number>((resolve) => {
      foreign.listen(0, '127.0.0.1', () => {
        const address = foreign.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    closers.push(async () => void foreign.close());
    expect(await failureOf(storeAt(`redis://127.0.0.1:${port}`).begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  }
});

test('a permission that lacks is found on connecting, before any visitor is moved', async () => {
  const server = await redis();
  const unfitUsers: Record<string, string[]> = {
    nokeys: ['~queue:*', '~booth:*', '~temp:*', '~kiosk:*', '+@all'],
    nocommand: ['~*', '+@all', '-hincrby'],
    nosilence: ['~*', '+@all', '-zremrangebyscore'],
    nocache: ['~queue:*', '~booth:*:current', '~user:*', '~temp:*', '~kiosk:*', '+@all'],
    nolist: ['~queue:*', '~booth:*:current', '~booth:*:meta', '~user:*', '~temp:*', '~kiosk:*', '+@all'],
    nobackend: ['~queue:*', '~booth:*', '~user:*', '~temp:calling:0:probe', '~kiosk:*', '+@all'],
  };
  for (const [user, rules] of Object.entries(unfitUsers)) {
    await server.raw.acl('SETUSER', user, 'on', '>pw', '&*', ...rules);
    const failure = await failureOf(storeAt(`redis://${user}:pw@127.0.0.1:${server.port}`).begin(joinRequest(41)));
    expect(failure, user).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  }
  expect(await server.raw.keys('*')).toEqual([]);
  await server.raw.acl('SETUSER', 'modest', 'on', '>pw', '~queue:*', '~booth:*', '~user:*', '~temp:*', '~kiosk:*', '+@all', '-@dangerous', 'resetchannels');
  const modest = storeAt(`redis://modest:pw@127.0.0.1:${server.port}`);
  await verify(modest);
  expect(await finish(modest, lockOf(await modest.begin(joinRequest(41))))).toBe('applied');
  expect(await modest.describe()).toEqual({ server: 'Redis', warnings: ['settings-unreadable'] });
});

test('the account the documents give has every right, and knows the run', async () => {
  const server = await redis();
  const given = /ACL SETUSER kiosk on >secret (.*)/.exec(readFileSync('docs/settings.md', 'utf8'))?.[1] ?? '';
  await server.raw.acl('SETUSER', 'kiosk', 'on', '>secret', ...given.split(' '));
  const store = storeAt(`redis://kiosk:secret@127.0.0.1:${server.port}`);
  await verify(store);
  expect(await finish(store, lockOf(await store.begin(joinRequest(41))))).toBe('applied');
  expect((await store.readMark()).run).not.toBe('');
  expect((await store.describe()).warnings).not.toContain('settings-unreadable');
});

test('a list of booths that is there already is not touched by trying the rights to it', async () => {
  const server = await redis();
  await server.raw.sadd('booth:ids', '0', '7');
  await storeAt(server.url).readQueue(BOOTH, 1);
  expect((await server.raw.smembers('booth:ids')).toSorted()).toEqual(['0', '7']);
  await server.raw.srem('booth:ids', '0');
  await server.raw.acl('SETUSER', 'nolist', 'on', '>pw', '&*', '~queue:*', '~booth:*:*', '~user:*', '~temp:*', '~kiosk:*', '%R~booth:ids', '+@all');
  expect(await failureOf(storeAt(`redis://nolist:pw@127.0.0.1:${server.port}`).readQueue(BOOTH, 1))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
});

test('a server that comes back with its data: nobody is called from it before it was compared with the history on this run', async () => {
  const server = await redis({ persistent: true });
  const store = storeAt(server.url);
  await verify(store, 4);
  await store.refill([{ boothId: BOOTH, userId: 41, score: 5 }]);
  expect(await store.readMark()).toMatchObject({ epoch: 4, sameRun: true });
  await server.restart();
  // The very first step of a store that still connects knows the run, too.
  expect(await storeAt(server.url).begin(callRequest())).toEqual({ outcome: 'refused', code: 'QUEUE_UNVERIFIED' });
  await eventually('it heals', async () => await store.readQueue(BOOTH, 1), HEALS_WITHIN_MS);
  expect(await store.begin(callRequest())).toEqual({ outcome: 'refused', code: 'QUEUE_UNVERIFIED' });
  expect([await store.nextEpoch(0), await store.snapshotQueue(BOOTH, 4)]).toEqual([null, null]);
  expect(await store.readMark()).toMatchObject({ epoch: 4, sameRun: false });
  await verify(store, 4);
  expect(await store.begin(callRequest())).toMatchObject({ outcome: 'begun', lock: { userId: 41 } });
});

test('a server that was replaced while it was being verified is not marked: what was compared was the other’s queue', async () => {
  const server = await redis();
  const store = storeAt(server.url);
  const { run } = await store.readMark();
  await server.restart();
  await eventually('it heals', async () => await store.readQueue(BOOTH, 1), HEALS_WITHIN_MS);
  expect(await failureOf(store.setMark(3, run, await store.beginRefill('a')))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
  expect(await server.raw.hmget('kiosk:mirror', 'epoch', 'run')).toEqual([null, null]);
  await verify(store, 3);
  expect(await store.readMark()).toMatchObject({ epoch: 3, sameRun: true });
});

test('an account that may not know the run goes by the epoch alone, and vouches for no run', async () => {
  const server = await redis();
  await server.raw.acl('SETUSER', 'blind', 'on', '>pw', '~*', '&*', '+@all', '-info');
  const blind = storeAt(`redis://blind:pw@127.0.0.1:${server.port}`);
  const [seeing, other] = [storeAt(server.url), storeAt(server.url)];
  expect(await blind.readMark()).toMatchObject({ epoch: null, sameRun: true });
  expect(await blind.begin(callRequest())).toEqual({ outcome: 'refused', code: 'QUEUE_UNVERIFIED' });
  await verify(blind, 2);
  expect(await blind.begin(callRequest())).toEqual({ outcome: 'refused', code: 'QUEUE_EMPTY' });
  expect(await seeing.begin(callRequest())).toEqual({ outcome: 'refused', code: 'QUEUE_UNVERIFIED' });
  await verify(seeing, 2);
  await verify(blind, 5);
  expect(await other.begin(callRequest())).toEqual({ outcome: 'refused', code: 'QUEUE_EMPTY' });
  expect(await blind.nextEpoch(5)).toBe(6);
  expect(await other.readMark()).toMatchObject({ epoch: 6, sameRun: true });
});

test('out of memory: nothing begins and nothing is half done, but what is open can be ended', async () => {
  const server = await redis();
  const store = storeAt(server.url);
  await server.raw.zadd('queue:booth:7', 1, '11', 2, '12');
  await markVerified(server.raw);
  const lock = lockOf(await store.begin(callRequest()));
  await server.raw.config('SET', 'maxmemory', '1');
  await store.beat(lock.owner);
  expect(await store.noteAlerts(['locks-overdue'], lock.owner)).toEqual(['locks-overdue']);
  expect(await store.countAttempt(lock.operationId)).toBe(1);
  expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  expect(await store.readQueue(BOOTH, 5)).toMatchObject({ total: 1, openLocks: 1 });
  expect(await undo(storeAt(server.url), lock)).toBe('applied');
  expect(await server.raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11', '12']);
});

test('a replica and a cluster are unfit', async () => {
  const nobodyThere = await freePort();
  const replica = await redis({ args: ['--replicaof', '127.0.0.1', `${nobodyThere}`] });
  expect(await failureOf(storeAt(replica.url).begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  const cluster = await redis({ args: ['--cluster-enabled', 'yes'] });
  expect(await failureOf(storeAt(cluster.url).begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
});

test('a server that turns replica under way refuses as a whole', async () => {
  const server = await redis();
  const store = storeAt(server.url);
  await server.raw.zadd('queue:booth:7', 1, '11');
  await markVerified(server.raw);
  await store.readQueue(BOOTH, 1);
  await server.raw.config('SET', 'replica-serve-stale-data', 'yes');
  await server.raw.replicaof('127.0.0.1', '1');
  expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no' });
  await server.raw.replicaof('NO', 'ONE');
  await eventually('the kiosk has connected anew', () => store.readQueue(BOOTH, 1));
  expect(lockOf(await store.begin(callRequest())).userId).toBe(11);
});

test('close waits for no timeout, whatever is under way', async () => {
  const { store, server } = await behindProxy();
  const slow = storeAt(server.url, { commandTimeoutMs: 3 * PATIENT_MS });
  await slow.readQueue(BOOTH, 1);
  await server.freeze();
  const left = failureOf(slow.begin(callRequest()));
  const started = performance.now();
  await Promise.all([slow.close(), store.close(), storeAt(server.url).close()]);
  expect(performance.now() - started).toBeLessThan(PATIENT_MS);
  expect((await left).executed).toBe('unknown');
});
