/**
 * Goal: what each action does when all goes well, when a store fails in the middle, and when it is asked again.
 * Method: the core on the model stores, real implementations behind faults; the stores are read directly afterwards.
 */
import { describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { joinQueue } from '../../electron/core/join-queue.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { codeOf, modelStage, userOf } from '../support/model-stage.ts';

const stage = modelStage();

describe('when all goes well', () => {
  it('joins in order, calls the first, admits and completes them, and counts', async () => {
    const [ann, ben] = [await stage.arrive('Ann'), await stage.arrive('Ben')];
    expect(await stage.festival.waiting()).toEqual([ann, ben]);

    const called = await stage.call();
    expect(called).toMatchObject({ outcome: 'done', userId: ann });
    expect(await stage.festival.waiting()).toEqual([ben]);

    const entered = await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), stage.kiosk.ids.operationId());
    expect(entered.outcome === 'done' && (await entered.finished)).toBe(true);
    expect(await stage.festival.count()).toBe(1);
    expect(await stage.onlyVisit()).toMatchObject({ status: 'ENTERED', userId: ann });

    const completed = await actOnVisit(stage.kiosk, 'complete', await stage.onlyVisit(), stage.kiosk.ids.operationId());
    expect(completed.outcome === 'done' && (await completed.finished)).toBe(true);
    expect(await stage.festival.count()).toBe(0);
    expect(await stage.festival.live()).toEqual([]);
    await stage.healthy();
  });

  it('a no-show, done or refused, moves nobody and changes no count', async () => {
    for (const name of ['Ann', 'Ben']) await stage.arrive(name);
    await stage.call();
    const inside = await stage.onlyVisit();
    const entered = await actOnVisit(stage.kiosk, 'enter', inside, stage.kiosk.ids.operationId());
    expect(entered.outcome === 'done' && (await entered.finished)).toBe(true);
    expect(codeOf(await actOnVisit(stage.kiosk, 'no-show', inside, stage.kiosk.ids.operationId()))).toBe('INVALID_STATUS');
    await stage.kiosk.operations.drain();
    expect(await stage.festival.count()).toBe(1);
    await stage.call();
    const absent = (await stage.festival.live()).find((visit) => visit.status === 'CALLED');
    if (absent === undefined) throw new Error('nobody was called');
    const gone = await actOnVisit(stage.kiosk, 'no-show', absent, stage.kiosk.ids.operationId());
    expect(gone.outcome === 'done' && (await gone.finished)).toBe(true);
    expect(await stage.festival.count()).toBe(1);
    expect(await stage.festival.waiting()).toEqual([]);
    await stage.healthy();
  });

  it('asks each store once before the answer: one step in the queue store, one in the ledger', async () => {
    await stage.arrive('Ann');
    const generation = await stage.festival.generation();
    stage.kiosk.queueFaults.calls.length = 0;
    stage.kiosk.ledgerFaults.calls.length = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow: ModelKiosk = { ...stage.kiosk, notifier: null, queue: { ...stage.kiosk.queue, begin: stage.kiosk.queue.begin, resolve: async (...step) => held.then(() => stage.kiosk.queue.resolve(...step)) } };
    // The answer arrives though finish cannot run yet.
    const outcome = await callNext(slow, { boothId: stage.festival.boothId, generation, epoch: 0 }, stage.kiosk.ids.operationId());
    expect(stage.kiosk.queueFaults.calls).toEqual(['begin']);
    expect(stage.kiosk.ledgerFaults.calls).toEqual(['commit']);
    release();
    expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
    expect(stage.kiosk.queueFaults.calls).toEqual(['begin', 'resolve']);
    expect(outcome.outcome).toBe('done');
  });

  it('refuses by rule, and leaves everything as it was', async () => {
    expect(codeOf(await stage.call())).toBe('QUEUE_EMPTY');
    for (const name of ['A', 'B', 'C', 'D']) await stage.arrive(name);
    for (let place = 0; place < 3; place++) expect((await stage.call()).outcome).toBe('done');
    const before = await stage.festival.scores();
    expect(codeOf(await stage.call())).toBe('BOOTH_FULL');
    expect(await stage.festival.scores()).toEqual(before);
    const [visit] = await stage.festival.live();
    if (visit === undefined) throw new Error('nobody was called');
    expect(codeOf(await actOnVisit(stage.kiosk, 'complete', visit, stage.kiosk.ids.operationId()))).toBe('INVALID_STATUS');
    await stage.healthy();
  });

  it('tells a visitor who joins twice where they stand, and lets nobody wait at three booths', async () => {
    const ann = await stage.arrive('Ann');
    const again = await joinQueue(stage.kiosk, stage.festival.boothId, ann, await stage.festival.generation(), stage.kiosk.ids.operationId());
    expect(again).toMatchObject({ outcome: 'done', alreadyQueued: true, position: 1 });
    expect(await stage.festival.waiting()).toEqual([ann]);
  });
});

