/** The part of the contract about what other programs may leave in a queue: nothing of it is lost, and nothing of it blocks the rest. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { type OpenedQueueStore, BOOTH, callRequest, finish, joinRequest, lockOf, queued, refused, undo, visitRequest, removeStale } from './queue-store-fixture.ts';

const NO_USERS = ['', ' ', 'abc', '0', '-5', '007', '+7', '1.5', '1e3', '9007199254740993', '99999999999999999999', '\u0663', '\uff14\uff11', ' 41', '41\n', '41 ', '__proto__', '이름', 'x'.repeat(1_000)];

export function queueStoreBadEntries(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });

  describe(`${name}: entries another program left`, () => {
    test.each(NO_USERS)('the member %j is shown, set aside with its score, and the next is called', async (member) => {
      await opened.putQueue(BOOTH, member, 5);
      await opened.putQueue(BOOTH, '41', 6);
      expect((await store.readQueue(BOOTH, 5)).entries).toEqual([{ member, userId: null, score: 5 }, { member: '41', userId: 41, score: 6 }]);
      expect(lockOf(await store.begin(callRequest()))).toMatchObject({ userId: 41, score: 6 });
      expect(Object.entries(await opened.quarantine(BOOTH))).toEqual([[member, '5 member']]);
      expect(await store.readQueue(BOOTH, 5)).toMatchObject({ entries: [], setAside: 1 });
    });

    test.each([Infinity, -Infinity])('the score %d is set aside, and the next is called', async (score) => {
      await opened.putQueue(BOOTH, '40', score);
      await opened.putQueue(BOOTH, '41', 6);
      expect(await queued(store)).toContainEqual(['40', score]);
      const first = lockOf(await store.begin(callRequest()));
      expect(first.userId).toBe(41);
      expect(await store.begin(callRequest())).toEqual(refused('QUEUE_EMPTY'));
      expect(await opened.quarantine(BOOTH)).toEqual({ '40': expect.stringMatching(/inf.* score$/i) });
    });

    test.each([-1_763_800_000.5, -1, 0, 5e-324, 0.1 + 0.2, 1e16, 1e308, Number.MAX_VALUE])('the score %d is as good as any: called, and put back to the digit', async (score) => {
      await opened.putQueue(BOOTH, '41', score);
      const lock = lockOf(await store.begin(callRequest()));
      expect(lock.score).toBe(score);
      expect(await undo(store, lock)).toBe('applied');
      expect(await queued(store)).toEqual([['41', score]]);
    });

    test.each([1e13, 1e15, 1e308, Infinity])('a score of %d is no time: those who join later are not pulled behind it, and keep their order', async (score) => {
      await opened.putQueue(BOOTH, '99', score);
      await opened.putQueue(BOOTH, '98', 5);
      for (const userId of [42, 41]) {
        const lock = lockOf(await store.begin(joinRequest(userId)));
        expect(lock.score).toBeLessThan(1e10);
        await finish(store, lock);
      }
      expect((await queued(store)).map(([member]) => member)).toEqual(['98', '42', '41', '99']);
    });
  });

  describe(`${name}: a lock nobody ends`, () => {
    test('holds up its visitor, not those behind, once it is a minute old', async () => {
      await opened.putQueue(BOOTH, '41', 5);
      await opened.putQueue(BOOTH, '42', 6);
      const stuck = lockOf(await store.begin(visitRequest('enter', 900, 41, 5)));
      await opened.ageLocks(50_000);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
      await opened.ageLocks(10_000);
      expect(lockOf(await store.begin(callRequest()))).toMatchObject({ userId: 42 });
      expect(await queued(store)).toEqual([['41', 5]]);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
      const now = (await store.readLock(stuck.operationId)) ?? stuck;
      await finish(store, now);
      expect(lockOf(await store.begin(callRequest()))).toMatchObject({ userId: 41, score: 5 });
    });

    test.each([60_000, -90_000])('does not keep the count or a served entry from being put right (%d ms old)', async (ageMs) => {
      await opened.putQueue(BOOTH, '41', 5);
      await opened.setCurrent(BOOTH, '7');
      lockOf(await store.begin(visitRequest('enter', 900, 42, 6)));
      const look = async () => (await store.readCounts([BOOTH]))[0] ?? { boothId: BOOTH, current: null, version: 0, openLocks: 0 };
      const young = await look();
      expect(young.openLocks).toBe(1);
      expect([await store.correctCount(young, 2), await removeStale(store, { boothId: BOOTH, userId: 41, score: 5 })]).toEqual([false, false]);
      await opened.ageLocks(ageMs);
      const seen = await look();
      expect(seen.openLocks).toBe(0);
      expect(await store.correctCount(seen, 2)).toBe(true);
      expect(await removeStale(store, { boothId: BOOTH, userId: 41, score: 5 })).toBe(true);
      expect(await store.readQueue(BOOTH, 5)).toMatchObject({ entries: [], current: 2, openLocks: 1 });
    });

    test('a call passes over a hundred of them at most', async () => {
      for (let user = 1; user <= 102; user += 1) await opened.putQueue(BOOTH, String(user), user);
      for (let user = 1; user <= 101; user += 1) await store.begin(visitRequest('enter', 900 + user, user, user));
      await opened.ageLocks(60_000);
      expect(await store.begin(callRequest())).toEqual(refused('VISIT_BUSY'));
      const [lock, ...more] = (await store.readLocks(200)).locks.filter((each) => each.userId === 101);
      if (lock === undefined || more.length > 0) throw new Error('exactly one lock holds that visitor');
      expect(await finish(store, lock)).toBe('applied');
      expect(lockOf(await store.begin(callRequest()))).toMatchObject({ userId: 101 });
    });
  });
}
