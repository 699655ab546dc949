/**
 * Goal: a pass ends within its time, and says so: what it had no time for is left as it was, and comes first in the next one.
 * Method: the core on the model stores, whose clock the test turns inside one call of a pass, by all the time a pass has.
 */
import { beforeEach, expect, it } from 'vitest';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import type { Ledger } from '../../electron/core/ledger.ts';
import { keepServing } from '../../electron/core/no-shows.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import type { QueueStore } from '../../electron/core/ports.ts';
import { PASS_BUDGET_MS, reconcile } from '../../electron/core/reconcile.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(10, 100));
const epoch = async () => (await stage.festival.ledger.readMirror()).epoch;
const copy = async (boothId = stage.festival.boothId) => (await stage.festival.ledger.unservedTickets(boothId, 1_000)).map((ticket) => ticket.userId);
const pass = (by: ModelKiosk = stage.kiosk) => reconcile(by, { trigger: 'interval', serving: stage.festival.boothId });

/** The kiosk when the first call of `method` takes `ms`. */
function slow(method: keyof Ledger | keyof QueueStore, ms: number): ModelKiosk {
  let isSlow = true;
  const late = <S extends object>(store: S): S =>
    new Proxy(store, {
      get(target, property, receiver): unknown {
        if (property === method && isSlow) {
          isSlow = false;
          stage.festival.advance(ms);
        }
        return Reflect.get(target, property, receiver);
      },
    });
  return { ...stage.kiosk, queue: late(stage.kiosk.queue), ledger: late(stage.kiosk.ledger) };
}

/** Calls of a kiosk that died in them. */
async function halfDone(count: number): Promise<void> {
  const { boothId, queue } = stage.festival;
  for (let made = 0; made < count; made++) {
    const operationId = stage.kiosk.ids.operationId();
    await queue.begin({ kind: 'call', operationId, owner: 'dead/1', boothId, generation: await stage.festival.generation(), userId: null, leastEpoch: 0, note: UNSIGNED });
  }
  stage.festival.advance(stage.kiosk.limits.graceMs);
}

async function register(count: number): Promise<number[]> {
  const ids = Array.from({ length: count }, () => stage.festival.appUser());
  for (const [index, id] of ids.entries()) await stage.festival.register(id, 1_700_000_000 + index);
  return ids;
}

it('settles no further lock and copies no queue once the time is used up; the next pass does the rest', async () => {
  const ids = await register(5);
  await pass();
  const [before, copied] = [await epoch(), await copy()];
  await halfDone(3);
  const late = stage.festival.appUser();
  await stage.festival.register(late, 1_700_000_009);

  expect(await pass(slow('settleVerdict', PASS_BUDGET_MS))).toMatchObject({ seen: 3, undone: 1, left: 2, lead: true, problem: null });
  expect(await stage.festival.locks()).toHaveLength(2);
  expect([await epoch(), await copy()]).toEqual([before, copied]);

  expect(await pass()).toMatchObject({ seen: 2, undone: 2, left: 0, problem: null });
  expect(await epoch()).toBeGreaterThan(before);
  expect(await copy()).toEqual([...ids, late]);
  expect(await stage.festival.waiting()).toEqual([...ids, late]);
  await stage.healthy();
});

it('has the time it has: a moment less, and all is done', async () => {
  await register(5);
  await halfDone(3);
  expect(await pass(slow('settleVerdict', PASS_BUDGET_MS - 1))).toMatchObject({ seen: 3, undone: 3, left: 0 });
  expect(await copy()).toHaveLength(5);
});

it('copies no further booth; the next pass copies the rest', async () => {
  const { queue, ledger } = stage.festival;
  const other = await ledger.addBooth({ name: 'Other booth', capacity: 3 });
  await pass();
  const [ann = 0] = await register(1);
  const ben = stage.festival.appUser();
  await queue.refill([{ boothId: other, userId: ben, score: 5 }]);

  expect(await pass(slow('snapshotQueue', PASS_BUDGET_MS))).toMatchObject({ problem: null });
  expect([await copy(), await copy(other)]).toEqual([[ann], []]);

  await pass();
  expect([await copy(), await copy(other)]).toEqual([[ann], [ben]]);
  // What had been copied was not read again.
  expect(stage.kiosk.queueFaults.calls.filter((call) => call === 'snapshotQueue')).toHaveLength(2 + 2);
});

/** The kiosk is at work for this long, saying so as often as it does. */
async function serve(ms: number): Promise<void> {
  for (let served = 0; served < ms; served += 5_000) {
    stage.festival.advance(5_000);
    await keepServing(stage.kiosk, stage.festival.boothId);
  }
}

it('tells nobody and counts nobody as absent without time; the next pass does', async () => {
  await keepServing(stage.kiosk, stage.festival.boothId);
  await stage.arrive('Ann');
  stage.festival.inbox.away = true;
  await stage.call();
  await stage.kiosk.operations.drain();
  stage.festival.inbox.away = false;
  await serve(NO_SHOW_MS);
  const visit = await stage.onlyVisit();

  const { queue } = stage.kiosk;
  const readLocks = async (limit: number) => {
    await serve(PASS_BUDGET_MS);
    return queue.readLocks(limit);
  };
  expect(await pass({ ...stage.kiosk, queue: { ...queue, readLocks } })).toMatchObject({ expired: 0, problem: null });
  expect(stage.festival.inbox.received).toEqual([]);
  expect(await stage.onlyVisit()).toMatchObject({ waitingId: visit.waitingId, status: 'CALLED' });

  expect(await pass()).toMatchObject({ expired: 1 });
  expect(stage.festival.inbox.received).toMatchObject([{ waitingId: visit.waitingId }]);
  expect(await stage.festival.live()).toEqual([]);
});

it('ends no backend’s lock without time; the next pass does', async () => {
  const ended: string[] = [];
  const foreign = ['a', 'b'].map((key, index) => ({ key, ticket: { boothId: stage.festival.boothId, userId: 900 + index, score: 5 }, fingerprint: key, unchangedMs: 60_000 }));
  const beside = (kiosk: ModelKiosk): ModelKiosk => ({
    ...kiosk,
    queue: {
      ...kiosk.queue,
      findForeignLocks: async () => foreign.filter(({ key }) => !ended.includes(key)),
      endForeignLock: async ({ key }) => ended.push(key) > 0,
    },
  });
  await pass(beside(slow('countInside', PASS_BUDGET_MS)));
  expect(ended).toEqual([]);
  await pass(beside(stage.kiosk));
  expect(ended).toEqual(['a', 'b']);
});
