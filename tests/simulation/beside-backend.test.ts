/**
 * Goal: kiosks keep their promises beside a backend that guards nothing; only what it breaks itself is excused, act by act.
 * Method: as with kiosks alone; the backend's commands are steps of the same schedule, and it dies between any two of them.
 */
import { describe, expect, it } from 'vitest';
import { BACKEND_EVERY } from './plan.ts';
import { runSeeds, storyOf } from './seeds.ts';

const FIRST_SEED = 20_261_125;
const CHUNKS = 20;
const SEEDS_PER_CHUNK = 100;

describe('beside a backend', () => {
  it.each(Array.from({ length: CHUNKS }, (_, index) => FIRST_SEED + index * SEEDS_PER_CHUNK))('from seed %d', { timeout: 240_000 }, async (from) => {
    const seeds = Array.from({ length: SEEDS_PER_CHUNK }, (_, index) => from + index).filter((seed) => seed % BACKEND_EVERY === 0);
    const { figures, broken } = await runSeeds(seeds);
    const [first] = broken;
    expect(first === undefined ? null : await storyOf(first.seed)).toBeNull();
    expect(figures.histories).toBe(seeds.length);
  });
});
