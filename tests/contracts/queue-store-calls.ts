/** The part of the contract about calling: order, exact scores, entries that cannot be called. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { SET_ASIDE } from '../../electron/core/waiting.ts';
import { type OpenedQueueStore, BOOTH, OTHER_BOOTH, OWNER, callRequest, visitRequest, lockOf, finish, undo, queued, refused } from './queue-store-fixture.ts';

export function queueStoreCalls(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });

  describe(`${name}: calling`, () => {
    test('takes the first of the queue into a lock that holds everything', async () => {
      await opened.putQueue(BOOTH, '12', 1_763_800_002);
      await opened.putQueue(BOOTH, '11', 1_763_800_001);
      const request = callRequest();
      const answer = await store.begin(request);
      expect(answer).toMatchObject({
        outcome: 'begun',
        lock: { operationId: request.operationId, kind: 'call', boothId: BOOTH, userId: 11, score: 1_763_800_001, waitingId: null, owner: OWNER, generation: 3 },
      });
      expect(Number.isInteger(lockOf(answer).createdAtMs)).toBe(true);
      expect(await queued(store)).toEqual([['12', 1_763_800_002]]);
      expect(await store.readLock(request.operationId)).toEqual(lockOf(answer));
    });

    test('equal scores go by the text of the member, as the server orders them', async () => {
      for (const member of ['9', '10', '100', '2']) await opened.putQueue(BOOTH, member, 1_763_800_000);
      const called: number[] = [];
      for (let i = 0; i < 4; i += 1) called.push(lockOf(await store.begin(callRequest())).userId);
      expect(called).toEqual([10, 100, 2, 9]);
      expect(await store.begin(callRequest())).toEqual(refused('QUEUE_EMPTY'));
    });

    test.each([1_763_800_000.1234567, 1e-7, 2 ** 53 - 1, 0.1 + 0.2, 1_763_800_000, 1_763_800_000_123, 0, -5.5, 1e300, 5e-324])(
      'the score %d comes back to the digit when the call is undone',
      async (score) => {
        await opened.putQueue(BOOTH, '11', score);
        await opened.putQueue(BOOTH, '12', score);
        const lock = lockOf(await store.begin(callRequest()));
        expect(lock.score).toBe(score);
        expect(await undo(store, lock)).toBe('applied');
        expect(await queued(store)).toEqual([['11', score], ['12', score]]);
        expect(await opened.activeBooths(11)).toEqual([BOOTH]);
      },
    );

    test('undo beside a newer entry of the same visitor keeps the earlier score, beside an older one that', async () => {
      await opened.putQueue(BOOTH, '11', 100.25);
      const first = lockOf(await store.begin(callRequest()));
      await opened.putQueue(BOOTH, '11', 500);
      await undo(store, first);
      expect(await queued(store)).toEqual([['11', 100.25]]);
      const second = lockOf(await store.begin(callRequest()));
      await opened.putQueue(BOOTH, '11', 50);
      await undo(store, second);
      expect(await queued(store)).toEqual([['11', 50]]);
    });

    test('finish takes the booth out of the active booths, unless the visitor has queued again', async () => {
      await opened.setActiveBooths(11, [BOOTH, OTHER_BOOTH]);
      await opened.putQueue(BOOTH, '11', 100);
      await finish(store, lockOf(await store.begin(callRequest())));
      expect(await opened.activeBooths(11)).toEqual([OTHER_BOOTH]);

      await opened.setActiveBooths(12, [BOOTH]);
      await opened.putQueue(BOOTH, '12', 100);
      const lock = lockOf(await store.begin(callRequest()));
      await opened.putQueue(BOOTH, '12', 200);
      await finish(store, lock);
      expect(await opened.activeBooths(12)).toEqual([BOOTH]);
      expect(await queued(store)).toEqual([['12', 200]]);
    });

    test('a visitor whose place is inside a lock is not called a second time', async () => {
      await opened.putQueue(BOOTH, '11', 100);
      const lock = lockOf(await store.begin(callRequest()));
      await opened.putQueue(BOOTH, '11', 100);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
      await opened.putQueue(BOOTH, '11', 300);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
      await finish(store, lock);
      expect(lockOf(await store.begin(callRequest()))).toMatchObject({ userId: 11, score: 300 });
    });

    test('a ticket inside a lock on its visit is not called', async () => {
      await store.begin(visitRequest('enter', 900, 11, 100));
      await opened.putQueue(BOOTH, '11', 100);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
    });

    test('a ticket may be set aside instead of put back: counted, kept with its score, and no longer among the booths of the user', async () => {
      await opened.putQueue(BOOTH, '41', 1_763_800_000.25);
      await opened.setActiveBooths(41, [BOOTH]);
      const lock = lockOf(await store.begin(callRequest()));
      expect(await store.resolve(lock, SET_ASIDE, 'undone')).toBe('applied');
      expect(await store.readQueue(BOOTH, 10)).toMatchObject({ entries: [], total: 0, openLocks: 0, setAside: 1 });
      expect(Number((await opened.quarantine(BOOTH))['41']?.split(' ')[0])).toBe(1_763_800_000.25);
      expect(await opened.activeBooths(41)).toEqual([]);
    });

    test('entries that can never be called go into quarantine and block nobody', async () => {
      const rubbish = ['abc', '007', '-1', '1.5', '9007199254740993', '', '99999999999999999'];
      for (const [index, member] of rubbish.entries()) await opened.putQueue(BOOTH, member, index + 0.5);
      await opened.putQueue(BOOTH, '13', -Infinity);
      await opened.putQueue(BOOTH, '11', 100);
      expect((await store.readQueue(BOOTH, 100)).entries[1]).toEqual({ member: 'abc', userId: null, score: 0.5 });
      expect(lockOf(await store.begin(callRequest())).userId).toBe(11);
      const kept = await opened.quarantine(BOOTH);
      expect(Object.keys(kept).toSorted()).toEqual([...rubbish, '13'].toSorted());
      expect(kept['007']).toContain('1.5');
      expect(await queued(store)).toEqual([]);
    });

    test('one call moves at most ten entries out of the way', async () => {
      for (let i = 0; i < 11; i += 1) await opened.putQueue(BOOTH, `x${i}`, i);
      await opened.putQueue(BOOTH, '11', 100);
      expect(await store.begin(callRequest())).toEqual(refused('QUEUE_ENTRY_INVALID'));
      expect(await queued(store)).toHaveLength(2);
      expect(lockOf(await store.begin(callRequest())).userId).toBe(11);
    });

    test('callers in parallel never take the same entry', async () => {
      const callers = [store, await opened.another(), await opened.another()];
      for (let user = 1; user <= 60; user += 1) await opened.putQueue(BOOTH, `${user}`, Math.floor(user / 7));
      const answers = await Promise.all(Array.from({ length: 66 }, (_, i) => (callers[i % 3] ?? store).begin(callRequest())));
      const users = answers.flatMap((answer) => (answer.outcome === 'begun' ? [answer.lock.userId] : []));
      expect(new Set(users).size).toBe(60);
      expect(users).toHaveLength(60);
      expect(answers.filter((answer) => answer.outcome === 'refused' && answer.code === 'QUEUE_EMPTY')).toHaveLength(6);
      expect((await store.readQueue(BOOTH, 10)).openLocks).toBe(60);
    });
  });
}
