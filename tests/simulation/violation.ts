/** A rule that was broken, and how rules are asked. */

/** Thrown at the step that broke a rule. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** Which rule, in a word: shrinking keeps to it. */
  readonly rule: string;
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

/** Throws Violation unless it holds. */
export type Must = (holds: boolean, rule: string, detail: () => string) => void;

export function createMust(): { readonly must: Must; readonly evaluations: () => number } {
  let evaluations = 0;
  const must: Must = (holds, rule, detail) => {
    evaluations++;
    if (!holds) throw new Violation(rule, detail());
  };
  return { must, evaluations: () => evaluations };
}
