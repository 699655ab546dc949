/**
 * Goal: the steps of a pass that are for the whole festival: the copy of the queues, what becomes of a queue that was lost or rolled
 * back, who does all that, and that it costs the same however long a queue is that did not change.
 * Method: the core on the model stores; other programs write beside them; store calls are counted.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { SILENT_MS } from '../../shared/limits.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { checkAll } from '../../electron/core/check.ts';
import { joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { refillIfLost } from '../../electron/core/refill.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { codeOf, modelStage, userOf } from '../support/model-stage.ts';

/** What a pass of the leading kiosk asks of the stores, in order, when there is nothing to do. */
const QUIET_PASS = [
  ...['readLocks', 'takeLead', 'listBooths'],
  ...['readMirror', 'readMark'],
  'dueEvents',
  'readCaches',
  ...['nextEpoch', 'readFingerprints', 'noteMirror'],
  ...['readCounts', 'countInside'],
  'findForeignLocks',
  'forgetPhones',
  ...['noteServed', 'readBooth'],
  'writePass',
];
/** Passes after which every queue is read again, changed or not. */
const PASSES_TO_TRUST = 10;

const stage = modelStage();
beforeEach(() => stage.reopen(3, 1_000));
const pass = (by: ModelKiosk = stage.kiosk, trigger: 'interval' | 'by-hand' = 'interval') => reconcile(by, { trigger });
const copy = async () => (await stage.festival.ledger.unservedTickets(stage.festival.boothId, 1_000)).map((ticket) => ticket.userId);

/** Visitors of the app: another program puts them into the queue. */
async function registerThroughApp(count: number, firstScore = 1_700_000_000): Promise<number[]> {
  const ids = Array.from({ length: count }, () => stage.festival.appUser());
  for (const [index, id] of ids.entries()) await stage.festival.register(id, firstScore + index);
  return ids;
}

/** A visitor of the app who registers at the kiosk. */
async function joinAtKiosk(userId: number): Promise<number> {
  const { kiosk, festival } = stage;
  const outcome = await joinQueue(kiosk, festival.boothId, userId, await festival.generation(), kiosk.ids.operationId());
  expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
  return userId;
}

