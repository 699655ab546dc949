/**
 * Goal: clocks that disagree are measured against both stores and told; the kiosk's own clock decides nothing.
 * Method: a kiosk at work on real servers while its wall clock is hours off, and jumps; a ledger whose server has another time.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClocks } from '../../electron/board/clocks.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import { type LiveSession, startLiveSession } from '../support/live-session.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const HOUR_MS = 3_600_000;
/** Of the whole test's real time. */
const TOLERANCE_MS = 60_000;

afterEach(() => void vi.useRealTimers());

describe('what is told', () => {
  it('begins above two seconds, beyond what a round trip leaves unsure, and ends with the store', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_790_000_000_000 });
    const clocks = createClocks();
    const read = (role: 'queue' | 'ledger', aheadMs: number, tookMs = 0) =>
      clocks.measure(role, async () => {
        vi.advanceTimersByTime(tookMs / 2);
        const nowMs = Date.now() + aheadMs;
        vi.advanceTimersByTime(tookMs / 2);
        return nowMs;
      }, (nowMs) => nowMs);
    await Promise.all([read('queue', 2_000), read('ledger', -2_000)]);
    expect([clocks.apart('queue'), clocks.apart('ledger')]).toEqual([[], [{ from: 'queue', seconds: 4 }]]);
    await read('queue', 2_001);
    expect(clocks.apart('queue')).toEqual([{ from: 'kiosk', seconds: 2 }]);
    // Two seconds on the way: half of them may have been the way there, or all.
    await read('queue', 3_000, 2_000);
    expect(clocks.apart('queue')).toEqual([]);
    await read('queue', 3_001, 2_000);
    expect(clocks.apart('queue')).toEqual([{ from: 'kiosk', seconds: 3 }]);
    clocks.forget('queue');
    expect([clocks.apart('queue'), clocks.apart('ledger')]).toEqual([[], []]);
    // A jump of this machine's clock shows without another reading.
    vi.setSystemTime(Date.now() - 60_000);
    expect(clocks.apart('ledger')).toEqual([{ from: 'kiosk', seconds: 58 }]);
  });
});

