/** Where a visitor can be in the queue store, read from its memory by the judge itself. */
import type { MemoryQueueState } from '../../electron/stores/embedded/memory-state.ts';
import type { SoftLock } from '../../electron/core/ports.ts';

/** Kinds whose lock stands for a place in the queue. */
const PLACE_KINDS: ReadonlySet<string> = new Set(['join', 'call', 'leave', 'dismiss', 'put-back', 'undo-call', 'requeue']);

/** Kinds that put a called visitor back into the queue. */
export const RETURNING: ReadonlySet<string> = new Set(['put-back', 'undo-call', 'requeue']);

export function holdsPlace({ kind }: SoftLock): boolean {
  return PLACE_KINDS.has(kind);
}

/** The scores this visitor stands at, at this booth: in the queue, in a lock that counts, set aside, or in a lock of the backend's. */
export function placesOf(state: MemoryQueueState, boothId: number, userId: number, counts: (lock: SoftLock) => boolean): number[] {
  const places: number[] = [];
  const queued = state.queues.get(boothId)?.get(String(userId));
  if (queued !== undefined) places.push(queued);
  for (const lock of state.locks.values()) {
    if (lock.boothId !== boothId || lock.userId !== userId || !holdsPlace(lock) || !counts(lock)) continue;
    // Who is put back behind others stands at the new place, not at the one of the call.
    const place = lock.returnScore ?? lock.score;
    if (place !== null) places.push(place);
  }
  const aside = state.quarantine.get(boothId)?.get(String(userId));
  if (aside !== undefined) places.push(Number(aside.split(' ')[0]));
  const foreign = state.foreignLocks.get(`temp:calling:${boothId}:${userId}`)?.get('timestamp');
  if (foreign !== undefined) places.push(Number(foreign));
  return places;
}

/** In calling order: by score, equal ones as text. */
export function queueInOrder(state: MemoryQueueState, boothId: number): [member: string, score: number][] {
  return [...(state.queues.get(boothId) ?? [])].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}
