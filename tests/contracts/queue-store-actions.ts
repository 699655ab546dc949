/** The part of the contract about actions that take a chosen visitor out of the queue, or put one back. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BeginRequest, QueueStore } from '../../electron/core/ports.ts';
import { SUPERSEDED } from '../../electron/core/waiting.ts';
import { type OpenedQueueStore, ALL_KINDS, BOOTH, OTHER_BOOTH, RESTORE_KINDS, callRequest, finish, joinRequest, leaveRequest, lockOf, operationId, putBackRequest, queued, refused, undo, visitRequest } from './queue-store-fixture.ts';

const callOf = (userId: number) => callRequest(operationId(), BOOTH, userId);

export function queueStoreActions(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });

  describe(`${name}: a chosen visitor is called`, () => {
    test('out of turn, from where they stand; everybody else keeps their place', async () => {
      for (const [member, score] of [['1', 10], ['2', 20], ['3', 0.1 + 0.2], ['x', 15]] as const) await opened.putQueue(BOOTH, member, score);
      const lock = lockOf(await store.begin(callOf(2)));
      expect(lock).toMatchObject({ userId: 2, score: 20, position: 4, returnScore: null });
      expect(await queued(store)).toEqual([['3', 0.1 + 0.2], ['1', 10], ['x', 15]]);
      expect(await opened.quarantine(BOOTH)).toEqual({});
      expect(await undo(store, lock)).toBe('applied');
      expect((await queued(store)).at(-1)).toEqual(['2', 20]);
    });

    test('the first of the queue stands at 1; where others were passed over, behind them', async () => {
      for (const user of [1, 2, 3]) await opened.putQueue(BOOTH, `${user}`, user);
      await opened.putQueue(BOOTH, 'nobody', 0);
      const first = lockOf(await store.begin(callRequest()));
      expect(first).toMatchObject({ userId: 1, position: 1 });
      await store.begin(visitRequest('enter', 900, 2, 2));
      await opened.ageLocks(60_000);
      expect(lockOf(await store.begin(callRequest()))).toMatchObject({ userId: 3, position: 2 });
    });

    test('who does not wait is not called, nor who is inside a lock', async () => {
      await opened.putQueue(BOOTH, '1', 10);
      await opened.putQueue(BOOTH, '3', 10);
      expect(await store.begin(callOf(2))).toEqual(refused('NOT_IN_QUEUE'));
      await store.begin(visitRequest('enter', 900, 3, 10));
      expect(await store.begin(callOf(3))).toEqual(refused('VISIT_BUSY'));
      const call = lockOf(await store.begin(callOf(1)));
      expect(await store.begin(callOf(1))).toEqual(refused('VISIT_BUSY'));
      await finish(store, call);
      expect(await store.begin(callOf(1))).toEqual(refused('NOT_IN_QUEUE'));
      const join = lockOf(await store.begin(joinRequest(5)));
      expect(await store.begin(callOf(5))).toEqual(refused('VISIT_BUSY'));
      await finish(store, join);
      expect(lockOf(await store.begin(callOf(5)))).toMatchObject({ score: join.score });
    });

    test.each([Infinity, -Infinity])('nobody is taken at the score %d', async (score) => {
      await opened.putQueue(BOOTH, '1', score);
      for (const request of [callOf(1), leaveRequest(1)]) expect(await store.begin(request)).toEqual(refused('QUEUE_ENTRY_INVALID'));
      expect(await store.readQueue(BOOTH, 5)).toMatchObject({ total: 1, setAside: 0, openLocks: 0, version: 0 });
    });

    test('by many at once: taken once', async () => {
      for (const user of [1, 2, 3]) await opened.putQueue(BOOTH, `${user}`, user);
      const callers = [store, await opened.another()];
      const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => (callers[i % 2] ?? store).begin(callOf(2))));
      expect(answers.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
      expect(answers.filter((answer) => answer.outcome === 'refused' && answer.code === 'VISIT_BUSY')).toHaveLength(5);
      expect(await queued(store)).toEqual([['1', 1], ['3', 3]]);
    });
  });

  describe(`${name}: leaving`, () => {
    test('takes the visitor out at once; finish takes the booth from theirs, undo puts them back to the digit', async () => {
      await opened.putQueue(BOOTH, '41', 1_763_800_000.1234567);
      await opened.putQueue(BOOTH, '42', 5);
      await opened.setActiveBooths(41, [BOOTH, OTHER_BOOTH]);
      const first = lockOf(await store.begin(leaveRequest(41)));
      expect(first).toMatchObject({ kind: 'leave', userId: 41, score: 1_763_800_000.1234567, waitingId: null, position: null, returnScore: null });
      expect(await queued(store)).toEqual([['42', 5]]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH, OTHER_BOOTH]);
      expect(await undo(store, first)).toBe('applied');
      expect(await queued(store)).toContainEqual(['41', 1_763_800_000.1234567]);
      expect(await finish(store, lockOf(await store.begin(leaveRequest(41))))).toBe('applied');
      expect(await queued(store)).toEqual([['42', 5]]);
      expect(await opened.activeBooths(41)).toEqual([OTHER_BOOTH]);
      expect(await store.begin(leaveRequest(41))).toEqual(refused('NOT_IN_QUEUE'));
    });

    test('of a named registration takes nobody who has registered anew since', async () => {
      await opened.putQueue(BOOTH, '41', 1_763_800_000.1234567);
      const leaveAt = (score: number): BeginRequest => leaveRequest(41, operationId(), BOOTH, 'leave', score);
      for (const other of [1_763_800_000.123, 1_763_800_000.123_457, 5, -1]) expect(await store.begin(leaveAt(other))).toEqual(refused('NOT_IN_QUEUE'));
      expect(await store.readQueue(BOOTH, 10)).toMatchObject({ total: 1, openLocks: 0 });
      const request = leaveAt(1_763_800_000.1234567);
      const lock = lockOf(await store.begin(request));
      expect(lock).toMatchObject({ kind: 'leave', userId: 41, score: 1_763_800_000.1234567 });
      expect(lockOf(await store.begin(request))).toEqual(lock);
      expect(await finish(store, lock)).toBe('applied');
      expect(await queued(store)).toEqual([]);
    });

    test('is refused while another action on the visitor is under way there, and refuses others', async () => {
      await opened.putQueue(BOOTH, '41', 5);
      const visit = lockOf(await store.begin(visitRequest('enter', 900, 41, 5)));
      expect(await store.begin(leaveRequest(41))).toEqual(refused('VISIT_BUSY'));
      await finish(store, visit);
      const leave = lockOf(await store.begin(leaveRequest(41)));
      for (const request of [leaveRequest(41), joinRequest(41), callOf(41), putBackRequest(41, 5)]) expect(await store.begin(request), request.kind).toEqual(refused('VISIT_BUSY'));
      await opened.putQueue(BOOTH, '41', 7);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
      await store.refill([{ boothId: BOOTH, userId: 41, score: 5 }]);
      expect(await queued(store)).toEqual([['41', 7]]);
      await finish(store, leave);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
    });

    test('needs a verified queue: whoever is not there may have been lost', async () => {
      await opened.loseData();
      expect(await store.begin(leaveRequest(41))).toEqual(refused('QUEUE_UNVERIFIED'));
    });
  });

  describe(`${name}: putting back`, () => {
    test.each(RESTORE_KINDS)('%s: nothing enters the queue before finish; then the visitor stands at the score returned to', async (kind) => {
      await opened.putQueue(BOOTH, '1', 5);
      const lock = lockOf(await store.begin(visitRequest(kind, 900, 41, 0.1 + 0.2)));
      expect(lock).toMatchObject({ kind, waitingId: 900, score: 0.1 + 0.2, returnScore: 0.1 + 0.2 });
      expect(await queued(store)).toEqual([['1', 5]]);
      expect(await finish(store, lock)).toBe('applied');
      expect(await queued(store)).toEqual([['41', 0.1 + 0.2], ['1', 5]]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
    });

    test('a row of another program: by its time of registration', async () => {
      const lock = lockOf(await store.begin(putBackRequest(41, 1_763_800_000, 'original', null)));
      expect(lock).toMatchObject({ score: null, returnScore: 1_763_800_000 });
      await finish(store, lock);
      expect(await queued(store)).toEqual([['41', 1_763_800_000]]);
    });

    test('undone, superseded: nobody enters', async () => {
      for (const end of [undo, (one: QueueStore, lock: Parameters<typeof undo>[1]) => one.resolve(lock, SUPERSEDED, 'undone')]) {
        expect(await end(store, lockOf(await store.begin(putBackRequest(41, 5))))).toBe('applied');
        expect(await store.readQueue(BOOTH, 5)).toMatchObject({ total: 0, openLocks: 0 });
      }
      expect(await store.begin(joinRequest(41))).toMatchObject({ outcome: 'begun' });
    });

    test('beside a newer entry of the same visitor the earlier score stays', async () => {
      await opened.putQueue(BOOTH, '41', 500);
      await finish(store, lockOf(await store.begin(putBackRequest(41, 100.5))));
      expect(await queued(store)).toEqual([['41', 100.5]]);
      await finish(store, lockOf(await store.begin(putBackRequest(41, 300))));
      expect(await queued(store)).toEqual([['41', 100.5]]);
    });

    test('refused while the visit, the place or either ticket is inside a lock; refuses others itself', async () => {
      const blockers = [visitRequest('enter', 941, 50), joinRequest(41), visitRequest('enter', 900, 41, 5), visitRequest('enter', 901, 41, 6)];
      for (const blocker of blockers) {
        const lock = lockOf(await store.begin(blocker));
        expect(await store.begin(putBackRequest(41, 6, 'original', 5)), JSON.stringify(blocker)).toEqual(refused('VISIT_BUSY'));
        await undo(store, lock);
      }
      const lock = lockOf(await store.begin(putBackRequest(41, 6, 'original', 5)));
      const others = [joinRequest(41), visitRequest('enter', 941, 41), visitRequest('enter', 900, 41, 5), visitRequest('enter', 901, 41, 6), putBackRequest(41, 6)];
      for (const other of others) expect(await store.begin(other), JSON.stringify(other)).toEqual(refused('VISIT_BUSY'));
      await store.refill([{ boothId: BOOTH, userId: 41, score: 6 }, { boothId: BOOTH, userId: 41, score: 9 }]);
      expect(await queued(store)).toEqual([]);
      await finish(store, lock);
      for (const other of others.slice(1, -1)) expect(await store.begin({ ...other, operationId: operationId() }), JSON.stringify(other)).toMatchObject({ outcome: 'begun' });
    });

    test('the lock ends only for the place it returns to', async () => {
      const lock = lockOf(await store.begin(putBackRequest(41, 6)));
      expect(await finish(store, { ...lock, returnScore: 6.5 })).toBe('gone');
      expect(await finish(store, { ...lock, returnScore: null })).toBe('gone');
      expect(await queued(store)).toEqual([]);
      expect(await finish(store, lock)).toBe('applied');
    });
  });

  describe(`${name}: putting back behind others`, () => {
    const after = async (scores: readonly number[], original: number): Promise<{ readonly score: number; readonly order: readonly string[] }> => {
      for (const [index, score] of scores.entries()) await opened.putQueue(BOOTH, `${index + 1}`, score);
      const request = putBackRequest(900, original, 'after-three');
      const lock = lockOf(await store.begin(request));
      expect(lockOf(await store.begin(request))).toEqual(lock);
      expect(await store.readLock(lock.operationId)).toEqual(lock);
      await finish(store, lock);
      const entries = await queued(store);
      const score = entries.find(([member]) => member === '900')?.[1] ?? NaN;
      expect(score).toBe(lock.returnScore);
      return { score, order: entries.map(([member]) => member) };
    };

    test.each([
      ['between the third and the fourth', [10, 20, 30, 40, 50], 5, 35, 3],
      ['between the next two that differ', [10, 20, 30, 30, 30, 50], 5, 40, 5],
      ['where no number lies between two, between the next', [10, 20, 30, 30 + 2 ** -48, 31], 5, (30 + 2 ** -48) / 2 + 15.5, 4],
      ['behind the third, where it is the last', [10, 20, 30], 5, 30.001, 3],
      ['behind the last of fewer', [10, 20], 5, 20.001, 2],
      ['an empty queue: the original place', [], 5.25, 5.25, 0],
      ['never before the original place', [10, 20, 30, 40, 50], 45.5, 45.5, 4],
      ['never before the original place, behind the last', [10, 20], 45.5, 45.5, 2],
      ['scores that are no time are no part of the queue', [-Infinity, 10, 20, 1e13, 1e15, Infinity], 5, 20.001, 3],
      ['as exact as a double', [1e12, 1e12, 9e12], 5, 9e12 + 2 ** -9, 3],
      ['before the epoch', [-9e15, -8e15, -7e15], -9.1e15, -7e15 + 2, 3],
    ])('%s', async (_what, scores, original, wanted, place) => {
      const { score, order } = await after(scores, original);
      expect(score).toBe(wanted);
      expect(order.indexOf('900')).toBe(place);
    });

    test('where very many share one score: behind the last of a hundred gaps looked at', async () => {
      const { score } = await after([...Array.from({ length: 110 }, () => 50), 60], 5);
      expect(score).toBe(50.001);
    });

    test('just in reach: the hundredth gap', async () => {
      const { score } = await after([1, 2, ...Array.from({ length: 100 }, () => 50), 60, 70], 5);
      expect(score).toBe(55);
    });

    test('again and again between the same two: each behind three, nobody lost', async () => {
      for (const [index, score] of [10, 20, 30, 30.001, 40].entries()) await opened.putQueue(BOOTH, `${index + 1}`, score);
      for (let user = 100; user < 160; user += 1) {
        await finish(store, lockOf(await store.begin(putBackRequest(user, 5, 'after-three'))));
        expect((await queued(store)).findIndex(([member]) => member === `${user}`)).toBeGreaterThanOrEqual(3);
      }
      const scores = (await queued(store)).map(([, score]) => score);
      expect(new Set(scores).size).toBe(65);
    });
  });

  describe(`${name}: who asked, and why`, () => {
    test.each(ALL_KINDS)('%s: is in the lock', async (kind) => {
      await opened.putQueue(BOOTH, '41', 5);
      const note = { staff: '민지 \u0000 "x"', reason: ' no sign\n외국어 ', overCapacity: true };
      const request = kind === 'call' ? callRequest() : kind === 'join' ? joinRequest(40) : kind === 'leave' || kind === 'dismiss' ? leaveRequest(41, operationId(), BOOTH, kind) : visitRequest(kind, 900, 40, 6);
      const lock = lockOf(await store.begin({ ...request, note }));
      expect(lock.note).toEqual(note);
      expect(await store.readLock(lock.operationId)).toEqual(lock);
      expect((await store.readLocks(5)).locks).toEqual([lock]);
    });

    test('nobody and nothing', async () => {
      const lock = lockOf(await store.begin({ ...joinRequest(41), note: { staff: '', reason: '', overCapacity: false } }));
      expect(lock.note).toEqual({ staff: null, reason: null, overCapacity: false });
    });
  });
}
