/** What screens and audits read, and what is forgotten. */
import { describe, expect, test } from 'vitest';
import { DAY_MS, expectJoined, lockOf, type Stage } from './ledger-stage.ts';
import { FIGURES } from './ledger-watch.ts';

const UNTOUCHED = { lastCallAtMs: null, pausedAtMs: null, closedAtMs: null, dismissedBy: null, phaseReason: null, phaseStaff: null };

export function readsContract(stage: Stage): void {
  const { ledger, place, called } = stage;

  describe('reading', () => {
    test('a booth with its live rows, oldest first, and the ledger’s clock', async () => {
      const booth = await stage.world().addBooth({ capacity: 9, name: '치킨 booth' });
      const users = [await stage.world().addUser('하나'), await stage.world().addUser('Jun'), await stage.world().addUser('Done')];
      const [first = 0, second = 0, done = 0] = users;
      const later = await stage.world().addForeignRow({ boothId: booth, userId: second, status: 'ENTERED', calledSecondsAgo: 60, enteredSecondsAgo: 30 });
      const earlier = await stage.world().addForeignRow({ boothId: booth, userId: first, status: 'CALLED', calledSecondsAgo: 120 });
      await stage.world().addForeignRow({ boothId: booth, userId: done, status: 'COMPLETED', calledSecondsAgo: 200 });
      const read = await ledger().readBooth(booth);
      expect(read?.booth).toEqual({ boothId: booth, name: '치킨 booth', status: 'OPEN', capacity: 9, generation: 0, ...UNTOUCHED });
      expect(read?.live.map((row) => [row.waitingId, row.userId, row.name, row.status])).toEqual([
        [earlier, first, '하나', 'CALLED'],
        [later, second, 'Jun', 'ENTERED'],
      ]);
      const { nowMs = 0, live = [] } = read ?? {};
      expect(Math.abs(nowMs - Date.now())).toBeLessThan(30_000);
      expect(Math.round((nowMs - (live[0]?.calledAtMs ?? 0)) / 1000)).toBeGreaterThanOrEqual(120);
      expect(Math.round((nowMs - (live[0]?.calledAtMs ?? 0)) / 1000)).toBeLessThan(150);
      expect((live[1]?.enteredAtMs ?? 0) - (live[1]?.calledAtMs ?? 0)).toBe(30_000);
    });

    test('an empty booth, an unknown booth, an unknown visit', async () => {
      const { booth } = await place();
      expect((await ledger().readBooth(booth))?.live).toEqual([]);
      expect(await ledger().readBooth(999_999)).toBeNull();
      expect(await ledger().readVisit(999_999_999)).toBeNull();
      expect(await ledger().readPeople(booth, [])).toEqual([]);
      expect(await ledger().staleTickets([])).toEqual([]);
    });

    test('of more tickets than one batch holds, those that have their row', async () => {
      const { booth, user } = await place(9);
      const ticket = (score: number) => ({ boothId: booth, userId: user, score });
      const scores = [0, 999, 1_000, 2_000];
      for (const score of scores) await called(booth, user, score);
      expect(await ledger().staleTickets(Array.from({ length: 2_001 }, (_, score) => ticket(score)))).toEqual(scores.map(ticket));
    });

    test('lists booths and counts those inside, also where nobody is', async () => {
      const { booth, user } = await place();
      const closed = await stage.world().addBooth({ capacity: 2, status: 'CLOSED' });
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'ENTERED' });
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      expect((await ledger().listBooths()).filter((each) => [booth, closed].includes(each.boothId))).toMatchObject([
        { boothId: booth, status: 'OPEN', capacity: 5, generation: 0 },
        { boothId: closed, status: 'CLOSED', capacity: 2, generation: 0 },
      ]);
      const inside = (await ledger().countInside()).filter((each) => [booth, closed].includes(each.boothId));
      expect(inside).toEqual([{ boothId: booth, inside: 1 }, { boothId: closed, inside: 0 }]);
    });

    test('the cards other programs’ caches are made from, with what is missing left empty', async () => {
      const booth = await stage.world().addBooth({ capacity: 9, name: '치킨 booth' });
      const closed = await stage.world().addBooth({ capacity: 2, status: 'CLOSED' });
      await stage.world().exec(`UPDATE booth SET description = '닭 "fried"', capacity = -3 WHERE id = ${closed}`);
      const cards = (await ledger().listBoothCards()).filter((each) => [booth, closed].includes(each.boothId));
      const universityName = (await stage.world().query(`SELECT u.name FROM university u JOIN booth b ON b.university_id = u.id WHERE b.id = ${booth}`))[0]?.['name'];
      expect(universityName).toEqual(expect.stringMatching(/./));
      expect(cards).toEqual([
        { boothId: booth, name: '치킨 booth', capacity: 9, status: 'OPEN', description: '', universityName, listed: true },
        { boothId: closed, name: 'Chicken', capacity: 0, status: 'CLOSED', description: '닭 "fried"', universityName, listed: false },
      ]);
    });

    test('the audit names rows whose times are out of order and visitors with several live visits', async () => {
      const { booth, user } = await place();
      const other = await stage.world().addUser('Two');
      const wrong = [
        await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: 60, registeredSecondsAgo: 30 }),
        await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'ENTERED', calledSecondsAgo: 60, enteredSecondsAgo: 90, registeredSecondsAgo: 120 }),
        await stage.world().addForeignRow({ boothId: booth, userId: other, status: 'ENTERED', enteredSecondsAgo: null }),
      ];
      await stage.world().addForeignRow({ boothId: booth, userId: other, status: 'COMPLETED' });
      // Two live visits of one user are two registrations; three of one registration (two of them surely in the same second) are not.
      const doubled = await stage.world().addUser('Three');
      for (const status of ['CALLED', 'ENTERED', 'ENTERED'] as const) {
        await stage.world().addForeignRow({ boothId: booth, userId: doubled, status, calledSecondsAgo: 60, registeredSecondsAgo: 100 });
      }
      expect(await ledger().auditHistory(booth)).toEqual({ called: 2, entered: 4, capacity: 5, timesOutOfOrder: wrong, unreadable: [], usersWithSeveralLiveVisits: [doubled] });
      const clean = await place();
      expect(await ledger().auditHistory(clean.booth)).toEqual({ called: 0, entered: 0, capacity: 5, timesOutOfOrder: [], unreadable: [], usersWithSeveralLiveVisits: [] });
    });
  });

  test('a start forgets old journal lines and registrations nothing is left to do for, and never a visitor who still waits', async () => {
    const { booth, user } = await place();
    const [other, third] = [await stage.world().addUser('Waits'), await stage.world().addUser('Dropped')];
    const [served, waits, left, dropped] = [lockOf('join', booth, user), lockOf('join', booth, other), lockOf('join', booth, user), lockOf('join', booth, third)];
    for (const lock of [served, waits, left, dropped]) expectJoined(await ledger().commit(lock));
    await called(booth, user, served.score ?? 0);
    expectJoined(await ledger().commit(lockOf('leave', booth, user, { score: left.score })));
    await ledger().dropTicket({ boothId: booth, userId: third, score: dropped.score ?? 0 });
    const owners = { owner: 'a', resolvedBy: 'b', settled: false, staff: null, reason: null };
    await ledger().writeJournal({ operationId: served.operationId, kind: 'call', boothId: booth, userId: user, waitingId: null, score: null, outcome: 'finished', ...owners });
    const start = (): Promise<void> => ledger().writePass({ ...FIGURES, owner: 'a', trigger: 'start' });
    const kept = async (): Promise<boolean[]> => {
      const found = [];
      for (const { operationId } of [served, left, dropped]) found.push((await ledger().findCommitted({ kind: 'join' }, [operationId])) !== null);
      return found;
    };
    await stage.world().backdate('kiosk_journal', 89 * DAY_MS);
    await stage.world().backdate('kiosk_queue', 6 * DAY_MS);
    await start();
    expect(await stage.world().journal(served.operationId)).toHaveLength(1);
    expect(await kept()).toEqual([true, true, true]);
    await stage.world().backdate('kiosk_journal', 2 * DAY_MS);
    await stage.world().backdate('kiosk_queue', 2 * DAY_MS);
    await start();
    expect(await stage.world().journal(served.operationId)).toEqual([]);
    expect(await kept()).toEqual([false, false, false]);
    // The visit of the other ticket was called before this one was registered.
    expect(await ledger().unservedTickets(booth, 10)).toMatchObject([{ userId: other }]);
  });

  test('preparing again changes nothing', async () => {
    const { booth, user } = await place();
    await called(booth, user);
    await ledger().settleVerdict(lockOf('call', booth, user));
    const before = [await stage.world().rows(booth), await ledger().listBooths()];
    await ledger().prepare();
    expect([await stage.world().rows(booth), await ledger().listBooths()]).toEqual(before);
  });
}
