/** The part of the contract about alerts: each is one process's to tell, and one's to clear. */
import { describe, expect, test } from 'vitest';
import type { OpenedQueueStore } from './queue-store-fixture.ts';

export function queueStoreAlerts(name: string, current: () => OpenedQueueStore): void {
  describe(`${name}: alerts`, () => {
    test('are new to whoever sees them first, until they are cleared', async () => {
      const { store, another, ageMemories } = current();
      const other = await another();
      expect(await store.noteAlerts(['locks-overdue', 'quarantine'], 'one')).toEqual(['locks-overdue', 'quarantine']);
      expect(await other.noteAlerts(['quarantine', 'ledger-unreachable'], 'two')).toEqual(['ledger-unreachable']);
      expect(await store.noteAlerts(['locks-overdue', 'quarantine', 'ledger-unreachable'], 'one')).toEqual([]);
      await ageMemories(30_000);
      expect(await store.takeClearedAlerts(30_000)).toHaveLength(3);
      expect(await other.noteAlerts(['quarantine'], 'two')).toEqual(['quarantine']);
    });

    test('are cleared once nobody has seen them for a while, and only those', async () => {
      const { store, ageMemories } = current();
      await store.noteAlerts(['locks-overdue', 'quarantine'], 'one');
      await ageMemories(20_000);
      await store.noteAlerts(['quarantine'], 'one');
      expect(await store.takeClearedAlerts(30_000)).toEqual([]);
      await ageMemories(10_000);
      expect(await store.takeClearedAlerts(30_000)).toEqual(['locks-overdue']);
      expect(await store.takeClearedAlerts(30_000)).toEqual([]);
      expect(await store.noteAlerts(['locks-overdue'], 'one')).toEqual(['locks-overdue']);
    });

    test('seen before the clock was set back: as if seen now', async () => {
      const { store, ageMemories } = current();
      await store.noteAlerts(['quarantine'], 'one');
      await ageMemories(-3_600_000);
      expect(await store.takeClearedAlerts(30_000)).toEqual([]);
      await ageMemories(30_000);
      expect(await store.takeClearedAlerts(30_000)).toEqual(['quarantine']);
    });

    test('are told and cleared by one of many at once', async () => {
      const { store, another, ageMemories } = current();
      const stores = [store, await another()];
      const told = await Promise.all(Array.from({ length: 6 }, (_, i) => (stores[i % 2] ?? store).noteAlerts(['quarantine'], `kiosk-${i}`)));
      expect(told.flat()).toEqual(['quarantine']);
      await ageMemories(60_000);
      const cleared = await Promise.all(Array.from({ length: 6 }, (_, i) => (stores[i % 2] ?? store).takeClearedAlerts(30_000)));
      expect(cleared.flat()).toEqual(['quarantine']);
    });

    test('none seen, none new', async () => {
      const { store } = current();
      expect(await store.noteAlerts([], 'one')).toEqual([]);
      expect(await store.takeClearedAlerts(0)).toEqual([]);
    });
  });
}
