/** Histories by their seeds, and what there is to say of one that broke a rule. */
import { add, type Figures, noFigures } from './figures.ts';
import { runHistory } from './history.ts';
import { planOf } from './plan.ts';
import { scheduleOf } from './schedule.ts';
import { shrink } from './shrink.ts';

export interface Broken {
  readonly seed: number;
  readonly rule: string;
  readonly what: string;
}

export async function runSeeds(seeds: readonly number[]): Promise<{ readonly figures: Figures; readonly broken: readonly Broken[] }> {
  const figures = noFigures();
  const broken: Broken[] = [];
  for (const seed of seeds) {
    const plan = planOf(seed);
    const ending = await runHistory(plan, scheduleOf(seed, plan.steps));
    add(figures, ending.figures);
    // A history lets nothing else of its process happen.
    await new Promise((resolve) => setImmediate(resolve));
    if (ending.violation !== null) broken.push({ seed, rule: ending.violation.rule, what: ending.violation.message });
  }
  return { figures, broken };
}

/** The command that shows it again, and the shortest history found that breaks the same rule; null when the seed breaks none. */
export async function storyOf(seed: number): Promise<string | null> {
  const plan = planOf(seed);
  const decisions = scheduleOf(seed, plan.steps);
  const { violation } = await runHistory(plan, decisions);
  if (violation === null) return null;
  const { decisions: left, ending } = await shrink(plan, decisions, violation.rule);
  return [
    `Seed ${seed}: ${violation.message}`,
    `  again: npm run campaign -- simulation --seed ${seed}`,
    `  ${JSON.stringify(plan)}`,
    `  shrunk from ${decisions.length} decisions to ${left.length}:`,
    ...ending.trace.map((line) => `  ${line}`),
  ].join('\n');
}
