/**
 * Goal: a pass puts right what is half done and leaves alone what is not; what it cannot do now it says.
 * Method: the core on the model stores, with changes planted between its looks.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../electron/core/audit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { confirmEntrance } from '../../electron/core/confirm-entrance.ts';
import { joinAsWalkIn } from '../../electron/core/join-queue.ts';
import { GRACE_MS, reconcile } from '../../electron/core/reconcile.ts';
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
  if (outcome.outcome !== 'done') throw new Error('could not join');
  await outcome.finished;
  return outcome.userId;
};
const call = async (by: ModelKiosk = kiosk) => {
  const outcome = await callNext(by, festival.boothId, await festival.generation(), by.ids.operationId());
  if (outcome.outcome === 'done') await outcome.finished;
  return outcome;
};
/** Enters the visit while the queue store is away, so that the count lags by one. */
const enterUncounted = async (waitingId: number): Promise<void> => {
  const visit = (await festival.live()).find((each) => each.waitingId === waitingId);
  if (visit === undefined) throw new Error('no such visit');
  kiosk.queueFaults.down();
  await confirmEntrance(kiosk, visit, kiosk.ids.operationId());
  kiosk.queueFaults.heal();
};
const byHand = { trigger: 'by-hand' } as const;
const byItself = { trigger: 'interval' } as const;

describe('settling', () => {
  it('leaves young locks of others to their owners, and takes them when they are old or a person asks', async () => {
    const ann = await arrive('Ann');
    const dead = festival.kiosk('dead');
    dead.queueFaults.fail('resolve', 'refused', 100);
    dead.ledgerFaults.fail('commit', 'refused');
    await call(dead);
    expect(await reconcile(kiosk, byItself)).toMatchObject({ seen: 1, left: 1, undone: 0 });
    festival.advance(GRACE_MS);
    expect(await reconcile(kiosk, byItself)).toMatchObject({ seen: 1, left: 0, undone: 1 });
    expect(await festival.waiting()).toEqual([ann]);
    await call(dead);
    expect(await reconcile(kiosk, byHand)).toMatchObject({ seen: 1, finished: 1 });
  });

  it('never touches what a tap of this very process is working on', async () => {
    const ann = await arrive('Ann');
    const realCommit = festival.ledger.commit.bind(festival.ledger);
    let report = null;
    const slow: ModelKiosk = {
      ...kiosk,
      ledger: {
        ...kiosk.ledger,
        commit: async (lock) => {
          report ??= await reconcile(kiosk, byHand);
          return realCommit(lock);
        },
      },
    };
    const before = await festival.generation();
    expect(await call(slow)).toMatchObject({ outcome: 'done', userId: ann });
    expect(report).toMatchObject({ seen: 1, left: 1 });
    // Nobody was fenced.
    expect(await festival.generation()).toBe(before);
  });

  it('stops at a ledger that is away, keeps the locks, and says why', async () => {
    for (const name of ['Ann', 'Ben', 'Cem']) await arrive(name);
    const dead = festival.kiosk('dead');
    for (let each = 0; each < 3; each++) {
      dead.queueFaults.fail('resolve', 'refused');
      await call(dead);
      await dead.operations.drain();
    }
    kiosk.ledgerFaults.fail('settleVerdict', 'refused', 100);
    expect(await reconcile(kiosk, byHand)).toMatchObject({ seen: 1, kept: 1, finished: 0, problem: { code: 'LEDGER_UNREACHABLE' } });
    expect(await festival.locks()).toHaveLength(3);
  });

  it('counts a lock whose queue half could not follow as kept', async () => {
    await arrive('Ann');
    kiosk.queueFaults.fail('resolve', 'refused', 2);
    await call();
    expect(await reconcile(kiosk, byHand)).toMatchObject({ finished: 0, kept: 1, problem: { code: 'QUEUE_STORE_UNREACHABLE' } });
    expect(await reconcile(kiosk, byHand)).toMatchObject({ finished: 1, kept: 0, problem: null });
  });

  it('tells that an entrance was not done when somebody else entered the visitor meanwhile', async () => {
    await arrive('Ann');
    await call();
    const [visit] = await festival.live();
    if (visit === undefined) throw new Error('nobody was called');
    kiosk.ledgerFaults.fail('commit', 'late');
    kiosk.ledgerFaults.fail('settleVerdict', 'refused');
    const mine = await confirmEntrance(kiosk, visit, kiosk.ids.operationId());
    expect(mine.outcome === 'uncertain' && (await mine.truth)).toBeNull();
    // Another program enters the visitor; a kiosk's late commit then finds the visit changed.
    await festival.ledger.commit({ operationId: kiosk.ids.operationId(), kind: 'enter', boothId: festival.boothId, userId: visit.userId, score: visit.score, waitingId: visit.waitingId, owner: 'x', generation: visit.revision, createdAtMs: 0 });
    expect(await reconcile(kiosk, byItself)).toMatchObject({ superseded: 1 });
    expect(kiosk.operations.notices()).toMatchObject([{ kind: 'enter', outcome: 'not-done' }]);
  });
});

