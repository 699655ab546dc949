import type { QueueStore, StoreFailure } from '../../core/ports.ts';

/** A store for settings that can never lead to one: every method throws the same StoreFailure. */
export function unusableStore(problem: StoreFailure): QueueStore {
  const refuse = () => Promise.reject(problem);
  return {
    begin: refuse,
    resolve: refuse,
    readQueue: refuse,
    readLocks: refuse,
    readLock: refuse,
    countAttempt: refuse,
    beat: refuse,
    endBeat: refuse,
    takeLead: refuse,
    readCounts: refuse,
    correctCount: refuse,
    usersMissingActiveBooth: refuse,
    usersWithStaleActiveBooth: refuse,
    repairActiveBooth: refuse,
    refill: refuse,
    removeStale: refuse,
    readMerged: refuse,
    forgetMerged: refuse,
    readMark: refuse,
    beginRefill: refuse,
    setMark: refuse,
    nextEpoch: refuse,
    readFingerprints: refuse,
    snapshotQueue: refuse,
    restoreBooths: refuse,
    readCaches: refuse,
    findForeignLocks: refuse,
    endForeignLock: refuse,
    readSetAside: refuse,
    endSetAside: refuse,
    noteAlerts: refuse,
    takeClearedAlerts: refuse,
    describe: refuse,
    onChange: () => () => undefined,
    reconnect: () => undefined,
    close: () => Promise.resolve(),
  };
}
