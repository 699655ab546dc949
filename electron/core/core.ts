/**
 * What every part of the core is given: the two stores, the outside world behind ports, and this process's operations.
 */
import type { Clock, Ids, Ledger, Logger, QueueStore } from './ports.ts';
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
  /** Called when something was left for the reconciler: a pass should run soon. */
  readonly wantReconcile: () => void;
}
