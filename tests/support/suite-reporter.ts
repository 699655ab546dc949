/**
 * Ends a test run with a line per suite (the folder under tests/), the servers it ran on, and one line for all, in a form
 * scripts can read: the counts first, then what could not be run.
 */
import { relative, sep } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { beginList, endList, type SeenServer } from './servers-seen.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

export interface LaneReport {
  /** Which servers are not here, and why; null when all are. */
  readonly missed: string | null;
  /** Whether a test that does not run on MySQL fails the run. */
  readonly mysqlRequired: boolean;
}

export class SuiteReporter implements Reporter {
  readonly #lane: LaneReport;

  constructor(lane: LaneReport) {
    this.#lane = lane;
  }

  onTestRunStart(): void {
    beginList();
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const seen = endList();
    const suites = new Map<string, Count>();
    for (const module of modules) countModule(suiteOf(module), module, suites);
    const all: Count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const [suite, count] of [...suites].sort(([a], [b]) => a.localeCompare(b))) {
      process.stdout.write(`  ${suite.padEnd(22)} ${line(count)}\n`);
      add(all, count);
    }
    if (seen.length > 0) process.stdout.write(`\n${serversLine(modules, seen)}\n`);
    const problem = this.#lane.mysqlRequired ? mysqlProblem(modules, seen) : null;
    if (problem !== null) {
      all.failed += 1;
      process.exitCode = 1;
      process.stdout.write(`\n${problem}\n`);
    }
    // Told only where it would have mattered: when a file that starts an SQL server was run.
    const missed = seen.some(({ server }) => server.startsWith('MariaDB')) ? this.#lane.missed : null;
    process.stdout.write(`\n${line(all)}${missed === null ? '' : `; ${missed}`}\n`);
  }
}

function line({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** e.g. "MariaDB 10.11.14: 612 tests · MySQL 9.7.4: 410 tests": the tests of the files that started such a server. */
function serversLine(modules: readonly TestModule[], seen: readonly SeenServer[]): string {
  const servers = [...new Set(seen.map(({ server }) => server))].sort((a, b) => a.localeCompare(b));
  return servers.map((server) => `${server}: ${ranOn(modules, seen, (each) => each === server)} tests`).join(' · ');
}

/** How many tests ran in files that started a server of this kind. */
function ranOn(modules: readonly TestModule[], seen: readonly SeenServer[], isMeant: (server: string) => boolean): number {
  const met = seen.filter(({ server }) => isMeant(server));
  const count = sumOf(modules.filter((module) => met.some(({ project, file }) => project === module.project.name && file === module.moduleId)));
  return count.passed + count.failed;
}

function mysqlProblem(modules: readonly TestModule[], seen: readonly SeenServer[]): string | null {
  if (ranOn(modules, seen, (server) => server.startsWith('MySQL ')) === 0) return 'No test ran on MySQL, and KIOSK_TEST_REQUIRE_MYSQL says they must.';
  const { skipped } = sumOf(modules.filter((module) => module.project.name === 'mysql'));
  return skipped === 0 ? null : `${skipped} tests were skipped on MySQL, and KIOSK_TEST_REQUIRE_MYSQL says that none may be.`;
}

function sumOf(modules: readonly TestModule[]): Count {
  const sum: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) add(sum, countsOf(module));
  return sum;
}

function countModule(suite: string, module: TestModule, suites: Map<string, Count>): void {
  const count = suites.get(suite) ?? { passed: 0, failed: 0, skipped: 0 };
  suites.set(suite, count);
  add(count, countsOf(module));
}

function add(sum: Count, more: Count): void {
  sum.passed += more.passed;
  sum.failed += more.failed;
  sum.skipped += more.skipped;
}

function countsOf(module: TestModule): Count {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') count.passed += 1;
    else if (state === 'failed') count.failed += 1;
    else count.skipped += 1;
  }
  // A file or block that broke outside its tests has failed, even with no test to say so.
  count.failed += module.errors().length;
  for (const suiteBlock of module.children.allSuites()) count.failed += suiteBlock.errors().length;
  return count;
}

function suiteOf(module: TestModule): string {
  const [, folder, ...rest] = relative(process.cwd(), module.moduleId).split(sep);
  const suite = rest.length === 0 ? 'rules' : (folder ?? 'rules');
  return module.project.name === 'mariadb' ? suite : `${suite} on ${module.project.name}`;
}
