/** Joins and walk-ins: what a lost queue is refilled from, and who has which short number. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AWKWARD_SCORES, expectJoined, lockOf, type Stage } from './ledger-stage.ts';

export function joinContract(stage: Stage): void {
  const { ledger, place, called } = stage;

  describe('join', () => {
    test('registers the ticket once, until a row uses it up', async () => {
      const { booth, user } = await place();
      const lock = lockOf('join', booth, user, { score: 1_763_800_000.125 });
      const ticket = { boothId: booth, userId: user, score: 1_763_800_000.125 };
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId: null });
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId: null });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([ticket]);
      expect(await ledger().findCommitted({ kind: 'join' }, [lock.operationId])).toEqual({ operationId: lock.operationId, waitingId: null, userId: user, boothId: booth });
      await called(booth, user, ticket.score);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test('tickets come in queue order, to the digit, within the limit', async () => {
      const { booth } = await place();
      const scores = AWKWARD_SCORES.filter((score) => score > 1);
      const tickets = [];
      for (const score of scores) {
        const userId = await stage.world().addUser('x');
        tickets.push({ boothId: booth, userId, score });
        await ledger().commit(lockOf('join', booth, userId, { score }));
      }
      tickets.sort((a, b) => a.score - b.score);
      expect(await ledger().unservedTickets(booth, 100)).toEqual(tickets);
      expect(await ledger().unservedTickets(booth, 2)).toEqual(tickets.slice(0, 2));
    });

    test('a row another program wrote after the registration uses the ticket up, an earlier one does not', async () => {
      const { booth, user } = await place();
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED', calledSecondsAgo: 600 });
      const lock = lockOf('join', booth, user);
      await ledger().commit(lock);
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: -1 });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
    });

    test('a clock set back since an earlier call does not make that call use it up', async () => {
      const { booth, user } = await place();
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED', calledSecondsAgo: -600 });
      expectJoined(await ledger().commit(lockOf('join', booth, user)));
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
    });

    test('a place whose visitor was called for it cannot be given out again: the next one can', async () => {
      const { booth, user } = await place();
      const lock = lockOf('join', booth, user, { score: 1_763_800_000.125 });
      expectJoined(await ledger().commit(lock));
      const { waitingId } = await called(booth, user, 1_763_800_000.125);
      const again = lockOf('join', booth, user, { score: 1_763_800_000.125 });
      expect(await ledger().commit(again)).toEqual({ outcome: 'ticket-has-row', waitingId });
      expectJoined(await ledger().commit(lock));
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      // Nor one that no kiosk registered.
      const app = await called(booth, user, 1_763_800_001);
      expect(await ledger().commit(lockOf('join', booth, user, { score: 1_763_800_001 }))).toEqual({ outcome: 'ticket-has-row', waitingId: app.waitingId });
      expectJoined(await ledger().commit({ ...again, score: 1_763_800_002.5 }));
      expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score: 1_763_800_002.5 }]);
    });

    test('nor one in the very second of a registration that another program has called', async () => {
      const { booth, user } = await place();
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      const registeredS = Math.floor(((await stage.world().rows(booth))[0]?.registeredMs ?? 0) / 1000);
      expect(await ledger().commit(lockOf('join', booth, user, { score: registeredS + 0.75 }))).toEqual({ outcome: 'ticket-has-row', waitingId });
      expectJoined(await ledger().commit(lockOf('join', booth, user, { score: registeredS + 1 })));
    });

    test('one that was used up by the call of another registration is given out as a new one', async () => {
      const { booth, user } = await place();
      const lock = lockOf('join', booth, user, { score: 1_763_800_000.125 });
      expectJoined(await ledger().commit(lock));
      await called(booth, user, 1_763_800_000);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      const again = lockOf('join', booth, user, { score: lock.score });
      expectJoined(await ledger().commit(again));
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
      expect(await ledger().settleVerdict(again)).toMatchObject({ verdict: 'committed', byThisOperation: true });
    });

    test('is refused at a closed booth, an unknown booth, for an unknown user, for the id of another visitor’s; an id registers one ticket', async () => {
      const { booth, user } = await place();
      const lock = lockOf('join', booth, user);
      expect(await ledger().commit(lockOf('join', 999_999, user))).toEqual({ outcome: 'refused', code: 'BOOTH_NOT_FOUND' });
      expect(await ledger().commit(lockOf('join', booth, 999_999))).toEqual({ outcome: 'refused', code: 'USER_NOT_FOUND' });
      expectJoined(await ledger().commit(lock));
      expect(await ledger().commit({ ...lock, score: 5 })).toEqual({ outcome: 'committed-before', waitingId: null, userId: user });
      const others = [{ userId: await stage.world().addUser('Jun') }, { boothId: await stage.world().addBooth({ capacity: 1 }) }];
      for (const other of others) expect(await ledger().commit({ ...lock, ...other, score: 5 })).toEqual({ outcome: 'refused', code: 'OPERATION_MISMATCH' });
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expect(await ledger().commit(lockOf('join', booth, user))).toEqual({ outcome: 'refused', code: 'BOOTH_CLOSED' });
      expectJoined(await ledger().commit(lock));
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
    });

    test('a full booth still takes people into its queue', async () => {
      const { booth, user } = await place(0);
      expectJoined(await ledger().commit(lockOf('join', booth, user)));
    });

    test('fenced before its commit it never comes; committed before the fence it is found', async () => {
      const { booth, user } = await place();
      const fenced = lockOf('join', booth, user);
      expect(await ledger().settleVerdict(fenced)).toEqual({ verdict: 'never' });
      expect(await ledger().commit(fenced)).toEqual({ outcome: 'stale', generation: 1 });
      expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
      const lock = lockOf('join', booth, user, { generation: 1 });
      expectJoined(await ledger().commit(lock));
      expect(await ledger().settleVerdict(lock)).toEqual({ verdict: 'committed', waitingId: null, byThisOperation: true });
    });
  });

  test('a registration that was merged with another is used up by the call of that other', async () => {
    const { booth, user } = await place();
    const lock = lockOf('join', booth, user);
    expectJoined(await ledger().commit(lock));
    expect(await ledger().unservedTickets(booth, 10)).toHaveLength(1);
    // Called under another score: the queue store had lost this ticket, and the visitor joined again elsewhere.
    await called(booth, user);
    expect(await ledger().unservedTickets(booth, 10)).toEqual([]);
  });

  describe('walk-ins', () => {
    test.each(['김민지', 'Zoë', '🎪 서커스 👩‍👩‍👧', 'محمد', "O'Brien \\ %_;--", '山田 太郎'])('%s gets a row and the first number', async (visitor) => {
      const { booth } = await place();
      const operationId = randomUUID();
      const added = await ledger().addWalkIn(operationId, booth, `  ${visitor} `);
      expect(added).toMatchObject({ outcome: 'added', number: 1 });
      const { userId } = added as { userId: number };
      expect(await stage.world().user(userId)).toEqual({ email: `walkin-${operationId}@kiosk.invalid`, nickname: visitor.normalize('NFC'), role: 'VISITOR', notified: false });
      expect(await ledger().readPeople(booth, [userId, 999_999])).toEqual([{ userId, name: visitor.normalize('NFC'), number: 1 }]);
      const { waitingId } = await called(booth, userId);
      expect(await ledger().readVisit(waitingId)).toMatchObject({ name: visitor.normalize('NFC'), number: 1 });
    });

    test('decomposed Hangul is stored composed; long names are cut between characters', async () => {
      const { booth } = await place();
      const names = ['김민지'.normalize('NFD'), '🎪'.repeat(60)];
      const stored = [];
      for (const each of names) {
        const added = await ledger().addWalkIn(randomUUID(), booth, each);
        stored.push((await stage.world().user((added as { userId: number }).userId)).nickname);
      }
      expect(stored).toEqual(['김민지', '🎪'.repeat(50)]);
    });

    test('the same operation gives the same visitor', async () => {
      const { booth } = await place();
      const operationId = randomUUID();
      const answers = await Promise.all([1, 2, 3].map(() => ledger().addWalkIn(operationId, booth, 'Hana')));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await ledger().addWalkIn(randomUUID(), booth, 'Hana')).toMatchObject({ number: 2 });
    });

    test('numbers are unique under parallel adds, and begin anew per booth and day', async () => {
      const { booth } = await place();
      const other = await place();
      const add = async (at: number): Promise<number> => ((await ledger().addWalkIn(randomUUID(), at, 'x')) as { number: number }).number;
      const numbers = await Promise.all(Array.from({ length: 12 }, () => add(booth)));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
      expect(await add(other.booth)).toBe(1);
      await stage.world().backdateNumbers();
      expect(await add(booth)).toBe(1);
      expect(await add(booth)).toBe(2);
    });

    test('are refused at a closed or unknown booth, and leave no number behind', async () => {
      const { booth } = await place();
      expect(await ledger().addWalkIn(randomUUID(), 999_999, 'x')).toEqual({ outcome: 'refused', code: 'BOOTH_NOT_FOUND' });
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expect(await ledger().addWalkIn(randomUUID(), booth, 'x')).toEqual({ outcome: 'refused', code: 'BOOTH_CLOSED' });
      await stage.world().setBoothStatus(booth, 'OPEN');
      expect(await ledger().addWalkIn(randomUUID(), booth, 'x')).toMatchObject({ number: 1 });
    });
  });
}
