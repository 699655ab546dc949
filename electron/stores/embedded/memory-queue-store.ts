/**
 * The queue store in memory: the default where no server is configured, and the model in simulations. Every step runs
 * synchronously; time comes from outside; nothing is random.
 */
import { StoreFailure, type BoothCount, type QueueStore } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { beginInMemory } from './memory-begin.ts';
import { endForeignLockInMemory, findForeignLocksInMemory } from './memory-foreign.ts';
import { beginRefillInMemory, fingerprintOf, nextEpochInMemory, readMarkInMemory, setMarkInMemory, snapshotInMemory } from './memory-mirror.ts';
import { beatInMemory, noteAlertsInMemory, silenceInMemory, takeClearedAlertsInMemory, takeLeadInMemory } from './memory-processes.ts';
import { correctCountInMemory, countAttemptInMemory, refillInMemory, removeStaleInMemory, repairActiveBoothInMemory, resolveInMemory } from './memory-changes.ts';
import { forgetMergedInMemory, readMergedInMemory } from './memory-queue.ts';
import { endSetAsideInMemory, readSetAsideInMemory } from './memory-set-aside.ts';
import { activeBoothsOf, busyLocksAt, currentOf, emptyQueueState, hasPlace, inOrder, openLocksAt, queueOf, versionOf, type MemoryQueueState } from './memory-state.ts';

interface MemoryQueueStoreSettings {
  /** Epoch milliseconds: the clock of this store, for scores and the age of locks. */
  readonly now: () => number;
  /** Shared by the stores of several kiosks in one process; a store of its own when not given. */
  readonly state?: MemoryQueueState;
}

/** Methods throw StoreFailure only after close(), or when one of memory's limits is reached. */
export function createMemoryQueueStore({ now, state = emptyQueueState() }: MemoryQueueStoreSettings): QueueStore {
  const listeners = new Set<(boothId: number) => void>();
  let closed = false;
  const nowMs = () => Math.floor(now());

  /** A step: one synchronous piece of work, answered like a server's. */
  function step<A extends readonly unknown[], T>(work: (...given: A) => T): (...given: A) => Promise<T> {
    return async (...given) => {
      if (closed) throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was closed.', 'no');
      return work(...given);
    };
  }

  function countAt(boothId: number): BoothCount {
    return { boothId, current: currentOf(state, boothId), version: versionOf(state, boothId), openLocks: busyLocksAt(state, boothId, nowMs()) };
  }

  return {
    begin: step((request) => beginInMemory(state, request, nowMs())),
    resolve: step((lock, effect, as) => resolveInMemory(state, lock, effect, as, nowMs())),
    readQueue: step((boothId, limit) => {
      const queue = queueOf(state, boothId);
      const front = inOrder(queue).slice(0, Math.max(limit, 0));
      const { current, version } = countAt(boothId);
      return { entries: front.map(([member, score]) => ({ member, userId: parseId(member), score })), total: queue.size, current, version, openLocks: openLocksAt(state, boothId), setAside: state.quarantine.get(boothId)?.size ?? 0 };
    }),
    readLocks: step((limit) => {
      const oldestFirst = [...state.locks.values()].sort((a, b) => a.createdAtMs - b.createdAtMs);
      const [locks, now] = [oldestFirst.slice(0, Math.max(limit, 0)), nowMs()];
      return { locks, unreadable: [], nowMs: now, silentMs: silenceInMemory(state, locks, now) };
    }),
    beat: step((owner) => beatInMemory(state, owner, nowMs())),
    endBeat: step((owner) => void state.alive.delete(owner)),
    takeLead: step((owner, silentMs) => takeLeadInMemory(state, owner, silentMs, nowMs())),
    countAttempt: step((operationId) => countAttemptInMemory(state, operationId)),
    readLock: step((operationId) => state.locks.get(operationId) ?? null),
    readCounts: step((boothIds) => boothIds.map(countAt)),
    correctCount: step((seen, to) => correctCountInMemory(state, seen, to, nowMs())),
    usersMissingActiveBooth: step((boothId, userIds) => userIds.filter((userId) => !activeBoothsOf(state, userId).has(boothId))),
    usersWithStaleActiveBooth: step((boothId, userIds) => userIds.filter((userId) => activeBoothsOf(state, userId).has(boothId) && !hasPlace(state, boothId, userId))),
    repairActiveBooth: step((boothId, userIds) => {
      for (const userId of userIds) repairActiveBoothInMemory(state, boothId, userId);
    }),
    refill: step((tickets) => refillInMemory(state, tickets)),
    removeStale: step((ticket, version, newer) => removeStaleInMemory(state, ticket, version, newer, nowMs())),
    readMerged: step((boothId, tickets) => readMergedInMemory(state, boothId, tickets)),
    forgetMerged: step((boothId, version) => forgetMergedInMemory(state, boothId, version)),
    readMark: step(() => readMarkInMemory(state)),
    beginRefill: step((name) => beginRefillInMemory(state, name)),
    setMark: step((epoch, run, refill) => setMarkInMemory(state, epoch, run, refill)),
    nextEpoch: step((least) => nextEpochInMemory(state, least)),
    readFingerprints: step((boothIds) => boothIds.map((boothId) => fingerprintOf(state, boothId))),
    snapshotQueue: step((boothId, epoch) => snapshotInMemory(state, boothId, epoch)),
    restoreBooths: step((booths) => {
      for (const { boothId, status, listed } of booths) state.caches.set(boothId, { status, listed });
    }),
    readCaches: step((boothIds) => boothIds.map((boothId) => ({ boothId, ...(state.caches.get(boothId) ?? { status: '', listed: false }) }))),
    findForeignLocks: step(() => findForeignLocksInMemory(state, nowMs())),
    endForeignLock: step((lock, as) => endForeignLockInMemory(state, lock, as)),
    readSetAside: step((boothIds) => readSetAsideInMemory(state, boothIds)),
    endSetAside: step((boothId, member, as) => endSetAsideInMemory(state, boothId, member, as)),
    noteAlerts: step((ids) => noteAlertsInMemory(state, ids, nowMs())),
    takeClearedAlerts: step((unseenMs) => takeClearedAlertsInMemory(state, unseenMs, nowMs())),
    onChange(listener) {
      const own = (boothId: number) => listener(boothId);
      listeners.add(own);
      state.listeners.add(own);
      return () => {
        listeners.delete(own);
        state.listeners.delete(own);
      };
    },
    describe: step(() => ({ server: 'embedded', warnings: [] })),
    reconnect: () => undefined,
    close: async () => {
      closed = true;
      for (const listener of listeners) state.listeners.delete(listener);
    },
  };
}
