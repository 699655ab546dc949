/** For each action of a kiosk a stage of two visitors on which it is possible, and who is where afterwards; and the action itself, carried through. */
import { expect } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callChosen, callNext } from '../../electron/core/call-next.ts';
import { dismiss, joinAsWalkIn, leaveQueue } from '../../electron/core/join-queue.ts';
import { byItself, UNSIGNED } from '../../electron/core/note.ts';
import { type Outcome, truthOf } from '../../electron/core/outcome.ts';
import { isVisitKind, type OperationKind, type VisitKind } from '../../electron/core/waiting.ts';
import { type Festival, type ModelKiosk, openFestival } from './model-festival.ts';

interface Census {
  readonly waiting: number;
  readonly called: number;
  readonly inside: number;
  /** Called visitors who were given more time. */
  readonly held: number;
  /** What visitors were told, each event once. */
  readonly told: number;
}
const at = (waiting: number, called: number, inside: number, told: number, held = 0): Census => ({ waiting, called, inside, held, told });

interface Case {
  /** What has happened to the first of two visitors before. */
  readonly first: readonly (VisitKind | 'call')[];
  /** Who is where before and after. */
  readonly before: Census;
  readonly after: Census;
}
/** Every kind of operation, and those that have a second form. */
export type CaseName = OperationKind | 'call chosen' | 'put-back behind three';
export const CASES: Readonly<Record<CaseName, Case>> = {
  join: { first: [], before: at(2, 0, 0, 0), after: at(3, 0, 0, 0) },
  leave: { first: [], before: at(2, 0, 0, 0), after: at(1, 0, 0, 0) },
  dismiss: { first: [], before: at(2, 0, 0, 0), after: at(1, 0, 0, 1) },
  call: { first: [], before: at(2, 0, 0, 0), after: at(1, 1, 0, 1) },
  'call chosen': { first: [], before: at(2, 0, 0, 0), after: at(1, 1, 0, 1) },
  enter: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 0, 1, 1) },
  complete: { first: ['call', 'enter'], before: at(1, 0, 1, 1), after: at(1, 0, 0, 1) },
  'no-show': { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 0, 0, 1) },
  cancel: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 0, 0, 1) },
  hold: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 1, 0, 1, 1) },
  recall: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 1, 0, 2) },
  'put-back': { first: ['call'], before: at(1, 1, 0, 1), after: at(2, 0, 0, 2) },
  'put-back behind three': { first: ['call'], before: at(1, 1, 0, 1), after: at(2, 0, 0, 2) },
  'undo-call': { first: ['call'], before: at(1, 1, 0, 1), after: at(2, 0, 0, 2) },
  'undo-no-show': { first: ['call', 'no-show'], before: at(1, 0, 0, 1), after: at(1, 1, 0, 1, 1) },
  'undo-cancel': { first: ['call', 'cancel'], before: at(1, 0, 0, 1), after: at(1, 1, 0, 1, 1) },
  'undo-complete': { first: ['call', 'enter', 'complete'], before: at(1, 0, 0, 1), after: at(1, 0, 1, 1) },
  admit: { first: ['call', 'no-show'], before: at(1, 0, 0, 1), after: at(1, 0, 1, 1) },
  requeue: { first: ['call', 'cancel'], before: at(1, 0, 0, 1), after: at(2, 0, 0, 1) },
};
/** The booth was closed by it; what is asked for here is one dismissal. */
export const CLOSING = '0190a6e2-0000-7000-8000-000000000001';
export const NAMES = Object.keys(CASES) as CaseName[];
const kindOf = (name: CaseName): OperationKind => (name === 'call chosen' ? 'call' : name === 'put-back behind three' ? 'put-back' : name);
/** A store that hangs for good is there again after so many. */
const ROUNDS = 200;

