/** The order of the test files: those that take long begin first, so that no core waits for the last of them at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * By what they do, longest first: their size, which Vitest goes by on a fresh clone, says nothing about it. The lane with few files, which
 * no worker of the other can run, is through before the other's small ones fill the gaps.
 */
const LONG: readonly (readonly [lane: string, part: string])[] = [
  ...['stores/mysql-transactions', 'stores/mysql-contract', 'stores/mysql-migrations', 'stores/mysql-races', ''].map((part) => ['mysql', part] as const),
  ...['faults/', 'simulation/', 'kiosk/degraded', 'renderer/accessibility', 'e2e/', 'stores/mysql-transactions', 'renderer/', 'kiosk/', 'notify/', 'stores/'].map((part) => ['', part] as const),
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId, project }: TestSpecification): number {
  const found = LONG.findIndex(([lane, part]) => project.name.startsWith(lane) && moduleId.replaceAll('\\', '/').includes(`/tests/${part}`));
  return found < 0 ? LONG.length : found;
}
