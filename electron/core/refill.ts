/**
 * Refill: a queue store that came back empty, older or as another one gets back every ticket of the ledger's copy that nothing has used
 * up; whoever was called meanwhile is taken out; the caches other programs read are rebuilt. Until then nobody is called from it.
 * What joined through other programs after the last mirror pass is not in the copy: that window is told to the supervisor.
 */
import type { Core } from './core.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import { type QueueMark, StoreFailure } from './ports.ts';
import { settle } from './settle.ts';
import { asStoreFailure } from './store-failure.ts';
import { type Ticket, ticketKey } from './waiting.ts';

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
  await settleReturned(core);
  const { putBack, takenOut } = await refill(core, boothIds, epoch, mark.run, core.ids.operationId());
  core.logger.log('warn', 'queue-store-verified', { markEpoch: mark.epoch, ledgerEpoch: mirror.epoch, sameRun: mark.sameRun, putBack, takenOut });
  // A restart that lost nothing is no incident; nor is the very first look at a festival.
  const isBehind = mirror.atMs !== null && (mark.epoch === null || mark.epoch < mirror.epoch);
  if (putBack === 0 && !isBehind) return { refilled: 0, epoch };
  const detail = `queue store ${mark.epoch === null ? 'came back empty' : mark.sameRun ? 'came back older' : 'restarted'}; ${takenOut} stale entries taken out`;
  await core.ledger.writeIncident({ kind: 'refill', boothId: null, fromMs: mirror.atMs ?? mirror.nowMs, toMs: mirror.nowMs, tickets: putBack, owner: core.owner, detail });
  return { refilled: putBack, epoch };
}

/**
 * A store that went back has brought locks with it that were ended since, and a ticket or visitor inside one, of whatever kind, is left out of
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
      if (asStoreFailure(error).code !== 'LEDGER_UNFIT') throw error;
    }
  }
}

/**
 * Refills whatever the queue store holds, and lets calls go on. Throws StoreFailure when a store does not answer.
 * @param epoch of the ledger
 * @param run of the queue store, on which all this happens
 * @param name of this refill, as no other has it
 */
export async function refill(core: Stores, boothIds: readonly number[], epoch: number, run: string, name: string): Promise<{ readonly putBack: number; readonly takenOut: number }> {
  const standing = await core.queue.beginRefill(name);
  let [putBack, takenOut] = [0, 0];
  for (const boothId of boothIds) {
    const queued = await unlessUnreadable(core, boothId, () => queuedAt(core, boothId));
    if (queued === null) continue;
    // In this order: a stale entry in the place of a newer registration would hide it, and then go.
    takenOut += (await sweep(core, await core.ledger.staleTickets(queued))).length;
    const lost = await owed(core, await core.ledger.unservedTickets(boothId, LONGEST_QUEUE));
    if (lost.length > 0) putBack += await core.queue.refill(lost);
  }
  await core.queue.restoreBooths(await core.ledger.listBoothCards());
  await core.queue.setMark(epoch, run, standing);
  return { putBack, takenOut };
}

async function queuedAt(core: Stores, boothId: number): Promise<readonly Ticket[]> {
  const { entries } = await core.queue.readQueue(boothId, LONGEST_QUEUE);
  return entries.flatMap(({ userId, score }) => (userId === null ? [] : [{ boothId, userId, score }]));
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

/** Takes out entries of tickets that must not wait any more; answers which it took. One that somebody is at work on is left to the next pass. */
export async function sweep(core: Pick<Core, 'queue' | 'logger'>, stale: readonly Ticket[]): Promise<readonly Ticket[]> {
  const removed: Ticket[] = [];
  for (const ticket of stale) {
    if (!(await core.queue.removeStale(ticket))) continue;
    removed.push(ticket);
    core.logger.log('warn', 'stale-entry-removed', { boothId: ticket.boothId, userId: ticket.userId });
  }
  return removed;
}

/**
 * A visitor stands in a queue once: an entry that was stale may have stood in the place of a registration made since. Throws StoreFailure.
 * @param removed stale tickets just taken out of the booth's queue
 */
export async function putNewerBack(core: Pick<Core, 'queue' | 'ledger'>, boothId: number, removed: readonly Pick<Ticket, 'userId'>[]): Promise<void> {
  if (removed.length === 0) return;
  const users = new Set(removed.map(({ userId }) => userId));
  const newer = await owed(core, (await core.ledger.unservedTickets(boothId, LONGEST_QUEUE)).filter(({ userId }) => users.has(userId)));
  if (newer.length > 0) await core.queue.refill(newer);
}

/**
 * Of tickets of the copy those that a queue would keep. A row of another program tells its ticket by the second alone: it may be that of a
 * place its visitor was put back to since, which would be taken out again at once. Throws StoreFailure.
 */
export async function owed(core: Pick<Core, 'ledger'>, tickets: readonly Ticket[]): Promise<readonly Ticket[]> {
  if (tickets.length === 0) return tickets;
  const stale = new Set((await core.ledger.staleTickets(tickets)).map(ticketKey));
  return tickets.filter((ticket) => !stale.has(ticketKey(ticket)));
}
