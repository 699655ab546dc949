/**
 * No-shows by time, by the ledger's clock alone. Each kiosk looks after the booth it serves: where no kiosk is at work nobody can let a
 * visitor in, so nobody is counted as absent there, and after a pause the clocks of all who are called start anew.
 */
import { actOnVisit } from './act-on-visit.ts';
import type { Core } from './core.ts';
import type { BoothHistory, VisitRow } from './ledger.ts';
import { byItself } from './note.ts';

/** A kiosk says every five seconds that it serves its booth; a longer silence is a pause. */
export const SERVED_PAUSE_MS = 12_000;
/** The reason in the journal. */
export const NO_SHOW_REASON = 'did not come in time';

/** When a called visitor counts as absent, epoch ms by the ledger's clock; null: never by itself. */
export function noShowAtMs(visit: Pick<VisitRow, 'calledAtMs' | 'heldUntilMs'>, servedSinceMs: number | null, noShowMs: number | null): number | null {
  if (noShowMs === null) return null;
  return Math.max(Math.max(visit.calledAtMs, servedSinceMs ?? -Infinity) + noShowMs, visit.heldUntilMs ?? -Infinity);
}

/** Those called at the booth whose time is over. */
export function overdueVisits({ live, servedSinceMs, nowMs }: BoothHistory, noShowMs: number | null): readonly VisitRow[] {
  return live.filter((visit) => {
    const atMs = visit.status === 'CALLED' ? noShowAtMs(visit, servedSinceMs, noShowMs) : null;
    return atMs !== null && atMs <= nowMs;
  });
}

/** Answers how many were counted as absent. Throws StoreFailure when the ledger does not answer. */
export async function expireNoShows(core: Core, boothId: number | null, hasTime: () => boolean): Promise<number> {
  if (boothId === null) return 0;
  await keepServing(core, boothId);
  if (core.limits.noShowMs === null) return 0;
  const history = await core.ledger.readBooth(boothId);
  let expired = 0;
  for (const visit of history === null ? [] : overdueVisits(history, core.limits.noShowMs)) {
    if (!hasTime()) break;
    // Somebody who let the visitor in, or gave them more time, since this was read must not be overruled.
    const outcome = await actOnVisit(core, 'no-show', visit, core.ids.operationId(), { note: byItself(NO_SHOW_REASON), again: false });
    if (outcome.outcome === 'done') expired++;
  }
  return expired;
}

/** Says that this kiosk serves the booth, both stores being there; a pause before goes on record. */
export async function keepServing(core: Pick<Core, 'ledger' | 'owner'>, boothId: number): Promise<void> {
  const pausedMs = await core.ledger.noteServed(boothId, SERVED_PAUSE_MS);
  if (pausedMs === 0) return;
  const { nowMs } = await core.ledger.readMirror();
  await core.ledger.writeIncident({ kind: 'outage', boothId, fromMs: nowMs - pausedMs, toMs: nowMs, tickets: null, owner: core.owner, detail: 'no kiosk served this booth' });
}
