/** The order of the test files: those that take long begin first, so that no core waits for the last of them at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The lane with few files first, whose files no worker of the other lane can run: the other's small files then fill the gaps. In a lane by what
 * they do, longest first: their size, which Vitest goes by on a fresh clone, says nothing about it.
 */
const ORDER: readonly (readonly [lane: string, part: string])[] = [
  ...['stores/mysql-transactions', 'stores/mysql-contract', 'stores/mysql-migrations', 'stores/mysql-races', ''].map((part) => ['mysql', part] as const),
  ...['faults/', 'simulation/', 'kiosk/degraded', 'renderer/accessibility', 'e2e/', 'stores/mysql-transactions', 'renderer/', 'kiosk/', 'notify/', 'stores/'].map((part) => ['', part] as const),
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId, project }: TestSpecification): number {
  const found = ORDER.findIndex(([lane, part]) => project.name.startsWith(lane) && moduleId.replaceAll('\\', '/').includes(`/tests/${part}`));
  return found < 0 ? ORDER.length : found;
}
