/**
 * Goal: what the kiosks do by themselves (tell visitors, count them absent, copy the queue) is not undone, kept back or done twice
 * by deaths, losses and slow passes.
 * Method: the core on the model stores, each case as it was found.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { announceDue } from '../../electron/core/announce.ts';
import { keepServing } from '../../electron/core/no-shows.ts';
import { type CallEvent } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 20));
const { pass, visitOf, again, act, join, leave, copy } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;

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
      await announceDue(stage.kiosk, () => true);
    }
    expect((await again(visit)).announced).not.toBe('pending');
  });
});
