/**
 * The verbs that act on visitors.
 */
import { type Result, fail, ok } from '../../shared/errors.ts';
import { phoneDigits, phoneNickname } from '../../shared/phone-digits.ts';
import { actOnVisit } from '../core/act-on-visit.ts';
import { callChosen, callingBooth, callNext, callSeveral } from '../core/call-next.ts';
import type { Core } from '../core/core.ts';
import { joinAsWalkIn, joinQueue, leaveQueue } from '../core/join-queue.ts';
import { LONGEST_QUEUE } from '../core/longest-queue.ts';
import type { Outcome } from '../core/outcome.ts';
import type { OperationNote } from '../core/ports.ts';
import { refusal } from '../core/refusals.ts';
import { undoOf } from '../core/undo.ts';
import { visitorName } from '../core/visitor-name.ts';
import { transitionOf, type VisitKind } from '../core/waiting.ts';
import type { Answer } from './answer.ts';
import { concluded, requested, required } from './requested.ts';
import type { Command } from './usage.ts';

function noteOf({ staff, reason, override }: Command): OperationNote {
  return { staff, reason, overCapacity: override };
}

export async function call(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const note = noteOf(command);
  if (command.count !== null) return callMany(core, boothId, command.count, note);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const history = await core.ledger.readBooth(boothId);
    if (history === null) return null;
    const booth = callingBooth(history);
    return command.userId === null ? callNext(core, booth, operationId, note) : callChosen(core, booth, command.userId, operationId, note);
  };
  return requested(core, [{ kind: 'call' }], command, 'BOOTH_NOT_FOUND', run, ({ operationId, waitingId, userId, ...done }, state) => ({ operationId, waitingId, userId, boothId: done.boothId, state }));
}

/** `calls`: those done for certain; `error` says why it ended before all were. */
async function callMany(core: Core, boothId: number, count: number, note: OperationNote): Promise<Result<Answer>> {
  const history = await core.ledger.readBooth(boothId);
  if (history === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
  const calls: Answer[] = [];
  for (const outcome of await callSeveral(core, callingBooth(history), count, core.ids.operationId(), note)) {
    const one = await concluded(outcome, 'BOOTH_NOT_FOUND', ({ operationId, waitingId, userId }, state) => ({ operationId, waitingId, userId, state }));
    if (!one.ok) return ok({ boothId, calls, error: one.error });
    calls.push(one.value);
  }
  return ok({ boothId, calls });
}

/** Any action on a visit whose kind is the verb. */
export async function onVisit(core: Core, command: Command, kind: VisitKind): Promise<Result<Answer>> {
  const waitingId = required(command.waitingId);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const visit = await core.ledger.readVisit(waitingId);
    return visit === null ? null : actOnVisit(core, kind, visit, operationId, { note: noteOf(command), place: command.afterThree ? 'after-three' : 'original' });
  };
  return requested(core, [{ kind, waitingId }], command, 'WAITING_NOT_FOUND', run, ({ operationId, userId, boothId }, state) => ({ operationId, waitingId, status: transitionOf(kind).to, userId, boothId, state }));
}

const UNDO_KINDS = ['undo-call', 'undo-no-show', 'undo-cancel', 'undo-complete'] as const;

/** Takes back what the visit's state came from. */
export async function undo(core: Core, command: Command): Promise<Result<Answer>> {
  const waitingId = required(command.waitingId);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const visit = await core.ledger.readVisit(waitingId);
    if (visit === null) return null;
    const kind = undoOf(visit);
    if (kind === null) return { outcome: 'refused', operationId, error: refusal('INVALID_STATUS', { status: visit.status }) };
    return actOnVisit(core, kind, visit, operationId, { note: noteOf(command) });
  };
  const asked = UNDO_KINDS.map((kind) => ({ kind, waitingId }));
  return requested(core, asked, command, 'WAITING_NOT_FOUND', run, ({ operationId, userId, boothId }, state) => ({ operationId, waitingId, userId, boothId, state }));
}

export async function leave(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const history = await core.ledger.readBooth(boothId);
    return history === null ? null : leaveQueue(core, boothId, required(command.userId), history.booth.generation, operationId, noteOf(command));
  };
  return requested(core, [{ kind: 'leave' }], command, 'BOOTH_NOT_FOUND', run, ({ operationId, userId }, state) => ({ operationId, userId, boothId, state }));
}

export async function join(core: Core, command: Command): Promise<Result<Answer>> {
  const boothId = required(command.boothId);
  const walkIn = walkInOf(command);
  if (walkIn !== null && !walkIn.ok) return walkIn;
  const note = noteOf(command);
  const run = async (operationId: string): Promise<Outcome | null> => {
    const history = await core.ledger.readBooth(boothId);
    if (history === null) return null;
    const { generation } = history.booth;
    return walkIn === null ? joinQueue(core, boothId, required(command.userId), generation, operationId, note) : joinAsWalkIn(core, boothId, walkIn.value.name, generation, operationId, note, walkIn.value.phone);
  };
  const answer = await requested(core, [{ kind: 'join' }], command, 'BOOTH_NOT_FOUND', run, (done, state) => ({ ...done, waiting: done.waitingTotal, state }));
  if (!answer.ok) return answer;
  const { operationId, userId, position, waiting, alreadyQueued, state } = answer.value;
  const [person] = await core.ledger.readPeople(boothId, [Number(userId)]);
  const place = typeof position === 'number' ? { position, waiting } : await placeNow(core, boothId, Number(userId));
  return ok({ operationId, userId, boothId, ...place, number: person?.number ?? null, alreadyQueued, state });
}

/** Null: a visitor the festival knows was named. */
function walkInOf({ name, phone }: Command): Result<{ readonly name: string; readonly phone: string | null }> | null {
  if (name !== null) {
    const shown = visitorName(name);
    return shown.ok ? ok({ name: shown.value, phone: null }) : fail('USAGE', `--name: ${shown.error.message}`);
  }
  if (phone === null) return null;
  const digits = phoneDigits(phone);
  return digits.ok ? ok({ name: phoneNickname(digits.value), phone: digits.value }) : fail('USAGE', `--phone: ${digits.error.message}`);
}

/** For a request asked again: where the visitor stands now; position null when they do not wait any more. */
async function placeNow(core: Core, boothId: number, userId: number): Promise<Answer> {
  const queue = await core.queue.readQueue(boothId, LONGEST_QUEUE);
  const index = queue.entries.findIndex((entry) => entry.userId === userId);
  return { position: index < 0 ? null : index + 1, waiting: queue.total };
}
