/**
 * Every key of the queue store. Those without prefix are shared with the festival's other programs; `kiosk:` is our own.
 */
import type { OperationKind } from '../../core/waiting.ts';

export const LOCK_OF = 'kiosk:lock-of';
export const LOCKS = 'kiosk:locks';
export const VERSION = 'kiosk:version';
export const MARK = 'kiosk:mirror';
export const MERGED = 'kiosk:merged';
export const ALIVE = 'kiosk:alive';
export const LEADER = 'kiosk:leader';
export const ALERTS = 'kiosk:alerts';
export const FOREIGN = 'kiosk:foreign';
export const BOOTH_IDS = 'booth:ids';
export const CHANGED_CHANNEL = 'kiosk:changed';

export const queueKey = (boothId: number): string => `queue:booth:${boothId}`;
export const currentKey = (boothId: number): string => `booth:${boothId}:current`;
export const metaKey = (boothId: number): string => `booth:${boothId}:meta`;
export const activeBoothsKey = (userId: number): string => `user:${userId}:active_booths`;
export const openKey = (boothId: number): string => `kiosk:open:${boothId}`;
export const quarantineKey = (boothId: number): string => `kiosk:quarantine:${boothId}`;
export const doneKey = (operationId: string): string => `kiosk:done:${operationId}`;

interface LockName {
  readonly kind: OperationKind;
  readonly boothId: number;
  readonly operationId: string;
  readonly waitingId: number | null;
}

/** Where a new lock goes. Locks with a row are named by it, as the contract has it; the others by their operation. */
export function lockKey(prefix: string, lock: LockName): string {
  switch (lock.kind) {
    case 'call':
      return `${prefix}calling:${lock.boothId}:${lock.operationId}`;
    case 'join':
      return `${prefix}joining:${lock.boothId}:${lock.operationId}`;
    case 'leave':
      return `${prefix}leaving:${lock.boothId}:${lock.operationId}`;
    case 'dismiss':
      return `${prefix}dismissing:${lock.boothId}:${lock.operationId}`;
    case 'enter':
      return `${prefix}entrance:${lock.waitingId}`;
    default:
      return `${prefix}${lock.kind}:${lock.waitingId}`;
  }
}

/** The backend's prefix is always this one, whatever our own is. */
export const BACKEND_LOCKS = 'temp:calling:';
