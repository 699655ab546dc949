import type { Result } from '../shared/errors.ts';
import type { Board } from './board/board.ts';
import { asProblem } from './core/store-failure.ts';

/** Runs what a person asked of the stores, unless one it needs is known to be away. A store that does not answer is a value; throws defects. */
export async function askStores<T>(board: Pick<Board, 'refusal'>, needs: 'ledger' | 'both', run: () => Promise<Result<T>>): Promise<Result<T>> {
  const known = board.refusal(needs);
  if (known !== null) return { ok: false, error: known };
  try {
    return await run();
  } catch (error) {
    return { ok: false, error: asProblem(error) };
  }
}
