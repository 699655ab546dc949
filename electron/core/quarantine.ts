/**
 * Quarantine: entries taken out of the queue's way, because they can never be called or nobody could end their action. A supervisor
 * puts them back or drops them.
 */
import type { Core } from './core.ts';
import { boothIds } from './booth-ids.ts';
import type { SetAsideEntry } from './ports.ts';
import { parseId } from './waiting.ts';

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
  // First in the ledger: dying in between leaves an entry that the supervisor still sees, not a visitor whom a refill brings back.
  if (as === 'dropped' && userId !== null && entry?.score != null) await core.ledger.dropTicket({ boothId, userId, score: entry.score });
  if (!(await core.queue.endSetAside(boothId, member, as))) return false;
  const { nowMs } = await core.ledger.readMirror();
  const detail = `${member} (${entry?.reason ?? 'unknown'})${staff === null ? '' : ` by ${staff}`}`;
  await core.ledger.writeIncident({ kind: as, boothId, fromMs: nowMs, toMs: nowMs, tickets: 1, owner: core.owner, detail });
  return true;
}
