/**
 * Goal: one bad entry never blocks the rest: what can never be called, and what nobody can settle, leaves the queue's way with its
 * reason, and a supervisor puts it back or drops it for good; a ledger that serves nobody is no reason to set anybody aside.
 * Method: the core on the model stores.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { StoreFailure } from '../../electron/core/ports.ts';
import { endSetAside, listSetAside } from '../../electron/core/quarantine.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { ATTEMPTS_PER_LOCK } from '../../electron/core/settle-locks.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage, userOf } from '../support/model-stage.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(3, 5));
const pass = (by: ModelKiosk = stage.kiosk) => reconcile(by, { trigger: 'by-hand' });
const NOBODY = 999_999;

describe('an entry that can never be called', () => {
  it('steps aside, is listed with its reason, restored to its place, and dropped for good', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(NOBODY, 1_700_000_000);
    await stage.festival.register(kim, 1_700_000_001);
    expect(userOf(await stage.call())).toBe(kim);
    expect(await listSetAside(stage.kiosk)).toEqual([{ boothId: stage.festival.boothId, member: String(NOBODY), score: 1_700_000_000, reason: 'user' }]);
    expect(await endSetAside(stage.kiosk, stage.festival.boothId, String(NOBODY), 'restored', 'Sora')).toBe(true);
    expect(await stage.festival.waiting()).toEqual([NOBODY]);
    expect(await listSetAside(stage.kiosk)).toEqual([]);
    await stage.call();
    expect(await endSetAside(stage.kiosk, stage.festival.boothId, String(NOBODY), 'dropped', null)).toBe(true);
    expect(await endSetAside(stage.kiosk, stage.festival.boothId, String(NOBODY), 'dropped', null)).toBe(false);
    // Not even a queue that is lost and refilled brings it back.
    stage.festival.emptyQueueStore();
    await pass();
    expect(await stage.festival.waiting()).toEqual([]);
    expect((await stage.festival.ledger.readIncidents(5)).map(({ kind, detail }) => `${kind} ${detail}`)).toEqual(expect.arrayContaining([`dropped ${NOBODY} (user)`, `restored ${NOBODY} (user) by Sora`]));
  });

  it.each(['too late', 'cut short'])('restored beside a drop that comes %s, is found again when the queue is lost', async (how) => {
    const { boothId } = stage.festival;
    await stage.festival.register(NOBODY, 1_700_000_000);
    await stage.call();
    const restore = (): Promise<boolean> => endSetAside(stage.kiosk, boothId, String(NOBODY), 'restored', null);
    const dropping: ModelKiosk = { ...stage.kiosk, queue: { ...stage.kiosk.queue, endSetAside: async (...asked) => {
      if (how === 'cut short') throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'it died here', 'no');
      await restore();
      return stage.kiosk.queue.endSetAside(...asked);
    } } };
    const dropped = endSetAside(dropping, boothId, String(NOBODY), 'dropped', null);
    if (how === 'too late') expect(await dropped).toBe(false);
    else {
      await expect(dropped).rejects.toThrow('it died here');
      expect(await restore()).toBe(true);
    }
    expect(await stage.festival.waiting()).toEqual([NOBODY]);
    stage.festival.emptyQueueStore();
    await pass();
    expect(await stage.festival.waiting()).toEqual([NOBODY]);
  });

  it('is not put back by a refill while it is set aside', async () => {
    await stage.festival.register(NOBODY, 1_700_000_000);
    await pass();
    await stage.call();
    await stage.festival.queue.refill(await stage.festival.ledger.unservedTickets(stage.festival.boothId, 10));
    expect(await stage.festival.waiting()).toEqual([]);
    expect(await listSetAside(stage.kiosk)).toHaveLength(1);
  });
});

describe('a lock that cannot be settled', () => {
  const unfit = async (): Promise<never> => Promise.reject(new StoreFailure('LEDGER_UNFIT', 'this row cannot be read', 'no'));

  async function leftBehind(): Promise<number> {
    const ann = await stage.arrive('Ann');
    const dead = stage.festival.kiosk('dead');
    dead.ledgerFaults.fail('commit', 'refused');
    dead.queueFaults.fail('resolve', 'refused', Infinity);
    await stage.call(dead);
    return ann;
  }

  it(`is taken out of the way after ${ATTEMPTS_PER_LOCK} passes, its visitor set aside, and nobody is doubled by putting them back`, async () => {
    const ann = await leftBehind();
    const [lock] = await stage.festival.locks();
    const broken: ModelKiosk = { ...stage.kiosk, ledger: { ...stage.festival.ledger, settleVerdict: unfit } };
    for (let each = 1; each < ATTEMPTS_PER_LOCK; each++) expect(await pass(broken)).toMatchObject({ kept: 1, quarantined: 0, problem: { code: 'LEDGER_UNFIT' } });
    // The commit that nobody could see has happened after all.
    if (lock === undefined) throw new Error('no lock');
    expect((await stage.festival.ledger.commit(lock)).outcome).toBe('committed');
    expect(await pass(broken)).toMatchObject({ kept: 0, quarantined: 1, problem: null });
    await stage.kiosk.operations.drain();
    expect(await stage.festival.locks()).toEqual([]);
    expect(await listSetAside(stage.kiosk)).toMatchObject([{ member: String(ann), reason: 'lock' }]);
    await endSetAside(stage.kiosk, stage.festival.boothId, String(ann), 'restored', null);
    expect((await stage.call()).outcome).toBe('refused');
    expect((await stage.festival.live()).map((visit) => visit.userId)).toEqual([ann]);
    await stage.healthy();
  });

  it('is left alone while the ledger serves nobody', async () => {
    await leftBehind();
    const broken: ModelKiosk = { ...stage.kiosk, ledger: { ...stage.festival.ledger, settleVerdict: unfit, prepare: unfit } };
    for (let each = 0; each < ATTEMPTS_PER_LOCK + 2; each++) expect(await pass(broken)).toMatchObject({ quarantined: 0, kept: 1 });
    expect(await pass()).toMatchObject({ undone: 1 });
    await stage.healthy();
  });
});
