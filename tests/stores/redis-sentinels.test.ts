/**
 * Goal: the kiosk finds the primary by the sentinels' latest word, leaves one that is no longer it, writes to no other, and says which
 * sentinel is in the way.
 * Method: real Redis servers, and sentinels that say what each case needs. A real fail-over: tests/faults/fail-over.test.ts.
 */
import type { Redis } from 'ioredis';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { BOOTH, callRequest } from '../contracts/queue-store-fixture.ts';
import { eventually, freePort } from '../support/ports.ts';
import { LOCK_PREFIX, markVerified, plainRedis, recordingLogger } from '../support/redis-queue.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { type ScriptedSentinel, startScriptedSentinel } from '../support/scripted-sentinel.ts';

const NAME = 'festival-queue';
/** Asking the sentinels has its own second; the rest is a slow machine. */
const ONE_ATTEMPT_MS = 4_000;
const NEVER_MS = 60_000;

let a: { readonly server: RedisServer; readonly raw: Redis };
let b: typeof a;
let sentinels: readonly [ScriptedSentinel, ScriptedSentinel, ScriptedSentinel];

beforeEach(async () => {
  const one = async () => {
    const server = await startRedis();
    const raw = plainRedis(server.url);
    onTestFinished(async () => {
      raw.disconnect();
      await server.close();
    });
    await raw.zadd(`queue:booth:${BOOTH}`, 1, '11');
    await markVerified(raw);
    return { server, raw };
  };
  const sentinel = async () => {
    const started = await startScriptedSentinel();
    onTestFinished(() => started.close());
    return started;
  };
  [a, b] = await Promise.all([one(), one()]);
  sentinels = await Promise.all([sentinel(), sentinel(), sentinel()]);
  for (const each of sentinels) each.says(a.server.port, 0);
});

function openStore(timeouts = {}, urls = sentinels.map(({ url }) => url)): QueueStore {
  const store = createRedisQueueStore({ url: `redis://${NAME}`, sentinels: urls, lockPrefix: LOCK_PREFIX, logger: recordingLogger().logger, ...timeouts });
  onTestFinished(() => store.close());
  return store;
}
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then((value) => value, (error: unknown) => error);
const queueLength = ({ raw }: typeof a): Promise<number> => raw.zcard(`queue:booth:${BOOTH}`);
/** Whether a script of the kiosk runs there now: what it listens with and what it asks with are two connections, and move one after the other. */
const asks = async (store: QueueStore, { raw }: typeof a): Promise<boolean> => {
  await raw.config('RESETSTAT');
  await store.readLocks(1);
  return /cmdstat_(evalsha|eval|fcall)/.test(await raw.info('commandstats'));
};

describe('finding it', () => {
  test('the latest word counts, not the majority: who led the fail-over knows first', async () => {
    sentinels[2].says(b.server.port, 7);
    expect(await openStore().begin(callRequest())).toMatchObject({ outcome: 'begun' });
    expect([await queueLength(a), await queueLength(b)]).toEqual([1, 0]);
  });

  test('a sentinel that is silent costs a second, not the connection', async () => {
    sentinels[0].fallsSilent();
    const startedMs = performance.now();
    expect(await openStore().begin(callRequest())).toMatchObject({ outcome: 'begun' });
    expect(performance.now() - startedMs).toBeLessThan(ONE_ATTEMPT_MS);
  });

  test('what is wrong with each, when none tells', async () => {
    const nobody = await freePort();
    sentinels[0].says(null, 0);
    sentinels[1].fallsSilent();
    const urls = [sentinels[0].url, sentinels[1].url, `redis://watcher:geheim@127.0.0.1:${nobody}`];
    const startedMs = performance.now();
    const failure = await failureOf(openStore({}, urls).begin(callRequest()));
    expect(performance.now() - startedMs).toBeLessThan(ONE_ATTEMPT_MS);
    expect(failure).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
    const { message } = failure as Error;
    expect(message).toMatch(/^No sentinel tells where the queue store is\./);
    expect(message).toContain(`No primary named "${NAME}" is known to the sentinel at ${sentinels[0].place}.`);
    expect(message).toContain(`The sentinel at ${sentinels[1].place} cannot be reached: the connection attempt timed out`);
    expect(message).toContain(`The sentinel at 127.0.0.1:${nobody} cannot be reached: the connection was refused`);
    expect(message).not.toContain('geheim');
  });

  test('a server that is no sentinel, or wants another password, is for a person to mend', async () => {
    const locked = await startRedis({ args: ['--requirepass', 'right'] });
    onTestFinished(() => locked.close());
    const failure = await failureOf(openStore({}, [a.server.url, locked.url.replace('//', '//:geheim@')]).begin(callRequest()));
    expect(failure).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no', message: expect.stringContaining(`The sentinel at 127.0.0.1:${locked.port} refuses: WRONGPASS`) });
    expect(String(failure)).toContain(`The sentinel at 127.0.0.1:${a.server.port} refuses: ERR unknown command`);
  });

  test('a disagreement is told with the failure it may explain', async () => {
    const nobody = await freePort();
    sentinels[2].says(nobody, 7);
    const failure = await failureOf(openStore().begin(callRequest()));
    expect(failure).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no', message: expect.stringContaining(`The queue store at 127.0.0.1:${nobody} cannot be reached`) });
    expect(String(failure)).toContain(`The sentinels disagree: 127.0.0.1:${a.server.port} says ${sentinels[0].place}, ${sentinels[1].place}; 127.0.0.1:${nobody} says ${sentinels[2].place}.`);
  });
});

