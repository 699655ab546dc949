/**
 * Refill: a queue store that came back empty, older or as another one gets back every ticket of the ledger's copy that nothing has used
 * up; whoever was called meanwhile is taken out; the caches other programs read are rebuilt. Until then nobody is called from it.
 * What joined through other programs after the last mirror pass is not in the copy: that window is told to the supervisor.
 */
import type { Core } from './core.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import { otherRegistrations, owed } from './owed.ts';
import { type QueueMark, StoreFailure } from './ports.ts';
import { settle } from './settle.ts';
import { asStoreFailure } from './store-failure.ts';
import type { Ticket } from './waiting.ts';

type Stores = Pick<Core, 'queue' | 'ledger' | 'logger'>;

/** Whether this store still holds all that was mirrored from it, and on which run that was found out. @param epoch of the ledger */
export function isVerified(mark: QueueMark, epoch: number): boolean {
  return mark.sameRun && mark.epoch !== null && mark.epoch >= epoch;
}

/** Answers how many tickets were put back, null when the queue store has lost nothing, and the ledger's epoch. Throws StoreFailure when a store does not answer. */
export async function refillIfLost(core: Core, boothIds: readonly number[]): Promise<{ readonly refilled: number | null; readonly epoch: number }> {
  const mirror = await core.ledger.readMirror();
  const mark = await core.queue.readMark();
  const { epoch } = mirror;
  if (isVerified(mark, epoch)) return { refilled: null, epoch };
  core.mirrored.forget();
  const name = await core.queue.beginRefill(core.ids.operationId());
  // What was begun on the store as it was, and is committed after this comparison, would stand in the ledger alone: once its process is dead nobody
  // knows. Only under the name of this refill: before, somebody else's could have ended meanwhile, and more have begun.
  await core.ledger.fenceBooths(boothIds);
  await settleReturned(core);
  const { putBack, takenOut } = await refill(core, boothIds, epoch, mark.run, name);
  core.logger.log('warn', 'queue-store-verified', { markEpoch: mark.epoch, ledgerEpoch: mirror.epoch, sameRun: mark.sameRun, putBack, takenOut });
  // A restart that lost nothing is no incident; nor is the very first look at a festival.
  const isBehind = mirror.atMs !== null && (mark.epoch === null || mark.epoch < mirror.epoch);
  if (putBack === 0 && !isBehind) return { refilled: 0, epoch };
  const detail = `queue store ${mark.epoch === null ? 'came back empty' : mark.sameRun ? 'came back older' : 'restarted'}; ${takenOut} stale entries taken out`;
  await core.ledger.writeIncident({ kind: 'refill', boothId: null, fromMs: mirror.atMs ?? mirror.nowMs, toMs: mirror.nowMs, tickets: putBack, owner: core.owner, detail });
  return { refilled: putBack, epoch };
}

/**
 * A store that went back has brought locks with it that were ended since, and whoever is inside one that stands for their place is left out of
 * the refill: a registration of theirs would be taken for gone afterwards. Nobody can begin anything that needs the queue meanwhile. A lock that
 * cannot be settled for its own sake stays. Throws StoreFailure.
 */
async function settleReturned(core: Core): Promise<void> {
  const { locks } = await core.queue.readLocks(LONGEST_QUEUE);
  for (const lock of locks) {
    try {
      const { unfollowed } = await settle(core, lock);
      if (unfollowed !== null) throw unfollowed;
    } catch (error) {
      const { code } = asStoreFailure(error);
      if (code !== 'LEDGER_UNFIT' && code !== 'QUEUE_STORE_UNFIT') throw error;
      core.logger.log('warn', 'lock-passed-over', { operationId: lock.operationId, boothId: lock.boothId, code });
    }
  }
}

/**
 * Refills whatever the queue store holds, and lets calls go on. Throws StoreFailure when a store does not answer.
 * @param epoch of the ledger
 * @param run of the queue store, on which all this happens
 * @param name under which it began, as `beginRefill` gave it
 */
export async function refill(core: Stores, boothIds: readonly number[], epoch: number, run: string, name: string): Promise<{ readonly putBack: number; readonly takenOut: number }> {
  let [putBack, takenOut] = [0, 0];
  for (const boothId of boothIds) {
    const queue = await unlessUnreadable(core, boothId, () => core.queue.readQueue(boothId, LONGEST_QUEUE));
    if (queue === null) continue;
    const queued = queue.entries.flatMap(({ userId, score }): readonly Ticket[] => (userId === null ? [] : [{ boothId, userId, score }]));
    takenOut += (await sweep(core, boothId, queue.version, await core.ledger.staleTickets(queued))).length;
    const lost = await owed(core, await core.ledger.unservedTickets(boothId, LONGEST_QUEUE));
    if (lost.length > 0) putBack += await core.queue.refill(lost);
  }
  await core.queue.restoreBooths(await core.ledger.listBoothCards());
  await core.queue.setMark(epoch, run, name);
  return { putBack, takenOut };
}

/** A booth whose queue another program made unreadable is passed over, with a line in the log: nobody can be called there, and the others go on. */
export async function unlessUnreadable<T>(core: Pick<Core, 'logger'>, boothId: number, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreFailure && error.code === 'QUEUE_STORE_UNFIT')) throw error;
    core.logger.log('warn', 'booth-passed-over', { boothId, code: error.code });
    return null;
  }
}

/** An entry that was taken out, and the registration that took its place. */
interface Swept {
  readonly ticket: Ticket;
  readonly replacement: Ticket | null;
}

/**
 * Takes out entries of tickets that must not wait any more; answers which it took. One that somebody is at work on is left to the next pass. A
 * visitor stands in a queue once: a stale entry may stand in the place of another registration of theirs, which takes it over. Throws StoreFailure.
 * @param version of the booth, as it was before the ledger was asked which are stale: what has registered since is not in its answer
 */
export async function sweep(core: Pick<Core, 'queue' | 'ledger' | 'logger'>, boothId: number, version: number, stale: readonly Ticket[]): Promise<readonly Swept[]> {
  if (stale.length === 0) return [];
  const others = await otherRegistrations(core, boothId, stale);
  const removed: Swept[] = [];
  for (const ticket of stale) {
    const score = others.get(ticket.userId);
    // Each that was taken out has changed the booth once.
    if (!(await core.queue.removeStale(ticket, version + removed.length, score ?? null))) continue;
    removed.push({ ticket, replacement: score === undefined ? null : { ...ticket, score } });
    core.logger.log('warn', 'stale-entry-removed', { boothId, userId: ticket.userId });
  }
  return removed;
}
