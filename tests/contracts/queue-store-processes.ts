/** The part of the contract about processes: which live, which leads, and locks they cannot settle. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { SET_ASIDE } from '../../electron/core/waiting.ts';
import { type OpenedQueueStore, BOOTH, OWNER, callRequest, finish, joinRequest, lockOf, operationId, undo } from './queue-store-fixture.ts';

export function queueStoreProcesses(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });
  const silence = async (owner = OWNER) => (await store.readLocks(10)).silentMs.get(owner);

  describe(`${name}: heartbeats`, () => {
    test('for how long the owners of open locks have been silent, of those ever heard of', async () => {
      await store.begin(joinRequest(41));
      await store.begin({ ...joinRequest(42), owner: 'kiosk-2.xyz' });
      await store.beat('kiosk-3.idle');
      expect(await store.readLocks(10)).toMatchObject({ silentMs: new Map() });
      await store.beat(OWNER);
      expect([...(await store.readLocks(10)).silentMs.keys()]).toEqual([OWNER]);
      expect(await silence()).toBeLessThan(5_000);
      await opened.ageMemories(7_000);
      expect(await silence()).toBeGreaterThanOrEqual(7_000);
      await store.beat(OWNER);
      expect(await silence()).toBeLessThan(5_000);
    });

    test('one from before the clock was set back is silence, too', async () => {
      await store.begin(joinRequest(41));
      await store.beat(OWNER);
      await opened.ageMemories(-60_000);
      expect(await silence()).toBeGreaterThan(50_000);
    });

    test('who leaves in good order is no longer known', async () => {
      await store.begin(joinRequest(41));
      await store.beat(OWNER);
      await (await opened.another()).endBeat(OWNER);
      expect(await silence()).toBeUndefined();
      await store.endBeat('never-heard-of');
    });

    test.each([['silent for an hour', 1], ['heard of an hour in the future', -1]])('who was %s is forgotten at another’s heartbeat', async (_what, sign) => {
      await store.begin(joinRequest(41));
      await store.beat(OWNER);
      await opened.ageMemories(sign * 3_540_000);
      await store.beat('kiosk-2.xyz');
      expect(await silence()).toBeDefined();
      await opened.ageMemories(sign * 120_000);
      await store.beat('kiosk-2.xyz');
      expect(await silence()).toBeUndefined();
    });

    test('no change of any booth', async () => {
      await store.beat(OWNER);
      await store.takeLead(OWNER, 5_000);
      expect((await store.readQueue(BOOTH, 0)).version).toBe(0);
    });
  });

  describe(`${name}: the lead`, () => {
    test('is one process’s while it is heard of', async () => {
      const other = await opened.another();
      await store.beat('one');
      await store.beat('two');
      expect(await store.takeLead('one', 5_000)).toBe(true);
      expect(await other.takeLead('two', 5_000)).toBe(false);
      await opened.ageMemories(4_000);
      expect(await other.takeLead('two', 60_000)).toBe(false);
      expect(await store.takeLead('one', 60_000)).toBe(true);
      expect(await other.takeLead('two', 4_000)).toBe(true);
      expect(await store.takeLead('one', 60_000)).toBe(false);
    });

    test('passes on when its process leaves, or was never heard of', async () => {
      expect(await store.takeLead('one', 5_000)).toBe(true);
      expect(await store.takeLead('one', 5_000)).toBe(true);
      expect(await store.takeLead('two', 5_000)).toBe(true);
      await store.beat('two');
      expect(await store.takeLead('one', 5_000)).toBe(false);
      await store.endBeat('two');
      expect(await store.takeLead('one', 5_000)).toBe(true);
    });

    test('of many at once one gets it', async () => {
      const stores = [store, await opened.another()];
      const owners = Array.from({ length: 6 }, (_, index) => `kiosk-${index}`);
      for (const owner of owners) await store.beat(owner);
      const answers = await Promise.all(owners.map((owner, index) => (stores[index % 2] ?? store).takeLead(owner, 60_000)));
      expect(answers.filter(Boolean)).toHaveLength(1);
    });
  });

  describe(`${name}: failed attempts`, () => {
    test('are counted for each lock, and gone with it', async () => {
      const [one, two] = [lockOf(await store.begin(joinRequest(41))), lockOf(await store.begin(joinRequest(42)))];
      const { version } = await store.readQueue(BOOTH, 0);
      expect([await store.countAttempt(one.operationId), await (await opened.another()).countAttempt(one.operationId)]).toEqual([1, 2]);
      expect(await store.countAttempt(two.operationId)).toBe(1);
      expect(await store.countAttempt(operationId())).toBe(0);
      expect((await store.readQueue(BOOTH, 0)).version).toBe(version);
      expect((await store.readLocks(5)).locks).toEqual([one, two]);
      await undo(store, one);
      expect(await store.countAttempt(one.operationId)).toBe(0);
      expect(await finish(store, two)).toBe('applied');
    });

    test('tell why a lock was set aside', async () => {
      for (const [user, attempts] of [[41, 0], [42, 3]] as const) {
        await opened.putQueue(BOOTH, `${user}`, user);
        const lock = lockOf(await store.begin(callRequest()));
        for (let attempt = 0; attempt < attempts; attempt += 1) await store.countAttempt(lock.operationId);
        expect(await store.resolve(lock, SET_ASIDE, 'undone')).toBe('applied');
      }
      expect(await opened.quarantine(BOOTH)).toEqual({ '41': '41 user', '42': '42 lock' });
    });
  });
}
