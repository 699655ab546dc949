/**
 * What each verb does, on the same core as the window.
 */
import { type Result, STORE_CODES, type StoreCode, fail, ok } from '../../shared/errors.ts';
import { askAgain } from '../core/ask-again.ts';
import { audit } from '../core/audit.ts';
import { callNext } from '../core/call-next.ts';
import { completeExperience } from '../core/complete-experience.ts';
import { confirmEntrance } from '../core/confirm-entrance.ts';
import type { Core } from '../core/core.ts';
import { joinAsWalkIn, joinQueue } from '../core/join-queue.ts';
import { noShow } from '../core/no-show.ts';
import type { Done, Outcome } from '../core/outcome.ts';
import { type AskedAgain, StoreFailure } from '../core/ports.ts';
import { reconcile } from '../core/reconcile.ts';
import { refusal } from '../core/refusals.ts';
import { visitorName } from '../core/visitor-name.ts';
import type { Answer } from './answer.ts';
import { listBooth } from './list.ts';
import { status } from './status.ts';
import type { Command, Verb } from './usage.ts';

/** Runs the verb. Throws StoreFailure when a store it needs does not answer. */
export async function runVerb(core: Core, command: Command & { readonly verb: Exclude<Verb, 'migrate'> }): Promise<Result<Answer>> {
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
    case 'no-show':
      return onVisit(core, command, command.verb);
    case 'reconcile': {
      const report = await reconcile(core, { trigger: 'by-hand' });
      return ok(report.problem === null ? { ...report } : { ...report, error: report.problem });
    }
    case 'audit': {
      const report = await audit(core, required(command.boothId), command.repair);
      return report === null ? { ok: false, error: refusal('BOOTH_NOT_FOUND') } : ok({ ...report });
    }
  }
}

async function call(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const history = await core.ledger.readBooth(boothId);
    return history === null ? null : callNext(core, boothId, history.booth.generation, operationId);
  };
  return requested(core, { kind: 'call' }, command, 'BOOTH_NOT_FOUND', run, ({ operationId, waitingId, userId, ...done }, state) => ({ operationId, waitingId, userId, boothId: done.boothId, state }));
}

const VISIT_ACTIONS = {
  enter: { act: confirmEntrance, leadsTo: 'ENTERED' },
  complete: { act: completeExperience, leadsTo: 'COMPLETED' },
  'no-show': { act: noShow, leadsTo: 'COMPLETED' },
} as const;

async function onVisit(core: Core, command: Command, kind: keyof typeof VISIT_ACTIONS): Promise<Result<Answer>> {
  const { act, leadsTo } = VISIT_ACTIONS[kind];
  const waitingId = required(command.waitingId);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const visit = await core.ledger.readVisit(waitingId);
    return visit === null ? null : act(core, visit, operationId);
  };
  return requested(core, { kind, waitingId }, command, 'WAITING_NOT_FOUND', run, (done, state) => ({ operationId: done.operationId, waitingId: done.waitingId, status: leadsTo, userId: done.userId, boothId: done.boothId, state }));
}

async function join(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const name = command.name === null ? null : visitorName(command.name);
  if (name !== null && !name.ok) return fail('USAGE', `--name: ${name.error.message}`);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const history = await core.ledger.readBooth(boothId);
    if (history === null) return null;
    const { generation } = history.booth;
    return name === null ? joinQueue(core, boothId, required(command.userId), generation, operationId) : joinAsWalkIn(core, boothId, name.value, generation, operationId);
  };
  const answer = await requested(core, { kind: 'join' }, command, 'BOOTH_NOT_FOUND', run, (done, state) => ({ ...done, waiting: done.waitingTotal, state }));
  if (!answer.ok) return answer;
  const { operationId, userId, position, waiting, alreadyQueued, state } = answer.value;
  const [person] = await core.ledger.readPeople(boothId, [Number(userId)]);
  const place = typeof position === 'number' ? { position, waiting } : await placeNow(core, boothId, Number(userId));
  return ok({ operationId, userId, boothId, ...place, number: person?.number ?? null, alreadyQueued, state });
}

/** For a request asked again: where the visitor stands now; position null when they do not wait any more. */
async function placeNow(core: Core, boothId: number, userId: number): Promise<Answer> {
  const queue = await core.queue.readQueue(boothId, 100_000);
  const index = queue.entries.findIndex((entry) => entry.userId === userId);
  return { position: index < 0 ? null : index + 1, waiting: queue.total };
}

/**
 * Runs a request under a new id; under a given one, only if the ledger knows of nothing that it did. While that cannot be learnt, the
 * answer is that it is not known: never that nothing was done.
 */
async function requested(
  core: Core,
  asked: AskedAgain,
  command: Command,
  missing: 'BOOTH_NOT_FOUND' | 'WAITING_NOT_FOUND',
  run: (operationId: string) => Promise<Outcome | null>,
  answer: (done: Done, state: 'saved' | 'catching-up') => Answer,
): Promise<Result<Answer>> {
  const { operationId } = command;
  if (operationId === null) return concluded(await run(core.ids.operationId()), missing, answer);
  try {
    const earlier = await askAgain(core, asked, operationId);
    if (earlier !== null && !isOf(earlier, command)) return { ok: false, error: refusal('OPERATION_MISMATCH') };
    const result = await concluded(earlier ?? (await run(operationId)), missing, answer);
    return !result.ok && isStoreCode(result.error.code) ? unknown(operationId, result.error.message) : result;
  } catch (error) {
    if (error instanceof StoreFailure) return unknown(operationId, error.message);
    throw error;
  }
}

/** An id passed off as another booth's or visitor's request must not answer for theirs. */
function isOf(earlier: Done, { boothId, userId }: Command): boolean {
  return (boothId === null || earlier.boothId === boothId) && (userId === null || earlier.userId === userId);
}

async function concluded(outcome: Outcome | null, missing: 'BOOTH_NOT_FOUND' | 'WAITING_NOT_FOUND', answer: (done: Done, state: 'saved' | 'catching-up') => Answer): Promise<Result<Answer>> {
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
function required(id: number | null): number {
  if (id === null) throw new Error('a required option is missing');
  return id;
}