describe('who registers again in the very instant of an earlier registration', () => {
  it('is never told that it was done while the earlier one is used up; a moment later it is', async () => {
    const ann = await stage.arrive('Ann');
    await stage.call();
    const join = async () => joinQueue(stage.kiosk, stage.festival.boothId, ann, await stage.festival.generation(), stage.kiosk.ids.operationId());
    expect(codeOf(await join())).toBe('CONTENDED');
    stage.festival.advance(1);
    const joined = await join();
    expect(joined.outcome === 'done' && (await joined.finished)).toBe(true);
    await reconcile(stage.kiosk, { trigger: 'by-hand' });
    expect(await stage.festival.waiting()).toEqual([ann]);
    await stage.healthy();
  });
});

describe('when the ledger fails during a call', () => {
  it('puts the visitor back first in the queue, at the same score to the digit, when it refused', async () => {
    const ann = await stage.arrive('Ann');
    await stage.arrive('Ben');
    const before = await stage.festival.scores();
    stage.kiosk.ledgerFaults.fail('commit', 'refused');
    expect(codeOf(await stage.call())).toBe('LEDGER_UNREACHABLE');
    expect((await stage.festival.waiting())[0]).toBe(ann);
    expect(await stage.festival.scores()).toEqual(before);
    await stage.healthy();
  });

  it('learns that the call happened when only the reply was lost', async () => {
    const ann = await stage.arrive('Ann');
    stage.kiosk.ledgerFaults.fail('commit', 'lost');
    const outcome = await stage.call();
    expect(outcome.outcome).toBe('uncertain');
    const truth = outcome.outcome === 'uncertain' ? await outcome.truth : null;
    expect(truth).toMatchObject({ outcome: 'done', userId: ann });
    expect(await stage.festival.waiting()).toEqual([]);
    await stage.healthy();
  });

  it('makes a call that never arrived impossible before it puts the visitor back', async () => {
    const ann = await stage.arrive('Ann');
    stage.kiosk.ledgerFaults.fail('commit', 'late');
    const outcome = await stage.call();
    expect(outcome.outcome === 'uncertain' && (await outcome.truth)).toMatchObject({ outcome: 'refused', error: { code: 'CONTENDED' } });
    expect(await stage.festival.waiting()).toEqual([ann]);
    const [arrival] = await stage.kiosk.ledgerFaults.deliver();
    expect(arrival).toMatchObject({ status: 'fulfilled', value: { outcome: 'stale' } });
    expect(await stage.festival.live()).toEqual([]);
    await stage.healthy();
  });

  it('says "not known yet" while it cannot look, and one pass elsewhere finds out', async () => {
    const ann = await stage.arrive('Ann');
    stage.kiosk.ledgerFaults.fail('commit', 'lost');
    stage.kiosk.ledgerFaults.fail('settleVerdict', 'refused');
    const outcome = await stage.call();
    expect(outcome.outcome === 'uncertain' && (await outcome.truth)).toBeNull();
    expect(stage.kiosk.wanted()).toBeGreaterThan(0);
    expect(stage.kiosk.operations.all()).toMatchObject([{ state: 'checking', userId: ann }]);
    expect(await reconcile(stage.festival.kiosk('two'), { trigger: 'by-hand' })).toMatchObject({ seen: 1, finished: 1, problem: null });
    await reconcile(stage.kiosk, { trigger: 'interval' });
    expect(stage.kiosk.operations.notices()).toMatchObject([{ outcome: 'done', userId: ann }]);
    await stage.healthy();
  });
});

