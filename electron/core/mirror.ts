/**
 * Sweep and mirror, one look at each queue that changed: entries whose ticket was served are taken out, and the ledger's copy is brought
 * up to date by difference. What joins through other programs is safe from then on.
 *
 * An epoch number grows with each pass, in the queue store first and at the pass's end in the ledger. So a queue store that is behind
 * the ledger has lost something; and a booth's copy written by a later pass is never overwritten by an earlier one that was slow.
 */
import type { Core } from './core.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import type { QueueSnapshot } from './ports.ts';
import { isVerified, sweep, unlessUnreadable } from './refill.ts';
import { type Ticket, ticketKey } from './waiting.ts';

/**
 * Answers how many entries were swept. Only a pass that had time for every booth, that no other overtook and in which the queue store lost
 * nothing notes its epoch. Throws StoreFailure when a store does not answer.
 * @param last the ledger's epoch as just read, and the festival's booths
 */
export async function mirrorQueues(core: Core, last: { readonly epoch: number; readonly boothIds: readonly number[] }, hasTime: () => boolean): Promise<number> {
  const { boothIds } = last;
  const epoch = await core.queue.nextEpoch(last.epoch);
  if (epoch === null) {
    lost(core);
    return 0;
  }
  core.mirrored.beginPass();
  const fingerprints = await core.queue.readFingerprints(boothIds);
  let swept = 0;
  const current = new Map(boothIds.map((boothId, index) => [boothId, fingerprints[index] ?? '']));
  // Whom there was no time for in the last pass comes first in this one.
  for (const boothId of core.mirrored.leastRecent(boothIds)) {
    const fingerprint = current.get(boothId) ?? '';
    if (core.mirrored.isMirrored(boothId, fingerprint)) continue;
    if (!hasTime()) return swept;
    core.mirrored.noteLook(boothId);
    const removed = await mirrorBooth(core, boothId, epoch);
    if (removed === 'lost') lost(core);
    if (typeof removed === 'string') return swept;
    swept += removed;
    // An entry taken out has changed the queue: the fingerprint of before must not pass for it.
    if (removed === 0) core.mirrored.remember(boothId, fingerprint);
  }
  await core.ledger.noteMirror(epoch);
  return swept;
}

/** What is missing from this store may have been lost: nothing is taken for gone, and the next pass finds out. */
function lost(core: Core): void {
  core.mirrored.forget();
  core.wantReconcile();
}

/** Answers how many entries were swept. */
async function mirrorBooth(core: Core, boothId: number, epoch: number): Promise<number | 'lost' | 'overtaken'> {
  // In this order: what registers after the first look is protected by its time, what is called after the second by its row.
  const readAtMs = (await core.ledger.readMirror()).nowMs;
  const read = await unlessUnreadable(core, boothId, async () => ({ snapshot: await core.queue.snapshotQueue(boothId, epoch) }));
  if (read === null) return 0;
  const { snapshot } = read;
  if (snapshot === null) return isBehind(core, epoch);
  const copy = await core.ledger.unservedTickets(boothId, LONGEST_QUEUE);
  const known = new Set(copy.map(ticketKey));
  const fresh = snapshot.tickets.filter((ticket) => !known.has(ticketKey(ticket)));
  const stale = fresh.length === 0 ? [] : await core.ledger.staleTickets(fresh);
  const removed = await sweep(core, boothId, snapshot.version, stale);
  // Somebody inside a lock is on the way somewhere: what stands in the queue beside it is not theirs to keep yet.
  const held = new Set(snapshot.elsewhere);
  const served = new Set(stale.map(ticketKey));
  const entered = removed.flatMap(({ replacement }) => replacement ?? []);
  const arrived = [...fresh, ...entered].filter((ticket) => !served.has(ticketKey(ticket)) && !known.has(ticketKey(ticket)) && !held.has(ticket.userId));
  // Every entry is owed its place now: what else was merged into it ends with it.
  if (snapshot.anyMerged && removed.length === stale.length) await core.queue.forgetMerged(boothId, snapshot.version + removed.length);
  const gone = missingFrom(snapshot, copy);
  if (arrived.length + gone.length === 0) return removed.length;
  return (await core.ledger.writeMirror({ boothId, epoch, arrived, gone, readAtMs })) ? removed.length : 'overtaken';
}

/** A visitor stands in a queue once, whatever ticket it is by. */
function missingFrom({ tickets, elsewhere }: QueueSnapshot, copy: readonly Ticket[]): readonly Ticket[] {
  const here = new Set([...tickets.map(({ userId }) => userId), ...elsewhere]);
  return copy.filter(({ userId }) => !here.has(userId));
}

async function isBehind(core: Core, epoch: number): Promise<'lost' | 'overtaken'> {
  const mark = await core.queue.readMark();
  return isVerified(mark, epoch + 1) ? 'overtaken' : 'lost';
}
