/**
 * The core on opened stores, with this process's clock, ids and lock owner.
 */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Core } from './core/core.ts';
import type { Clock, Logger } from './core/ports.ts';
import { createTracker } from './core/tracker.ts';
import type { Stores } from './open-stores.ts';

const clock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** @param wantReconcile called when something was left for the reconciler */
export function openCore(stores: Stores, kioskId: string, logger: Logger, wantReconcile: () => void): Core {
  return {
    ...stores,
    clock,
    logger,
    ids: { operationId: () => v7() },
    // Cloned machines share a kiosk id; the random part tells their processes apart.
    owner: `${kioskId}/${randomBytes(6).toString('hex')}`,
    operations: createTracker(clock),
    wantReconcile,
  };
}
