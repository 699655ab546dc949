/**
 * Goal: a store that goes away is a clear state of the screen, refusals come at once, nobody is lost, and all heals by itself.
 * Method: a running kiosk on real servers; the servers are killed and brought back; the stores are judged from outside.
 * How long it took is printed; the limits belong to the benchmark.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import type { Snapshot } from '../../shared/snapshot.ts';

let festival: RealFestival;
let kiosk: LiveKiosk;

beforeEach(async () => {
  festival = await startFestival({ visitors: 6 });
  kiosk = await startLiveKiosk({ KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_ID: 'booth-1' });
  await kiosk.until((snapshot) => snapshot.booth?.waitingTotal === 6, 'the queue of the other program');
});
afterEach(async () => {
  await kiosk.close();
  await festival.close();
});

const state = (role: 'queue' | 'ledger') => (snapshot: Snapshot) => snapshot.stores.find((store) => store.role === role)?.state;
const call = () => kiosk.handlers['booth:call-next']({ boothId: 1 });
const calledOne = async (): Promise<number> => {
  const answer = await call();
  if (!answer.ok || answer.value.waitingId === null) throw new Error('nobody was called');
  const { waitingId } = answer.value;
  await kiosk.until((snapshot) => snapshot.booth?.called.some((visit) => visit.waitingId === waitingId) === true, 'the called visitor');
  return waitingId;
};
const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const startedMs = performance.now();
  const result = await work();
  console.info(`${what}: ${Math.round(performance.now() - startedMs)} ms`);
  return result;
};

describe('the ledger dies between two taps', () => {
  it('says so, refuses without asking, loses nobody, heals by itself', async () => {
    const order = await festival.queue();
    await calledOne();
    await festival.mariadb.kill();
    const shown = await timed('ledger down shown after', () => kiosk.until((snapshot) => state('ledger')(snapshot) === 'down', 'ledger down'));
    expect(shown.booth?.waiting.map((entry) => entry.userId)).toEqual(order.slice(1));
    const refusal = await timed('refusal after', call);
    expect(refusal).toMatchObject({ ok: false, error: { code: 'LEDGER_UNREACHABLE' } });
    expect(await festival.queue()).toEqual(order.slice(1));
    expect(JSON.stringify([shown, refusal, kiosk.log])).not.toContain(new URL(festival.mysqlUrl).password);

    await festival.mariadb.restart();
    await timed('ledger up shown after', () => kiosk.until((snapshot) => state('ledger')(snapshot) === 'up', 'ledger up'));
    await calledOne();
    await kiosk.until((snapshot) => snapshot.locks.length === 0 && snapshot.pending.length === 0, 'nothing pending');
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  });
});

describe('the queue store dies between two taps', () => {
  it('lets entrance and completion go on, and has the count right after its return', async () => {
    const [first, second] = [await calledOne(), await calledOne()];
    await festival.redis.kill();
    await kiosk.until((snapshot) => state('queue')(snapshot) === 'down', 'queue store down');
    expect(await timed('refusal after', call)).toMatchObject({ ok: false, error: { code: 'QUEUE_STORE_UNREACHABLE' } });
    expect(await kiosk.handlers['visit:act']({ waitingId: first, kind: 'enter' })).toMatchObject({ ok: true, value: { state: 'catching-up' } });
    expect(await kiosk.handlers['visit:act']({ waitingId: second, kind: 'enter' })).toMatchObject({ ok: true });
    expect(await kiosk.handlers['visit:act']({ waitingId: first, kind: 'complete' })).toMatchObject({ ok: true });
    await kiosk.until((snapshot) => snapshot.booth?.inside === 1, 'one inside');

    // A Redis without persistence comes back empty: the festival's own programs fill it again.
    await festival.redis.start();
    await festival.plant(festival.userIds.slice(2));
    await timed('count right after', () => kiosk.until((snapshot) => snapshot.booth?.current === 1, 'the count'));
    expect(await festival.judge()).toMatchObject({ current: 1, inside: 1, locks: [] });
  });
});

describe('both are away at start', () => {
  it('is a state of the screen, and work begins when they appear', async () => {
    await kiosk.close();
    await Promise.all([festival.redis.kill(), festival.mariadb.kill()]);
    kiosk = await startLiveKiosk({ KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl });
    const shown = await kiosk.until((snapshot) => state('queue')(snapshot) === 'down' && state('ledger')(snapshot) === 'down', 'both down');
    expect(shown.booth).toBeNull();
    expect((await call()).ok).toBe(false);
    await Promise.all([festival.redis.start(), festival.mariadb.restart()]);
    await festival.plant(festival.userIds);
    await kiosk.until((snapshot) => snapshot.booth?.waitingTotal === 6, 'the queue');
    await calledOne();
  });
});
