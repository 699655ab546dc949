/** Walk-ins known by a telephone number: found again while they wait, and the number forgotten in time. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS, expectCommitted, expectJoined, lockOf, type Stage } from './ledger-stage.ts';

export function phonesContract(stage: Stage): void {
  const { ledger, place, act } = stage;
  /** A number nobody else in this store has. */
  const aNumber = (): string => `010${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
  const add = async (booth: number, phone: string, operationId: string = randomUUID()): Promise<{ userId: number; number: number }> => {
    const added = await ledger().addWalkIn(operationId, booth, `···· ${phone.slice(-4)}`, phone);
    if (added.outcome !== 'added') throw new Error(added.code);
    return { userId: added.userId, number: added.number };
  };
  const queued = async (booth: number, phone: string) => {
    const visitor = await add(booth, phone);
    const join = lockOf('join', booth, visitor.userId, { generation: (await ledger().readBooth(booth))?.booth.generation ?? 0 });
    expectJoined(await ledger().commit(join));
    return { ...visitor, score: join.score };
  };
  const called = async (booth: number, userId: number, score: number | null): Promise<number> =>
    expectCommitted(await ledger().commit(lockOf('call', booth, userId, { score, generation: (await ledger().readBooth(booth))?.booth.generation ?? 0 })));
  const kept = (phone: string) => stage.world().query(`SELECT user_id FROM kiosk_phone WHERE digits = '${phone}'`);

  describe('phones', () => {
    test('who waits by a number is found by it, and takes no second number of the day', async () => {
      const { booth } = await place();
      const phone = aNumber();
      const { userId, number } = await queued(booth, phone);
      expect(await add(booth, phone)).toEqual({ userId, number });
      expect(await add(booth, phone)).toEqual({ userId, number });
      expect(await ledger().addWalkIn(randomUUID(), booth, 'Hana')).toMatchObject({ number: number + 1 });
      expect(await kept(phone)).toHaveLength(1);
      expect((await stage.world().user(userId)).nickname).toBe(`···· ${phone.slice(-4)}`);
    });

    test('so is who was added and never came into the queue', async () => {
      const { booth } = await place();
      const phone = aNumber();
      expect(await add(booth, phone)).toEqual(await add(booth, phone));
    });

    test('another number, and the same at another booth, is somebody else', async () => {
      const { booth } = await place();
      const other = await place();
      const phone = aNumber();
      const first = await queued(booth, phone);
      expect((await add(booth, phone.slice(-4))).userId).not.toBe(first.userId);
      expect((await add(other.booth, phone)).userId).not.toBe(first.userId);
      expect((await add(booth, aNumber())).userId).not.toBe(first.userId);
    });

    test('who was served, or has left, and comes again is a new visitor; who was put back is the same', async () => {
      const { booth } = await place();
      const [served, left, back] = [aNumber(), aNumber(), aNumber()];
      const first = await queued(booth, served);
      await called(booth, first.userId, first.score);
      expect(await add(booth, served)).not.toMatchObject({ userId: first.userId });

      const second = await queued(booth, left);
      const leave = lockOf('leave', booth, second.userId, { score: second.score, generation: (await ledger().readBooth(booth))?.booth.generation ?? 0 });
      expectJoined(await ledger().commit(leave));
      expect(await add(booth, left)).not.toMatchObject({ userId: second.userId });

      const third = await queued(booth, back);
      const waitingId = await called(booth, third.userId, third.score);
      await act('put-back', waitingId, { score: third.score, returnScore: third.score });
      expect(await add(booth, back)).toMatchObject({ userId: third.userId });
    });

    test('the same operation gives the same visitor, whoever else has the number by then', async () => {
      const { booth } = await place();
      const phone = aNumber();
      const operationId = randomUUID();
      const first = await add(booth, phone, operationId);
      const join = lockOf('join', booth, first.userId);
      expectJoined(await ledger().commit(join));
      await called(booth, first.userId, join.score);
      await add(booth, phone);
      expect(await add(booth, phone, operationId)).toEqual(first);
    });

    test('of kiosks that add one number at once, all get one visitor', async () => {
      const { booth } = await place();
      const phone = aNumber();
      const answers = await Promise.all(Array.from({ length: 6 }, () => add(booth, phone)));
      expect(new Set(answers.map(({ userId }) => userId)).size).toBe(1);
      expect(answers[0]?.number).toBe(1);
    });

    test('a closed booth takes nobody’s number down', async () => {
      const { booth } = await place();
      const phone = aNumber();
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expect(await ledger().addWalkIn(randomUUID(), booth, 'x', phone)).toEqual({ outcome: 'refused', code: 'BOOTH_CLOSED' });
      expect(await kept(phone)).toEqual([]);
    });

    test('are forgotten after their time by the ledger’s clock, the oldest first, so many at a time; nothing else is', async () => {
      const { booth } = await place();
      await ledger().forgetPhones(0, 1_000);
      const [oldest, old, young] = [aNumber(), aNumber(), aNumber()];
      const { userId } = await queued(booth, oldest);
      await stage.world().backdate('kiosk_phone', 30 * MINUTE_MS);
      await queued(booth, old);
      await stage.world().backdate('kiosk_phone', 60 * MINUTE_MS);
      await queued(booth, young);
      expect(await ledger().forgetPhones(120 * MINUTE_MS, 10)).toBe(0);
      expect(await ledger().forgetPhones(45 * MINUTE_MS, 1)).toBe(1);
      expect([await kept(oldest), await kept(old), await kept(young)].map((rows) => rows.length)).toEqual([0, 1, 1]);
      expect(await ledger().forgetPhones(45 * MINUTE_MS, 10)).toBe(1);
      expect(await ledger().forgetPhones(45 * MINUTE_MS, 10)).toBe(0);
      expect(await kept(young)).toHaveLength(1);
      // They wait on, by number and the last four; only nobody finds them by the whole number any more.
      expect(await ledger().readPeople(booth, [userId])).toMatchObject([{ userId, name: `···· ${oldest.slice(-4)}`, number: 1 }]);
      expect(await ledger().unservedTickets(booth, 10)).toHaveLength(3);
      expect((await add(booth, oldest)).userId).not.toBe(userId);
    });
  });
}
