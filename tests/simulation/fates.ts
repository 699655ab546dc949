/** What became of operations: each, and each request with all its attempts, takes effect once, and never after it was undone. */
import type { SoftLock } from '../../electron/core/ports.ts';
import type { Must } from './violation.ts';

export interface Fates {
  /** Operation ids whose change is in the ledger, each once. */
  readonly applied: ReadonlyMap<string, number>;
  readonly apply: (lock: SoftLock, what: string) => void;
  /** The queue store has ended this lock. */
  readonly resolve: (lock: SoftLock) => void;
  /** It was undone. `isReleased`: its call was given up since, or made for another visitor. */
  readonly undo: (lock: SoftLock, isReleased: boolean) => void;
  readonly queueLost: () => void;
}

export function createFates(must: Must): Fates {
  const applied = new Map<string, number>();
  /** Request -> the attempt that took effect. */
  const requests = new Map<string, string>();
  /** Since the queue store lost data last. */
  const resolved = new Set<string>();
  /** Operation -> whose lock it was. */
  const undone = new Map<string, string>();
  /** Committed without a lock, while the queue store was away: operation -> by which process. */
  const unlocked = new Map<string, string>();

  return {
    applied,
    apply({ operationId, owner, createdAtMs }, what) {
      const times = (applied.get(operationId) ?? 0) + 1;
      applied.set(operationId, times);
      must(times === 1, 'exactly-once', () => `operation ${operationId} was applied ${times} times (${what})`);
      // Undone at one kiosk, which was told so, it may be asked again at another that reaches no queue store: then no lock says what became of it.
      const isUnlocked = createdAtMs === 0;
      if (isUnlocked) unlocked.set(operationId, owner);
      const undoneBy = undone.get(operationId);
      must(undoneBy === undefined || (isUnlocked && undoneBy !== owner), 'exactly-once', () => `operation ${operationId} was applied after it was undone (${what})`);
      const request = operationId.slice(0, -12);
      const first = requests.get(request) ?? operationId;
      requests.set(request, first);
      must(first === operationId, 'exactly-once', () => `one request was applied twice, as ${first} and as ${operationId} (${what})`);
    },
    resolve({ operationId }) {
      must(!resolved.has(operationId), 'exactly-once', () => `the lock of ${operationId} was ended twice`);
      resolved.add(operationId);
    },
    undo({ operationId, owner, kind }, isReleased) {
      undone.set(operationId, owner);
      const isAnothers = unlocked.has(operationId) && unlocked.get(operationId) !== owner;
      must(!applied.has(operationId) || isReleased || isAnothers, 'undone-committed', () => `${kind} ${operationId} was undone and is committed`);
    },
    queueLost() {
      // What was undone may be asked again under the same id: the store has forgotten that it was.
      resolved.clear();
      undone.clear();
    },
  };
}
