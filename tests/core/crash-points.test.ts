/**
 * Goal: whatever store call an action makes may be refused, lose its reply, run late, or be the last thing its process did;
 * one pass of another kiosk then puts everything right, and what was delivered late changes nothing.
 * Method: the calls of each action are recorded on a clean run, then each is made to fail in every way. Every case proves that its
 * fault happened, and that a dead process did nothing more.
 */
import { describe, expect, it } from 'vitest';
import { callNext } from '../../electron/core/call-next.ts';
import { completeExperience } from '../../electron/core/complete-experience.ts';
import { confirmEntrance } from '../../electron/core/confirm-entrance.ts';
import { joinAsWalkIn } from '../../electron/core/join-queue.ts';
import { noShow } from '../../electron/core/no-show.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import type { Ledger, QueueStore } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { isVisitKind } from '../contracts/queue-store-fixture.ts';
import type { Fault } from '../support/fault.ts';
import { type Festival, type ModelKiosk, openFestival } from '../support/model-festival.ts';

const KINDS = ['join', 'call', 'enter', 'complete', 'no-show'] as const;
type Kind = (typeof KINDS)[number];
const ON_VISIT = { enter: confirmEntrance, complete: completeExperience, 'no-show': noShow } as const;
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

async function prepare(kind: Kind): Promise<{ festival: Festival; kiosk: ModelKiosk; act: (by: ModelKiosk) => Promise<Outcome> }> {
  const festival = await openFestival();
  const setUp = festival.kiosk('set-up');
  const onVisit = isVisitKind(kind);
  const step = async (outcome: Promise<Outcome>): Promise<void> => {
    const done = await outcome;
    if (done.outcome !== 'done' || !(await done.finished)) throw new Error('the stage could not be set');
    await setUp.operations.drain();
  };
  for (const name of ['Ann', 'Ben']) {
    festival.advance(1_000);
    await step(joinAsWalkIn(setUp, festival.boothId, name, await festival.generation(), setUp.ids.operationId()));
  }
  const visit = async () => {
    const [first] = await festival.live();
    if (first === undefined) throw new Error('nobody was called');
    return first;
  };
  if (onVisit) await step(callNext(setUp, festival.boothId, await festival.generation(), setUp.ids.operationId()));
  if (kind === 'complete') await step(confirmEntrance(setUp, await visit(), setUp.ids.operationId()));
  const generation = await festival.generation();
  const subject = onVisit ? await visit() : null;
  const act = (by: ModelKiosk): Promise<Outcome> => {
    if (subject !== null && isVisitKind(kind)) return ON_VISIT[kind](by, subject, by.ids.operationId());
    if (kind === 'call') return callNext(by, festival.boothId, generation, by.ids.operationId());
    return joinAsWalkIn(by, festival.boothId, 'Cem', generation, by.ids.operationId());
  };
  return { festival, kiosk: festival.kiosk('one'), act };
}

async function conclude(outcome: Outcome, kiosk: ModelKiosk): Promise<'done' | 'not-done' | 'unknown'> {
  const truth = outcome.outcome === 'uncertain' ? await outcome.truth : outcome;
  if (truth?.outcome === 'done') await truth.finished;
  await kiosk.operations.drain();
  return truth === null ? 'unknown' : truth.outcome === 'done' ? 'done' : 'not-done';
}

/** How many of the two or three visitors are where: nobody may be missing, nobody twice. */
async function census(festival: Festival): Promise<{ waiting: number; called: number; inside: number }> {
  const live = await festival.live();
  return { waiting: (await festival.waiting()).length, called: live.filter((visit) => visit.status === 'CALLED').length, inside: live.filter((visit) => visit.status === 'ENTERED').length };
}

const BEFORE: Record<Kind, object> = {
  join: { waiting: 2, called: 0, inside: 0 },
  call: { waiting: 2, called: 0, inside: 0 },
  enter: { waiting: 1, called: 1, inside: 0 },
  complete: { waiting: 1, called: 0, inside: 1 },
  'no-show': { waiting: 1, called: 1, inside: 0 },
};
const AFTER: Record<Kind, object> = {
  join: { waiting: 3, called: 0, inside: 0 },
  call: { waiting: 1, called: 1, inside: 0 },
  enter: { waiting: 1, called: 0, inside: 1 },
  complete: { waiting: 1, called: 0, inside: 0 },
  'no-show': { waiting: 1, called: 0, inside: 0 },
};

/** The store calls of a clean run, in order. */
async function recorded(kind: Kind): Promise<readonly Point[]> {
  const { festival, kiosk, act } = await prepare(kind);
  expect(await conclude(await act(kiosk), kiosk)).toBe('done');
  expect(await census(festival)).toEqual(AFTER[kind]);
  await festival.close();
  const isOfQueue = (method: string): method is keyof QueueStore => kiosk.queueFaults.calls.includes(method);
  return kiosk.process.ran.map((method) => (isOfQueue(method) ? { store: 'queue', method } : { store: 'ledger', method: method as keyof Ledger }));
}

async function runCase(kind: Kind, clean: readonly Point[], point: Point, fault: Fault, lasting: 'once' | 'until repair'): Promise<void> {
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
  const repair = async (): Promise<void> => {
    const pass = await reconcile(rescuer, { trigger: 'by-hand' });
    expect(pass).toMatchObject({ kept: 0, left: 0, problem: null });
    await rescuer.operations.drain();
  };
  await repair();
  const atRest = await census(festival);
  expect(await festival.violations()).toEqual([]);
  expect(await festival.locks()).toEqual([]);
  expect([BEFORE[kind], AFTER[kind]]).toContainEqual(atRest);
  if (fault !== 'death' && told !== 'unknown') expect(atRest).toEqual(told === 'done' ? AFTER[kind] : BEFORE[kind]);

  const delivered = [...(await kiosk.queueFaults.deliver()), ...(await kiosk.ledgerFaults.deliver())];
  expect(delivered).toHaveLength(fault === 'late' ? fired : 0);
  await repair();
  expect(await festival.violations()).toEqual([]);
  expect(await census(festival)).toEqual(atRest);
  await festival.close();
}

describe.each(KINDS)('%s', async (kind) => {
  const clean = await recorded(kind);

  it('is made of calls that differ, so that each case below is about one of them', () => {
    const methods = clean.map(({ method }) => method);
    expect(methods).toEqual(expect.arrayContaining(['begin', 'commit', 'resolve', 'writeJournal']));
    expect(new Set(methods).size).toBe(methods.length);
  });

  describe.each(clean)('$store.$method', (point) => {
    it.each(FAILURES)('%s %s', (fault, lasting) => runCase(kind, clean, point, fault, lasting));
  });
});
