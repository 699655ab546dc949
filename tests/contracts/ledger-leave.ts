/** Leaving the queue at a kiosk: the ticket must not wait any more, whatever queue comes back. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SoftLock } from '../../electron/core/ports.ts';
import type { Ticket } from '../../electron/core/waiting.ts';
import { AWKWARD_SCORES, expectCommitted, expectJoined, lockOf, type Stage } from './ledger-stage.ts';

export function leaveContract(stage: Stage): void {
  const { ledger, place, called, act } = stage;
  const ticketOf = ({ boothId, userId, score }: SoftLock): Ticket => ({ boothId, userId, score: score ?? NaN });

  describe('leave', () => {
    test('ends the registration made at a kiosk, once', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      const leave = lockOf('leave', booth, user, { score: join.score });
      expectJoined(await ledger().commit(leave));
      expectJoined(await ledger().commit(leave));
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      expect(await ledger().staleTickets([ticketOf(leave)])).toEqual([ticketOf(leave)]);
      const found = { operationId: leave.operationId, waitingId: null, userId: user, boothId: booth };
      expect(await ledger().findCommitted({ kind: 'leave' }, [randomUUID(), leave.operationId])).toEqual(found);
      expect(await ledger().findCommitted({ kind: 'join' }, [leave.operationId])).toBeNull();
      expect(await ledger().findCommitted({ kind: 'leave' }, [join.operationId])).toBeNull();
      // The registration is still its operation's, and a late repetition of it brings nobody back.
      expect(await ledger().findCommitted({ kind: 'join' }, [join.operationId])).toMatchObject({ operationId: join.operationId });
      expectJoined(await ledger().commit(join));
      expect(await ledger().settleVerdict(join)).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: true });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test.each(AWKWARD_SCORES)('a ticket nobody had registered or mirrored (score %d) has left, to the digit', async (score) => {
      const { booth, user } = await place();
      const leave = lockOf('leave', booth, user, { score });
      expectJoined(await ledger().commit(leave));
      expect(await ledger().staleTickets([ticketOf(leave), { ...ticketOf(leave), score: 77 }])).toEqual([ticketOf(leave)]);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test('whoever was called is a visit, and cannot leave the queue', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      const leave = lockOf('leave', booth, user, { score: lock.score });
      const refusal = (status: string) => ({ outcome: 'refused', code: 'INVALID_STATUS', params: { status } });
      expect(await ledger().commit(leave)).toEqual(refusal('CALLED'));
      await act('enter', waitingId);
      expect(await ledger().commit(leave)).toEqual(refusal('ENTERED'));
      await act('complete', waitingId);
      expect(await ledger().commit(leave)).toEqual(refusal('COMPLETED'));
      expect(await ledger().settleVerdict(leave)).toEqual({ verdict: 'never' });
      expect(await ledger().findCommitted({ kind: 'leave' }, [leave.operationId])).toBeNull();
    });

    test('who was called and put back can leave', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      await act('put-back', waitingId, { returnScore: lock.score });
      expectJoined(await ledger().commit(lockOf('leave', booth, user, { score: lock.score })));
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test('of two only one leaves; an id leaves one queue only', async () => {
      const { booth, user } = await place();
      const leave = lockOf('leave', booth, user);
      const second = lockOf('leave', booth, user, { score: leave.score });
      expectJoined(await ledger().commit(leave));
      expect(await ledger().commit(second)).toEqual({ outcome: 'refused', code: 'NOT_IN_QUEUE' });
      expect(await ledger().settleVerdict(second)).toEqual({ verdict: 'never' });
      expect(await ledger().settleVerdict(leave)).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: true });
      const again = { ...lockOf('leave', booth, user), operationId: leave.operationId, generation: 1 };
      expect(await ledger().commit(again)).toEqual({ outcome: 'committed-before', waitingId: null, userId: user });
      const other = await stage.world().addUser('Jun');
      expect(await ledger().commit({ ...again, userId: other })).toEqual({ outcome: 'refused', code: 'OPERATION_MISMATCH' });
    });

    test('a closed booth can be left; one that does not exist cannot', async () => {
      const { booth, user } = await place();
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expectJoined(await ledger().commit(lockOf('leave', booth, user)));
      const nowhere = lockOf('leave', 999_999, user);
      expect(await ledger().commit(nowhere)).toEqual({ outcome: 'refused', code: 'BOOTH_NOT_FOUND' });
      // A fence leaves a generation behind even there.
      expect(await ledger().settleVerdict(nowhere)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(lockOf('leave', 999_999, user, { generation: 1 }))).toEqual({ outcome: 'refused', code: 'BOOTH_NOT_FOUND' });
    });

    test('fenced before its commit it never comes; committed before the fence it is found', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      const fenced = lockOf('leave', booth, user, { score: join.score });
      expect(await ledger().settleVerdict(fenced)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(fenced)).toEqual({ outcome: 'stale', generation: 1 });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([ticketOf(join)]);
      const lock = lockOf('leave', booth, user, { score: join.score, generation: 1 });
      expectJoined(await ledger().commit(lock));
      for (let time = 0; time < 2; time += 1) expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: true });
      expect(await ledger().settleVerdict(fenced)).toEqual({ verdict: 'never' });
    });

    test('at a booth no kiosk was at before', async () => {
      const { user } = await place();
      const booth = await stage.world().addBooth({ capacity: 1 });
      const lock = lockOf('leave', booth, user);
      const answer = await ledger().commit(lock);
      if (answer.outcome !== 'committed') expect(answer).toEqual({ outcome: 'stale', generation: 0 });
      expectJoined(await ledger().commit(lock));
    });

    test('a fence of a leave stops calls and joins that saw the same generation, and theirs stop it', async () => {
      const { booth, user } = await place();
      await ledger().settleVerdict(lockOf('leave', booth, user));
      expect(await ledger().commit(lockOf('call', booth, user))).toEqual({ outcome: 'stale', generation: 1 });
      expect(await ledger().commit(lockOf('join', booth, user))).toEqual({ outcome: 'stale', generation: 1 });
      await ledger().settleVerdict(lockOf('call', booth, user, { generation: 1 }));
      expect(await ledger().commit(lockOf('leave', booth, user, { generation: 1 }))).toEqual({ outcome: 'stale', generation: 2 });
    });
  });

  describe('registered again at the very same score', () => {
    test.each(['left', 'gone'] as const)('after it had %s, the ticket waits again, by the new operation', async (how) => {
      const { booth, user } = await place();
      const [first, second] = [lockOf('join', booth, user), lockOf('join', booth, user)];
      const again = { ...second, score: first.score };
      expectJoined(await ledger().commit(first));
      if (how === 'left') expectJoined(await ledger().commit(lockOf('leave', booth, user, { score: first.score })));
      else await ledger().dropTicket(ticketOf(first));
      // The end of the old stay is no evidence for the new one.
      expect(await ledger().settleVerdict({ ...again, operationId: randomUUID() })).toEqual({ verdict: 'never' });
      expect(await ledger().commit(again)).toEqual({ outcome: 'stale', generation: 1 });
      expectJoined(await ledger().commit({ ...again, generation: 1 }));
      expect(await ledger().unservedTickets(booth, 10)).toEqual([ticketOf(first)]);
      expect(await ledger().staleTickets([ticketOf(first)])).toEqual([]);
      expect(await ledger().settleVerdict({ ...again, generation: 1 })).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: true });
    });

    test('while it still stands it is the one registration, whoever made it', async () => {
      const { booth, user } = await place();
      const [first, second] = [lockOf('join', booth, user), lockOf('join', booth, user)];
      expectJoined(await ledger().commit(first));
      expectJoined(await ledger().commit({ ...second, score: first.score }));
      expect(await ledger().settleVerdict({ ...second, score: first.score })).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: false });
      expect(await ledger().findCommitted({ kind: 'join' }, [second.operationId])).toBeNull();
    });
  });

  test('a call into a full booth is a supervisor’s to make; out of turn it keeps where the visitor stood', async () => {
    const { booth, user } = await place(0);
    const lock = lockOf('call', booth, user, { position: 7 });
    expect(await ledger().commit(lock)).toMatchObject({ outcome: 'refused', code: 'BOOTH_FULL' });
    const over = { ...lock, note: { staff: 'Kim', reason: 'wheelchair', overCapacity: true } };
    const waitingId = expectCommitted(await ledger().commit(over));
    expect((await stage.world().rows(booth))[0]).toMatchObject({ id: waitingId, calledPosition: 7 });
    expect(await ledger().commit(over)).toEqual({ outcome: 'committed', waitingId });
    const other = { ...lockOf('call', booth, user), note: over.note };
    await stage.world().setBoothStatus(booth, 'CLOSED');
    expect(await ledger().commit(other)).toEqual({ outcome: 'refused', code: 'BOOTH_CLOSED' });
    await stage.world().setBoothStatus(booth, 'OPEN');
    expect(await ledger().commit({ ...other, userId: 999_999 })).toEqual({ outcome: 'refused', code: 'USER_NOT_FOUND' });
    expect(await ledger().commit({ ...other, position: null })).toMatchObject({ outcome: 'committed' });
    expect((await stage.world().rows(booth))[1]).toMatchObject({ calledPosition: 1 });
  });
}
