/**
 * Recount: makes `booth:{id}:current` equal to the rows ENTERED. Corrected only when the same difference stands in two looks
 * with value and version unchanged and no lock open; otherwise somebody is at work and the next pass looks again.
 */
import type { Core } from './core.ts';
import type { BoothCount } from './ports.ts';

/** Between two looks at what moves while it is read; longer than a backend's pause between its row and its INCR. */
export const LOOK_GAP_MS = 400;

interface Look {
  readonly count: BoothCount;
  readonly inside: number;
}

interface Recount {
  /** Booths corrected. */
  readonly recounted: number;
  /** By how much in all; a count that was no number counts as one. */
  readonly drift: number;
}

/** Throws StoreFailure when a store does not answer. */
export async function recount(core: Pick<Core, 'queue' | 'ledger' | 'clock' | 'logger'>, boothIds: readonly number[]): Promise<Recount> {
  const first = await differing(core, boothIds);
  if (first.size === 0) return { recounted: 0, drift: 0 };
  await core.clock.sleep(LOOK_GAP_MS);
  const second = await differing(core, boothIds);
  let [recounted, drift] = [0, 0];
  for (const [boothId, look] of second) {
    const before = first.get(boothId);
    if (before === undefined || !same(before, look)) continue;
    if (!(await core.queue.correctCount(look.count, look.inside))) continue;
    recounted++;
    drift += look.count.current === null ? 1 : Math.abs(look.inside - look.count.current);
    core.logger.log('warn', 'count-corrected', { boothId, from: look.count.current, to: look.inside });
  }
  return { recounted, drift };
}

async function differing(core: Pick<Core, 'queue' | 'ledger'>, boothIds: readonly number[]): Promise<ReadonlyMap<number, Look>> {
  // The queue store first: a kiosk's change after this look shows in the version of the next.
  const inside = new Map<number, number>();
  const counts = await core.queue.readCounts(boothIds);
  for (const row of await core.ledger.countInside()) inside.set(row.boothId, row.inside);
  const looks = counts.map((count): Look => ({ count, inside: inside.get(count.boothId) ?? 0 }));
  return new Map(looks.filter((look) => look.count.openLocks === 0 && look.count.current !== look.inside).map((look) => [look.count.boothId, look]));
}

function same(a: Look, b: Look): boolean {
  return a.inside === b.inside && a.count.current === b.count.current && a.count.version === b.count.version;
}
