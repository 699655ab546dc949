/**
 * Goal: the screen's channels do everything the core can, for the booth they name, with the one at work and the reason in the journal.
 * Method: two kiosks without windows on one Redis and one MariaDB, serving two booths; what came of it is read from the stores.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TapAnswer } from '../../shared/channels.ts';
import type { Result } from '../../shared/errors.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const VISITORS = 8;
let festival: RealFestival;
let one: LiveKiosk;
let two: LiveKiosk;

beforeAll(async () => {
  festival = await startFestival({ visitors: VISITORS, capacity: 4 });
  await festival.sql("INSERT INTO booth VALUES (2, 1, '타로', '', 9, NULL, NULL, 'OPEN', NOW(6), NOW(6)); SELECT 1");
  const servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1' };
  [one, two] = await Promise.all([
    startLiveKiosk({ ...servers, KIOSK_ID: 'one' }, { staffNames: ['김민지', 'Ara'] }),
    startLiveKiosk({ ...servers, KIOSK_ID: 'two' }),
  ]);
  await one.until(({ booths }) => booths.length === 2, 'both booths');
  await one.handlers['kiosk:choose-staff']({ name: '김민지' });
});
afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await festival.close();
});
beforeEach(async () => {
  await atRest();
  await festival.reset();
  for (const kiosk of [one, two]) {
    await kiosk.handlers['booth:select']({ boothId: 1 });
    // A queue that was emptied is put right by the kiosks first.
    await kiosk.until(({ booth }) => booth?.id === 1 && booth.waitingTotal === VISITORS && booth.called.length + booth.inside === 0 && booth.waiting.every(({ name }) => name !== ''), 'the booth as it was');
  }
});

const atRest = () => eventually('nothing is open', async () => (await festival.judge()).locks.length === 0, 20_000);
const done = (answer: Result<TapAnswer>): TapAnswer => {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};
async function called(): Promise<{ waitingId: number; userId: number }> {
  const { waitingId, person } = done(await one.handlers['booth:call-next']({ boothId: 1 }));
  await atRest();
  return { waitingId: waitingId ?? 0, userId: person?.userId ?? 0 };
}
const act = async (kiosk: LiveKiosk, ...[request]: Parameters<LiveKiosk['handlers']['visit:act']>): Promise<Result<TapAnswer>> => {
  const answer = await kiosk.handlers['visit:act'](request);
  await atRest();
  return answer;
};
const row = async (waitingId: number) => (await festival.sql(`SELECT status, completion_type AS ended, kiosk_released IS NOT NULL AS released FROM waiting WHERE id = ${waitingId}`))[0];
/** The journal's line of an action, which is written after the answer. Of the attempt that took effect: they differ in the end of the id, as requests of the same millisecond do. */
const lineOf = (answer: Result<TapAnswer>, kind: string) =>
  eventually('the journal knows of it', async () => (await festival.sql(`SELECT kind, staff, reason FROM kiosk_journal WHERE operation_id LIKE '${done(answer).operationId.slice(0, -12)}%' AND kind = '${kind}'`))[0], 20_000);

