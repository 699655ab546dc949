/** Campaigns run in plain Node, without what prepares files for tests: each must load, and say how it is used. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/find-program.mjs';

it.each(['simulation', 'mixed', 'mutations', 'agree', 'screens', 'servers'])('%s', (campaign) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'tests', 'campaign', 'run.ts'), campaign, '--nonsense'], { encoding: 'utf8' });
  expect({ status, output: `${stdout}${stderr}` }).toMatchObject({ status: 2, output: expect.stringContaining(`Usage: ${campaign}`) });
});