describe('leaving it', () => {
  test('a replica the sentinels still name is not served from; when they know better, work goes on', async () => {
    await a.raw.replicaof('127.0.0.1', b.server.port);
    const store = openStore();
    expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no', message: expect.stringContaining('is a read-only replica now; the sentinels are asked again') });
    for (const each of sentinels) each.says(b.server.port, 1);
    await eventually('the kiosk asks the new one', () => asks(store, b));
    expect(await store.begin(callRequest())).toMatchObject({ outcome: 'begun' });
  });

  test('one that turns replica under way refuses, certainly, and is left by both connections', async () => {
    const store = openStore();
    await store.readLocks(1);
    const heard: number[] = [];
    store.onChange((boothId) => heard.push(boothId));
    for (const each of sentinels) each.says(b.server.port, 1);
    await a.raw.config('SET', 'replica-serve-stale-data', 'yes');
    await a.raw.replicaof('127.0.0.1', '1');
    expect(await failureOf(store.begin(callRequest()))).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
    await eventually('the kiosk has moved', () => store.readLocks(1));
    expect(await store.begin(callRequest())).toMatchObject({ outcome: 'begun' });
    expect([await queueLength(a), await queueLength(b)]).toEqual([1, 0]);
    await eventually('changes are heard from the new one', async () => {
      await b.raw.publish('kiosk:changed', '77');
      return heard.includes(77);
    });
  });

  test('a switch announced while the primary is being looked for counts', async () => {
    // The silent one makes the look last a second.
    sentinels[2].fallsSilent();
    const store = openStore({ commandTimeoutMs: NEVER_MS });
    await eventually('two are listened to', () => sentinels[0].listeners() + sentinels[1].listeners() === 2);
    for (const each of sentinels.slice(0, 2)) {
      each.says(b.server.port, 1);
      each.announces(NAME, b.server.port);
    }
    await store.begin(callRequest());
    expect([await queueLength(a), await queueLength(b)]).toEqual([1, 0]);
  });

  test('one announced while nobody listened is asked for when listening begins again', async () => {
    const store = openStore({ commandTimeoutMs: NEVER_MS });
    await store.readLocks(1);
    await eventually('the kiosk listens to all', () => sentinels.every((each) => each.listeners() === 1));
    for (const each of sentinels) each.says(b.server.port, 1);
    for (const each of sentinels) each.hangsUp();
    await eventually('the new one is listened to', async () => Number((await b.raw.pubsub('NUMSUB', 'kiosk:changed'))[1]) === 1);
    await eventually('the kiosk asks the new one', () => asks(store, b));
    await store.begin(callRequest());
    expect([await queueLength(a), await queueLength(b)]).toEqual([1, 0]);
  });

  test('one that still takes writes is left as soon as a sentinel names another', async () => {
    // No command of the kiosk fails here: cut off from its sentinels alone, the old one serves as ever.
    const store = openStore({ commandTimeoutMs: NEVER_MS });
    await store.readLocks(1);
    await eventually('the kiosk listens to all', () => sentinels.every((each) => each.listeners() === 1));
    await eventually('the kiosk hears of changes', async () => Number((await a.raw.pubsub('NUMSUB', 'kiosk:changed'))[1]) === 1);
    for (const each of sentinels) each.says(b.server.port, 1);
    sentinels[1].announces('another-queue', b.server.port);
    sentinels[1].announces(NAME, b.server.port);
    await eventually('the new one is listened to', async () => Number((await b.raw.pubsub('NUMSUB', 'kiosk:changed'))[1]) === 1);
    await eventually('the kiosk asks the new one', () => asks(store, b));
    expect(await store.begin(callRequest())).toMatchObject({ outcome: 'begun' });
    expect([await queueLength(a), await queueLength(b)]).toEqual([1, 0]);
    expect(Number((await a.raw.pubsub('NUMSUB', 'kiosk:changed'))[1])).toBe(0);
  });

  test('the connection that hears of changes is called back, too, when it alone went astray', async () => {
    const store = openStore();
    await store.readLocks(1);
    await eventually('the kiosk listens', () => sentinels.every((each) => each.listeners() === 1));
    const hears = async ({ raw }: typeof a) => Number((await raw.pubsub('NUMSUB', 'kiosk:changed'))[1]) === 1;
    await eventually('it hears of changes', () => hears(a));
    for (const each of sentinels) each.says(b.server.port, 1);
    await a.raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually('it went astray', () => hears(b));
    for (const each of sentinels) each.says(a.server.port, 2);
    sentinels[0].announces(NAME, a.server.port);
    await eventually('it is back', () => hears(a));
  });

  test('the word of the others, later, breaks no connection to the right one', async () => {
    const store = openStore();
    await store.readLocks(1);
    await eventually('the kiosk listens', () => sentinels.every((each) => each.listeners() === 1));
    const connections = async () => /total_connections_received:(\d+)/.exec(await a.raw.info('stats'))?.[1];
    await eventually('the kiosk hears of changes', async () => Number((await a.raw.pubsub('NUMSUB', 'kiosk:changed'))[1]) === 1);
    const before = await connections();
    for (const each of sentinels) each.announces(NAME, a.server.port);
    sentinels[0].announces('another-queue', b.server.port);
    await Promise.all(Array.from({ length: 20 }, () => store.readLocks(1)));
    expect(await connections()).toBe(before);
  });
});

test('a store that is closed listens no more', async () => {
  const store = openStore();
  await eventually('the kiosk listens', () => sentinels.every((each) => each.listeners() === 1));
  await store.close();
  await eventually('nobody listens', () => sentinels.every((each) => each.listeners() === 0));
});
