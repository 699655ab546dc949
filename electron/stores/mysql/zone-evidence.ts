/** What times written without a zone tell about the zone they were written in. Pure; all times are epoch milliseconds. */

const MINUTE_MS = 60_000;
/** Zones differ by whole half hours (a few by quarters, which are left out: half as many chances to be wrong). */
const STEP_MS = 30 * MINUTE_MS;
/** No two zones of the earth are further apart: what is further off is a wrong time, not another zone. */
const ZONES_APART_MS = 26 * 60 * MINUTE_MS;
/** Less than any two zones are apart. Clocks of servers disagree by minutes now and then, and a kiosk refused for that serves nobody. */
const AHEAD_MAX_MS = 20 * MINUTE_MS;
const JUST_WRITTEN_MS = 5 * MINUTE_MS;
/** Between the time a program writes and the moment its transaction ends; the server tells that moment in whole seconds. */
const COMMIT_LAG_MS = 3_000;
const WHOLE_SECOND_MS = 1_500;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface RecentRow {
  readonly waitingId: number;
  /** No kiosk ever wrote it. */
  readonly byBackend: boolean;
  /** Its newest time. Two readings where the zone's clock was set around then: either may be meant. */
  readonly newestMs: readonly number[];
}

/**
 * The instants that a date column's text may mean. Offsets of the day before and after, because a clock set back shows an hour twice;
 * and the present one, because a TIMESTAMP column arrives by that. None for a text that is no time.
 * @param offsetAt the zone's offset in milliseconds at an instant
 */
export function instantsOf(wall: string, nowMs: number, offsetAt: (atMs: number) => number): number[] {
  const asUtcMs = Date.parse(`${wall.slice(0, 23).replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtcMs)) return [];
  const offsets = [nowMs, asUtcMs - DAY_MS, asUtcMs + DAY_MS].map(offsetAt);
  return [...new Set(offsets)].map((offsetMs) => asUtcMs - offsetMs);
}

interface Ahead {
  readonly waitingId: number;
  readonly aheadMs: number;
}

/**
 * The backend's row that lies furthest in the future, when no right zone could put it there. Not when its latest row reads as written
 * just now: then the zone is right, and some row before it is wrong.
 * @param rows the latest first
 */
export function furthestAhead(rows: readonly RecentRow[], nowMs: number): Ahead | null {
  const own = rows.filter((row) => row.byBackend);
  if (own[0]?.newestMs.some((atMs) => Math.abs(atMs - nowMs) <= AHEAD_MAX_MS)) return null;
  const ahead = own
    .map((row) => ({ waitingId: row.waitingId, aheadMs: Math.min(...row.newestMs) - nowMs }))
    .filter(({ aheadMs }) => aheadMs > AHEAD_MAX_MS && aheadMs <= ZONES_APART_MS);
  return ahead.toSorted((a, b) => b.aheadMs - a.aheadMs)[0] ?? null;
}

/**
 * By how much the backend's newest row looks older than the table's last change, when that is what another zone would make of it: whole
 * half hours to the second, and no other row accounts for the change. Null: no such sign. A sign only: a change that leaves no time in
 * its row looks the same once in some hundred times.
 */
export function suspectedLag(rows: readonly RecentRow[], tableChangedMs: number | null): number | null {
  if (tableChangedMs === null) return null;
  const lags = rows.map((row) => ({ row, lagsMs: row.newestMs.map((atMs) => tableChangedMs - atMs) }));
  if (lags.some(({ lagsMs }) => lagsMs.some((lagMs) => stepsOf(lagMs) === 0))) return null;
  const newest = lags.filter(({ row }) => row.byBackend).toSorted((a, b) => Math.min(...a.lagsMs) - Math.min(...b.lagsMs))[0];
  const lagMs = newest?.lagsMs.find((candidate) => (stepsOf(candidate) ?? 0) > 0 && candidate <= ZONES_APART_MS);
  return lagMs === undefined ? null : Math.round(lagMs / STEP_MS) * STEP_MS;
}

/** By how much the zone that was written in seems to be ahead; null when that cannot be told. */
export function suspectedLead({ aheadMs }: Ahead, nowMs: number, tableChangedMs: number | null): number | null {
  if (tableChangedMs !== null && stepsOf(tableChangedMs - (nowMs + aheadMs)) !== null) return Math.round((nowMs + aheadMs - tableChangedMs) / STEP_MS) * STEP_MS;
  const leadMs = Math.ceil(aheadMs / STEP_MS) * STEP_MS;
  return leadMs - aheadMs <= JUST_WRITTEN_MS ? leadMs : null;
}

/** How many half hours lie between a row's time and the change it was written by; null when they do not fit. */
function stepsOf(lagMs: number): number | null {
  const steps = Math.round(lagMs / STEP_MS);
  const restMs = lagMs - steps * STEP_MS;
  return restMs >= -WHOLE_SECOND_MS && restMs <= COMMIT_LAG_MS ? steps : null;
}
