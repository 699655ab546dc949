/** Who enters a queue in memory, and what is remembered of those merged into one entry: as the scripts have it on a server. */
import type { Ticket } from '../../core/waiting.ts';
import { MERGED_MAX, MERGED_SCORES } from '../queue-limits.ts';
import { activeBoothsOf, type MemoryQueueState, placeLock, queueOf, versionOf } from './memory-state.ts';

/**
 * Adds the entry, or keeps the earlier of both scores: that one may turn out to have been used up, and then the other counts. Gives whether
 * anything changed.
 */
export function enqueue(state: MemoryQueueState, boothId: number, userId: number, score: number): boolean {
  const queue = queueOf(state, boothId);
  const standing = queue.get(String(userId));
  activeBoothsOf(state, userId).add(boothId);
  if (standing !== undefined && Number.isFinite(standing) && standing !== score) remember(state, `${boothId}:${userId}`, [standing, score]);
  if (standing !== undefined && standing <= score) return false;
  queue.set(String(userId), score);
  return true;
}

export function readMergedInMemory(state: MemoryQueueState, boothId: number, tickets: readonly Ticket[]): readonly Ticket[] {
  // The call that ended them may be among what was lost.
  if (state.mark?.run !== state.run) return [];
  return tickets.flatMap((ticket) => mergedWith(state, `${boothId}:${ticket.userId}`, [ticket.score]).filter((score) => score !== ticket.score).map((score) => ({ ...ticket, score })));
}

export function forgetMerged(state: MemoryQueueState, boothId: number, userId: number): void {
  state.merged.delete(`${boothId}:${userId}`);
}

export function forgetMergedAt(state: MemoryQueueState, boothId: number, version: number): boolean {
  if (versionOf(state, boothId) !== version) return false;
  for (const key of state.merged.keys()) {
    const [booth, user] = key.split(':').map(Number);
    if (booth === boothId && placeLock(state, boothId, user ?? 0) === undefined) state.merged.delete(key);
  }
  return true;
}

/** What is remembered of another entry of the visitor says nothing about one at these scores. */
function mergedWith(state: MemoryQueueState, key: string, scores: readonly number[]): readonly number[] {
  const found = state.merged.get(key) ?? [];
  return found.some((each) => scores.includes(each)) ? found : [];
}

/** The latest that were added, and the first of all. */
function remember(state: MemoryQueueState, key: string, scores: readonly number[]): void {
  const merged = [...new Set([...mergedWith(state, key, scores), ...scores])];
  if (!state.merged.has(key) && state.merged.size >= MERGED_MAX) return;
  state.merged.set(key, [...merged.slice(0, 1), ...merged.slice(1).slice(1 - MERGED_SCORES)]);
}
