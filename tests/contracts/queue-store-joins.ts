/** The part of the contract about joining and about visits that have their row. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { type OpenedQueueStore, BOOTH, OTHER_BOOTH, operationId, callRequest, joinRequest, visitRequest, lockOf, finish, undo, queued, refused } from './queue-store-fixture.ts';

export function queueStoreJoins(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });

  describe(`${name}: joining`, () => {
    test('reserves the booth, gives position and score, and finish puts the visitor there', async () => {
      await opened.putQueue(BOOTH, '1', 5);
      await opened.putQueue(BOOTH, '2', 6);
      const answer = await store.begin(joinRequest(41));
      expect(answer).toMatchObject({ outcome: 'begun', position: 3, waitingTotal: 3, lock: { kind: 'join', userId: 41, waitingId: null } });
      const lock = lockOf(answer);
      expect(lock.score).toBe(lock.createdAtMs / 1000);
      expect(await queued(store)).toHaveLength(2);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
      expect(await finish(store, lock)).toBe('applied');
      expect((await queued(store))[2]).toEqual(['41', lock.score]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
    });

    test.each([['a backend that writes milliseconds', 1_900_000_000_000], ['a clock that was set back', 9_000_000_000.5]])('nobody who waits is passed: %s', async (_what, tail) => {
      await opened.putQueue(BOOTH, '1', 5);
      await opened.putQueue(BOOTH, '99', tail);
      const answer = await store.begin(joinRequest(41));
      expect(answer).toMatchObject({ position: 3, waitingTotal: 3 });
      expect(lockOf(answer).score).toBeGreaterThan(tail);
      await finish(store, lockOf(answer));
      expect((await queued(store)).map(([member]) => member)).toEqual(['1', '99', '41']);
    });

    test('an entry that is no time does not spoil the score of those who join', async () => {
      await opened.putQueue(BOOTH, '9', Infinity);
      const lock = lockOf(await store.begin(joinRequest(41)));
      expect(lock.score).toBe(lock.createdAtMs / 1000);
    });

    test('undo gives the reserved place back', async () => {
      const lock = lockOf(await store.begin(joinRequest(41)));
      expect(await undo(store, lock)).toBe('applied');
      expect(await opened.activeBooths(41)).toEqual([]);
      expect(await queued(store)).toEqual([]);
    });

    test('undo leaves the active booth of a visitor who got into the queue otherwise', async () => {
      const lock = lockOf(await store.begin(joinRequest(41)));
      await opened.putQueue(BOOTH, '41', 5);
      await undo(store, lock);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
    });

    test('finish beside an earlier foreign entry keeps that', async () => {
      const lock = lockOf(await store.begin(joinRequest(41)));
      await opened.putQueue(BOOTH, '41', 5.5);
      await finish(store, lock);
      expect(await queued(store)).toEqual([['41', 5.5]]);
    });

    test('a visitor in the queue is told the position and nothing changes', async () => {
      await opened.putQueue(BOOTH, '10', 5);
      await opened.putQueue(BOOTH, '9', 5);
      await opened.putQueue(BOOTH, '8', 6);
      const { version } = await store.readQueue(BOOTH, 1);
      expect(await store.begin(joinRequest(9))).toEqual({ outcome: 'already-queued', position: 2, waitingTotal: 3 });
      expect(await store.readQueue(BOOTH, 1)).toMatchObject({ version, openLocks: 0, total: 3 });
      expect(await opened.activeBooths(9)).toEqual([]);
    });

    test('two queues at most; joins under way count, a booth already reserved does not count twice', async () => {
      const first = lockOf(await store.begin(joinRequest(41, operationId(), 1)));
      const answers = await Promise.all([2, 3, 4].map((booth) => store.begin(joinRequest(41, operationId(), booth))));
      expect(answers.filter((answer) => answer.outcome === 'begun')).toHaveLength(1);
      expect(answers.filter((answer) => answer.outcome === 'refused' && answer.code === 'MAX_WAITING_EXCEEDED')).toHaveLength(2);
      expect(await opened.activeBooths(41)).toHaveLength(2);
      await undo(store, first);
      expect(await store.begin(joinRequest(41, operationId(), 4))).toMatchObject({ outcome: 'begun' });
      await opened.setActiveBooths(42, [BOOTH, OTHER_BOOTH]);
      expect(await store.begin(joinRequest(42))).toMatchObject({ outcome: 'begun' });
    });

    test('refused while a join or a call of the same visitor is under way there', async () => {
      await store.begin(joinRequest(41));
      expect(await store.begin(joinRequest(41))).toEqual(refused('VISIT_BUSY'));
      await opened.putQueue(BOOTH, '42', 5);
      const call = lockOf(await store.begin(callRequest()));
      expect(await store.begin(joinRequest(42))).toEqual(refused('VISIT_BUSY'));
      expect(await store.begin(joinRequest(42, operationId(), OTHER_BOOTH))).toMatchObject({ outcome: 'begun' });
      await finish(store, call);
      expect(await store.begin(joinRequest(42))).toMatchObject({ outcome: 'begun' });
    });
  });

  describe(`${name}: visits`, () => {
    test('one lock per visit, whatever its kind', async () => {
      const enter = lockOf(await store.begin(visitRequest('enter', 900, 41)));
      expect(enter).toMatchObject({ waitingId: 900, score: null, generation: 5 });
      expect(await store.begin(visitRequest('enter', 900, 41))).toEqual(refused('VISIT_BUSY'));
      expect(await store.begin(visitRequest('complete', 900, 41))).toEqual(refused('VISIT_BUSY'));
      expect(await store.begin(visitRequest('enter', 901, 42))).toMatchObject({ outcome: 'begun' });
      await finish(store, enter);
      expect(await store.begin(visitRequest('complete', 900, 41))).toMatchObject({ outcome: 'begun' });
    });

    test('one lock per ticket: a call under way excludes its visit', async () => {
      await opened.putQueue(BOOTH, '41', 0.1 + 0.2);
      await store.begin(callRequest());
      expect(await store.begin(visitRequest('enter', 900, 41, 0.1 + 0.2))).toEqual(refused('VISIT_BUSY'));
      expect(await store.begin(visitRequest('enter', 900, 41, 0.3))).toMatchObject({ outcome: 'begun' });
    });

    test('entrance adds one, completion takes one, never below 0', async () => {
      for (const [kind, before, after] of [['enter', '4', 5], ['complete', '5', 4], ['complete', '1', 0], ['complete', '0', 0], ['complete', '-3', 0]] as const) {
        await opened.setCurrent(BOOTH, before);
        await finish(store, lockOf(await store.begin(visitRequest(kind, 900, 41))));
        expect((await store.readQueue(BOOTH, 0)).current, `${kind} at ${before}`).toBe(after);
      }
    });

    test('a missing count is 0', async () => {
      expect((await store.readQueue(BOOTH, 0)).current).toBe(0);
      await finish(store, lockOf(await store.begin(visitRequest('complete', 900, 41))));
      expect((await store.readQueue(BOOTH, 0)).current).toBe(0);
      await finish(store, lockOf(await store.begin(visitRequest('enter', 900, 41))));
      expect((await store.readQueue(BOOTH, 0)).current).toBe(1);
    });

    test.each(['many', '', '1.5', ' 7', '007', '1e3', '99999999999999999999'])('a count that is not an integer (%j) fails no step and stays for the recount', async (garbage) => {
      await opened.setCurrent(BOOTH, garbage);
      const lock = lockOf(await store.begin(visitRequest('enter', 900, 41)));
      expect(await finish(store, lock)).toBe('applied');
      expect(await store.readQueue(BOOTH, 0)).toMatchObject({ current: null, openLocks: 0 });
    });

    test('undo changes no count', async () => {
      await opened.setCurrent(BOOTH, '4');
      await undo(store, lockOf(await store.begin(visitRequest('enter', 900, 41))));
      await undo(store, lockOf(await store.begin(visitRequest('complete', 901, 42))));
      expect((await store.readQueue(BOOTH, 0)).current).toBe(4);
    });
  });
}
