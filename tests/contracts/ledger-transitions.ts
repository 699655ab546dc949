/** Every action on a visit, by the table of transitions: where it leads, what it refuses, and that it happens once or never. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isRestoreKind, transitionOf, VISIT_TRANSITIONS, type VisitKind, type WaitingStatus } from '../../electron/core/waiting.ts';
import { lockOf, type Stage } from './ledger-stage.ts';

const KINDS = Object.keys(VISIT_TRANSITIONS) as VisitKind[];

export function transitionsContract(stage: Stage): void {
  const { ledger, place, called, act, ready, lockFor } = stage;
  const rowOf = async (waitingId: number, booth: number) => (await stage.world().rows(booth)).find((each) => each.id === waitingId);

  describe.each(KINDS)('%s', (kind) => {
    const { from, to, ends, endedAs } = transitionOf(kind);

    test('leads where it must, names the operation, and leaves the times in order', async () => {
      const { booth, waitingId } = await ready(kind);
      const before = await ledger().readVisit(waitingId);
      expect(before?.status).toBe(from);
      const lock = await act(kind, waitingId);
      const row = await rowOf(waitingId, booth);
      expect(row).toMatchObject({ status: to, completionType: ends ?? null, lastOp: lock.operationId, revision: (before?.revision ?? 0) + 1 });
      expect(row?.completedMs === null).toBe(to !== 'COMPLETED');
      expect(row?.enteredMs === null).toBe(to === 'CALLED' || ends === 'CANCELLED' || ends === 'NO_SHOW');
      expect(row?.calledMs).toBe(before?.calledAtMs);
      expect(await ledger().readVisit(waitingId)).toMatchObject({
        status: to, endedAs: ends ?? null, completedAtMs: row?.completedMs, enteredAtMs: row?.enteredMs, revision: row?.revision, released: isRestoreKind(kind),
      });
      expect(await ledger().auditHistory(booth)).toMatchObject({ timesOutOfOrder: [], unreadable: [] });
    });

    test('the same commit again is committed, once', async () => {
      const { booth, waitingId } = await ready(kind);
      const lock = await act(kind, waitingId);
      const [rows, columns, waiting] = [await stage.world().rows(booth), await stage.kioskColumns(waitingId), await ledger().unservedTickets(booth, 10)];
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
      expect([await stage.world().rows(booth), await stage.kioskColumns(waitingId), await ledger().unservedTickets(booth, 10)]).toEqual([rows, columns, waiting]);
    });

    test('any other state is refused, and named', async () => {
      const { booth, user, waitingId } = await ready(kind);
      // Every state there is but the one expected, and every other end.
      for (const status of (['CALLED', 'ENTERED', 'COMPLETED'] as const).filter((each) => each !== from)) {
        await force(waitingId, status, status === 'COMPLETED' ? 'NO_SHOW' : null);
        const lock = await lockFor(kind, waitingId);
        expect(await ledger().commit(lock)).toEqual({ outcome: 'refused', code: 'INVALID_STATUS', params: { status } });
      }
      for (const end of (['ENTERED', 'NO_SHOW', 'CANCELLED'] as const).filter((each) => from === 'COMPLETED' && !endedAs?.includes(each))) {
        await force(waitingId, 'COMPLETED', end);
        const lock = await lockFor(kind, waitingId);
        expect(await ledger().commit(lock)).toEqual({ outcome: 'refused', code: 'INVALID_STATUS', params: { status: 'COMPLETED' } });
      }
      expect(await ledger().findCommitted({ kind, waitingId }, [randomUUID()])).toBeNull();
      const nowhere = { outcome: 'refused', code: 'WAITING_NOT_FOUND' };
      expect(await ledger().commit(lockOf(kind, booth, user, { waitingId: 999_999_999 }))).toEqual(nowhere);
      const elsewhere = await place();
      expect(await ledger().commit(lockOf(kind, elsewhere.booth, user, { waitingId }))).toEqual(nowhere);
    });

    test('a revision that has moved on makes it stale', async () => {
      const { waitingId } = await ready(kind);
      const lock = await lockFor(kind, waitingId);
      await stage.world().exec(`UPDATE waiting SET kiosk_rev = ${lock.generation + 3} WHERE id = ${waitingId}`);
      expect(await ledger().commit(lock)).toEqual({ outcome: 'stale', generation: lock.generation + 3 });
    });

    test('fenced before its commit, it can never come', async () => {
      const { booth, waitingId } = await ready(kind);
      const lock = await lockFor(kind, waitingId);
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'never' });
      const before = [await rowOf(waitingId, booth), await stage.kioskColumns(waitingId), await ledger().unservedTickets(booth, 10)];
      expect(await ledger().commit(lock)).toEqual({ outcome: 'stale', generation: lock.generation + 1 });
      expect([await rowOf(waitingId, booth), await stage.kioskColumns(waitingId), await ledger().unservedTickets(booth, 10)]).toEqual(before);
      expect(await ledger().findCommitted({ kind, waitingId }, [lock.operationId])).toBeNull();
      await act(kind, waitingId);
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'superseded' });
    });

    test('committed before the fence, it is found for ever, under its own kind alone', async () => {
      const { booth, user, waitingId } = await ready(kind);
      const lock = await act(kind, waitingId);
      const verdict = { verdict: 'committed', waitingId, byThisOperation: true };
      for (let time = 0; time < 2; time += 1) expect(await ledger().settleVerdict(lock)).toEqual(verdict);
      // What follows does not erase the evidence.
      if (to === 'CALLED') await act('enter', waitingId);
      if (to === 'ENTERED') await act('complete', waitingId);
      expect(await ledger().settleVerdict(lock)).toEqual(verdict);
      expect(await ledger().findCommitted({ kind, waitingId }, [randomUUID(), lock.operationId])).toEqual({ operationId: lock.operationId, waitingId, userId: user, boothId: booth });
      for (const other of KINDS.filter((each) => each !== kind)) expect(await ledger().findCommitted({ kind: other, waitingId }, [lock.operationId])).toBeNull();
    });

    test('overtaken by somebody else, it is superseded', async () => {
      const { waitingId } = await ready(kind);
      const mine = await lockFor(kind, waitingId);
      await act(kind, waitingId);
      expect(await ledger().settleVerdict(mine)).toEqual({ verdict: 'superseded' });
      expect(await ledger().settleVerdict({ ...mine, waitingId: 999_999_999 })).toEqual({ verdict: 'never' });
    });

    test('a row of another program is acted on as well', async () => {
      const { booth, user } = await place();
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: from });
      if (endedAs !== undefined) await force(waitingId, from, endedAs[0] ?? null);
      await act(kind, waitingId);
      expect(await rowOf(waitingId, booth)).toMatchObject({ status: to, completionType: ends ?? null, revision: 1 });
    });
  });

  async function force(waitingId: number, status: WaitingStatus, end: string | null): Promise<void> {
    await stage.world().exec(`UPDATE waiting SET status = '${status}', completion_type = ${end === null ? 'NULL' : `'${end}'`}, completed_at = ${end === null ? 'NULL' : 'called_at'} WHERE id = ${waitingId}`);
  }

  test('the story of one visit, taken back at every turn, ends as its last action says', async () => {
    const { booth, user } = await place(1);
    const { waitingId } = await called(booth, user);
    const story = ['hold', 'recall', 'no-show', 'undo-no-show', 'cancel', 'undo-cancel', 'enter', 'complete', 'undo-complete', 'complete'] as const;
    const locks = [];
    for (const kind of story) locks.push(await act(kind, waitingId));
    expect(await rowOf(waitingId, booth)).toMatchObject({ status: 'COMPLETED', completionType: 'ENTERED', revision: story.length });
    for (const lock of locks) expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'committed', waitingId, byThisOperation: true });
    expect((await ledger().readVisit(waitingId))?.revision).toBe(story.length);
  });
}
