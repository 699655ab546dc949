/**
 * Goal: whatever takes a place again, puts a ticket back or gives it up in the same instant as something else, one of the two orders is
 * what happened: no booth over its capacity, no ticket in two places or none. Method: as for the other races, judged by the rows left.
 */
import { describe, expect, test } from 'vitest';
import type { CommitResult, Verdict } from '../../electron/core/ledger.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { ticketKey, type VisitKind } from '../../electron/core/waiting.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { race, raceStage } from '../support/raced-kiosks.ts';

const ROUNDS = 120;
const TIMEOUT_MS = 120_000;
/** A transaction takes several round trips: what races with it must be able to come at any of them. */
const TRANSACTION_TURNS = 400;

const stage = raceStage();
const { kiosk, booth, generation } = stage;

const columns = async (waitingId: number) => (await stage.world.sql(`SELECT status, kiosk_ticket, kiosk_released, kiosk_rev FROM waiting WHERE id = ${waitingId}`))[0];
const brief = (result: CommitResult): string => (result.outcome === 'refused' ? result.code : result.outcome);

/** A visit that ended so just now. */
async function ended(boothId: number, how: 'ENTERED' | 'NO_SHOW' | 'CANCELLED'): Promise<number> {
  const waitingId = await stage.world.addForeignRow({ boothId, userId: stage.user, status: 'COMPLETED' });
  await stage.world.sql(`UPDATE waiting SET completion_type = '${how}' WHERE id = ${waitingId}`);
  return waitingId;
}

describe('the last free place', () => {
  test.each([1, 2])('%d free: of two calls, two undone, one let in after all and one let back in, as many and no more', async (free) => {
    const id = await booth(free);
    const won = { call: 0, back: 0 };
    for (let round = 0; round < ROUNDS / 3; round += 1) {
      const [absent, late, done, gone] = [await ended(id, 'NO_SHOW'), await ended(id, 'NO_SHOW'), await ended(id, 'ENTERED'), await ended(id, 'CANCELLED')];
      const now = await generation(id);
      const back = (kind: VisitKind, waitingId: number) => lockOf(kind, id, stage.user, { waitingId });
      const call = (index: number) => lockOf('call', id, stage.user, { score: round * 10 + index, generation: now });
      const inOrder = [call(0), call(1), back('undo-no-show', absent), back('admit', late), back('undo-complete', done), back('undo-cancel', gone)];
      // Another one is sent first each time.
      const locks = inOrder.map((_, index) => inOrder[(index + round) % inOrder.length] as SoftLock);
      const results = await Promise.all(locks.map((lock, index) => kiosk(index + round).commit(lock)));
      expect(results.map(brief).toSorted()).toEqual([...Array<string>(6 - free).fill('BOOTH_FULL'), ...Array<string>(free).fill('committed')]);
      const { called, entered } = await stage.world.ledger().auditHistory(id);
      expect(called + entered).toBe(free);
      for (const [index, result] of results.entries()) if (result.outcome === 'committed') won[locks[index]?.kind === 'call' ? 'call' : 'back'] += 1;
      await stage.world.sql(`UPDATE waiting SET status = 'COMPLETED', completion_type = 'CANCELLED', completed_at = called_at WHERE booth_id = ${id}`);
    }
    // Both sides meet each other at the place, else this has shown nothing.
    expect(Math.min(won.call, won.back)).toBeGreaterThan(0);
  }, TIMEOUT_MS);

  test('a booth no kiosk has served yet has one last place, too', async () => {
    for (let round = 0; round < ROUNDS / 6; round += 1) {
      const id = await stage.world.addBooth({ capacity: 1 });
      const visits = await Promise.all(stage.kiosks.map(() => ended(id, 'NO_SHOW')));
      const results = await Promise.all(visits.map((waitingId, index) => kiosk(index).commit(lockOf('undo-no-show', id, stage.user, { waitingId }))));
      expect(results.map(brief).toSorted()).toEqual([...Array<string>(5).fill('BOOTH_FULL'), 'committed']);
    }
  }, TIMEOUT_MS);

  test('over the capacity is only who was let in on purpose', async () => {
    const id = await booth(1);
    for (let round = 0; round < ROUNDS / 6; round += 1) {
      const [absent, late] = [await ended(id, 'NO_SHOW'), await ended(id, 'NO_SHOW')];
      const admit = lockOf('admit', id, stage.user, { waitingId: late, note: { ...UNSIGNED, reason: 'a guest', overCapacity: true } });
      const [undone, admitted] = await race(() => kiosk(round).commit(lockOf('undo-no-show', id, stage.user, { waitingId: absent })), () => kiosk(round + 1).commit(admit));
      expect(admitted.outcome).toBe('committed');
      expect(['committed', 'BOOTH_FULL']).toContain(brief(undone));
      await stage.world.sql(`UPDATE waiting SET status = 'COMPLETED', completion_type = 'CANCELLED', completed_at = called_at WHERE booth_id = ${id}`);
    }
  }, TIMEOUT_MS);
});

/** What a fence met: committed and found, or never, and then the row is as it was. */
async function expectAgreement(result: CommitResult, verdict: Verdict, waitingId: number, before: string): Promise<'committed' | 'never'> {
  const row = await columns(waitingId);
  if (verdict.verdict === 'never') expect([result.outcome, row?.['status']]).toEqual(['stale', before]);
  else expect([result.outcome, verdict]).toEqual(['committed', { verdict: 'committed', waitingId, byThisOperation: true }]);
  expect(row?.['kiosk_rev']).toBe(1);
  return verdict.verdict === 'never' ? 'never' : 'committed';
}

