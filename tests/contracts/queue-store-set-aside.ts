/** The part of the contract about entries taken out of the way: kept for a person, who restores or drops them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { SET_ASIDE } from '../../electron/core/waiting.ts';
import { type OpenedQueueStore, BOOTH, OTHER_BOOTH, callRequest, finish, joinRequest, lockOf, operationId, queued, refused, undo } from './queue-store-fixture.ts';

export function queueStoreSetAside(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });
  /** The visitor is called, and cannot be. */
  async function setAside(userId: number, score: number, boothId = BOOTH): Promise<void> {
    await opened.putQueue(boothId, `${userId}`, score);
    await opened.setActiveBooths(userId, [boothId]);
    const lock = lockOf(await store.begin(callRequest(operationId(), boothId, userId)));
    expect(await store.resolve(lock, SET_ASIDE, 'undone')).toBe('applied');
  }
  const read = async (...boothIds: number[]) => (await store.readSetAside(boothIds)).toSorted((a, b) => a.boothId - b.boothId || (a.member < b.member ? -1 : 1));

  describe(`${name}: set aside`, () => {
    test('is read with its score and why, of the booths asked for', async () => {
      expect(await read(BOOTH, OTHER_BOOTH)).toEqual([]);
      await setAside(41, 0.1 + 0.2);
      await setAside(42, 1_763_800_000, OTHER_BOOTH);
      await opened.putQueue(BOOTH, 'x y', 7);
      await opened.putQueue(BOOTH, '43', -Infinity);
      expect(await store.begin(callRequest())).toEqual(refused('QUEUE_EMPTY'));
      const entries = [
        { boothId: BOOTH, member: '41', score: 0.1 + 0.2, reason: 'user' },
        { boothId: BOOTH, member: '43', score: null, reason: 'score' },
        { boothId: BOOTH, member: 'x y', score: 7, reason: 'member' },
      ];
      expect(await read(BOOTH)).toEqual(entries);
      expect(await read(BOOTH, OTHER_BOOTH)).toEqual([...entries, { boothId: OTHER_BOOTH, member: '42', score: 1_763_800_000, reason: 'user' }]);
      expect(await store.readSetAside([])).toEqual([]);
    });

    test.each([[5, 9], [9, 5]])('twice, at %d and at %d: the earlier stays', async (first, second) => {
      await setAside(41, first);
      await setAside(41, second);
      expect(await read(BOOTH)).toMatchObject([{ member: '41', score: 5 }]);
    });

    test('twice, once without a score: the one with a score stays', async () => {
      await setAside(41, 5);
      await opened.putQueue(BOOTH, '41', -Infinity);
      expect(await store.begin(callRequest())).toEqual(refused('QUEUE_EMPTY'));
      expect(await read(BOOTH)).toMatchObject([{ member: '41', score: 5 }]);
    });

    test('is not put back by a refill, at that booth', async () => {
      await setAside(41, 5);
      expect(await store.refill([{ boothId: BOOTH, userId: 41, score: 5 }, { boothId: BOOTH, userId: 42, score: 6 }, { boothId: OTHER_BOOTH, userId: 41, score: 7 }])).toBe(2);
      expect([await queued(store), await queued(store, OTHER_BOOTH)]).toEqual([[['42', 6]], [['41', 7]]]);
      expect(await opened.activeBooths(41)).toEqual([OTHER_BOOTH]);
    });
  });

  describe(`${name}: ending what was set aside`, () => {
    test('restored: at its score, active booths included; once', async () => {
      await opened.putQueue(BOOTH, '50', 6);
      await setAside(41, 5.5);
      const { version } = await store.readQueue(BOOTH, 0);
      expect(await store.endSetAside(BOOTH, '41', 'restored')).toBe(true);
      expect(await queued(store)).toEqual([['41', 5.5], ['50', 6]]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
      expect(await store.readQueue(BOOTH, 0)).toMatchObject({ setAside: 0, version: version + 1 });
      expect(await store.endSetAside(BOOTH, '41', 'restored')).toBe(false);
      expect(await store.endSetAside(BOOTH, '41', 'dropped')).toBe(false);
    });

    test.each([[4, 4], [9, 5]])('restored beside an entry at %d: the earlier score stays', async (standing, wanted) => {
      await setAside(41, 5);
      await opened.putQueue(BOOTH, '41', standing);
      expect(await store.endSetAside(BOOTH, '41', 'restored')).toBe(true);
      expect(await queued(store)).toEqual([['41', wanted]]);
    });

    test('what is no visitor, or has no score, cannot be restored, only dropped', async () => {
      await opened.putQueue(BOOTH, 'x', 7);
      await opened.putQueue(BOOTH, '43', Infinity);
      await store.begin(callRequest());
      for (const member of ['x', '43']) {
        expect(await store.endSetAside(BOOTH, member, 'restored')).toBe(false);
        expect((await read(BOOTH)).map((entry) => entry.member)).toContain(member);
        expect(await store.endSetAside(BOOTH, member, 'dropped')).toBe(true);
      }
      expect([await read(BOOTH), await queued(store)]).toEqual([[], []]);
    });

    test('restored: not while a kiosk is at work on the visitor’s place', async () => {
      await setAside(41, 5);
      const join = lockOf(await store.begin(joinRequest(41)));
      expect(await store.endSetAside(BOOTH, '41', 'restored')).toBe(false);
      await undo(store, join);
      expect(await store.endSetAside(BOOTH, '41', 'restored')).toBe(true);
    });

    test('dropped: gone, the booth with it, unless the visitor has a place there', async () => {
      await setAside(41, 5);
      await opened.setActiveBooths(41, [BOOTH, OTHER_BOOTH]);
      expect(await store.endSetAside(OTHER_BOOTH, '41', 'dropped')).toBe(false);
      expect(await store.endSetAside(BOOTH, '41', 'dropped')).toBe(true);
      expect(await opened.activeBooths(41)).toEqual([OTHER_BOOTH]);
      await setAside(42, 5);
      const join = lockOf(await store.begin(joinRequest(42)));
      expect(await store.endSetAside(BOOTH, '42', 'dropped')).toBe(true);
      expect(await opened.activeBooths(42)).toEqual([BOOTH]);
      await finish(store, join);
      await setAside(43, 5);
      await opened.putQueue(BOOTH, '43', 9);
      await opened.setActiveBooths(43, [BOOTH]);
      expect(await store.endSetAside(BOOTH, '43', 'dropped')).toBe(true);
      expect(await opened.activeBooths(43)).toEqual([BOOTH]);
      expect((await queued(store)).map(([member]) => member)).toEqual(['43', '42']);
    });
  });
}
