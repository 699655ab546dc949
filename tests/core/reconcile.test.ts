/**
 * Goal: a pass puts right what is half done and leaves alone what is not; what it cannot do now it says.
 * Method: the core on the model stores, with changes planted between its looks.
 */
import { describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { audit } from '../../electron/core/audit.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { removeStale } from '../contracts/queue-store-fixture.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';

const stage = modelStage();

/** Enters the visit while the queue store is away, so that the count lags by one. */
const enterUncounted = async (waitingId: number): Promise<void> => {
  const visit = (await stage.festival.live()).find((each) => each.waitingId === waitingId);
  if (visit === undefined) throw new Error('no such visit');
  stage.kiosk.queueFaults.down();
  await actOnVisit(stage.kiosk, 'enter', visit, stage.kiosk.ids.operationId());
  stage.kiosk.queueFaults.heal();
};
const byHand = { trigger: 'by-hand' } as const;
const byItself = { trigger: 'interval' } as const;

describe('settling', () => {
  it('leaves young locks of others to their owners, and takes them when they are old or a person asks', async () => {
    const ann = await stage.arrive('Ann');
    const dead = stage.festival.kiosk('dead');
    dead.queueFaults.fail('resolve', 'refused', 100);
    dead.ledgerFaults.fail('commit', 'refused');
    await stage.call(dead);
    expect(await reconcile(stage.kiosk, byItself)).toMatchObject({ seen: 1, left: 1, undone: 0 });
    stage.festival.advance(stage.kiosk.limits.graceMs);
    expect(await reconcile(stage.kiosk, byItself)).toMatchObject({ seen: 1, left: 0, undone: 1 });
    expect(await stage.festival.waiting()).toEqual([ann]);
    await stage.call(dead);
    expect(await reconcile(stage.kiosk, byHand)).toMatchObject({ seen: 1, finished: 1 });
  });

  it('never touches what a tap of this very process is working on', async () => {
    const ann = await stage.arrive('Ann');
    const realCommit = stage.festival.ledger.commit.bind(stage.festival.ledger);
    let report = null;
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.kiosk.ledger,
        commit: async (lock) => {
          report ??= await reconcile(stage.kiosk, byHand);
          return realCommit(lock);
        },
      },
    };
    const before = await stage.festival.generation();
    expect(await stage.call(slow)).toMatchObject({ outcome: 'done', userId: ann });
    expect(report).toMatchObject({ seen: 1, left: 1 });
    // Nobody was fenced.
    expect(await stage.festival.generation()).toBe(before);
  });

  it('stops at a ledger that is away, keeps the locks, and says why', async () => {
    for (const name of ['Ann', 'Ben', 'Cem']) await stage.arrive(name);
    const dead = stage.festival.kiosk('dead');
    for (let each = 0; each < 3; each++) {
      dead.queueFaults.fail('resolve', 'refused');
      await stage.call(dead);
      await dead.operations.drain();
    }
    stage.kiosk.ledgerFaults.fail('settleVerdict', 'refused', 100);
    expect(await reconcile(stage.kiosk, byHand)).toMatchObject({ seen: 1, kept: 1, finished: 0, problem: { code: 'LEDGER_UNREACHABLE' } });
    expect(await stage.festival.locks()).toHaveLength(3);
  });

  it('counts a lock whose queue half could not follow as kept', async () => {
    await stage.arrive('Ann');
    stage.kiosk.queueFaults.fail('resolve', 'refused', 2);
    await stage.call();
    expect(await reconcile(stage.kiosk, byHand)).toMatchObject({ finished: 0, kept: 1, problem: { code: 'QUEUE_STORE_UNREACHABLE' } });
    expect(await reconcile(stage.kiosk, byHand)).toMatchObject({ finished: 1, kept: 0, problem: null });
  });

  it('tells that an entrance was not done when somebody else entered the visitor meanwhile', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const [visit] = await stage.festival.live();
    if (visit === undefined) throw new Error('nobody was called');
    stage.kiosk.ledgerFaults.fail('commit', 'late');
    stage.kiosk.ledgerFaults.fail('settleVerdict', 'refused');
    const mine = await actOnVisit(stage.kiosk, 'enter', visit, stage.kiosk.ids.operationId());
    expect(mine.outcome === 'uncertain' && (await mine.truth)).toBeNull();
    // Another program enters the visitor; a kiosk's late commit then finds the visit changed.
    await stage.festival.ledger.commit({ operationId: stage.kiosk.ids.operationId(), kind: 'enter', boothId: stage.festival.boothId, userId: visit.userId, score: visit.score, waitingId: visit.waitingId, owner: 'x', generation: visit.revision, createdAtMs: 0, returnScore: null, position: null, note: UNSIGNED });
    expect(await reconcile(stage.kiosk, byItself)).toMatchObject({ superseded: 1 });
    expect(stage.kiosk.operations.notices()).toMatchObject([{ kind: 'enter', outcome: 'not-done' }]);
  });
});

