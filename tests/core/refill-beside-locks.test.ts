/**
 * Goal: locks keep nobody out of a refill who is owed a place, whether an older queue brought them back or somebody begins one meanwhile.
 * Method: the core on the model stores, each case as it was found.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage, userOf } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 20));
const { pass, visitOf, act, copy } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;

describe('an older queue comes back with a lock that was ended since', () => {
  it('does not keep the newer registration of its visitor out of the refill', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const slow: ModelKiosk = { ...stage.kiosk };
    slow.queueFaults.fail('resolve', 'refused');
    const visit = await visitOf(await stage.call(slow));
    const older = stage.festival.saveQueueStore();
    await pass();
    await act('enter', visit);
    await act('complete', visit);
    await stage.festival.register(kim, T2);
    await pass();
    stage.festival.advance(1_000);
    stage.festival.restoreQueueStore(older);
    const other = stage.festival.kiosk('other');
    await other.queue.beat(stage.kiosk.owner);
    // The owner is alive as far as anybody knows: its lock is young, and is not looked after by others.
    await reconcile(other, { trigger: 'reconnect', refills: true });
    for (let each = 0; each < 2; each++) {
      stage.festival.advance(60_000);
      await pass();
    }
    expect([await stage.festival.scores(), await stage.festival.lostVisitors()]).toEqual([[T2], []]);
  });
});

describe('an older queue comes back with the lock of an entrance', () => {
  it('does not keep the ticket, put back since, out of the refill', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const visit = await visitOf(await stage.call());
    const dead = stage.festival.kiosk('dead');
    dead.queueFaults.fail('begin', 'death');
    await actOnVisit(dead, 'enter', visit, dead.ids.operationId());
    const older = stage.festival.saveQueueStore();
    await pass();
    await act('put-back', visit);
    stage.festival.restoreQueueStore(older);
    await reconcile(stage.festival.kiosk('other'), { trigger: 'reconnect', refills: true });
    for (let each = 0; each < 2; each++) {
      stage.festival.advance(60_000);
      await pass();
    }
    expect(await stage.festival.scores()).toEqual([T1]);
  });
});

describe('a lost queue is refilled while an old screen enters somebody who was put back', () => {
  it('puts them into the queue', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const visit = await visitOf(await stage.call());
    await act('undo-call', visit);
    stage.festival.emptyQueueStore();
    const dead = stage.festival.kiosk('dead');
    dead.queueFaults.fail('begin', 'death');
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.festival.ledger,
        async unservedTickets(boothId, limit) {
          if ((await stage.festival.locks()).length === 0) await actOnVisit(dead, 'enter', visit, dead.ids.operationId());
          return stage.festival.ledger.unservedTickets(boothId, limit);
        },
      },
    };
    stage.festival.advance(60_000);
    await pass(slow);
    stage.festival.advance(60_000);
    await pass();
    expect([await stage.festival.scores(), await copy(), await stage.festival.locks()]).toEqual([[T1], [`${kim}@${T1}`], []]);
  });
});

describe('an older queue comes back with the lock of a put-back', () => {
  it('does not have a ticket called since take the place of a newer registration', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    const first = await visitOf(await stage.call());
    const slow: ModelKiosk = { ...stage.kiosk };
    slow.queueFaults.fail('resolve', 'refused');
    await act('put-back', first, slow);
    const older = stage.festival.saveQueueStore();
    await pass();
    expect(userOf(await stage.call())).toBe(kim);
    stage.festival.restoreQueueStore(older);
    await stage.festival.register(kim, T2);
    for (let each = 0; each < 3; each++) {
      await pass();
      stage.festival.advance(60_000);
    }
    expect(await stage.festival.scores()).toEqual([T2]);
  });
});