describe('on a visit', () => {
  it('each action does what it says, and the journal has who and why', { timeout: 60_000 }, async () => {
    const [first] = await festival.queue();
    const { waitingId, userId } = await called();
    expect(userId).toBe(first);
    for (const kind of ['recall', 'hold', 'no-show', 'undo-no-show', 'cancel', 'undo-cancel', 'enter', 'complete', 'undo-complete'] as const) {
      const answer = await act(one, { waitingId, kind, reason: `why ${kind}` });
      expect(answer, kind).toMatchObject({ ok: true, value: { waitingId, person: { userId, name: `방문자 ${userId}` } } });
      expect(await lineOf(answer, kind)).toEqual({ kind, staff: '김민지', reason: `why ${kind}` });
    }
    expect(await row(waitingId)).toMatchObject({ status: 'ENTERED' });
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 1, inside: 1 });
  });

  it('put back, to the old place or behind the next three; a call taken back; a late arrival let in or queued again', { timeout: 60_000 }, async () => {
    const order = await festival.queue();
    const a = await called();
    expect(await act(one, { waitingId: a.waitingId, kind: 'put-back' })).toMatchObject({ ok: true });
    expect(await festival.queue()).toEqual(order);
    const b = await called();
    expect(await act(one, { waitingId: b.waitingId, kind: 'put-back', place: 'after-three' })).toMatchObject({ ok: true });
    // Behind three at least: who waits with the very score of the third stays before them, too.
    const now = await festival.queue();
    expect(now.slice(0, 3)).toEqual(order.slice(1, 4));
    expect(now).toContain(order[0]);
    const c = await called();
    expect(await act(two, { waitingId: c.waitingId, kind: 'undo-call' })).toMatchObject({ ok: true });
    expect((await festival.queue())[0]).toBe(c.userId);
    const d = await called();
    await act(one, { waitingId: d.waitingId, kind: 'no-show' });
    expect(await act(one, { waitingId: d.waitingId, kind: 'admit', reason: '늦게 도착함' })).toMatchObject({ ok: true });
    expect(await row(d.waitingId)).toMatchObject({ status: 'ENTERED' });
    const e = await called();
    await act(one, { waitingId: e.waitingId, kind: 'cancel' });
    const requeued = await act(one, { waitingId: e.waitingId, kind: 'requeue', reason: 'back' });
    expect((await festival.queue())[0]).toBe(e.userId);
    expect(await lineOf(requeued, 'requeue')).toEqual({ kind: 'requeue', staff: '김민지', reason: 'back' });
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 1, inside: 1 });
  });

  it('taking back a call after the other kiosk let the visitor in is refused, and they stay inside', { timeout: 30_000 }, async () => {
    const { waitingId } = await called();
    expect(await act(two, { waitingId, kind: 'enter' })).toMatchObject({ ok: true });
    expect(await act(one, { waitingId, kind: 'undo-call' })).toMatchObject({ ok: false, error: { code: 'INVALID_STATUS' } });
    expect(await row(waitingId)).toMatchObject({ status: 'ENTERED' });
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 1, inside: 1 });
  });

  it('the same asked twice at once is done once; of two different ones one is refused or comes after', { timeout: 30_000 }, async () => {
    const { waitingId } = await called();
    const same = await Promise.all([one.handlers['visit:act']({ waitingId, kind: 'cancel' }), one.handlers['visit:act']({ waitingId, kind: 'cancel' })]);
    expect(new Set(same.map((answer) => done(answer).operationId)).size).toBe(1);
    await atRest();
    const other = await called();
    const answers = await Promise.all([one.handlers['visit:act']({ waitingId: other.waitingId, kind: 'no-show' }), two.handlers['visit:act']({ waitingId: other.waitingId, kind: 'enter' })]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    await atRest();
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [] });
  });
});

describe('calls', () => {
  it('a chosen visitor, with the reason in the journal; one who does not wait is refused', { timeout: 30_000 }, async () => {
    const order = await festival.queue();
    const [userId = 0] = order.slice(4);
    const answer = await one.handlers['booth:call-chosen']({ boothId: 1, userId, reason: '일행이 안에 있음' });
    expect(answer).toMatchObject({ ok: true, value: { person: { userId } } });
    expect(await lineOf(answer, 'call')).toEqual({ kind: 'call', staff: '김민지', reason: '일행이 안에 있음' });
    expect(await festival.queue()).toEqual(order.filter((each) => each !== userId));
    expect(await one.handlers['booth:call-chosen']({ boothId: 1, userId, reason: 'again' })).toMatchObject({ ok: false, error: { code: 'NOT_IN_QUEUE' } });
  });

  it('several, in order, until there is no room; then one more only for a reason', { timeout: 30_000 }, async () => {
    const order = await festival.queue();
    const answer = await one.handlers['booth:call-several']({ boothId: 1, count: 5 });
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.value.calls.map(({ person }) => person?.userId)).toEqual(order.slice(0, 4));
    expect(answer.value.stopped).toMatchObject({ code: 'BOOTH_FULL' });
    await atRest();
    expect(await one.handlers['booth:call-several']({ boothId: 1, count: 2 })).toMatchObject({ ok: false, error: { code: 'BOOTH_FULL' } });
    expect(await one.handlers['booth:call-next']({ boothId: 1, reason: '담당자가 허락함', overCapacity: true })).toMatchObject({ ok: true, value: { person: { userId: order[4] } } });
    await atRest();
    const [late] = answer.value.calls;
    await act(one, { waitingId: late?.waitingId ?? 0, kind: 'no-show' });
    expect(await act(one, { waitingId: late?.waitingId ?? 0, kind: 'admit', reason: 'late' })).toMatchObject({ ok: false, error: { code: 'BOOTH_FULL' } });
    expect(await act(one, { waitingId: late?.waitingId ?? 0, kind: 'admit', reason: 'late', overCapacity: true })).toMatchObject({ ok: true });
    expect(await festival.queue()).toEqual(order.slice(5));
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 1, inside: 1 });
  });

  it('somebody who waits leaves the queue', { timeout: 30_000 }, async () => {
    const [, second = 0] = await festival.queue();
    const answer = await one.handlers['booth:leave']({ boothId: 1, userId: second, reason: '두 번 등록됨' });
    expect(answer).toMatchObject({ ok: true, value: { person: { userId: second }, waitingId: null } });
    await atRest();
    expect(await festival.queue()).not.toContain(second);
    expect(await one.handlers['booth:leave']({ boothId: 1, userId: second })).toMatchObject({ ok: false, error: { code: 'NOT_IN_QUEUE' } });
    expect(await lineOf(answer, 'leave')).toEqual({ kind: 'leave', staff: '김민지', reason: '두 번 등록됨' });
  });
});

