/** The part of the contract about soft locks of the backend's own: seen for how long, ended only as they were seen. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ForeignLock, QueueStore } from '../../electron/core/ports.ts';
import { type OpenedQueueStore, BOOTH, OTHER_BOOTH, callRequest, finish, joinRequest, lockOf, operationId, queued, undo, visitRequest } from './queue-store-fixture.ts';

const KEY = `temp:calling:${BOOTH}:41`;
const FIELDS = { boothId: `${BOOTH}`, userId: '41', timestamp: '1763800000', createdAt: '1763800123456' };

export function queueStoreForeignLocks(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });
  const found = async (by = store): Promise<ForeignLock> => {
    const [lock, ...more] = await by.findForeignLocks();
    if (lock === undefined || more.length > 0) throw new Error(`expected one lock, got ${more.length + (lock === undefined ? 0 : 1)}`);
    return lock;
  };

  describe(`${name}: finding locks of the backend`, () => {
    test('each with its ticket, and for how long it has stood unchanged since any kiosk saw it', async () => {
      expect(await store.findForeignLocks()).toEqual([]);
      await opened.putForeignLock(KEY, FIELDS);
      const first = await found();
      expect(first).toMatchObject({ key: KEY, ticket: { boothId: BOOTH, userId: 41, score: 1_763_800_000 } });
      expect(first.unchangedMs).toBeLessThan(5_000);
      await opened.ageMemories(60_000);
      const later = await found(await opened.another());
      expect(later).toMatchObject({ key: KEY, fingerprint: first.fingerprint });
      expect(later.unchangedMs).toBeGreaterThanOrEqual(60_000);
    });

    test.each([
      ['changed', { ...FIELDS, createdAt: '1763800999999' }],
      ['grown', { ...FIELDS, note: '' }],
    ])('one that was %s in between counts anew', async (_what, fields) => {
      await opened.putForeignLock(KEY, FIELDS);
      const before = await found();
      await opened.ageMemories(60_000);
      await opened.putForeignLock(KEY, fields);
      const after = await found();
      expect(after.fingerprint).not.toBe(before.fingerprint);
      expect(after.unchangedMs).toBeLessThan(5_000);
    });

    test('one that was gone in between counts anew; written again the same, in another order, it is the same', async () => {
      await opened.putForeignLock(KEY, FIELDS);
      await found();
      await opened.ageMemories(60_000);
      const { boothId, ...rest } = FIELDS;
      await opened.putForeignLock(KEY, { ...rest, boothId });
      expect((await found()).unchangedMs).toBeGreaterThanOrEqual(60_000);
      await opened.putForeignLock(KEY, null);
      expect(await store.findForeignLocks()).toEqual([]);
      await opened.putForeignLock(KEY, FIELDS);
      expect((await found()).unchangedMs).toBeLessThan(5_000);
    });

    test('one seen before the clock was set back counts anew', async () => {
      await opened.putForeignLock(KEY, FIELDS);
      await found();
      await opened.ageMemories(-3_600_000);
      expect((await found()).unchangedMs).toBeLessThan(5_000);
      await opened.ageMemories(60_000);
      expect((await found()).unchangedMs).toBeGreaterThanOrEqual(60_000);
    });

    test.each([
      ['without a score', KEY, { ...FIELDS, timestamp: '' }],
      ['with a score that is no number', KEY, { ...FIELDS, timestamp: 'soon' }],
      ['with a score that is endless', KEY, { ...FIELDS, timestamp: 'inf' }],
      ['of another visitor than its name says', KEY, { ...FIELDS, userId: '42' }],
      ['of another booth than its name says', KEY, { ...FIELDS, boothId: '8' }],
      ['of nobody', 'temp:calling:7:0', { ...FIELDS, userId: '0' }],
      ['of a kiosk', KEY, { ...FIELDS, operationId: 'x' }],
      ['under the name of a kiosk’s', `temp:calling:7:${operationId()}`, FIELDS],
      ['under another prefix', 'other:calling:7:41', FIELDS],
      ['of an entrance', 'temp:entrance:41', FIELDS],
    ])('one %s is left alone', async (_what, key, fields) => {
      await opened.putForeignLock(key, fields);
      await opened.putForeignLock('temp:calling:7:50', { ...FIELDS, userId: '50' });
      expect((await found()).ticket.userId).toBe(50);
    });

    test('scores to the digit', async () => {
      await opened.putForeignLock(KEY, { ...FIELDS, timestamp: '0.30000000000000004' });
      expect((await found()).ticket.score).toBe(0.1 + 0.2);
    });

    test('locks of kiosks are none', async () => {
      await opened.putQueue(BOOTH, '41', 5);
      await store.begin(callRequest());
      await store.begin(visitRequest('enter', 900, 42));
      expect(await store.findForeignLocks()).toEqual([]);
    });
  });

  describe(`${name}: ending locks of the backend`, () => {
    beforeEach(async () => opened.putForeignLock(KEY, FIELDS));

    test('put back: into the queue at its score, active booths included; once', async () => {
      await opened.putQueue(BOOTH, '50', 1_763_800_001);
      const lock = await found();
      const { version } = await store.readQueue(BOOTH, 0);
      expect(await store.endForeignLock(lock, 'put-back')).toBe(true);
      expect(await queued(store)).toEqual([['41', 1_763_800_000], ['50', 1_763_800_001]]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
      expect((await store.readQueue(BOOTH, 0)).version).toBeGreaterThan(version);
      expect(await store.findForeignLocks()).toEqual([]);
      expect(await store.endForeignLock(lock, 'put-back')).toBe(false);
    });

    test.each([[1_763_700_000, 1_763_700_000], [1_763_900_000, 1_763_800_000]])('put back beside an entry at %d: the earlier score stays', async (standing, wanted) => {
      await opened.putQueue(BOOTH, '41', standing);
      expect(await store.endForeignLock(await found(), 'put-back')).toBe(true);
      expect(await queued(store)).toEqual([['41', wanted]]);
    });

    test('served: it is gone, and nobody waits', async () => {
      expect(await store.endForeignLock(await found(), 'served')).toBe(true);
      expect(await store.readQueue(BOOTH, 5)).toMatchObject({ total: 0 });
      expect(await opened.activeBooths(41)).toEqual([]);
      expect(await store.findForeignLocks()).toEqual([]);
    });

    test.each(['put-back', 'served'] as const)('%s: not once it has changed, or is gone', async (as) => {
      const lock = await found();
      await opened.putForeignLock(KEY, { ...FIELDS, timestamp: '1763800002' });
      expect(await store.endForeignLock(lock, as)).toBe(false);
      expect((await found()).ticket.score).toBe(1_763_800_002);
      await opened.putForeignLock(KEY, null);
      expect(await store.endForeignLock(lock, as)).toBe(false);
      expect(await store.readQueue(BOOTH, 5)).toMatchObject({ total: 0, version: 0 });
    });

    test('put back: not while a kiosk is at work on the visitor’s place or ticket; elsewhere is no reason', async () => {
      await store.begin(joinRequest(41, operationId(), OTHER_BOOTH));
      for (const request of [joinRequest(41), visitRequest('enter', 900, 41, 1_763_800_000)]) {
        const kiosk = lockOf(await store.begin(request));
        expect(await store.endForeignLock(await found(), 'put-back')).toBe(false);
        expect(await queued(store)).toEqual([]);
        await undo(store, kiosk);
      }
      const call = lockOf(await store.begin(joinRequest(41)));
      await finish(store, call);
      expect(await store.endForeignLock(await found(), 'put-back')).toBe(true);
      expect(await queued(store)).toEqual([['41', 1_763_800_000]]);
    });
  });
}