describe('when the queue store fails', () => {
  it('has the count right again after an entrance whose second half did not arrive', async () => {
    await stage.arrive('Ann');
    await stage.call();
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    const outcome = await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), stage.kiosk.ids.operationId());
    expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(false);
    expect(await stage.festival.count()).toBe(0);
    expect(stage.kiosk.operations.all()).toMatchObject([{ state: 'catching-up' }]);
    expect(await reconcile(stage.kiosk, { trigger: 'interval' })).toMatchObject({ finished: 1 });
    expect(await stage.festival.count()).toBe(1);
    expect(stage.kiosk.operations.all()).toEqual([]);
    await stage.healthy();
  });

  it('an entrance while it is away is under way, for people to see, until a pass meets it again', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const visit = await stage.onlyVisit();
    stage.kiosk.queueFaults.down();
    expect(await actOnVisit(stage.kiosk, 'hold', visit, stage.kiosk.ids.operationId())).toMatchObject({ outcome: 'done' });
    // More time owes the queue nothing.
    expect(stage.kiosk.operations.all()).toEqual([]);
    expect(await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), stage.kiosk.ids.operationId())).toMatchObject({ outcome: 'done' });
    expect(await reconcile(stage.kiosk, { trigger: 'interval' })).toMatchObject({ problem: { code: 'QUEUE_STORE_UNREACHABLE' } });
    expect(stage.kiosk.operations.all()).toMatchObject([{ kind: 'enter', state: 'catching-up', waitingId: visit.waitingId }]);
    stage.kiosk.queueFaults.heal();
    await reconcile(stage.kiosk, { trigger: 'reconnect' });
    expect(stage.kiosk.operations.all()).toEqual([]);
    expect(await stage.festival.count()).toBe(1);
    await stage.healthy();
  });

  it('counts an entrance once when the second half arrived but its reply did not', async () => {
    await stage.arrive('Ann');
    await stage.call();
    stage.kiosk.queueFaults.fail('resolve', 'lost');
    await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), stage.kiosk.ids.operationId());
    await stage.kiosk.operations.drain();
    await reconcile(stage.kiosk, { trigger: 'by-hand' });
    expect(await stage.festival.count()).toBe(1);
    await stage.healthy();
  });

  it('admits and completes without it, and recounts when it is back', async () => {
    await stage.arrive('Ann');
    await stage.call();
    stage.kiosk.queueFaults.down();
    expect((await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), stage.kiosk.ids.operationId())).outcome).toBe('done');
    expect(codeOf(await stage.call())).toBe('QUEUE_STORE_UNREACHABLE');
    stage.kiosk.queueFaults.heal();
    expect(await stage.festival.count()).toBe(0);
    expect(await reconcile(stage.kiosk, { trigger: 'interval' })).toMatchObject({ recounted: 1 });
    expect(await stage.festival.count()).toBe(1);
    await stage.healthy();
  });

  it('loses nobody when a begin runs late, after the tap was refused', async () => {
    const ann = await stage.arrive('Ann');
    stage.kiosk.queueFaults.fail('begin', 'late', 2);
    expect(codeOf(await stage.call())).toBe('QUEUE_STORE_UNREACHABLE');
    await stage.kiosk.queueFaults.deliver();
    expect(await stage.festival.waiting()).toEqual([]);
    await reconcile(stage.kiosk, { trigger: 'interval' });
    expect(await stage.festival.waiting()).toEqual([ann]);
    await stage.healthy();
  });
});

