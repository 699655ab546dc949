/** The part of the contract that audits and repairs: each guard by itself. */
import { describe, expect, test } from 'vitest';
import { SET_ASIDE } from '../../electron/core/waiting.ts';
import { BOOTH, callRequest, finish, joinRequest, lockOf, OTHER_BOOTH, putBackRequest, queued, undo, visitRequest, type OpenedQueueStore, removeStale } from './queue-store-fixture.ts';

export function queueStoreRepairs(name: string, current: () => OpenedQueueStore): void {
  const seenAt = async (boothId = BOOTH) => {
    const [count] = await current().store.readCounts([boothId]);
    if (count === undefined) throw new Error('no count was read');
    return count;
  };

  describe(`${name}: counts`, () => {
    test('many booths at once, in the order asked', async () => {
      const { store, setCurrent } = current();
      await setCurrent(BOOTH, '4');
      await setCurrent(OTHER_BOOTH, 'x');
      await store.begin(visitRequest('enter', 900, 41));
      expect(await store.readCounts([OTHER_BOOTH, BOOTH, 9])).toEqual([
        { boothId: OTHER_BOOTH, current: null, version: 0, openLocks: 0 },
        { boothId: BOOTH, current: 4, version: 1, openLocks: 1 },
        { boothId: 9, current: 0, version: 0, openLocks: 0 },
      ]);
      expect(await store.readCounts([])).toEqual([]);
    });

    test('a count is corrected when all is as seen, and the version grows', async () => {
      const { store, setCurrent } = current();
      await setCurrent(BOOTH, '4');
      const seen = await seenAt();
      expect(await store.correctCount(seen, 2)).toBe(true);
      expect(await seenAt()).toEqual({ ...seen, current: 2, version: seen.version + 1 });
    });

    test('not when the count has changed', async () => {
      const { store, setCurrent } = current();
      await setCurrent(BOOTH, '4');
      const seen = await seenAt();
      await setCurrent(BOOTH, '5');
      expect(await store.correctCount(seen, 2)).toBe(false);
      expect((await seenAt()).current).toBe(5);
    });

    test('not when the version has changed, though the count is the same again', async () => {
      const { store, setCurrent } = current();
      await setCurrent(BOOTH, '4');
      const seen = await seenAt();
      await finish(store, lockOf(await store.begin(visitRequest('enter', 900, 41))));
      await finish(store, lockOf(await store.begin(visitRequest('complete', 900, 41))));
      expect((await seenAt()).current).toBe(4);
      expect(await store.correctCount(seen, 2)).toBe(false);
    });

    test('not while a lock is open at the booth, though it was when it was seen', async () => {
      const { store, setCurrent } = current();
      await setCurrent(BOOTH, '4');
      const lock = lockOf(await store.begin(visitRequest('enter', 900, 41)));
      expect(await store.correctCount(await seenAt(), 2)).toBe(false);
      await finish(store, lock);
      expect(await store.correctCount(await seenAt(), 2)).toBe(true);
    });

    test('a lock at another booth is no reason', async () => {
      const { store, setCurrent } = current();
      await setCurrent(OTHER_BOOTH, '4');
      await store.begin(visitRequest('enter', 900, 41));
      expect(await store.correctCount(await seenAt(OTHER_BOOTH), 2)).toBe(true);
    });

    test('one that is not an integer is set, unless it has become one', async () => {
      const { store, setCurrent } = current();
      await setCurrent(BOOTH, 'garbage');
      const seen = await seenAt();
      expect(seen.current).toBeNull();
      expect(await store.correctCount(seen, 6)).toBe(true);
      expect(await store.correctCount({ ...seen, version: seen.version + 1 }, 7)).toBe(false);
      expect((await seenAt()).current).toBe(6);
    });
  });

  describe(`${name}: stale entries and refill`, () => {
    const ticket = { boothId: BOOTH, userId: 41, score: 0.1 + 0.2 };

    test('an entry is removed at its very score, its active booth with it', async () => {
      const { store, putQueue, setActiveBooths, activeBooths } = current();
      await putQueue(BOOTH, '41', ticket.score);
      await setActiveBooths(41, [BOOTH, OTHER_BOOTH]);
      expect(await removeStale(store, { ...ticket, score: 0.3 })).toBe(false);
      expect(await queued(store)).toHaveLength(1);
      expect(await removeStale(store, ticket)).toBe(true);
      expect(await queued(store)).toEqual([]);
      expect(await activeBooths(41)).toEqual([OTHER_BOOTH]);
      expect(await removeStale(store, ticket)).toBe(false);
    });

    test('a newer registration of the visitor takes its place in the same step', async () => {
      const { store, putQueue, setActiveBooths, activeBooths } = current();
      await putQueue(BOOTH, '41', ticket.score);
      await putQueue(BOOTH, '50', 5);
      await setActiveBooths(41, [OTHER_BOOTH]);
      expect(await removeStale(store, ticket, 7.25)).toBe(true);
      expect(await queued(store)).toEqual([['50', 5], ['41', 7.25]]);
      expect(await activeBooths(41)).toEqual([BOOTH, OTHER_BOOTH]);
      expect(await removeStale(store, ticket, 7.25)).toBe(false);
    });

    test('not when a kiosk has changed the booth since it was looked at: who registered meanwhile may stand there', async () => {
      const { store, putQueue } = current();
      await putQueue(BOOTH, '41', ticket.score);
      const { version } = await store.readQueue(BOOTH, 0);
      await finish(store, lockOf(await store.begin(joinRequest(42))));
      expect(await store.removeStale(ticket, version, null)).toBe(false);
      expect((await queued(store)).map(([member]) => member)).toEqual(['41', '42']);
      const seen = (await store.readQueue(BOOTH, 0)).version;
      expect(await store.removeStale(ticket, seen, null)).toBe(true);
      expect((await store.readQueue(BOOTH, 0)).version).toBe(seen + 1);
    });

    test('not while a lock is open at the booth', async () => {
      const { store, putQueue } = current();
      await putQueue(BOOTH, '41', ticket.score);
      await store.begin(visitRequest('enter', 900, 50));
      expect(await removeStale(store, ticket)).toBe(false);
    });

    test('refill puts tickets back at their own score, the earlier one wins', async () => {
      const { store, putQueue, activeBooths } = current();
      await putQueue(BOOTH, '1', 10);
      await putQueue(BOOTH, '2', 10);
      const tickets = [{ boothId: BOOTH, userId: 1, score: 5.25 }, { boothId: BOOTH, userId: 2, score: 20 }, ticket, { ...ticket, boothId: OTHER_BOOTH }];
      await store.refill(tickets);
      await store.refill(tickets);
      await store.refill([]);
      expect(await queued(store)).toEqual([['41', ticket.score], ['1', 5.25], ['2', 10]]);
      expect(await queued(store, OTHER_BOOTH)).toEqual([['41', ticket.score]]);
      expect(await activeBooths(41)).toEqual([BOOTH, OTHER_BOOTH]);
      expect(await activeBooths(2)).toEqual([BOOTH]);
    });

    test('refill of more than a batch', async () => {
      const { store } = current();
      await store.refill(Array.from({ length: 2_500 }, (_, i) => ({ boothId: BOOTH, userId: i + 1, score: i })));
      expect((await store.readQueue(BOOTH, 1)).total).toBe(2_500);
    });

    test('a ticket inside an open lock is not put into the queue beside it', async () => {
      const { store, putQueue } = current();
      await putQueue(BOOTH, '41', ticket.score);
      const lock = lockOf(await store.begin(callRequest()));
      await store.refill([ticket]);
      expect(await queued(store)).toEqual([]);
      await finish(store, lock);
    });
  });

  describe(`${name}: a visitor who registered more than once`, () => {
    const [EARLIER, LATER] = [1_763_800_000, 1_763_800_007.25];
    const earlier = { boothId: BOOTH, userId: 41, score: EARLIER };
    /** Each puts the visitor back at the earlier score, beside a registration made since. */
    const WAYS: Readonly<Record<string, (opened: OpenedQueueStore) => Promise<unknown>>> = {
      'a refill': async ({ store, putQueue }) => {
        await putQueue(BOOTH, '41', LATER);
        await store.refill([earlier]);
      },
      'a refill of the later one': async ({ store, putQueue }) => {
        await putQueue(BOOTH, '41', EARLIER);
        await store.refill([{ ...earlier, score: LATER }]);
      },
      'a call that was undone': async ({ store, putQueue }) => {
        await putQueue(BOOTH, '41', EARLIER);
        const lock = lockOf(await store.begin(callRequest()));
        await putQueue(BOOTH, '41', LATER);
        await undo(store, lock);
      },
      'an action that puts back': async ({ store, putQueue }) => {
        const lock = lockOf(await store.begin(putBackRequest(41, EARLIER)));
        await putQueue(BOOTH, '41', LATER);
        await finish(store, lock);
      },
      'a lock of the backend’s': async ({ store, putQueue, putForeignLock }) => {
        await putQueue(BOOTH, '41', LATER);
        await putForeignLock(`temp:calling:${BOOTH}:41`, { boothId: `${BOOTH}`, userId: '41', timestamp: `${EARLIER}` });
        const [lock] = await store.findForeignLocks();
        expect(lock && (await store.endForeignLock(lock, 'put-back'))).toBe(true);
      },
      'an entry set aside': async ({ store, putQueue }) => {
        await putQueue(BOOTH, '41', EARLIER);
        await store.resolve(lockOf(await store.begin(callRequest())), SET_ASIDE, 'undone');
        await putQueue(BOOTH, '41', LATER);
        expect(await store.endSetAside(BOOTH, '41', 'restored')).toBe(true);
      },
    };

    test.each(Object.keys(WAYS))('stands at the earliest; where that turns out to have been used up, at the next: %s', async (way) => {
      const { store, activeBooths } = current();
      await WAYS[way]?.(current());
      expect(await queued(store)).toEqual([['41', EARLIER]]);
      expect(await removeStale(store, earlier)).toBe(true);
      expect([await queued(store), await activeBooths(41)]).toEqual([[['41', LATER]], [BOOTH]]);
      expect(await removeStale(store, { ...earlier, score: LATER })).toBe(true);
      expect([await queued(store), await activeBooths(41)]).toEqual([[], []]);
    });

    test('of very many registrations the earliest and the seven latest are remembered, one after the other', async () => {
      const { store } = current();
      const scores = Array.from({ length: 12 }, (_, i) => 10.5 + i);
      await store.refill(scores.toReversed().map((score) => ({ ...earlier, score })));
      const seen: (number | undefined)[] = [];
      for (const _each of scores) {
        const [entry] = await queued(store);
        seen.push(entry?.[1]);
        if (entry !== undefined) expect(await removeStale(store, { ...earlier, score: entry[1] })).toBe(true);
      }
      expect(seen.filter((score) => score !== undefined)).toEqual([scores[0], ...scores.slice(-7)]);
    });

    test('what an entry stood for that is gone by another way says nothing about a later one', async () => {
      const { store, putQueue } = current();
      await WAYS['a refill']?.(current());
      await putQueue(BOOTH, '41', LATER + 5);
      expect(await removeStale(store, { ...earlier, score: LATER + 5 })).toBe(true);
      expect(await queued(store)).toEqual([]);
      await putQueue(BOOTH, '41', LATER + 9);
      await store.refill([{ ...earlier, score: LATER + 8 }]);
      expect(await removeStale(store, { ...earlier, score: LATER + 8 })).toBe(true);
      expect(await queued(store)).toEqual([['41', LATER + 9]]);
    });
  });

  describe(`${name}: active booths`, () => {
    test('missing, stale and repaired, with joins and calls under way counting as a place', async () => {
      const { store, putQueue, setActiveBooths, activeBooths } = current();
      await putQueue(BOOTH, '1', 1);
      await store.begin(callRequest());
      await store.begin(joinRequest(2));
      await putQueue(BOOTH, '3', 3);
      await putQueue(BOOTH, '4', 4);
      await setActiveBooths(1, [BOOTH]);
      await setActiveBooths(4, [BOOTH]);
      await setActiveBooths(5, [BOOTH, OTHER_BOOTH]);
      const users = [1, 2, 3, 4, 5, 6];
      expect(await store.usersMissingActiveBooth(BOOTH, users)).toEqual([3, 6]);
      expect(await store.usersWithStaleActiveBooth(BOOTH, users)).toEqual([5]);
      await store.repairActiveBooth(BOOTH, users);
      expect(await Promise.all(users.map(activeBooths))).toEqual([[BOOTH], [BOOTH], [BOOTH], [BOOTH], [OTHER_BOOTH], []]);
      expect(await store.usersMissingActiveBooth(BOOTH, [])).toEqual([]);
    });

    test('more users than one batch holds', async () => {
      const { store, putQueue } = current();
      const users = Array.from({ length: 2_001 }, (_, i) => i + 1);
      const edges = [1, 1_000, 1_001, 2_000, 2_001];
      for (const user of edges) await putQueue(BOOTH, String(user), user);
      await store.repairActiveBooth(BOOTH, users);
      const wanted = new Set(edges);
      expect(await store.usersMissingActiveBooth(BOOTH, users)).toEqual(users.filter((user) => !wanted.has(user)));
      for (const user of edges) await finish(store, lockOf(await store.begin(callRequest(`call-${user}`))));
      await store.refill(edges.map((userId) => ({ boothId: BOOTH, userId, score: userId })));
      expect(await store.usersWithStaleActiveBooth(BOOTH, users)).toEqual([]);
      for (const userId of edges) await removeStale(store, { boothId: BOOTH, userId, score: userId });
      expect(await store.usersMissingActiveBooth(BOOTH, users)).toEqual(users);
    });
  });
}
