/** The entries taken out of the way, in memory: the same guards as the scripts have on a server. */
import type { SetAsideEntry } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { SET_ASIDE_READ_MAX } from '../queue-limits.ts';
import { keptOf } from '../set-aside.ts';
import { enqueue } from './memory-queue.ts';
import { activeBoothsOf, changed, entry, hasPlace, type MemoryQueueState, placeLock } from './memory-state.ts';

/** Takes an entry out of the way, for a supervisor; beside an earlier one of the same member that one stays. */
export function setAside(state: MemoryQueueState, boothId: number, member: string, score: number, reason: string): void {
  const kept = entry(state.quarantine, boothId, () => new Map<string, string>());
  const earlier = keptOf(kept.get(member) ?? '').score;
  if (earlier !== null && (!Number.isFinite(score) || earlier <= score)) return;
  kept.set(member, `${score} ${reason}`);
}

export function readSetAsideInMemory(state: MemoryQueueState, boothIds: readonly number[]): readonly SetAsideEntry[] {
  return boothIds.flatMap((boothId) => [...(state.quarantine.get(boothId) ?? [])].slice(0, SET_ASIDE_READ_MAX).map(([member, kept]) => ({ boothId, member, ...keptOf(kept) })));
}

export function endSetAsideInMemory(state: MemoryQueueState, boothId: number, member: string, as: 'restored' | 'dropped'): boolean {
  const kept = state.quarantine.get(boothId)?.get(member);
  if (kept === undefined) return false;
  const [userId, { score }] = [parseId(member), keptOf(kept)];
  if (as === 'restored') {
    if (userId === null || score === null || placeLock(state, boothId, userId)) return false;
    enqueue(state, boothId, userId, score);
  }
  state.quarantine.get(boothId)?.delete(member);
  if (as === 'dropped' && userId !== null && !hasPlace(state, boothId, userId)) activeBoothsOf(state, userId).delete(boothId);
  changed(state, boothId);
  return true;
}
