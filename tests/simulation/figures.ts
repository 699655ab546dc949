/** What happened in histories, counted. */
export interface Figures {
  histories: number;
  steps: number;
  storeCalls: number;
  evaluations: number;
  /** Kind of fault → how often. */
  readonly faults: Record<string, number>;
  /** Kind of action → committed, and how often somebody was told no. */
  readonly committed: Record<string, number>;
  readonly refused: Record<string, number>;
  /** What supervisors did of booths, and leftovers cleared. */
  readonly ordered: Record<string, number>;
}

export function noFigures(): Figures {
  return { histories: 0, steps: 0, storeCalls: 0, evaluations: 0, faults: {}, committed: {}, refused: {}, ordered: {} };
}

export function count(counts: Record<string, number>, what: string, times = 1): void {
  counts[what] = (counts[what] ?? 0) + times;
}

export function add(sum: Figures, more: Figures): void {
  sum.histories += more.histories;
  sum.steps += more.steps;
  sum.storeCalls += more.storeCalls;
  sum.evaluations += more.evaluations;
  for (const part of ['faults', 'committed', 'refused', 'ordered'] as const) for (const [what, times] of Object.entries(more[part])) count(sum[part], what, times);
}
