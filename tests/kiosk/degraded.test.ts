/**
 * Goal: with Redis away, entrance, completion and no-show go on and the count is true after its return; with MySQL away nothing
 * begins and the queue keeps its order. Refusals come from known state, without asking any store.
 * Method: a kiosk at work on real servers behind proxies; the servers are killed, frozen or cut off; the stores are judged by plain
 * SQL and Redis commands, Redis byte for byte.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { freeze, thaw } from '../support/freeze.ts';
import { type LiveSession, startLiveSession } from '../support/live-session.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const VISITORS = 6;
let festival: RealFestival;
let toRedis: FaultProxy;
let toMariadb: FaultProxy;
let session: LiveSession;

beforeEach(async () => {
  festival = await startFestival({ visitors: VISITORS });
  [toRedis, toMariadb] = await Promise.all([startProxy(festival.redis.port), startProxy(festival.mariadb.port)]);
  session = await startLiveSession(`redis://127.0.0.1:${toRedis.port}`, festival.mysqlUrlAt(toMariadb.port), VISITORS);
});
afterEach(async () => {
  festival.redis.thaw();
  thaw(festival.mariadb.pid());
  await session.close();
  await Promise.all([toRedis.close(), toMariadb.close()]);
  await festival.close();
});

const booth = () => session.booth();

async function called(): Promise<number> {
  const answer = await session.taps.callNext(1);
  if (!answer.ok || answer.value.waitingId === null) throw new Error(JSON.stringify(answer));
  await session.atRest();
  return answer.value.waitingId;
}

/** What kiosks say of themselves there: who lives, who leads, which pass it was, what was told. No visitor is in it. */
const OF_THEMSELVES = ['kiosk:alive', 'kiosk:leader', 'kiosk:mirror', 'kiosk:alerts'];

/** All else of Redis, byte for byte. */
async function wholeQueueStore(): Promise<readonly string[]> {
  const keys = (await festival.client.keys('*')).filter((key) => !OF_THEMSELVES.includes(key)).toSorted();
  return Promise.all(keys.map(async (key) => `${key} ${(await festival.client.dumpBuffer(key))?.toString('hex')}`));
}
const history = async (): Promise<string> => JSON.stringify(await festival.sql('SELECT * FROM waiting ORDER BY id'));
const users = async (): Promise<number> => Number((await festival.sql('SELECT COUNT(*) AS n FROM users'))[0]?.['n']);

/** Runs a tap that must be answered within the very turn of the event loop: no timer, no socket, no store. */
async function answeredAtOnce<T>(tap: () => Promise<T>): Promise<T | 'asked somebody'> {
  const before = [session.calls.queue.length, session.calls.ledger.length];
  const answer = await Promise.race([tap(), new Promise<'asked somebody'>((resolve) => setImmediate(() => resolve('asked somebody')))]);
  expect([session.calls.queue.length, session.calls.ledger.length]).toEqual(before);
  return answer;
}

type Outage = 'killed' | 'frozen' | 'cut off';
const OUTAGES: readonly Outage[] = ['killed', 'frozen', 'cut off'];
const redisAway: Record<Outage, { begin(): unknown; end(): unknown }> = {
  killed: {
    // What it holds is on disk, as on a festival's server.
    begin: async () => (await festival.client.save(), await festival.redis.kill()),
    end: () => festival.redis.start(),
  },
  frozen: { begin: () => festival.redis.freeze(), end: () => festival.redis.thaw() },
  'cut off': { begin: () => toRedis.setMode('refuse'), end: () => toRedis.setMode('pass') },
};
const mariadbAway: Record<Outage, { begin(): unknown; end(): unknown }> = {
  killed: { begin: () => festival.mariadb.kill(), end: () => festival.mariadb.restart() },
  frozen: { begin: () => freeze(festival.mariadb.pid()), end: () => thaw(festival.mariadb.pid()) },
  'cut off': { begin: () => toMariadb.setMode('refuse'), end: () => toMariadb.setMode('pass') },
};

/** All that takes a visitor into or out of the queue. */
const queueTaps = (waitingId: number): readonly (() => Promise<unknown>)[] => [
  () => session.taps.callNext(1),
  () => session.taps.callChosen(1, 7, { reason: 'x' }),
  () => session.taps.callSeveral(1, 2),
  () => session.taps.leave(1, 7),
  () => session.taps.onVisit({ waitingId, kind: 'put-back' }),
  () => session.taps.onVisit({ waitingId, kind: 'undo-call' }),
  () => session.taps.onVisit({ waitingId, kind: 'requeue', reason: 'x' }),
];

