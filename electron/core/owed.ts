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
 * Whoever stands in a queue by a stale entry may have another registration, and a visitor stands there once: by the copy, as far as a pass has seen
 * it, or by what was merged into the entry. Answers visitor → the earliest score of those that are owed a place. Throws StoreFailure.
 * @param stale as they stand, or stood, in the queue
 */
export async function otherRegistrations(core: Pick<Core, 'queue' | 'ledger'>, boothId: number, stale: readonly Ticket[]): Promise<ReadonlyMap<number, number>> {
  const users = new Set(stale.map(({ userId }) => userId));
  const copied = (await core.ledger.unservedTickets(boothId, LONGEST_QUEUE)).filter(({ userId }) => users.has(userId));
  const merged = await core.queue.readMerged(boothId, stale);
  const earliest = new Map<number, number>();
  for (const { userId, score } of await owed(core, [...copied, ...merged])) earliest.set(userId, Math.min(score, earliest.get(userId) ?? Infinity));
  return earliest;
}
