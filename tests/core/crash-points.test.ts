/**
 * Goal: whatever store call an action makes may be refused, lose its reply, run late, hang, or be the last thing its process did; nobody
 * is lost or there twice at any moment, one pass of another kiosk then puts everything right, and what was delivered late changes nothing.
 * Method: the calls of each action are recorded on a clean run, then each is made to fail in every way. Every case proves that its
 * fault happened, and that a dead process did nothing more; what was recorded and not made to fail fails the last test.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { callSeveral } from '../../electron/core/call-next.ts';
import type { Ledger } from '../../electron/core/ledger.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import type { QueueStore } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { carriedThrough, CASES, type CaseName, census, CLOSING, conclude, expectFairOrder, NAMES, prepare } from '../support/action-stage.ts';
import type { Fault } from '../support/fault.ts';
import type { ModelKiosk } from '../support/model-festival.ts';

type Point = { readonly store: 'queue'; readonly method: keyof QueueStore } | { readonly store: 'ledger'; readonly method: keyof Ledger };
/** once: the next call works again. until repair: the store stays like that for this process until another one has put things right. */
const FAILURES: readonly (readonly [Fault, 'once' | 'until repair'])[] = [
  ['refused', 'once'],
  ['refused', 'until repair'],
  ['lost', 'once'],
  ['lost', 'until repair'],
  ['late', 'once'],
  ['late', 'until repair'],
  ['hangs', 'once'],
  ['hangs', 'until repair'],
  ['death', 'once'],
];
interface Failure {
  readonly point: Point;
  readonly fault: Fault;
  readonly lasting: 'once' | 'until repair';
}
/** What must hold in the middle of everything, with locks open and counts on their way. */
const ALWAYS = /^(?:nobody-lost|nobody-twice|capacity|queue-entries|times-in-order|rows-readable)/;
/** case and method: of every call an acting process made, and of those that were made to fail. */
const [seen, failed] = [new Set<string>(), new Set<string>()];
let casesRun = 0;

const isOfQueue = (kiosk: ModelKiosk, method: string): method is keyof QueueStore => kiosk.queueFaults.calls.includes(method);

function pointOf(kiosk: ModelKiosk, method: string): Point {
  return isOfQueue(kiosk, method) ? { store: 'queue', method } : { store: 'ledger', method: method as keyof Ledger };
}

/** The store calls of a run in which nothing fails, in order, and how it ended. It asserts nothing: it runs while tests are collected. */
async function recorded(name: CaseName): Promise<{ readonly clean: readonly Point[]; readonly told: string; readonly atRest: unknown }> {
  const { festival, kiosk, act } = await prepare(name);
  const told = await conclude(await act(kiosk), kiosk);
  const atRest = await census(festival);
  await festival.close();
  return { clean: kiosk.process.ran.map((method) => pointOf(kiosk, method)), told, atRest };
}

/** What is asked of the stores because of a failure, and of no clean run: its own failures come on top. */
async function provoked(name: CaseName, clean: readonly Point[], first: Failure): Promise<readonly Point[]> {
  const { festival, kiosk, act } = await prepare(name);
  fail(kiosk, first);
  await carriedThrough(kiosk, act);
  await festival.close();
  const methods = new Set([...kiosk.queueFaults.calls, ...kiosk.ledgerFaults.calls]);
  return [...methods].filter((method) => !clean.some((point) => point.method === method)).map((method) => pointOf(kiosk, method));
}

function fail(kiosk: ModelKiosk, { point, fault, lasting }: Failure): void {
  const times = lasting === 'once' ? 1 : Infinity;
  if (point.store === 'queue') kiosk.queueFaults.fail(point.method, fault, times);
  else kiosk.ledgerFaults.fail(point.method, fault, times);
}

