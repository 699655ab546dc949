/**
 * Goal: a seed is a history, bit for bit, and a failing one is made short without becoming another failure.
 * Method: histories run twice, after others; the shrinker on histories whose failure is known.
 */
import { expect, it } from 'vitest';
import { noFigures } from './figures.ts';
import { runHistory } from './history.ts';
import { Violation } from './violation.ts';
import { planOf } from './plan.ts';
import { choose, IN_ORDER, scheduleOf } from './schedule.ts';
import { shrink } from './shrink.ts';

const SEEDS = Array.from({ length: 12 }, (_, index) => 4_000 + index);

it('the same seed gives the same history, whatever ran before', async () => {
  const hashes = new Map<number, string>();
  for (const seed of SEEDS) hashes.set(seed, (await runHistory(planOf(seed), scheduleOf(seed, planOf(seed).steps))).hash);
  for (const seed of SEEDS.toReversed()) {
    const { hash, trace } = await runHistory(planOf(seed), scheduleOf(seed, planOf(seed).steps), true);
    expect(hash).toBe(hashes.get(seed));
    expect(trace.length).toBeGreaterThan(50);
  }
  expect(new Set(hashes.values()).size).toBe(SEEDS.length);
});

it('a decision means the same event when others are missing', () => {
  const events = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, weight: 1 }));
  const chosen = choose(events, 4_711);
  const rest = events.filter((each) => each === chosen || each.name < 'c');
  expect(choose(rest, 4_711)).toBe(chosen);
  expect(choose(events, IN_ORDER)).toBe(events[0]);
});

it('shrinking keeps what breaks the rule, and nothing else', async () => {
  const fails = async (_plan: unknown, decisions: readonly number[]) => ({
    hash: '',
    figures: noFigures(),
    trace: [],
    violation: decisions.includes(7) && decisions.indexOf(9) > decisions.indexOf(7) ? new Violation('lost', 'both') : decisions.includes(3) ? new Violation('other', 'three') : null,
  });
  const { decisions } = await shrink(planOf(1), [1, 2, 7, 4, 3, 5, 9, 6, 8], 'lost', fails);
  expect(decisions).toEqual([7, 9]);
});
