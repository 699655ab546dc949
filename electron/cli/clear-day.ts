/**
 * `ops clear-day`: who is left over from an earlier day, and with --apply an end to it.
 */
import { dayStarts } from '../../shared/festival-day.ts';
import { type Result, ok } from '../../shared/errors.ts';
import type { Core } from '../core/core.ts';
import { clearLeftovers, LEFTOVER_REASON, leftoverBefore, readLeftovers } from '../core/leftovers.ts';
import type { VisitRow } from '../core/ledger.ts';
import { refusal } from '../core/refusals.ts';
import type { Answer } from './answer.ts';
import { required } from './requested.ts';
import type { Command } from './usage.ts';

/** BOOTH_NOT_FOUND when there is no such booth. `error` beside the figures: why it ended before all were cleared; the same again goes on. */
export async function clearDay(core: Core, command: Command, timeZone: string): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const dayStart = dayStarts(timeZone);
  const before = (nowMs: number): number => leftoverBefore(nowMs, dayStart(nowMs));
  const found = await readLeftovers(core, boothId, before);
  if (found === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
  const { waiting, called, inside } = found;
  const answer = { boothId, waiting: waiting.map(({ userId, score }) => ({ userId, score })), called: called.map(visitAnswer), inside: inside.map(visitAnswer) };
  if (!command.apply) return ok(answer);
  const ended = await clearLeftovers(core, boothId, () => found.beforeMs, { staff: command.staff, reason: command.reason ?? LEFTOVER_REASON, overCapacity: false }, () => undefined);
  if (!ended.ok) return ended;
  const { stopped, ...figures } = ended.value;
  return ok({ ...answer, ...figures, ...(stopped === null ? {} : { error: stopped }) });
}

function visitAnswer({ waitingId, userId, name, number, calledAtMs, enteredAtMs }: VisitRow): Answer {
  return { waitingId, userId, name, number, calledAtMs, enteredAtMs };
}
