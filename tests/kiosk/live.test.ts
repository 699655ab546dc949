/**
 * Goal: what others do shows on the screen; what each action costs before it is answered; a double tap is one tap.
 * Method: two kiosks on one festival for all cases; each case starts from whatever the stores hold then.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { dismiss, joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { byItself } from '../../electron/core/note.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import { isVisitKind, type OperationKind, type ReturnPlace, type VisitKind } from '../../electron/core/waiting.ts';
import { createMysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { startProxy } from '../support/fault-proxy.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { plainCore } from '../support/plain-core.ts';

let festival: RealFestival;
let one: LiveKiosk;
let two: LiveKiosk;

beforeAll(async () => {
  festival = await startFestival({ visitors: 20 });
  const servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl };
  [one, two] = await Promise.all([startLiveKiosk({ ...servers, KIOSK_ID: 'one' }), startLiveKiosk({ ...servers, KIOSK_ID: 'two' })]);
  await Promise.all([one, two].map((kiosk) => kiosk.until((snapshot) => snapshot.booth?.waitingTotal === 20, 'the queue')));
});
afterAll(async () => {
  await closeKiosks();
  await festival.close();
});
let closing: Promise<unknown> | null = null;
const closeKiosks = (): Promise<unknown> => (closing ??= Promise.all([one.close(), two.close()]));

const atRest = () => eventually('nothing is open', async () => (await festival.judge()).locks.length === 0);

/** A visitor who was called, with nothing open on the visit. Answers the waiting id. */
async function visitor(): Promise<number> {
  const called = await one.handlers['booth:call-next']({ boothId: 1 });
  if (!called.ok || called.value.waitingId === null) throw new Error(JSON.stringify(called));
  await atRest();
  return called.value.waitingId;
}

it('shows the queue as the other program ordered it, with names', async () => {
  const order = await festival.queue();
  const { inside, current } = await festival.judge();
  const shown = await one.until(({ booth }) => booth?.waiting.every((entry) => entry.name !== '') === true && booth.waiting[0]?.userId === order[0], 'names');
  expect(shown.booth?.waiting.map((entry) => entry.userId)).toEqual(order);
  expect(shown.booth).toMatchObject({ name: '치킨 부스', phase: { phase: 'open', since: null, lastCall: false }, capacity: 50, inside, current });
  expect(shown.booth?.waiting[0]).toMatchObject({ position: 1, name: expect.stringContaining('방문자') });
});

it('calls the right visitor, and the other kiosk sees it; two taps at once call one visitor', async () => {
  const [first, second] = await festival.queue();
  const visitsBefore = (await festival.visits()).length;
  const answers = await Promise.all([one.handlers['booth:call-next']({ boothId: 1 }), one.handlers['booth:call-next']({ boothId: 1 })]);
  for (const answer of answers) expect(answer).toMatchObject({ ok: true, value: { person: { userId: first } } });
  await two.until((snapshot) => snapshot.booth?.called.some((visit) => visit.userId === first) === true && snapshot.booth.waiting[0]?.userId === second, 'the call of the other kiosk');
  expect(await festival.visits()).toHaveLength(visitsBefore + 1);
});

it('shows what other programs do to the stores', async () => {
  await festival.client.zadd('queue:booth:1', 1, '7777');
  await one.until((snapshot) => snapshot.booth?.waiting[0]?.userId === 7777, 'a visitor another program added');
  await festival.client.zrem('queue:booth:1', '7777');
  await one.until((snapshot) => snapshot.booth?.waiting.every((entry) => entry.userId !== 7777) === true, 'a visitor another program removed');
  const waitingId = await visitor();
  await festival.sql(`UPDATE waiting SET status = 'ENTERED', entered_at = NOW(6) WHERE id = ${waitingId}; SELECT 1`);
  await one.until((snapshot) => snapshot.booth?.insideList.some((visit) => visit.waitingId === waitingId) === true, 'an entrance another program made');
});

it('sets aside an entry that is no visitor, and serves the next', async () => {
  await festival.client.zadd('queue:booth:1', 1, 'not-a-user');
  const [, next] = await festival.queue();
  const answer = await one.handlers['booth:call-next']({ boothId: 1 });
  expect(answer).toMatchObject({ ok: true, value: { person: { userId: next } } });
  expect(await festival.client.hkeys('kiosk:quarantine:1')).toEqual(['not-a-user']);
  expect(await festival.queue()).not.toContain(Number.NaN);
});

