/**
 * Which calls are new to this screen: those of the history that it had not seen before, each once. Pure.
 */
import type { Snapshot, VisitEntry } from '../../shared/snapshot.ts';

/** A call older than this is no news any more: whoever was called has heard it elsewhere, or has to be called again. */
export const FRESH_MS = 15_000;
/** More calls than a screen shows within that time; those that fall out are too old to be news. */
const KEPT = 500;

export interface Seen {
  readonly boothId: number;
  /** When the history was last read, by its own clock. */
  readonly readAt: number;
  /** Calls and calls again, oldest first. */
  readonly keys: readonly string[];
}

/** A committed call that has to be heard. */
export interface CallNews {
  readonly boothId: number;
  readonly boothName: string;
  readonly visit: VisitEntry;
}

const callKey = (visit: VisitEntry): string => `call:${visit.waitingId}`;
const recallKey = (visit: VisitEntry): string => `recall:${visit.recall}`;

/**
 * What this snapshot adds. The first look at a booth adds nothing: what was called before this screen was there has been heard.
 * @param seen null: nothing yet
 */
export function newCalls(seen: Seen | null, snapshot: Pick<Snapshot, 'booth' | 'now'>): { readonly seen: Seen | null; readonly news: readonly CallNews[] } {
  const { booth, now } = snapshot;
  if (booth === null || booth.ledgerReadAt === null) return { seen, news: [] };
  const readAt = booth.ledgerReadAt;
  const keysNow = booth.called.flatMap((visit) => (visit.recall === null ? [callKey(visit)] : [callKey(visit), recallKey(visit)]));
  if (seen === null || seen.boothId !== booth.id) return { seen: { boothId: booth.id, readAt, keys: keysNow }, news: [] };

  const known = new Set(seen.keys);
  // A call again carries no time of its own: after a long silence nobody knows when it was.
  const followed = readAt - seen.readAt < FRESH_MS;
  const isNew = (visit: VisitEntry): boolean => {
    if (!known.has(callKey(visit))) return now - visit.calledAt < FRESH_MS;
    return visit.recall !== null && !known.has(recallKey(visit)) && followed;
  };
  const news = booth.called.filter(isNew).map((visit) => ({ boothId: booth.id, boothName: booth.name, visit }));
  const keys = [...seen.keys, ...keysNow.filter((key) => !known.has(key))].slice(-KEPT);
  return { seen: { boothId: booth.id, readAt, keys }, news };
}

/** Whether a call still holds, as far as this snapshot tells: it was not taken back, and the visitor has not come yet. */
export function stillHolds(news: CallNews, booth: Snapshot['booth']): boolean {
  if (booth === null || booth.id !== news.boothId) return true;
  return booth.called.some((visit) => visit.waitingId === news.visit.waitingId);
}
