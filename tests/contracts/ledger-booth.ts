/** What staff make of a booth: every commit goes by it from then on; and of a closing, who waits is dismissed and has to be told. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BoothChange, BoothRow } from '../../electron/core/ledger.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { expectCommitted, expectJoined, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

const SECOND_MS = 1_000;
const OPEN = { status: 'OPEN', lastCallAtMs: null, pausedAtMs: null, closedAtMs: null, dismissedBy: null };

export function boothContract(stage: Stage): void {
  const { ledger, place } = stage;
  const make = (boothId: number, change: BoothChange['change'], rest: Partial<BoothChange> = {}) =>
    ledger().changeBooth({ boothId, change, operationId: randomUUID(), staff: null, reason: null, waiting: null, owner: 'kiosk-1/a', ...rest });
  const boothOf = async (boothId: number): Promise<BoothRow | undefined> => (await ledger().readBooth(boothId))?.booth;
  const listed = async (boothId: number) => (await ledger().listBoothCards()).find((card) => card.boothId === boothId);
  const note = (reason: string): Pick<SoftLock, 'note'> => ({ note: { staff: 'Sora', reason, overCapacity: false } });
  /** A booth that was closed while this visitor waited. */
  const closed = async (): Promise<{ booth: number; user: number; score: number | null; closing: string }> => {
    const { booth, user } = await place();
    const join = lockOf('join', booth, user);
    expectJoined(await ledger().commit(join));
    const closing = randomUUID();
    expect(await make(booth, 'close', { operationId: closing, waiting: 1, reason: 'rain' })).toBe('changed');
    return { booth, user, score: join.score, closing };
  };

  describe('what staff make of a booth', () => {
    test('is read back, with who, why and since when, and is on record', async () => {
      const { booth } = await place();
      const before = await stage.nowMs();
      expect(await make(booth, 'pause', { staff: '소라', reason: '재료가 떨어져서' })).toBe('changed');
      const paused = await boothOf(booth);
      expect(paused).toMatchObject({ ...OPEN, pausedAtMs: expect.any(Number), phaseReason: '재료가 떨어져서', phaseStaff: '소라' });
      expect(Math.abs((paused?.pausedAtMs ?? 0) - before)).toBeLessThan(MINUTE_MS);
      expect((await ledger().listBooths()).find(({ boothId }) => boothId === booth)).toEqual(paused);
      expect((await ledger().readIncidents(50)).find(({ boothId }) => boothId === booth)).toMatchObject({ kind: 'pause', tickets: null, owner: 'kiosk-1/a', detail: 'by 소라: 재료가 떨어져서' });
    });

    test('each change, on top of another', async () => {
      const { booth } = await place();
      await make(booth, 'last-call');
      await make(booth, 'pause', { reason: 'break' });
      expect(await boothOf(booth)).toMatchObject({ lastCallAtMs: expect.any(Number), pausedAtMs: expect.any(Number), phaseReason: 'break' });
      await make(booth, 'resume');
      expect(await boothOf(booth)).toMatchObject({ lastCallAtMs: expect.any(Number), pausedAtMs: null, phaseReason: null });
      const operationId = randomUUID();
      await make(booth, 'close', { operationId });
      expect(await boothOf(booth)).toMatchObject({ ...OPEN, status: 'CLOSED', closedAtMs: expect.any(Number), dismissedBy: operationId });
      await make(booth, 'open');
      expect(await boothOf(booth)).toMatchObject(OPEN);
    });

    test('a closed booth can be opened, and closed again; a booth that is not there cannot be changed', async () => {
      const { booth } = await place();
      await make(booth, 'close');
      for (const change of ['last-call', 'pause', 'resume'] as const) expect(await make(booth, change)).toBe('BOOTH_CLOSED');
      const operationId = randomUUID();
      expect(await make(booth, 'close', { operationId })).toBe('changed');
      expect((await boothOf(booth))?.dismissedBy).toBe(operationId);
      expect(await make(booth, 'open')).toBe('changed');
      for (const change of ['open', 'close', 'pause'] as const) expect(await make(999_999, change)).toBe('BOOTH_NOT_FOUND');
      expect(await ledger().readBooth(999_999)).toBeNull();
    });

    test('at a booth no kiosk was at before, and with texts that are longer than their columns', async () => {
      await place();
      const booth = await stage.world().addBooth({ capacity: 1 });
      expect(await make(booth, 'pause', { staff: '김'.repeat(60), reason: '비'.repeat(300) })).toBe('changed');
      expect(await boothOf(booth)).toMatchObject({ generation: 0, phaseStaff: '김'.repeat(40), phaseReason: '비'.repeat(200) });
    });

    test('what another program has overtaken is forgotten, and nothing else is', async () => {
      const { booth } = await place();
      await make(booth, 'last-call');
      await make(booth, 'pause', { reason: 'break' });
      await ledger().forgetOvertaken(booth);
      expect(await boothOf(booth)).toMatchObject({ lastCallAtMs: expect.any(Number), pausedAtMs: expect.any(Number) });
      await stage.world().setBoothStatus(booth, 'CLOSED');
      await ledger().forgetOvertaken(booth);
      expect(await boothOf(booth)).toMatchObject({ lastCallAtMs: null, pausedAtMs: null });
      const operationId = randomUUID();
      await make(booth, 'close', { operationId });
      await ledger().forgetOvertaken(booth);
      expect((await boothOf(booth))?.dismissedBy).toBe(operationId);
      await stage.world().setBoothStatus(booth, 'OPEN');
      await ledger().forgetOvertaken(booth);
      expect((await boothOf(booth))?.dismissedBy).toBeNull();
    });
  });

  describe('what it stops', () => {
    test('a pause stops calls, with its reason, and nothing else', async () => {
      const { booth, user } = await place();
      const { waitingId } = await stage.called(booth, user);
      await make(booth, 'pause', { reason: 'no oil' });
      const call = lockOf('call', booth, user);
      expect(await ledger().commit(call)).toEqual({ outcome: 'refused', code: 'BOOTH_PAUSED', params: { reason: 'no oil' } });
      expect(await ledger().commit({ ...call, note: { staff: null, reason: 'x', overCapacity: true } })).toMatchObject({ code: 'BOOTH_PAUSED' });
      for (const kind of ['enter', 'complete'] as const) await stage.act(kind, waitingId);
      expectJoined(await ledger().commit(lockOf('join', booth, user)));
      expect((await listed(booth))?.listed).toBe(true);
      await make(booth, 'resume');
      expectCommitted(await ledger().commit(call));
    });

    test('a last call stops registrations, and nothing else', async () => {
      const { booth, user } = await place();
      await make(booth, 'last-call');
      expect(await ledger().commit(lockOf('join', booth, user))).toEqual({ outcome: 'refused', code: 'BOOTH_LAST_CALL' });
      expect(await ledger().addWalkIn(randomUUID(), booth, 'Jun')).toEqual({ outcome: 'refused', code: 'BOOTH_LAST_CALL' });
      expect(await listed(booth)).toMatchObject({ status: 'OPEN', listed: false });
      const { lock, waitingId } = await stage.called(booth, user);
      await stage.act('put-back', waitingId, { returnScore: lock.score });
      await make(booth, 'open');
      expect(await listed(booth)).toMatchObject({ status: 'OPEN', listed: true });
      expectJoined(await ledger().commit(lockOf('join', booth, user)));
    });

    test('a closing stops calls and registrations; who was called comes in, and goes', async () => {
      const { booth, user } = await place();
      const { waitingId } = await stage.called(booth, user);
      await make(booth, 'close');
      for (const kind of ['call', 'join'] as const) expect(await ledger().commit(lockOf(kind, booth, user))).toEqual({ outcome: 'refused', code: 'BOOTH_CLOSED' });
      expect(await listed(booth)).toMatchObject({ status: 'CLOSED', listed: false });
      for (const kind of ['enter', 'complete'] as const) await stage.act(kind, waitingId);
    });

    test('an operation that committed before is found, whatever became of the booth since', async () => {
      const { booth, user } = await place();
      const [join, call] = [lockOf('join', booth, user), lockOf('call', booth, user)];
      expectJoined(await ledger().commit(join));
      const waitingId = expectCommitted(await ledger().commit(call));
      await make(booth, 'pause', { reason: 'x' });
      await make(booth, 'last-call');
      expect(await ledger().commit(call)).toEqual({ outcome: 'committed', waitingId });
      expectJoined(await ledger().commit(join));
    });
  });

  describe('dismissing who waits', () => {
    const gone = async (booth: number) => (await ledger().readDepartures(booth, 10)).map(({ kind, announced }) => [kind, announced]);
    test('ends the registration, once, and is found again', async () => {
      const { booth, user, score, closing } = await closed();
      const lock = lockOf('dismiss', booth, user, { score, ...note('rain') });
      for (let time = 0; time < 2; time += 1) expectJoined(await ledger().commit(lock));
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      expect(await ledger().staleTickets([{ boothId: booth, userId: user, score: score ?? NaN }])).toHaveLength(1);
      expect(await ledger().findCommitted({ kind: 'dismiss' }, [lock.operationId])).toMatchObject({ operationId: lock.operationId, userId: user });
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: true });
      expect(await ledger().commit(lockOf('dismiss', booth, user, { score, generation: 1 }))).toEqual({ outcome: 'refused', code: 'NOT_IN_QUEUE' });
      await ledger().endDismissal(booth, randomUUID());
      expect((await boothOf(booth))?.dismissedBy).toBe(closing);
      await ledger().endDismissal(booth, closing);
      expect(await boothOf(booth)).toMatchObject({ status: 'CLOSED', dismissedBy: null, phaseReason: 'rain' });
    });

    test.each(['opened by staff', 'opened by another program', 'through'] as const)('nobody is once the booth is %s', async (how) => {
      const { booth, user, score, closing } = await closed();
      if (how === 'opened by staff') await make(booth, 'open');
      else if (how === 'through') await ledger().endDismissal(booth, closing);
      else await stage.world().setBoothStatus(booth, 'OPEN');
      const lock = lockOf('dismiss', booth, user, { score });
      expect(await ledger().commit(lock)).toEqual({ outcome: 'refused', code: 'INVALID_STATUS', params: { status: 'OPEN' } });
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'never' });
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
      expect(await ledger().claimEvent(lock.operationId, true)).toBeNull();
    });

    test('a fence stops it, as it stops a leave', async () => {
      const { booth, user, score } = await closed();
      const lock = lockOf('dismiss', booth, user, { score });
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(lock)).toEqual({ outcome: 'stale', generation: 1 });
    });

    test('is told, at once by its maker and later by anybody, with the reason; three tries, then no more', async () => {
      const { booth, user, score } = await closed();
      const lock = lockOf('dismiss', booth, user, { score, ...note('비가 와서') });
      expectJoined(await ledger().commit(lock));
      const event = { eventId: `dismissal:${lock.operationId}`, kind: 'dismissal', operationId: lock.operationId, userId: user, boothId: booth, boothName: 'Chicken', reason: '비가 와서' };
      const due = async () => (await ledger().dueEvents(10_000)).includes(lock.operationId);
      expect([await ledger().claimEvent(lock.operationId, false), await due()]).toEqual([null, false]);
      expect(await gone(booth)).toEqual([['dismiss', 'pending']]);
      const first = await ledger().claimEvent(lock.operationId, true);
      expect(first).toEqual(event);
      expect(await ledger().claimEvent(lock.operationId, true)).toBeNull();
      if (first === null) throw new Error('it was there');
      await ledger().endEvent(first, false);
      for (const [waitS, goesOn] of [[10, true], [30, false]] as const) {
        await stage.world().backdate('kiosk_queue', waitS * SECOND_MS);
        expect(await due()).toBe(true);
        expect(await ledger().claimEvent(lock.operationId, false)).toEqual(event);
        await ledger().endEvent(first, false);
        await stage.world().backdate('kiosk_queue', 40 * SECOND_MS);
        expect(await due()).toBe(goesOn);
        await stage.world().backdate('kiosk_queue', -40 * SECOND_MS);
        expect(await gone(booth)).toEqual([['dismiss', goesOn ? 'pending' : 'failed']]);
      }
      expect(await ledger().claimEvent(lock.operationId, true)).toBeNull();
    });

    test('told, it is not told again; nor is old news; nor one who registered again at the very same score', async () => {
      for (const how of ['told', 'old', 'again'] as const) {
        const { booth, user, score } = await closed();
        const lock = lockOf('dismiss', booth, user, { score });
        expectJoined(await ledger().commit(lock));
        const event = how === 'told' ? await ledger().claimEvent(lock.operationId, true) : null;
        if (event !== null) await ledger().endEvent(event, true);
        if (how === 'old') await stage.world().backdate('kiosk_queue', 11 * MINUTE_MS);
        if (how === 'again') {
          await make(booth, 'open');
          expectJoined(await ledger().commit(lockOf('join', booth, user, { score })));
        }
        await stage.world().backdate('kiosk_queue', MINUTE_MS);
        expect([how, await ledger().claimEvent(lock.operationId, true)]).toEqual([how, null]);
        expect((await ledger().dueEvents(10_000)).includes(lock.operationId)).toBe(false);
        expect([how, await gone(booth)]).toEqual([how, how === 'again' ? [] : [['dismiss', how === 'told' ? 'yes' : 'failed']]]);
      }
    });

    test('who left by themselves has nothing to be told', async () => {
      const { booth, user } = await place();
      const leave = lockOf('leave', booth, user);
      expectJoined(await ledger().commit(leave));
      await stage.world().backdate('kiosk_queue', MINUTE_MS);
      expect([await ledger().claimEvent(leave.operationId, true), await ledger().findCommitted({ kind: 'dismiss' }, [leave.operationId])]).toEqual([null, null]);
      expect(await gone(booth)).toEqual([['leave', null]]);
    });
  });
}
