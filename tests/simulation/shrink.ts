/** A failing history made short: decisions are taken out, or made plain, as long as the same rule is broken. */
import { type Ending, runHistory } from './history.ts';
import type { Plan } from './plan.ts';
import { IN_ORDER } from './schedule.ts';

export interface Shrunk {
  readonly decisions: readonly number[];
  /** With its trace. */
  readonly ending: Ending;
}

/** Runs at most; what is left then is short enough to read. */
const RUNS_MAX = 1_500;

export async function shrink(plan: Plan, decisions: readonly number[], rule: string, run: typeof runHistory = runHistory): Promise<Shrunk> {
  let shortest = decisions;
  let runs = 0;
  const stillFails = async (candidate: readonly number[]): Promise<boolean> => {
    if (runs++ >= RUNS_MAX) return false;
    const { violation } = await run(plan, candidate);
    if (violation?.rule !== rule) return false;
    shortest = candidate;
    return true;
  };
  for (let before = Infinity; shortest.length < before; ) {
    before = shortest.length;
    for (let size = Math.ceil(shortest.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < shortest.length; ) if (!(await stillFails([...shortest.slice(0, at), ...shortest.slice(at + size)]))) at += size;
    }
  }
  for (let at = 0; at < shortest.length; at++) if (shortest[at] !== IN_ORDER) await stillFails(shortest.with(at, IN_ORDER));
  return { decisions: shortest, ending: await run(plan, shortest, true) };
}
