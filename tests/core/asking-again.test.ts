/**
 * Goal: asking again under an operation id tells what became of the request and never does it twice, whoever asks, and whatever the
 * queue store has forgotten.
 * Method: the core on the model stores; the first asker fails or dies in the middle.
 */
import { describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { askAgain } from '../../electron/core/ask-again.ts';
import { attemptId } from '../../electron/core/attempt-id.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { joinAsWalkIn } from '../../electron/core/join-queue.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import { SUPERSEDED } from '../../electron/core/waiting.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { stageActs } from '../support/stage-acts.ts';
import { codeOf, modelStage, userOf } from '../support/model-stage.ts';

const stage = modelStage();

describe('a lock of another process under the same id', () => {
  /** The undo of the first process arrives at the worst moment: after the other's commit, before its finish. */
  const withLateUndo = (two: ModelKiosk): ModelKiosk => ({
    ...two,
    ledger: {
      ...two.ledger,
      commit: async (lock) => {
        const result = await stage.festival.ledger.commit(lock);
        await stage.kiosk.queueFaults.deliver();
        return result;
      },
    },
  });

  it('is never committed on: an undo of that process may be under way', async () => {
    const ann = await stage.arrive('Ann');
    const id = stage.kiosk.ids.operationId();
    stage.kiosk.ledgerFaults.fail('commit', 'refused');
    stage.kiosk.queueFaults.fail('resolve', 'late');
    expect(codeOf(await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 }, id))).toBe('LEDGER_UNREACHABLE');
    const again = await stage.call(withLateUndo(stage.festival.kiosk('two')), id);
    expect(again).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    expect(await stage.festival.waiting()).toEqual([]);
    expect(await stage.onlyVisit()).toMatchObject({ userId: ann });
    await stage.healthy();
  });

  it('loses no visitor who joins', async () => {
    const id = stage.kiosk.ids.operationId();
    stage.kiosk.ledgerFaults.fail('commit', 'refused');
    stage.kiosk.queueFaults.fail('resolve', 'late');
    await joinAsWalkIn(stage.kiosk, stage.festival.boothId, 'Ann', await stage.festival.generation(), id);
    const again = await joinAsWalkIn(withLateUndo(stage.festival.kiosk('two')), stage.festival.boothId, 'Ann', await stage.festival.generation(), id);
    expect(again.outcome === 'done' && (await again.finished)).toBe(true);
    expect(await stage.festival.waiting()).toEqual([userOf(again)]);
    await stage.healthy();
  });
});

describe('a call that was taken back before anybody looked', () => {
  /** Right before this kiosk looks, the call gets through, and its visitor is put back. */
  const withPutBack = (kiosk: ModelKiosk): ModelKiosk => ({
    ...kiosk,
    ledger: {
      ...kiosk.ledger,
      settleVerdict: async (lock) => {
        const other = stage.festival.kiosk('other');
        await reconcile(other, { trigger: 'by-hand' });
        const [visit] = await stage.festival.live();
        if (visit !== undefined) await through(actOnVisit(other, 'put-back', visit, other.ids.operationId()), other);
        return stage.festival.ledger.settleVerdict(lock);
      },
    },
  });
  const { through } = stageActs(stage);

  it('is not made once more by another process asked the same', async () => {
    const ann = await stage.arrive('Ann');
    const id = stage.kiosk.ids.operationId();
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    expect(userOf(await stage.call(stage.kiosk, id))).toBe(ann);
    expect(await stage.call(withPutBack(stage.festival.kiosk('two')), id)).toMatchObject({ outcome: 'done', userId: ann });
    expect([await stage.festival.waiting(), await stage.festival.live()]).toEqual([[ann], []]);
  });

  it('is not refused, whose reply was lost', async () => {
    const ann = await stage.arrive('Ann');
    stage.kiosk.ledgerFaults.fail('commit', 'lost');
    const outcome = await stage.call(withPutBack(stage.kiosk));
    expect(outcome.outcome === 'uncertain' ? await outcome.truth : outcome).toMatchObject({ outcome: 'done', userId: ann });
    expect([await stage.festival.waiting(), await stage.festival.live()]).toEqual([[ann], []]);
  });
});