describe('several kiosks', () => {
  it('calls the next visitor when another kiosk fenced this call, in the same tap', async () => {
    const ann = await stage.arrive('Ann');
    const generation = await stage.festival.generation();
    // Another kiosk settles something at this booth: the generation we have read is old now.
    await stage.festival.ledger.settleVerdict({ operationId: stage.kiosk.ids.operationId(), kind: 'call', boothId: stage.festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0, returnScore: null, position: 1, note: UNSIGNED });
    const outcome = await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation, epoch: 0 }, stage.kiosk.ids.operationId());
    expect(userOf(outcome)).toBe(ann);
    if (outcome.outcome === 'done') await outcome.finished;
    await stage.healthy();
  });

  it('settles a live call early without harm: its kiosk calls the same visitor under a new id', async () => {
    const ann = await stage.arrive('Ann');
    const two = stage.festival.kiosk('two');
    const generation = await stage.festival.generation();
    const realCommit = stage.festival.ledger.commit.bind(stage.festival.ledger);
    let settledMeanwhile = 0;
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.kiosk.ledger,
        commit: async (lock) => {
          if (settledMeanwhile++ === 0) await reconcile(two, { trigger: 'by-hand' });
          return realCommit(lock);
        },
      },
    };
    const id = stage.kiosk.ids.operationId();
    const outcome = await callNext(slow, { boothId: stage.festival.boothId, generation, epoch: 0 }, id);
    // The person knows the request by its own id, whichever attempt took effect.
    expect(outcome).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    if (outcome.outcome === 'done') await outcome.finished;
    expect(await stage.festival.live()).toHaveLength(1);
    await stage.healthy();
  });

  it('takes out, and does not call again, a visitor whom an older queue brought back', async () => {
    const ann = await stage.arrive('Ann');
    const [score = 0] = await stage.festival.scores();
    await stage.call();
    const ben = await stage.arrive('Ben');
    await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: ann, score }]);
    expect(await stage.festival.waiting()).toEqual([ann, ben]);
    expect(userOf(await stage.call())).toBe(ben);
    expect(await stage.festival.live()).toHaveLength(2);
    await stage.healthy();
  });
});

it('sets aside somebody the ledger does not know, and calls the next in the same tap', async () => {
  const ann = await stage.arrive('Ann');
  await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: 424_242, score: 1 }]);
  expect(userOf(await stage.call())).toBe(ann);
  expect(await stage.festival.queue.readQueue(stage.festival.boothId, 10)).toMatchObject({ total: 0, setAside: 1 });
  await stage.healthy();
});

it('lets a quick second action on a visit wait for the first to be through, instead of refusing it as busy', async () => {
  await stage.arrive('Ann');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow: ModelKiosk = { ...stage.kiosk, notifier: null, queue: { ...stage.kiosk.queue, begin: stage.kiosk.queue.begin, resolve: async (...step) => held.then(() => stage.kiosk.queue.resolve(...step)) } };
  const called = await callNext(slow, { boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 }, stage.kiosk.ids.operationId());
  const visit = await stage.onlyVisit();
  expect(codeOf(await actOnVisit(stage.kiosk, 'enter', visit, stage.kiosk.ids.operationId()))).toBe('VISIT_BUSY');
  let isThrough = false;
  const through = stage.kiosk.operations.through(visit.waitingId).then(() => (isThrough = true));
  await Promise.resolve();
  expect(isThrough).toBe(false);
  release();
  await through;
  expect(called.outcome === 'done' && (await called.finished)).toBe(true);
  expect((await actOnVisit(stage.kiosk, 'enter', visit, stage.kiosk.ids.operationId())).outcome).toBe('done');
});

it('asks a begin whose reply was lost once more, so that nobody is passed over', async () => {
  const ann = await stage.arrive('Ann');
  await stage.arrive('Ben');
  stage.kiosk.queueFaults.fail('begin', 'lost');
  expect(userOf(await stage.call())).toBe(ann);
  await stage.healthy();
});

it('clears many stale entries in one tap and calls the first who is not', async () => {
  await stage.reopen(20);
  const stale: number[] = [];
  for (let each = 0; each < 9; each++) stale.push(await stage.arrive(`Old ${each}`));
  const tickets = (await stage.festival.scores()).map((score, index) => ({ boothId: stage.festival.boothId, userId: stale[index] ?? 0, score }));
  for (let each = 0; each < 9; each++) expect((await stage.call()).outcome).toBe('done');
  const ben = await stage.arrive('Ben');
  await stage.festival.queue.refill(tickets);
  expect(userOf(await stage.call())).toBe(ben);
  await stage.healthy();
});
