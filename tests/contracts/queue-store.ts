/**
 * The contract of the port QueueStore: every implementation passes the same tests.
 * Goal: a ticket is in the queue or inside one lock, an operation applies once, scores survive to the digit.
 * Method: each clause by itself on fresh data; what other programs write is planted beside the store.
 */
import { afterEach, beforeEach } from 'vitest';
import { queueStoreActions } from './queue-store-actions.ts';
import { queueStoreAlerts } from './queue-store-alerts.ts';
import { queueStoreBadEntries } from './queue-store-bad-entries.ts';
import { queueStoreCalls } from './queue-store-calls.ts';
import type { OpenedQueueStore } from './queue-store-fixture.ts';
import { queueStoreForeignLocks } from './queue-store-foreign-locks.ts';
import { queueStoreJoins } from './queue-store-joins.ts';
import { queueStoreMirror } from './queue-store-mirror.ts';
import { queueStoreOnce } from './queue-store-once.ts';
import { queueStoreProcesses } from './queue-store-processes.ts';
import { queueStoreReads } from './queue-store-reads.ts';
import { queueStoreRepairs } from './queue-store-repairs.ts';
import { queueStoreSetAside } from './queue-store-set-aside.ts';

const PARTS = [
  ...[queueStoreCalls, queueStoreActions, queueStoreJoins, queueStoreOnce, queueStoreReads, queueStoreRepairs, queueStoreBadEntries],
  ...[queueStoreProcesses, queueStoreMirror, queueStoreForeignLocks, queueStoreSetAside, queueStoreAlerts],
];

/** Registers all tests; `open` gives a store on fresh data, once per test. */
export function queueStoreContract(name: string, open: () => Promise<OpenedQueueStore>): void {
  let opened: OpenedQueueStore;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened.cleanup();
  });
  for (const part of PARTS) part(name, () => opened);
}
