/** Before any test: the built program is that of these very sources, however the tests were started. */
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from './build.mjs';

export async function setup(project: TestProject): Promise<void> {
  await ensureBuilt();
  project.onTestsRerun(ensureBuilt);
}
