/**
 * The contract of the port QueueStore: every implementation passes the same tests.
 * Goal: a ticket is in the queue or inside one lock, an operation applies once, scores survive to the digit.
 * Method: each clause by itself on fresh data; what other programs write is planted beside the store.
 */
import { afterEach, beforeEach } from 'vitest';
import { queueStoreCalls } from './queue-store-calls.ts';
import { queueStoreBadEntries } from './queue-store-bad-entries.ts';
import type { OpenedQueueStore } from './queue-store-fixture.ts';
import { queueStoreJoins } from './queue-store-joins.ts';
import { queueStoreOnce } from './queue-store-once.ts';
import { queueStoreReads } from './queue-store-reads.ts';
import { queueStoreRepairs } from './queue-store-repairs.ts';

/** Registers all tests; `open` gives a store on fresh data, once per test. */
export function queueStoreContract(name: string, open: () => Promise<OpenedQueueStore>): void {
  let opened: OpenedQueueStore;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened.cleanup();
  });
  for (const part of [queueStoreCalls, queueStoreJoins, queueStoreOnce, queueStoreReads, queueStoreRepairs, queueStoreBadEntries]) part(name, () => opened);
}
