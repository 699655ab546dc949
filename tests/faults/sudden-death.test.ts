/**
 * Goal: a kiosk process killed at any moment of an action leaves nothing that one pass elsewhere does not put right.
 * Method: every chunk the process sends to Redis or MariaDB is a moment: it dies by SIGKILL right before the chunk arrives,
 * or right after it was passed on. Each moment is died at in turn, until a run has fewer and lives; how many there are varies
 * with how messages are packed.
 */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

/** An action sends about a dozen messages; a run that never lives is a defect. */
const MOMENTS_LIMIT = 60;
let festival: RealFestival;
let proxies: readonly FaultProxy[];
let environment: NodeJS.ProcessEnv;
let cases = 0;

beforeAll(async () => {
  festival = await startFestival({ visitors: 6 });
  const toRedis = await startProxy(festival.redis.port);
  const toMariadb = await startProxy(festival.mariadb.port);
  proxies = [toRedis, toMariadb];
  environment = festival.environment({ redisUrl: `redis://127.0.0.1:${toRedis.port}`, mysqlUrl: festival.mysqlUrlAt(toMariadb.port) });
  // The schema is made once, so that every run below has the same moments.
  expect((await festival.cli('reconcile')).code).toBe(0);
});
afterAll(async () => {
  console.info(`sudden deaths: ${cases}`);
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await festival.close();
});

/** Runs a verb through the proxies; dies at moment `at` (from 1), or never. Answers how many moments there were. */
async function run(line: string, at: number, when: 'before' | 'after'): Promise<number> {
  let moments = 0;
  const child = festival.spawnCli(line, environment);
  for (const proxy of proxies) {
    proxy.onClientData = () => {
      if (++moments !== at) return undefined;
      child.kill('SIGKILL');
      return when === 'before' ? 'reset' : 'drop-replies';
    };
  }
  await once(child, 'exit');
  for (const proxy of proxies) proxy.onClientData = null;
  return moments;
}

/** Answers whether the dead process had left a lock behind. */
async function aftermath(what: string): Promise<boolean> {
  const pass = await festival.cli('reconcile');
  expect(pass, what).toMatchObject({ code: 0, json: { kept: 0, problem: null } });
  const { current, inside, ...people } = await festival.judge();
  expect(people, what).toEqual({ lost: [], twice: [], locks: [] });
  expect(current, what).toBe(inside);
  expect(await festival.cli('audit --booth 1'), what).toMatchObject({ code: 0, json: { ok: true } });
  return Number(pass.json['seen']) > 0;
}

/** Everybody back in the queue, nobody called. */
async function reset(): Promise<void> {
  await festival.sql('DELETE FROM waiting; SELECT 1');
  await festival.client.del('queue:booth:1', 'booth:1:current');
  await festival.plant(festival.userIds);
}

async function visitOf(status: string): Promise<number> {
  const visit = (await festival.visits()).find((row) => row['status'] === status);
  if (visit === undefined) throw new Error(`nobody is ${status}`);
  return Number(visit['id']);
}

const STAGES: Record<'call' | 'enter' | 'complete', () => Promise<string>> = {
  call: async () => 'call --booth 1',
  async enter() {
    expect((await festival.cli('call --booth 1')).code).toBe(0);
    return `enter --waiting ${await visitOf('CALLED')}`;
  },
  async complete() {
    expect((await festival.cli('call --booth 1')).code).toBe(0);
    expect((await festival.cli(`enter --waiting ${await visitOf('CALLED')}`)).code).toBe(0);
    return `complete --waiting ${await visitOf('ENTERED')}`;
  },
};

describe.each(['call', 'enter', 'complete'] as const)('killed during %s', (verb) => {
  it.each(['before', 'after'] as const)('%s each message it sends', { timeout: 180_000 }, async (when) => {
    let leftLocks = 0;
    for (let at = 1; ; at++) {
      expect(at).toBeLessThan(MOMENTS_LIMIT);
      await reset();
      const queueBefore = await festival.queue();
      const moments = await run(await STAGES[verb](), at, when);
      if (await aftermath(`${verb}, killed ${when} message ${at} of ${moments}`)) leftLocks++;
      // Whoever was not called stands where they stood.
      const visits = await festival.visits();
      expect(await festival.queue()).toEqual(queueBefore.slice(visits.length));
      if (moments < at) break;
      cases++;
    }
    // The deaths that matter were among them: between begin and finish.
    expect(leftLocks).toBeGreaterThan(0);
  });
});