describe('the recount', () => {
  it('waits for a difference that is still moving', async () => {
    await arrive('Ann');
    await arrive('Ben');
    const [first, second] = [await call(), await call()].map((outcome) => (outcome.outcome === 'done' ? outcome.waitingId : null));
    await enterUncounted(first ?? 0);
    const watcher: ModelKiosk = { ...kiosk, clock: { ...kiosk.clock, sleep: () => enterUncounted(second ?? 0) } };
    expect(await reconcile(watcher, byItself)).toMatchObject({ recounted: 0 });
    expect(await festival.count()).toBe(0);
    expect(await reconcile(kiosk, byItself)).toMatchObject({ recounted: 1 });
    expect(await festival.count()).toBe(2);
  });

  it('leaves a count alone while a lock is open at the booth', async () => {
    await arrive('Ann');
    await arrive('Ben');
    await call();
    await enterUncounted((await festival.live())[0]?.waitingId ?? 0);
    const other = festival.kiosk('other');
    other.queueFaults.fail('resolve', 'refused');
    await call(other);
    expect(await reconcile(kiosk, byItself)).toMatchObject({ left: 1, recounted: 0 });
    expect(await festival.count()).toBe(0);
  });
});

describe('the audit', () => {
  const failing = async (repair = false) => {
    const report = await audit(kiosk, festival.boothId, repair);
    return { ok: report?.ok, failed: report?.checks.filter((check) => !check.ok).map((check) => check.id), repaired: report?.repaired };
  };

  it('knows no booth that does not exist', async () => expect(await audit(kiosk, 999, false)).toBeNull());

  it('finds a visitor whom an older queue brought back, and takes them out', async () => {
    const ann = await arrive('Ann');
    const [score = 0] = await festival.scores();
    await call();
    await festival.queue.refill([{ boothId: festival.boothId, userId: ann, score }]);
    expect(await failing()).toMatchObject({ ok: false, failed: ['nobody-twice'] });
    expect(await failing(true)).toMatchObject({ ok: true });
    expect(await festival.waiting()).toEqual([]);
  });

  it('finds a visitor the queue has lost, and puts them back where they stood', async () => {
    const [ann, ben] = [await arrive('Ann'), await arrive('Ben')];
    const [score = 0] = await festival.scores();
    await festival.queue.removeStale({ boothId: festival.boothId, userId: ann, score });
    expect(await failing()).toMatchObject({ ok: false, failed: ['nobody-lost'] });
    expect(await failing(true)).toMatchObject({ ok: true, repaired: ['1 lost ticket(s) put back'] });
    expect(await festival.waiting()).toEqual([ann, ben]);
  });

  it('finds a wrong count and repairs it', async () => {
    await arrive('Ann');
    await call();
    await enterUncounted((await festival.live())[0]?.waitingId ?? 0);
    expect(await failing()).toMatchObject({ ok: false, failed: ['count-true'] });
    expect(await failing(true)).toMatchObject({ ok: true, repaired: ['1 count(s) corrected'] });
  });

  it('settles open locks first when it repairs', async () => {
    await arrive('Ann');
    kiosk.queueFaults.fail('resolve', 'refused');
    await call();
    expect(await failing(true)).toMatchObject({ ok: true, repaired: ['1 open lock(s) settled'] });
    expect(await festival.locks()).toEqual([]);
  });
});
