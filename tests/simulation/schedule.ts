/**
 * Decisions of a history as a list of numbers, one for each step. A number is no index: it orders whatever may happen next by a hash of
 * each event's name, so that taking other decisions out of the list leaves the rest of the history much as it was, and a failing
 * history can be shrunk by deleting from it.
 */
import { createDraw, type Draw } from '../support/draw.ts';

/** What may happen next. */
export interface Possible {
  /** The same for the same thing in a history with fewer decisions. */
  readonly name: string;
  /** How often it is chosen beside the others. */
  readonly weight: number;
}

/** What a history does when its decisions are used up: everything arrives in order. */
export const IN_ORDER = 0;

export function scheduleOf(seed: number, steps: number): readonly number[] {
  const draw = createDraw(seed, 'schedule');
  return Array.from({ length: steps }, () => draw.whole(1, 0xffff_ffff));
}

/** Null when nothing may happen. */
export function choose<P extends Possible>(possible: readonly P[], decision: number): P | null {
  let [chosen, least]: [P | null, number] = [null, Infinity];
  for (const each of possible) {
    if (each.weight <= 0) continue;
    if (decision === IN_ORDER) return each;
    // The first of exponential clocks to ring: each with the rate of its weight.
    const rings = -Math.log(fraction(each.name, decision)) / each.weight;
    if (rings >= least) continue;
    chosen = each;
    least = rings;
  }
  return chosen;
}

/** Whatever else a step has to decide. */
export function drawOf(decision: number): Draw {
  return createDraw(decision, 'step');
}

/** Above 0, at most 1; the same for the same text and number. */
function fraction(text: string, salt: number): number {
  return (mixed(hashOf(text, salt)) + 1) / 2 ** 32;
}

/** FNV-1a over the letters, from any start. */
export function hashOf(text: string, start = 0x811c_9dc5): number {
  let hash = start | 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  return hash >>> 0;
}

function mixed(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x45d9_f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9_f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
