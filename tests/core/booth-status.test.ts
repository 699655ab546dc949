/**
 * Goal: a booth that is opened, paused or closed is so at every kiosk from then on, and whoever waits when it closes is dismissed and told
 * once, whoever dies in the middle; the caches other programs read follow.
 * Method: the core on the model stores, with faults at every store call of a closing.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { PhaseChange } from '../../shared/snapshot.ts';
import { phaseOf } from '../../electron/core/booth-phase.ts';
import { changeBooth, dismissWaiting } from '../../electron/core/booth-status.ts';
import { joinAsWalkIn } from '../../electron/core/join-queue.ts';
import { type SoftLock, StoreFailure } from '../../electron/core/ports.ts';
import { PASS_BUDGET_MS, reconcile } from '../../electron/core/reconcile.ts';
import { refillIfLost } from '../../electron/core/refill.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { codeOf, modelStage, userOf } from '../support/model-stage.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(3, 10));
const REASON = '비가 와서';

async function make(change: PhaseChange, reason: string | null = null, by: ModelKiosk = stage.kiosk) {
  const changed = await changeBooth(by, stage.festival.boothId, { change, reason, staff: '소라' });
  const dismissed = changed.ok ? ((await changed.value.dismissal) ?? null) : null;
  await by.operations.drain();
  return changed.ok ? { code: null, ...changed.value, dismissed } : { code: changed.error.code, params: changed.error.params, dismissed };
}
const phase = async () => {
  const booth = (await stage.festival.ledger.readBooth(stage.festival.boothId))?.booth;
  if (booth === undefined) throw new Error('no booth');
  return phaseOf(booth);
};
const cache = async () => (await stage.festival.queue.readCaches([stage.festival.boothId]))[0];
const pass = (by: ModelKiosk = stage.kiosk) => reconcile(by, { trigger: 'by-hand' });
const add = async (name: string) => joinAsWalkIn(stage.kiosk, stage.festival.boothId, name, await stage.festival.generation(), stage.kiosk.ids.operationId());
const told = () => [...new Set(stage.festival.inbox.received.filter(({ kind }) => kind === 'dismissal').map(({ userId }) => userId))].toSorted((a, b) => a - b);

/** The kiosk, with something that happens before each of its commits. */
function beforeCommit(happens: (nth: number) => Promise<void>): ModelKiosk {
  let commits = 0;
  const ledger = new Proxy(stage.kiosk.ledger, {
    get(target, property, receiver): unknown {
      const member: unknown = Reflect.get(target, property, receiver);
      if (property !== 'commit') return member;
      return async (lock: SoftLock) => {
        await happens(++commits);
        return target.commit(lock);
      };
    },
  });
  return { ...stage.kiosk, ledger };
}

