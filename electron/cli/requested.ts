/**
 * A request from the command line, new or asked again, and what became of it.
 */
import { type Result, STORE_CODES, type StoreCode, fail, ok } from '../../shared/errors.ts';
import { askAgain } from '../core/ask-again.ts';
import type { Core } from '../core/core.ts';
import type { AskedAgain } from '../core/ledger.ts';
import type { Done, Outcome } from '../core/outcome.ts';
import { StoreFailure } from '../core/ports.ts';
import { refusal } from '../core/refusals.ts';
import type { Answer } from './answer.ts';
import type { Command } from './usage.ts';

/**
 * Runs a request under a new id; under a given one, only if the ledger knows of nothing that it did. While that cannot be learnt, the
 * answer is that it is not known: never that nothing was done.
 */
export async function requested(
  core: Core,
  asked: readonly AskedAgain[],
  command: Command,
  missing: 'BOOTH_NOT_FOUND' | 'WAITING_NOT_FOUND',
  run: (operationId: string) => Promise<Outcome | null>,
  answer: (done: Done, state: 'saved' | 'catching-up') => Answer,
): Promise<Result<Answer>> {
  const { operationId } = command;
  if (operationId === null) return concluded(await run(core.ids.operationId()), missing, answer);
  try {
    const earlier = await earlierOf(core, asked, operationId);
    if (earlier !== null && !isOf(earlier, command)) return { ok: false, error: refusal('OPERATION_MISMATCH') };
    const result = await concluded(earlier ?? (await run(operationId)), missing, answer);
    return !result.ok && isStoreCode(result.error.code) ? unknown(operationId, result.error.message) : result;
  } catch (error) {
    if (error instanceof StoreFailure) return unknown(operationId, error.message);
    throw error;
  }
}

async function earlierOf(core: Core, asked: readonly AskedAgain[], operationId: string): Promise<Done | null> {
  for (const each of asked) {
    const earlier = await askAgain(core, each, operationId);
    if (earlier !== null) return earlier;
  }
  return null;
}

/** An id passed off as another booth's or visitor's request must not answer for theirs. */
function isOf(earlier: Done, { boothId, userId }: Command): boolean {
  return (boothId === null || earlier.boothId === boothId) && (userId === null || earlier.userId === userId);
}

export async function concluded(outcome: Outcome | null, missing: 'BOOTH_NOT_FOUND' | 'WAITING_NOT_FOUND', answer: (done: Done, state: 'saved' | 'catching-up') => Answer): Promise<Result<Answer>> {
  if (outcome === null) return { ok: false, error: refusal(missing) };
  switch (outcome.outcome) {
    case 'refused':
      return { ok: false, error: outcome.error };
    case 'done':
      return ok(answer(outcome, (await outcome.finished) ? 'saved' : 'catching-up'));
    case 'uncertain': {
      const truth = await outcome.truth;
      return truth === null ? unknown(outcome.operationId, 'The ledger did not answer.') : concluded(truth, missing, answer);
    }
  }
}

function unknown(operationId: string, reason: string): Result<never> {
  return fail('OUTCOME_UNKNOWN', `${reason.replace(' Nothing was done.', '')} Whether it happened is not known yet: ask again safely with --operation-id ${operationId}.`, { operationId });
}

function isStoreCode(code: string): code is StoreCode {
  return (STORE_CODES as readonly string[]).includes(code);
}

/** The grammar made sure that it is there. */
export function required(id: number | null): number {
  if (id === null) throw new Error('a required option is missing');
  return id;
}
