/**
 * Goal: what each action does when all goes well, when a store fails in the middle, and when it is asked again.
 * Method: the core on the model stores, real implementations behind faults; the stores are read directly afterwards.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askAgain } from '../../electron/core/ask-again.ts';
import { attemptId } from '../../electron/core/attempt-id.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { completeExperience } from '../../electron/core/complete-experience.ts';
import { confirmEntrance } from '../../electron/core/confirm-entrance.ts';
import { joinAsWalkIn, joinQueue } from '../../electron/core/join-queue.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { SUPERSEDED } from '../../electron/core/waiting.ts';
import { type Festival, type ModelKiosk, openFestival } from '../support/model-festival.ts';

let festival: Festival;
let kiosk: ModelKiosk;
beforeEach(async () => {
  festival = await openFestival();
  kiosk = festival.kiosk('one');
});
afterEach(async () => {
  await kiosk.operations.drain();
  await festival.close();
});

const arrive = async (name: string): Promise<number> => {
  festival.advance(1_000);
  const outcome = await joinAsWalkIn(kiosk, festival.boothId, name, await festival.generation(), kiosk.ids.operationId());
  if (outcome.outcome !== 'done') throw new Error(`could not join: ${outcome.outcome}`);
  await outcome.finished;
  return outcome.userId;
};
const call = async (by: ModelKiosk = kiosk, id = by.ids.operationId()): Promise<Outcome> => {
  const outcome = await callNext(by, festival.boothId, await festival.generation(), id);
  if (outcome.outcome === 'done') await outcome.finished;
  return outcome;
};
const onlyVisit = async () => {
  const [visit, ...more] = await festival.live();
  if (visit === undefined || more.length > 0) throw new Error('expected exactly one live visit');
  return visit;
};
const userOf = (outcome: Outcome): number | null => (outcome.outcome === 'refused' ? null : outcome.userId);
const codeOf = (outcome: Outcome): string | null => (outcome.outcome === 'refused' ? outcome.error.code : null);
const healthy = async (): Promise<void> => {
  expect(await festival.violations()).toEqual([]);
  expect(await festival.locks()).toEqual([]);
};

describe('when all goes well', () => {
  it('joins in order, calls the first, admits and completes them, and counts', async () => {
    const [ann, ben] = [await arrive('Ann'), await arrive('Ben')];
    expect(await festival.waiting()).toEqual([ann, ben]);

    const called = await call();
    expect(called).toMatchObject({ outcome: 'done', userId: ann });
    expect(await festival.waiting()).toEqual([ben]);

    const entered = await confirmEntrance(kiosk, await onlyVisit(), kiosk.ids.operationId());
    expect(entered.outcome === 'done' && (await entered.finished)).toBe(true);
    expect(await festival.count()).toBe(1);
    expect(await onlyVisit()).toMatchObject({ status: 'ENTERED', userId: ann });

    const completed = await completeExperience(kiosk, await onlyVisit(), kiosk.ids.operationId());
    expect(completed.outcome === 'done' && (await completed.finished)).toBe(true);
    expect(await festival.count()).toBe(0);
    expect(await festival.live()).toEqual([]);
    await healthy();
  });

  it('asks each store once before the answer: one step in the queue store, one in the ledger', async () => {
    await arrive('Ann');
    const generation = await festival.generation();
    kiosk.queueFaults.calls.length = 0;
    kiosk.ledgerFaults.calls.length = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow: ModelKiosk = { ...kiosk, queue: { ...kiosk.queue, begin: kiosk.queue.begin, resolve: async (...step) => held.then(() => kiosk.queue.resolve(...step)) } };
    // The answer arrives though finish cannot run yet.
    const outcome = await callNext(slow, festival.boothId, generation, kiosk.ids.operationId());
    expect(kiosk.queueFaults.calls).toEqual(['begin']);
    expect(kiosk.ledgerFaults.calls).toEqual(['commit']);
    release();
    expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
    expect(kiosk.queueFaults.calls).toEqual(['begin', 'resolve']);
    expect(outcome.outcome).toBe('done');
  });

  it('refuses by rule, and leaves everything as it was', async () => {
    expect(codeOf(await call())).toBe('QUEUE_EMPTY');
    for (const name of ['A', 'B', 'C', 'D']) await arrive(name);
    for (let place = 0; place < 3; place++) expect((await call()).outcome).toBe('done');
    const before = await festival.scores();
    expect(codeOf(await call())).toBe('BOOTH_FULL');
    expect(await festival.scores()).toEqual(before);
    const [visit] = await festival.live();
    if (visit === undefined) throw new Error('nobody was called');
    expect(codeOf(await completeExperience(kiosk, visit, kiosk.ids.operationId()))).toBe('INVALID_STATUS');
    await healthy();
  });

  it('tells a visitor who joins twice where they stand, and lets nobody wait at three booths', async () => {
    const ann = await arrive('Ann');
    const again = await joinQueue(kiosk, festival.boothId, ann, await festival.generation(), kiosk.ids.operationId());
    expect(again).toMatchObject({ outcome: 'done', alreadyQueued: true, position: 1 });
    expect(await festival.waiting()).toEqual([ann]);
  });
});

describe('when the ledger fails during a call', () => {
  it('puts the visitor back first in the queue, at the same score to the digit, when it refused', async () => {
    const ann = await arrive('Ann');
    await arrive('Ben');
    const before = await festival.scores();
    kiosk.ledgerFaults.fail('commit', 'refused');
    expect(codeOf(await call())).toBe('LEDGER_UNREACHABLE');
    expect((await festival.waiting())[0]).toBe(ann);
    expect(await festival.scores()).toEqual(before);
    await healthy();
  });

  it('learns that the call happened when only the reply was lost', async () => {
    const ann = await arrive('Ann');
    kiosk.ledgerFaults.fail('commit', 'lost');
    const outcome = await call();
    expect(outcome.outcome).toBe('uncertain');
    const truth = outcome.outcome === 'uncertain' ? await outcome.truth : null;
    expect(truth).toMatchObject({ outcome: 'done', userId: ann });
    expect(await festival.waiting()).toEqual([]);
    await healthy();
  });

  it('makes a call that never arrived impossible before it puts the visitor back', async () => {
    const ann = await arrive('Ann');
    kiosk.ledgerFaults.fail('commit', 'late');
    const outcome = await call();
    expect(outcome.outcome === 'uncertain' && (await outcome.truth)).toMatchObject({ outcome: 'refused', error: { code: 'CONTENDED' } });
    expect(await festival.waiting()).toEqual([ann]);
    const [arrival] = await kiosk.ledgerFaults.deliver();
    expect(arrival).toMatchObject({ status: 'fulfilled', value: { outcome: 'stale' } });
    expect(await festival.live()).toEqual([]);
    await healthy();
  });

  it('says "not known yet" while it cannot look, and one pass elsewhere finds out', async () => {
    const ann = await arrive('Ann');
    kiosk.ledgerFaults.fail('commit', 'lost');
    kiosk.ledgerFaults.fail('settleVerdict', 'refused');
    const outcome = await call();
    expect(outcome.outcome === 'uncertain' && (await outcome.truth)).toBeNull();
    expect(kiosk.wanted()).toBeGreaterThan(0);
    expect(kiosk.operations.all()).toMatchObject([{ state: 'checking', userId: ann }]);
    expect(await reconcile(festival.kiosk('two'), { trigger: 'by-hand' })).toMatchObject({ seen: 1, finished: 1, problem: null });
    await reconcile(kiosk, { trigger: 'interval' });
    expect(kiosk.operations.notices()).toMatchObject([{ outcome: 'done', userId: ann }]);
    await healthy();
  });
});

describe('when the queue store fails', () => {
  it('has the count right again after an entrance whose second half did not arrive', async () => {
    await arrive('Ann');
    await call();
    kiosk.queueFaults.fail('resolve', 'refused');
    const outcome = await confirmEntrance(kiosk, await onlyVisit(), kiosk.ids.operationId());
    expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(false);
    expect(await festival.count()).toBe(0);
    expect(kiosk.operations.all()).toMatchObject([{ state: 'catching-up' }]);
    expect(await reconcile(kiosk, { trigger: 'interval' })).toMatchObject({ finished: 1 });
    expect(await festival.count()).toBe(1);
    expect(kiosk.operations.all()).toEqual([]);
    await healthy();
  });

  it('counts an entrance once when the second half arrived but its reply did not', async () => {
    await arrive('Ann');
    await call();
    kiosk.queueFaults.fail('resolve', 'lost');
    await confirmEntrance(kiosk, await onlyVisit(), kiosk.ids.operationId());
    await kiosk.operations.drain();
    await reconcile(kiosk, { trigger: 'by-hand' });
    expect(await festival.count()).toBe(1);
    await healthy();
  });

  it('admits and completes without it, and recounts when it is back', async () => {
    await arrive('Ann');
    await call();
    kiosk.queueFaults.down();
    expect((await confirmEntrance(kiosk, await onlyVisit(), kiosk.ids.operationId())).outcome).toBe('done');
    expect(codeOf(await call())).toBe('QUEUE_STORE_UNREACHABLE');
    kiosk.queueFaults.heal();
    expect(await festival.count()).toBe(0);
    expect(await reconcile(kiosk, { trigger: 'interval' })).toMatchObject({ recounted: 1 });
    expect(await festival.count()).toBe(1);
    await healthy();
  });

  it('loses nobody when a begin runs late, after the tap was refused', async () => {
    const ann = await arrive('Ann');
    kiosk.queueFaults.fail('begin', 'late', 2);
    expect(codeOf(await call())).toBe('QUEUE_STORE_UNREACHABLE');
    await kiosk.queueFaults.deliver();
    expect(await festival.waiting()).toEqual([]);
    await reconcile(kiosk, { trigger: 'interval' });
    expect(await festival.waiting()).toEqual([ann]);
    await healthy();
  });
});

describe('several kiosks', () => {
  it('calls the next visitor when another kiosk fenced this call, in the same tap', async () => {
    const ann = await arrive('Ann');
    const generation = await festival.generation();
    // Another kiosk settles something at this booth: the generation we have read is old now.
    await festival.ledger.settleVerdict({ operationId: kiosk.ids.operationId(), kind: 'call', boothId: festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0 });
    const outcome = await callNext(kiosk, festival.boothId, generation, kiosk.ids.operationId());
    expect(userOf(outcome)).toBe(ann);
    if (outcome.outcome === 'done') await outcome.finished;
    await healthy();
  });

  it('settles a live call early without harm: its kiosk calls the same visitor under a new id', async () => {
    const ann = await arrive('Ann');
    const two = festival.kiosk('two');
    const generation = await festival.generation();
    const realCommit = festival.ledger.commit.bind(festival.ledger);
    let settledMeanwhile = 0;
    const slow: ModelKiosk = {
      ...kiosk,
      ledger: {
        ...kiosk.ledger,
        commit: async (lock) => {
          if (settledMeanwhile++ === 0) await reconcile(two, { trigger: 'by-hand' });
          return realCommit(lock);
        },
      },
    };
    const id = kiosk.ids.operationId();
    const outcome = await callNext(slow, festival.boothId, generation, id);
    // The person knows the request by its own id, whichever attempt took effect.
    expect(outcome).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    if (outcome.outcome === 'done') await outcome.finished;
    expect(await festival.live()).toHaveLength(1);
    await healthy();
  });

  it('takes out, and does not call again, a visitor whom an older queue brought back', async () => {
    const ann = await arrive('Ann');
    const [score = 0] = await festival.scores();
    await call();
    const ben = await arrive('Ben');
    await festival.queue.refill([{ boothId: festival.boothId, userId: ann, score }]);
    expect(await festival.waiting()).toEqual([ann, ben]);
    expect(userOf(await call())).toBe(ben);
    expect(await festival.live()).toHaveLength(2);
    await healthy();
  });
});

it('sets aside somebody the ledger does not know, and calls the next in the same tap', async () => {
  const ann = await arrive('Ann');
  await festival.queue.refill([{ boothId: festival.boothId, userId: 424_242, score: 1 }]);
  expect(userOf(await call())).toBe(ann);
  expect(await festival.queue.readQueue(festival.boothId, 10)).toMatchObject({ total: 0, setAside: 1 });
  await healthy();
});

describe('a lock of another process under the same id', () => {
  /** The undo of the first process arrives at the worst moment: after the other's commit, before its finish. */
  const withLateUndo = (two: ModelKiosk): ModelKiosk => ({
    ...two,
    ledger: {
      ...two.ledger,
      commit: async (lock) => {
        const result = await festival.ledger.commit(lock);
        await kiosk.queueFaults.deliver();
        return result;
      },
    },
  });

  it('is never committed on: an undo of that process may be under way', async () => {
    const ann = await arrive('Ann');
    const id = kiosk.ids.operationId();
    kiosk.ledgerFaults.fail('commit', 'refused');
    kiosk.queueFaults.fail('resolve', 'late');
    expect(codeOf(await callNext(kiosk, festival.boothId, await festival.generation(), id))).toBe('LEDGER_UNREACHABLE');
    const again = await call(withLateUndo(festival.kiosk('two')), id);
    expect(again).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    expect(await festival.waiting()).toEqual([]);
    expect(await onlyVisit()).toMatchObject({ userId: ann });
    await healthy();
  });

  it('loses no visitor who joins', async () => {
    const id = kiosk.ids.operationId();
    kiosk.ledgerFaults.fail('commit', 'refused');
    kiosk.queueFaults.fail('resolve', 'late');
    await joinAsWalkIn(kiosk, festival.boothId, 'Ann', await festival.generation(), id);
    const again = await joinAsWalkIn(withLateUndo(festival.kiosk('two')), festival.boothId, 'Ann', await festival.generation(), id);
    expect(again.outcome === 'done' && (await again.finished)).toBe(true);
    expect(await festival.waiting()).toEqual([userOf(again)]);
    await healthy();
  });
});

