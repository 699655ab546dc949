/**
 * What differs from one server to another, several times in a row: the stores on real Redis, MariaDB and MySQL, of MariaDB the next release,
 * too, and real faults. The tests are those of `npm test`. Exit code 1: one of them failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../support/find-program.mjs';
import type { CampaignEnd } from './campaign-end.ts';

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const FOLDERS = ['tests/stores', 'tests/faults'];

export async function runServersCampaign(args: readonly string[]): Promise<CampaignEnd> {
  const times = readTimes(args);
  if (times === null) {
    process.stdout.write('Usage: servers [--times 3]\n');
    return { code: 2, figures: '' };
  }
  const ended: string[] = [];
  for (let turn = 1; turn <= times; turn++) {
    process.stdout.write(`Real servers, ${turn} of ${times}\n`);
    const startedMs = performance.now();
    const child = spawn(process.execPath, [VITEST, 'run', ...FOLDERS], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, KIOSK_TEST_NEXT_RELEASE: '1' } });
    const [code] = (await once(child, 'exit')) as [number | null];
    ended.push(`${code === 0 ? 'green' : 'RED'} in ${((performance.now() - startedMs) / 60_000).toFixed(1)} minutes`);
  }
  return { code: ended.some((end) => end.startsWith('RED')) ? 1 : 0, figures: ended.join(', ') };
}

function readTimes(args: readonly string[]): number | null {
  try {
    const times = Number(parseArgs({ args: [...args], options: { times: { type: 'string', default: '3' } } }).values.times);
    return Number.isSafeInteger(times) && times > 0 ? times : null;
  } catch {
    return null;
  }
}
