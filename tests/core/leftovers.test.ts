/**
 * Goal: whom an earlier day left behind is cleared in one step, each by an operation of its own; who came today is untouched; nobody is
 * told; and a kiosk that dies in the middle, or a store that does, leaves everybody either where they were or cleared.
 * Method: the core on the model stores, whose clock the test turns, with faults planted at one visitor of the step.
 */
import { describe, expect, it } from 'vitest';
import { dayStarts } from '../../shared/festival-day.ts';
import { joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import { clearLeftovers, EVENING_MS, leftoverBefore, readLeftovers } from '../../electron/core/leftovers.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { trace } from '../../electron/core/trace.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';

const stage = modelStage();
const HOUR_MS = 3_600_000;
const NOTE = { staff: 'Minji', reason: 'yesterday', overCapacity: false };
const dayStart = dayStarts('Asia/Seoul');
const before = (nowMs: number): number => leftoverBefore(nowMs, dayStart(nowMs));
const clear = (by: ModelKiosk = stage.kiosk, onProgress: (done: number, total: number) => void | Promise<void> = () => undefined) => clearLeftovers(by, stage.festival.boothId, before, NOTE, (done, total) => void onProgress(done, total));
const pass = (by: ModelKiosk = stage.kiosk) => reconcile(by, { trigger: 'by-hand' });
const states = async () => ({ waiting: await stage.festival.waiting(), live: (await stage.festival.live()).map(({ userId, status }) => [userId, status]) });
const nowMs = async () => (await stage.festival.ledger.readMirror()).nowMs;

/** Yesterday's evening: one inside, one called, three waiting; then a night. */
async function yesterday() {
  const [inside, called, ...waiting] = [await stage.arrive('Inside'), await stage.arrive('Called'), await stage.arrive('Wa'), await stage.arrive('Wb'), await stage.arrive('Wc')];
  await stage.call();
  const [first] = await stage.festival.live();
  if (first !== undefined) await stage.enter(first);
  await stage.call();
  await stage.kiosk.operations.drain();
  stage.festival.advance(24 * HOUR_MS);
  return { inside, called, waiting };
}

describe('who is left over', () => {
  it('came before the day began, and not only just now: a festival may run past midnight', () => {
    const midnight = Date.parse('2026-11-25T00:00+09:00');
    expect(before(midnight + 10 * 60_000)).toBe(midnight + 10 * 60_000 - EVENING_MS);
    expect(before(midnight + 9 * HOUR_MS)).toBe(midnight);
    expect(before(midnight - 1)).toBe(midnight - 24 * HOUR_MS);
  });

  it('is told apart by when they registered, were called, went in', async () => {
    const { inside, called, waiting } = await yesterday();
    const today = await stage.arrive('Today');
    const found = await readLeftovers(stage.kiosk, stage.festival.boothId, before);
    expect(found?.waiting.map(({ userId }) => userId)).toEqual(waiting);
    expect([found?.called, found?.inside].map((visits) => visits?.map(({ userId }) => userId))).toEqual([[called], [inside]]);
    expect((await stage.festival.waiting()).at(-1)).toBe(today);
    expect(await readLeftovers(stage.kiosk, 99, before)).toBeNull();
  });

  it('is nobody whose score tells no time', async () => {
    await stage.reopen(3, 1);
    await stage.festival.register(stage.festival.appUser(), 5);
    expect((await readLeftovers(stage.kiosk, stage.festival.boothId, before))?.waiting).toEqual([]);
    expect(await clear()).toEqual({ ok: true, value: { cleared: 0, kept: 0, stopped: null } });
    expect(await stage.festival.scores()).toEqual([5]);
  });
});

describe('clearing', () => {
  it('ends each by an operation of its own, signed, and tells nobody; who came today stays', async () => {
    const { inside, called, waiting } = await yesterday();
    const today = await stage.arrive('Today');
    const told = stage.festival.inbox.received.length;
    const progress: (readonly number[])[] = [];
    expect(await clear(stage.kiosk, (done, total) => void progress.push([done, total]))).toEqual({ ok: true, value: { cleared: 5, kept: 0, stopped: null } });
    await stage.kiosk.operations.drain();
    expect(progress).toEqual([0, 1, 2, 3, 4].map((done) => [done, 5]));
    expect(await states()).toEqual({ waiting: [today], live: [] });
    expect(await stage.festival.count()).toBe(0);
    for (const [userId, kind] of [[inside, 'completed'], [called, 'no-show'], ...waiting.map((each) => [each, 'left the queue'] as const)] as const) {
      expect((await trace(stage.kiosk, { userId }))?.at(-1)).toMatchObject({ what: kind, staff: 'Minji', reason: 'yesterday' });
    }
    expect((await stage.festival.ledger.readIncidents(5))[0]).toMatchObject({ kind: 'cleared', tickets: 5, detail: 'yesterday by Minji' });
    await pass();
    stage.festival.advance(60_000);
    await pass();
    expect(stage.festival.inbox.received).toHaveLength(told);
    await stage.healthy();
    expect(await clear()).toEqual({ ok: true, value: { cleared: 0, kept: 0, stopped: null } });
    expect(await stage.festival.lostVisitors()).toEqual([]);
  });

  it('leaves a visitor of yesterday who registers anew meanwhile', async () => {
    const { waiting } = await yesterday();
    const again = waiting[2] ?? 0;
    const other = stage.festival.kiosk('two');
    const generation = await stage.festival.generation();
    const leave = await leaveQueue(other, stage.festival.boothId, again, generation, other.ids.operationId());
    if (leave.outcome === 'done') await leave.finished;
    const found = await readLeftovers(stage.kiosk, stage.festival.boothId, before);
    const join = await joinQueue(other, stage.festival.boothId, again, generation, other.ids.operationId());
    expect(join.outcome === 'done' && (await join.finished)).toBe(true);
    expect(found?.waiting).toHaveLength(2);
    // As a kiosk that had read the queue before they left.
    const readBefore = { ...stage.kiosk, queue: { ...stage.kiosk.queue, begin: stage.kiosk.queue.begin, resolve: stage.kiosk.queue.resolve, readQueue: async () => ({ entries: waiting.map((userId) => ({ member: String(userId), userId, score: userId === again ? 1_790_000_000 : (found?.waiting.find((entry) => entry.userId === userId)?.score ?? 0) })), total: 3, current: 0, version: 0, openLocks: 0, setAside: 0 }) } };
    expect(await clear(readBefore)).toMatchObject({ ok: true, value: { cleared: 4, kept: 0, stopped: null } });
    await stage.kiosk.operations.drain();
    expect(await stage.festival.waiting()).toEqual([again]);
    await stage.healthy();
  });

  it('keeps who is in somebody else’s hands, and goes on', async () => {
    const { waiting } = await yesterday();
    const other = stage.festival.kiosk('two');
    other.ledgerFaults.fail('commit', 'death');
    await leaveQueue(other, stage.festival.boothId, waiting[0] ?? 0, await stage.festival.generation(), other.ids.operationId());
    expect(await clear()).toMatchObject({ ok: true, value: { cleared: 4, kept: 0, stopped: null } });
    await stage.kiosk.operations.drain();
    stage.festival.advance(60_000);
    await pass();
    expect(await states()).toEqual({ waiting: [], live: [] });
    await stage.healthy();
  });

  it.each(['begin', 'commit', 'resolve'] as const)('a kiosk that dies in the %s of the third: the rest is cleared by the next, nobody twice', async (method) => {
    await yesterday();
    const { kiosk } = stage;
    const faults = method === 'commit' ? kiosk.ledgerFaults : kiosk.queueFaults;
    await clear(kiosk, (done) => (done === 2 ? faults.fail(method as never, 'death') : undefined));
    await kiosk.operations.drain();
    expect(kiosk.process.dead).toBe(true);
    const other = stage.festival.kiosk('two');
    stage.festival.advance(60_000);
    await pass(other);
    const left = (await states()).waiting.length + (await states()).live.length;
    expect([2, 3]).toContain(left);
    expect(await clear(other)).toMatchObject({ ok: true, value: { cleared: left, stopped: null } });
    await other.operations.drain();
    expect(await states()).toEqual({ waiting: [], live: [] });
    expect(await stage.festival.lostVisitors()).toEqual([]);
    await stage.healthy();
  });

  it.each([
    ['queue', 'QUEUE_STORE_UNREACHABLE'],
    ['ledger', 'LEDGER_UNREACHABLE'],
  ] as const)('stops where the %s does not answer, says so, and goes on later', async (store, code) => {
    await yesterday();
    const faults = store === 'queue' ? stage.kiosk.queueFaults : stage.kiosk.ledgerFaults;
    expect(await clear(stage.kiosk, (done) => (done === 2 ? faults.down() : undefined))).toMatchObject({ ok: true, value: { cleared: 2, stopped: { code } } });
    await expect(clear()).rejects.toMatchObject({ code });
    faults.heal();
    await pass();
    expect(await clear()).toMatchObject({ ok: true, value: { cleared: 3, stopped: null } });
    await stage.kiosk.operations.drain();
    await pass();
    await stage.healthy();
    expect(await states()).toEqual({ waiting: [], live: [] });
  });

  it('is refused where there is no booth', async () => {
    expect(await clearLeftovers(stage.kiosk, 99, before, NOTE, () => undefined)).toMatchObject({ ok: false, error: { code: 'BOOTH_NOT_FOUND' } });
    expect(await nowMs()).toBeGreaterThan(0);
  });
});
