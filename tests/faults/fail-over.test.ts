/**
 * Goal: when sentinels replace Redis' primary under load, kiosks lose nobody and call nobody twice, whatever the new primary never heard of.
 * Method: a primary, its replica and three sentinels as processes; kiosks that call, admit, complete and register all the while, beside a
 * program that registers visitors of its own. Once the primary is killed after its replica had stopped hearing from it, so that
 * acknowledged changes are lost for certain; once it is frozen, replaced, and wakes up believing it is still the primary. Afterwards one
 * pass and the documented repair; plain Redis and SQL judge.
 */
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { type SentinelWorld, startSentinels } from '../support/redis-sentinel.ts';
import type { RedisServer } from '../support/redis-server.ts';

const KIOSKS = 3;
const VISITORS = 60;
const QUEUE = 'queue:booth:1';
const PACE_MS = 300;
/** Taps that must succeed in each stage, so that it is a stage under load. */
const CALLS_PER_STAGE = 6;
const JOINS_LOST = 3;

let festival: RealFestival;
let world: SentinelWorld;
let kiosks: readonly LiveKiosk[];
let load: Load;

beforeEach(async () => {
  [festival, world] = await Promise.all([startFestival({ visitors: VISITORS, capacity: 5_000 }), startSentinels()]);
  const [first] = world.nodes;
  const entries = await festival.client.zrange(QUEUE, '0', '-1', 'WITHSCORES');
  for (let i = 0; i < entries.length; i += 2) await foreignJoin(world.client(first), Number(entries[i]), Number(entries[i + 1]));
  expect(await world.client(first).wait(1, 5_000)).toBe(1);
  kiosks = await Promise.all(
    Array.from({ length: KIOSKS }, (_, index) => startLiveKiosk({ ...world.environment, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_ID: `kiosk-${index}` })),
  );
  await Promise.all(kiosks.map((kiosk) => kiosk.until((snapshot) => snapshot.booth?.waitingTotal === VISITORS, 'the queue')));
  load = startLoad(kiosks);
});
afterEach(async () => {
  await load.stop();
  await Promise.all(kiosks.map((kiosk) => kiosk.close()));
  await Promise.all([festival.close(), world.close()]);
});

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** What another program does when a visitor registers. */
async function foreignJoin(redis: Redis, userId: number, score: number): Promise<void> {
  await redis.zadd(QUEUE, score, String(userId));
  await redis.sadd(`user:${userId}:active_booths`, '1');
}

interface Load {
  /** As the kiosks answered the person who tapped. */
  readonly called: { readonly userId: number; readonly waitingId: number }[];
  readonly joined: number[];
  stop(): Promise<void>;
}

