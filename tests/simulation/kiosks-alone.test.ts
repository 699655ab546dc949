/**
 * Goal: whatever kiosks, their passes and visitors do at once, and whichever message between them and the stores is lost, late or
 * repeated, whoever dies, whatever the queue store loses and the clocks say: nobody is lost, nobody is called twice, and at rest all agrees.
 * Method: the real core on the model stores, one decision for each step from a seed, judged after every step by code of its own. A
 * failing seed says how to see it again, and is shrunk.
 */
import { describe, expect, it } from 'vitest';
import { BACKEND_EVERY } from './plan.ts';
import { runSeeds, storyOf } from './seeds.ts';

const FIRST_SEED = 20_261_125;
const CHUNKS = 20;
const SEEDS_PER_CHUNK = 100;

describe('kiosks alone', () => {
  it.each(Array.from({ length: CHUNKS }, (_, index) => FIRST_SEED + index * SEEDS_PER_CHUNK))('from seed %d', { timeout: 240_000 }, async (from) => {
    const seeds = Array.from({ length: SEEDS_PER_CHUNK }, (_, index) => from + index).filter((seed) => seed % BACKEND_EVERY !== 0);
    const { figures, broken } = await runSeeds(seeds);
    const [first] = broken;
    expect(first === undefined ? null : await storyOf(first.seed)).toBeNull();
    expect(figures.histories).toBe(seeds.length);
    // A history in which nobody ever was called, or nothing ever failed, proves nothing.
    expect(figures.committed['call'] ?? 0).toBeGreaterThan(seeds.length / 2);
    expect(figures.faults['process dies'] ?? 0).toBeGreaterThan(seeds.length / 2);
  });
});