describe('the copy of the queues', () => {
  it('holds who registered through another program, and lets go who left through it', async () => {
    const [kim = 0, lee = 0] = await registerThroughApp(2);
    await pass();
    expect(await copy()).toEqual([kim, lee]);
    stage.festival.advance(1_000);
    await stage.festival.takeOut(kim);
    await pass();
    expect(await copy()).toEqual([lee]);
    // Back by the same registration: the same ticket waits again.
    await stage.festival.register(kim, 1_700_000_000);
    await pass();
    expect(await copy()).toEqual([kim, lee]);
  });

  it('never takes a visitor of the kiosk for somebody who left: they have no app to leave through', async () => {
    const ann = await stage.arrive('Ann');
    await stage.festival.takeOut(ann);
    stage.festival.advance(1_000);
    await pass();
    expect(await copy()).toEqual([ann]);
    expect(await stage.festival.violations()).toEqual([expect.stringContaining('nobody-lost')]);
  });

  it('keeps whom an action holds, and whoever registers while it is being written', async () => {
    const [kim = 0] = await registerThroughApp(2);
    await pass();
    const dead = stage.festival.kiosk('dead');
    dead.ledgerFaults.fail('commit', 'late');
    dead.ledgerFaults.fail('settleVerdict', 'refused', Infinity);
    await callNext(dead, { boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 }, dead.ids.operationId());
    await dead.operations.drain();
    expect(await stage.festival.locks()).toMatchObject([{ userId: kim }]);
    const snapshot = stage.kiosk.queue.snapshotQueue.bind(stage.kiosk.queue);
    const late: number[] = [];
    const slow: ModelKiosk = {
      ...stage.kiosk,
      queue: {
        ...stage.festival.queue,
        snapshotQueue: async (boothId, epoch) => {
          const seen = await snapshot(boothId, epoch);
          stage.festival.advance(10);
          // One without and one with an app: only the first could not have left by it.
          late.push(await stage.arrive('Late'), await joinAtKiosk(stage.festival.appUser()));
          return seen;
        },
      },
    };
    await pass(slow);
    expect(await copy()).toEqual(expect.arrayContaining([kim, ...late]));
  });

  it('is never overwritten by an older pass', async () => {
    await registerThroughApp(1);
    await pass();
    const { epoch } = await stage.festival.ledger.readMirror();
    const older = { boothId: stage.festival.boothId, epoch, arrived: [], gone: await stage.festival.ledger.unservedTickets(stage.festival.boothId, 10), readAtMs: Number.MAX_SAFE_INTEGER };
    expect(await stage.festival.ledger.writeMirror(older)).toBe(false);
    expect(await copy()).toHaveLength(1);
  });

  it('costs these store calls while nothing changes, for ten who wait and for a thousand', async () => {
    const serving = stage.festival.boothId;
    const quietPass = async (): Promise<readonly string[]> => {
      const before = stage.kiosk.process.ran.length;
      expect(await reconcile(stage.kiosk, { trigger: 'interval', serving })).toMatchObject({ lead: true, problem: null });
      await stage.kiosk.operations.drain();
      return stage.kiosk.process.ran.slice(before);
    };
    await registerThroughApp(10);
    await quietPass();
    expect(await quietPass()).toEqual(QUIET_PASS);
    await registerThroughApp(990, 1_700_001_000);
    expect(await quietPass()).not.toEqual(QUIET_PASS);
    expect(await quietPass()).toEqual(QUIET_PASS);
    expect(await copy()).toHaveLength(1_000);
  });

  it('is compared in full by every tenth pass, for a change in the middle that leaves length, ends and version as they were', async () => {
    const [first = 0, middle = 0, last = 0] = await registerThroughApp(3);
    const other = stage.festival.appUser();
    await pass();
    const seen = () => stage.festival.queue.readFingerprints([stage.festival.boothId]);
    const before = await seen();
    stage.festival.advance(1_000);
    await stage.festival.takeOut(middle);
    await stage.festival.register(other, 1_700_000_001);
    expect(await seen()).toEqual(before);
    for (let passes = 2; passes < PASSES_TO_TRUST; passes++) await pass();
    expect(await copy()).toEqual([first, middle, last]);
    await pass();
    expect(await copy()).toEqual([first, other, last]);
    const reads = () => stage.kiosk.queueFaults.calls.filter((call) => call === 'snapshotQueue').length;
    expect(reads()).toBe(2);
    for (let passes = 0; passes < PASSES_TO_TRUST; passes++) await pass();
    expect(reads()).toBe(3);
  });
});

