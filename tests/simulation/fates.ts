/** What became of operations: each, and each request with all its attempts, takes effect once, and never after it was undone. */
import type { SoftLock } from '../../electron/core/ports.ts';
import type { Must } from './violation.ts';

export interface Fates {
  /** Operation ids whose change is in the ledger, each once. */
  readonly applied: ReadonlyMap<string, number>;
  /** Joins, by request, that the ledger has answered as committed: another request may have registered that visitor at this very score. */
  readonly registered: Set<string>;
  /** Whether the change of this very lock is in the ledger: asked again after a loss, an id may come with another ticket. */
  readonly isCommitted: (lock: SoftLock) => boolean;
  /** The queue store has written this lock. */
  readonly begin: (lock: SoftLock) => void;
  readonly apply: (lock: SoftLock, what: string) => void;
  /** The queue store has ended this lock. */
  readonly resolve: (lock: SoftLock) => void;
  /** It was undone. `isReleased`: its call was given up since, or made for another visitor. */
  readonly undo: (lock: SoftLock, isReleased: boolean) => void;
  readonly queueLost: () => void;
}

/** What all attempts of a request have in common. */
export function requestOf(operationId: string): string {
  return operationId.slice(0, -12);
}

export function createFates(must: Must): Fates {
  const applied = new Map<string, number>();
  /** Request -> the attempt that took effect. */
  const requests = new Map<string, string>();
  /** Since the queue store lost data last. */
  const resolved = new Set<string>();
  /** Operation -> its lock. */
  const undone = new Map<string, SoftLock>();
  const committed = new Map<string, SoftLock>();
  /** Operation and process -> how often the queue store had lost data when its lock was written. */
  const begun = new Map<string, number>();
  let losses = 0;

  /**
   * Whether two processes may have been at one operation, asked the same, without a lock that told the one of the other: it was lost
   * between the two, or one of them reached no queue store. Then the one may be refused, and told so, what the other does.
   */
  const areStrangers = (a: SoftLock, b: SoftLock): boolean => {
    if (a.owner === b.owner) return false;
    const [first, second] = [a, b].map((lock) => (lock.createdAtMs === 0 ? null : begun.get(`${lock.operationId} ${lock.owner}`)));
    return first === null || second === null || first !== second;
  };

  return {
    applied,
    registered: new Set(),
    isCommitted({ operationId, userId, score }) {
      const done = committed.get(operationId);
      return done !== undefined && done.userId === userId && done.score === score;
    },
    begin: ({ operationId, owner }) => void begun.set(`${operationId} ${owner}`, losses),
    apply(lock, what) {
      const { operationId } = lock;
      const times = (applied.get(operationId) ?? 0) + 1;
      applied.set(operationId, times);
      must(times === 1, 'exactly-once', () => `operation ${operationId} was applied ${times} times (${what})`);
      committed.set(operationId, lock);
      const ended = undone.get(operationId);
      must(ended === undefined || areStrangers(ended, lock), 'exactly-once', () => `operation ${operationId} was applied after it was undone (${what})`);
      const request = requestOf(operationId);
      const first = requests.get(request) ?? operationId;
      requests.set(request, first);
      must(first === operationId, 'exactly-once', () => `one request was applied twice, as ${first} and as ${operationId} (${what})`);
    },
    resolve({ operationId }) {
      must(!resolved.has(operationId), 'exactly-once', () => `the lock of ${operationId} was ended twice`);
      resolved.add(operationId);
    },
    undo(lock, isReleased) {
      const { operationId, kind } = lock;
      undone.set(operationId, lock);
      const done = committed.get(operationId);
      must(done === undefined || isReleased || areStrangers(done, lock), 'undone-committed', () => `${kind} ${operationId} was undone and is committed`);
    },
    queueLost() {
      losses++;
      // What was undone may be asked again under the same id: the store has forgotten that it was.
      resolved.clear();
      undone.clear();
    },
  };
}