describe('when the queue store forgets', () => {
  it('knows from the ledger what a request did, whatever its attempt', async () => {
    const ann = await arrive('Ann');
    await arrive('Ben');
    const generation = await festival.generation();
    await festival.ledger.settleVerdict({ operationId: kiosk.ids.operationId(), kind: 'call', boothId: festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0 });
    const id = kiosk.ids.operationId();
    const called = await callNext(kiosk, festival.boothId, generation, id);
    if (called.outcome === 'done') await called.finished;
    expect(await festival.ledger.findCommitted('call', [attemptId(id, 1)])).toMatchObject({ userId: ann });
    expect(await askAgain(kiosk, 'call', id)).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    expect(await askAgain(kiosk, 'enter', id)).toBeNull();
  });

  it('still tells of an entrance after the visit was completed', async () => {
    await arrive('Ann');
    await call();
    const id = kiosk.ids.operationId();
    await confirmEntrance(kiosk, await onlyVisit(), id);
    await kiosk.operations.drain();
    const visit = await onlyVisit();
    await completeExperience(kiosk, visit, kiosk.ids.operationId());
    await kiosk.operations.drain();
    expect(await askAgain(kiosk, 'enter', id)).toMatchObject({ outcome: 'done', waitingId: visit.waitingId });
  });

  it('puts in the ticket of a join whose lock it lost between commit and finish', async () => {
    const generation = await festival.generation();
    const emptied: ModelKiosk = { ...kiosk, queue: { ...kiosk.queue, begin: kiosk.queue.begin, refill: kiosk.queue.refill, resolve: async (lock) => {
      // The store was emptied: the lock is away, and nothing remembers it.
      await festival.queue.resolve(lock, SUPERSEDED, 'undone');
      return 'gone';
    } } };
    const joined = await joinAsWalkIn(emptied, festival.boothId, 'Ann', generation, kiosk.ids.operationId());
    expect(joined.outcome === 'done' && (await joined.finished)).toBe(true);
    expect(await festival.waiting()).toEqual([userOf(joined)]);
    expect(kiosk.wanted()).toBeGreaterThan(0);
  });

  it('does not keep a known truth to itself because it cannot follow', async () => {
    await arrive('Ann');
    await call();
    kiosk.ledgerFaults.fail('commit', 'lost');
    kiosk.queueFaults.fail('resolve', 'refused');
    const outcome = await confirmEntrance(kiosk, await onlyVisit(), kiosk.ids.operationId());
    const truth = outcome.outcome === 'uncertain' ? await outcome.truth : null;
    expect(truth).toMatchObject({ outcome: 'done' });
    expect(truth?.outcome === 'done' && (await truth.finished)).toBe(false);
    expect(kiosk.operations.all()).toMatchObject([{ state: 'catching-up' }]);
    await reconcile(kiosk, { trigger: 'interval' });
    expect(await festival.count()).toBe(1);
    await healthy();
  });
});

