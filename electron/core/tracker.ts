/**
 * The operations of this process that are not through: what the reconciler must leave alone, and what the screen shows as pending.
 */
import type { Clock, SoftLock } from './ports.ts';
import type { OperationKind } from './waiting.ts';

/**
 * begun: a tap is working on it. finishing: committed, the queue store is being told. catching-up: committed, the rest is left to
 * the reconciler. checking: outcome unknown.
 */
type OperationState = 'begun' | 'finishing' | 'catching-up' | 'checking';

interface TrackedOperation {
  /** Of this attempt: what its lock carries. */
  readonly operationId: string;
  /** Of the request it belongs to: what people were told. */
  readonly requestId: string;
  readonly kind: OperationKind;
  readonly boothId: number;
  readonly userId: number | null;
  readonly waitingId: number | null;
  readonly state: OperationState;
  /** Kept while checking, so that the reconciler can fence and look even when the queue store holds no lock of it. */
  readonly lock: SoftLock | null;
  /** By the kiosk's wall clock. */
  readonly sinceMs: number;
}

interface OperationNotice {
  readonly requestId: string;
  readonly kind: OperationKind;
  readonly userId: number | null;
  readonly outcome: 'done' | 'not-done';
}

const NOTICES_KEPT = 10;

export interface OperationTracker {
  /** Enters an operation, or replaces what is known of it; the request it belongs to is remembered from the first time. */
  set(operation: Omit<TrackedOperation, 'sinceMs' | 'lock' | 'requestId'> & { readonly requestId?: string }, lock?: SoftLock): void;
  /** A tap of this process is still working on it: the reconciler leaves its lock alone. */
  isInFlight(operationId: string): boolean;
  /** Forgets an operation; if its outcome was being checked, the screen is told how it ended. */
  end(operationId: string, outcome: 'done' | 'not-done'): void;
  all(): readonly TrackedOperation[];
  /** The last few checked operations whose outcome became known, oldest first. */
  notices(): readonly OperationNotice[];
  /** Keeps work that outlives its tap, so that closing can wait for it. */
  follow(work: Promise<unknown>): void;
  /** Resolves when no followed work is left. Bounded by the stores' own timeouts. */
  drain(): Promise<void>;
  /** Resolves when no operation on this visit is on its way to the queue store any more. Bounded by the stores' own timeouts. */
  through(waitingId: number): Promise<void>;
  /** The function returned stops it. */
  onChange(listener: () => void): () => void;
}

/** An empty tracker. */
export function createTracker(clock: Clock): OperationTracker {
  const operations = new Map<string, TrackedOperation>();
  const notices: OperationNotice[] = [];
  const following = new Set<Promise<unknown>>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const onChange = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const isFinishing = (waitingId: number): boolean => [...operations.values()].some((operation) => operation.state === 'finishing' && operation.waitingId === waitingId);

  return {
    set({ operationId, kind, boothId, userId, waitingId, state, ...given }, lock) {
      const before = operations.get(operationId);
      const requestId = given.requestId ?? before?.requestId ?? operationId;
      operations.set(operationId, { operationId, requestId, kind, boothId, userId, waitingId, state, lock: lock ?? null, sinceMs: before?.sinceMs ?? clock.wallMs() });
      changed();
    },
    isInFlight(operationId) {
      const state = operations.get(operationId)?.state;
      return state === 'begun' || state === 'finishing';
    },
    end(operationId, outcome) {
      const operation = operations.get(operationId);
      if (operation === undefined) return;
      operations.delete(operationId);
      if (operation.state === 'checking') {
        notices.push({ requestId: operation.requestId, kind: operation.kind, userId: operation.userId, outcome });
        if (notices.length > NOTICES_KEPT) notices.shift();
      }
      changed();
    },
    all: () => [...operations.values()],
    notices: () => [...notices],
    follow(work) {
      const kept = work.catch(() => undefined).finally(() => following.delete(kept));
      following.add(kept);
    },
    async drain() {
      while (following.size > 0) await Promise.all(following);
    },
    through: (waitingId) =>
      new Promise((resolve) => {
        if (!isFinishing(waitingId)) return resolve();
        const stop = onChange(() => {
          if (isFinishing(waitingId)) return;
          stop();
          resolve();
        });
      }),
    onChange,
  };
}
