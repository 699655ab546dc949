/**
 * Goal: the ledger's copy of a queue is that of its latest pass, and nothing a kiosk does meanwhile is lost in it. Method: passes, leaves,
 * calls and visitors put back, raced over separate connections and judged by the rows left.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { MirrorChange } from '../../electron/core/ledger.ts';
import { ticketKey, type Ticket } from '../../electron/core/waiting.ts';
import { expectCommitted, expectJoined, lockOf } from '../contracts/ledger-stage.ts';
import { race, raceStage } from '../support/raced-kiosks.ts';

const ROUNDS = 60;
const TIMEOUT_MS = 60_000;
const TRANSACTION_TURNS = 200;

const stage = raceStage();
const { kiosk } = stage;
let booth = 0;
beforeEach(async () => {
  booth = await stage.booth(100_000);
  await stage.world.sql('DELETE FROM kiosk_mirror');
});

const ticketAt = (score: number): Ticket => ({ boothId: booth, userId: stage.user, score });
const nowMs = async (): Promise<number> => (await stage.world.ledger().readMirror()).nowMs;
const change = (epoch: number, readAtMs: number, rest: Partial<MirrorChange>): MirrorChange => ({ boothId: booth, epoch, arrived: [], gone: [], readAtMs, ...rest });
const waiting = () => stage.world.ledger().unservedTickets(booth, 10_000);
const registration = async (ticket: Ticket) => (await stage.world.sql(`SELECT left_at IS NOT NULL AS has_left, gone_at IS NOT NULL AS is_gone, operation_id FROM kiosk_queue WHERE ticket = '${ticketKey(ticket)}'`))[0];

describe('passes', () => {
  test('an older one is refused and changes nothing, however late it comes, and however often', async () => {
    const [first, second] = [ticketAt(1), ticketAt(2)];
    const readAtMs = await nowMs();
    expect(await kiosk(0).writeMirror(change(5, readAtMs, { arrived: [first] }))).toBe(true);
    for (const epoch of [5, 4, 1]) expect(await kiosk(1).writeMirror(change(epoch, (await nowMs()) + 1_000, { arrived: [second], gone: [first] }))).toBe(false);
    expect(await waiting()).toEqual([first]);
    expect(await stage.world.sql(`SELECT epoch FROM kiosk_mirror WHERE booth_id = ${booth}`)).toEqual([{ epoch: 5 }]);
  });

  test('the festival’s epoch never falls', async () => {
    const { epoch } = await stage.world.ledger().readMirror();
    await Promise.all([3, 9, 1, 7, 2, 8].map((ahead, index) => kiosk(index).noteMirror(epoch + ahead)));
    const before = await stage.world.ledger().readMirror();
    expect(before.epoch).toBe(epoch + 9);
    await kiosk(0).noteMirror(epoch + 4);
    expect(await stage.world.ledger().readMirror()).toMatchObject({ epoch: before.epoch, atMs: before.atMs });
    expect((await stage.world.ledger().readBooth(booth))?.epoch).toBe(before.epoch);
  });

  test('two at once: what the later one saw is what is left', async () => {
    const seen = { refused: 0, followed: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      const ticket = ticketAt(round);
      const readAtMs = await nowMs();
      const older = () => kiosk(round).writeMirror(change(2 * round, readAtMs, { arrived: [ticket] }));
      const later = async () => kiosk(round + 1).writeMirror(change(2 * round + 1, readAtMs + 60_000, { gone: [ticket] }));
      const [wrote, wroteLater] = await race(older, later, TRANSACTION_TURNS);
      expect(wroteLater).toBe(true);
      expect(await registration(ticket)).toEqual(wrote ? { has_left: 0, is_gone: 1, operation_id: null } : undefined);
      seen[wrote ? 'followed' : 'refused'] += 1;
    }
    expect(await waiting()).toEqual([]);
    expect(Math.min(seen.refused, seen.followed)).toBeGreaterThan(0);
  }, TIMEOUT_MS);

  test('the end of a later one meets an older one that still writes: neither fails, and what is refused is not written', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const readAtMs = await nowMs();
      const [wrote] = await race(() => kiosk(round).writeMirror(change(2 * round, readAtMs, { arrived: [ticketAt(round)] })), () => kiosk(round + 1).noteMirror(2 * round + 1), TRANSACTION_TURNS);
      expect(await registration(ticketAt(round))).toEqual(wrote ? { has_left: 0, is_gone: 0, operation_id: null } : undefined);
      expect((await stage.world.ledger().readMirror()).epoch).toBe(2 * round + 1);
      expect(await kiosk(round).writeMirror(change(2 * round, readAtMs, { gone: [ticketAt(round)] }))).toBe(false);
    }
  }, TIMEOUT_MS);

  test('six at once on a booth that has none: the latest is written, and nobody is told so falsely', async () => {
    for (let round = 1; round <= ROUNDS / 6; round += 1) {
      const fresh = await stage.world.addBooth({ capacity: 1 });
      const readAtMs = await nowMs();
      const wrote = await Promise.all(stage.kiosks.map((each, index) => each.writeMirror({ boothId: fresh, epoch: index + 1, arrived: [{ boothId: fresh, userId: stage.user, score: index + 1 }], gone: [], readAtMs })));
      expect(wrote[5]).toBe(true);
      expect(await stage.world.sql(`SELECT epoch FROM kiosk_mirror WHERE booth_id = ${fresh}`)).toEqual([{ epoch: 6 }]);
      const written = (await stage.world.ledger().unservedTickets(fresh, 10)).map((ticket) => ticket.score);
      expect(written).toEqual(wrote.flatMap((isWritten, index) => (isWritten ? [index + 1] : [])));
    }
  }, TIMEOUT_MS);

  test('a long queue comes and goes in bounded statements, in one piece', async () => {
    const arrived = Array.from({ length: 2_500 }, (_, index) => ticketAt(index + 1));
    expect(await kiosk(0).writeMirror(change(1, await nowMs(), { arrived }))).toBe(true);
    expect(await waiting()).toHaveLength(2_500);
    expect(await stage.world.ledger().staleTickets(arrived)).toEqual([]);
    expect(await kiosk(1).writeMirror(change(2, await nowMs(), { gone: arrived.slice(1) }))).toBe(true);
    expect(await waiting()).toEqual([ticketAt(1)]);
  });
});

describe('what kiosks do while a pass is under way', () => {
  test('who registers after the queue was read is not taken for gone', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const readAtMs = await nowMs();
      const join = lockOf('join', booth, stage.user, { score: round });
      const [joined, wrote] = await race(() => kiosk(round).commit(join), () => kiosk(round + 1).writeMirror(change(round, readAtMs, { gone: [ticketAt(round)] })), TRANSACTION_TURNS);
      expectJoined(joined);
      expect(wrote).toBe(true);
    }
    expect(await waiting()).toHaveLength(ROUNDS);
    await kiosk(0).writeMirror(change(ROUNDS + 1, await nowMs(), { gone: await waiting() }));
    expect(await waiting()).toEqual([]);
  }, TIMEOUT_MS);

  test('nor who is put back after it', async () => {
    for (let round = 1; round <= ROUNDS / 2; round += 1) {
      const score = round;
      const now = (await stage.world.ledger().readBooth(booth))?.booth.generation ?? 0;
      expectJoined(await kiosk(round).commit(lockOf('join', booth, stage.user, { score, generation: now })));
      const waitingId = expectCommitted(await kiosk(round).commit(lockOf('call', booth, stage.user, { score, generation: now })));
      const readAtMs = await nowMs();
      const back = lockOf('put-back', booth, stage.user, { waitingId, score, returnScore: score });
      const [released] = await race(() => kiosk(round).commit(back), () => kiosk(round + 1).writeMirror(change(round, readAtMs, { gone: [ticketAt(score)] })), TRANSACTION_TURNS);
      expectCommitted(released);
      expect(await waiting()).toEqual([ticketAt(score)]);
      await stage.world.sql(`DELETE FROM kiosk_queue WHERE booth_id = ${booth}`);
    }
  }, TIMEOUT_MS);

  test('who leaves has left, whatever queue a pass has read', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const ticket = ticketAt(round);
      const readAtMs = await nowMs();
      if (round % 2 === 0) await kiosk(0).commit(lockOf('join', booth, stage.user, { score: round }));
      const leave = lockOf('leave', booth, stage.user, { score: round });
      const [left, wrote] = await race(() => kiosk(round).commit(leave), () => kiosk(round + 1).writeMirror(change(round, readAtMs, { arrived: [ticket] })), TRANSACTION_TURNS);
      expectJoined(left);
      expect(wrote).toBe(true);
      expect(await registration(ticket)).toMatchObject({ has_left: 1, is_gone: 0 });
      expect(await stage.world.ledger().staleTickets([ticket])).toEqual([ticket]);
    }
    expect(await waiting()).toEqual([]);
  }, TIMEOUT_MS);
});

describe('a registration', () => {
  test('of a walk-in that vanished from the queue is lost, not given up: it stays to be refilled from', async () => {
    const walkIn = await stage.world.ledger().addWalkIn(crypto.randomUUID(), booth, 'Hana');
    const theirs = { boothId: booth, userId: (walkIn as { userId: number }).userId, score: 5 };
    await kiosk(0).writeMirror(change(1, await nowMs(), { arrived: [theirs, ticketAt(6)] }));
    expect(await kiosk(0).writeMirror(change(2, await nowMs(), { gone: [theirs, ticketAt(6)] }))).toBe(true);
    expect(await waiting()).toEqual([theirs]);
    await kiosk(0).dropTicket(theirs);
    expect(await waiting()).toEqual([]);
  });

  test('that comes back is waited for again, although its visitor was called before', async () => {
    await kiosk(0).writeMirror(change(1, await nowMs(), { arrived: [ticketAt(7)] }));
    await stage.world.addForeignRow({ boothId: booth, userId: stage.user, status: 'COMPLETED', calledSecondsAgo: 0 });
    expect(await waiting()).toEqual([]);
    await kiosk(0).writeMirror(change(2, await nowMs(), { gone: [ticketAt(7)] }));
    await kiosk(0).writeMirror(change(3, await nowMs(), { arrived: [ticketAt(7)] }));
    expect(await waiting()).toEqual([ticketAt(7)]);
  });

  test('at the very score of one that was given up is a new one: it waits, and the old one’s end is not its', async () => {
    const ticket = ticketAt(8);
    const [first, leave, second] = [lockOf('join', booth, stage.user, { score: 8 }), lockOf('leave', booth, stage.user, { score: 8 }), lockOf('join', booth, stage.user, { score: 8 })];
    expectJoined(await kiosk(0).commit(first));
    expectJoined(await kiosk(0).commit(leave));
    // The first one's commit, come late, does not bring it back.
    expectJoined(await kiosk(0).commit(first));
    expect(await waiting()).toEqual([]);
    expect(await kiosk(1).settleVerdict(second)).toEqual({ verdict: 'never' });
    expect(await kiosk(0).commit(second)).toEqual({ outcome: 'stale', generation: 1 });
    expectJoined(await kiosk(0).commit({ ...second, generation: 1 }));
    expect(await waiting()).toEqual([ticket]);
    expect(await stage.world.ledger().staleTickets([ticket])).toEqual([]);
    expect(await kiosk(1).settleVerdict({ ...second, generation: 1 })).toMatchObject({ verdict: 'committed', byThisOperation: true });
  });

  test('put back behind others stands in one place only', async () => {
    const [before, behind] = [ticketAt(1_763_800_000.25), ticketAt(1_763_800_100.5)];
    expectJoined(await kiosk(0).commit(lockOf('join', booth, stage.user, { score: before.score })));
    const waitingId = expectCommitted(await kiosk(0).commit(lockOf('call', booth, stage.user, { score: before.score })));
    expectCommitted(await kiosk(0).commit(lockOf('put-back', booth, stage.user, { waitingId, score: before.score, returnScore: behind.score })));
    expect(await waiting()).toEqual([behind]);
    expect(await registration(before)).toMatchObject({ is_gone: 1 });
  });

  test('of another program, put back behind others, leaves its first place, too', async () => {
    const waitingId = await stage.world.addForeignRow({ boothId: booth, userId: stage.user, status: 'CALLED', calledSecondsAgo: 30 });
    await stage.world.sql(`UPDATE waiting SET registered_at = FROM_UNIXTIME(1763800000) WHERE id = ${waitingId}`);
    const [before, behind] = [ticketAt(1_763_800_000), ticketAt(1_763_800_100.5)];
    await kiosk(0).writeMirror(change(1, (await nowMs()) - 60_000, { arrived: [before] }));
    expectCommitted(await kiosk(0).commit(lockOf('put-back', booth, stage.user, { waitingId, returnScore: behind.score })));
    expect(await waiting()).toEqual([behind]);
    expect(await stage.world.sql(`SELECT kiosk_released AS r FROM waiting WHERE id = ${waitingId}`)).toEqual([{ r: ticketKey(before) }]);
  });
});