it('lets a quick second action on a visit wait for the first to be through, instead of refusing it as busy', async () => {
  await arrive('Ann');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow: ModelKiosk = { ...kiosk, queue: { ...kiosk.queue, begin: kiosk.queue.begin, resolve: async (...step) => held.then(() => kiosk.queue.resolve(...step)) } };
  const called = await callNext(slow, festival.boothId, await festival.generation(), kiosk.ids.operationId());
  const visit = await onlyVisit();
  expect(codeOf(await confirmEntrance(kiosk, visit, kiosk.ids.operationId()))).toBe('VISIT_BUSY');
  let isThrough = false;
  const through = kiosk.operations.through(visit.waitingId).then(() => (isThrough = true));
  await Promise.resolve();
  expect(isThrough).toBe(false);
  release();
  await through;
  expect(called.outcome === 'done' && (await called.finished)).toBe(true);
  expect((await confirmEntrance(kiosk, visit, kiosk.ids.operationId())).outcome).toBe('done');
});

it('asks a begin whose reply was lost once more, so that nobody is passed over', async () => {
  const ann = await arrive('Ann');
  await arrive('Ben');
  kiosk.queueFaults.fail('begin', 'lost');
  expect(userOf(await call())).toBe(ann);
  await healthy();
});

it('clears many stale entries in one tap and calls the first who is not', async () => {
  await festival.close();
  festival = await openFestival(20);
  kiosk = festival.kiosk('one');
  const stale: number[] = [];
  for (let each = 0; each < 9; each++) stale.push(await arrive(`Old ${each}`));
  const tickets = (await festival.scores()).map((score, index) => ({ boothId: festival.boothId, userId: stale[index] ?? 0, score }));
  for (let each = 0; each < 9; each++) expect((await call()).outcome).toBe('done');
  const ben = await arrive('Ben');
  await festival.queue.refill(tickets);
  expect(userOf(await call())).toBe(ben);
  await healthy();
});

