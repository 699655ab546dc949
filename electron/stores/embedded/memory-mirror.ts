/** The mark in memory, and what the mirror reads: the same decisions as the scripts make on a server. */
import { type QueueMark, type QueueSnapshot, StoreFailure } from '../../core/ports.ts';
import { parseId, type Ticket } from '../../core/waiting.ts';
import { inOrder, type MemoryQueueState, placeLock, queueOf, versionOf } from './memory-state.ts';

/** The epoch of the mark; null when the queue is not known to hold all that was mirrored from it. */
export function verifiedEpoch(state: MemoryQueueState, least: number): number | null {
  const { mark, run } = state;
  return mark === null || mark.epoch < least || mark.run !== run ? null : mark.epoch;
}

export function readMarkInMemory({ mark, run }: MemoryQueueState): QueueMark {
  return { epoch: mark?.epoch ?? null, sameRun: mark?.run === run, run: String(run) };
}

/** Answers the name that stands: those who compare at once share that of the first. */
export function beginRefillInMemory(state: MemoryQueueState, name: string): string {
  state.refill ??= name;
  // What ended it may be among what was lost.
  state.merged.clear();
  return state.refill;
}

export function setMarkInMemory(state: MemoryQueueState, epoch: number, run: string, refill: string): void {
  if (run !== String(state.run)) throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was replaced while its queue was being verified.', 'no');
  if (refill !== state.refill) throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was emptied while its queue was being verified.', 'no');
  state.mark = { epoch: Math.max(state.mark?.epoch ?? epoch, epoch), run: state.run };
}

export function nextEpochInMemory(state: MemoryQueueState, least: number): number | null {
  const epoch = verifiedEpoch(state, least);
  if (epoch === null) return null;
  state.mark = { epoch: epoch + 1, run: state.run };
  return epoch + 1;
}

/** Length, both ends, how often kiosks changed it, how many are set aside. */
export function fingerprintOf(state: MemoryQueueState, boothId: number): string {
  const entries = inOrder(queueOf(state, boothId));
  return JSON.stringify([entries.length, versionOf(state, boothId), state.quarantine.get(boothId)?.size ?? 0, entries.at(0), entries.at(-1)]);
}

export function snapshotInMemory(state: MemoryQueueState, boothId: number, epoch: number): QueueSnapshot | null {
  if (verifiedEpoch(state, epoch) !== epoch) return null;
  const tickets = inOrder(queueOf(state, boothId)).flatMap(([member, score]): readonly Ticket[] => {
    const userId = parseId(member);
    return userId === null || !Number.isFinite(score) ? [] : [{ boothId, userId, score }];
  });
  const inLocks = [...state.locks.values()].filter((lock) => lock.boothId === boothId && placeLock(state, boothId, lock.userId) === lock);
  const members = [...(state.quarantine.get(boothId)?.keys() ?? [])];
  const elsewhere = [...new Set([...inLocks.map(({ userId }) => userId), ...members.flatMap((member) => parseId(member) ?? [])])];
  return { tickets, elsewhere, version: versionOf(state, boothId), anyMerged: state.merged.size > 0 };
}
