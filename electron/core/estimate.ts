/**
 * How long a visitor will wait: at the rate at which places became free in the last hour; until there is one, booths turn over once in
 * MINUTES_PER_TURN.
 */
import { MINUTES_PER_TURN } from '../../shared/limits.ts';
import type { CalledVisit } from './ledger.ts';

/** What a rate is measured over. */
const RATE_SPAN_MS = 3_600_000;
/** Whoever was called so long ago may have ended within it. */
export const RATE_CALLS_MS = 2 * RATE_SPAN_MS;
/** Fewer are no rate. */
const ENDS_FOR_RATE = 5;

/**
 * Minutes from one free place to the next, as an average: visitors come and go in groups, too. Calls would not do: those that fill an empty
 * booth promise the next in the queue nothing. The time since the last counts, so that a booth that has stopped promises nothing, either.
 * Null while too few visits have ended to tell.
 * @param visits those called within RATE_CALLS_MS before `nowMs`
 */
export function measuredMinutesPerPlace(visits: readonly CalledVisit[], nowMs: number): number | null {
  const ended = visits.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs > nowMs - RATE_SPAN_MS).length;
  if (ended < ENDS_FOR_RATE) return null;
  const firstMs = Math.max(nowMs - RATE_SPAN_MS, Math.min(...visits.map(({ calledAtMs }) => calledAtMs)));
  return (nowMs - firstMs) / ended / 60_000;
}

/** Minutes until somebody with `ahead` visitors before them is called. A capacity below 1 counts as 1; it decides nothing once a rate is known. */
export function estimatedWaitMinutes(ahead: number, capacity: number, minutesPerPlace: number | null): number {
  if (minutesPerPlace !== null) return Math.ceil(Math.max(0, ahead) * minutesPerPlace);
  return MINUTES_PER_TURN * Math.ceil(Math.max(0, ahead) / Math.max(1, capacity));
}
