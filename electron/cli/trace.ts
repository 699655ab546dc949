/**
 * `ops trace`: the story of a visitor or a visit, one line a step.
 */
import { type Result, ok } from '../../shared/errors.ts';
import type { Core } from '../core/core.ts';
import { refusal } from '../core/refusals.ts';
import { trace } from '../core/trace.ts';
import type { Answer } from './answer.ts';
import { required } from './requested.ts';
import type { Command } from './usage.ts';

/** USER_NOT_FOUND or WAITING_NOT_FOUND when nothing is known. */
export async function traceVisit(core: Core, { userId, waitingId }: Command): Promise<Result<Answer>> {
  const steps = await trace(core, waitingId === null ? { userId: required(userId) } : { waitingId });
  if (steps === null) return { ok: false, error: refusal(waitingId === null ? 'USER_NOT_FOUND' : 'WAITING_NOT_FOUND') };
  return ok({ steps: steps.map(({ atMs, ...step }) => ({ at: new Date(atMs).toISOString(), ...step })) });
}
