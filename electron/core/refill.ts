/**
 * Refill: a queue store that starts empty gets back every ticket kiosks registered and no visit has used up.
 * Exact where kiosks alone write the queue, as on the embedded stores; for a shared queue it needs the mirror of all joins.
 */
import type { Core } from './core.ts';

/** Tickets of one booth; a queue longer than this is refilled in several rounds. */
const TICKETS_PER_ROUND = 10_000;

/** Returns how many tickets were put back. Throws StoreFailure when a store does not answer. */
export async function refill(core: Pick<Core, 'queue' | 'ledger'>): Promise<number> {
  let total = 0;
  for (const booth of await core.ledger.listBooths()) {
    const tickets = await core.ledger.unservedTickets(booth.boothId, TICKETS_PER_ROUND);
    if (tickets.length > 0) await core.queue.refill(tickets);
    total += tickets.length;
  }
  return total;
}
