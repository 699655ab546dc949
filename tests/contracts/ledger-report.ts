/** What the report of a day is counted from. */
import { describe, expect, test } from 'vitest';
import { DAY_MS, expectJoined, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

export function reportContract(stage: Stage): void {
  const { ledger, place, called, act } = stage;

  describe('the report of a day', () => {
    test('is given the visits called within the span, page by page, and none that was put back', async () => {
      const { booth, user } = await place(9);
      const nowMs = await stage.nowMs();
      const span = { boothId: booth, fromMs: nowMs - 60 * MINUTE_MS, toMs: nowMs + 60 * MINUTE_MS };
      const inside = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'ENTERED', calledSecondsAgo: 600, registeredSecondsAgo: 900 });
      const yesterday = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED', calledSecondsAgo: 600 });
      await stage.world().ageVisit(yesterday, DAY_MS);
      const absent = (await called(booth, user)).waitingId;
      await act('no-show', absent);
      const back = (await called(booth, user)).waitingId;
      await act('put-back', back, { returnScore: 1 });
      const read = await ledger().readCalled({ ...span, afterId: 0 }, 10);
      expect(read).toMatchObject({ unreadable: [], nextAfterId: null });
      expect(read.visits).toMatchObject([{ waitingId: inside, status: 'ENTERED', endedAs: null, endedAtMs: null }, { waitingId: absent, status: 'COMPLETED', endedAs: 'NO_SHOW', endedAtMs: expect.any(Number) }]);
      const [first] = read.visits;
      expect((first?.calledAtMs ?? 0) - (first?.registeredAtMs ?? 0)).toBe(300_000);
      expect(await ledger().readCalled({ ...span, afterId: 0 }, 1)).toEqual({ visits: [first], unreadable: [], nextAfterId: inside });
      expect(await ledger().readCalled({ ...span, afterId: inside }, 10)).toMatchObject({ visits: [{ waitingId: absent }] });
      const calledAtMs = first?.calledAtMs ?? 0;
      // The first instant belongs to the span, the last does not.
      expect(await ledger().readCalled({ boothId: booth, fromMs: calledAtMs, toMs: calledAtMs + 1, afterId: 0 }, 10)).toMatchObject({ visits: [{ waitingId: inside }] });
      expect(await ledger().readCalled({ boothId: booth, fromMs: calledAtMs - 1, toMs: calledAtMs, afterId: 0 }, 10)).toMatchObject({ visits: [] });
    });

    test('counts who left without being called by the quarter hour of registration, scores in seconds and in milliseconds', async () => {
      const { booth, user } = await place(9);
      const [waits, gone, served] = [await stage.world().addUser('Waits'), await stage.world().addUser('Gone'), await stage.world().addUser('Served')];
      const quarterMs = 1_795_500_000_000;
      const join = async (userId: number, score: number): Promise<void> => expectJoined(await ledger().commit(lockOf('join', booth, userId, { score })));
      const leave = async (userId: number, score: number): Promise<void> =>
        expectJoined(await ledger().commit(lockOf('leave', booth, userId, { score, generation: await stage.generation(booth) })));
      for (const score of [quarterMs / 1000, quarterMs + 899_999, quarterMs / 1000 + 900, quarterMs / 1000 + 86_400]) {
        await join(user, score);
        await leave(user, score);
      }
      await join(waits, quarterMs / 1000 + 5);
      for (const userId of [gone, served]) {
        await join(userId, quarterMs / 1000 + 7);
        await ledger().dropTicket({ boothId: booth, userId, score: quarterMs / 1000 + 7 });
      }
      await stage.world().addForeignRow({ boothId: booth, userId: served, status: 'CALLED', calledSecondsAgo: -5 });
      expect(await ledger().countLeft({ boothId: booth, fromMs: quarterMs, toMs: quarterMs + DAY_MS })).toEqual([
        { atMs: quarterMs, count: 3 },
        { atMs: quarterMs + 900_000, count: 1 },
      ]);
      expect(await ledger().countLeft({ boothId: booth, fromMs: quarterMs - DAY_MS, toMs: quarterMs })).toEqual([]);
    });
  });
}
