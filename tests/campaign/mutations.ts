/**
 * Mistakes put into the product on purpose, each of which a check must catch: made in a copy of the sources, never in the checkout.
 * Every check is run without a mistake first, and must be green. A line per check, one table at the end.
 * Exit code 0: every mistake was caught. 1: one was not, could not be made, or a check is not green without it. 2: usage.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT } from '../support/find-program.mjs';
import type { CampaignEnd } from './campaign-end.ts';
import { copySources, type SourceCopy } from './mutations/copy.ts';
import { MUTATIONS } from './mutations/list.ts';
import { type Check, madeIn, misfit, type Mutation, type Place } from './mutations/mutation.ts';
import { type CheckRun, judge, whyNotGreen } from './mutations/verdict.ts';

/** Checks at a time, each in a copy of its own: most of them wait for servers half the time. */
const COPIES_MAX = 2;
/** What checks on an SQL server run on. */
const LEDGERS: readonly string[] = ['mariadb', 'mysql'];

/** A row of the table at the end. */
type Caught = readonly [number: number, mistake: string, madeIn: string, caughtBy: string, seconds: number];

export async function runMutationCampaign(args: readonly string[]): Promise<CampaignEnd> {
  const options = readOptions(args);
  if (options === null) {
    say(`Usage: mutations [--ledger ${LEDGERS.join('|')}] [--only ${MUTATIONS.map(({ id }) => id).join('|')}]`);
    return { code: 2, figures: '' };
  }
  const { mutations, ledger } = options;
  process.env['KIOSK_TEST_LEDGER'] = ledger;
  // Checks that `npm test` asks of the other server only.
  process.env['KIOSK_TEST_AT_LENGTH'] = '1';
  // The copies go with the process, however it ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const copies = Array.from({ length: Math.min(COPIES_MAX, availableParallelism()) }, copySources);
  try {
    return await campaign(mutations, copies);
  } finally {
    for (const copy of copies) copy.remove();
  }
}

function readOptions(args: readonly string[]): { readonly mutations: readonly Mutation[]; readonly ledger: string } | null {
  try {
    const { only, ledger } = parseArgs({ args: [...args], options: { only: { type: 'string' }, ledger: { type: 'string', default: 'mariadb' } } }).values;
    const mutations = MUTATIONS.filter(({ id }) => only === undefined || only === id);
    return mutations.length > 0 && LEDGERS.includes(ledger) ? { mutations, ledger } : null;
  } catch {
    return null;
  }
}

async function campaign(mutations: readonly Mutation[], copies: readonly SourceCopy[]): Promise<CampaignEnd> {
  const problems: string[] = [];
  for (const { id, places } of mutations) {
    const unfit = places.flatMap(({ patches }) => patches.map((patch) => misfit(ROOT, patch))).filter((problem) => problem !== null);
    problems.push(...unfit.map((problem) => `${id} cannot be made: ${problem}`));
  }
  if (problems.length > 0) return conclude([], problems);

  const checks = new Map(mutations.flatMap(({ places }) => places.map(({ check }) => [nameOf(check), check] as const)));
  say(`${mutations.length} mistake(s), ${checks.size} check(s), ${copies.length} at a time. Without a mistake:`);
  const clean = new Map<string, CheckRun>();
  await each([...checks], copies, async ([name, check], copy, turn) => {
    const { result, seconds } = await timed(() => copy.run([], check));
    const problem = whyNotGreen(result);
    clean.set(name, result);
    if (problem !== null) problems.push(`The check ${name} ${problem}`);
    say(`  ${turn}  ${seconds} s  ${problem ?? 'green'}: ${result.passed} tests of ${name}`);
  });
  if (problems.length > 0) return conclude([], problems);

  say('With each mistake, place by place:');
  const made = mutations.flatMap((mutation) => mutation.places.map((place) => ({ mutation, place })));
  const caught = new Map<Place, Caught>();
  await each(made, copies, async ({ mutation, place }, copy, turn) => {
    const before = clean.get(nameOf(place.check));
    if (before === undefined) throw new Error('every check was run without a mistake');
    const { result, seconds } = await timed(() => copy.run(place.patches, place.check));
    const verdict = judge(before, result);
    const what = `${mutation.id}, in ${madeIn(place)}`;
    if ('problem' in verdict) problems.push(`${what} (${mutation.mistake}): ${verdict.problem}`);
    else caught.set(place, [MUTATIONS.indexOf(mutation) + 1, mutation.mistake, madeIn(place), verdict.caughtBy, seconds]);
    say(`  ${turn}  ${seconds} s  ${what}: ${'problem' in verdict ? verdict.problem : `caught: ${verdict.because}`}`);
  });
  return conclude(made.map(({ place }) => caught.get(place)).filter((row) => row !== undefined), problems);
}

/** Runs the work on each item, on as many copies at a time as there are. The turn is how many have been begun, of all. */
async function each<T>(items: readonly T[], copies: readonly SourceCopy[], work: (item: T, copy: SourceCopy, turn: string) => Promise<void>): Promise<void> {
  const left = [...items.entries()];
  const worker = async (copy: SourceCopy): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next[1], copy, `${String(next[0] + 1).padStart(3)}/${items.length}`);
  };
  await Promise.all(copies.map(worker));
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const startedMs = performance.now();
  const result = await work();
  return { result, seconds: Math.round((performance.now() - startedMs) / 1000) };
}

function nameOf({ file, only }: Check): string {
  return only === undefined ? file : `${file} -t "${only}"`;
}

function conclude(caught: readonly Caught[], problems: readonly string[]): CampaignEnd {
  if (caught.length > 0) {
    say('\n| | mistake | made in | caught by | s |\n|---|---|---|---|---|');
    for (const [index, [number, mistake, ...row]] of caught.entries()) {
      const isFirst = caught[index - 1]?.[0] !== number;
      say(`| ${[...(isFirst ? [number, mistake] : ['', '']), ...row].join(' | ')} |`);
    }
  }
  for (const problem of problems) say(`\nWRONG: ${problem}.`);
  return { code: problems.length === 0 ? 0 : 1, figures: `${new Set(caught.map(([number]) => number)).size} mistakes caught in ${caught.length} places` };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
