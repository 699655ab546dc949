/** The backend's own soft locks in memory: the same guards as the scripts have on a server. */
import type { ForeignLock } from '../../core/ports.ts';
import { foreignTicketOf, isForeignLockKey } from '../foreign-ticket.ts';
import { FOREIGN_LOCKS_MAX } from '../queue-limits.ts';
import { enqueue } from './memory-queue.ts';
import { changed, type MemoryQueueState, placeLock, ticketLock } from './memory-state.ts';

/** All fields of a backend's soft lock as one text. Null: it is gone, or a kiosk's. */
function fingerprintOf(fields: ReadonlyMap<string, string> | undefined): string | null {
  if (fields === undefined || fields.size === 0 || fields.has('operationId')) return null;
  return JSON.stringify([...fields].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function findForeignLocksInMemory(state: MemoryQueueState, nowMs: number): readonly ForeignLock[] {
  const keys = new Set([...state.foreignSeen.keys(), ...[...state.foreignLocks.keys()].filter(isForeignLockKey)]);
  return [...keys].slice(0, FOREIGN_LOCKS_MAX).flatMap((key): readonly ForeignLock[] => {
    const fields = state.foreignLocks.get(key);
    const fingerprint = fingerprintOf(fields);
    if (fields === undefined || fingerprint === null) {
      state.foreignSeen.delete(key);
      return [];
    }
    const before = state.foreignSeen.get(key);
    // Seen in the future: the clock was set back since, and how long ago that was nobody knows.
    const seen = before?.fingerprint === fingerprint && before.sinceMs <= nowMs ? before : { sinceMs: nowMs, fingerprint };
    state.foreignSeen.set(key, seen);
    const ticket = foreignTicketOf(key, fields);
    return ticket === null ? [] : [{ key, ticket, fingerprint, unchangedMs: nowMs - seen.sinceMs }];
  });
}

export function endForeignLockInMemory(state: MemoryQueueState, { key, ticket, fingerprint }: ForeignLock, as: 'put-back' | 'served'): boolean {
  const { boothId, userId, score } = ticket;
  if (fingerprintOf(state.foreignLocks.get(key)) !== fingerprint) return false;
  // The earlier of two registrations must not get lost beside the other.
  if (as === 'put-back' && (placeLock(state, boothId, userId) || ticketLock(state, boothId, userId, score))) return false;
  if (as === 'put-back') enqueue(state, boothId, userId, score);
  state.foreignLocks.delete(key);
  state.foreignSeen.delete(key);
  changed(state, boothId);
  return true;
}
