/**
 * Goal: soft locks of a backend are noticed under our prefix, and found wherever they are, however many keys there are, by bounded
 * commands.
 */
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { createForeignLockWatch } from '../../electron/stores/redis/foreign-locks.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { plainRedis, recordingLogger, redisForFile } from '../support/redis-queue.ts';

const { server, raw } = await redisForFile();
beforeEach(() => raw.flushall());

const OURS = 'calling:1:0190a6e2-0000-7000-8000-000000000001';

it('a backend’s lock is one, ours and those under another prefix are not; what was seen stays true', async () => {
  await raw.mset({ [`temp:${OURS}`]: 'x', 'other:calling:1:7': 'x', 'temp:entrance:7': 'x', 'xtemp:calling:1:7': 'x' });
  const look = createForeignLockWatch('temp:');
  expect(await look(raw)).toBe(false);
  await raw.set('temp:calling:1:7', 'x');
  expect(await look(raw)).toBe(true);
  await raw.del('temp:calling:1:7');
  expect(await look(raw)).toBe(true);
});

it.each(['k*:', 'k[ab]:', 'k?:', 'k\\:', 'k^:'])('the prefix %j is meant as it is written', async (prefix) => {
  await raw.mset({ 'kiosk:calling:1:7': 'x', 'ka:calling:1:7': 'x', 'k:calling:1:7': 'x' });
  const look = createForeignLockWatch(prefix);
  expect(await look(raw)).toBe(false);
  await raw.set(`${prefix}calling:1:7`, 'x');
  expect(await look(raw)).toBe(true);
});

it('looks through a big store a part at a time, one command each, until it has seen all', async () => {
  const keys = 20_000;
  await raw.mset(Object.fromEntries(Array.from({ length: keys }, (_, index) => [`user:${index}:active_booths`, '1'])));
  // One that the first look does not come to.
  for (let user = 1; ; user++) {
    await raw.set(`temp:calling:1:${user}`, 'x');
    const [, first] = await raw.scan('0', 'COUNT', 5_000);
    if (!first.includes(`temp:calling:1:${user}`)) break;
    await raw.del(`temp:calling:1:${user}`);
  }
  await raw.config('RESETSTAT');
  const look = createForeignLockWatch('temp:');
  let looks = 1;
  while (!(await look(raw)) && looks < 100) looks += 1;
  expect(looks).toBeGreaterThan(1);
  expect(looks).toBeLessThanOrEqual(keys / 5_000 + 4);
  const scans = /cmdstat_scan:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1];
  expect(Number(scans)).toBe(looks);
});

it('a user who may not look is served all the same, and knows nothing', async () => {
  await raw.set('temp:calling:1:7', 'x');
  await raw.acl('SETUSER', 'blind', 'on', '>pw', '~*', '&*', '+@all', '-scan');
  const blind = plainRedis(server.url.replace('redis://', 'redis://blind:pw@'));
  expect(await createForeignLockWatch('temp:')(blind)).toBe(false);
  blind.disconnect();
});

function storeAt(url: string, lockPrefix: string): QueueStore {
  const store = createRedisQueueStore({ url, lockPrefix, logger: recordingLogger().logger });
  onTestFinished(() => store.close());
  return store;
}
const lockFields = (user: number) => ({ boothId: '1', userId: `${user}`, timestamp: '5' });
const scans = async (): Promise<number> => Number(/cmdstat_scan:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1] ?? 0);

it('the locks of a backend are found whatever the kiosks’ own prefix is, and each look by any kiosk counts', async () => {
  await raw.hset('temp:calling:1:7', lockFields(7));
  await raw.hset('kiosk-temp:calling:1:8', lockFields(8));
  const [one, two] = [storeAt(server.url, 'kiosk-temp:'), storeAt(server.url, 'other:')];
  expect(await one.findForeignLocks()).toMatchObject([{ key: 'temp:calling:1:7', ticket: { boothId: 1, userId: 7, score: 5 } }]);
  const [since = ''] = (await raw.hget('kiosk:foreign', 'temp:calling:1:7'))?.split(' ') ?? [];
  expect(await two.findForeignLocks()).toHaveLength(1);
  expect((await raw.hget('kiosk:foreign', 'temp:calling:1:7'))?.startsWith(`${since} `)).toBe(true);
});

it('a search is bounded, the next goes on where it ended, and what was found once is looked at each time', async () => {
  for (let batch = 0; batch < 12; batch += 1) await raw.mset(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`user:${batch}-${index}:active_booths`, '1'])));
  /** Whether the first search comes to it, and its user. */
  const planted = new Map<boolean, number>();
  for (let user = 1; planted.size < 2; user += 1) {
    await raw.hset(`temp:calling:1:${user}`, lockFields(user));
    let [cursor, found] = ['0', false];
    for (let look = 0; look < 20 && !found; look += 1) {
      const [next, keys] = await raw.scan(cursor, 'COUNT', 5_000);
      [cursor, found] = [next, keys.includes(`temp:calling:1:${user}`)];
    }
    if (planted.has(found)) await raw.del(`temp:calling:1:${user}`);
    else planted.set(found, user);
  }
  const store = storeAt(server.url, 'temp:');
  await store.readLocks(1);
  await raw.config('RESETSTAT');
  const users = async () => new Set((await store.findForeignLocks()).map(({ ticket }) => ticket.userId));
  expect(await users()).toEqual(new Set([planted.get(true)]));
  expect(await scans()).toBe(20);
  expect(await users()).toEqual(new Set(planted.values()));
  expect(await scans()).toBeLessThan(40);
  await raw.del(`temp:calling:1:${planted.get(true)}`);
  expect(await users()).toEqual(new Set([planted.get(false)]));
});

it('a user who may not look finds none, and still sees those found before', async () => {
  await raw.hset('temp:calling:1:7', lockFields(7));
  await raw.acl('SETUSER', 'blind', 'on', '>pw', '~*', '&*', '+@all', '-scan');
  const blind = storeAt(server.url.replace('redis://', 'redis://blind:pw@'), 'temp:');
  expect(await blind.findForeignLocks()).toEqual([]);
  expect(await storeAt(server.url, 'temp:').findForeignLocks()).toHaveLength(1);
  expect(await blind.findForeignLocks()).toHaveLength(1);
});