describe('when the queue store forgets', () => {
  it('knows from the ledger what a request did, whatever its attempt', async () => {
    const ann = await stage.arrive('Ann');
    await stage.arrive('Ben');
    const generation = await stage.festival.generation();
    await stage.festival.ledger.settleVerdict({ operationId: stage.kiosk.ids.operationId(), kind: 'call', boothId: stage.festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0, returnScore: null, position: 1, note: UNSIGNED });
    const id = stage.kiosk.ids.operationId();
    const called = await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation, epoch: 0 }, id);
    if (called.outcome === 'done') await called.finished;
    expect(await stage.festival.ledger.findCommitted({ kind: 'call' }, [attemptId(id, 1)])).toMatchObject({ userId: ann });
    expect(await askAgain(stage.kiosk, { kind: 'call' }, id)).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    expect(await askAgain(stage.kiosk, { kind: 'enter', waitingId: (await stage.onlyVisit()).waitingId }, id)).toBeNull();
  });

  it('calls once, when another process has looked before the call and asks after the loss, under another attempt', async () => {
    const [ann, ben] = [await stage.arrive('Ann'), await stage.arrive('Ben')];
    const [two, id, generation] = [stage.festival.kiosk('two'), stage.kiosk.ids.operationId(), await stage.festival.generation()];
    await stage.festival.ledger.settleVerdict({ operationId: stage.kiosk.ids.operationId(), kind: 'call', boothId: stage.festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0, returnScore: null, position: 1, note: UNSIGNED });
    expect(await askAgain(two, { kind: 'call' }, id)).toBeNull();
    expect(userOf(await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation, epoch: 0 }, id))).toBe(ann);
    await stage.kiosk.operations.drain();
    stage.festival.emptyQueueStore();
    await reconcile(stage.kiosk, { trigger: 'by-hand' });
    expect(await stage.call(two, id)).toMatchObject({ outcome: 'done', userId: ann, operationId: id });
    expect(await stage.onlyVisit()).toMatchObject({ userId: ann });
    expect(await stage.festival.waiting()).toEqual([ben]);
    await stage.healthy();
  });

  it('still tells of an entrance after the visit was completed', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const id = stage.kiosk.ids.operationId();
    await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), id);
    await stage.kiosk.operations.drain();
    const visit = await stage.onlyVisit();
    await actOnVisit(stage.kiosk, 'complete', visit, stage.kiosk.ids.operationId());
    await stage.kiosk.operations.drain();
    expect(await askAgain(stage.kiosk, { kind: 'enter', waitingId: visit.waitingId }, id)).toMatchObject({ outcome: 'done', waitingId: visit.waitingId });
  });

  it('puts in the ticket of a join whose lock it lost between commit and finish', async () => {
    const generation = await stage.festival.generation();
    const emptied: ModelKiosk = { ...stage.kiosk, queue: { ...stage.kiosk.queue, begin: stage.kiosk.queue.begin, refill: stage.kiosk.queue.refill, resolve: async (lock) => {
      // The store was emptied: the lock is away, and nothing remembers it.
      await stage.festival.queue.resolve(lock, SUPERSEDED, 'undone');
      return 'gone';
    } } };
    const joined = await joinAsWalkIn(emptied, stage.festival.boothId, 'Ann', generation, stage.kiosk.ids.operationId());
    expect(joined.outcome === 'done' && (await joined.finished)).toBe(true);
    expect(await stage.festival.waiting()).toEqual([userOf(joined)]);
    expect(stage.kiosk.wanted()).toBeGreaterThan(0);
  });

  it.each(['refused', 'unknown'] as const)('puts back the visitor of a call whose lock it lost and that never committed (%s)', async (how) => {
    const ann = await stage.arrive('Ann');
    const { festival, kiosk } = stage;
    const losing: ModelKiosk = { ...kiosk, ledger: { ...festival.ledger, commit: async (lock) => {
      // The store was emptied: queue and lock are away, and nothing remembers them.
      festival.emptyQueueStore();
      if (how === 'refused') return { outcome: 'refused', code: 'BOOTH_FULL' };
      throw new StoreFailure('LEDGER_UNREACHABLE', `no reply to ${lock.operationId}`, 'unknown');
    } } };
    const outcome = await callNext(losing, { boothId: festival.boothId, generation: await festival.generation(), epoch: 0 }, kiosk.ids.operationId());
    const truth = outcome.outcome === 'uncertain' ? await outcome.truth : outcome;
    expect(truth).toMatchObject({ outcome: 'refused' });
    expect(await festival.waiting()).toEqual([ann]);
  });

  it('does not keep a known truth to itself because it cannot follow', async () => {
    await stage.arrive('Ann');
    await stage.call();
    stage.kiosk.ledgerFaults.fail('commit', 'lost');
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    const outcome = await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), stage.kiosk.ids.operationId());
    const truth = outcome.outcome === 'uncertain' ? await outcome.truth : null;
    expect(truth).toMatchObject({ outcome: 'done' });
    expect(truth?.outcome === 'done' && (await truth.finished)).toBe(false);
    expect(stage.kiosk.operations.all()).toMatchObject([{ state: 'catching-up' }]);
    await reconcile(stage.kiosk, { trigger: 'interval' });
    expect(await stage.festival.count()).toBe(1);
    await stage.healthy();
  });
});

