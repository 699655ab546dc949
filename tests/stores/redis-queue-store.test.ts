/** The contract on a real Redis, and what other programs find there. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { BOOTH, callRequest, finish, joinRequest, lockOf, undo, visitRequest, type OpenedQueueStore } from '../contracts/queue-store-fixture.ts';
import { queueStoreContract } from '../contracts/queue-store.ts';
import { eventually } from '../support/ports.ts';
import { LOCK_PREFIX, openRedisQueue, recordingLogger, redisForFile } from '../support/redis-queue.ts';

const { server, raw } = await redisForFile();

queueStoreContract('redis', () => openRedisQueue(server.url, raw));

describe('on the wire', () => {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(async () => {
    opened = await openRedisQueue(server.url, raw);
    store = opened.store;
  });
  afterEach(async () => {
    await opened.cleanup();
  });

  test('a call\'s lock has the contract\'s name and fields, and the score as it was written', async () => {
    await raw.zadd('queue:booth:7', '1763800000.1234567', '11');
    const lock = lockOf(await store.begin(callRequest()));
    const fields = await raw.hgetall(`temp:calling:7:${lock.operationId}`);
    expect(fields).toMatchObject({
      userId: '11', boothId: '7', waitingId: '', operationId: lock.operationId, kind: 'call', owner: lock.owner, generation: '3', createdAt: `${lock.createdAtMs}`,
    });
    expect(Number(fields['timestamp'])).toBe(1_763_800_000.1234567);
    expect(fields['score']).toBe(fields['timestamp']);
    await undo(store, lock);
    expect(Number(await raw.zscore('queue:booth:7', '11'))).toBe(1_763_800_000.1234567);
    expect(await raw.exists(`temp:calling:7:${lock.operationId}`)).toBe(0);
  });

  test('locks of the other kinds have their names; visits carry seconds as timestamp', async () => {
    const join = lockOf(await store.begin(joinRequest(41)));
    const enter = lockOf(await store.begin(visitRequest('enter', 900, 42, 5)));
    lockOf(await store.begin(visitRequest('complete', 901, 43)));
    lockOf(await store.begin(visitRequest('no-show', 902, 44)));
    expect(await raw.hgetall(`temp:joining:7:${join.operationId}`)).toMatchObject({ userId: '41', waitingId: '', timestamp: (join.createdAtMs / 1000).toFixed(3) });
    expect(await raw.hgetall('temp:entrance:900')).toMatchObject({ waitingId: '900', score: '5', timestamp: `${Math.floor(enter.createdAtMs / 1000)}` });
    expect(await raw.hgetall('temp:complete:901')).toMatchObject({ waitingId: '901', score: '' });
    expect(await raw.hgetall('temp:no-show:902')).toMatchObject({ waitingId: '902', kind: 'no-show' });
  });

  test('a join is scored by the server\'s clock, in seconds with milliseconds', async () => {
    const before = await raw.time();
    const lock = lockOf(await store.begin(joinRequest(41)));
    const after = await raw.time();
    const seconds = ([whole, micros]: (string | number)[]) => Number(whole) + Math.floor(Number(micros) / 1000) / 1000;
    expect(lock.score).toBeGreaterThanOrEqual(seconds(before));
    expect(lock.score).toBeLessThanOrEqual(seconds(after));
  });

  test('no key of a lock, its index, queue or count ever expires; done ids do, in 24 hours', async () => {
    await raw.zadd('queue:booth:7', 1, '11', 2, '12');
    await store.begin(callRequest());
    await store.begin(joinRequest(41));
    await store.begin(visitRequest('enter', 900, 42, 5));
    const done = lockOf(await store.begin(visitRequest('complete', 901, 43)));
    await finish(store, done);
    const keys = await raw.keys('*');
    expect(keys.filter((key) => key.startsWith('temp:'))).toHaveLength(3);
    for (const key of keys) {
      const ttl = await raw.ttl(key);
      if (key.startsWith('kiosk:done:')) expect(ttl).toBeGreaterThan(86_390);
      else expect(ttl, key).toBe(-1);
    }
    expect(await raw.get(`kiosk:done:${done.operationId}`)).toBe('finished complete 7 43 901');
  });

  test('nothing of a closed lock is left in the index', async () => {
    await raw.zadd('queue:booth:7', 0.1 + 0.2, '11', '-0', '12');
    for (const request of [callRequest(), callRequest(), joinRequest(41), visitRequest('enter', 900, 42, 1e-7), visitRequest('complete', 901, 43)]) {
      await finish(store, lockOf(await store.begin(request)));
    }
    expect(await raw.exists('kiosk:lock-of', 'kiosk:locks', 'kiosk:open:7')).toBe(0);
    expect(await raw.keys('temp:*')).toEqual([]);
  });

  test('a ticket is the same ticket, however its score was printed', async () => {
    // The compact encoding of a small set would lose the sign of zero.
    await raw.config('SET', 'zset-max-listpack-entries', '0');
    for (const [text, number] of [['-0', 0], ['1.5e0', 1.5], ['0.30000000000000004', 0.1 + 0.2], ['17638e5', 1_763_800_000]] as const) {
      await raw.zadd('queue:booth:7', text, '11');
      const call = lockOf(await store.begin(callRequest()));
      expect(await store.begin(visitRequest('enter', 900, 11, number)), text).toMatchObject({ code: 'VISIT_BUSY' });
      await finish(store, call);
    }
    await raw.config('SET', 'zset-max-listpack-entries', '128');
  });

  test('each step is one EVALSHA, and nothing else is sent', async () => {
    await raw.zadd('queue:booth:7', 1, '11', 2, '12');
    const monitor = await raw.monitor();
    const sent: string[] = [];
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua') sent.push(args[0]?.toLowerCase() ?? '');
    });
    const lock = lockOf(await store.begin(callRequest()));
    await finish(store, lock);
    await finish(store, lockOf(await store.begin(joinRequest(41))));
    await finish(store, lockOf(await store.begin(visitRequest('enter', 900, 41))));
    await store.readQueue(BOOTH, 50);
    await store.readLocks(10);
    await raw.echo('end');
    await eventually('the monitor has seen all', () => sent.includes('echo'));
    monitor.disconnect();
    expect(sent).toEqual([...Array.from({ length: 8 }, () => 'evalsha'), 'echo']);
  });

  test('a server that forgot its scripts gets them again, and the step runs once', async () => {
    await raw.zadd('queue:booth:7', 1, '11', 2, '12');
    await raw.script('FLUSH');
    const lock = lockOf(await store.begin(callRequest()));
    await raw.script('FLUSH');
    await undo(store, lock);
    expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11', '12']);
  });

  test('lock hashes that make no sense stay, are logged, and hide no others', async () => {
    const { logger, events } = recordingLogger();
    const watching = createRedisQueueStore({ url: server.url, lockPrefix: LOCK_PREFIX, logger });
    const good = lockOf(await store.begin(joinRequest(41)));
    const bad = lockOf(await store.begin(joinRequest(42)));
    const gone = lockOf(await store.begin(joinRequest(43)));
    await raw.hset(`temp:joining:7:${bad.operationId}`, 'userId', 'nobody');
    await raw.del(`temp:joining:7:${gone.operationId}`);
    expect(await watching.readLocks(10)).toMatchObject({ locks: [good] });
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['soft-lock-malformed', 'soft-lock-vanished']));
    expect(await raw.zcard('kiosk:locks')).toBe(2);
    // Read every second until somebody mends it, told once; anew when it was well in between.
    const told = () => events.filter(({ event }) => event === 'soft-lock-malformed').length;
    for (let look = 0; look < 5; look += 1) await watching.readLocks(10);
    expect(told()).toBe(1);
    await raw.hset(`temp:joining:7:${bad.operationId}`, 'userId', '42');
    expect((await watching.readLocks(10)).locks).toHaveLength(2);
    await raw.hset(`temp:joining:7:${bad.operationId}`, 'userId', 'nobody');
    await watching.readLocks(10);
    expect(told()).toBe(2);
    expect((await watching.readQueue(7, 0)).openLocks).toBe(2);
    expect(await store.begin(joinRequest(43))).toMatchObject({ outcome: 'begun' });
    await watching.close();
  });

  test('a lock under another prefix is found, excludes and is resolved all the same', async () => {
    const other = createRedisQueueStore({ url: server.url, lockPrefix: 'soft:', logger: recordingLogger().logger });
    const lock = lockOf(await other.begin(visitRequest('enter', 900, 41)));
    expect(await raw.exists('soft:entrance:900')).toBe(1);
    expect(await store.begin(visitRequest('complete', 900, 41))).toMatchObject({ code: 'VISIT_BUSY' });
    expect((await store.readLocks(5)).locks).toEqual([lock]);
    expect(await finish(store, lock)).toBe('applied');
    expect(await raw.exists('soft:entrance:900')).toBe(0);
    await other.close();
  });

  test('a soft lock another program wrote under the same name is not overwritten', async () => {
    await raw.hset('temp:entrance:900', { userId: '41', boothId: '7', waitingId: '900', timestamp: '1763800000' });
    expect(await store.begin(visitRequest('enter', 900, 41))).toMatchObject({ outcome: 'refused', code: 'VISIT_BUSY' });
    expect(await raw.hlen('temp:entrance:900')).toBe(4);
  });

  test('a key of a foreign type is found before anything is written', async () => {
    const unfit = { name: 'StoreFailure', code: 'QUEUE_STORE_UNFIT', executed: 'no' };
    await raw.zadd('queue:booth:7', 1, '11');
    const lock = lockOf(await store.begin(callRequest()));
    await raw.set('kiosk:quarantine:7', 'text');
    await expect(finish(store, lock)).rejects.toMatchObject(unfit);
    expect(await store.readLock(lock.operationId)).toEqual(lock);
    await raw.del('kiosk:quarantine:7');
    await raw.set('user:41:active_booths', 'text');
    await expect(store.begin(joinRequest(41))).rejects.toMatchObject(unfit);
    await raw.set('queue:booth:7', 'text');
    await expect(undo(store, lock)).rejects.toMatchObject(unfit);
    await expect(store.begin(callRequest())).rejects.toMatchObject(unfit);
    await raw.del('queue:booth:7');
    await raw.hset('booth:7:current', 'a', 'b');
    expect(await undo(store, lock)).toBe('applied');
    expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11']);
    const [seen] = await store.readCounts([BOOTH]);
    expect(seen?.current).toBeNull();
    expect(seen && (await store.correctCount(seen, 1))).toBe(false);
    expect(await raw.hgetall('booth:7:current')).toEqual({ a: 'b' });
  });

  test('it tells weak settings', async () => {
    expect(await store.describe()).toEqual({ server: expect.stringMatching(/^(Redis|Valkey) \d+\.\d+/), warnings: ['no-aof'] });
    await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect((await store.describe()).warnings).toEqual(['maxmemory-policy', 'no-aof']);
    await raw.config('SET', 'maxmemory-policy', 'noeviction');
  });
});
