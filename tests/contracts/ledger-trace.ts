/** The story of a visitor or a visit, and the journal it is told from. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../electron/core/ledger.ts';
import { expectJoined, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

export function traceContract(stage: Stage): void {
  const { ledger, place, called, act } = stage;
  const entryOf = (boothId: number, userId: number, rest: Partial<JournalEntry> = {}): JournalEntry => ({
    operationId: randomUUID(), kind: 'call', boothId, userId, waitingId: null, score: null, owner: 'kiosk-1/a', outcome: 'finished', settled: false, staff: null, reason: null, resolvedBy: 'kiosk-1/a', ...rest,
  });

  test('the journal takes what it is told, cut to its bounds', async () => {
    const { booth, user } = await place();
    const entry = entryOf(booth, user, { score: 1_763_800_000.5, owner: '키'.repeat(300), resolvedBy: 'b'.repeat(300), outcome: 'undone', settled: true, staff: '글'.repeat(50), reason: '이'.repeat(300) });
    await ledger().writeJournal(entry);
    expect(await stage.world().journal(entry.operationId)).toEqual([{ outcome: 'undone', owner: '키'.repeat(100), score: 1_763_800_000.5 }]);
    expect((await ledger().readTrace({ userId: user }))?.journal).toEqual([
      { ...entry, owner: '키'.repeat(100), resolvedBy: 'b'.repeat(100), staff: '글'.repeat(40), reason: '이'.repeat(200), atMs: expect.any(Number) },
    ]);
  });

  describe('the story', () => {
    test('of nobody', async () => {
      const { user } = await place();
      expect(await ledger().readTrace({ userId: user })).toBeNull();
      expect(await ledger().readTrace({ waitingId: 999_999_999 })).toBeNull();
    });

    test('of a visitor: registrations, visits and lines at every booth', async () => {
      const { booth, user } = await place();
      const other = await place();
      const [join, leave] = [lockOf('join', booth, user, { score: 1_763_800_000.125 }), lockOf('leave', other.booth, user)];
      expectJoined(await ledger().commit(join));
      expectJoined(await ledger().commit(leave));
      const call = lockOf('call', booth, user, { score: join.score, position: 3 });
      await ledger().commit(call);
      const own = (await stage.world().rows(booth))[0]?.id ?? 0;
      const foreign = await stage.world().addForeignRow({ boothId: other.booth, userId: user, status: 'COMPLETED', calledSecondsAgo: 60 });
      const lines = [entryOf(booth, user, { operationId: join.operationId, kind: 'join', score: join.score }), entryOf(booth, user, { operationId: call.operationId, waitingId: own, staff: 'Kim', reason: 'early', settled: true })];
      for (const line of lines) await ledger().writeJournal(line);
      await ledger().writeJournal(entryOf(booth, other.user));

      const record = await ledger().readTrace({ userId: user });
      expect(record?.registrations).toEqual([
        { ticket: { boothId: booth, userId: user, score: join.score }, atMs: expect.any(Number), byKiosk: true, leftAtMs: null, goneAtMs: null },
        { ticket: { boothId: other.booth, userId: user, score: leave.score }, atMs: expect.any(Number), byKiosk: false, leftAtMs: expect.any(Number), goneAtMs: null },
      ]);
      expect(record?.visits).toEqual([
        { ...(await ledger().readVisit(own)), calledFromPosition: 3, byKiosk: true },
        { ...(await ledger().readVisit(foreign)), calledFromPosition: null, byKiosk: false },
      ]);
      expect(record?.journal).toEqual(lines.map((line) => ({ ...line, atMs: expect.any(Number) })));
      const nowMs = await stage.nowMs();
      for (const atMs of [...(record?.journal ?? []), ...(record?.registrations ?? [])].map((each) => each.atMs)) expect(Math.abs(atMs - nowMs)).toBeLessThan(MINUTE_MS);
      await ledger().dropTicket({ boothId: booth, userId: user, score: 5 });
      expect((await ledger().readTrace({ userId: user }))?.registrations).toContainEqual(expect.objectContaining({ byKiosk: false, goneAtMs: expect.any(Number) }));
    });

    test('of one visit: its own ticket, row and lines alone, those of an undone call among them', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      expectJoined(await ledger().commit(lockOf('join', booth, user)));
      const { lock, waitingId } = await called(booth, user, join.score ?? 0);
      const another = await called(booth, user);
      const lines = [
        entryOf(booth, user, { operationId: lock.operationId, outcome: 'undone' }),
        entryOf(booth, user, { operationId: lock.operationId, waitingId }),
        entryOf(booth, user, { kind: 'enter', waitingId }),
        entryOf(booth, user, { kind: 'complete', waitingId, outcome: 'superseded' }),
        entryOf(booth, user, { kind: 'complete', waitingId, outcome: 'quarantined' }),
      ];
      for (const line of lines) await ledger().writeJournal(line);
      await ledger().writeJournal(entryOf(booth, user, { kind: 'enter', waitingId: another.waitingId }));
      await ledger().writeJournal(entryOf(booth, user, { operationId: another.lock.operationId }));
      const elsewhere = await place();
      await ledger().writeJournal(entryOf(elsewhere.booth, user, { operationId: lock.operationId }));
      const record = await ledger().readTrace({ waitingId });
      expect(record?.registrations.map(({ ticket }) => ticket)).toEqual([{ boothId: booth, userId: user, score: join.score }]);
      expect(record?.visits.map((visit) => visit.waitingId)).toEqual([waitingId]);
      expect(record?.journal).toEqual(lines.map((line) => ({ ...line, atMs: expect.any(Number) })));
    });

    test('of a visit that was given up: the registration it had', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      const { waitingId } = await called(booth, user, join.score ?? 0);
      await act('put-back', waitingId, { returnScore: join.score });
      const record = await ledger().readTrace({ waitingId });
      expect(record?.registrations).toMatchObject([{ ticket: { score: join.score }, byKiosk: true, goneAtMs: null }]);
      expect(record?.visits).toMatchObject([{ released: true, calledFromPosition: null }]);
      const foreign = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      expect(await ledger().readTrace({ waitingId: foreign })).toMatchObject({ registrations: [], visits: [{ waitingId: foreign, byKiosk: false }], journal: [] });
    });

    test('leaves out lines of a later version and rows that make no sense', async () => {
      const { booth, user } = await place();
      const known = entryOf(booth, user);
      for (const line of [entryOf(booth, user, { reason: 'kind' }), known, entryOf(booth, user, { reason: 'outcome' })]) await ledger().writeJournal(line);
      await stage.world().exec(`UPDATE kiosk_journal SET kind = 'toString' WHERE reason = 'kind' AND user_id = ${user}`);
      await stage.world().exec(`UPDATE kiosk_journal SET outcome = 'melted' WHERE reason = 'outcome' AND user_id = ${user}`);
      await ledger().dropTicket({ boothId: booth, userId: user, score: 5 });
      await stage.world().exec(`UPDATE kiosk_queue SET ticket = 'rubbish-${booth}' WHERE user_id = ${user}`);
      const record = await ledger().readTrace({ userId: user });
      expect(record?.journal.map(({ operationId }) => operationId)).toEqual([known.operationId]);
      expect(record?.registrations).toEqual([]);
    });

    test('is bounded: of a long one the newest, told from the oldest on', async () => {
      const { booth, user } = await place();
      const values = Array.from({ length: 501 }, (_, line) => `('line-${line}', 'call', ${booth}, ${user}, 'a', 'finished', 0, 'a', (SELECT created_at FROM (SELECT created_at FROM users WHERE id = ${user}) u))`);
      await stage.world().exec(`INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, owner, outcome, settled, resolved_by, created_at) VALUES ${values.join(', ')}`);
      const lines = (await ledger().readTrace({ userId: user }))?.journal ?? [];
      expect([lines.length, lines[0]?.operationId, lines.at(-1)?.operationId]).toEqual([500, 'line-1', 'line-500']);
    });
  });
}
