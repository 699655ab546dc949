/**
 * Goal: whatever store call an action makes may be refused, lose its reply, run late, or be the last thing its process did;
 * one pass of another kiosk then puts everything right, and what was delivered late changes nothing.
 * Method: the calls of each action are recorded on a clean run, then each is made to fail in every way.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { callNext } from '../../electron/core/call-next.ts';
import { completeExperience } from '../../electron/core/complete-experience.ts';
import { confirmEntrance } from '../../electron/core/confirm-entrance.ts';
import { joinAsWalkIn } from '../../electron/core/join-queue.ts';
import type { Outcome } from '../../electron/core/operation.ts';
import type { Ledger, QueueStore } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import type { Fault } from '../support/fault.ts';
import { type Festival, type ModelKiosk, openFestival } from '../support/model-festival.ts';

const KINDS = ['join', 'call', 'enter', 'complete'] as const;
type Kind = (typeof KINDS)[number];
type Point = { readonly store: 'queue'; readonly method: keyof QueueStore } | { readonly store: 'ledger'; readonly method: keyof Ledger };
/** death: the process never gets to act on the reply, and does nothing more. */
const FAULTS = ['refused', 'lost', 'late', 'death'] as const;

let cases = 0;
afterAll(() => console.info(`crash points: ${cases} cases`));

async function prepare(kind: Kind): Promise<{ festival: Festival; kiosk: ModelKiosk; act: (by: ModelKiosk) => Promise<Outcome> }> {
  const festival = await openFestival();
  const setUp = festival.kiosk('set-up');
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
  if (kind === 'enter' || kind === 'complete') await step(callNext(setUp, festival.boothId, await festival.generation(), setUp.ids.operationId()));
  if (kind === 'complete') await step(confirmEntrance(setUp, await visit(), setUp.ids.operationId()));
  const generation = await festival.generation();
  const subject = kind === 'enter' || kind === 'complete' ? await visit() : null;
  const act = (by: ModelKiosk): Promise<Outcome> => {
    if (subject !== null) return (kind === 'enter' ? confirmEntrance : completeExperience)(by, subject, by.ids.operationId());
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
};
const AFTER: Record<Kind, object> = {
  join: { waiting: 3, called: 0, inside: 0 },
  call: { waiting: 1, called: 1, inside: 0 },
  enter: { waiting: 1, called: 0, inside: 1 },
  complete: { waiting: 1, called: 0, inside: 0 },
};

async function recorded(kind: Kind): Promise<readonly Point[]> {
  const { festival, kiosk, act } = await prepare(kind);
  expect(await conclude(await act(kiosk), kiosk)).toBe('done');
  expect(await census(festival)).toEqual(AFTER[kind]);
  await festival.close();
  return [
    ...kiosk.queueFaults.calls.map((method) => ({ store: 'queue', method: method as keyof QueueStore }) as const),
    ...kiosk.ledgerFaults.calls.map((method) => ({ store: 'ledger', method: method as keyof Ledger }) as const),
  ];
}

async function runCase(kind: Kind, point: Point, fault: Fault | 'death', untilRepair: boolean): Promise<void> {
  cases++;
  const { festival, kiosk, act } = await prepare(kind);
  const times = untilRepair ? 1_000 : 1;
  const planned = fault === 'death' ? 'lost' : fault;
  if (point.store === 'queue') kiosk.queueFaults.fail(point.method, planned, times);
  else kiosk.ledgerFaults.fail(point.method, planned, times);
  if (fault === 'death') {
    // The dead process may have this one reply missing and nothing after it.
    const die = (): void => {
      kiosk.queueFaults.down();
      kiosk.ledgerFaults.down();
    };
    watchFor(point.store === 'queue' ? kiosk.queueFaults.calls : kiosk.ledgerFaults.calls, point.method, die);
  }
  const told = await conclude(await act(kiosk), kiosk);

  const rescuer = festival.kiosk('rescuer');
  await reconcile(rescuer, { trigger: 'by-hand' });
  await rescuer.operations.drain();
  const atRest = await census(festival);
  expect(await festival.violations()).toEqual([]);
  expect(await festival.locks()).toEqual([]);
  expect([BEFORE[kind], AFTER[kind]]).toContainEqual(atRest);
  if (fault !== 'death' && told !== 'unknown') expect(atRest).toEqual(told === 'done' ? AFTER[kind] : BEFORE[kind]);

  await kiosk.queueFaults.deliver();
  await kiosk.ledgerFaults.deliver();
  await reconcile(rescuer, { trigger: 'by-hand' });
  await rescuer.operations.drain();
  expect(await festival.violations()).toEqual([]);
  expect(await census(festival)).toEqual(atRest);
  await festival.close();
}

/** Runs `then` right after `method` was called the first time (its work is done by the real store in the same turn). */
function watchFor(calls: string[], method: string, then: () => void): void {
  const push = calls.push.bind(calls);
  calls.push = (...names) => {
    const length = push(...names);
    if (names.includes(method)) queueMicrotask(() => queueMicrotask(then));
    return length;
  };
}

describe.each(KINDS)('%s', (kind) => {
  it('survives every failure of every store call it makes', async () => {
    const points = await recorded(kind);
    expect(points.map((point) => point.method)).toEqual(expect.arrayContaining(['begin', 'commit', 'resolve']));
    for (const point of points) {
      for (const fault of FAULTS) {
        for (const untilRepair of [false, true]) {
          try {
            await runCase(kind, point, fault, untilRepair);
          } catch (error) {
            throw new Error(`${kind}: ${point.store}.${point.method} ${fault}${untilRepair ? ' until repair' : ''}`, { cause: error });
          }
        }
      }
    }
  });
});