describe('asking again with the same operation id', () => {
  it('gives the same visitor and calls nobody else, whether the lock is open or gone', async () => {
    const ann = await arrive('Ann');
    await arrive('Ben');
    const id = kiosk.ids.operationId();
    kiosk.queueFaults.fail('resolve', 'refused');
    expect(userOf(await callNext(kiosk, festival.boothId, await festival.generation(), id))).toBe(ann);
    await kiosk.operations.drain();
    expect(userOf(await call(festival.kiosk('two'), id))).toBe(ann);
    expect(userOf(await call(festival.kiosk('three'), id))).toBe(ann);
    expect(await festival.live()).toHaveLength(1);
    await healthy();
  });

  it('finds the attempt that took effect when the first was fenced', async () => {
    const ann = await arrive('Ann');
    await arrive('Ben');
    const generation = await festival.generation();
    await festival.ledger.settleVerdict({ operationId: kiosk.ids.operationId(), kind: 'call', boothId: festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0 });
    const id = kiosk.ids.operationId();
    const first = await callNext(kiosk, festival.boothId, generation, id);
    if (first.outcome === 'done') await first.finished;
    expect(userOf(first)).toBe(ann);
    expect(userOf(await call(festival.kiosk('two'), id))).toBe(ann);
    expect(await festival.live()).toHaveLength(1);
  });

  it('adds a walk-in once', async () => {
    const id = kiosk.ids.operationId();
    const generation = await festival.generation();
    const first = await joinAsWalkIn(kiosk, festival.boothId, 'Ann', generation, id);
    if (first.outcome === 'done') await first.finished;
    const second = await joinAsWalkIn(festival.kiosk('two'), festival.boothId, 'Ann', generation, id);
    expect(userOf(second)).toBe(userOf(first));
    expect(await festival.waiting()).toHaveLength(1);
    await healthy();
  });

  it('enters and completes once', async () => {
    await arrive('Ann');
    await call();
    const [enterId, completeId] = [kiosk.ids.operationId(), kiosk.ids.operationId()];
    const visit = await onlyVisit();
    for (let time = 0; time < 2; time++) {
      const outcome = await confirmEntrance(kiosk, visit, enterId);
      expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
    }
    const inside = await onlyVisit();
    for (let time = 0; time < 2; time++) {
      const outcome = await completeExperience(kiosk, inside, completeId);
      expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
    }
    expect(await festival.count()).toBe(0);
    await healthy();
  });

  it('refuses an id that belongs to another action', async () => {
    await arrive('Ann');
    const id = kiosk.ids.operationId();
    kiosk.queueFaults.fail('resolve', 'refused');
    await callNext(kiosk, festival.boothId, await festival.generation(), id);
    await kiosk.operations.drain();
    expect(codeOf(await confirmEntrance(kiosk, await onlyVisit(), id))).toBe('OPERATION_MISMATCH');
    await reconcile(kiosk, { trigger: 'by-hand' });
    // The lock is gone now, but the id is still that of the call.
    expect(codeOf(await confirmEntrance(kiosk, await onlyVisit(), id))).toBe('OPERATION_MISMATCH');
    expect(await onlyVisit()).toMatchObject({ status: 'CALLED' });
  });
});
