/** Goal: soft locks of a backend under our prefix are noticed, however many keys there are, at the cost of one bounded command a look. */
import { beforeEach, expect, it } from 'vitest';
import { createForeignLockWatch } from '../../electron/stores/redis/foreign-locks.ts';
import { plainRedis, redisForFile } from '../support/redis-queue.ts';

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
