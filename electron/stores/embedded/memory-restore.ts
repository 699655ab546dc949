/** Where a visitor goes who is put back: the same arithmetic as the script's on a server. */
import { PASSED_BY } from '../../../shared/limits.ts';
import type { ReturnPlace } from '../../core/waiting.ts';
import { GAPS_LOOKED_AT, NO_TIME_SCORE } from '../queue-limits.ts';
import { inOrder } from './memory-state.ts';

/** The score to return to: the original one, or behind the next three; never before the original. */
export function returnScoreOf(queue: ReadonlyMap<string, number>, original: number, place: ReturnPlace): number {
  return place === 'original' ? original : Math.max(scoreBehindOthers(queue) ?? original, original);
}

/** Between two neighbours behind those let past, so that nobody else is moved; where no number lies between them, between the next two. */
function scoreBehindOthers(queue: ReadonlyMap<string, number>): number | null {
  const scores = inOrder(queue).map(([, score]) => score).filter((score) => score > -Infinity && score < NO_TIME_SCORE);
  const front = scores.slice(0, PASSED_BY + GAPS_LOOKED_AT);
  for (let i = PASSED_BY; i < front.length; i += 1) {
    const [ahead = NaN, behind = NaN] = [front[i - 1], front[i]];
    const middle = ahead / 2 + behind / 2;
    if (ahead < middle && middle < behind) return middle;
  }
  const last = front.at(-1);
  return last === undefined ? null : justBehind(last);
}

/** A millisecond behind, or what the number can hold. */
function justBehind(score: number): number {
  return Math.max(score + 0.001, score + Math.abs(score) * Number.EPSILON);
}
