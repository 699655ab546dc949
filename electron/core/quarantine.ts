/**
 * Quarantine: entries taken out of the queue's way, because they can never be called or nobody could end their action. A supervisor
 * puts them back or drops them.
 */
import type { Core } from './core.ts';
import { boothIds } from './booth-ids.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import type { SetAsideEntry } from './ports.ts';
import { parseId, type Ticket } from './waiting.ts';

/** At all booths. Throws StoreFailure. */
export async function listSetAside(core: Pick<Core, 'queue' | 'ledger'>): Promise<readonly SetAsideEntry[]> {
  return core.queue.readSetAside(await boothIds(core));
}

/**
 * Back into the queue at its old place, or away for good. False when it is not there any more, or cannot be put back: it is no visitor,
 * or a kiosk is at work on this visitor just now. Throws StoreFailure.
 */
export async function endSetAside(core: Pick<Core, 'queue' | 'ledger' | 'owner'>, boothId: number, member: string, as: 'restored' | 'dropped', staff: string | null): Promise<boolean> {
  const entry = (await core.queue.readSetAside([boothId])).find((each) => each.member === member);
  const userId = parseId(member);
  const ticket = userId === null || entry?.score == null ? null : { boothId, userId, score: entry.score };
  // First in the ledger: dying in between leaves an entry that the supervisor still sees, not a visitor whom a refill brings back.
  if (as === 'dropped' && ticket !== null) await core.ledger.dropTicket(ticket);
  const isEnded = await core.queue.endSetAside(boothId, member, as);
  // A drop that came too late, or was cut short before, must not outlive it.
  if (ticket !== null && (as === 'restored' ? isEnded : !isEnded && (await isWaiting(core, ticket)))) await core.ledger.keepTicket(ticket);
  if (!isEnded) return false;
  const { nowMs } = await core.ledger.readMirror();
  const detail = `${member} (${entry?.reason ?? 'unknown'})${staff === null ? '' : ` by ${staff}`}`;
  await core.ledger.writeIncident({ kind: as, boothId, fromMs: nowMs, toMs: nowMs, tickets: 1, owner: core.owner, detail });
  return true;
}

async function isWaiting({ queue }: Pick<Core, 'queue'>, { boothId, userId, score }: Ticket): Promise<boolean> {
  return (await queue.readQueue(boothId, LONGEST_QUEUE)).entries.some((entry) => entry.userId === userId && entry.score === score);
}
