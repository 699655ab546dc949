/** What screens and audits read, and the journal. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { lockOf, type Stage } from './ledger-stage.ts';

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
      expect(read?.booth).toEqual({ boothId: booth, name: '치킨 booth', status: 'OPEN', capacity: 9, generation: 0 });
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
      expect(await ledger().ticketsWithRow([])).toEqual([]);
    });

    test('of more tickets than one batch holds, those that have their row', async () => {
      const { booth, user } = await place(9);
      const ticket = (score: number) => ({ boothId: booth, userId: user, score });
      const scores = [0, 999, 1_000, 2_000];
      for (const score of scores) await called(booth, user, score);
      expect(await ledger().ticketsWithRow(Array.from({ length: 2_001 }, (_, score) => ticket(score)))).toEqual(scores.map(ticket));
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

  test('the journal takes what it is told, cut to its bounds', async () => {
    const { booth, user } = await place();
    const operationId = randomUUID();
    const entry = { operationId, kind: 'call', boothId: booth, userId: user, waitingId: null, score: 1_763_800_000.5, owner: '키'.repeat(300), resolvedBy: 'b', outcome: 'undone' } as const;
    await ledger().writeJournal(entry);
    expect(await stage.world().journal(operationId)).toEqual([{ outcome: 'undone', owner: '키'.repeat(100), score: 1_763_800_000.5 }]);
  });

  test('the last pass any process wrote is told, with the time the ledger saw it', async () => {
    const figures = { owner: 'one/1', trigger: 'interval', durationMs: 12, seen: 6, finished: 3, undone: 2, superseded: 1, kept: 0, recounted: 4 };
    await ledger().writePass(figures);
    await ledger().writePass({ ...figures, owner: 'two/2', seen: 7 });
    expect(await ledger().lastPass()).toEqual({ ...figures, owner: 'two/2', seen: 7, endedAtMs: expect.any(Number) });
    const { booth } = await place();
    const nowMs = (await ledger().readBooth(booth))?.nowMs ?? 0;
    expect(Math.abs(((await ledger().lastPass())?.endedAtMs ?? 0) - nowMs)).toBeLessThan(60_000);
  });

  test('a start forgets old journal lines and served registrations, and never a visitor who still waits', async () => {
    const { booth, user } = await place();
    const other = await stage.world().addUser('Waits');
    const [served, waits] = [lockOf('join', booth, user), lockOf('join', booth, other)];
    await ledger().commit(served);
    await ledger().commit(waits);
    await called(booth, user, served.score ?? 0);
    const entry = { operationId: served.operationId, kind: 'call', boothId: booth, userId: user, waitingId: null, score: null, owner: 'a', resolvedBy: 'b', outcome: 'finished' } as const;
    await ledger().writeJournal(entry);
    const start = { owner: 'a', trigger: 'start', durationMs: 0, seen: 0, finished: 0, undone: 0, superseded: 0, kept: 0, recounted: 0 };
    await ledger().writePass(start);
    expect(await stage.world().journal(served.operationId)).toHaveLength(1);
    expect(await ledger().findCommitted({ kind: 'join' }, [served.operationId])).not.toBeNull();
    await stage.world().backdate('kiosk_journal', 91);
    await stage.world().backdate('kiosk_queue', 91);
    await ledger().writePass(start);
    expect(await stage.world().journal(served.operationId)).toEqual([]);
    expect(await ledger().findCommitted({ kind: 'join' }, [served.operationId])).toBeNull();
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
