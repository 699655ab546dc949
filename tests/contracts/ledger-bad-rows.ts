/** What other programs may leave in the columns kiosks read: what is known is shown, and one bad row hides no other. */
import { describe, expect, test } from 'vitest';
import { expectCommitted, lockOf, type Stage } from './ledger-stage.ts';

export function badRowsContract(stage: Stage): void {
  const { ledger, place, called } = stage;
  const exec = (sql: string): Promise<void> => stage.world().exec(sql);

  describe('rows that make no sense', () => {
    test('a ticket that is not that of its row counts as none; the visit is shown and the audit names it', async () => {
      const { booth, user } = await place();
      const good = await called(booth, user, 5.25);
      const odd: number[] = [];
      for (const ticket of ['rubbish', '1:1:1', `${booth}:${user}:`, `${booth}:${user}:soon`]) {
        const row = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
        await exec(`UPDATE waiting SET kiosk_ticket = '${ticket}' WHERE id = ${row}`);
        odd.push(row);
      }
      const read = await ledger().readBooth(booth);
      expect(new Map(read?.live.map((visit) => [visit.waitingId, visit.score]))).toEqual(new Map<number, number | null>([[good.waitingId, 5.25], ...odd.map((row) => [row, null] as const)]));
      expect((await ledger().auditHistory(booth)).unreadable).toEqual(odd.slice(0, 3));
      const entered = await ledger().commit(stage.visitLock('enter', booth, user, odd[0] ?? 0, 0));
      expect(entered).toMatchObject({ outcome: 'committed' });
      await exec(`UPDATE waiting SET kiosk_ticket = NULL WHERE booth_id = ${booth}`);
    });

    test('a negative capacity is none: for the list, the audit and the call', async () => {
      const { booth, user } = await place();
      await exec(`UPDATE booth SET capacity = -5 WHERE id = ${booth}`);
      expect((await ledger().readBooth(booth))?.booth.capacity).toBe(0);
      expect((await ledger().listBooths()).find((each) => each.boothId === booth)?.capacity).toBe(0);
      expect((await ledger().auditHistory(booth)).capacity).toBe(0);
      expect(await ledger().commit(lockOf('call', booth, user))).toMatchObject({ outcome: 'refused', code: 'BOOTH_FULL' });
    });

    test('a registration that is no ticket does not keep the others from being offered', async () => {
      const { booth, user } = await place();
      const joined = lockOf('join', booth, user);
      await ledger().commit(joined);
      await exec(`INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) SELECT 'garbage-${booth}', booth_id, user_id, 0, NULL, created_at FROM kiosk_queue WHERE booth_id = ${booth}`);
      expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score: joined.score }]);
      await exec(`DELETE FROM kiosk_queue WHERE ticket = 'garbage-${booth}'`);
    });

    test('a negative revision is counted on, and can be fenced', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await exec(`UPDATE waiting SET kiosk_rev = -5 WHERE id = ${waitingId}`);
      expect((await ledger().readVisit(waitingId))?.revision).toBe(-5);
      expect(expectCommitted(await ledger().commit(stage.visitLock('enter', booth, user, waitingId, -5)))).toBe(waitingId);
      expect((await ledger().readVisit(waitingId))?.revision).toBe(-4);
      expect(await ledger().settleVerdict(stage.visitLock('complete', booth, user, waitingId, -4))).toEqual({ verdict: 'never' });
      expect((await ledger().readVisit(waitingId))?.revision).toBe(-3);
    });
  });
}