describe('a queue store that lost its data', () => {
  it('calls nobody until it was refilled: everybody back in order, nobody who was called, and the window is told', async () => {
    const [kim = 0, lee = 0, park = 0] = await registerThroughApp(3);
    await pass();
    expect(userOf(await stage.call())).toBe(kim);
    const left = await leaveQueue(stage.kiosk, stage.festival.boothId, park, await stage.festival.generation(), stage.kiosk.ids.operationId());
    expect(left.outcome === 'done' && (await left.finished)).toBe(true);
    const order = await stage.festival.scores();
    const { atMs } = await stage.festival.ledger.readMirror();
    stage.festival.advance(30_000);
    stage.festival.emptyQueueStore();
    expect(await stage.festival.waiting()).toEqual([]);
    // A kiosk without the means to verify refuses; nothing is taken.
    const helpless: ModelKiosk = { ...stage.kiosk, verifyQueue: async () => false };
    expect(codeOf(await stage.call(helpless))).toBe('QUEUE_UNVERIFIED');
    expect(await pass()).toMatchObject({ lead: true, refilled: 1 });
    expect(await stage.festival.waiting()).toEqual([lee]);
    expect(await stage.festival.scores()).toEqual(order);
    const nowMs = (await stage.festival.ledger.readMirror()).nowMs;
    expect(await stage.festival.ledger.readIncidents(5)).toMatchObject([{ kind: 'refill', fromMs: atMs, toMs: nowMs, tickets: 1 }]);
    expect(userOf(await stage.call())).toBe(lee);
    await stage.healthy();
  });

  it('a tap finds out by itself, and is served', async () => {
    const ann = await stage.arrive('Ann');
    stage.festival.emptyQueueStore();
    expect(userOf(await stage.call())).toBe(ann);
    await stage.healthy();
  });

  it('and counts what is inside again', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const visit = await stage.onlyVisit();
    await stage.enter(visit);
    expect(await stage.festival.count()).toBe(1);
    stage.festival.emptyQueueStore();
    expect(await stage.festival.count()).toBe(0);
    expect(await pass()).toMatchObject({ recounted: 1, drift: 1 });
    expect(await stage.festival.count()).toBe(1);
  });

  it('that came back older brings nobody back who was called since', async () => {
    const [kim = 0, lee = 0] = await registerThroughApp(2);
    await pass();
    const older = stage.festival.saveQueueStore();
    expect(userOf(await stage.call())).toBe(kim);
    await pass();
    stage.festival.restoreQueueStore(older);
    expect(await stage.festival.waiting()).toEqual([kim, lee]);
    const report = await checkAll(stage.kiosk);
    expect(report).toMatchObject({ ok: false, evidence: expect.arrayContaining([expect.stringContaining('calls wait')]) });
    await pass();
    expect(await stage.festival.waiting()).toEqual([lee]);
    expect(await checkAll(stage.kiosk)).toMatchObject({ ok: true });
    await stage.healthy();
  });

  it('nothing is taken for gone while it is not verified', async () => {
    const ids = await registerThroughApp(3);
    await pass();
    stage.festival.emptyQueueStore();
    const blind: ModelKiosk = { ...stage.kiosk, queue: { ...stage.festival.queue, readMark: async () => ({ epoch: 99, sameRun: true, run: 'x' }) } };
    // This pass does not see that the store is another one; its look at the queue does.
    await pass(blind);
    expect(await copy()).toEqual(ids);
    expect(await refillIfLost(stage.kiosk, [stage.festival.boothId])).toMatchObject({ refilled: 3 });
  });

  it('what was begun on it before cannot be committed once it was refilled: with its process nobody would know of it', async () => {
    const dying = stage.festival.kiosk('dying');
    const userId = stage.festival.appUser();
    const begun = await dying.queue.begin({ kind: 'join', boothId: stage.festival.boothId, userId, generation: await stage.festival.generation(), note: UNSIGNED, operationId: dying.ids.operationId(), owner: dying.owner });
    if (begun.outcome !== 'begun') throw new Error(begun.outcome);
    stage.festival.emptyQueueStore();
    await pass();
    expect(await dying.ledger.commit(begun.lock)).toMatchObject({ outcome: 'stale' });
    expect(await copy()).toEqual([]);
  });

  it('nor can a visitor be put back by what was begun before', async () => {
    const [kim = 0] = await registerThroughApp(1);
    await pass();
    const { boothId, ledger } = stage.festival;
    const call = await stage.call();
    await pass();
    const [visit] = (await ledger.readBooth(boothId))?.live ?? [];
    if (userOf(call) !== kim || visit === undefined) throw new Error('nobody was called');
    const dying = stage.festival.kiosk('dying');
    const { waitingId, score, revision } = visit;
    const begun = await dying.queue.begin({ kind: 'put-back', boothId, userId: kim, waitingId, score, returnScore: score ?? 0, place: 'original', generation: revision, note: UNSIGNED, operationId: dying.ids.operationId(), owner: dying.owner });
    if (begun.outcome !== 'begun') throw new Error(begun.outcome);
    stage.festival.emptyQueueStore();
    await pass();
    expect(await dying.ledger.commit(begun.lock)).toMatchObject({ outcome: 'stale' });
    expect(await copy()).toEqual([]);
  });

  it('nor what was begun after another kiosk had refilled it, when it is lost again before this one is through', async () => {
    const [kim = 0] = await registerThroughApp(1);
    await pass();
    stage.festival.emptyQueueStore();
    const dying = stage.festival.kiosk('dying');
    const userId = stage.festival.appUser();
    let begun: Awaited<ReturnType<typeof dying.queue.begin>> | null = null;
    const slow = {
      ...stage.kiosk,
      ledger: {
        ...stage.kiosk.ledger,
        fenceBooths: async (boothIds: readonly number[]): Promise<void> => {
          await stage.kiosk.ledger.fenceBooths(boothIds);
          if (begun !== null) return;
          await refillIfLost(dying, boothIds);
          begun = await dying.queue.begin({ kind: 'join', boothId: stage.festival.boothId, userId, generation: await stage.festival.generation(), note: UNSIGNED, operationId: dying.ids.operationId(), owner: dying.owner });
          stage.festival.flushQueueStore();
        },
      },
    };
    await refillIfLost(slow, [stage.festival.boothId]).catch(() => undefined);
    const join = begun as Awaited<ReturnType<typeof dying.queue.begin>> | null;
    if (join?.outcome !== 'begun') throw new Error(join?.outcome ?? 'nothing was begun');
    const { outcome } = await dying.ledger.commit(join.lock);
    // Whatever became of the slow refill, the next one finds what the history has.
    await pass();
    const waiting = (await stage.kiosk.queue.readQueue(stage.festival.boothId, 10)).entries.map((entry) => entry.userId);
    expect(waiting).toEqual(outcome === 'committed' ? [kim, userId] : [kim]);
  });

  it('is refilled though one lock that came back with it cannot be ended', async () => {
    const [, lee = 0] = await registerThroughApp(2);
    await pass();
    const dead = stage.festival.kiosk('dead');
    await dead.queue.begin({ kind: 'call', boothId: stage.festival.boothId, userId: null, leastEpoch: 0, generation: await stage.festival.generation(), note: UNSIGNED, operationId: dead.ids.operationId(), owner: dead.owner });
    stage.festival.restoreQueueStore(stage.festival.saveQueueStore());
    const unfit = { ...stage.kiosk, queue: { ...stage.kiosk.queue, resolve: () => Promise.reject(new StoreFailure('QUEUE_STORE_UNFIT', 'kiosk:quarantine:1 is a string, not a hash', 'no')) } };
    await pass(unfit);
    expect(userOf(await stage.call())).toBe(lee);
  });

  it('nobody is called whom a late refill put back after they had left', async () => {
    const [kim = 0, lee = 0] = await registerThroughApp(2);
    await pass();
    stage.festival.emptyQueueStore();
    const [two, { boothId }] = [stage.festival.kiosk('two'), stage.festival];
    let isThrough = false;
    const slow: ModelKiosk = { ...stage.kiosk, queue: { ...stage.kiosk.queue, refill: async (tickets) => {
      if (!isThrough) {
        isThrough = true;
        await refillIfLost(two, [boothId]);
        const left = await leaveQueue(two, boothId, kim, await stage.festival.generation(), two.ids.operationId());
        expect(left.outcome === 'done' && (await left.finished)).toBe(true);
      }
      return stage.kiosk.queue.refill(tickets);
    } } };
    await refillIfLost(slow, [boothId]).catch(() => undefined);
    expect(await stage.festival.waiting()).toEqual([kim, lee]);
    expect(userOf(await stage.call(two))).toBe(lee);
    await two.operations.drain();
    expect(await stage.festival.waiting()).toEqual([]);
  });

  it('is refilled once, however many kiosks see it', async () => {
    const ids = await registerThroughApp(3);
    await pass();
    stage.festival.emptyQueueStore();
    const [one, two] = [stage.festival.kiosk('two'), stage.festival.kiosk('three')];
    const reports = await Promise.all([pass(one, 'by-hand'), pass(two, 'by-hand'), pass(stage.kiosk, 'by-hand')]);
    expect(reports.reduce((sum, { refilled }) => sum + refilled, 0)).toBe(3);
    expect(await stage.festival.waiting()).toEqual(ids);
  });
});