async function runCase(name: CaseName, clean: readonly Point[], failures: readonly Failure[]): Promise<void> {
  const about = failures.map(({ point, fault, lasting }) => `${point.store} ${point.method} ${fault} ${lasting}`).join(', ');
  const { festival, kiosk, act } = await prepare(name);
  const always: string[] = [];
  kiosk.process.afterEach = async (method) => {
    for (const violation of await festival.violations()) if (ALWAYS.test(violation)) always.push(`after ${method}: ${violation}`);
  };
  for (const failure of failures) fail(kiosk, failure);
  const rescuer = festival.kiosk('rescuer');
  const repair = async (): Promise<void> => {
    // The others who wait are not what this is about: how a whole closing goes on is in booth-status.test.ts.
    if (name === 'dismiss') await festival.ledger.endDismissal(festival.boothId, CLOSING);
    // Past the time at which what visitors were to be told is due again.
    festival.advance(60_000);
    const pass = await reconcile(rescuer, { trigger: 'by-hand' });
    expect(pass).toMatchObject({ kept: 0, left: 0, problem: null });
    await rescuer.operations.drain();
  };
  const told = await carriedThrough(kiosk, act, repair);
  delete kiosk.process.afterEach;
  const fired = kiosk.queueFaults.fired() + kiosk.ledgerFaults.fired();
  expect(fired, about).toBeGreaterThan(0);
  if (failures.every(({ lasting }) => lasting === 'once')) expect(fired, about).toBe(failures.length);
  const isDead = failures.some(({ fault }) => fault === 'death');
  expect(kiosk.process.dead, about).toBe(isDead);
  const [{ point, fault }] = failures as readonly [Failure];
  // Up to and with its last act a process that dies does what any does, and nothing after it.
  if (fault === 'death') expect(kiosk.process.ran, about).toEqual(clean.slice(0, clean.indexOf(point) + 1).map(({ method }) => method));
  expect(always, about).toEqual([]);

  await repair();
  const atRest = await census(festival);
  expect(await festival.violations(), about).toEqual([]);
  expect(await festival.locks(), about).toEqual([]);
  expect([CASES[name].before, CASES[name].after], about).toContainEqual(atRest);
  await expectFairOrder(name, festival);
  // What the last act left decides: from the commit on it has happened, and before it nothing has.
  const committed = clean.findIndex(({ method }) => method === 'commit');
  if (fault === 'death') expect(atRest, about).toEqual(clean.indexOf(point) < committed ? CASES[name].before : CASES[name].after);
  else if (told !== 'unknown') expect(atRest, about).toEqual(told === 'done' ? CASES[name].after : CASES[name].before);

  const delivered = [...(await kiosk.queueFaults.deliver()), ...(await kiosk.ledgerFaults.deliver())];
  if (failures.length === 1) expect(delivered, about).toHaveLength(fault === 'late' ? fired : 0);
  // Before a pass could put it right.
  expect(await festival.violations(), about).toEqual([]);
  await repair();
  expect(await festival.violations(), about).toEqual([]);
  expect(await census(festival), about).toEqual(atRest);
  await expectFairOrder(name, festival);
  await festival.close();
  casesRun++;
  for (const method of [...kiosk.queueFaults.calls, ...kiosk.ledgerFaults.calls]) seen.add(`${name}: ${method}`);
  for (const failure of failures) failed.add(`${name}: ${failure.point.method}`);
}

const FIRST: readonly Fault[] = ['refused', 'lost', 'late'];
const SECOND: readonly Fault[] = ['refused', 'lost', 'late', 'hangs', 'death'];

describe.each(NAMES)('%s', async (name) => {
  const { clean, told, atRest } = await recorded(name);

  it('is done where nothing fails', () => {
    expect({ told, atRest }).toEqual({ told: 'done', atRest: CASES[name].after });
  });

  it('is made of calls that differ, so that each case below is about one of them', () => {
    const methods = clean.map(({ method }) => method);
    expect(methods).toEqual(expect.arrayContaining(['begin', 'commit', 'resolve', 'writeJournal']));
    expect(new Set(methods).size).toBe(methods.length);
  });

  // How many calls there are is no matter of how many tests there are: a mistake that changes it must fail one.
  it.each(FAILURES)('each call %s %s', async (fault, lasting) => {
    for (const point of clean) await runCase(name, clean, [{ point, fault, lasting }]);
  });

  it.each(FIRST)('each call %s, and then what is asked only because of that', async (fault) => {
    for (const point of clean) {
      const first: Failure = { point, fault, lasting: 'once' };
      for (const second of await provoked(name, clean, first)) {
        for (const again of SECOND) await runCase(name, clean, [first, { point: second, fault: again, lasting: 'once' }]);
      }
    }
  });
});

describe('calls of several', () => {
  it.each(['refused', 'lost', 'late', 'hangs', 'death'] as const)('%s at each of their store calls', async (fault) => {
    for (let number = 1; ; number++) {
      const { festival, kiosk } = await prepare('call');
      const generation = await festival.generation();
      kiosk.process.failAt = { number, fault };
      const outcomes: Outcome[] = [];
      const told: string[] = [];
      const first = await carriedThrough(kiosk, async (by) => {
        outcomes.push(...(await callSeveral(by, { boothId: festival.boothId, generation, epoch: 0 }, 2, by.ids.operationId())));
        for (const outcome of outcomes.slice(1)) told.push(await conclude(outcome, by));
        return outcomes[0] as Outcome;
      });
      told.push(first);
      const hasFailed = kiosk.queueFaults.fired() + kiosk.ledgerFaults.fired() > 0;
      festival.advance(60_000);
      const rescuer = festival.kiosk('rescuer');
      expect(await reconcile(rescuer, { trigger: 'by-hand' })).toMatchObject({ kept: 0, left: 0, problem: null });
      await rescuer.operations.drain();
      expect(await festival.violations()).toEqual([]);
      expect(await festival.locks()).toEqual([]);
      const { waiting, called } = await census(festival);
      expect(waiting + called).toBe(2);
      const done = told.filter((each) => each === 'done').length;
      expect(called).toBeGreaterThanOrEqual(done);
      if (!kiosk.process.dead && !told.includes('unknown')) expect(called).toBe(done);
      await festival.close();
      casesRun++;
      if (hasFailed) continue;
      expect(number).toBeGreaterThan(8);
      return;
    }
  });
});

it('made every call fail that an acting process was seen to make', () => {
  expect([...seen].filter((call) => !failed.has(call))).toEqual([]);
});
afterAll(() => console.info(`crash points: ${casesRun} cases, ${failed.size} store calls of ${NAMES.length} actions`));
