/**
 * Goal: what was merged into one entry of a queue is neither lost with it nor outlives it: nobody is called by a registration that ended with
 * another one's call.
 * Method: the core on the model stores; a visitor of the app by two registrations, one of which hides the other.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { changeBooth } from '../../electron/core/booth-status.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import { refillIfLost } from '../../electron/core/refill.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage, userOf } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 40));
const { pass, act, visitOf, leave, copy } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;
const LAST = 1_700_009_000;

const later = async (by?: ModelKiosk): Promise<void> => {
  stage.festival.advance(60_000);
  await pass(by);
};
/** Its next commit is its last, and nobody hears how it ended. */
const dyingAtCommit = (): ModelKiosk => {
  const kiosk = stage.festival.kiosk('dead');
  kiosk.ledgerFaults.fail('commit', 'death');
  return kiosk;
};
/** Can settle nothing. */
const blind = (): ModelKiosk => {
  const settleVerdict = async (): Promise<never> => Promise.reject(new StoreFailure('LEDGER_UNFIT', 'cannot be read', 'no'));
  return { ...stage.kiosk, ledger: { ...stage.festival.ledger, settleVerdict } };
};
/** Somebody who stands in the copy by T1. */
const registered = async (): Promise<number> => {
  const visitor = stage.festival.appUser();
  await stage.festival.register(visitor, T1);
  await pass();
  return visitor;
};
/** A call of T1 that is refused while its visitor registers anew: put back, the entry hides T2. */
const mergeByRefusal = async (visitor: number): Promise<void> => {
  const commit: ModelKiosk['ledger']['commit'] = async () => {
    await stage.festival.register(visitor, T2);
    return { outcome: 'refused', code: 'BOOTH_CLOSED' };
  };
  await stage.call({ ...stage.kiosk, ledger: { ...stage.festival.ledger, commit } });
  expect(await stage.festival.scores()).toContain(T1);
};
/** Put back over a registration made since. */
const mergeByPutBack = async (visitor: number): Promise<void> => {
  const visit = await visitOf(await stage.call());
  stage.festival.advance(60_000);
  await stage.festival.register(visitor, T2);
  await act('put-back', visit);
  expect(await stage.festival.scores()).toContain(T1);
};
const serve = async (visit: VisitRow): Promise<void> => {
  for (const kind of ['enter', 'complete'] as const) await act(kind, visit);
};
const ENDS = {
  served: async () => serve(await visitOf(await stage.call())),
  left: async (visitor: number) => leave(visitor),
  'no-show': async () => act('no-show', await visitOf(await stage.call())),
} as const;
const nobodyIsLeft = async (): Promise<void> => {
  for (let each = 0; each < 3; each++) await later();
  expect([await stage.festival.scores(), await copy()]).toEqual([[], []]);
  expect((await stage.call()).outcome).toBe('refused');
};

describe('a queue store that comes back as it was before the merged place was used up', () => {
  describe.each([['by a refusal', mergeByRefusal], ['by a put-back', mergeByPutBack]] as const)('merged %s', (_how, merge) => {
    it.each(['served', 'left', 'no-show'] as const)('%s: nobody is called once more', async (end) => {
      const kim = await registered();
      await merge(kim);
      const older = stage.festival.saveQueueStore();
      stage.festival.advance(500);
      await ENDS[end](kim);
      stage.festival.restoreQueueStore(older);
      await nobodyIsLeft();
    });
  });

  it('nor where a lock of then is settled before the comparison', async () => {
    await mergeByRefusal(await registered());
    const silent = async (): Promise<never> => Promise.reject(new StoreFailure('LEDGER_UNREACHABLE', 'lost', 'unknown'));
    const deaf: ModelKiosk = { ...stage.festival.kiosk('deaf'), ledger: { ...stage.festival.ledger, commit: silent, settleVerdict: silent } };
    await stage.call(deaf);
    await deaf.operations.drain();
    expect(await stage.festival.locks()).toHaveLength(1);
    const older = stage.festival.saveQueueStore();
    await later();
    await ENDS.served();
    stage.festival.restoreQueueStore(older);
    await nobodyIsLeft();
  });

  it('dismissed: told once', async () => {
    await mergeByRefusal(await registered());
    const older = stage.festival.saveQueueStore();
    const closed = await changeBooth(stage.kiosk, stage.festival.boothId, { change: 'close', staff: 'Kim', reason: 'rain' });
    expect(closed.ok && (await closed.value.dismissal)).toBe(1);
    await stage.kiosk.operations.drain();
    stage.festival.restoreQueueStore(older);
    for (let each = 0; each < 3; each++) await later();
    expect(await stage.festival.scores()).toEqual([]);
    expect(stage.festival.inbox.received.filter(({ kind }) => kind === 'dismissal')).toHaveLength(1);
  });

  it('nor by a tap right after the comparison', async () => {
    const kim = await registered();
    const lee = stage.festival.appUser();
    await stage.festival.register(lee, LAST);
    await mergeByPutBack(kim);
    await later();
    const older = stage.festival.saveQueueStore();
    stage.festival.advance(500);
    await ENDS.served();
    stage.festival.restoreQueueStore(older);
    await refillIfLost(stage.kiosk, [stage.festival.boothId]);
    expect(userOf(await stage.call())).toBe(lee);
  });
});

