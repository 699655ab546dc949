/**
 * `ops booth`: open, last call, pause, closed.
 */
import { type Result, ok } from '../../shared/errors.ts';
import { changeBooth } from '../core/booth-status.ts';
import type { Core } from '../core/core.ts';
import type { Answer } from './answer.ts';
import { required } from './requested.ts';
import type { Command } from './usage.ts';

/** Of a closing: `dismissed` is how many of those who waited were; what was left goes on with the next pass, or the same command. */
export async function booth(core: Core, { boothId: asked, change, staff, reason }: Command): Promise<Result<Answer>> {
  const boothId = required(asked);
  if (change === null) throw new Error('the grammar made sure of a change');
  const changed = await changeBooth(core, boothId, { change, staff, reason });
  if (!changed.ok) return changed;
  const { followed, waiting, dismissal } = changed.value;
  const answer = { boothId, change, state: followed ? 'saved' : 'catching-up' };
  return ok(dismissal === null ? answer : { ...answer, waiting, dismissed: await dismissal });
}