it('adds a walk-in with a number, as a user nobody can log in as', async () => {
  const answer = await one.handlers['booth:add-visitor']({ boothId: 1, name: ' 김  민지 ' });
  if (!answer.ok) throw new Error(answer.error.message);
  expect(answer.value).toMatchObject({ person: { name: '김 민지', number: 1 }, alreadyQueued: false });
  const [user] = await festival.sql(`SELECT email, nickname, role FROM users WHERE id = ${answer.value.person?.userId}`);
  expect(user).toMatchObject({ nickname: '김 민지', role: 'VISITOR', email: expect.stringMatching(/@kiosk\.invalid$/) });
  await two.until((snapshot) => snapshot.booth?.waiting.at(-1)?.number === 1, 'the walk-in with their number');
});

it('adds by phone number: the last four on the screen, the number in one table and nowhere else, one visitor for one number', async () => {
  const phone = '01098765432';
  const answer = await one.handlers['booth:add-by-phone']({ boothId: 1, phone });
  if (!answer.ok) throw new Error(answer.error.message);
  const { person, position } = answer.value;
  expect(answer.value).toMatchObject({ person: { name: '···· 5432', number: expect.any(Number) }, alreadyQueued: false });
  await two.until((snapshot) => snapshot.booth?.waiting.some((entry) => entry.userId === person?.userId && entry.name === '···· 5432') === true, 'the visitor by the last four');
  await atRest();
  expect(await two.handlers['booth:add-by-phone']({ boothId: 1, phone })).toMatchObject({ ok: true, value: { person, position, alreadyQueued: true } });
  expect(await festival.sql('SELECT user_id, digits FROM kiosk_phone')).toEqual([{ user_id: person?.userId, digits: phone }]);
  for (const [table, column] of [['users', 'nickname'], ['users', 'email'], ['kiosk_journal', 'reason'], ['kiosk_queue', 'ticket']]) {
    expect(await festival.sql(`SELECT 1 FROM ${table} WHERE ${column} LIKE '%${phone}%'`)).toEqual([]);
  }
  for (const kiosk of [one, two]) expect([JSON.stringify(kiosk.seen()), ...kiosk.log].join('\n')).not.toContain(phone);
  await festival.sql('UPDATE kiosk_phone SET created_at = created_at - INTERVAL 25 HOUR; SELECT 1');
  await one.handlers['kiosk:reconcile'](null);
  expect(await festival.sql('SELECT user_id FROM kiosk_phone')).toEqual([]);
  expect(one.log.filter((line) => line.includes('phones-forgotten'))).toEqual(['info phones-forgotten {"count":1}']);
});

it('adds a visitor the festival knows by id, once, and refuses one it does not know', async () => {
  await festival.sql("INSERT INTO users VALUES (4900, 'known@festival.ac.kr', '하늘', 'VISITOR', NULL, b'1', NULL, NOW(6), NOW(6)); SELECT 1");
  const answer = await one.handlers['booth:add-known']({ boothId: 1, userId: 4900 });
  expect(answer).toMatchObject({ ok: true, value: { person: { userId: 4900, name: '하늘', number: null }, alreadyQueued: false } });
  await atRest();
  expect(await two.handlers['booth:add-known']({ boothId: 1, userId: 4900 })).toMatchObject({ ok: true, value: { alreadyQueued: true, position: answer.ok ? answer.value.position : -1 } });
  expect(await one.handlers['booth:add-known']({ boothId: 1, userId: 987_654 })).toMatchObject({ ok: false, error: { code: 'USER_NOT_FOUND' } });
  expect(await festival.queue()).not.toContain(987_654);
  await festival.client.sadd('user:4901:active_booths', '8', '9');
  await festival.sql("INSERT INTO users VALUES (4901, 'busy@festival.ac.kr', '바쁨', 'VISITOR', NULL, b'1', NULL, NOW(6), NOW(6)); SELECT 1");
  expect(await one.handlers['booth:add-known']({ boothId: 1, userId: 4901 })).toMatchObject({ ok: false, error: { code: 'MAX_WAITING_EXCEEDED' } });
});

/** Of each kind: what has to happen to a called visitor first, and how many statements the ledger then takes, with START and COMMIT. */
const STATEMENTS: Readonly<Record<OperationKind, { readonly first: readonly VisitKind[]; readonly statements: number }>> = {
  join: { first: [], statements: 1 },
  call: { first: [], statements: 1 },
  leave: { first: [], statements: 4 },
  dismiss: { first: [], statements: 4 },
  enter: { first: [], statements: 1 },
  complete: { first: ['enter'], statements: 1 },
  'no-show': { first: [], statements: 1 },
  cancel: { first: [], statements: 1 },
  hold: { first: [], statements: 1 },
  recall: { first: [], statements: 1 },
  'put-back': { first: [], statements: 4 },
  'undo-call': { first: [], statements: 4 },
  requeue: { first: ['no-show'], statements: 4 },
  'undo-no-show': { first: ['no-show'], statements: 5 },
  'undo-cancel': { first: ['cancel'], statements: 5 },
  'undo-complete': { first: ['enter', 'complete'], statements: 5 },
  admit: { first: ['cancel'], statements: 5 },
};

