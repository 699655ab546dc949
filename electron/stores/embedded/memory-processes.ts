/** Which processes live, which of them leads, and the alerts they share, in memory. */
import type { SoftLock } from '../../core/ports.ts';
import { FORGET_SILENT_MS } from '../queue-limits.ts';
import type { MemoryQueueState } from './memory-state.ts';

export function beatInMemory(state: MemoryQueueState, owner: string, nowMs: number): void {
  state.alive.set(owner, nowMs);
  for (const [process, beatMs] of state.alive) if (Math.abs(nowMs - beatMs) > FORGET_SILENT_MS) state.alive.delete(process);
}

/** For how long each owner of these locks has been silent, of those ever heard of. Counted both ways: the clock may have been set back since. */
export function silenceInMemory(state: MemoryQueueState, locks: readonly SoftLock[], nowMs: number): ReadonlyMap<string, number> {
  const silence = new Map<string, number>();
  for (const { owner } of locks) {
    const beatMs = state.alive.get(owner);
    if (beatMs !== undefined) silence.set(owner, Math.abs(nowMs - beatMs));
  }
  return silence;
}

export function takeLeadInMemory(state: MemoryQueueState, owner: string, silentMs: number, nowMs: number): boolean {
  if (state.leader === owner) return true;
  const beatMs = state.leader === null ? undefined : state.alive.get(state.leader);
  if (beatMs !== undefined && Math.abs(nowMs - beatMs) < silentMs) return false;
  state.leader = owner;
  return true;
}

/** Answers those nobody had seen before. */
export function noteAlertsInMemory(state: MemoryQueueState, ids: readonly string[], nowMs: number): readonly string[] {
  return ids.filter((id) => {
    const isNew = !state.alerts.has(id);
    state.alerts.set(id, nowMs);
    return isNew;
  });
}

export function takeClearedAlertsInMemory(state: MemoryQueueState, unseenMs: number, nowMs: number): readonly string[] {
  const cleared: string[] = [];
  for (const [id, seenMs] of state.alerts) {
    // Seen in the future: the clock was set back since.
    if (seenMs > nowMs) state.alerts.set(id, nowMs);
    else if (nowMs - seenMs >= unseenMs) cleared.push(id);
  }
  for (const id of cleared) state.alerts.delete(id);
  return cleared;
}