describe('asking again with the same operation id', () => {
  it('gives the same visitor and calls nobody else, whether the lock is open or gone', async () => {
    const ann = await stage.arrive('Ann');
    await stage.arrive('Ben');
    const id = stage.kiosk.ids.operationId();
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    expect(userOf(await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 }, id))).toBe(ann);
    await stage.kiosk.operations.drain();
    expect(userOf(await stage.call(stage.festival.kiosk('two'), id))).toBe(ann);
    expect(userOf(await stage.call(stage.festival.kiosk('three'), id))).toBe(ann);
    expect(await stage.festival.live()).toHaveLength(1);
    await stage.healthy();
  });

  it('finds the attempt that took effect when the first was fenced', async () => {
    const ann = await stage.arrive('Ann');
    await stage.arrive('Ben');
    const generation = await stage.festival.generation();
    await stage.festival.ledger.settleVerdict({ operationId: stage.kiosk.ids.operationId(), kind: 'call', boothId: stage.festival.boothId, userId: 999, score: 1, waitingId: null, owner: 'x', generation, createdAtMs: 0, returnScore: null, position: 1, note: UNSIGNED });
    const id = stage.kiosk.ids.operationId();
    const first = await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation, epoch: 0 }, id);
    if (first.outcome === 'done') await first.finished;
    expect(userOf(first)).toBe(ann);
    expect(userOf(await stage.call(stage.festival.kiosk('two'), id))).toBe(ann);
    expect(await stage.festival.live()).toHaveLength(1);
  });

  it('adds a walk-in once', async () => {
    const id = stage.kiosk.ids.operationId();
    const generation = await stage.festival.generation();
    const first = await joinAsWalkIn(stage.kiosk, stage.festival.boothId, 'Ann', generation, id);
    if (first.outcome === 'done') await first.finished;
    const second = await joinAsWalkIn(stage.festival.kiosk('two'), stage.festival.boothId, 'Ann', generation, id);
    expect(userOf(second)).toBe(userOf(first));
    expect(await stage.festival.waiting()).toHaveLength(1);
    await stage.healthy();
  });

  it('enters and completes once', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const [enterId, completeId] = [stage.kiosk.ids.operationId(), stage.kiosk.ids.operationId()];
    const visit = await stage.onlyVisit();
    for (let time = 0; time < 2; time++) {
      const outcome = await actOnVisit(stage.kiosk, 'enter', visit, enterId);
      expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
    }
    const inside = await stage.onlyVisit();
    for (let time = 0; time < 2; time++) {
      const outcome = await actOnVisit(stage.kiosk, 'complete', inside, completeId);
      expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
    }
    expect(await stage.festival.count()).toBe(0);
    await stage.healthy();
  });

  it('refuses an id that belongs to another action', async () => {
    await stage.arrive('Ann');
    const id = stage.kiosk.ids.operationId();
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    await callNext(stage.kiosk, { boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 }, id);
    await stage.kiosk.operations.drain();
    expect(codeOf(await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), id))).toBe('OPERATION_MISMATCH');
    await reconcile(stage.kiosk, { trigger: 'by-hand' });
    // The lock is gone now, but the id is still that of the call.
    expect(codeOf(await actOnVisit(stage.kiosk, 'enter', await stage.onlyVisit(), id))).toBe('OPERATION_MISMATCH');
    expect(await stage.onlyVisit()).toMatchObject({ status: 'CALLED' });
  });
});
