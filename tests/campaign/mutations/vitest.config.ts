/** One check at a time in a copy of the tree: no built program, no second SQL server, and a report for the campaign instead of one for people. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CheckReporter } from './check-reporter.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export default defineConfig({
  root,
  // The packages are those of the checkout, which stays as it is.
  cacheDir: `${root}/.cache`,
  test: {
    include: ['tests/core/**/*.test.ts', 'tests/stores/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
    reporters: [new CheckReporter()],
  },
});
