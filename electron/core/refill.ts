/**
 * Refill: a queue store that starts empty gets back every ticket kiosks registered and no visit has used up, and the counts.
 * Exact where kiosks alone write the queue, as on the embedded stores; for a shared queue it needs the mirror of all joins.
 */
import type { Core } from './core.ts';

/** More than a festival's longest queue. */
const TICKETS_PER_BOOTH = 100_000;

/** For a queue store that nobody else uses yet. Returns how many tickets were put back. Throws StoreFailure when a store does not answer. */
export async function refill(core: Pick<Core, 'queue' | 'ledger'>): Promise<number> {
  let total = 0;
  const inside = await core.ledger.countInside();
  for (const { boothId } of await core.ledger.listBooths()) {
    const tickets = await core.ledger.unservedTickets(boothId, TICKETS_PER_BOOTH);
    if (tickets.length > 0) await core.queue.refill(tickets);
    const [count] = await core.queue.readCounts([boothId]);
    if (count !== undefined) await core.queue.correctCount(count, inside.find((row) => row.boothId === boothId)?.inside ?? 0);
    total += tickets.length;
  }
  return total;
}