describe.each(OUTAGES)('Redis is %s', (outage) => {
  it('entrance, completion and no-show go on, nobody is called or added, and the count is right after its return', { timeout: 60_000 }, async () => {
    const [entering, absent, leaving] = [await called(), await called(), await called()];
    expect(await session.taps.onVisit({ waitingId: leaving, kind: 'enter' })).toMatchObject({ ok: true });
    await session.atRest();
    await eventually('the lists', () => booth()?.called.length === 2 && booth()?.insideList.length === 1);
    const [queueBefore, usersBefore] = [await festival.queue(), await users()];
    const startedMs = performance.now();
    await redisAway[outage].begin();
    await session.becomes('queue', 'down');
    console.info(`Redis ${outage}: known after ${Math.round(performance.now() - startedMs)} ms`);

    for (const tap of [() => session.taps.addVisitor(1, 'Somebody'), ...queueTaps(entering)]) {
      expect(await answeredAtOnce<unknown>(tap), String(tap)).toMatchObject({ ok: false, error: { code: 'QUEUE_STORE_UNREACHABLE' } });
    }
    // They leave the queue alone, and give and take back time or a state.
    for (const kind of ['recall', 'hold', 'no-show', 'undo-no-show', 'cancel', 'undo-cancel'] as const) {
      expect(await session.taps.onVisit({ waitingId: absent, kind }), kind).toMatchObject({ ok: true, value: { waitingId: absent } });
    }
    for (const [kind, waitingId] of [['enter', entering], ['complete', leaving], ['no-show', absent]] as const) {
      const tappedMs = performance.now();
      expect(await session.taps.onVisit({ waitingId, kind }), kind).toMatchObject({ ok: true, value: { state: 'catching-up', waitingId } });
      console.info(`Redis ${outage}: ${kind} answered after ${Math.round(performance.now() - tappedMs)} ms`);
    }
    expect(await festival.sql('SELECT id, status, completion_type AS ended FROM waiting ORDER BY id')).toMatchObject([
      { id: entering, status: 'ENTERED', ended: null }, { id: absent, status: 'COMPLETED', ended: 'NO_SHOW' }, { id: leaving, status: 'COMPLETED', ended: 'ENTERED' },
    ]);
    expect(await users()).toBe(usersBefore);

    await redisAway[outage].end();
    await eventually('the count', () => session.store('queue')?.state === 'up' && booth()?.current === 1 && booth()?.inside === 1, 20_000);
    await session.atRest();
    expect(await festival.queue()).toEqual(queueBefore);
    expect(await festival.judge()).toMatchObject({ current: 1, inside: 1, lost: [], twice: [], locks: [] });
  });
});

describe.each(OUTAGES)('MySQL is %s', (outage) => {
  it('nothing begins: every tap is refused at once, Redis stays as it is to the byte, and the first is called after its return', { timeout: 60_000 }, async () => {
    const [waitingForEntrance, inside] = [await called(), await called()];
    expect(await session.taps.onVisit({ waitingId: inside, kind: 'enter' })).toMatchObject({ ok: true });
    await session.atRest();
    await eventually('the lists', () => booth()?.called.length === 1 && booth()?.insideList.length === 1);
    const [queueBefore, historyBefore, usersBefore] = [await wholeQueueStore(), await history(), await users()];
    const order = await festival.queue();
    const startedMs = performance.now();
    await mariadbAway[outage].begin();
    await session.becomes('ledger', 'down');
    console.info(`MySQL ${outage}: known after ${Math.round(performance.now() - startedMs)} ms`);

    const taps = {
      ...Object.fromEntries(queueTaps(waitingForEntrance).map((tap) => [String(tap), tap])),
      ...Object.fromEntries((['recall', 'hold', 'cancel', 'undo-cancel', 'undo-complete'] as const).map((kind) => [kind, () => session.taps.onVisit({ waitingId: waitingForEntrance, kind })])),
      queue: () => session.lists.queue(1),
      departures: () => session.lists.departures(1),
      join: () => session.taps.addVisitor(1, 'Somebody'),
      enter: () => session.taps.onVisit({ waitingId: waitingForEntrance, kind: 'enter' }),
      complete: () => session.taps.onVisit({ waitingId: inside, kind: 'complete' }),
      'no-show': () => session.taps.onVisit({ waitingId: waitingForEntrance, kind: 'no-show' }),
    };
    for (const [kind, tap] of Object.entries(taps)) {
      expect(await answeredAtOnce<unknown>(tap), kind).toMatchObject({ ok: false, error: { code: 'LEDGER_UNREACHABLE' } });
    }
    expect(await wholeQueueStore()).toEqual(queueBefore);

    await mariadbAway[outage].end();
    await session.becomes('ledger', 'up');
    expect(await wholeQueueStore()).toEqual(queueBefore);
    expect([await history(), await users()]).toEqual([historyBefore, usersBefore]);
    expect(await session.taps.callNext(1)).toMatchObject({ ok: true, value: { person: { userId: order[0] } } });
    await session.atRest();
    expect(await festival.queue()).toEqual(order.slice(1));
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  });
});

