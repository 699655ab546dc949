/**
 * A sign, seen while serving, that another program writes its times in another zone than the setting `timeZone`: a visit that has just
 * appeared, and by its own time was called half an hour or hours ago, or will be. Pure; all times are epoch milliseconds.
 */

const STEP_MS = 30 * 60_000;
/** No two zones of the earth are further apart. */
const ZONES_APART_MS = 26 * 3_600_000;
/** Between a program's own clock, its transaction's end, and the reading. */
const SLACK_MS = 3_000;
/** After a longer pause in reading, what appeared may really be that old. */
const PAUSE_MAX_MS = 15_000;

/** What the sign needs of a booth's history. */
export interface ZoneReading {
  readonly nowMs: number;
  readonly live: readonly { readonly waitingId: number; readonly calledAtMs: number | null; readonly score: number | null; readonly revision: number }[];
}

/**
 * By how much the times of another program seem to lie behind (negative: ahead of) the setting's zone, in milliseconds and whole half
 * hours. Null: no sign.
 * @param before the reading before this one, of the same booth; null when there was none
 */
export function zoneDoubt(before: ZoneReading | null, after: ZoneReading): number | null {
  if (before === null) return null;
  const pauseMs = after.nowMs - before.nowMs;
  if (pauseMs < 0 || pauseMs > PAUSE_MAX_MS) return null;
  const known = new Set(before.live.map(({ waitingId }) => waitingId));
  for (const { waitingId, calledAtMs, score, revision } of after.live) {
    const isForeign = score === null && revision === 0;
    if (known.has(waitingId) || !isForeign || calledAtMs === null) continue;
    const lagMs = after.nowMs - calledAtMs;
    // It was called between the two readings, give or take: what is left of its age are the zones.
    const zonesMs = Math.round((lagMs - pauseMs / 2) / STEP_MS) * STEP_MS;
    const isExplained = lagMs - zonesMs >= -SLACK_MS && lagMs - zonesMs <= pauseMs + SLACK_MS;
    if (zonesMs !== 0 && isExplained && Math.abs(zonesMs) <= ZONES_APART_MS) return zonesMs;
  }
  return null;
}
