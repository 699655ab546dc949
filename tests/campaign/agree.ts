/**
 * Model and reality, for many seeds: the queue store in memory against Redis, the embedded ledger against MariaDB and MySQL.
 * The tests themselves are those of `npm test`, with other seeds. Exit code 1: a seed showed a difference, which is printed.
 */
import { parseArgs } from 'node:util';
import type { CampaignEnd } from './campaign-end.ts';
import { runVitest } from './run-vitest.ts';

const FILES = ['tests/stores/queue-stores-agree.test.ts', 'tests/stores/ledgers-agree.test.ts'];

export async function runAgreeCampaign(args: readonly string[]): Promise<CampaignEnd> {
  const options = readOptions(args);
  if (options === null) {
    process.stdout.write('Usage: agree [--seeds 50] [--from 1]\n');
    return { code: 2, figures: '' };
  }
  const { from, seeds } = options;
  const range = `${from}-${from + seeds - 1}`;
  process.stdout.write(`Model and reality, seeds ${range}\n`);
  const isGreen = await runVitest(['--project', 'mariadb', '--project', 'mysql', ...FILES], { KIOSK_SEED: range });
  return { code: isGreen ? 0 : 1, figures: `seeds ${range} of each pair of stores` };
}

function readOptions(args: readonly string[]): { readonly from: number; readonly seeds: number } | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { seeds: { type: 'string', default: '50' }, from: { type: 'string', default: '1' } } });
    const [seeds, from] = [Number(values.seeds), Number(values.from)];
    return Number.isSafeInteger(seeds) && Number.isSafeInteger(from) && seeds > 0 && from >= 0 ? { seeds, from } : null;
  } catch {
    return null;
  }
}