describe('the recount', () => {
  it('waits for a difference that is still moving', async () => {
    await stage.arrive('Ann');
    await stage.arrive('Ben');
    const [first, second] = [await stage.call(), await stage.call()].map((outcome) => (outcome.outcome === 'done' ? outcome.waitingId : null));
    await enterUncounted(first ?? 0);
    const watcher: ModelKiosk = { ...stage.kiosk, clock: { ...stage.kiosk.clock, sleep: () => enterUncounted(second ?? 0) } };
    expect(await reconcile(watcher, byItself)).toMatchObject({ recounted: 0 });
    expect(await stage.festival.count()).toBe(0);
    expect(await reconcile(stage.kiosk, byItself)).toMatchObject({ recounted: 1 });
    expect(await stage.festival.count()).toBe(2);
  });

  it('leaves a count alone while a lock is open at the booth', async () => {
    await stage.arrive('Ann');
    await stage.arrive('Ben');
    await stage.call();
    await enterUncounted((await stage.festival.live())[0]?.waitingId ?? 0);
    const other = stage.festival.kiosk('other');
    other.queueFaults.fail('resolve', 'refused');
    await stage.call(other);
    expect(await reconcile(stage.kiosk, byItself)).toMatchObject({ left: 1, recounted: 0 });
    expect(await stage.festival.count()).toBe(0);
  });
});

describe('the audit', () => {
  const failing = async (repair = false) => {
    const report = await audit(stage.kiosk, stage.festival.boothId, repair);
    return { ok: report?.ok, failed: report?.checks.filter((check) => !check.ok).map((check) => check.id), repaired: report?.repaired };
  };

  it('knows no booth that does not exist', async () => expect(await audit(stage.kiosk, 999, false)).toBeNull());

  it('finds a visitor whom an older queue brought back, and takes them out', async () => {
    const ann = await stage.arrive('Ann');
    const [score = 0] = await stage.festival.scores();
    await stage.call();
    await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: ann, score }]);
    expect(await failing()).toMatchObject({ ok: false, failed: ['nobody-twice'] });
    expect(await failing(true)).toMatchObject({ ok: true });
    expect(await stage.festival.waiting()).toEqual([]);
  });

  it('finds a visitor the queue has lost, and puts them back where they stood', async () => {
    const [ann, ben] = [await stage.arrive('Ann'), await stage.arrive('Ben')];
    const [score = 0] = await stage.festival.scores();
    await removeStale(stage.festival.queue, { boothId: stage.festival.boothId, userId: ann, score });
    expect(await failing()).toMatchObject({ ok: false, failed: ['nobody-lost'] });
    expect(await failing(true)).toMatchObject({ ok: true, repaired: ['1 lost ticket(s) put back'] });
    expect(await stage.festival.waiting()).toEqual([ann, ben]);
  });

  it('finds a wrong count and repairs it', async () => {
    await stage.arrive('Ann');
    await stage.call();
    await enterUncounted((await stage.festival.live())[0]?.waitingId ?? 0);
    expect(await failing()).toMatchObject({ ok: false, failed: ['count-true'] });
    expect(await failing(true)).toMatchObject({ ok: true, repaired: ['1 count(s) corrected'] });
  });

  it('settles open locks first when it repairs', async () => {
    await stage.arrive('Ann');
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    await stage.call();
    expect(await failing(true)).toMatchObject({ ok: true, repaired: ['1 open lock(s) settled'] });
    expect(await stage.festival.locks()).toEqual([]);
  });
});
