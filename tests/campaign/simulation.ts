/**
 * Simulated histories by the thousand, on every core: a line every ten seconds, one table at the end.
 * Exit code 0: every history kept the rules. 1: one did not; the command that shows it again and its shrunk trace are printed. 2: usage.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { add, type Figures, noFigures } from '../simulation/figures.ts';
import { planOf } from '../simulation/plan.ts';
import { type Broken, type runSeeds, storyOf } from '../simulation/seeds.ts';
import type { CampaignEnd } from './campaign-end.ts';

const WORKER = fileURLToPath(new URL('./simulation-worker.ts', import.meta.url));
const SEEDS_AT_ONCE = 50;
const PROGRESS_MS = 10_000;
/** Of each rule that was broken. */
const STORIES_TOLD = 1;

export async function runSimulationCampaign(args: readonly string[]): Promise<CampaignEnd> {
  const options = readOptions(args);
  if (options === null) {
    say('Usage: simulation [--seeds 20000] [--from 1] [--minutes M] | simulation --seed N');
    return { code: 2, figures: '' };
  }
  if (options.seed !== null) return { code: await replay(options.seed), figures: `seed ${options.seed}` };
  const startedMs = Date.now();
  const figures = noFigures();
  const broken: Broken[] = [];
  let [next, done] = [options.from, 0];
  const end = options.minutes === null ? options.from + options.seeds : Infinity;
  const isOver = (): boolean => next >= end || (options.minutes !== null && Date.now() - startedMs > options.minutes * 60_000);
  const elapsedS = (): number => Math.round((Date.now() - startedMs) / 1_000);
  const progress = setInterval(() => say(`  ${String(elapsedS()).padStart(5)} s  ${figures.histories} histories, ${figures.steps} steps, ${broken.length} broken`), PROGRESS_MS);
  const worker = async (): Promise<void> => {
    const child = fork(WORKER);
    try {
      while (!isOver()) {
        const seeds = Array.from({ length: Math.min(SEEDS_AT_ONCE, end - next) }, (_, index) => next + index);
        next += seeds.length;
        const report = await ask(child, seeds);
        add(figures, report.figures);
        broken.push(...report.broken);
        for (const { seed, what } of report.broken) say(`  WRONG: seed ${seed}: ${what}`);
        done += seeds.length;
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  clearInterval(progress);
  conclude(figures, broken, [options.from, options.from + done - 1], elapsedS());
  for (const { seed } of firstOfEachRule(broken)) say(`\n${await storyOf(seed)}`);
  return { code: broken.length > 0 ? 1 : 0, figures: `${figures.histories} histories, seeds ${options.from} to ${options.from + done - 1}, ${broken.length} broken` };
}

type Report = Awaited<ReturnType<typeof runSeeds>>;

function ask(child: ChildProcess, seeds: readonly number[]): Promise<Report> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the worker with seeds from ${seeds[0]} ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (report) => {
      child.off('exit', onExit);
      resolve(report as Report);
    });
    child.send(seeds);
  });
}

async function replay(seed: number): Promise<0 | 1> {
  const story = await storyOf(seed);
  say(story ?? `Seed ${seed} keeps the rules: ${JSON.stringify(planOf(seed))}`);
  return story === null ? 0 : 1;
}

function readOptions(args: readonly string[]): { readonly seeds: number; readonly from: number; readonly minutes: number | null; readonly seed: number | null } | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { seeds: { type: 'string', default: '20000' }, from: { type: 'string', default: '1' }, minutes: { type: 'string' }, seed: { type: 'string' } } });
    const [seeds, from] = [Number(values.seeds), Number(values.from)];
    const minutes = values.minutes === undefined ? null : Number(values.minutes);
    const seed = values.seed === undefined ? null : Number(values.seed);
    const areWhole = [seeds, from, seed ?? 0].every((each) => Number.isSafeInteger(each) && each >= 0);
    return areWhole && (minutes === null || minutes > 0) ? { seeds, from, minutes, seed } : null;
  } catch {
    return null;
  }
}

function firstOfEachRule(broken: readonly Broken[]): readonly Broken[] {
  return broken.filter(({ rule, seed }) => broken.filter((other) => other.rule === rule && other.seed < seed).length < STORIES_TOLD);
}

function conclude(figures: Figures, broken: readonly Broken[], [from, to]: readonly [number, number], seconds: number): void {
  const byName = (counts: Readonly<Record<string, number>>, what: string): [string, number][] =>
    Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b)).map(([name, times]) => [`${what}: ${name}`, times]);
  const rows: [string, number | string][] = [
    ['seeds', `${from} to ${to}`],
    ['seconds', seconds],
    ['histories', figures.histories],
    ['steps', figures.steps],
    ['store calls', figures.storeCalls],
    ['evaluations of invariants', figures.evaluations],
    ...byName(figures.faults, 'fault'),
    ...byName(figures.committed, 'committed'),
    ...byName(figures.ordered, 'booth'),
    ...byName(figures.refused, 'refused'),
    ['violations', broken.length],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  say(`\n${rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`).join('\n')}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