/** The stage of a case, the kiosk that acts on it, and its action. */
export async function prepare(name: CaseName): Promise<{ festival: Festival; kiosk: ModelKiosk; act: (by: ModelKiosk) => Promise<Outcome> }> {
  const kind = kindOf(name);
  const festival = await openFestival();
  const { boothId } = festival;
  const setUp = festival.kiosk('set-up');
  const through = async (outcome: Promise<Outcome>): Promise<number> => {
    const done = await outcome;
    if (done.outcome !== 'done' || !(await done.finished)) throw new Error('the stage could not be set');
    await setUp.operations.drain();
    return done.waitingId ?? 0;
  };
  const call = async (by: ModelKiosk): Promise<Outcome> => callNext(by, { boothId, generation: await festival.generation(), epoch: 0 }, by.ids.operationId());
  for (const visitor of ['Ann', 'Ben']) {
    festival.advance(1_000);
    await through(joinAsWalkIn(setUp, boothId, visitor, await festival.generation(), setUp.ids.operationId()));
  }
  const [ann, ben] = await festival.waiting();
  let waitingId = 0;
  const visit = async () => {
    const row = await festival.ledger.readVisit(waitingId);
    if (row === null) throw new Error('nobody was called');
    return row;
  };
  for (const step of CASES[name].first) {
    waitingId = await through(step === 'call' ? call(setUp) : actOnVisit(setUp, step, await visit(), setUp.ids.operationId()));
  }
  if (kind === 'dismiss') await festival.ledger.changeBooth({ boothId, change: 'close', operationId: CLOSING, staff: null, reason: 'rain', waiting: 2, owner: setUp.owner });
  const generation = await festival.generation();
  const subject = isVisitKind(kind) ? await visit() : null;
  const act = (by: ModelKiosk): Promise<Outcome> => {
    if (subject !== null && isVisitKind(kind)) return actOnVisit(by, kind, subject, by.ids.operationId(), { place: name === 'put-back behind three' ? 'after-three' : 'original' });
    if (name === 'call chosen') return callChosen(by, { boothId, generation, epoch: 0 }, ben ?? 0, by.ids.operationId(), { ...UNSIGNED, reason: 'first things first' });
    if (kind === 'call') return callNext(by, { boothId, generation, epoch: 0 }, by.ids.operationId());
    if (kind === 'dismiss') return dismiss(by, boothId, ann ?? 0, generation, by.ids.operationId(), byItself('rain'));
    if (kind === 'leave') return leaveQueue(by, boothId, ann ?? 0, generation, by.ids.operationId());
    return joinAsWalkIn(by, boothId, 'Cem', generation, by.ids.operationId());
  };
  return { festival, kiosk: festival.kiosk('one'), act };
}

/** What an action came to, once its kiosk knows. */
export async function conclude(outcome: Outcome, kiosk: ModelKiosk): Promise<'done' | 'not-done' | 'unknown'> {
  const truth = await truthOf(outcome);
  if (truth?.outcome === 'done') await truth.finished;
  await kiosk.operations.drain();
  return truth === null ? 'unknown' : truth.outcome === 'done' ? 'done' : 'not-done';
}

/** How many of the two or three visitors are where: nobody may be missing, nobody twice, and nobody told of what did not happen. */
export async function census(festival: Festival): Promise<Census> {
  const live = await festival.live();
  const having = (what: (visit: (typeof live)[number]) => boolean): number => live.filter(what).length;
  return {
    waiting: (await festival.waiting()).length,
    called: having(({ status }) => status === 'CALLED'),
    inside: having(({ status }) => status === 'ENTERED'),
    held: having(({ status, heldUntilMs }) => status === 'CALLED' && heldUntilMs !== null),
    told: new Set(festival.inbox.received.map(({ eventId }) => eventId)).size,
  };
}

/**
 * Whoever waits stands where they registered, and the ids of walk-ins grow. Only the one put back behind others stands behind the one
 * who is there.
 */
export async function expectFairOrder(name: CaseName, festival: Festival): Promise<void> {
  const waiting = await festival.waiting();
  const registered = waiting.toSorted((a, b) => Number(a) - Number(b));
  expect(waiting).toEqual(name === 'put-back behind three' ? registered.toReversed() : registered);
}

/** The action to its end. While something hangs, `meanwhile` happens; then its sender gives up waiting. */
export async function carriedThrough(kiosk: ModelKiosk, act: (by: ModelKiosk) => Promise<Outcome>, meanwhile: () => Promise<void> = async () => undefined): Promise<Awaited<ReturnType<typeof conclude>>> {
  let isOver = false;
  const acting = act(kiosk).then((outcome) => conclude(outcome, kiosk)).finally(() => (isOver = true));
  for (let waits = 0; !isOver; waits++) {
    await new Promise(setImmediate);
    if (!kiosk.queueFaults.isHanging() && !kiosk.ledgerFaults.isHanging()) continue;
    if (waits < ROUNDS) await meanwhile();
    else for (const faults of [kiosk.queueFaults, kiosk.ledgerFaults]) faults.heal();
    for (const faults of [kiosk.queueFaults, kiosk.ledgerFaults]) faults.timeOut();
  }
  return acting;
}
