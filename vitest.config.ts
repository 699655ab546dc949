import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { compiledCatalogs } from './renderer/i18n/catalog-plugin.ts';
import { lanes } from './tests/support/lanes.ts';
import { LongestFirst } from './tests/support/longest-first.ts';
import { SuiteReporter } from './tests/support/suite-reporter.ts';

const { projects, report } = lanes();

// The tests start some hundred processes of the same few files.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('./node_modules/.cache/node', import.meta.url));

export default defineConfig({
  plugins: [compiledCatalogs()],
  // Code of the main process that is tested without a program around it finds the stand-in.
  resolve: { alias: { electron: fileURLToPath(new URL('./tests/support/standin/electron.ts', import.meta.url)) } },
  test: {
    globalSetup: './tests/support/setup/global.ts',
    projects,
    // Real servers and browsers start in these tests; on a busy machine that takes a while.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // A process for each file would load the program anew a hundred and seventy times: a second each.
    isolate: false,
    // Many of them wait for servers, screens and time limits: with a worker for each core the cores would be idle meanwhile.
    maxWorkers: Math.ceil(availableParallelism() * 2),
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new SuiteReporter(report)],
  },
});