describe('round trips before the answer', () => {
  const cases = Object.entries(STATEMENTS).map(([kind, rest]) => ({ name: kind, kind: kind as OperationKind, place: 'original' as ReturnPlace, ...rest }));
  // What waits in a closed booth is dismissed by the next pass of a kiosk at work: this one's turn comes when they have gone.
  const [alone, besideKiosks] = [cases.filter(({ kind }) => kind === 'dismiss'), cases.filter(({ kind }) => kind !== 'dismiss')];
  const behindThree = { name: 'put-back behind three', kind: 'put-back', place: 'after-three', first: [], statements: 5 } as const;
  it.each([...besideKiosks, behindThree, ...alone])('$name: one to Redis, $statements to the ledger', async ({ kind, place, first, statements }) => {
    if (kind === 'dismiss') await closeKiosks();
    const [toRedis, toLedger] = [await startProxy(festival.redis.port), await startProxy(festival.mariadb.port)];
    const logger = { log: () => undefined };
    const queue = createRedisQueueStore({ url: `redis://127.0.0.1:${toRedis.port}`, lockPrefix: 'temp:', logger });
    const ledger = createMysqlLedger({ url: festival.mysqlUrlAt(toLedger.port), timeZone: 'Asia/Seoul', logger });
    const core = plainCore({ queue, ledger }, 'counter', logger);
    const visitOf = async (waitingId: number): Promise<VisitRow> => {
      const visit = await ledger.readVisit(waitingId);
      if (visit === null) throw new Error('no visit to act on');
      return visit;
    };
    try {
      await queue.describe();
      if (kind === 'join') await festival.sql("INSERT INTO users VALUES (5000, 'late@festival.ac.kr', 'Late', 'VISITOR', NULL, b'1', NULL, NOW(6), NOW(6)); SELECT 1");
      if (kind === 'dismiss') await ledger.changeBooth({ boothId: 1, change: 'close', operationId: randomUUID(), staff: null, reason: 'rain', waiting: 0, owner: 'k/1' });
      // A running kiosk has prepared, and the connection of its taps is open.
      await Promise.all([ledger.prepare(), ledger.readVisit(0)]);
      const waitingId = isVisitKind(kind) ? await visitor() : null;
      for (const step of first) {
        const before = await actOnVisit(core, step, await visitOf(waitingId ?? 0), core.ids.operationId());
        expect(before.outcome === 'done' && (await before.finished)).toBe(true);
        await core.operations.drain();
      }
      const visit = waitingId === null ? null : await visitOf(waitingId);
      const generation = (await ledger.readBooth(1))?.booth.generation ?? -1;
      const [next = 0] = await festival.queue();
      const act = (): Promise<Outcome> => {
        const id = core.ids.operationId();
        if (kind === 'join') return joinQueue(core, 1, 5000, generation, id);
        if (kind === 'call') return callNext(core, { boothId: 1, generation, epoch: 0 }, id);
        if (kind === 'dismiss') return dismiss(core, 1, next, generation, id, byItself('rain'));
        if (kind === 'leave') return leaveQueue(core, 1, next, generation, id);
        if (visit === null) throw new Error('no visit to act on');
        return actOnVisit(core, kind, visit, id, { place });
      };
      toRedis.resetCounters();
      toLedger.resetCounters();
      // Slow enough that what is sent after the answer is not answered yet when the counters are read.
      toRedis.delayMs = 40;
      toLedger.delayMs = 40;
      const outcome = await act();
      if (outcome.outcome !== 'done') throw new Error(JSON.stringify(outcome));
      const atAnswer = { redis: toRedis.counters.writes, ledger: toLedger.counters.writes, finished: await Promise.race([outcome.finished, Promise.resolve('not yet')]) };
      // finish has not even arrived at Redis yet: nobody waited for it.
      expect(atAnswer).toEqual({ redis: 1, ledger: statements, finished: 'not yet' });
      expect(await outcome.finished).toBe(true);
      expect(toRedis.counters.writes).toBe(2);
    } finally {
      if (kind === 'dismiss') await ledger.changeBooth({ boothId: 1, change: 'open', operationId: randomUUID(), staff: null, reason: null, waiting: null, owner: 'k/1' });
      await core.operations.drain();
      await Promise.all([queue.close(), ledger.close()]);
      await Promise.all([toRedis.close(), toLedger.close()]);
    }
  });
});
