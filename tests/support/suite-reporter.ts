/** Ends a test run with a line per suite (the folder under tests/) and one line for all, in a form scripts can read. */
import { relative, sep } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

export class SuiteReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const suites = new Map<string, Count>();
    for (const module of modules) countModule(suiteOf(module.moduleId), module, suites);
    const all: Count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const [suite, count] of [...suites].sort(([a], [b]) => a.localeCompare(b))) {
      process.stdout.write(`  ${suite.padEnd(16)} ${line(count)}\n`);
      all.passed += count.passed;
      all.failed += count.failed;
      all.skipped += count.skipped;
    }
    process.stdout.write(`\n${line(all)}\n`);
  }
}

function line({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function countModule(suite: string, module: TestModule, suites: Map<string, Count>): void {
  const count = suites.get(suite) ?? { passed: 0, failed: 0, skipped: 0 };
  suites.set(suite, count);
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') count.passed += 1;
    else if (state === 'failed') count.failed += 1;
    else count.skipped += 1;
  }
  // A file or block that broke outside its tests has failed, even with no test to say so.
  count.failed += module.errors().length;
  for (const suiteBlock of module.children.allSuites()) count.failed += suiteBlock.errors().length;
}

function suiteOf(file: string): string {
  const [, folder, ...rest] = relative(process.cwd(), file).split(sep);
  return rest.length === 0 ? 'rules' : (folder ?? 'rules');
}
