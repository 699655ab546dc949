/**
 * What every part of the core is given: the two stores, the outside world behind ports, and this process's operations.
 */
import type { Ledger } from './ledger.ts';
import type { Clock, Ids, Logger, Notifier, QueueStore } from './ports.ts';
import type { MirrorMemory } from './mirror-memory.ts';
import type { OperationTracker } from './tracker.ts';

export interface Core {
  readonly queue: QueueStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Kiosk id and random process id: the owner written into this process's locks. */
  readonly owner: string;
  readonly operations: OperationTracker;
  /** Tells visitors; null where nothing is configured for it. */
  readonly notifier: Notifier | null;
  readonly limits: Limits;
  readonly mirrored: MirrorMemory;
  /** Has a queue store that may have lost something compared with the ledger. Answers whether calls may go on; bounded in time. */
  readonly verifyQueue: () => Promise<boolean>;
  /** Called when something was left for the reconciler: a pass should run soon. */
  readonly wantReconcile: () => void;
}

/** What a festival may set. */
interface Limits {
  /** Younger locks of living processes are left to their owners. Only load depends on it, not safety. */
  readonly graceMs: number;
  /** A called visitor who has not come by then counts as absent; null: never by itself. */
  readonly noShowMs: number | null;
  /** Phone numbers are forgotten this long after they were taken down. */
  readonly phoneRetentionMs: number;
}