describe('who does the festival-wide work', () => {
  it('one kiosk, until it falls silent; a death is settled within that time by another', async () => {
    const [one, two] = [stage.festival.kiosk('one'), stage.festival.kiosk('two')];
    for (const kiosk of [one, two]) await kiosk.queue.beat(kiosk.owner);
    expect((await pass(one)).lead).toBe(true);
    expect((await pass(two)).lead).toBe(false);
    const ann = await stage.arrive('Ann');
    one.ledgerFaults.fail('commit', 'refused');
    one.queueFaults.fail('resolve', 'refused', Infinity);
    await stage.call(one);
    expect(await pass(two)).toMatchObject({ lead: false, seen: 1, left: 1 });
    stage.festival.advance(SILENT_MS);
    await two.queue.beat(two.owner);
    expect(await pass(two)).toMatchObject({ lead: true, undone: 1, left: 0 });
    expect(await stage.festival.waiting()).toEqual([ann]);
    // The first comes back to life, and does not take the work away.
    await one.queue.beat(one.owner);
    one.queueFaults.heal();
    expect((await pass(one)).lead).toBe(false);
  });

  it('a person who asks gets everything done, whoever leads', async () => {
    const two = stage.festival.kiosk('two');
    await stage.kiosk.queue.beat(stage.kiosk.owner);
    await pass();
    const [kim = 0] = await registerThroughApp(1);
    await pass(two, 'by-hand');
    expect(await copy()).toEqual([kim]);
  });
});
