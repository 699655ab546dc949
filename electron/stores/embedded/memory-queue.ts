/** Who enters a queue in memory, and what is remembered of those merged into one entry: as the scripts have it on a server. */
import type { Ticket } from '../../core/waiting.ts';
import { MERGED_ENTRIES_MAX, MERGED_SCORES_MAX } from '../queue-limits.ts';
import { activeBoothsOf, type MemoryQueueState, placeLock, queueOf, versionOf } from './memory-state.ts';

/**
 * Adds the entry, or keeps the earlier of both scores and remembers both: that one may turn out to have been used up, and then the other
 * counts. Gives whether anything changed in the queue.
 */
export function enqueue(state: MemoryQueueState, boothId: number, userId: number, score: number): boolean {
  const queue = queueOf(state, boothId);
  const standing = queue.get(String(userId));
  activeBoothsOf(state, userId).add(boothId);
  if (standing !== undefined && Number.isFinite(standing) && standing !== score) remember(state, `${boothId}:${userId}`, standing, score);
  if (standing !== undefined && standing <= score) return false;
  queue.set(String(userId), score);
  return true;
}

/** The other registrations of these tickets' visitors that were merged into entries at these very scores. */
export function readMergedInMemory(state: MemoryQueueState, boothId: number, tickets: readonly Ticket[]): readonly Ticket[] {
  // The call that ended them may be among what was lost.
  if (state.mark?.run !== state.run) return [];
  return tickets.flatMap((ticket) => {
    const others = mergedWith(state, `${boothId}:${ticket.userId}`, ticket.score).filter((score) => score !== ticket.score);
    return others.map((score) => ({ ...ticket, score }));
  });
}

/** Forgets what was merged into one visitor's entry. */
export function forgetMergedOf(state: MemoryQueueState, boothId: number, userId: number): void {
  state.merged.delete(`${boothId}:${userId}`);
}

/** Forgets what was merged at a booth; whoever is inside a lock was not looked at. Gives whether nothing had changed since that version. */
export function forgetMergedInMemory(state: MemoryQueueState, boothId: number, version: number): boolean {
  if (versionOf(state, boothId) !== version) return false;
  for (const key of state.merged.keys()) {
    const [booth, user] = key.split(':').map(Number);
    if (booth === boothId && placeLock(state, boothId, user ?? 0) === undefined) state.merged.delete(key);
  }
  return true;
}

/** What is remembered of another entry of the visitor says nothing about the one at this score. */
function mergedWith(state: MemoryQueueState, key: string, score: number): readonly number[] {
  const found = state.merged.get(key) ?? [];
  return found.includes(score) ? found : [];
}

/** The earliest are kept: the entry stands at the first of them. */
function remember(state: MemoryQueueState, key: string, standing: number, score: number): void {
  const known = mergedWith(state, key, standing);
  const merged = new Set([...(known.length > 0 ? known : mergedWith(state, key, score)), standing, score]);
  if (!state.merged.has(key) && state.merged.size >= MERGED_ENTRIES_MAX) return;
  state.merged.set(key, [...merged].toSorted((a, b) => a - b).slice(0, MERGED_SCORES_MAX));
}
