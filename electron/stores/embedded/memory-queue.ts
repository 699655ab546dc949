/**
 * Who enters a queue in memory, and what is remembered of it: as the scripts have it on a server. A visitor stands there once, at the earliest
 * of their registrations; but that one may turn out to have been used up, and then a later one counts: none of them is forgotten.
 */
import { MERGED_MAX, MERGED_SCORES } from '../queue-limits.ts';
import { activeBoothsOf, type MemoryQueueState, queueOf } from './memory-state.ts';

/** Adds the entry, or keeps the earlier of both scores. Gives whether anything changed. */
export function enqueue(state: MemoryQueueState, boothId: number, userId: number, score: number): boolean {
  const queue = queueOf(state, boothId);
  const member = String(userId);
  const standing = queue.get(member);
  activeBoothsOf(state, userId).add(boothId);
  if (standing === undefined || score < standing) queue.set(member, score);
  if (standing !== undefined && Number.isFinite(standing) && standing !== score) {
    const merged = [...new Set([...mergedWith(state, boothId, userId, [standing, score]), standing, score])].toSorted((a, b) => a - b);
    remember(state, boothId, userId, [...merged.slice(0, 1), ...merged.slice(1).slice(1 - MERGED_SCORES)]);
  }
  return standing === undefined || score < standing;
}

/** The visitor's entry at this score was used up, and is out of the queue: the next registration that it stood for takes its place, if there is one. */
export function enqueueNext(state: MemoryQueueState, boothId: number, userId: number, score: number): void {
  const rest = mergedWith(state, boothId, userId, [score]).filter((each) => each !== score);
  const [next] = rest;
  if (next === undefined) return;
  remember(state, boothId, userId, rest);
  enqueue(state, boothId, userId, next);
}

/** Whatever the visitor's entry stood for has come to its end with it. */
export function forgetMerged(state: MemoryQueueState, boothId: number, userId: number): void {
  remember(state, boothId, userId, []);
}

/** What is remembered of another entry of the visitor says nothing about one at these scores. */
function mergedWith(state: MemoryQueueState, boothId: number, userId: number, scores: readonly number[]): readonly number[] {
  const found = state.merged.get(`${boothId}:${userId}`) ?? [];
  return found.some((each) => scores.includes(each)) ? found : [];
}

function remember(state: MemoryQueueState, boothId: number, userId: number, scores: readonly number[]): void {
  const key = `${boothId}:${userId}`;
  if (scores.length < 2) return void state.merged.delete(key);
  // Nearly all of so many are of visitors who are gone.
  if (state.merged.size >= MERGED_MAX) state.merged.clear();
  state.merged.set(key, scores);
}
