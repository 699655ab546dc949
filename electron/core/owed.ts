/** What the ledger's copy of a queue has that the queue ought to have. */
import type { Core } from './core.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import { type Ticket, ticketKey } from './waiting.ts';

/**
 * Of tickets of the copy those that a queue would keep. A row of another program tells its ticket by the second alone: it may be that of a
 * place its visitor was put back to since, which would be taken out again at once. Throws StoreFailure.
 */
export async function owed(core: Pick<Core, 'ledger'>, tickets: readonly Ticket[]): Promise<readonly Ticket[]> {
  if (tickets.length === 0) return tickets;
  const stale = new Set((await core.ledger.staleTickets(tickets)).map(ticketKey));
  return tickets.filter((ticket) => !stale.has(ticketKey(ticket)));
}

/**
 * Whoever stands in a queue by a stale entry may have registered anew since, and a visitor stands there once. Answers visitor → the earliest
 * score that they wait at by the copy. Throws StoreFailure.
 */
export async function newerRegistrations(core: Pick<Core, 'ledger'>, boothId: number, users: ReadonlySet<number>): Promise<ReadonlyMap<number, number>> {
  const copied = (await core.ledger.unservedTickets(boothId, LONGEST_QUEUE)).filter(({ userId }) => users.has(userId));
  const earliest = new Map<number, number>();
  for (const { userId, score } of await owed(core, copied)) if (!earliest.has(userId)) earliest.set(userId, score);
  return earliest;
}