describe('lists', () => {
  it('the whole queue with names, of the booth on screen and of another', { timeout: 30_000 }, async () => {
    const order = await festival.queue();
    const expected = { ok: true, value: { total: VISITORS, entries: order.map((userId, index) => ({ userId, name: `방문자 ${userId}`, number: null, position: index + 1, registeredAt: expect.any(Number) })) } };
    expect(await one.handlers['booth:list-queue']({ boothId: 1 })).toEqual(expected);
    await one.handlers['booth:select']({ boothId: 2 });
    expect(await one.handlers['booth:list-queue']({ boothId: 1 })).toEqual(expected);
    expect(await one.handlers['booth:list-queue']({ boothId: 2 })).toEqual({ ok: true, value: { total: 0, entries: [] } });
  });

  it('who went, how, and by whom', { timeout: 30_000 }, async () => {
    const a = await called();
    await lineOf(await act(one, { waitingId: a.waitingId, kind: 'no-show' }), 'no-show');
    const b = await called();
    await lineOf(await act(two, { waitingId: b.waitingId, kind: 'cancel' }), 'cancel');
    const [first = 0] = await festival.queue();
    await lineOf(await one.handlers['booth:leave']({ boothId: 1, userId: first, reason: 'tired' }), 'leave');
    const answer = await two.handlers['booth:list-departures']({ boothId: 1 });
    expect(answer).toMatchObject({
      ok: true,
      value: [
        { kind: 'leave', userId: first, waitingId: null, staff: '김민지', reason: 'tired', by: 'person' },
        { kind: 'cancel', waitingId: b.waitingId, staff: null, by: 'person' },
        { kind: 'no-show', waitingId: a.waitingId, staff: '김민지', by: 'person' },
      ],
    });
    expect(await two.handlers['booth:list-departures']({ boothId: 2 })).toEqual({ ok: true, value: [] });
  });
});

it('a tap acts at its own booth, whichever is chosen while it is under way, and its answer knows the names there', { timeout: 30_000 }, async () => {
  const [first = 0, second = 0] = await festival.queue();
  const call = one.handlers['booth:call-next']({ boothId: 1 });
  await one.handlers['booth:select']({ boothId: 2 });
  expect(await call).toMatchObject({ ok: true, value: { person: { userId: first, name: `방문자 ${first}` } } });
  await atRest();
  await one.until(({ booth }) => booth?.id === 2, 'the other booth');
  // Taps that were meant for the first booth, answered while the other is on screen.
  const { waitingId } = done(await one.handlers['booth:call-chosen']({ boothId: 1, userId: second, reason: 'x' }));
  await atRest();
  expect(await act(one, { waitingId: waitingId ?? 0, kind: 'undo-call' })).toMatchObject({ ok: true, value: { person: { userId: second, name: `방문자 ${second}` } } });
  expect((await festival.queue())[0]).toBe(second);
  expect(await one.handlers['booth:call-next']({ boothId: 2 })).toMatchObject({ ok: false, error: { code: 'QUEUE_EMPTY' } });
  expect(await festival.sql('SELECT DISTINCT booth_id AS booth FROM waiting')).toEqual([{ booth: 1 }]);
});
