/** What puts a ticket back into the queue: the row is no longer the ticket's, and the ticket is in the copy of the queue. */
import { describe, expect, test } from 'vitest';
import { registeredAtMs, ticketKey } from '../../electron/core/waiting.ts';
import { AWKWARD_SCORES, expectCommitted, expectJoined, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

const KINDS = ['put-back', 'undo-call', 'requeue'] as const;

export function putBackContract(stage: Stage): void {
  const { ledger, place, called, act, lockFor, ready } = stage;

  describe.each(KINDS)('%s', (kind) => {
    test('gives the row up and registers the ticket, for ever after one that waits', async () => {
      const { booth, user, waitingId, call } = await ready(kind);
      const ticket = { boothId: booth, userId: user, score: call.score ?? 0 };
      expect(await ledger().staleTickets([ticket])).toEqual([ticket]);
      await act(kind, waitingId, { returnScore: ticket.score });
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ ticket: null, released: ticketKey(ticket) });
      expect(await ledger().readVisit(waitingId)).toMatchObject({ released: true, score: null, status: 'COMPLETED', endedAs: 'CANCELLED' });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([ticket]);
      expect(await ledger().staleTickets([ticket])).toEqual([]);
      expect(await ledger().readGone(booth, 10)).toEqual([]);
      expect(await ledger().auditHistory(booth)).toMatchObject({ called: 0, entered: 0, timesOutOfOrder: [], unreadable: [] });
    });

    test('begun before its booth was fenced it puts nobody back; afterwards it does', async () => {
      const { booth, user, waitingId, call } = await ready(kind);
      const [score, elsewhere] = [call.score ?? 0, await ready(kind)];
      const [begun, untouched] = [await lockFor(kind, waitingId, { returnScore: score }), await lockFor(kind, elsewhere.waitingId)];
      await ledger().fenceBooths([booth]);
      expect(await ledger().commit(begun)).toEqual({ outcome: 'stale', generation: begun.generation + 1 });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      expect(await ledger().commit(untouched)).toEqual({ outcome: 'committed', waitingId: elsewhere.waitingId });
      await act(kind, waitingId, { returnScore: score });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score }]);
    });

    test('the ticket is called again into a second row, and is used up then', async () => {
      const { booth, user, waitingId, call } = await ready(kind);
      const score = call.score ?? 0;
      const lock = await act(kind, waitingId, { returnScore: score });
      const again = await called(booth, user, score);
      expect(again.waitingId).not.toBe(waitingId);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      expect(await ledger().staleTickets([{ boothId: booth, userId: user, score }])).toHaveLength(1);
      // Neither call is taken for the other, and a late repetition of either changes nothing.
      expect(await ledger().findCommitted({ kind: 'call' }, [call.operationId])).toMatchObject({ waitingId });
      expect(await ledger().findCommitted({ kind: 'call' }, [again.lock.operationId])).toMatchObject({ waitingId: again.waitingId });
      expect(await ledger().commit(again.lock)).toEqual({ outcome: 'committed', waitingId: again.waitingId });
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'committed', waitingId, byThisOperation: true });
      expect(await stage.world().rows(booth)).toHaveLength(2);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      await act('put-back', again.waitingId, { returnScore: score });
      await called(booth, user, score);
      expect(await stage.world().rows(booth)).toHaveLength(3);
    });

    test('a call whose row was given up is no evidence for its lock: the visitor belongs into the queue', async () => {
      const { waitingId, call } = await ready(kind);
      await act(kind, waitingId, { returnScore: call.score });
      expect(await ledger().commit(call)).toEqual({ outcome: 'committed-before', waitingId, userId: call.userId });
      expect(await ledger().settleVerdict(call)).toEqual({ verdict: 'never' });
    });

    test('a ticket put back behind others stands there alone, to the digit', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      const { waitingId } = await called(booth, user, join.score ?? 0);
      if (kind === 'requeue') await act('no-show', waitingId);
      const returnScore = 1_763_999_999.123_456_7;
      await act(kind, waitingId, { returnScore });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score: returnScore }]);
      expect((await stage.kioskColumns(waitingId)).released).toBe(ticketKey({ boothId: booth, userId: user, score: join.score ?? 0 }));
      // Who asks the registration again is still answered.
      expect(await ledger().findCommitted({ kind: 'join' }, [join.operationId])).not.toBeNull();
      await called(booth, user, returnScore);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test.each(AWKWARD_SCORES)('the score %d comes back to the digit', async (score) => {
      const { booth, user, waitingId } = await ready(kind);
      await act(kind, waitingId, { returnScore: score });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score }]);
    });

    test('a ticket that had left or was gone before waits again', async () => {
      const { booth, user, waitingId, call } = await ready(kind);
      const ticket = { boothId: booth, userId: user, score: call.score ?? 0 };
      await ledger().dropTicket(ticket);
      await stage.world().exec(`UPDATE kiosk_queue SET left_op = 'x-${booth}', left_at = created_at WHERE booth_id = ${booth}`);
      await act(kind, waitingId, { returnScore: ticket.score });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([ticket]);
      expect(await ledger().staleTickets([ticket])).toEqual([]);
    });

    test('a row of another program: its ticket is its time of registration, and it is called again', async () => {
      const { booth, user } = await place();
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: kind === 'requeue' ? 'COMPLETED' : 'CALLED' });
      if (kind === 'requeue') await stage.world().exec(`UPDATE waiting SET completion_type = 'NO_SHOW' WHERE id = ${waitingId}`);
      const score = (await ledger().readVisit(waitingId))?.registeredScore ?? 0;
      expect(registeredAtMs(score)).toBe((await stage.world().rows(booth))[0]?.registeredMs);
      const ticket = { boothId: booth, userId: user, score };
      expect(await ledger().staleTickets([ticket])).toEqual([ticket]);
      await act(kind, waitingId, { returnScore: score });
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ ticket: null, released: ticketKey(ticket) });
      expect(await ledger().staleTickets([ticket])).toEqual([]);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([ticket]);
      const again = await called(booth, user, score);
      expect(again.waitingId).not.toBe(waitingId);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test('a registration that a row of another program used up does not come back beside the place put back', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user, { score: 1_763_800_000.25 });
      expectJoined(await ledger().commit(join));
      // It knows no more of a ticket than its second.
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: kind === 'requeue' ? 'COMPLETED' : 'CALLED', calledSecondsAgo: 0 });
      if (kind === 'requeue') await stage.world().exec(`UPDATE waiting SET completion_type = 'NO_SHOW' WHERE id = ${waitingId}`);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      await act(kind, waitingId, { returnScore: 1_763_800_900.5 });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score: 1_763_800_900.5 }]);
      expect(await ledger().findCommitted({ kind: 'join' }, [join.operationId])).not.toBeNull();
    });

    test('a registration made since the call waits on', async () => {
      const { booth, user, waitingId } = await ready(kind);
      const since = lockOf('join', booth, user, { score: 1_763_800_500.25 });
      expectJoined(await ledger().commit(since));
      await act(kind, waitingId, { returnScore: 1_763_800_900.5 });
      expect((await ledger().unservedTickets(booth, 10)).map(({ score }) => score)).toEqual([1_763_800_500.25, 1_763_800_900.5]);
    });

    test('a clock set back since the call does not use the ticket up', async () => {
      const { booth, waitingId, call } = await ready(kind);
      await stage.world().ageVisit(waitingId, -10 * MINUTE_MS);
      await act(kind, waitingId, { returnScore: call.score });
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
    });
  });

  test.each(KINDS)('other visits of the same visitor, by a clock that was ahead, do not use the ticket up (%s)', async (kind) => {
    const { booth, user } = await place();
    const join = lockOf('join', booth, user);
    expectJoined(await ledger().commit(join));
    const other = await called(booth, user);
    await act('no-show', other.waitingId);
    const { waitingId } = await called(booth, user, join.score ?? 0);
    await stage.world().ageVisit(other.waitingId, -10 * MINUTE_MS);
    if (kind === 'requeue') await act('no-show', waitingId);
    await act(kind, waitingId, { returnScore: join.score });
    expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score: join.score }]);
  });

  test.each(KINDS)('a visit that was given up uses up no registration, whatever its clock said (%s)', async (kind) => {
    const { booth, user, waitingId } = await ready(kind);
    await act(kind, waitingId, { returnScore: 1_763_800_000 });
    expectJoined(await ledger().commit(lockOf('leave', booth, user, { score: 1_763_800_000 })));
    await stage.world().ageVisit(waitingId, -10 * MINUTE_MS);
    const again = { boothId: booth, userId: user, score: 1_763_800_500 };
    expect(await ledger().writeMirror({ boothId: booth, epoch: (await ledger().readMirror()).epoch + 1, arrived: [again], gone: [], readAtMs: await stage.nowMs() })).toBe(true);
    expect(await ledger().unservedTickets(booth, 10)).toEqual([again]);
  });

  test('a registration in whole seconds is a whole score', async () => {
    const { booth, user } = await place();
    const { waitingId } = await called(booth, user, 1_763_800_000);
    expect((await ledger().readVisit(waitingId))?.registeredScore).toBe(1_763_800_000);
    const broken = await called(booth, user, 1_763_800_000.25);
    expect((await ledger().readVisit(broken.waitingId))?.registeredScore).toBe(1_763_800_000.25);
  });

  test('put back, the place is free for the next; queued again late, the time of the end stays', async () => {
    const { booth, user } = await place(1);
    const { waitingId } = await called(booth, user);
    const next = lockOf('call', booth, await stage.world().addUser('Next'));
    expect(await ledger().commit(next)).toMatchObject({ code: 'BOOTH_FULL' });
    await act('put-back', waitingId);
    await act('no-show', expectCommitted(await ledger().commit(next)));
    const gone = (await ledger().readGone(booth, 1))[0];
    await stage.world().ageVisit(gone?.waitingId ?? 0, 5 * MINUTE_MS);
    const before = (await ledger().readVisit(gone?.waitingId ?? 0))?.completedAtMs;
    await act('requeue', gone?.waitingId ?? 0);
    expect(await ledger().readVisit(gone?.waitingId ?? 0)).toMatchObject({ completedAtMs: before, endedAs: 'CANCELLED', released: true });
  });
}