/** Each kiosk calls, admits, completes and registers like a very busy booth. Refusals are taken as they come. */
function startLoad(on: readonly LiveKiosk[]): Load {
  const called: Load['called'] = [];
  const joined: number[] = [];
  let stopped = false;

  async function work({ handlers }: LiveKiosk): Promise<void> {
    for (let round = 0; !stopped; round++) {
      const call = await handlers['booth:call-next']({ boothId: 1 });
      if (call.ok && call.value.waitingId !== null && call.value.person !== null) {
        const { waitingId, person } = call.value;
        called.push({ userId: person.userId, waitingId });
        await handlers['visit:act']({ waitingId, kind: 'enter' });
        if (round % 4 !== 0) await handlers['visit:act']({ waitingId, kind: 'complete' });
      }
      // As many come as go, so that the queue never ends.
      const join = await handlers['booth:add-visitor']({ boothId: 1, name: `Walk-in ${round}` });
      if (join.ok && join.value.person !== null) joined.push(join.value.person.userId);
      // Staff do not tap without a pause; the machine has other tests to run.
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }

  const working = Promise.all(on.map(work));
  return {
    called,
    joined,
    async stop() {
      stopped = true;
      await working;
    },
  };
}

/** Resolves once this many more calls were answered with a visitor. */
async function underLoad(stage: string): Promise<void> {
  const before = load.called.length;
  await eventually(`calls ${stage}`, () => load.called.length >= before + CALLS_PER_STAGE, 60_000);
}

/** Where everybody is, by commands and statements that know nothing of kiosks. */
async function look(redis: Redis) {
  const visits = (await festival.sql('SELECT id, user_id, status FROM waiting')).map((row) => ({ waitingId: Number(row['id']), userId: Number(row['user_id']), status: String(row['status']) }));
  const queued = (await redis.zrange(QUEUE, '0', '-1')).map(Number);
  const places = (userId: number): number => queued.filter((id) => id === userId).length + visits.filter((visit) => visit.userId === userId).length;
  return {
    visits,
    queued,
    places,
    calledTwice: visits.map(({ userId }) => userId).filter((userId, index, all) => all.indexOf(userId) !== index),
    locks: [...(await redis.keys('temp:*')), ...(await redis.zrange('kiosk:locks', '0', '-1')), ...(await redis.hkeys('kiosk:lock-of'))],
    current: Number((await redis.get('booth:1:current')) ?? 0),
    inside: visits.filter(({ status }) => status === 'ENTERED').length,
  };
}

/** One pass by hand and the documented repair, then the verdict on everybody who was waiting or registered at a kiosk. */
async function judge(now: RedisServer): Promise<void> {
  await load.stop();
  const environment = { ...festival.environment({ redisUrl: world.redisUrl }), KIOSK_REDIS_SENTINELS: world.sentinelUrls.join(',') };
  const pass = await festival.cli('reconcile', environment);
  expect(pass, JSON.stringify(pass)).toMatchObject({ code: 0 });
  const between = await look(world.client(now));
  const repair = await festival.cli('audit --booth 1 --repair', environment);
  expect(repair, JSON.stringify(repair)).toMatchObject({ code: 0, json: { ok: true } });
  const after = await look(world.client(now));
  const stale = between.queued.filter((userId) => between.visits.some((visit) => visit.userId === userId)).length;
  const missing = load.joined.filter((userId) => between.places(userId) === 0).length;
  console.info(`${load.called.length} calls and ${load.joined.length} joins answered; before the repair ${stale} queue entries of visitors called before, ${missing} joins missing`);

  expect(after.calledTwice).toEqual([]);
  const everybody = [...festival.userIds, ...load.joined];
  expect(everybody.filter((userId) => after.places(userId) !== 1)).toEqual([]);
  expect(load.called.filter(({ userId, waitingId }) => !after.visits.some((visit) => visit.userId === userId && visit.waitingId === waitingId))).toEqual([]);
  expect(after.locks).toEqual([]);
  expect(after.current).toBe(after.inside);
  expect(after.inside).toBeGreaterThan(0);
}

/** Visitors of another program, with their rows in the history, who wait in no queue yet. */
async function strangers(): Promise<readonly number[]> {
  const ids = Array.from({ length: JOINS_LOST }, (_, index) => 500_000 + index);
  await festival.plant(ids);
  return ids;
}

describe('a fail-over under load', () => {
  it('the primary is killed with changes its replica never heard of, and comes back as a replica', { timeout: 240_000 }, async () => {
    const [old, next] = world.nodes;
    const unlucky = await strangers();
    await underLoad('before');

    // The replica is cut off: what is acknowledged from here on dies with the primary.
    await world.client(next).config('SET', 'masterauth', 'cut off');
    await world.client(old).call('CLIENT', 'KILL', 'TYPE', 'replica');
    const before = load.joined.length;
    await underLoad('nobody replicates');
    await eventually('a join nobody replicates', () => load.joined.length > before, 30_000);
    for (const userId of unlucky) await foreignJoin(world.client(old), userId, nowSeconds());
    await old.kill();
    await world.untilPrimary(next);
    await world.client(next).config('SET', 'masterauth', await masterPassword(next));
    await underLoad('after');
    await old.start();
    await world.untilReplica(old);
    await underLoad('with the old one following');
    await judge(next);

    // What no kiosk can know of: joins of another program the old primary took and told nobody of.
    const { places } = await look(world.client(next));
    expect(unlucky.map(places)).toEqual(unlucky.map(() => 0));
  });

  it('the primary is frozen, replaced, and wakes up believing it is the primary', { timeout: 240_000 }, async () => {
    const [old, next] = world.nodes;
    const [unlucky = 0] = await strangers();
    await underLoad('before');
    await old.freeze();
    await world.untilPrimary(next);
    await underLoad('while it is frozen');
    old.thaw();
    expect((await world.client(old).role())[0]).toBe('master');
    await foreignJoin(world.client(old), unlucky, nowSeconds());
    await underLoad('with two that think they are the primary');
    await world.untilReplica(old);
    await underLoad('with the old one following');
    await judge(next);
    expect((await look(world.client(next))).places(unlucky)).toBe(0);
  });
});

async function masterPassword(node: RedisServer): Promise<string> {
  const [, password] = (await world.client(node).config('GET', 'requirepass')) as string[];
  return password ?? '';
}
