/**
 * Goal: Redis loses its queue in the middle of service, and everything goes on: who was mirrored is back in order, nobody who was called
 * comes back, the screen says which window may be missing; and a kiosk that dies suddenly has its action ended by another within 15 s.
 * Method: kiosks at work on real servers (Redis and MariaDB); Redis is emptied, or restarted with an
 * older file; a kiosk process is killed by SIGKILL between its begin and its commit. Plain SQL and Redis commands judge.
 */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { createKioskProcess } from '../support/mixed/kiosk-process.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

/** The promise; what it took is printed. */
const SETTLED_WITHIN_MS = 15_000;

let festival: RealFestival;
let kiosks: LiveKiosk[] = [];

beforeEach(async () => {
  festival = await startFestival({ visitors: 12 });
  const servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl };
  kiosks = await Promise.all(['one', 'two'].map((id) => startLiveKiosk({ ...servers, KIOSK_ID: id })));
  await Promise.all(kiosks.map((kiosk) => kiosk.until(({ booth }) => booth?.waitingTotal === 12, 'the queue')));
});
afterEach(async () => {
  await Promise.all(kiosks.map((kiosk) => kiosk.close()));
  await festival.close();
});

const call = (kiosk: LiveKiosk) => kiosk.handlers['booth:call-next']({ boothId: 1 });
const calledIds = async (): Promise<number[]> => (await festival.visits()).map((visit) => Number(visit['user_id']));
const mirrored = async (): Promise<number> => Number((await festival.sql('SELECT COUNT(*) AS n FROM kiosk_queue WHERE gone_at IS NULL'))[0]?.['n']);
const mirror = async (): Promise<void> => {
  for (const kiosk of kiosks) expect(await kiosk.handlers['kiosk:reconcile'](null)).toMatchObject({ ok: true, value: { problem: null } });
  await eventually('every place is copied', async () => (await mirrored()) === 12);
};

async function serve(kiosk: LiveKiosk, count: number): Promise<void> {
  for (let each = 0; each < count; each++) expect(await call(kiosk)).toMatchObject({ ok: true });
  await eventually('nothing is open', async () => (await festival.judge()).locks.length === 0);
}

/** Whoever waited and was not called waits again, in the old order; whoever was called does not. */
async function allBack(order: readonly number[]): Promise<void> {
  await eventually('the queue is back', async () => {
    const called = new Set(await calledIds());
    return JSON.stringify(await festival.queue()) === JSON.stringify(order.filter((id) => !called.has(id)));
  });
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [] });
}

describe('Redis in the middle of service', () => {
  it('emptied: refilled by itself, calls go on in order, and the window that may be missing is on the screen', async () => {
    const order = await festival.queue();
    await mirror();
    await serve(kiosks[0] as LiveKiosk, 3);
    await festival.client.flushall();
    await call(kiosks[1] as LiveKiosk);
    await allBack(order);
    await serve(kiosks[0] as LiveKiosk, 2);
    expect((await calledIds()).length).toBeGreaterThanOrEqual(5);
    expect(await calledIds()).toEqual(order.slice(0, (await calledIds()).length));
    const shown = await kiosks[0]?.until(({ monitoring }) => monitoring.incidents.some(({ kind }) => kind === 'refill'), 'the incident');
    const incident = shown?.monitoring.incidents.find(({ kind }) => kind === 'refill');
    expect(incident?.to).toBeGreaterThanOrEqual(incident?.from ?? Infinity);
    expect(await festival.client.hget('booth:1:meta', 'name')).toBe('치킨 부스');
  });

  it('restarted with an older file: nobody who was called since comes back', async () => {
    const order = await festival.queue();
    await mirror();
    await festival.client.save();
    await serve(kiosks[0] as LiveKiosk, 4);
    for (const kiosk of kiosks) await kiosk.handlers['kiosk:reconcile'](null);
    await festival.redis.kill();
    await festival.redis.start();
    await kiosks[0]?.until(({ stores }) => stores.every(({ state }) => state === 'up'), 'both stores');
    await allBack(order);
    await serve(kiosks[1] as LiveKiosk, 2);
    expect(await calledIds()).toEqual(order.slice(0, 6));
  });

  it('killed and restarted with all its data: nothing is lost, and nobody waits for more than a pass', async () => {
    const order = await festival.queue();
    await mirror();
    await serve(kiosks[0] as LiveKiosk, 1);
    await festival.client.save();
    await festival.redis.kill();
    await festival.redis.start();
    await kiosks[0]?.until(({ stores }) => stores.every(({ state }) => state === 'up'), 'both stores');
    await eventually('a call goes through', async () => (await call(kiosks[0] as LiveKiosk)).ok);
    await allBack(order);
    expect(await calledIds()).toEqual(order.slice(0, 2));
  });
});

describe('killed between begin and commit, a visitor is back in place within 15 s, by another kiosk', () => {
  async function dieInTheMiddle(kill: () => void, toSql: FaultProxy, act: () => Promise<unknown>): Promise<void> {
    const order = await festival.queue();
    toSql.onClientData = (chunk) => {
      if (!chunk.toString('latin1').includes('INSERT INTO waiting')) return undefined;
      kill();
      return 'reset';
    };
    await act();
    const diedMs = performance.now();
    expect((await festival.judge()).locks).not.toEqual([]);
    expect(await festival.queue()).toEqual(order.slice(1));
    await eventually('the visitor is back', async () => (await festival.queue()).length === order.length, SETTLED_WITHIN_MS);
    console.info(`settled by another kiosk after ${Math.round(performance.now() - diedMs)} ms`);
    expect(await festival.queue()).toEqual(order);
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  }

  it('a kiosk, which is missed once it falls silent', async () => {
    const toSql = await startProxy(festival.mariadb.port);
    const third = createKioskProcess({ ...festival.environment({ mysqlUrl: festival.mysqlUrlAt(toSql.port) }), KIOSK_ID: 'three' });
    await third.start();
    await eventually('it has said that it lives', async () => (await festival.client.zrange('kiosk:alive', '0', '-1')).some((owner) => owner.startsWith('three/')), 20_000);
    await dieInTheMiddle(() => third.kill(), toSql, () => third.ask('booth:call-next', { boothId: 1 }));
    await Promise.all([third.close(), toSql.close()]);
  });

  it('a command, which nobody misses, once its lock is old', async () => {
    const toSql = await startProxy(festival.mariadb.port);
    const child = festival.spawnCli('call --booth 1', festival.environment({ mysqlUrl: festival.mysqlUrlAt(toSql.port) }));
    await dieInTheMiddle(() => child.kill('SIGKILL'), toSql, () => once(child, 'exit'));
    await toSql.close();
  });
});
