/** The part of the contract that audits and repairs: each guard by itself. */
import { describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { SET_ASIDE } from '../../electron/core/waiting.ts';
import { BOOTH, callRequest, finish, joinRequest, leaveRequest, lockOf, OTHER_BOOTH, putBackRequest, queued, undo, visitRequest, type OpenedQueueStore, removeStale, verify } from './queue-store-fixture.ts';

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

    test('not the entry of a visitor who is inside a lock, however long', async () => {
      const { store, putQueue, ageLocks } = current();
      await putQueue(BOOTH, '41', ticket.score);
      const lock = lockOf(await store.begin(callRequest()));
      await putQueue(BOOTH, '41', ticket.score);
      await ageLocks(3_600_000);
      expect(await removeStale(store, ticket)).toBe(false);
      await finish(store, lock);
      expect(await removeStale(store, ticket)).toBe(true);
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

    test('a ticket whose ended visit somebody is at work on, at an old screen, is put into the queue', async () => {
      const { store } = current();
      const lock = lockOf(await store.begin(visitRequest('enter', 900, 41, ticket.score)));
      expect(await store.refill([ticket])).toBe(1);
      expect(await queued(store)).toEqual([['41', ticket.score]]);
      expect(await store.begin(callRequest())).toEqual({ outcome: 'refused', code: 'VISIT_BUSY' });
      await finish(store, lock);
      await finish(store, lockOf(await store.begin(callRequest())));
    });

    test('a ticket inside a lock that stands for its place is not put into the queue beside it', async () => {
      const { store, putQueue } = current();
      await putQueue(BOOTH, '41', ticket.score);
      const lock = lockOf(await store.begin(callRequest()));
      await store.refill([ticket]);
      expect(await queued(store)).toEqual([]);
      await finish(store, lock);
    });
  });

  describe(`${name}: registrations of one visitor that were merged`, () => {
    const [EARLIER, LATER] = [1_763_800_000, 1_763_800_007.25];
    const at = (score: number, userId = 41, boothId = BOOTH) => ({ boothId, userId, score });
    const version = async (boothId = BOOTH) => (await current().store.readQueue(boothId, 0)).version;
    const merged = (score: number, userId = 41, boothId = BOOTH) => current().store.readMerged(boothId, [at(score, userId, boothId)]);
    const merge = async (userId = 41, boothId = BOOTH): Promise<void> => {
      await current().putQueue(boothId, `${userId}`, LATER);
      await current().store.refill([at(EARLIER, userId, boothId)]);
    };
    /** Each puts the visitor back at the earlier score, over a registration made since. */
    const WAYS: Readonly<Record<string, (opened: OpenedQueueStore) => Promise<unknown>>> = {
      'a refill': () => merge(),
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

    test.each(Object.keys(WAYS))('the earlier one stands, the later is not forgotten: %s', async (way) => {
      const { store } = current();
      await WAYS[way]?.(current());
      expect(await queued(store)).toEqual([['41', EARLIER]]);
      expect(await store.readMerged(BOOTH, [at(5, 50), at(EARLIER)])).toEqual([at(LATER)]);
      // Nor is the earlier where another program has put the later in its place.
      expect(await merged(LATER)).toEqual([at(EARLIER)]);
      // Of an entry at another score nothing is known, nor of other booths.
      expect([await merged(LATER + 1), await merged(EARLIER, 41, OTHER_BOOTH), await merged(EARLIER, 4)]).toEqual([[], [], []]);
    });

    test('a later one that a lost queue is refilled with is not remembered: it ends with a call by the other', async () => {
      await current().putQueue(BOOTH, '41', EARLIER);
      await current().store.refill([at(LATER)]);
      expect([await queued(current().store), await merged(EARLIER)]).toEqual([[['41', EARLIER]], []]);
    });

    const THEN: readonly (readonly [string, (store: QueueStore) => Promise<unknown>, boolean])[] = [
      ['a call that is committed', async (store) => finish(store, lockOf(await store.begin(callRequest()))), false],
      ['a leave that is committed', async (store) => finish(store, lockOf(await store.begin(leaveRequest(41)))), false],
      ['being set aside', async (store) => store.resolve(lockOf(await store.begin(callRequest())), SET_ASIDE, 'undone'), false],
      ['a comparison with the ledger', (store) => store.beginRefill('b'), false],
      ['a pass that found every entry in order', async (store) => expect(await store.forgetMerged(BOOTH, await version())).toBe(true), false],
      ['a call that is undone', async (store) => undo(store, lockOf(await store.begin(callRequest()))), true],
      ['a put-back that is undone', async (store) => undo(store, lockOf(await store.begin(visitRequest('put-back', 900, 50)))), true],
      ['a pass that looked before something changed', async (store) => expect(await store.forgetMerged(BOOTH, (await version()) - 1)).toBe(false), true],
      ['a pass at another booth', async (store) => expect(await store.forgetMerged(OTHER_BOOTH, await version(OTHER_BOOTH))).toBe(true), true],
      ['a pass while another visitor is inside a lock', async (store) => {
        await store.begin(putBackRequest(50, 5));
        expect(await store.forgetMerged(BOOTH, await version())).toBe(true);
      }, false],
      ['a pass while the visitor is inside a lock', async (store) => {
        await store.begin(callRequest());
        expect(await store.forgetMerged(BOOTH, await version())).toBe(true);
      }, true],
    ];
    test.each(THEN.map(([what, happens, remembered]) => ({ what, happens, remembered })))('after $what: remembered $remembered', async ({ happens, remembered }) => {
      const { store } = current();
      await merge();
      await happens(store);
      expect(await merged(EARLIER)).toEqual(remembered ? [at(LATER)] : []);
    });

    test('an entry that is taken out takes with it what was merged, unless another registration takes its place', async () => {
      const { store, putQueue } = current();
      await merge();
      expect(await removeStale(store, at(EARLIER), LATER)).toBe(true);
      expect(await merged(LATER)).toEqual([at(EARLIER)]);
      expect(await removeStale(store, at(LATER))).toBe(true);
      await putQueue(BOOTH, '41', LATER);
      expect(await merged(LATER)).toEqual([]);
    });

    test('of a store that was not verified on this run nothing is known: what ended them may be lost', async () => {
      await merge();
      await current().startAnew();
      expect(await merged(EARLIER)).toEqual([]);
      await verify(current().store, 0);
      expect(await merged(EARLIER)).toEqual([]);
    });

    test('whether there are any is told with the queue', async () => {
      const { store } = current();
      const snapshot = async () => (await store.snapshotQueue(OTHER_BOOTH, (await store.readMark()).epoch ?? 0))?.anyMerged;
      expect(await snapshot()).toBe(false);
      await merge();
      expect(await snapshot()).toBe(true);
      await store.forgetMerged(BOOTH, await version());
      expect(await snapshot()).toBe(false);
    });

    test('of one entry the eight earliest scores', async () => {
      const { store, putQueue } = current();
      for (let later = 20; later > 8; later -= 1) {
        const lock = lockOf(await store.begin(putBackRequest(41, 1.5)));
        await putQueue(BOOTH, '41', later);
        await finish(store, lock);
        const visit = lockOf(await store.begin(callRequest()));
        await undo(store, visit);
      }
      expect((await merged(1.5)).map(({ score }) => score)).toEqual([9, 10, 11, 12, 13, 14, 15]);
    });

    test('of all booths a thousand entries; of those who are known already more', async () => {
      const { store } = current();
      await Promise.all(Array.from({ length: 1_001 }, (_, index) => merge(1_000 + index)));
      const everybody = Array.from({ length: 1_001 }, (_, index) => at(EARLIER, 1_000 + index));
      const remembered = await store.readMerged(BOOTH, everybody);
      expect(remembered).toHaveLength(1_000);
      const [known = at(0)] = remembered;
      await current().putQueue(BOOTH, `${known.userId}`, LATER + 1);
      await store.refill([at(EARLIER, known.userId)]);
      expect(await merged(EARLIER, known.userId)).toHaveLength(2);
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
