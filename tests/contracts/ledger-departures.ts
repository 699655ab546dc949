/** Who went from a booth lately, how, when and by whom. */
import { LATE_MS } from '../../shared/limits.ts';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../electron/core/ledger.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { expectCommitted, expectJoined, lockOf, type Stage } from './ledger-stage.ts';

export function departuresContract(stage: Stage): void {
  const { ledger, place, called, act } = stage;
  const tell = (lock: SoftLock, rest: Partial<JournalEntry> = {}): Promise<void> => {
    const { operationId, kind, boothId, userId, waitingId, score, owner } = lock;
    return ledger().writeJournal({ operationId, kind, boothId, userId, waitingId, score, owner, outcome: 'finished', settled: false, staff: 'Ara', reason: `why ${kind}`, resolvedBy: owner, ...rest });
  };

  describe('who went', () => {
    test('in every way, with time, staff and reason of the very action, the latest first', async () => {
      const { booth, user } = await place(20);
      const gone: { waitingId: number; lock: SoftLock; kind: string }[] = [];
      for (const kind of ['no-show', 'cancel', 'put-back', 'undo-call'] as const) {
        const { waitingId } = await called(booth, user);
        const lock = await act(kind, waitingId);
        await tell(lock);
        gone.unshift({ waitingId, lock, kind });
      }
      const { waitingId } = await called(booth, user);
      await act('enter', waitingId);
      const complete = await act('complete', waitingId);
      await tell(complete);
      gone.unshift({ waitingId, lock: complete, kind: 'complete' });
      const again = await called(booth, user);
      await tell(await act('no-show', again.waitingId));
      const requeue = await act('requeue', again.waitingId);
      await tell(requeue);
      gone.unshift({ waitingId: again.waitingId, lock: requeue, kind: 'requeue' });
      const leave = lockOf('leave', booth, user, { generation: await stage.generation(booth) });
      expectJoined(await ledger().commit(leave));
      await tell(leave, { staff: null });

      const read = await ledger().readDepartures(booth, 20);
      const expected = gone.map(({ waitingId: id, kind }) => ({ waitingId: id, userId: user, name: 'Minji', number: null, kind, atMs: expect.any(Number), staff: 'Ara', reason: `why ${kind}`, byKiosk: true, announced: null }));
      expect(read).toHaveLength(7);
      expect(read).toEqual(expect.arrayContaining([...expected, { waitingId: null, userId: user, name: 'Minji', number: null, kind: 'leave', atMs: expect.any(Number), staff: null, reason: 'why leave', byKiosk: true, announced: null }]));
      const times = read.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect(Math.abs((times[0] ?? 0) - (await stage.nowMs()))).toBeLessThan(30_000);
      expect(await ledger().readDepartures(booth, 2)).toEqual(read.slice(0, 2));
    });

    test('not those who are called or inside, taken back, at another booth, or gone for long', async () => {
      const { booth, user } = await place(20);
      await called(booth, user);
      await act('enter', (await called(booth, user)).waitingId);
      const back = await called(booth, user);
      await act('no-show', back.waitingId);
      await act('undo-no-show', back.waitingId);
      const late = await called(booth, user);
      await act('no-show', late.waitingId);
      await stage.world().ageVisit(late.waitingId, LATE_MS + 1_000);
      const elsewhere = await place();
      await act('cancel', expectCommitted(await ledger().commit(lockOf('call', elsewhere.booth, elsewhere.user))));
      expect(await ledger().readDepartures(booth, 20)).toEqual([]);
      expect(await ledger().readDepartures(999_999, 20)).toEqual([]);
    });

    test('by another program, after a kiosk’s action too, and while the journal has no line yet', async () => {
      const { booth, user } = await place(20);
      const foreign = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED', calledSecondsAgo: 60 });
      await stage.world().exec(`UPDATE waiting SET completion_type = 'CANCELLED' WHERE id = ${foreign}`);
      const entered = await called(booth, user);
      await tell(await act('enter', entered.waitingId));
      await act('complete', entered.waitingId);
      await act('undo-complete', entered.waitingId);
      // What the other program writes, times included, is a kiosk's row but for the evidence.
      await stage.world().exec(`UPDATE waiting SET status = 'COMPLETED', completion_type = 'ENTERED', completed_at = entered_at WHERE id = ${entered.waitingId}`);
      const absent = await called(booth, user);
      await act('no-show', absent.waitingId);
      expect(new Map((await ledger().readDepartures(booth, 20)).map(({ waitingId, kind, staff, byKiosk }) => [waitingId, { kind, staff, byKiosk }]))).toEqual(
        new Map([
          [foreign, { kind: 'cancel', staff: null, byKiosk: false }],
          [entered.waitingId, { kind: 'complete', staff: null, byKiosk: false }],
          [absent.waitingId, { kind: 'no-show', staff: null, byKiosk: true }],
        ]),
      );
    });
  });
}
