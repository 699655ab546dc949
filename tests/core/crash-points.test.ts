/**
 * Goal: whatever store call an action makes may be refused, lose its reply, run late, or be the last thing its process did;
 * one pass of another kiosk then puts everything right, and what was delivered late changes nothing.
 * Method: the calls of each action are recorded on a clean run, then each is made to fail in every way. Every case proves that its
 * fault happened, and that a dead process did nothing more.
 */
import { describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { joinAsWalkIn, leaveQueue } from '../../electron/core/join-queue.ts';
import type { Ledger } from '../../electron/core/ledger.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import type { QueueStore } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { isVisitKind, type OperationKind, type VisitKind } from '../../electron/core/waiting.ts';
import type { Fault } from '../support/fault.ts';
import { type Festival, type ModelKiosk, openFestival } from '../support/model-festival.ts';

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

/** Of each kind: what has happened to the first of two visitors before, and who is where before and after. */
const CASES: Readonly<Record<OperationKind, { readonly first: readonly (VisitKind | 'call')[]; readonly before: Census; readonly after: Census }>> = {
  join: { first: [], before: at(2, 0, 0, 0), after: at(3, 0, 0, 0) },
  leave: { first: [], before: at(2, 0, 0, 0), after: at(1, 0, 0, 0) },
  call: { first: [], before: at(2, 0, 0, 0), after: at(1, 1, 0, 1) },
  enter: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 0, 1, 1) },
  complete: { first: ['call', 'enter'], before: at(1, 0, 1, 1), after: at(1, 0, 0, 1) },
  'no-show': { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 0, 0, 1) },
  cancel: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 0, 0, 1) },
  hold: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 1, 0, 1, 1) },
  recall: { first: ['call'], before: at(1, 1, 0, 1), after: at(1, 1, 0, 2) },
  'put-back': { first: ['call'], before: at(1, 1, 0, 1), after: at(2, 0, 0, 2) },
  'undo-call': { first: ['call'], before: at(1, 1, 0, 1), after: at(2, 0, 0, 2) },
  'undo-no-show': { first: ['call', 'no-show'], before: at(1, 0, 0, 1), after: at(1, 1, 0, 1, 1) },
  'undo-cancel': { first: ['call', 'cancel'], before: at(1, 0, 0, 1), after: at(1, 1, 0, 1, 1) },
  'undo-complete': { first: ['call', 'enter', 'complete'], before: at(1, 0, 0, 1), after: at(1, 0, 1, 1) },
  admit: { first: ['call', 'no-show'], before: at(1, 0, 0, 1), after: at(1, 0, 1, 1) },
  requeue: { first: ['call', 'cancel'], before: at(1, 0, 0, 1), after: at(2, 0, 0, 1) },
};
const KINDS = Object.keys(CASES) as OperationKind[];
type Point = { readonly store: 'queue'; readonly method: keyof QueueStore } | { readonly store: 'ledger'; readonly method: keyof Ledger };
/** once: the next call works again. until repair: the store stays like that for this process until another one has put things right. */
const FAILURES: readonly (readonly [Fault, 'once' | 'until repair'])[] = [
  ['refused', 'once'],
  ['refused', 'until repair'],
  ['lost', 'once'],
  ['lost', 'until repair'],
  ['late', 'once'],
  ['late', 'until repair'],
  ['death', 'once'],
];

async function prepare(kind: OperationKind): Promise<{ festival: Festival; kiosk: ModelKiosk; act: (by: ModelKiosk) => Promise<Outcome> }> {
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
  for (const name of ['Ann', 'Ben']) {
    festival.advance(1_000);
    await through(joinAsWalkIn(setUp, boothId, name, await festival.generation(), setUp.ids.operationId()));
  }
  const [ann] = await festival.waiting();
  let waitingId = 0;
  const visit = async () => {
    const row = await festival.ledger.readVisit(waitingId);
    if (row === null) throw new Error('nobody was called');
    return row;
  };
  for (const step of CASES[kind].first) {
    waitingId = await through(step === 'call' ? call(setUp) : actOnVisit(setUp, step, await visit(), setUp.ids.operationId()));
  }
  const generation = await festival.generation();
  const subject = isVisitKind(kind) ? await visit() : null;
  const act = (by: ModelKiosk): Promise<Outcome> => {
    if (subject !== null && isVisitKind(kind)) return actOnVisit(by, kind, subject, by.ids.operationId());
    if (kind === 'call') return callNext(by, { boothId, generation, epoch: 0 }, by.ids.operationId());
    if (kind === 'leave') return leaveQueue(by, boothId, ann ?? 0, generation, by.ids.operationId());
    return joinAsWalkIn(by, boothId, 'Cem', generation, by.ids.operationId());
  };
  return { festival, kiosk: festival.kiosk('one'), act };
}

