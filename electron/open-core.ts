/**
 * The core on opened stores, with this process's clock, ids and lock owner.
 */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Config } from './config.ts';
import type { Core } from './core/core.ts';
import { createMirrorMemory } from './core/mirror-memory.ts';
import type { Clock, Logger, Notifier } from './core/ports.ts';
import { createTracker } from './core/tracker.ts';
import type { Stores } from './open-stores.ts';

const clock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

interface CoreOptions extends Pick<Core, 'wantReconcile' | 'verifyQueue'> {
  readonly notifier: Notifier | null;
  readonly logger: Logger;
}

export function openCore(stores: Stores, config: Pick<Config, 'kioskId' | 'graceSeconds' | 'noShowMinutes' | 'phoneRetentionHours'>, options: CoreOptions): Core {
  return {
    ...stores,
    ...options,
    clock,
    ids: { operationId: () => v7() },
    // Cloned machines share a kiosk id; the random part tells their processes apart.
    owner: `${config.kioskId}/${randomBytes(6).toString('hex')}`,
    operations: createTracker(clock),
    limits: {
      graceMs: config.graceSeconds * 1_000,
      noShowMs: config.noShowMinutes === null ? null : config.noShowMinutes * 60_000,
      phoneRetentionMs: config.phoneRetentionHours * 3_600_000,
    },
    mirrored: createMirrorMemory(),
  };
}
