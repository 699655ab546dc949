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
    readCounts: refuse,
    correctCount: refuse,
    usersMissingActiveBooth: refuse,
    usersWithStaleActiveBooth: refuse,
    repairActiveBooth: refuse,
    refill: refuse,
    removeStale: refuse,
    describe: refuse,
    onChange: () => () => undefined,
    reconnect: () => undefined,
    close: () => Promise.resolve(),
  };
}
