/**
 * A festival on the model stores (queue in memory, ledger in SQLite), with any number of kiosk processes on it,
 * each behind faults of its own, and a judge that looks at the stores directly.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { audit } from '../../electron/core/audit.ts';
import type { Core } from '../../electron/core/core.ts';
import type { Ledger, QueueStore } from '../../electron/core/ports.ts';
import { createTracker } from '../../electron/core/tracker.ts';
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { emptyQueueState } from '../../electron/stores/embedded/memory-state.ts';
import { createSqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { type Faulty, faulty, type Process } from './fault.ts';

export const START_MS = 1_790_000_000_000;

export interface ModelKiosk extends Core {
  readonly queueFaults: Faulty<QueueStore>;
  readonly ledgerFaults: Faulty<Ledger>;
  readonly process: Process;
  /** How often the core asked for a reconciler pass. */
  readonly wanted: () => number;
}

export async function openFestival(capacity = 3) {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-model-'));
  let nowMs = START_MS;
  const state = emptyQueueState();
  const queue = createMemoryQueueStore({ now: () => nowMs, state });
  const ledger = createSqliteLedger({ file: join(folder, 'booth.sqlite'), timeZone: 'Asia/Seoul', now: () => nowMs });
  await ledger.prepare();
  const boothId = await ledger.addBooth({ name: 'Test booth', capacity });
  const logged: string[] = [];

  const kiosk = (name: string): ModelKiosk => {
    const process: Process = { dead: false, ran: [] };
    const queueFaults = faulty<QueueStore>(queue, 'QUEUE_STORE_UNREACHABLE', process);
    const ledgerFaults = faulty<Ledger>(ledger, 'LEDGER_UNREACHABLE', process);
    let wanted = 0;
    const clock = {
      monotonicMs: () => nowMs,
      wallMs: () => nowMs,
      // Time passes only for whoever sleeps, so no test ever waits.
      sleep: async (ms: number) => void (nowMs += ms),
    };
    return {
      queue: queueFaults.store,
      ledger: ledgerFaults.store,
      clock,
      ids: { operationId: () => v7() },
      logger: { log: (level, event) => void logged.push(`${level} ${event}`) },
      owner: `${name}/${v7()}`,
      operations: createTracker(clock),
      wantReconcile: () => void wanted++,
      queueFaults,
      ledgerFaults,
      process,
      wanted: () => wanted,
    };
  };

  const judge = kiosk('judge');
  return {
    boothId,
    queue,
    ledger,
    logged,
    kiosk,
    advance: (ms: number) => void (nowMs += ms),
    /** As a server that lost its data: nothing is left, and nothing remembers. */
    emptyQueueStore() {
      for (const part of [state.queues, state.current, state.activeBooths, state.locks, state.done, state.quarantine, state.versions]) part.clear();
    },
    /** User ids in calling order. */
    waiting: async () => (await queue.readQueue(boothId, 1_000)).entries.map((entry) => entry.userId),
    scores: async () => (await queue.readQueue(boothId, 1_000)).entries.map((entry) => entry.score),
    count: async () => (await queue.readQueue(boothId, 0)).current,
    locks: async () => (await queue.readLocks(100)).locks,
    live: async () => (await ledger.readBooth(boothId))?.live ?? [],
    generation: async () => (await ledger.readBooth(boothId))?.booth.generation ?? 0,
    /** The ids of the checks that do not hold. */
    violations: async () => (await audit(judge, boothId, false))?.checks.filter((check) => !check.ok).map((check) => `${check.id}: ${check.offenders.join(', ')}`) ?? ['no booth'],
    async close() {
      await judge.operations.drain();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Festival = Awaited<ReturnType<typeof openFestival>>;