async function conclude(outcome: Outcome, kiosk: ModelKiosk): Promise<'done' | 'not-done' | 'unknown'> {
  const truth = outcome.outcome === 'uncertain' ? await outcome.truth : outcome;
  if (truth?.outcome === 'done') await truth.finished;
  await kiosk.operations.drain();
  return truth === null ? 'unknown' : truth.outcome === 'done' ? 'done' : 'not-done';
}

/** How many of the two or three visitors are where: nobody may be missing, nobody twice, and nobody told of what did not happen. */
async function census(festival: Festival): Promise<Census> {
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

/** Nobody asks to be put back behind others, and the ids of walk-ins grow: whoever waits stands where they registered. */
async function expectFairOrder(festival: Festival): Promise<void> {
  const waiting = await festival.waiting();
  expect(waiting).toEqual(waiting.toSorted((a, b) => Number(a) - Number(b)));
}

/** The store calls of a clean run, in order. */
async function recorded(kind: OperationKind): Promise<readonly Point[]> {
  const { festival, kiosk, act } = await prepare(kind);
  expect(await conclude(await act(kiosk), kiosk)).toBe('done');
  expect(await census(festival)).toEqual(CASES[kind].after);
  await festival.close();
  const isOfQueue = (method: string): method is keyof QueueStore => kiosk.queueFaults.calls.includes(method);
  return kiosk.process.ran.map((method) => (isOfQueue(method) ? { store: 'queue', method } : { store: 'ledger', method: method as keyof Ledger }));
}

async function runCase(kind: OperationKind, clean: readonly Point[], point: Point, fault: Fault, lasting: 'once' | 'until repair'): Promise<void> {
  const { festival, kiosk, act } = await prepare(kind);
  const times = lasting === 'once' ? 1 : Infinity;
  if (point.store === 'queue') kiosk.queueFaults.fail(point.method, fault, times);
  else kiosk.ledgerFaults.fail(point.method, fault, times);
  const told = await conclude(await act(kiosk), kiosk);
  const fired = kiosk.queueFaults.fired() + kiosk.ledgerFaults.fired();
  expect(fired).toBeGreaterThan(0);
  if (lasting === 'once') expect(fired).toBe(1);
  expect(kiosk.process.dead).toBe(fault === 'death');
  // Up to and with its last act a process that dies does what any does, and nothing after it.
  if (fault === 'death') expect(kiosk.process.ran).toEqual(clean.slice(0, clean.indexOf(point) + 1).map(({ method }) => method));

  const rescuer = festival.kiosk('rescuer');
  /** Past the time at which what visitors were to be told is due again. */
  const repair = async (): Promise<void> => {
    festival.advance(60_000);
    const pass = await reconcile(rescuer, { trigger: 'by-hand' });
    expect(pass).toMatchObject({ kept: 0, left: 0, problem: null });
    await rescuer.operations.drain();
  };
  await repair();
  const atRest = await census(festival);
  expect(await festival.violations()).toEqual([]);
  expect(await festival.locks()).toEqual([]);
  expect([CASES[kind].before, CASES[kind].after]).toContainEqual(atRest);
  await expectFairOrder(festival);
  // What the last act left decides: from the commit on it has happened, and before it nothing has.
  const committed = clean.findIndex(({ method }) => method === 'commit');
  if (fault === 'death') expect(atRest).toEqual(clean.indexOf(point) < committed ? CASES[kind].before : CASES[kind].after);
  else if (told !== 'unknown') expect(atRest).toEqual(told === 'done' ? CASES[kind].after : CASES[kind].before);

  const delivered = [...(await kiosk.queueFaults.deliver()), ...(await kiosk.ledgerFaults.deliver())];
  expect(delivered).toHaveLength(fault === 'late' ? fired : 0);
  // Before a pass could put it right.
  expect(await festival.violations()).toEqual([]);
  await repair();
  expect(await festival.violations()).toEqual([]);
  expect(await census(festival)).toEqual(atRest);
  await expectFairOrder(festival);
  await festival.close();
}

describe.each(KINDS)('%s', async (kind) => {
  const clean = await recorded(kind);

  it('is made of calls that differ, so that each case below is about one of them', () => {
    const methods = clean.map(({ method }) => method);
    expect(methods).toEqual(expect.arrayContaining(['begin', 'commit', 'resolve', 'writeJournal']));
    expect(new Set(methods).size).toBe(methods.length);
  });

  describe.each(clean)('$store $method', (point) => {
    it.each(FAILURES)('%s %s', (fault, lasting) => runCase(kind, clean, point, fault, lasting));
  });
});
