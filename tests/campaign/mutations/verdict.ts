/** What a run of a check showed, in the words of the campaign: judged by the tests' own assertions alone. */

/** As the reporter writes it. */
export interface CheckRun {
  /** Tests the files hold, run or not. */
  readonly collected: number;
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  /** What went wrong outside of tests: a file that cannot be read, a hook of a file, something nobody waited for. */
  readonly outside: readonly string[];
}

interface FailedTest {
  readonly file: string;
  /** With the blocks it stands in. */
  readonly name: string;
  readonly errors: readonly { readonly name: string; readonly message: string }[];
}

/** Why the unpatched tree does not pass the check; null when it does. */
export function whyNotGreen({ passed, failed, outside }: CheckRun): string | null {
  if (outside.length > 0) return `broke outside of its tests: ${outside.join('; ')}`;
  const [first] = failed;
  if (first !== undefined) return `is red without the mistake: ${first.name}: ${first.errors[0]?.message ?? ''}`;
  return passed === 0 ? 'ran no test' : null;
}

export type Verdict =
  | { readonly caughtBy: string; /** What the first assertion that failed said. */ readonly because: string }
  | { readonly problem: string };

/**
 * A mistake is caught by assertions: as many tests were collected as without it, and whatever failed said what it had expected instead.
 * Code that does not run, a timeout or a server that did not start is no judgement.
 */
export function judge(clean: CheckRun, run: CheckRun): Verdict {
  if (run.outside.length > 0) return { problem: `the check broke outside of its tests: ${run.outside.join('; ')}` };
  const [ranClean, ran] = [clean.passed, run.passed + run.failed.length];
  if (run.collected !== clean.collected || ran !== ranClean) return { problem: `the check ran ${ran} of ${run.collected} tests instead of ${ranClean} of ${clean.collected}` };
  const [first] = run.failed;
  if (first === undefined) return { problem: 'SURVIVED: the check is green' };
  const other = run.failed.find(({ errors }) => errors[0]?.name !== 'AssertionError');
  if (other !== undefined) return { problem: `failed otherwise than by an assertion: ${other.name}: ${other.errors[0]?.name}: ${other.errors[0]?.message}` };
  return { caughtBy: `${first.file.replace(/^tests\//, '').replace(/\.test\.ts$/, '')} > ${first.name}`, because: first.errors[0]?.message ?? '' };
}
