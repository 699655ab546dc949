/**
 * How long a visitor will wait: at the rate of the last hour's calls; until there is one, booths turn over once in MINUTES_PER_TURN.
 */
import { MINUTES_PER_TURN } from '../../shared/limits.ts';

/** What a rate is measured over. */
export const RATE_SPAN_MS = 3_600_000;
/** Fewer calls are no rate. */
export const CALLS_FOR_RATE = 5;

/**
 * Minutes from one call to the next, as an average: calls come in groups, too, and the time since the last one counts, so that a booth
 * that has stopped calling promises nothing. Null while there were too few calls to tell.
 * @param calledAtMs of the calls within RATE_SPAN_MS before `nowMs`, in any order
 */
export function measuredMinutesPerCall(calledAtMs: readonly number[], nowMs: number): number | null {
  if (calledAtMs.length < CALLS_FOR_RATE) return null;
  return (nowMs - Math.min(...calledAtMs)) / calledAtMs.length / 60_000;
}

/** Minutes until somebody with `ahead` visitors before them is called. A capacity below 1 counts as 1; it decides nothing once a rate is known. */
export function estimatedWaitMinutes(ahead: number, capacity: number, minutesPerCall: number | null): number {
  if (minutesPerCall !== null) return Math.ceil(Math.max(0, ahead) * minutesPerCall);
  return MINUTES_PER_TURN * Math.ceil(Math.max(0, ahead) / Math.max(1, capacity));
}