describe('on servers', () => {
  let festival: RealFestival;
  let session: LiveSession;
  beforeAll(async () => {
    festival = await startFestival({ visitors: 8 });
  });
  afterAll(() => festival.close());
  afterEach(async () => {
    await session.close();
    await festival.sql("SET GLOBAL init_connect = ''");
    await festival.reset();
  });
  const start = async (): Promise<LiveSession> => (session = await startLiveSession(festival.redis.url, festival.mysqlUrl, 8));

  it.each([['ahead', 5], ['behind', -7]])('a kiosk hours %s is told so, and does everything as if its clock were right', { timeout: 60_000 }, async (_way, hours) => {
    const realMs = Date.now();
    const order = await festival.queue();
    vi.useFakeTimers({ toFake: ['Date'], now: realMs + hours * HOUR_MS });
    await start();
    const off = expect.closeTo(Math.abs(hours) * 3_600, -2.1);
    await eventually('both stores are compared', () => session.view().stores.every((store) => store.clocksApart.length > 0));
    expect(session.view().stores).toMatchObject([{ clocksApart: [{ from: 'kiosk', seconds: off }] }, { clocksApart: [{ from: 'kiosk', seconds: off }] }]);
    const near = (timeMs: number | null | undefined): void => expect(Math.abs((timeMs ?? 0) - realMs)).toBeLessThan(TOLERANCE_MS);

    // A call, with its countdown by the ledger's time.
    const called = await session.taps.callNext(1);
    expect(called).toMatchObject({ ok: true, value: { person: { userId: order[0] } } });
    await session.atRest();
    await eventually('the called visitor', () => session.booth()?.called.length === 1);
    const calledAt = session.booth()?.called[0]?.calledAt ?? 0;
    near(calledAt);
    near(session.view().now);
    const leftMs = calledAt + NO_SHOW_MS - session.view().now;
    expect(leftMs).toBeGreaterThan(NO_SHOW_MS - TOLERANCE_MS);
    expect(leftMs).toBeLessThanOrEqual(NO_SHOW_MS + 100);

    // A join stands behind everybody, registered by the queue store's time.
    expect(await session.taps.addVisitor(1, 'Late')).toMatchObject({ ok: true, value: { position: 8, alreadyQueued: false } });
    await session.atRest();
    await eventually('the visitor added', () => session.booth()?.waiting.length === 8);
    near(session.booth()?.waiting.at(-1)?.registeredAt);

    // A young lock of another kiosk is young: its owner may live.
    const other = createRedisQueueStore({ url: festival.redis.url, lockPrefix: 'temp:', logger: { log: () => undefined } });
    await other.begin({ operationId: crypto.randomUUID(), kind: 'call', boothId: 1, owner: 'other/1', generation: 0, userId: null, leastEpoch: 0, note: UNSIGNED });
    await other.close();
    await eventually('the lock is shown', () => session.view().locks.length === 1);
    expect(session.view().locks).toMatchObject([{ mine: false, overdue: false }]);
    expect(session.view().locks[0]?.ageMs).toBeLessThan(TOLERANCE_MS);
    const passes = session.calls.queue.filter((name) => name === 'readCounts').length;
    session.reconciler.request('interval');
    await eventually('a pass', () => session.calls.queue.filter((name) => name === 'readCounts').length > passes && !session.reconciler.running());
    expect(session.reconciler.lastPass()).toMatchObject({ seen: 1, undone: 0, finished: 0 });

    // The clock jumps; entrance, recount and completion go on.
    vi.setSystemTime(realMs - hours * HOUR_MS);
    expect(await session.reconciler.byHand()).toMatchObject({ seen: 1, undone: 1, problem: null });
    const waitingId = called.ok ? (called.value.waitingId ?? 0) : 0;
    expect(await session.taps.onVisit({ waitingId: waitingId, kind: 'enter' })).toMatchObject({ ok: true });
    await session.atRest();
    await festival.client.set('booth:1:current', '9');
    expect(await session.reconciler.byHand()).toMatchObject({ recounted: 1 });
    expect(await session.taps.onVisit({ waitingId: waitingId, kind: 'complete' })).toMatchObject({ ok: true });
    await session.atRest();
    expect(await festival.judge()).toMatchObject({ current: 0, inside: 0, lost: [], twice: [], locks: [] });
    expect((await festival.queue()).slice(0, 7)).toEqual(order.slice(1));
    expect(session.store('queue')?.clocksApart).toMatchObject([{ from: 'kiosk' }]);
    await festival.redis.kill();
    await session.becomes('queue', 'down');
    const apart = session.store('queue')?.clocksApart;
    await festival.redis.start();
    await session.becomes('queue', 'up');
    expect(apart).toEqual([]);
  });

  it.each([['in the setting’s zone', '+09:00', false], ['in another', '+00:00', true]])('a backend that writes %s (%s): doubtful %s', async (_where, offset, doubtful) => {
    await start();
    // Only what came since it last looked is written just now.
    await eventually('the history was read', () => (session.booth()?.ledgerReadAt ?? null) !== null);
    // The comparison at the start fences what it finds called; a row with that says nothing of its writer.
    await eventually('the first pass is over', () => session.reconciler.lastPass() !== null && !session.reconciler.running());
    const insert = `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
      SELECT MIN(id), 1, 1, 'CALLED', NOW(6), NOW(6), 0, 0, NOW(6), NOW(6) FROM users`;
    await festival.sql(`SET time_zone = '${offset}'; ${insert}; SELECT 1`);
    await eventually('the backend’s call is shown', () => session.booth()?.called.length === 1);
    expect(session.store('ledger')?.warnings.includes('zone-doubtful')).toBe(doubtful);
    // The server that comes back may be another one: its rows are doubted anew.
    await festival.sql('DELETE FROM waiting');
    await festival.mariadb.kill();
    await session.becomes('ledger', 'down');
    await festival.mariadb.restart();
    await session.becomes('ledger', 'up');
    expect(session.store('ledger')?.warnings).not.toContain('zone-doubtful');
  });

  it('a ledger an hour ahead is told against the kiosk and against Redis; when all agree nothing is', async () => {
    await start();
    await eventually('both stores are read', () => session.booth()?.queueReadAt !== null && session.calls.queue.includes('readLocks'));
    expect(session.view().stores).toMatchObject([{ clocksApart: [] }, { clocksApart: [] }]);
    await session.close();
    await festival.sql("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + 3600'");
    await start();
    const anHour = expect.closeTo(3_600, -2.1);
    await eventually('told', () => session.store('ledger')?.clocksApart.length === 2);
    expect(session.view().stores).toMatchObject([{ clocksApart: [] }, { clocksApart: [{ from: 'kiosk', seconds: anHour }, { from: 'queue', seconds: anHour }] }]);
    // What a store that is away said long ago is no news.
    await festival.mariadb.kill();
    await session.becomes('ledger', 'down');
    const apart = session.store('ledger')?.clocksApart;
    await festival.mariadb.restart();
    expect(apart).toEqual([]);
  });
});
