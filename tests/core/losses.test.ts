/**
 * Goal: interleavings, crashes and losses of the queue that once lost, doubled or brought back somebody, blocked calls, or told what was
 * not so, do none of that.
 * Method: the core on the model stores, each case as it was found.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { keepServing } from '../../electron/core/no-shows.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import { type CallEvent, StoreFailure } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { refill } from '../../electron/core/refill.ts';
import type { VisitKind } from '../../electron/core/waiting.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { codeOf, modelStage, userOf } from '../support/model-stage.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 20));
const pass = (by: ModelKiosk = stage.kiosk, trigger: 'interval' | 'by-hand' = 'by-hand') => reconcile(by, { trigger });
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;
const through = async (outcome: Promise<Outcome>, by: ModelKiosk = stage.kiosk): Promise<Outcome> => {
  const ended = await outcome;
  if (ended.outcome === 'done') await ended.finished;
  await by.operations.drain();
  return ended;
};
const visitOf = async (outcome: Outcome): Promise<VisitRow> => {
  const visit = outcome.outcome === 'done' ? await stage.festival.ledger.readVisit(outcome.waitingId ?? 0) : null;
  if (visit === null) throw new Error(`no visit: ${outcome.outcome}`);
  return visit;
};
const again = async (visit: VisitRow): Promise<VisitRow> => {
  const found = await stage.festival.ledger.readVisit(visit.waitingId);
  if (found === null) throw new Error('no visit');
  return found;
};
const act = async (kind: VisitKind, visit: VisitRow, by: ModelKiosk = stage.kiosk, options = {}) => through(actOnVisit(by, kind, await again(visit), by.ids.operationId(), options), by);
const join = async (userId: number) => through(joinQueue(stage.kiosk, stage.festival.boothId, userId, await stage.festival.generation(), stage.kiosk.ids.operationId()));
const leave = async (userId: number, by: ModelKiosk = stage.kiosk) => through(leaveQueue(by, stage.festival.boothId, userId, await stage.festival.generation(), by.ids.operationId()), by);
const copy = async () => (await stage.festival.ledger.unservedTickets(stage.festival.boothId, 100)).map(({ userId, score }) => `${userId}@${score}`);

describe('a stale entry stands in the place of a newer registration of the same visitor', () => {
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
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    await act('no-show', await visitOf(await stage.call()));
    stage.festival.advance(60_000);
    await stage.festival.register(kim, T2);
    await pass();
    stage.festival.advance(60_000);
    // A backend's repair batch, or a supervisor's restore: the earlier score wins.
    await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: kim, score: T1 }]);
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

describe('leaving after registrations were merged', () => {
  it('ends both: a lost queue does not bring the visitor back', async () => {
    const ann = await stage.arrive('Ann');
    const visit = await visitOf(await stage.call());
    stage.festival.advance(1_000);
    await join(ann);
    await act('put-back', visit);
    stage.festival.advance(1_000);
    expect((await leave(ann)).outcome).toBe('done');
    stage.festival.advance(60_000);
    await pass();
    expect(await stage.festival.violations()).toEqual([]);
    stage.festival.emptyQueueStore();
    await pass();
    expect(await stage.festival.waiting()).toEqual([]);
  });
});

describe('no-shows', () => {
  it('an outage of 25 s in which the visitor came punishes nobody', async () => {
    const { boothId } = stage.festival;
    await keepServing(stage.kiosk, boothId);
    await stage.arrive('Ann');
    const visit = await visitOf(await stage.call());
    for (let served = 0; served < NO_SHOW_MS - 20_000; served += 5_000) {
      stage.festival.advance(5_000);
      await keepServing(stage.kiosk, boothId);
    }
    // The ledger is away: she stands before the booth, and nobody can let her in.
    stage.kiosk.ledgerFaults.down();
    stage.festival.advance(25_000);
    expect((await act('enter', visit).catch(() => ({ outcome: 'refused' }))).outcome).toBe('refused');
    stage.kiosk.ledgerFaults.heal();
    // The first thing that happens on reconnect is a pass.
    const { expired } = await reconcile(stage.kiosk, { trigger: 'reconnect', serving: boothId });
    expect(expired).toBe(0);
  });
});

describe('announcements', () => {
  it.each(['cancel', 'no-show', 'enter'] as const)('nobody is told to come after %s', async (kind) => {
    stage.festival.inbox.away = true;
    await stage.arrive('Ann');
    const visit = await visitOf(await stage.call());
    await stage.kiosk.operations.drain();
    await act(kind, visit);
    stage.festival.inbox.away = false;
    stage.festival.advance(11_000);
    await pass();
    expect(stage.festival.inbox.received).toEqual([]);
  });

  it('a call taken back while it is being sent does not reach the visitor last', async () => {
    const order: string[] = [];
    const slow = Promise.withResolvers<void>();
    const notifier = {
      async send(event: CallEvent) {
        if (event.kind === 'call') await slow.promise;
        order.push(event.kind);
      },
      close: async () => undefined,
    };
    const one: ModelKiosk = { ...stage.festival.kiosk('one'), notifier };
    const two: ModelKiosk = { ...stage.festival.kiosk('two'), notifier };
    await stage.arrive('Ann');
    const visit = await visitOf(await stage.call(one));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const undone = await actOnVisit(two, 'undo-call', await again(visit), two.ids.operationId());
    if (undone.outcome === 'done') await undone.finished;
    await two.operations.drain();
    slow.resolve();
    await one.operations.drain();
    stage.festival.advance(60_000);
    await pass(two);
    await two.operations.drain();
    expect(order.at(-1)).toBe('cancellation');
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
    await refill({ queue: stage.kiosk.queue, ledger, logger: stage.kiosk.logger }, [stage.festival.boothId], 1, run).catch(() => undefined);
    // Either calls wait, or Ann waits.
    const outcome = await stage.call({ ...stage.kiosk, verifyQueue: async () => false });
    expect([codeOf(outcome), userOf(outcome)]).not.toEqual(['QUEUE_EMPTY', null]);
    expect(ann).toBeGreaterThan(0);
  });
});

describe('passes that end early, and a loss', () => {
  it('the copy is kept up to date by the first pass after it', async () => {
    const kim = stage.festival.appUser();
    for (let each = 0; each < 10; each++) {
      await stage.festival.register(stage.festival.appUser(), T1 + each);
      stage.kiosk.ledgerFaults.fail('noteMirror', 'refused');
      await pass();
      stage.festival.advance(60_000);
    }
    stage.festival.emptyQueueStore();
    await pass();
    await stage.festival.register(kim, T2);
    let passes = 0;
    while (!(await copy()).some((each) => each.startsWith(`${kim}@`)) && passes < 30) {
      passes++;
      stage.festival.advance(60_000);
      await pass();
    }
    expect(passes).toBeLessThanOrEqual(1);
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

describe('calling again', () => {
  it('is heard, although the end of the first announcement could not be written', async () => {
    stage.kiosk.ledgerFaults.fail('endEvent', 'refused');
    await stage.arrive('Ann');
    const visit = await visitOf(await stage.call());
    await stage.kiosk.operations.drain();
    stage.festival.advance(5_000);
    await act('recall', visit);
    const ids = new Set(stage.festival.inbox.received.map(({ eventId }) => eventId));
    expect(ids.size).toBe(2);
  });
});

describe('passes on a slow line, at a festival where every queue changes', () => {
  it('every booth is copied sooner or later, and what is due is announced', async () => {
    const booths = [stage.festival.boothId];
    for (let each = 1; each < 10; each++) booths.push(await stage.festival.ledger.addBooth({ name: `B${each}`, capacity: 1 }));
    stage.festival.inbox.away = true;
    await stage.arrive('Ann');
    await stage.call();
    await stage.kiosk.operations.drain();
    stage.festival.inbox.away = false;
    const slow: ModelKiosk = {
      ...stage.kiosk,
      queue: {
        ...stage.festival.queue,
        snapshotQueue: async (boothId, epoch) => {
          stage.festival.advance(4_000);
          return stage.festival.queue.snapshotQueue(boothId, epoch);
        },
      },
    };
    let user = 1;
    for (let each = 0; each < 8; each++) {
      // Somebody joins everywhere, at most two queues each.
      for (const boothId of booths) await stage.festival.queue.refill([{ boothId, userId: user++, score: T1 + user }]);
      await pass(slow);
    }
    const copies = await Promise.all(booths.map(async (boothId) => (await stage.festival.ledger.unservedTickets(boothId, 100)).length));
    expect([copies.filter((count) => count === 0).length, stage.festival.inbox.received.length]).toEqual([0, 1]);
  });
});

describe('a slow pass that was overtaken by one with nothing to write', () => {
  it('takes nobody for gone who has come back since', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await stage.festival.register(stage.festival.appUser(), T1 + 1);
    await pass();
    stage.festival.advance(1_000);
    // A backend takes the visitor, and its repair puts them back.
    await stage.festival.takeOut(kim);
    const two = stage.festival.kiosk('two');
    let once = false;
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.festival.ledger,
        async writeMirror(change) {
          if (!once) {
            once = true;
            await stage.festival.register(kim, T1);
            stage.festival.advance(1_000);
            await pass(two);
          }
          return stage.festival.ledger.writeMirror(change);
        },
      },
    };
    await pass(slow);
    stage.festival.advance(60_000);
    await pass(two);
    expect(await copy()).toContain(`${kim}@${T1}`);
    stage.festival.emptyQueueStore();
    await pass(two);
    expect(await stage.festival.waiting()).toContain(kim);
  });
});

describe('a leading kiosk to which no receiver was configured', () => {
  it('does not keep others from trying again, or from showing that it failed', async () => {
    stage.festival.inbox.away = true;
    await stage.arrive('Ann');
    const visit = await visitOf(await stage.call());
    await stage.kiosk.operations.drain();
    stage.festival.inbox.away = false;
    const lead: ModelKiosk = { ...stage.festival.kiosk('lead'), notifier: null };
    await lead.queue.beat(lead.owner);
    for (let each = 0; each < 20; each++) {
      stage.festival.advance(60_000);
      for (const kiosk of [lead, stage.kiosk]) await kiosk.queue.beat(kiosk.owner);
      await pass(lead, 'interval');
      await pass(stage.kiosk, 'interval');
    }
    expect((await again(visit)).announced).not.toBe('pending');
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
