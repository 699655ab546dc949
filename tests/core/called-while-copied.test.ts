/**
 * Goal: whoever is called while a pass copies their queue is neither lost nor called once more by that copy, whichever came first: the call, or
 * the registration the pass has seen.
 * Method: the core on the model stores; the queue is lost after the pass.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { changeBooth } from '../../electron/core/booth-status.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 40));
const { pass, act, visitOf, copy } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;
/** Later than the festival's clock. */
const LATER = 1_790_000_500;

type Step = () => Promise<unknown>;
const nothing: Step = async () => undefined;
/** A pass, and what happens after it has read the ledger's clock, after it has read the queue, and before it writes the copy. */
const passAround = async ({ beforeLook = nothing, afterLook = nothing, beforeWrite = nothing }: { readonly beforeLook?: Step; readonly afterLook?: Step; readonly beforeWrite?: Step }): Promise<void> => {
  const snapshotQueue: ModelKiosk['queue']['snapshotQueue'] = async (boothId, epoch) => {
    stage.festival.advance(10);
    await beforeLook();
    const snapshot = await stage.festival.queue.snapshotQueue(boothId, epoch);
    stage.festival.advance(10);
    await afterLook();
    stage.festival.advance(10);
    return snapshot;
  };
  const writeMirror: ModelKiosk['ledger']['writeMirror'] = async (change) => {
    await beforeWrite();
    stage.festival.advance(10);
    return stage.festival.ledger.writeMirror(change);
  };
  stage.festival.advance(1_000);
  await pass({ ...stage.kiosk, queue: { ...stage.festival.queue, snapshotQueue }, ledger: { ...stage.festival.ledger, writeMirror } });
};
const passes = async (count: number, apartMs = 60_000): Promise<void> => {
  for (let each = 0; each < count; each++) {
    stage.festival.advance(apartMs);
    await pass();
  }
};
const afterLoss = async (): Promise<readonly number[]> => {
  stage.festival.advance(1_000);
  stage.festival.emptyQueueStore();
  await pass();
  return stage.festival.scores();
};
const registered = async (score: number): Promise<number> => {
  const visitor = stage.festival.appUser();
  await stage.festival.register(visitor, score);
  return visitor;
};
const servedElsewhere = async (visitor: number, score: number): Promise<void> => {
  await stage.festival.takeOut(visitor);
  stage.festival.advance(10);
  await stage.festival.serveAtBackend(visitor, score);
  stage.festival.advance(10);
};

describe('called by another program', () => {
  it('before the look, and registered anew: in the copy after one more pass, and back after a loss', async () => {
    const kim = await registered(T1);
    await passAround({ beforeLook: async () => {
      await servedElsewhere(kim, T1);
      await stage.festival.register(kim, T2);
    } });
    expect(await copy()).toEqual([]);
    await passes(1);
    expect(await copy()).toEqual([`${kim}@${T2}`]);
    expect(await afterLoss()).toEqual([T2]);
  });

  it.each([T1, 5])('after it: not back after a loss (registered at %d)', async (score) => {
    const kim = await registered(score);
    await passAround({ afterLook: async () => servedElsewhere(kim, T1) });
    expect(await afterLoss()).toEqual([]);
  });

  it('after it, by a newer registration that was put over the one seen', async () => {
    const kim = await registered(T1);
    await passAround({ afterLook: async () => {
      await stage.festival.register(kim, T2);
      await servedElsewhere(kim, T2);
    } });
    expect(await afterLoss()).toEqual([]);
  });

  it('the same, of a visitor without an app: nobody takes them for lost', async () => {
    const ann = await stage.arrive('Ann');
    stage.festival.advance(600_000);
    await pass();
    await stage.festival.register(ann, LATER);
    await passAround({ afterLook: async () => {
      await stage.festival.register(ann, LATER + 1);
      await servedElsewhere(ann, LATER + 1);
    } });
    await passes(12, 600_000);
    expect(await stage.festival.violations()).toEqual([]);
    expect(await afterLoss()).toEqual([]);
  });

  describe('after it, with a row that comes when the pass has asked who is stale', () => {
    const calledLate = async (): Promise<number> => {
      const kim = await registered(T1);
      await passAround({ afterLook: async () => stage.festival.takeOut(kim), beforeWrite: async () => {
        stage.festival.advance(-10);
        await stage.festival.callAtBackend(kim, T1);
        stage.festival.advance(10);
      } });
      return kim;
    };

    it('is not counted among those who left', async () => {
      await calledLate();
      await passes(12);
      expect(await stage.festival.ledger.countLeft({ boothId: stage.festival.boothId, fromMs: (T1 - 3_600) * 1_000, toMs: (LATER + 3_600) * 1_000 })).toEqual([]);
    });

    it('put back by its repair batch: taken out at the latest when all queues are read again, and not told of a closing', async () => {
      await stage.festival.register(await calledLate(), T1);
      await passes(10);
      expect(await stage.festival.scores()).toEqual([]);
      const closed = await changeBooth(stage.kiosk, stage.festival.boothId, { change: 'close', staff: 'Kim', reason: 'rain' });
      expect(closed.ok && (await closed.value.dismissal)).toBe(0);
      await stage.kiosk.operations.drain();
      expect(stage.festival.inbox.received.filter(({ kind }) => kind === 'dismissal')).toEqual([]);
    });
  });
});

describe('put back over the registration the pass has seen, and called by the earlier one', () => {
  /** Kim was called by T1, and waits by T2, which no pass has copied. */
  const calledWithNewer = async (): Promise<{ readonly kim: number; readonly visit: VisitRow }> => {
    const kim = await registered(T1);
    await pass();
    const visit = await visitOf(await stage.call());
    stage.festival.advance(60_000);
    await stage.festival.register(kim, T2);
    return { kim, visit };
  };

  it('by another program', async () => {
    const { kim, visit } = await calledWithNewer();
    await passAround({ afterLook: async () => {
      await act('put-back', visit);
      await servedElsewhere(kim, T1);
    } });
    expect(await afterLoss()).toEqual([]);
  });

  it('by a kiosk', async () => {
    const { visit } = await calledWithNewer();
    const two = stage.festival.kiosk('two');
    await passAround({ afterLook: async () => {
      await act('put-back', visit, two);
      stage.festival.advance(10);
      const called = await visitOf(await stage.call(two));
      for (const kind of ['enter', 'complete'] as const) await act(kind, called, two);
    } });
    expect(await afterLoss()).toEqual([]);
  });
});

describe('what a pass leaves to the next one', () => {
  it('loses nobody else whose queue comes to look as it did before', async () => {
    await registered(T1);
    const cho = await registered(T2);
    await passes(1);
    // A backend takes the second of them, and puts them back when others have come and gone.
    await stage.festival.takeOut(cho);
    const kim = await registered(T2 + 400);
    await passAround({ afterLook: async () => stage.festival.takeOut(kim), beforeWrite: async () => stage.festival.serveAtBackend(kim, T2 + 400) });
    await stage.festival.register(cho, T2);
    await passes(2);
    expect(await afterLoss()).toEqual([T1, T2]);
  });
});