describe('the phases', () => {
  it('pause: nobody is called, with the reason, at any kiosk; who is inside goes on, and visitors join; resuming ends it', async () => {
    await stage.arrive('Ann');
    await stage.call();
    await stage.arrive('Ben');
    expect(await make('pause', REASON)).toMatchObject({ code: null, followed: true });
    expect(await phase()).toMatchObject({ phase: 'paused', reason: REASON, since: expect.any(Number), lastCall: false });
    const refused = await stage.call(stage.festival.kiosk('two'));
    expect(refused).toMatchObject({ outcome: 'refused', error: { code: 'BOOTH_PAUSED', params: { reason: REASON } } });
    expect((await stage.enter(await stage.onlyVisit())).outcome).toBe('done');
    expect((await add('Cem')).outcome).toBe('done');
    expect(await cache()).toMatchObject({ status: 'OPEN', listed: true });
    await make('resume');
    expect(await phase()).toMatchObject({ phase: 'open', reason: null, since: null });
    expect((await stage.call()).outcome).toBe('done');
    await stage.healthy();
  });

  it('last call: nobody new registers, here or by the app’s list; who waits is called to the last', async () => {
    const ann = await stage.arrive('Ann');
    await make('last-call');
    expect(await phase()).toMatchObject({ phase: 'last-call', lastCall: true });
    expect(codeOf(await add('Ben'))).toBe('BOOTH_LAST_CALL');
    expect(await cache()).toMatchObject({ status: 'OPEN', listed: false });
    expect(userOf(await stage.call())).toBe(ann);
    await make('pause', REASON);
    expect(await phase()).toMatchObject({ phase: 'paused', lastCall: true });
    await make('resume');
    expect(await phase()).toMatchObject({ phase: 'last-call' });
    await make('open');
    expect((await add('Ben')).outcome).toBe('done');
    expect(await cache()).toMatchObject({ status: 'OPEN', listed: true });
  });

  it('close: with people waiting it needs a reason; they are dismissed, told why, and on record; who was called comes in', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const waiting = [await stage.arrive('Ben'), await stage.arrive('Cem')];
    expect(await make('close')).toMatchObject({ code: 'PEOPLE_WAITING', params: { waiting: 2 } });
    expect(await phase()).toMatchObject({ phase: 'open' });
    expect(await make('close', REASON)).toMatchObject({ code: null, waiting: 2, dismissed: 2 });
    expect(await stage.festival.waiting()).toEqual([]);
    expect(told()).toEqual(waiting);
    expect(stage.festival.inbox.received.find(({ kind }) => kind === 'dismissal')).toMatchObject({ boothName: 'Test booth', reason: REASON });
    expect(await phase()).toMatchObject({ phase: 'closed', reason: REASON, dismissing: false });
    expect(await cache()).toMatchObject({ status: 'CLOSED', listed: false });
    const journal = (await stage.festival.ledger.readTrace({ userId: waiting[0] ?? 0 }))?.journal;
    expect(journal?.at(-1)).toMatchObject({ kind: 'dismiss', outcome: 'finished', staff: '소라', reason: REASON });
    expect(codeOf(await add('Dan'))).toBe('BOOTH_CLOSED');
    await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: stage.festival.appUser(), score: 1_700_000_000 }]);
    expect(codeOf(await stage.call())).toBe('BOOTH_CLOSED');
    await stage.festival.takeOut((await stage.festival.waiting())[0] ?? 0);
    expect((await stage.enter(await stage.onlyVisit())).outcome).toBe('done');
    await stage.healthy();
    expect(await stage.festival.lostVisitors()).toEqual([]);
  });

  it('close without anybody waiting needs no reason; opening again takes it back', async () => {
    expect(await make('close')).toMatchObject({ code: null, waiting: 0, dismissed: 0 });
    expect(await make('pause', REASON)).toMatchObject({ code: 'BOOTH_CLOSED' });
    await make('open');
    expect(await phase()).toMatchObject({ phase: 'open' });
    expect((await add('Ann')).outcome).toBe('done');
    expect((await stage.call()).outcome).toBe('done');
  });

  it('a booth that is not there', async () => {
    expect(await changeBooth(stage.kiosk, 999, { change: 'open', reason: null, staff: null })).toMatchObject({ ok: false, error: { code: 'BOOTH_NOT_FOUND' } });
  });
});

