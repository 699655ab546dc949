import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run bench`: figures, not verdicts. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { globalSetup: './tests/support/setup/global.ts', include: ['tests/bench/*.bench.ts'], testTimeout: 600_000, hookTimeout: 60_000, pool: 'forks', fileParallelism: false, reporters: ['default'] },
});
