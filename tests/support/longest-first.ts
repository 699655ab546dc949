/** The order of the test files: those that take long begin first, so that no core waits for the last of them at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By what they do, longest first: their size, which Vitest goes by on a fresh clone, says nothing about it. */
const LONG = ['faults/', 'renderer/accessibility', 'simulation/', 'kiosk/degraded', 'e2e/', 'renderer/layout', 'renderer/taking-back', 'kiosk/', 'notify/', 'renderer/'];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = LONG.findIndex((part) => moduleId.replaceAll('\\', '/').includes(`/tests/${part}`));
  return found < 0 ? LONG.length : found;
}
