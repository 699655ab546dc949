/**
 * Goal: interleavings, crashes and losses of the queue that once lost, doubled or brought back somebody, blocked calls, or told what was
 * not so, do none of that.
 * Method: the core on the model stores, each case as it was found.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { joinQueue } from '../../electron/core/join-queue.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import { refill } from '../../electron/core/refill.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { codeOf, modelStage, userOf } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 20));
const { pass, through, visitOf, again, act, join, leave, copy, hiddenByServed } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;

describe('a stale entry stands in the place of a newer registration of the same visitor', () => {
  it('put there by another program while the queue is otherwise sound: the newer registration takes its place again', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const visit = await visitOf(await stage.call());
    for (const kind of ['enter', 'complete'] as const) await act(kind, visit);
    await stage.festival.register(kim, T2);
    await pass();
    await stage.festival.register(kim, T1);
    for (let each = 0; each < 2; each++) {
      await pass();
      expect([await stage.festival.waiting(), await copy()]).toEqual([[kim], [`${kim}@${T2}`]]);
    }
  });

  it('another program called the same ticket, too, and the place its visitor was put back to is of the same second: it does not come back beside that visit', async () => {
    const [kim, lee] = [stage.festival.appUser(), stage.festival.appUser()];
    await stage.festival.register(kim, T1);
    await stage.festival.register(lee, T1 + 0.25);
    for (const between of [0.5, 0.75, 0.875]) await stage.festival.register(stage.festival.appUser(), T1 + between);
    await pass();
    const visit = await visitOf(await stage.call());
    await stage.festival.serveAtBackend(kim, T1);
    stage.festival.advance(1_000);
    await act('put-back', visit, stage.kiosk, { place: 'after-three' });
    stage.festival.emptyQueueStore();
    for (let each = 0; each < 2; each++) {
      await pass();
      expect(await stage.festival.waiting()).not.toContain(kim);
      expect(await stage.festival.violations()).toEqual([]);
    }
    expect(userOf(await stage.call())).toBe(lee);
  });

  it('a: an older queue comes back: an app visitor, called and registered again since, still waits', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const older = stage.festival.saveQueueStore();
    const visit = await visitOf(await stage.call());
    await act('enter', visit);
    await act('complete', visit);
    stage.festival.advance(60_000);
    await stage.festival.register(kim, T2);
    await pass();
    expect(await copy()).toEqual([`${kim}@${T2}`]);
    stage.festival.advance(60_000);
    stage.festival.restoreQueueStore(older);
    await pass();
    stage.festival.advance(60_000);
    await pass();
    expect(await stage.festival.scores()).toEqual([T2]);
    expect(await copy()).toEqual([`${kim}@${T2}`]);
  });

  it('b: the same with a join at a kiosk', async () => {
    const ann = await stage.arrive('Ann');
    await pass();
    const older = stage.festival.saveQueueStore();
    await act('no-show', await visitOf(await stage.call()));
    stage.festival.advance(60_000);
    expect((await join(ann)).outcome).toBe('done');
    await pass();
    stage.festival.advance(60_000);
    stage.festival.restoreQueueStore(older);
    await pass();
    stage.festival.advance(60_000);
    await pass();
    expect(await stage.festival.waiting()).toEqual([ann]);
  });

  it('c: a call that meets the stale entry (restored from quarantine) does not take the newer registration with it', async () => {
    const kim = await hiddenByServed(T1, T2);
    const outcome = await stage.call();
    const isCalled = userOf(outcome) === kim;
    await pass();
    expect([isCalled, await stage.festival.waiting()]).not.toEqual([false, []]);
  });
});

describe('a put-back that nobody can settle', () => {
  it('does not lose its visitor when its lock is taken out of the way', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const visit = await visitOf(await stage.call());
    const dead = stage.festival.kiosk('dead');
    dead.ledgerFaults.fail('commit', 'death');
    await actOnVisit(dead, 'put-back', await again(visit), dead.ids.operationId());
    const unfit = async (): Promise<never> => Promise.reject(new StoreFailure('LEDGER_UNFIT', 'cannot be read', 'no'));
    const broken: ModelKiosk = { ...stage.kiosk, ledger: { ...stage.festival.ledger, settleVerdict: unfit } };
    for (let each = 0; each < 6; each++) {
      stage.festival.advance(60_000);
      await pass(broken);
    }
    expect(await stage.festival.locks()).toEqual([]);
    stage.festival.advance(60_000);
    await pass();
    expect(await stage.festival.lostVisitors()).toEqual([]);
  });
});

describe('the leading kiosk has lost the ledger, and nothing else', () => {
  it('does not keep everybody else from calling', async () => {
    const ann = await stage.arrive('Ann');
    const [one, two] = [stage.festival.kiosk('one'), stage.festival.kiosk('two')];
    for (const kiosk of [one, two]) await kiosk.queue.beat(kiosk.owner);
    expect((await pass(one, 'interval')).lead).toBe(true);
    one.ledgerFaults.down();
    stage.festival.emptyQueueStore();
    await one.queue.beat(one.owner);
    expect((await pass(one, 'interval')).problem).not.toBeNull();
    let code: string | null = null;
    for (let second = 0; second < 120; second++) {
      stage.festival.advance(1_000);
      // What the boards of both do with every reading of the queue.
      for (const kiosk of [one, two]) await kiosk.queue.beat(kiosk.owner);
      await pass(one, 'interval');
      await pass(two, 'interval');
      const outcome = await stage.call(two);
      code = codeOf(outcome);
      if (userOf(outcome) === ann) break;
    }
    expect(code).toBe(null);
  });
});

describe('a server replaced in the middle of a refill', () => {
  it('is not taken for verified because another reading of the same process looked at its mark', async () => {
    const ann = await stage.arrive('Ann');
    await pass();
    stage.festival.emptyQueueStore();
    const { run } = await stage.kiosk.queue.readMark();
    let replaced = false;
    const ledger = {
      ...stage.festival.ledger,
      listBoothCards: async () => {
        const cards = await stage.festival.ledger.listBoothCards();
        if (!replaced) {
          replaced = true;
          // Replaced once more; the board's reading of every second comes first on the new one.
          stage.festival.emptyQueueStore();
          await stage.kiosk.queue.readMark();
        }
        return cards;
      },
    };
    await refill({ queue: stage.kiosk.queue, ledger, logger: stage.kiosk.logger }, [stage.festival.boothId], 1, run, await stage.kiosk.queue.beginRefill('another')).catch(() => undefined);
    // Either calls wait, or Ann waits.
    const outcome = await stage.call({ ...stage.kiosk, verifyQueue: async () => false });
    expect([codeOf(outcome), userOf(outcome)]).not.toEqual(['QUEUE_EMPTY', null]);
    expect(ann).toBeGreaterThan(0);
  });
});

describe('merged, called, and an older queue', () => {
  it('one visit serves both registrations, whatever came back', async () => {
    const ann = await stage.arrive('Ann');
    const first = await visitOf(await stage.call());
    stage.festival.advance(1_000);
    await join(ann);
    await pass();
    const older = stage.festival.saveQueueStore();
    stage.festival.advance(1_000);
    await act('put-back', first);
    stage.festival.advance(1_000);
    const second = await visitOf(await stage.call());
    await act('enter', second);
    stage.festival.advance(60_000);
    await pass();
    stage.festival.restoreQueueStore(older);
    await pass();
    stage.festival.advance(60_000);
    await pass();
    expect(await stage.festival.waiting()).toEqual([]);
    expect(userOf(await stage.call())).toBe(null);
  });
});

describe('a late undo after a loss', () => {
  it('does not bring back somebody who left', async () => {
    const ann = await stage.arrive('Ann');
    const two = stage.festival.kiosk('two');
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.festival.ledger,
        async commit() {
          stage.festival.emptyQueueStore();
          await pass(two);
          expect((await leave(ann, two)).outcome).toBe('done');
          throw new StoreFailure('LEDGER_UNREACHABLE', 'refused', 'no');
        },
      },
    };
    await callNext(slow, { boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 }, slow.ids.operationId());
    await slow.operations.drain();
    expect(userOf(await stage.call(two))).toBe(null);
  });
});

describe('the queue is lost while somebody whom the ledger does not know is being called', () => {
  it('is set aside by the next call, as before', async () => {
    const stranger = 900_001;
    await stage.festival.register(stranger, T1);
    const kiosk: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.festival.ledger,
        async commit(lock, attempts) {
          stage.festival.emptyQueueStore();
          return stage.festival.ledger.commit(lock, attempts);
        },
      },
    };
    await stage.call(kiosk);
    await pass();
    expect(codeOf(await stage.call())).toBe('QUEUE_EMPTY');
    expect((await stage.festival.queue.readSetAside([stage.festival.boothId])).map(({ member, score }) => [member, score])).toEqual([[String(stranger), T1]]);
  });
});

describe('put back behind others while the queue is being copied', () => {
  it('the old place stays given up', async () => {
    for (const each of [0, 1, 2, 3, 4, 5]) await stage.festival.register(stage.festival.appUser(), T1 + each);
    const ann = await stage.arrive('Ann');
    for (let each = 0; each < 6; each++) await act('cancel', await visitOf(await stage.call()));
    for (const each of [0, 1, 2, 3, 4]) await stage.festival.register(stage.festival.appUser(), 1_790_000_100 + each);
    const two = stage.festival.kiosk('two');
    let visit: VisitRow | null = null;
    let calledOnce = false;
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.festival.ledger,
        async unservedTickets(boothId, limit) {
          if (!calledOnce) {
            calledOnce = true;
            visit = await visitOf(await stage.call(two));
          }
          return stage.festival.ledger.unservedTickets(boothId, limit);
        },
        async staleTickets(tickets) {
          stage.festival.advance(10);
          if (visit !== null && (await again(visit)).status === 'CALLED') await act('put-back', visit, two, { place: 'after-three' });
          return stage.festival.ledger.staleTickets(tickets);
        },
      },
    };
    await pass(slow);
    expect((await copy()).filter((each) => each.startsWith(`${ann}@`))).toHaveLength(1);
  });
});

describe('before a queue that came back was compared with the ledger', () => {
  it('nobody is told that they wait already, by an entry that is stale', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const older = stage.festival.saveQueueStore();
    await act('no-show', await visitOf(await stage.call()));
    stage.festival.advance(60_000);
    await pass();
    stage.festival.restoreQueueStore(older);
    const outcome = await join(kim);
    await pass();
    await pass();
    expect([outcome.outcome, await stage.festival.waiting()]).not.toEqual(['done', []]);
  });

  it('nobody is told that they do not wait any more, and called later', async () => {
    const ann = await stage.arrive('Ann');
    await pass();
    stage.festival.emptyQueueStore();
    expect(codeOf(await leave(ann))).not.toBe('NOT_IN_QUEUE');
    await pass();
  });
});

describe('before the refill', () => {
  it('nobody gets a third queue', async () => {
    const ann = await stage.arrive('Ann');
    const [second, third] = [await stage.festival.ledger.addBooth({ name: 'B', capacity: 1 }), await stage.festival.ledger.addBooth({ name: 'C', capacity: 1 })];
    await through(joinQueue(stage.kiosk, second, ann, 0, stage.kiosk.ids.operationId()));
    await pass();
    stage.festival.emptyQueueStore();
    const outcome = await through(joinQueue(stage.kiosk, third, ann, 0, stage.kiosk.ids.operationId()));
    await pass();
    expect(codeOf(outcome)).not.toBeNull();
  });
});
