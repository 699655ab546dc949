/** Calls: one row per ticket, within capacity, never after their fence. */
import { describe, expect, test } from 'vitest';
import { ticketKey } from '../../electron/core/waiting.ts';
import { AWKWARD_SCORES, expectCommitted, expectJoined, lockOf, type Stage } from './ledger-stage.ts';

export function callContract(stage: Stage): void {
  const { ledger, place, called, visitLock, generation } = stage;

  describe('call', () => {
    test('writes one CALLED row with everything the backend expects', async () => {
      const { booth, user } = await place();
      const score = Math.floor(Date.now() / 1000) - 90;
      const { lock, waitingId } = await called(booth, user, score);
      const rows = await stage.world().rows(booth);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        id: waitingId, userId: user, status: 'CALLED', completionType: null, calledPosition: 1, registeredMs: score * 1000,
        enteredMs: null, completedMs: null, notificationSent: false, callOp: lock.operationId, ticket: `${booth}:${user}:${score}`, lastOp: null,
      });
      expect(Math.abs((rows[0]?.calledMs ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    test.each([['in the future', Date.now() / 1000 + 86_400], ['no time at all', 3]])('registration %s becomes the time of the call', async (_what, score) => {
      const { booth, user } = await place();
      await called(booth, user, score);
      const row = (await stage.world().rows(booth))[0];
      expect(row?.registeredMs).toBe(row?.calledMs);
    });

    test('a whole-millisecond score is a time too', async () => {
      const { booth, user } = await place();
      const score = Date.now() - 5000;
      await called(booth, user, score);
      expect((await stage.world().rows(booth))[0]?.registeredMs).toBe(score);
    });

    test.each(AWKWARD_SCORES)('the score %d survives to the digit', async (score) => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user, score);
      expect((await stage.world().rows(booth))[0]?.ticket).toBe(ticketKey({ boothId: booth, userId: user, score }));
      expect((await ledger().readVisit(waitingId))?.score).toBe(score);
      const ticket = { boothId: booth, userId: user, score };
      expect(await ledger().staleTickets([ticket, { ...ticket, score: 77 }])).toEqual([ticket]);
    });

    test('the same commit again is committed, once', async () => {
      const { booth, user } = await place(1);
      const { lock, waitingId } = await called(booth, user);
      // The booth is full of this very row by now, and closing it changes nothing about what happened.
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
      expect(await stage.world().rows(booth)).toHaveLength(1);
    });

    test('a ticket has one live row, whoever asks', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      const again = lockOf('call', booth, user, { score: lock.score });
      expect(await ledger().commit(again)).toEqual({ outcome: 'ticket-has-row', waitingId });
      expect(await stage.world().rows(booth)).toHaveLength(1);
      expect(await ledger().settleVerdict(again)).toEqual({ verdict: 'committed', waitingId, byThisOperation: false });
    });

    test.each(['CALLED', 'ENTERED', 'COMPLETED'] as const)('a registration another program has called already (now %s) is not called again; the next one is', async (status) => {
      const { booth, user } = await place();
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status });
      const registeredS = Math.floor(((await stage.world().rows(booth))[0]?.registeredMs ?? 0) / 1000);
      expect(await ledger().commit(lockOf('call', booth, user, { score: registeredS }))).toEqual({ outcome: 'ticket-has-row', waitingId });
      expect(await ledger().commit(lockOf('call', booth, user, { score: registeredS + 0.75 }))).toEqual({ outcome: 'ticket-has-row', waitingId });
      expect(await stage.world().rows(booth)).toHaveLength(1);
      expectCommitted(await ledger().commit(lockOf('call', booth, user, { score: registeredS + 1 })));
      expect(await stage.world().rows(booth)).toHaveLength(2);
      expect(await ledger().settleVerdict(lockOf('call', booth, user, { score: registeredS + 0.75 }))).toEqual({ verdict: 'committed', waitingId, byThisOperation: false });
    });

    test('who left at a kiosk is not called by that ticket, nor settled as called; registered again at that very score they are', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      const { score } = join;
      expectJoined(await ledger().commit(join));
      expectJoined(await ledger().commit(lockOf('leave', booth, user, { score })));
      const call = lockOf('call', booth, user, { score });
      expect(await ledger().commit(call)).toEqual({ outcome: 'ticket-left' });
      expect(await ledger().settleVerdict(call)).toEqual({ verdict: 'never' });
      expect(await stage.world().rows(booth)).toEqual([]);
      const now = { score, generation: await generation(booth) };
      expectJoined(await ledger().commit(lockOf('join', booth, user, now)));
      expectCommitted(await ledger().commit(lockOf('call', booth, user, now)));
    });

    test('a ticket keeps its row through entrance and completion', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      expectCommitted(await ledger().commit(visitLock('enter', booth, user, waitingId, 0)));
      expectCommitted(await ledger().commit(visitLock('complete', booth, user, waitingId, 1)));
      const again = lockOf('call', booth, user, { score: lock.score });
      expect(await ledger().commit(again)).toEqual({ outcome: 'ticket-has-row', waitingId });
    });

    test('an operation id calls one ticket only', async () => {
      const { booth, user } = await place();
      const other = await stage.world().addUser('Jun');
      const { lock, waitingId } = await called(booth, user);
      const reused = { ...lock, userId: other, score: (lock.score ?? 0) + 1 };
      expect(await ledger().commit(reused)).toEqual({ outcome: 'committed-before', waitingId, userId: user });
      expect(await stage.world().rows(booth)).toHaveLength(1);
      expect(await ledger().settleVerdict(reused)).toEqual({ verdict: 'never' });
    });

    test('the same visitor with a new ticket is called anew', async () => {
      const { booth, user } = await place();
      await called(booth, user, 1_763_800_000);
      await called(booth, user, 1_763_800_001);
      expect(await stage.world().rows(booth)).toHaveLength(2);
    });

    test('called and entered both take room', async () => {
      const booth = await stage.world().addBooth({ capacity: 3 });
      const users = await Promise.all(['a', 'b', 'c', 'd'].map((each) => stage.world().addUser(each)));
      const [a = 0, b = 0, c = 0, d = 0] = users;
      await stage.world().addForeignRow({ boothId: booth, userId: a, status: 'CALLED' });
      await stage.world().addForeignRow({ boothId: booth, userId: b, status: 'ENTERED' });
      await stage.world().addForeignRow({ boothId: booth, userId: b, status: 'COMPLETED' });
      await ledger().prepare();
      const { waitingId } = await called(booth, c);
      const full = lockOf('call', booth, d);
      expect(await ledger().commit(full)).toEqual({ outcome: 'refused', code: 'BOOTH_FULL', params: { inside: 1, called: 2, capacity: 3 } });
      expectCommitted(await ledger().commit(visitLock('enter', booth, c, waitingId, 0)));
      expect(await ledger().commit(full)).toEqual({ outcome: 'refused', code: 'BOOTH_FULL', params: { inside: 2, called: 1, capacity: 3 } });
      expectCommitted(await ledger().commit(visitLock('complete', booth, c, waitingId, 1)));
      expectCommitted(await ledger().commit(full));
    });

    test('is refused at a closed booth, an unknown booth, for an unknown user', async () => {
      const { booth, user } = await place();
      expect(await ledger().commit(lockOf('call', 999_999, user))).toEqual({ outcome: 'refused', code: 'BOOTH_NOT_FOUND' });
      expect(await ledger().commit(lockOf('call', booth, 999_999))).toEqual({ outcome: 'refused', code: 'USER_NOT_FOUND' });
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expect(await ledger().commit(lockOf('call', booth, user))).toEqual({ outcome: 'refused', code: 'BOOTH_CLOSED' });
      expect(await stage.world().rows(booth)).toEqual([]);
    });

    test('a booth made by another program since the start is served', async () => {
      const { user } = await place();
      const booth = await stage.world().addBooth({ capacity: 1 });
      expect(await generation(booth)).toBe(0);
      const lock = lockOf('call', booth, user);
      const answer = await ledger().commit(lock);
      if (answer.outcome !== 'committed') expect(answer).toEqual({ outcome: 'stale', generation: 0 });
      expectCommitted(await ledger().commit(lock));
    });

    test('fenced before its commit, it can never come', async () => {
      const { booth, user } = await place();
      const lock = lockOf('call', booth, user);
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(lock)).toEqual({ outcome: 'stale', generation: 1 });
      expect(await stage.world().rows(booth)).toEqual([]);
      expectCommitted(await ledger().commit({ ...lock, generation: 1 }));
    });

    test('fenced at a booth without our row, it can never come either', async () => {
      const { user } = await place();
      const booth = await stage.world().addBooth({ capacity: 1 });
      const lock = lockOf('call', booth, user);
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'never' });
      await ledger().prepare();
      for (let attempt = 0; attempt < 2; attempt += 1) expect(await ledger().commit(lock)).toEqual({ outcome: 'stale', generation: 1 });
    });

    test('committed before the fence, it is found, again and again', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      const verdict = { verdict: 'committed', waitingId, byThisOperation: true };
      expect(await ledger().settleVerdict(lock)).toEqual(verdict);
      expect(await ledger().settleVerdict(lock)).toEqual(verdict);
      expect(await generation(booth)).toBe(2);
    });

    test('settling an old lock never lowers the generation', async () => {
      const { booth, user } = await place();
      await ledger().settleVerdict(lockOf('call', booth, user, { generation: 7 }));
      await ledger().settleVerdict(lockOf('call', booth, user, { generation: 2 }));
      expect(await generation(booth)).toBe(9);
    });

    test('settling an old lock stops the later attempt, whose lock the queue store may have forgotten', async () => {
      const { booth, user } = await place();
      const first = lockOf('call', booth, user);
      expect(await ledger().settleVerdict(first)).toEqual({ verdict: 'never' });
      const second = lockOf('call', booth, user, { score: first.score, generation: 1 });
      // A queue that went back shows the first lock again.
      expect(await ledger().settleVerdict(first)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(second)).toEqual({ outcome: 'stale', generation: 2 });
    });

    test('a lock whose generation is nonsense does not use up those of its booth', async () => {
      const { booth, user } = await place();
      const nonsense = lockOf('call', booth, user, { generation: Number.MAX_SAFE_INTEGER - 1 });
      for (let time = 0; time < 3; time++) expect(await ledger().settleVerdict(nonsense)).toEqual({ verdict: 'never' });
      expect(await generation(booth)).toBe(3);
      const { waitingId } = await called(booth, user);
      expect(await ledger().commit(nonsense)).toMatchObject({ outcome: 'stale' });
      const onVisit = lockOf('enter', booth, user, { waitingId, generation: 2 ** 31 - 2 });
      for (let time = 0; time < 3; time++) expect(await ledger().settleVerdict(onVisit)).toEqual({ verdict: 'never' });
      expect(await ledger().readVisit(waitingId)).toMatchObject({ revision: 3 });
    });

    test.each([2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1])('settled, a lock that is %d ahead of its booth can never be committed', async (generation) => {
      const { booth, user } = await place();
      const ahead = lockOf('call', booth, user, { generation });
      expect(await ledger().settleVerdict(ahead)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(ahead)).toMatchObject({ outcome: 'stale' });
    });

    test('at fenced booths nothing begun before can be committed, at others everything', async () => {
      const [one, two] = [await place(), await place()];
      const { user } = await place();
      const bare = await stage.world().addBooth({ capacity: 1 });
      await ledger().fenceBooths([]);
      await ledger().fenceBooths([one.booth, bare]);
      expect(await ledger().commit(lockOf('call', one.booth, one.user))).toEqual({ outcome: 'stale', generation: 1 });
      expect(await ledger().commit(lockOf('join', one.booth, user))).toEqual({ outcome: 'stale', generation: 1 });
      expect(await ledger().commit(lockOf('call', bare, user))).toEqual({ outcome: 'stale', generation: 1 });
      expectCommitted(await ledger().commit(lockOf('call', one.booth, one.user, { generation: 1 })));
      expectCommitted(await ledger().commit(lockOf('call', two.booth, two.user)));
      await ledger().fenceBooths([one.booth]);
      expect(await generation(one.booth)).toBe(2);
    });

    test('a live row of the same visitor with another ticket is no evidence', async () => {
      const { booth, user } = await place();
      await called(booth, user, 1_763_800_000);
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      expect(await ledger().settleVerdict(lockOf('call', booth, user, { score: 1_763_800_001 }))).toEqual({ verdict: 'never' });
    });

    test('a fence at one booth leaves the others alone', async () => {
      const { booth, user } = await place();
      const other = await place();
      await ledger().settleVerdict(lockOf('call', other.booth, user));
      await called(booth, user);
    });
  });
}