describe('a short transaction and its fence', () => {
  test('a no-show taken back', async () => {
    const id = await booth(100_000);
    const seen = { committed: 0, never: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const waitingId = await ended(id, 'NO_SHOW');
      const lock = lockOf('undo-no-show', id, stage.user, { waitingId });
      const [result, verdict] = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).settleVerdict(lock), TRANSACTION_TURNS);
      seen[await expectAgreement(result, verdict, waitingId, 'COMPLETED')] += 1;
    }
    expect(Math.min(seen.committed, seen.never)).toBeGreaterThan(ROUNDS / 40);
  }, TIMEOUT_MS);

  test('a visitor put back: the ticket waits, or the visit stands, never both and never neither', async () => {
    const id = await booth(100_000);
    const seen = { committed: 0, never: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const score = round + 1;
      const waitingId = expectCommitted(await kiosk(round).commit(lockOf('call', id, stage.user, { score })));
      const lock = lockOf('put-back', id, stage.user, { waitingId, score, returnScore: score });
      const [result, verdict] = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).settleVerdict(lock), TRANSACTION_TURNS);
      const end = await expectAgreement(result, verdict, waitingId, 'CALLED');
      const ticket = { boothId: id, userId: stage.user, score };
      const row = await columns(waitingId);
      expect(await stage.world.ledger().unservedTickets(id, ROUNDS)).toEqual(end === 'committed' ? [ticket] : []);
      expect([row?.['kiosk_ticket'], row?.['kiosk_released']]).toEqual(end === 'committed' ? [null, ticketKey(ticket)] : [ticketKey(ticket), null]);
      await stage.world.sql(`DELETE FROM kiosk_queue WHERE booth_id = ${id}`);
      seen[end] += 1;
    }
    expect(Math.min(seen.committed, seen.never)).toBeGreaterThan(ROUNDS / 40);
  }, TIMEOUT_MS);

  test('a visitor put back in the instant of the entrance: one of the two', async () => {
    const id = await booth(100_000);
    const won = { enter: 0, back: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const score = round + 1;
      const waitingId = expectCommitted(await kiosk(round).commit(lockOf('call', id, stage.user, { score })));
      const back = lockOf('undo-call', id, stage.user, { waitingId, score, returnScore: score });
      const [entered, released] = await race(() => kiosk(round).commit(lockOf('enter', id, stage.user, { waitingId })), () => kiosk(round + 1).commit(back), TRANSACTION_TURNS);
      expect([entered, released].map((result) => result.outcome).toSorted()).toEqual(['committed', 'refused']);
      const unserved = await stage.world.ledger().unservedTickets(id, ROUNDS);
      const isBack = released.outcome === 'committed';
      expect(unserved).toEqual(isBack ? [{ boothId: id, userId: stage.user, score }] : []);
      expect((await columns(waitingId))?.['status']).toBe(isBack ? 'COMPLETED' : 'ENTERED');
      await stage.world.sql(`DELETE FROM kiosk_queue WHERE booth_id = ${id}`);
      won[isBack ? 'back' : 'enter'] += 1;
    }
    expect(Math.min(won.enter, won.back)).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});

describe('a leave', () => {
  test('and its fence', async () => {
    const id = await booth(1);
    const seen = { committed: 0, never: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const now = await generation(id);
      const score = round + 1;
      // Every other ticket is one no pass has mirrored yet.
      if (round % 2 === 0) await kiosk(round).commit(lockOf('join', id, stage.user, { score, generation: now }));
      const lock = lockOf('leave', id, stage.user, { score, generation: now });
      const [result, verdict] = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).settleVerdict(lock));
      const there = await stage.world.ledger().findCommitted({ kind: 'leave' }, [lock.operationId]);
      expect([result.outcome, there !== null]).toEqual(verdict.verdict === 'never' ? ['stale', false] : ['committed', true]);
      expect((await kiosk(round).commit(lock)).outcome).toBe(result.outcome);
      seen[verdict.verdict as 'never'] += 1;
    }
    expect(Math.min(seen.committed, seen.never)).toBeGreaterThan(ROUNDS / 40);
  }, TIMEOUT_MS);

  test('twice at once of one ticket: one leave, whichever; delivered twice, it is told twice', async () => {
    const id = await booth(1);
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const leave = () => lockOf('leave', id, stage.user, { score: round + 1 });
      if (round % 2 === 0) await kiosk(round).commit(lockOf('join', id, stage.user, { score: round + 1 }));
      const [a, b] = [leave(), leave()];
      expect((await race(() => kiosk(round).commit(a), () => kiosk(round + 1).commit(b))).map(brief).toSorted()).toEqual(['NOT_IN_QUEUE', 'committed']);
      const again = lockOf('leave', id, stage.user, { score: round + 0.5 });
      expect((await race(() => kiosk(round).commit(again), () => kiosk(round + 1).commit(again))).map(brief)).toEqual(['committed', 'committed']);
    }
    expect(await stage.world.sql(`SELECT COUNT(*) AS n, COUNT(left_op) AS l FROM kiosk_queue WHERE booth_id = ${id}`)).toEqual([{ n: ROUNDS, l: ROUNDS }]);
  }, TIMEOUT_MS);

  test('and a call of the same ticket: one of the two', async () => {
    const id = await booth(100_000);
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const score = round + 1;
      const [called, left] = await race(() => kiosk(round).commit(lockOf('call', id, stage.user, { score })), () => kiosk(round + 1).commit(lockOf('leave', id, stage.user, { score })));
      expect(['committed INVALID_STATUS', 'ticket-left committed']).toContain(`${brief(called)} ${brief(left)}`);
    }
  }, TIMEOUT_MS);
});
