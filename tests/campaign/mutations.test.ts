/** Every mistake of the campaign can be made in today's source: code that moves without it is named at once, not by the next long run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/find-program.mjs';
import { MUTATIONS } from './mutations/list.ts';
import { madeIn, misfit } from './mutations/mutation.ts';
import { judge, whyNotGreen } from './mutations/verdict.ts';

test('there are thirty-seven, each under a name of its own', () => {
  expect(new Set(MUTATIONS.map(({ id }) => id)).size).toBe(39);
  expect(MUTATIONS).toHaveLength(39);
});

test.each(MUTATIONS)('$id: its patches fit, and its checks are there', ({ places }) => {
  expect(places.flatMap(({ patches }) => patches.map((patch) => misfit(ROOT, patch))).filter((problem) => problem !== null)).toEqual([]);
  expect(places.map(({ check }) => check.file).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('a mistake made in what a server runs is caught on that server', () => {
  const places = MUTATIONS.flatMap((mutation) => mutation.places);
  for (const [folder, checks] of [['electron/stores/redis/', /^tests\/stores\/redis-/], ['electron/stores/mysql/', /^tests\/stores\/mysql-/]] as const) {
    const made = places.filter(({ patches }) => patches.some(({ file }) => file.startsWith(folder)));
    expect(made.length).toBeGreaterThan(5);
    expect(made.filter(({ check }) => !checks.test(check.file)).map(madeIn)).toEqual([]);
  }
});

const GREEN = { collected: 9, passed: 2, failed: [], outside: [] };
const failedBy = (name: string) => ({ file: 'tests/core/x.test.ts', name: 'somebody is lost', errors: [{ name, message: 'of 1' }] });

test('only an assertion catches', () => {
  expect(judge(GREEN, { ...GREEN, passed: 1, failed: [failedBy('AssertionError')] })).toEqual({ caughtBy: 'core/x > somebody is lost', because: 'of 1' });
  for (const run of [
    GREEN,
    { ...GREEN, passed: 1, failed: [failedBy('TypeError')] },
    { ...GREEN, passed: 0, failed: [failedBy('AssertionError'), failedBy('StoreFailure')] },
    { ...GREEN, passed: 0, failed: [failedBy('AssertionError')] },
    { ...GREEN, collected: 8, passed: 1, failed: [failedBy('AssertionError')] },
    { ...GREEN, passed: 1, failed: [failedBy('AssertionError')], outside: ['Unexpected token'] },
  ]) expect(judge(GREEN, run), JSON.stringify(run)).toHaveProperty('problem');
});

test('a check that is not green without the mistake, or ran nothing, proves nothing', () => {
  expect(whyNotGreen(GREEN)).toBeNull();
  for (const run of [{ ...GREEN, passed: 0 }, { ...GREEN, failed: [failedBy('AssertionError')] }, { ...GREEN, outside: ['no server'] }]) expect(whyNotGreen(run)).not.toBeNull();
});