describe('a store that has just frozen', () => {
  it.each(['queue', 'ledger'] as const)('the %s is slow before it is down, and taps are refused from then on; it is up again with its answer', { timeout: 60_000 }, async (role) => {
    const proxy = role === 'queue' ? toRedis : toMariadb;
    const [first] = await festival.queue();
    // A pass has requests of its own, whose timeout would tell sooner that the store is away.
    await session.reconciler.stop();
    const startedMs = performance.now();
    proxy.setMode('hold');
    await session.becomes(role, 'slow');
    console.info(`${role} held: known as slow after ${Math.round(performance.now() - startedMs)} ms`);
    expect(await answeredAtOnce(() => session.taps.callNext(1))).toMatchObject({ ok: false, error: { code: role === 'queue' ? 'QUEUE_STORE_UNREACHABLE' : 'LEDGER_UNREACHABLE', message: expect.stringContaining('overdue') } });
    proxy.setMode('pass');
    await session.becomes(role, 'up');
    expect(session.told).not.toContain(`${role} down`);
    expect(await session.taps.callNext(1)).toMatchObject({ ok: true, value: { person: { userId: first } } });
  });

  it('a Wi-Fi with 400 ms round trips is not one, even when reads wait behind passes: nothing is refused', { timeout: 120_000 }, async () => {
    toRedis.delayMs = 200;
    toMariadb.delayMs = 200;
    const reads = () => [session.calls.queue.filter((name) => name === 'readQueue').length, session.calls.ledger.filter((name) => name === 'readBooth').length];
    const readings = async (wanted: number): Promise<void> => {
      const [queueReads = 0, ledgerReads = 0] = reads();
      await eventually(`${wanted} readings of each`, () => (reads()[0] ?? 0) >= queueReads + wanted && (reads()[1] ?? 0) >= ledgerReads + wanted, 30_000);
    };
    let isOver = false;
    const passes = (async () => {
      while (!isOver) await session.reconciler.byHand();
    })();
    try {
      // The line is known to be slow once its first reading has ended; they are counted as they begin.
      await readings(2);
      session.told.length = 0;
      await readings(2);
      expect(session.told.filter((state) => !state.endsWith(' up'))).toEqual([]);
    } finally {
      isOver = true;
      await passes;
    }
    expect(await session.taps.callNext(1)).toMatchObject({ ok: true });
  });
});

describe('try again', () => {
  it('reads both stores now, however long the next turn is away, and tells when it knows', { timeout: 60_000 }, async () => {
    toRedis.setMode('refuse');
    toMariadb.setMode('refuse');
    await Promise.all([session.becomes('queue', 'down'), session.becomes('ledger', 'down')]);
    // Long enough for the pauses to have grown to their longest.
    const tries = session.calls.ledger.length;
    await eventually('some tries failed', () => session.calls.ledger.length >= tries + 3, 20_000);
    await session.retry();
    expect(session.view().stores).toMatchObject([{ state: 'down' }, { state: 'down' }]);
    toRedis.setMode('pass');
    toMariadb.setMode('pass');
    await session.retry();
    expect(session.view().stores).toMatchObject([{ state: 'up' }, { state: 'up' }]);
  });
});