describe('a refill that comes late, of both registrations', () => {
  it.each(['served', 'left'] as const)('%s by another kiosk meanwhile: nobody is called once more', async (end) => {
    const kim = await registered();
    const lee = stage.festival.appUser();
    await stage.festival.register(kim, T2);
    await stage.festival.register(lee, LAST);
    await later();
    expect(await copy()).toEqual([`${kim}@${T1}`, `${kim}@${T2}`, `${lee}@${LAST}`]);
    stage.festival.advance(60_000);
    stage.festival.emptyQueueStore();
    const two = stage.festival.kiosk('two');
    let isFirst = true;
    const refill: ModelKiosk['queue']['refill'] = async (tickets) => {
      if (isFirst) {
        isFirst = false;
        await refillIfLost(two, [stage.festival.boothId]);
        await ENDS[end](kim);
        stage.festival.advance(1_000);
      }
      return stage.kiosk.queue.refill(tickets);
    };
    await refillIfLost({ ...stage.kiosk, queue: { ...stage.kiosk.queue, refill } }, [stage.festival.boothId]).catch(() => undefined);
    expect(userOf(await stage.call(two))).toBe(lee);
  });
});

it('set aside after a commit nobody saw, and restored: the other registration ended with the call, too', async () => {
  const kim = await registered();
  await mergeByRefusal(kim);
  await stage.call(dyingAtCommit());
  for (let each = 0; each < 6; each++) await later(blind());
  expect(await stage.festival.locks()).toEqual([]);
  await serve(await stage.onlyVisit());
  expect(await stage.festival.queue.endSetAside(stage.festival.boothId, String(kim), 'restored')).toBe(true);
  expect((await stage.call()).outcome).toBe('refused');
});

describe('called by another program out of a place that a pass has found in order, and put back by its repair batch: not called by the other registration', () => {
  it('where nobody is at work', async () => {
    const kim = await registered();
    await mergeByRefusal(kim);
    await later();
    await stage.festival.takeOut(kim);
    await stage.festival.serveAtBackend(kim, T1);
    await later();
    await stage.festival.register(kim, T1);
    expect((await stage.call()).outcome).toBe('refused');
  });

  it('where somebody else’s lock stays open at the booth', async () => {
    const lee = stage.festival.appUser();
    const kim = await registered();
    await mergeByRefusal(kim);
    await stage.festival.register(lee, LAST);
    await leave(lee, dyingAtCommit());
    await later(blind());
    expect(await stage.festival.locks()).toHaveLength(1);
    await stage.festival.takeOut(kim);
    await stage.festival.serveAtBackend(kim, T1);
    await stage.festival.register(kim, T1);
    expect((await stage.call()).outcome).toBe('refused');
  });
});

it('put back by another program beside the lock of a committed call that nobody can end: not replaced by the other registration', async () => {
  const kim = await registered();
  await mergeByRefusal(kim);
  await stage.call(dyingAtCommit());
  await stage.festival.register(kim, T1);
  for (let each = 0; each < 2; each++) await later(blind());
  await nobodyIsLeft();
});

describe('a newer registration behind a stale entry', () => {
  const hiddenByStale = async (): Promise<void> => {
    const kim = await registered();
    await ENDS.served();
    stage.festival.advance(60_000);
    await stage.festival.register(kim, T2);
    await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: kim, score: T1 }]);
    expect(await stage.festival.scores()).toEqual([T1]);
  };

  it('which a pass puts in its place is in the copy with that pass', async () => {
    await hiddenByStale();
    await pass();
    expect(await stage.festival.scores()).toEqual([T2]);
    expect((await copy())[0]).toContain(`@${T2}`);
    stage.festival.advance(10_000);
    stage.festival.emptyQueueStore();
    await pass();
    expect(await stage.festival.scores()).toEqual([T2]);
  });

  it('is called at once where a call meets the stale one first', async () => {
    await hiddenByStale();
    expect((await stage.call()).outcome).toBe('done');
    expect((await stage.festival.live()).map(({ score }) => score)).toEqual([T2]);
  });
});
