/**
 * What each verb does, on the same core as the window.
 */
import { type AppError, type Result, fail, ok } from '../../shared/errors.ts';
import { audit } from '../core/audit.ts';
import { callNext } from '../core/call-next.ts';
import { completeExperience } from '../core/complete-experience.ts';
import { confirmEntrance } from '../core/confirm-entrance.ts';
import type { Core } from '../core/core.ts';
import { joinAsWalkIn, joinQueue } from '../core/join-queue.ts';
import type { Done, Outcome } from '../core/outcome.ts';
import { reconcile } from '../core/reconcile.ts';
import { REFUSALS } from '../core/refusals.ts';
import { visitorName } from '../core/visitor-name.ts';
import { listBooth } from './list.ts';
import { status } from './status.ts';
import type { Command } from './usage.ts';

/** What goes to stdout with --json. `error` beside other fields: partly done, and why. */
export type Answer = Readonly<Record<string, unknown>> & { readonly error?: AppError };

/** Runs the verb. Throws StoreFailure when a store it needs does not answer. */
export async function runVerb(core: Core, command: Command): Promise<Result<Answer>> {
  switch (command.verb) {
    case 'status':
      return ok(await status(core));
    case 'list':
      return listBooth(core, required(command.boothId));
    case 'join':
      return join(core, command);
    case 'call':
      return call(core, command);
    case 'enter':
    case 'complete':
      return onVisit(core, command);
    case 'reconcile': {
      const report = await reconcile(core, { trigger: 'by-hand' });
      return ok(report.problem === null ? { ...report } : { ...report, error: report.problem });
    }
    case 'audit': {
      const report = await audit(core, required(command.boothId), command.repair);
      return report === null ? refusal('BOOTH_NOT_FOUND') : ok({ ...report });
    }
  }
}

async function call(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const history = await core.ledger.readBooth(boothId);
  if (history === null) return refusal('BOOTH_NOT_FOUND');
  const outcome = await callNext(core, boothId, history.booth.generation, command.operationId ?? core.ids.operationId());
  return concluded(outcome, ({ operationId, waitingId, userId, ...done }, state) => ({ operationId, waitingId, userId, boothId: done.boothId, state }));
}

async function onVisit(core: Core, command: Command): Promise<Result<Answer>> {
  const visit = await core.ledger.readVisit(required(command.waitingId));
  if (visit === null) return refusal('WAITING_NOT_FOUND');
  const operationId = command.operationId ?? core.ids.operationId();
  const entering = command.verb === 'enter';
  const outcome = await (entering ? confirmEntrance(core, visit, operationId) : completeExperience(core, visit, operationId));
  return concluded(outcome, (done, state) => ({ operationId: done.operationId, waitingId: done.waitingId, status: entering ? 'ENTERED' : 'COMPLETED', userId: done.userId, boothId: done.boothId, state }));
}

async function join(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const history = await core.ledger.readBooth(boothId);
  if (history === null) return refusal('BOOTH_NOT_FOUND');
  const { generation } = history.booth;
  const operationId = command.operationId ?? core.ids.operationId();
  let outcome: Outcome & { readonly number?: number };
  if (command.userId !== null) {
    outcome = await joinQueue(core, boothId, command.userId, generation, operationId);
  } else {
    const name = visitorName(command.name ?? '');
    if (!name.ok) return fail('USAGE', `--name: ${name.error.message}`);
    outcome = await joinAsWalkIn(core, boothId, name.value, generation, operationId);
  }
  const { number } = outcome;
  const answer = await concluded(outcome, ({ operationId: id, userId, position, waitingTotal, alreadyQueued }, state) => ({
    operationId: id, userId, boothId, position, waiting: waitingTotal, ...(number === undefined ? {} : { number }), alreadyQueued, state,
  }));
  if (!answer.ok || answer.value['position'] !== null) return answer;
  // Asked again: where the visitor stands now.
  const queue = await core.queue.readQueue(boothId, 100_000);
  const index = queue.entries.findIndex((entry) => entry.userId === answer.value['userId']);
  return ok({ ...answer.value, position: index < 0 ? null : index + 1, waiting: queue.total });
}

async function concluded(outcome: Outcome, answer: (done: Done, state: 'saved' | 'catching-up') => Answer): Promise<Result<Answer>> {
  switch (outcome.outcome) {
    case 'refused':
      return { ok: false, error: outcome.error };
    case 'done':
      return ok(answer(outcome, (await outcome.finished) ? 'saved' : 'catching-up'));
    case 'uncertain': {
      const truth = await outcome.truth;
      if (truth !== null) return concluded(truth, answer);
      const { operationId } = outcome;
      return fail('OUTCOME_UNKNOWN', `The ledger did not answer: whether it happened is not known yet. Ask again safely with --operation-id ${operationId}.`, { operationId });
    }
  }
}

function refusal(code: 'BOOTH_NOT_FOUND' | 'WAITING_NOT_FOUND'): Result<never> {
  return fail(code, REFUSALS[code] ?? code);
}

/** The grammar made sure that it is there. */
function required(id: number | null): number {
  if (id === null) throw new Error('a required option is missing');
  return id;
}
