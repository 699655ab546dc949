/**
 * How long a visitor will wait: booths turn over once in MINUTES_PER_TURN until a rate has been measured.
 */
import { MINUTES_PER_TURN } from '../../shared/limits.ts';

/** Minutes until somebody with `ahead` visitors before them is called. A capacity below 1 counts as 1. */
export function estimatedWaitMinutes(ahead: number, capacity: number): number {
  return MINUTES_PER_TURN * Math.ceil(Math.max(0, ahead) / Math.max(1, capacity));
}
