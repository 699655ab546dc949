/** The part of the contract about reading and about hearing of changes. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore, SoftLock } from '../../electron/core/ports.ts';
import { eventually } from '../support/ports.ts';
import { type OpenedQueueStore, BOOTH, OTHER_BOOTH, operationId, callRequest, joinRequest, visitRequest, lockOf, finish, undo, removeStale } from './queue-store-fixture.ts';

export function queueStoreReads(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });

  describe(`${name}: reading`, () => {
    test('the queue in calling order, limited, with total, count, version and open locks', async () => {
      for (const [member, score] of [['30', 3], ['10', 1], ['nobody', 2]] as const) await opened.putQueue(BOOTH, member, score);
      await opened.setCurrent(BOOTH, '12');
      expect(await store.readQueue(BOOTH, 2)).toEqual({
        entries: [{ member: '10', userId: 10, score: 1 }, { member: 'nobody', userId: null, score: 2 }],
        total: 3,
        current: 12,
        version: 0,
        openLocks: 0,
        setAside: 0,
      });
      expect((await store.readQueue(BOOTH, 0)).entries).toEqual([]);
      expect(await store.readQueue(OTHER_BOOTH, 5)).toEqual({ entries: [], total: 0, current: 0, version: 0, openLocks: 0, setAside: 0 });
    });

    test('locks oldest first, limited, with the store\'s clock; readLock finds one', async () => {
      const locks: SoftLock[] = [];
      for (const waitingId of [1, 2, 3]) locks.push(lockOf(await store.begin(visitRequest('enter', waitingId, 40 + waitingId))));
      const read = await store.readLocks(10);
      expect(read.locks.map((lock) => lock.createdAtMs)).toEqual(locks.map((lock) => lock.createdAtMs).toSorted((a, b) => a - b));
      expect(read.locks.toSorted((a, b) => (a.waitingId ?? 0) - (b.waitingId ?? 0))).toEqual(locks);
      expect(read.nowMs).toBeGreaterThanOrEqual(Math.max(...locks.map((lock) => lock.createdAtMs)));
      expect((await store.readLocks(2)).locks).toHaveLength(2);
      expect((await store.readLocks(0)).locks).toEqual([]);
      expect(await store.readLock(operationId())).toBeNull();
    });

    test('every change raises the version of its booth alone', async () => {
      const versions: number[] = [];
      const note = async () => versions.push((await store.readQueue(BOOTH, 0)).version);
      await note();
      await opened.putQueue(BOOTH, '11', 1);
      const call = lockOf(await store.begin(callRequest()));
      await note();
      await undo(store, call);
      await note();
      await store.begin(callRequest());
      await note();
      const join = lockOf(await store.begin(joinRequest(41)));
      await note();
      await finish(store, join);
      await note();
      await opened.putQueue(BOOTH, 'rubbish', 0);
      await removeStale(store, { boothId: OTHER_BOOTH, userId: 1, score: 1 });
      await store.refill([{ boothId: BOOTH, userId: 77, score: 7 }]);
      await note();
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(new Set(versions).size).toBe(versions.length);
      expect((await store.readQueue(OTHER_BOOTH, 0)).version).toBe(0);
    });

    test('another kiosk hears of a change, until it stops listening', async () => {
      const heard: number[] = [];
      const other = await opened.another();
      const stop = other.onChange((boothId) => heard.push(boothId));
      const lock = lockOf(await store.begin(joinRequest(41)));
      await eventually('the begin is heard', () => heard.length === 1);
      await finish(store, lock);
      await eventually('the finish is heard', () => heard.length === 2);
      stop();
      const still: number[] = [];
      other.onChange((boothId) => still.push(boothId));
      await store.begin(joinRequest(41, operationId(), OTHER_BOOTH));
      await eventually('the other listener still hears', () => still.length === 1);
      expect(heard).toEqual([BOOTH, BOOTH]);
      expect(still).toEqual([OTHER_BOOTH]);
    });

    test('it says who serves', async () => {
      expect((await store.describe()).server).toMatch(/^(Redis|Valkey) \d+\.|^embedded$/);
    });

    test('after close every method says so, certain that nothing ran', async () => {
      const other = await opened.another();
      await other.close();
      await expect(other.begin(callRequest())).rejects.toMatchObject({ name: 'StoreFailure', code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
    });
  });
}