describe('what does not go through at once', () => {
  it('Redis loses its data and is refilled while a closing looks at the queue: it goes on with those who are back', async () => {
    const waiting = [await stage.arrive('Ann'), await stage.arrive('Ben')];
    const [two, { boothId, ledger }] = [stage.festival.kiosk('two'), stage.festival];
    await ledger.changeBooth({ boothId, change: 'close', operationId: two.ids.operationId(), staff: null, reason: REASON, waiting: 2, owner: two.owner });
    stage.festival.flushQueueStore();
    let isRefilled = false;
    const slow: ModelKiosk = { ...stage.kiosk, queue: { ...stage.kiosk.queue, readMark: async () => {
      if (!isRefilled) await refillIfLost(two, [boothId]);
      isRefilled = true;
      return stage.kiosk.queue.readMark();
    } } };
    expect(await dismissWaiting(slow, boothId, () => true)).toBe(true);
    expect(await stage.festival.waiting()).toEqual([]);
    await slow.operations.drain();
    await pass();
    expect(told()).toEqual(waiting);
  });

  it('Redis away: the status holds, and a pass brings the caches and dismisses who waits', async () => {
    await stage.arrive('Ann');
    await pass();
    stage.kiosk.queueFaults.down();
    expect(await make('close', REASON)).toMatchObject({ code: null, followed: false, waiting: 1, dismissed: 0 });
    expect(stage.kiosk.wanted()).toBeGreaterThan(0);
    expect(await phase()).toMatchObject({ phase: 'closed', dismissing: true });
    const other = stage.festival.kiosk('two');
    expect(await pass(other)).toMatchObject({ problem: null });
    await other.operations.drain();
    expect([await stage.festival.waiting(), told().length, await phase()]).toMatchObject([[], 1, { dismissing: false }]);
    expect(await cache()).toMatchObject({ status: 'CLOSED', listed: false });
  });

  it('a kiosk that does not lead goes on with its own closing, too', async () => {
    const ann = await stage.arrive('Ann');
    const leader = stage.festival.kiosk('leader');
    await reconcile(leader, { trigger: 'interval' });
    stage.kiosk.queueFaults.down();
    await make('close', REASON);
    stage.kiosk.queueFaults.heal();
    await leader.queue.beat(leader.owner);
    expect(await reconcile(stage.kiosk, { trigger: 'failed-tap' })).toMatchObject({ lead: false, problem: null });
    await stage.kiosk.operations.drain();
    expect([await stage.festival.waiting(), told(), (await cache())?.status]).toEqual([[], [ann], 'CLOSED']);
  });

  it('caches that lag behind the row another program wrote are put right by a pass, after two looks', async () => {
    await pass();
    await stage.festival.queue.restoreBooths([{ boothId: stage.festival.boothId, name: '', capacity: 1, status: 'CLOSED', description: '', universityName: '', listed: false }]);
    await pass();
    expect(await cache()).toMatchObject({ status: 'OPEN', listed: true });
    expect(stage.festival.logged).toContain('warn booth-caches-restored');
  });

  it('a queue that was lost says nothing: nobody comes back to a booth whose closing is over', async () => {
    const ids = [await stage.arrive('Ann'), await stage.arrive('Ben')];
    await pass();
    stage.festival.emptyQueueStore();
    await make('close', REASON);
    await pass();
    await stage.kiosk.operations.drain();
    expect([await stage.festival.waiting(), told(), await phase()]).toMatchObject([[], ids, { dismissing: false }]);
    expect(await stage.festival.lostVisitors()).toEqual([]);
  });

  it('opened again in the middle: who was not dismissed yet keeps the place', async () => {
    const [ann, ben] = [await stage.arrive('Ann'), await stage.arrive('Ben')];
    const by = beforeCommit(async (nth) => {
      if (nth === 2) await changeBooth(stage.festival.kiosk('two'), stage.festival.boothId, { change: 'open', reason: null, staff: null });
    });
    expect(await make('close', REASON, by)).toMatchObject({ dismissed: 1 });
    expect(await stage.festival.waiting()).toEqual([ben]);
    expect(told()).toEqual([ann]);
    expect(await phase()).toMatchObject({ phase: 'open' });
    await stage.healthy();
  });

  it('a long queue is dismissed in bounded steps: what there was no time for goes on with the next pass', async () => {
    const ids = [await stage.arrive('Ann'), await stage.arrive('Ben'), await stage.arrive('Cem')];
    const by = beforeCommit(async () => stage.festival.advance(PASS_BUDGET_MS));
    expect(await make('close', REASON, by)).toMatchObject({ waiting: 3, dismissed: 1 });
    expect(await stage.festival.waiting()).toHaveLength(2);
    await pass();
    await stage.kiosk.operations.drain();
    expect([await stage.festival.waiting(), told()]).toEqual([[], ids]);
  });

  it('pressed again by another kiosk it goes on; together they dismiss everybody once', async () => {
    const ids = [await stage.arrive('Ann'), await stage.arrive('Ben'), await stage.arrive('Cem')];
    const two = stage.festival.kiosk('two');
    const both = await Promise.all([make('close', REASON), make('close', REASON, two)]);
    await pass();
    await Promise.all([stage.kiosk.operations.drain(), two.operations.drain()]);
    expect(both.reduce((sum, { dismissed }) => sum + (dismissed ?? 0), 0)).toBe(3);
    expect([await stage.festival.waiting(), told()]).toEqual([[], ids]);
    expect(stage.festival.inbox.received.filter(({ kind }) => kind === 'dismissal')).toHaveLength(3);
  });

  it.each([['refused', 'LEDGER_UNREACHABLE', 'open'], ['lost', 'OUTCOME_UNKNOWN', 'closed'], ['late', 'OUTCOME_UNKNOWN', 'open']] as const)('the change itself is %s: %s', async (fault, code, became) => {
    stage.kiosk.ledgerFaults.fail('changeBooth', fault);
    const answer = await make('close').then(({ code: said }) => said, (error: unknown) => (error instanceof StoreFailure ? error.code : error));
    expect([answer, (await phase()).phase]).toEqual([code, became]);
    expect(await make('close')).toMatchObject({ code: null });
    await stage.kiosk.ledgerFaults.deliver();
    await pass();
    expect(await phase()).toMatchObject({ phase: 'closed', dismissing: false });
  });

  it('the telling fails: it is tried again by whoever leads', async () => {
    const ann = await stage.arrive('Ann');
    stage.festival.inbox.away = true;
    await make('close', REASON);
    expect(told()).toEqual([]);
    stage.festival.inbox.away = false;
    stage.festival.advance(60_000);
    await pass();
    expect(told()).toEqual([ann]);
  });

});

