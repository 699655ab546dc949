/**
 * The backend's own soft locks. Where it died between taking a visitor and writing the row, its lock is the only trace of them. One that
 * has stood unchanged for a minute by the queue store's clock is ended: the visitor was called after all, or goes back into the queue.
 * Sound as far as the backend is: one that stops for a minute in the middle of a call and then goes on calls them a second time.
 */
import type { Core } from './core.ts';
import { unlessUnreadable } from './refill.ts';
import { ticketKey } from './waiting.ts';

/** A backend's own batch runs every minute; what it left alone, or has not seen, is ours then. */
const FOREIGN_AGE_MS = 60_000;

/** Answers how many were ended. Throws StoreFailure when a store does not answer. */
export async function settleForeignLocks(core: Pick<Core, 'queue' | 'ledger' | 'logger'>, hasTime: () => boolean): Promise<number> {
  const due = (await core.queue.findForeignLocks()).filter((lock) => lock.unchangedMs >= FOREIGN_AGE_MS);
  if (due.length === 0) return 0;
  const served = new Set((await core.ledger.staleTickets(due.map((lock) => lock.ticket))).map(ticketKey));
  let ended = 0;
  for (const lock of due) {
    if (!hasTime()) break;
    const as = served.has(ticketKey(lock.ticket)) ? 'served' : 'put-back';
    if ((await unlessUnreadable(core, lock.ticket.boothId, () => core.queue.endForeignLock(lock, as))) !== true) continue;
    ended++;
    core.logger.log('warn', 'foreign-lock-ended', { boothId: lock.ticket.boothId, userId: lock.ticket.userId, as });
  }
  return ended;
}
