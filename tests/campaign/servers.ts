/**
 * What differs from one server to another, several times in a row: the stores on real Redis, MariaDB and MySQL, of MariaDB the next release,
 * too, and real faults. The tests are those of `npm test` at length, on each server all that may differ there. Exit code 1: one of them failed.
 */
import { parseArgs } from 'node:util';
import type { CampaignEnd } from './campaign-end.ts';
import { runVitest } from './run-vitest.ts';

const FOLDERS = ['tests/stores', 'tests/faults'];

export async function runServersCampaign(args: readonly string[]): Promise<CampaignEnd> {
  const times = readTimes(args);
  if (times === null) {
    process.stdout.write('Usage: servers [--times 3]\n');
    return { code: 2, figures: '' };
  }
  const ended: string[] = [];
  let code: 0 | 1 = 0;
  for (let turn = 1; turn <= times; turn++) {
    process.stdout.write(`Real servers, ${turn} of ${times}\n`);
    const startedMs = performance.now();
    const isGreen = await runVitest(FOLDERS, { KIOSK_TEST_AT_LENGTH: '1' });
    if (!isGreen) code = 1;
    ended.push(`${isGreen ? 'green' : 'RED'} in ${((performance.now() - startedMs) / 60_000).toFixed(1)} minutes`);
  }
  return { code, figures: ended.join(', ') };
}

function readTimes(args: readonly string[]): number | null {
  try {
    const times = Number(parseArgs({ args: [...args], options: { times: { type: 'string', default: '3' } } }).values.times);
    return Number.isSafeInteger(times) && times > 0 ? times : null;
  } catch {
    return null;
  }
}