describe('a kiosk that dies in a closing', () => {
  /** The store calls of a closing of two who wait, in order; some are made more than once. */
  const CALLS = 60;
  it('at any store call: nobody is lost, and the closing is whole or was never begun', { timeout: 180_000 }, async () => {
    let points = 0;
    for (let at = 1; at <= CALLS; at += 1) {
      await stage.reopen(3);
      const ids = [await stage.arrive('Ann'), await stage.arrive('Ben')];
      await pass();
      const victim = stage.festival.kiosk('victim');
      dieAt(victim, at);
      await changeBooth(victim, stage.festival.boothId, { change: 'close', reason: REASON, staff: null }).then(
        async (changed) => (changed.ok ? changed.value.dismissal : null),
        () => null,
      );
      await victim.operations.drain();
      if (!victim.process.dead) break;
      points += 1;
      for (let each = 0; each < 2; each += 1) {
        stage.festival.advance(60_000);
        await pass();
        await stage.kiosk.operations.drain();
      }
      const isOpen = (await phase()).phase === 'open';
      expect([at, await stage.festival.waiting(), told(), (await phase()).dismissing]).toEqual(isOpen ? [at, ids, [], false] : [at, [], ids, false]);
      expect(await stage.festival.lostVisitors()).toEqual([]);
      await stage.healthy();
    }
    expect(points).toBeGreaterThan(15);
    expect(points).toBeLessThan(CALLS);
  });
});

/** The process dies with its nth store call, which still runs. */
function dieAt(kiosk: ModelKiosk, n: number): void {
  const { process } = kiosk;
  const push = process.ran.push.bind(process.ran);
  Object.assign(process.ran, {
    push: (...methods: string[]) => {
      const length = push(...methods);
      if (length >= n) process.dead = true;
      return length;
    },
  });
}
