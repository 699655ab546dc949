/** Entrance and completion: once, in order, never after their fence; and asking again by operation id. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { asked } from '../../electron/core/ask-again.ts';
import { expectCommitted, type Stage } from './ledger-stage.ts';

export function visitContract(stage: Stage): void {
  const { ledger, place, called, visitLock } = stage;

  describe('entrance and completion', () => {
    test('move the row on, in order of time, and name the operation', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const enter = visitLock('enter', booth, user, waitingId, 0);
      expect(await ledger().commit(enter)).toEqual({ outcome: 'committed', waitingId });
      expect((await stage.world().rows(booth))[0]).toMatchObject({ status: 'ENTERED', completionType: null, lastOp: enter.operationId, revision: 1, completedMs: null });
      const complete = visitLock('complete', booth, user, waitingId, 1);
      expect(await ledger().commit(complete)).toEqual({ outcome: 'committed', waitingId });
      const row = (await stage.world().rows(booth))[0];
      expect(row).toMatchObject({ status: 'COMPLETED', completionType: 'ENTERED', lastOp: complete.operationId, revision: 2 });
      const times = [row?.registeredMs, row?.calledMs, row?.enteredMs, row?.completedMs].map(Number);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(await ledger().auditHistory(booth)).toMatchObject({ timesOutOfOrder: [] });
    });

    test('a no-show ends a visit that was only called, and frees its place', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const gone = visitLock('no-show', booth, user, waitingId, 0);
      expect(await ledger().commit(gone)).toEqual({ outcome: 'committed', waitingId });
      const row = (await stage.world().rows(booth))[0];
      expect(row).toMatchObject({ status: 'COMPLETED', completionType: 'NO_SHOW', enteredMs: null, lastOp: gone.operationId, revision: 1 });
      expect(row?.completedMs).toBeGreaterThanOrEqual(Number(row?.calledMs));
      expect(await ledger().auditHistory(booth)).toMatchObject({ called: 0, entered: 0, timesOutOfOrder: [] });
      expect(await ledger().commit(gone)).toEqual({ outcome: 'committed', waitingId });
      expect(await ledger().findCommitted({ kind: 'no-show', waitingId }, [gone.operationId])).toMatchObject({ waitingId });
      expect(await ledger().findCommitted({ kind: 'complete', waitingId }, [gone.operationId])).toBeNull();
      const refusal = (status: string) => ({ outcome: 'refused', code: 'INVALID_STATUS', params: { status } });
      expect(await ledger().commit(visitLock('enter', booth, user, waitingId, 1))).toEqual(refusal('COMPLETED'));
      const inside = await place();
      const entered = await called(inside.booth, inside.user);
      expectCommitted(await ledger().commit(visitLock('enter', inside.booth, inside.user, entered.waitingId, 0)));
      expect(await ledger().commit(visitLock('no-show', inside.booth, inside.user, entered.waitingId, 1))).toEqual(refusal('ENTERED'));
    });

    test('however many actions a visit has seen, the newest are remembered', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const before = Array.from({ length: 60 }, () => randomUUID());
      await stage.world().setOperations(waitingId, before.map((id) => `enter:${id}`).join(',').slice(-2_000));
      const enter = visitLock('enter', booth, user, waitingId, 0);
      expectCommitted(await ledger().commit(enter));
      expect(await ledger().findCommitted({ kind: 'enter', waitingId }, [enter.operationId])).toMatchObject({ waitingId });
      const complete = visitLock('complete', booth, user, waitingId, 1);
      expectCommitted(await ledger().commit(complete));
      expect(await ledger().settleVerdict(enter)).toEqual({ verdict: 'committed', waitingId, byThisOperation: true });
      const isRemembered = async (id = ''): Promise<boolean> => (await ledger().findCommitted({ kind: 'enter', waitingId }, [id])) !== null;
      expect([await isRemembered(before.at(-40)), await isRemembered(before[14])]).toEqual([true, false]);
    });

    test('rows of another program are served, whatever their times say', async () => {
      const { booth, user } = await place();
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: -3600 });
      expect(await ledger().readVisit(waitingId)).toMatchObject({ score: null, revision: 0, status: 'CALLED' });
      expectCommitted(await ledger().commit(visitLock('enter', booth, user, waitingId, 0)));
      expectCommitted(await ledger().commit(visitLock('complete', booth, user, waitingId, 1)));
      const row = (await stage.world().rows(booth))[0];
      expect(row?.enteredMs).toBe(row?.calledMs);
      expect(row?.completedMs).toBe(row?.calledMs);
      const bare = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'ENTERED', enteredSecondsAgo: null });
      expectCommitted(await ledger().commit(visitLock('complete', booth, user, bare, 0)));
      expect((await stage.world().rows(booth))[1]?.completedMs).toEqual(expect.any(Number));
      const absent = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: -3600 });
      expectCommitted(await ledger().commit(visitLock('no-show', booth, user, absent, 0)));
      const gone = (await stage.world().rows(booth)).find((each) => each.id === absent);
      expect(gone?.completedMs).toBe(gone?.calledMs);
    });

    test('the same commit again is committed, once', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const enter = visitLock('enter', booth, user, waitingId, 0);
      await ledger().commit(enter);
      const before = await stage.world().rows(booth);
      expect(await ledger().commit(enter)).toEqual({ outcome: 'committed', waitingId });
      expect(await stage.world().rows(booth)).toEqual(before);
    });

    test('a status that does not fit is refused, and named', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const refusal = (status: string) => ({ outcome: 'refused', code: 'INVALID_STATUS', params: { status } });
      expect(await ledger().commit(visitLock('complete', booth, user, waitingId, 0))).toEqual(refusal('CALLED'));
      expectCommitted(await ledger().commit(visitLock('enter', booth, user, waitingId, 0)));
      // The right revision does not make up for the wrong status.
      expect(await ledger().commit(visitLock('enter', booth, user, waitingId, 1))).toEqual(refusal('ENTERED'));
      expectCommitted(await ledger().commit(visitLock('complete', booth, user, waitingId, 1)));
      expect(await ledger().commit(visitLock('complete', booth, user, waitingId, 2))).toEqual(refusal('COMPLETED'));
    });

    test('a visit that is not there, or not at this booth, is refused', async () => {
      const { booth, user } = await place();
      const other = await place();
      const { waitingId } = await called(booth, user);
      const refusal = { outcome: 'refused', code: 'WAITING_NOT_FOUND' };
      expect(await ledger().commit(visitLock('enter', booth, user, 999_999_999, 0))).toEqual(refusal);
      expect(await ledger().commit(visitLock('enter', other.booth, user, waitingId, 0))).toEqual(refusal);
      expect(await ledger().settleVerdict(visitLock('enter', booth, user, 999_999_999, 0))).toEqual({ verdict: 'never' });
    });

    test.each(['kiosk', 'foreign'] as const)('fenced before its commit, it can never come (%s row)', async (origin) => {
      const { booth, user } = await place();
      const waitingId = origin === 'kiosk' ? (await called(booth, user)).waitingId : await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      const enter = visitLock('enter', booth, user, waitingId, 0);
      expect(await ledger().settleVerdict(enter)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(enter)).toEqual({ outcome: 'stale', generation: 1 });
      expect((await stage.world().rows(booth))[0]).toMatchObject({ status: 'CALLED', enteredMs: null });
      expectCommitted(await ledger().commit(visitLock('enter', booth, user, waitingId, 1)));
    });

    test('a fence reaches past a history that came back older', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      expect(await ledger().settleVerdict(visitLock('enter', booth, user, waitingId, 4))).toEqual({ verdict: 'never' });
      expect((await ledger().readVisit(waitingId))?.revision).toBe(5);
    });

    test('committed before the fence, it is found', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const enter = visitLock('enter', booth, user, waitingId, 0);
      await ledger().commit(enter);
      const verdict = { verdict: 'committed', waitingId, byThisOperation: true };
      expect(await ledger().settleVerdict(enter)).toEqual(verdict);
      expect(await ledger().settleVerdict(enter)).toEqual(verdict);
      expect((await ledger().readVisit(waitingId))?.revision).toBe(1);
    });

    test('overtaken by somebody else, it is superseded', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const mine = visitLock('enter', booth, user, waitingId, 0);
      const theirs = visitLock('enter', booth, user, waitingId, 0);
      await ledger().commit(theirs);
      expect(await ledger().settleVerdict(mine)).toEqual({ verdict: 'superseded' });
      await ledger().commit(visitLock('complete', booth, user, waitingId, 1));
      // A later action on the visit does not erase the evidence of an earlier one.
      expect(await ledger().settleVerdict(theirs)).toEqual({ verdict: 'committed', waitingId, byThisOperation: true });
      expect(await ledger().findCommitted({ kind: 'enter', waitingId }, [theirs.operationId])).toMatchObject({ waitingId });
    });
  });

  describe('asking again', () => {
    test('finds the visit of an operation, and nothing for an unknown id', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      const found = { waitingId, userId: user, boothId: booth };
      expect(await ledger().findCommitted({ kind: 'call' }, [randomUUID(), lock.operationId])).toEqual({ ...found, operationId: lock.operationId });
      const enter = visitLock('enter', booth, user, waitingId, 0);
      expect(await ledger().findCommitted({ kind: 'enter', waitingId }, [enter.operationId])).toBeNull();
      await ledger().commit(enter);
      expect(await ledger().findCommitted({ kind: 'enter', waitingId }, [enter.operationId])).toEqual({ ...found, operationId: enter.operationId });
      for (const kind of ['join', 'call', 'enter', 'complete', 'no-show'] as const) expect(await ledger().findCommitted(asked(kind, waitingId), [randomUUID()])).toBeNull();
      // An id tells of its own action alone, on its own visit.
      expect(await ledger().findCommitted({ kind: 'complete', waitingId }, [enter.operationId])).toBeNull();
      expect(await ledger().findCommitted({ kind: 'enter', waitingId: 999_999_999 }, [enter.operationId])).toBeNull();
    });
  });
}
