/**
 * Goal: whatever two kiosks do in the same instant, one of the two orders is what happened. Method: pairs raced over separate
 * connections, many times, each judged by the rows it left. Which of the pair starts first is drawn from a printed seed.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { attemptIds } from '../../electron/core/attempt-id.ts';
import type { CommitResult } from '../../electron/core/ledger.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { race, raceStage } from '../support/raced-kiosks.ts';

const ROUNDS = 200;
const TIMEOUT_MS = 120_000;

const stage = raceStage();
const { kiosk, booth, generation } = stage;


describe('raced pairs', () => {
  test('two attempts of one request, each with another visitor: one calls, the other learns of it', async () => {
    const id = await booth(100_000);
    for (let round = 0; round < ROUNDS; round += 1) {
      const attempts = attemptIds(randomUUID());
      const locks = await Promise.all([0, 1].map(async (index) => lockOf('call', id, stage.user, { operationId: attempts[index] ?? '', score: 2 * round + index + 1, generation: await generation(id) })));
      const [a, b] = locks as [SoftLock, SoftLock];
      const results = await race(() => kiosk(round).commit(a, attempts), () => kiosk(round + 1).commit(b, attempts));
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['committed', 'committed-before']);
    }
  }, TIMEOUT_MS);

  test('a call and its fence: committed and found, or never', async () => {
    const id = await booth(100_000);
    const seen = { committed: 0, never: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const lock = lockOf('call', id, stage.user, { score: round + 1, generation: await generation(id) });
      const [result, verdict] = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).settleVerdict(lock));
      const there = await stage.world.ledger().findCommitted({ kind: 'call' }, [lock.operationId]);
      if (verdict.verdict === 'never') expect([result.outcome, there]).toEqual(['stale', null]);
      else expect([result.outcome, there?.waitingId]).toEqual(['committed', (verdict as { waitingId: number }).waitingId]);
      expect((await kiosk(round).commit(lock)).outcome).toBe(result.outcome);
      seen[verdict.verdict as 'never'] += 1;
    }
    expect(Math.min(seen.committed, seen.never)).toBeGreaterThan(ROUNDS / 20);
  }, TIMEOUT_MS);

  test('a join and its fence', async () => {
    const id = await booth(1);
    const seen = { committed: 0, never: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const lock = lockOf('join', id, stage.user, { score: round + 1, generation: await generation(id) });
      const [result, verdict] = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).settleVerdict(lock));
      const there = await stage.world.ledger().findCommitted({ kind: 'join' }, [lock.operationId]);
      expect([result.outcome, there !== null]).toEqual(verdict.verdict === 'never' ? ['stale', false] : ['committed', true]);
      seen[verdict.verdict as 'never'] += 1;
    }
    expect(Math.min(seen.committed, seen.never)).toBeGreaterThan(ROUNDS / 20);
  }, TIMEOUT_MS);

  test('an entrance and its fence', async () => {
    const id = await booth(1);
    const seen = { committed: 0, never: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const waitingId = await stage.world.addForeignRow({ boothId: id, userId: stage.user, status: 'CALLED' });
      const lock = lockOf('enter', id, stage.user, { waitingId });
      const [result, verdict] = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).settleVerdict(lock));
      const row = await stage.world.ledger().readVisit(waitingId);
      expect([result.outcome, row?.status]).toEqual(verdict.verdict === 'never' ? ['stale', 'CALLED'] : ['committed', 'ENTERED']);
      expect(row?.revision).toBe(1);
      seen[verdict.verdict as 'never'] += 1;
    }
    expect(Math.min(seen.committed, seen.never)).toBeGreaterThan(ROUNDS / 20);
  }, TIMEOUT_MS);

  test('two entrances of one visit: one of them', async () => {
    const id = await booth(1);
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const waitingId = await stage.world.addForeignRow({ boothId: id, userId: stage.user, status: 'CALLED' });
      const enter = (index: number) => kiosk(index).commit(lockOf('enter', id, stage.user, { waitingId }));
      const results = await race(() => enter(round), () => enter(round + 1));
      const [first, second] = results.map((result) => result.outcome).toSorted();
      expect(first).toBe('committed');
      // Refused by what the row shows, or told that it changed meanwhile: the kiosk looks again then.
      expect(['refused', 'stale']).toContain(second);
      expect((await stage.world.ledger().readVisit(waitingId))?.revision).toBe(1);
    }
  }, TIMEOUT_MS);

  test('two calls of one ticket: one row', async () => {
    const id = await booth(100_000);
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const call = (index: number) => kiosk(index).commit(lockOf('call', id, stage.user, { score: round + 1 }));
      const results = await race(() => call(round), () => call(round + 1));
      expect(results.map((result) => result.outcome).toSorted()).toEqual(['committed', 'ticket-has-row']);
    }
    expect(await stage.world.rows(id)).toHaveLength(ROUNDS / 2);
  }, TIMEOUT_MS);

  test('one commit delivered twice at once: one row, both say committed', async () => {
    const id = await booth(100_000);
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const lock = lockOf('call', id, stage.user, { score: round + 1 });
      const results = await race(() => kiosk(round).commit(lock), () => kiosk(round + 1).commit(lock));
      expect(expectCommitted(results[0])).toBe(expectCommitted(results[1]));
    }
  }, TIMEOUT_MS);
});

describe('the last free place', () => {
  test.each([1, 3])('%d free: six kiosks call as many and no more', async (free) => {
    const id = await booth(free);
    for (let round = 0; round < ROUNDS / 4; round += 1) {
      const now = await generation(id);
      const locks = stage.kiosks.map((_kiosk, index) => lockOf('call', id, stage.user, { score: round * 10 + index, generation: now }));
      const results = await Promise.all(locks.map((lock, index) => kiosk(index).commit(lock)));
      expect(results.map(brief).toSorted()).toEqual([...Array<string>(6 - free).fill('BOOTH_FULL'), ...Array<string>(free).fill('committed')]);
      expect(await stage.world.ledger().auditHistory(id)).toMatchObject({ called: free, entered: 0 });
      await stage.world.sql(`UPDATE waiting SET status = 'COMPLETED', completed_at = called_at WHERE booth_id = ${id}`);
    }
  }, TIMEOUT_MS);

  test('calls, entrances and completions at once never exceed the capacity', async () => {
    const [id, capacity] = [await booth(2), 2];
    let score = 0;
    for (let round = 0; round < ROUNDS / 4; round += 1) {
      const live = (await stage.world.ledger().readBooth(id))?.live ?? [];
      const moves = live.map((row, index) => kiosk(index).commit(
        lockOf(row.status === 'CALLED' ? 'enter' : 'complete', id, stage.user, { waitingId: row.waitingId, generation: row.revision }),
      ));
      const calls = [3, 4, 5].map((index) => kiosk(index).commit(lockOf('call', id, stage.user, { score: (score += 1) })));
      await Promise.all([...moves, ...calls]);
      const { called, entered } = await stage.world.ledger().auditHistory(id);
      expect(called + entered).toBeLessThanOrEqual(capacity);
    }
    expect((await stage.world.rows(id)).length).toBeGreaterThan(ROUNDS / 10);
  }, TIMEOUT_MS);
});

test('walk-ins added at six kiosks at once have six numbers', async () => {
  const id = await booth(1);
  for (let round = 0; round < 10; round += 1) await Promise.all(stage.kiosks.map((each) => each.addWalkIn(randomUUID(), id, 'x')));
  const people = await stage.world.sql(`SELECT number FROM kiosk_visitor WHERE booth_id = ${id} ORDER BY number`);
  expect(people.map((row) => Number(row['number']))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
}, TIMEOUT_MS);

test('the same walk-in added at two kiosks at once is one visitor', async () => {
  const id = await booth(1);
  for (let round = 0; round < 20; round += 1) {
    const operationId = randomUUID();
    const [a, b] = await race(() => kiosk(0).addWalkIn(operationId, id, 'x'), () => kiosk(1).addWalkIn(operationId, id, 'x'));
    expect(a).toEqual(b);
  }
}, TIMEOUT_MS);

test('one phone number added at six kiosks at once is one visitor, with one number of the day', async () => {
  const id = await booth(1);
  for (let round = 0; round < 20; round += 1) {
    const phone = `0109999${String(round).padStart(4, '0')}`;
    const added = await Promise.all(stage.kiosks.map((each) => each.addWalkIn(randomUUID(), id, '···· 0000', phone)));
    for (const each of added) expect(each).toEqual({ outcome: 'added', userId: expect.any(Number), number: round + 1 });
    expect(new Set(added.map((each) => JSON.stringify(each))).size).toBe(1);
  }
}, TIMEOUT_MS);

test('a booth closed at one kiosk while another changes it stays closed, with whom to dismiss, and nothing of the other change', async () => {
  const seen = { before: 0, after: 0 };
  for (let round = 0; round < ROUNDS / 2; round += 1) {
    const id = await booth(1);
    const change = (what: 'close' | 'last-call' | 'pause', by: number) => {
      const operationId = randomUUID();
      return kiosk(by).changeBooth({ boothId: id, change: what, operationId, staff: null, reason: what, waiting: null, owner: `kiosk-${by}/a` });
    };
    const [closed, other] = await race(() => change('close', round), () => change(round % 2 === 0 ? 'last-call' : 'pause', round + 1));
    const row = (await kiosk(round).readBooth(id))?.booth;
    expect([closed, row?.status, row?.lastCallAtMs, row?.pausedAtMs, row?.phaseReason]).toEqual(['changed', 'CLOSED', null, null, 'close']);
    expect(row?.dismissedBy).toEqual(expect.any(String));
    seen[other === 'changed' ? 'before' : 'after'] += 1;
  }
  expect(Math.min(seen.before, seen.after)).toBeGreaterThan(ROUNDS / 20);
}, TIMEOUT_MS);

function brief(result: CommitResult): string {
  return result.outcome === 'refused' ? result.code : result.outcome;
}
