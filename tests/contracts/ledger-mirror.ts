/** The ledger's copy of the queues: by difference, never older over newer, and nobody taken for gone who may be lost. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MirrorChange } from '../../electron/core/ledger.ts';
import type { Ticket } from '../../electron/core/waiting.ts';
import { AWKWARD_SCORES, DAY_MS, expectJoined, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

export function mirrorContract(stage: Stage): void {
  const { ledger, place, called, act } = stage;
  const waiting = (booth: number): Promise<readonly Ticket[]> => ledger().unservedTickets(booth, 100_000);
  /** The festival's epoch never falls: those of a booth's tests begin where the booth was met first. */
  const bases = new Map<number, number>();
  const epochOf = async (boothId: number, epoch: number): Promise<number> => {
    const base = bases.get(boothId) ?? (await ledger().readMirror()).epoch;
    bases.set(boothId, base);
    return base + epoch;
  };
  const change = async (boothId: number, epoch: number, rest: Partial<MirrorChange>): Promise<MirrorChange> => ({
    boothId, epoch: await epochOf(boothId, epoch), arrived: [], gone: [], readAtMs: await stage.nowMs(), ...rest,
  });
  const write = async (boothId: number, epoch: number, rest: Partial<MirrorChange>): Promise<boolean> => ledger().writeMirror(await change(boothId, epoch, rest));

  describe('the copy of a queue', () => {
    test('what arrived is waiting, to the digit and in calling order; what is gone is not; what comes back is again', async () => {
      const { booth, user } = await place();
      const scores = AWKWARD_SCORES.toSorted((a, b) => a - b);
      const tickets = scores.map((score, index) => ({ boothId: booth, userId: user + index, score }));
      expect(await write(booth, 1, { arrived: tickets.toReversed() })).toBe(true);
      expect(await waiting(booth)).toEqual(tickets);
      const [first, ...rest] = tickets;
      if (first === undefined) throw new Error('there are tickets');
      expect(await write(booth, 2, { gone: [first], readAtMs: (await stage.nowMs()) + 1 })).toBe(true);
      expect(await waiting(booth)).toEqual(rest);
      expect(await write(booth, 3, { arrived: [first] })).toBe(true);
      expect(await waiting(booth)).toEqual(tickets);
      expect(await ledger().staleTickets(tickets)).toEqual([]);
      const elsewhere = await place();
      expect(await waiting(elsewhere.booth)).toEqual([]);
    });

    test('more than one batch, and a difference that is none', async () => {
      const { booth, user } = await place();
      const tickets = Array.from({ length: 2_001 }, (_, index) => ({ boothId: booth, userId: user, score: 1_763_800_000 + index }));
      expect(await write(booth, 1, { arrived: tickets })).toBe(true);
      expect(await waiting(booth)).toEqual(tickets);
      expect(await write(booth, 2, { gone: tickets.slice(0, 2_000), readAtMs: (await stage.nowMs()) + MINUTE_MS })).toBe(true);
      expect(await waiting(booth)).toEqual(tickets.slice(2_000));
      expect(await write(booth, 3, { gone: [{ boothId: booth, userId: user, score: 5 }] })).toBe(true);
      expect(await waiting(booth)).toEqual(tickets.slice(2_000));
    });

    test('an older pass, or the same again, changes nothing and says so; other booths count for themselves', async () => {
      const { booth, user } = await place();
      const [early, late] = [{ boothId: booth, userId: user, score: 5 }, { boothId: booth, userId: user, score: 6 }];
      expect(await write(booth, 7, { arrived: [late] })).toBe(true);
      for (const epoch of [6, 7]) expect(await write(booth, epoch, { arrived: [early], gone: [late], readAtMs: (await stage.nowMs()) + MINUTE_MS })).toBe(false);
      expect(await waiting(booth)).toEqual([late]);
      const other = await place();
      expect(await write(other.booth, 3, { arrived: [{ boothId: other.booth, userId: user, score: 5 }] })).toBe(true);
      expect(await write(booth, 8, { arrived: [early] })).toBe(true);
      expect(await waiting(booth)).toEqual([early, late]);
    });

    test('nor does one that a later pass has overtaken which found nothing to write here', async () => {
      const { booth, user } = await place();
      const [here, back] = [{ boothId: booth, userId: user, score: 5 }, { boothId: booth, userId: user, score: 6 }];
      expect(await write(booth, 1, { arrived: [here] })).toBe(true);
      await ledger().noteMirror(await epochOf(booth, 3));
      expect(await write(booth, 2, { arrived: [back], gone: [here], readAtMs: (await stage.nowMs()) + MINUTE_MS })).toBe(false);
      const other = await place();
      expect(await ledger().writeMirror({ ...(await change(booth, 2, {})), boothId: other.booth })).toBe(false);
      expect(await waiting(booth)).toEqual([here]);
      expect(await write(booth, 3, { arrived: [back] })).toBe(true);
      expect(await waiting(booth)).toEqual([here, back]);
    });

    test('a place given up since the look stays given up; seen again by a later look, it is one', async () => {
      const { booth, user } = await place();
      const ticket = { boothId: booth, userId: user, score: 5 };
      const readAtMs = (await stage.nowMs()) - 1_000;
      expect(await write(booth, 1, { arrived: [ticket] })).toBe(true);
      await ledger().dropTicket(ticket);
      expect(await write(booth, 2, { arrived: [ticket], readAtMs })).toBe(true);
      expect(await waiting(booth)).toEqual([]);
      expect(await write(booth, 3, { arrived: [ticket] })).toBe(true);
      expect(await waiting(booth)).toEqual([ticket]);
    });

    test.each([-10, 0])('a registration it first hears of was made after the kiosks’ calls of its visitor (the clock set back since by %d minutes)', async (minutes) => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await act('no-show', waitingId);
      await stage.world().ageVisit(waitingId, minutes * MINUTE_MS);
      const again = { boothId: booth, userId: user, score: 1_763_900_000.5 };
      expect(await write(booth, 1, { arrived: [again] })).toBe(true);
      expect([await waiting(booth), await ledger().staleTickets([again])]).toEqual([[again], []]);
      // One it has known for longer, and which a call used up since the look, comes not back by it.
      const readAtMs = (await stage.nowMs()) - MINUTE_MS;
      await stage.world().backdate('kiosk_queue', 2 * MINUTE_MS);
      await called(booth, user);
      expect(await write(booth, 2, { arrived: [again], readAtMs })).toBe(true);
      expect([await waiting(booth), await ledger().staleTickets([again])]).toEqual([[], [again]]);
    });

    test.each(['kiosk', 'program'] as const)('who was called by a %s since the look is left to the next pass, by whatever registration; once that call is given up, or the look is later, they are not', async (by) => {
      const { booth, user } = await place();
      const other = await stage.world().addUser('Other');
      const [theirs, beside] = [{ boothId: booth, userId: user, score: 1_763_900_000.5 }, { boothId: booth, userId: other, score: 6 }];
      const readAtMs = (await stage.nowMs()) - MINUTE_MS;
      const visit = by === 'kiosk' ? await called(booth, user) : null;
      if (visit === null) await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: 2 });
      expect(await write(booth, 1, { arrived: [theirs, beside], readAtMs })).toBe(true);
      expect(await waiting(booth)).toEqual([beside]);
      expect(await write(booth, 2, { arrived: [theirs], readAtMs })).toBe(true);
      expect(await stage.world().query(`SELECT user_id FROM kiosk_queue WHERE booth_id = ${booth} AND gone_at IS NULL`)).toEqual([{ user_id: other }]);
      if (visit !== null) await act('put-back', visit.waitingId, { returnScore: visit.lock.score });
      expect(await write(booth, 3, { arrived: [theirs], readAtMs: visit === null ? (await stage.nowMs()) + 1 : readAtMs })).toBe(true);
      expect(await waiting(booth)).toContainEqual(theirs);
    });

    test('a registration made at a kiosk is one already; one younger than the look is not gone', async () => {
      const { booth, user } = await place();
      const readAtMs = (await stage.nowMs()) - 1;
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      const ticket = { boothId: booth, userId: user, score: join.score ?? 0 };
      expect(await write(booth, 1, { gone: [ticket], readAtMs })).toBe(true);
      expect(await waiting(booth)).toEqual([ticket]);
      expect(await write(booth, 2, { arrived: [ticket] })).toBe(true);
      expect(await ledger().findCommitted({ kind: 'join' }, [join.operationId])).not.toBeNull();
      expect(await write(booth, 3, { gone: [ticket], readAtMs: (await stage.nowMs()) + MINUTE_MS })).toBe(true);
      expect(await waiting(booth)).toEqual([]);
    });

    test('one put back since the look is not gone', async () => {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      const readAtMs = (await stage.nowMs()) - 1;
      await act('put-back', waitingId, { returnScore: lock.score });
      const ticket = { boothId: booth, userId: user, score: lock.score ?? 0 };
      expect(await write(booth, 1, { gone: [ticket], readAtMs })).toBe(true);
      expect(await waiting(booth)).toEqual([ticket]);
    });

    test('who left at a kiosk has left, whatever comes back', async () => {
      const { booth, user } = await place();
      const leave = lockOf('leave', booth, user);
      expectJoined(await ledger().commit(leave));
      const ticket = { boothId: booth, userId: user, score: leave.score ?? 0 };
      expect(await write(booth, 1, { arrived: [ticket] })).toBe(true);
      expect(await write(booth, 2, { gone: [ticket], readAtMs: (await stage.nowMs()) + MINUTE_MS })).toBe(true);
      expect(await waiting(booth)).toEqual([]);
      expect(await ledger().staleTickets([ticket])).toEqual([ticket]);
      expect(await stage.world().query(`SELECT ticket FROM kiosk_queue WHERE booth_id = ${booth} AND gone_at IS NOT NULL`)).toEqual([]);
    });

    test('a walk-in has no app to leave by: a ticket of theirs is lost, not gone, until a person drops it', async () => {
      const { booth, user } = await place();
      const walkIn = await ledger().addWalkIn(randomUUID(), booth, 'Hana');
      const [theirs, app] = [{ boothId: booth, userId: (walkIn as { userId: number }).userId, score: 5 }, { boothId: booth, userId: user, score: 6 }];
      expect(await write(booth, 1, { arrived: [theirs, app] })).toBe(true);
      expect(await write(booth, 2, { gone: [theirs, app], readAtMs: (await stage.nowMs()) + MINUTE_MS })).toBe(true);
      expect(await waiting(booth)).toEqual([theirs]);
      for (let time = 0; time < 2; time += 1) await ledger().dropTicket(theirs);
      expect(await waiting(booth)).toEqual([]);
      expect(await ledger().staleTickets([theirs])).toEqual([]);
    });

    test('a ticket that was never registered can be dropped, and comes back when it stands in the queue after all', async () => {
      const { booth, user } = await place();
      const ticket = { boothId: booth, userId: user, score: 1_763_800_000.5 };
      await ledger().dropTicket(ticket);
      expect(await waiting(booth)).toEqual([]);
      expect(await write(booth, 1, { arrived: [ticket] })).toBe(true);
      expect(await waiting(booth)).toEqual([ticket]);
    });

    test('a dropped ticket that is kept after all waits again, unless it left', async () => {
      const { booth, user } = await place();
      const [kept, left] = [{ boothId: booth, userId: user, score: 5 }, { boothId: booth, userId: await stage.world().addUser('Left'), score: 6 }];
      expect(await write(booth, 1, { arrived: [kept, left] })).toBe(true);
      expect(await ledger().commit(lockOf('leave', booth, left.userId, { score: left.score }))).toMatchObject({ outcome: 'committed' });
      for (const ticket of [kept, left]) await ledger().dropTicket(ticket);
      expect(await waiting(booth)).toEqual([]);
      for (const ticket of [kept, left, kept]) await ledger().keepTicket(ticket);
      expect(await waiting(booth)).toEqual([kept]);
    });

    test('who was called by another program between the look and the writing is used up; who was before, and waits again, is not', async () => {
      const { booth, user } = await place();
      const other = await stage.world().addUser('Again');
      const readAtMs = (await stage.nowMs()) - 5_000;
      const [popped, back] = [{ boothId: booth, userId: user, score: 5 }, { boothId: booth, userId: other, score: 6 }];
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: 2 });
      await stage.world().addForeignRow({ boothId: booth, userId: other, status: 'COMPLETED', calledSecondsAgo: 60 });
      expect(await write(booth, 1, { arrived: [popped, back], readAtMs })).toBe(true);
      expect(await waiting(booth)).toEqual([back]);
      // Also where it had been registered before.
      await stage.world().backdate('kiosk_queue', DAY_MS);
      expect(await waiting(booth)).toEqual([]);
      expect(await write(booth, 2, { arrived: [back], readAtMs })).toBe(true);
      expect(await waiting(booth)).toEqual([back]);
    });
  });

  test('the festival’s epoch grows, never falls, and is told with the booth', async () => {
    const { booth } = await place();
    const before = await ledger().readMirror();
    await ledger().noteMirror(before.epoch + 3);
    const after = await ledger().readMirror();
    expect(after).toEqual({ epoch: before.epoch + 3, atMs: expect.any(Number), nowMs: expect.any(Number) });
    expect(after.nowMs - (after.atMs ?? 0)).toBeLessThan(MINUTE_MS);
    await ledger().noteMirror(before.epoch + 1);
    expect(await ledger().readMirror()).toMatchObject({ epoch: after.epoch, atMs: after.atMs });
    expect(await ledger().readBooth(booth)).toMatchObject({ epoch: after.epoch });
    // A pass that is cut short has told nobody but the booths it came to.
    expect(await write(booth, 5, {})).toBe(true);
    expect(await ledger().readMirror()).toMatchObject({ epoch: after.epoch + 5, atMs: after.atMs });
    const other = await place();
    expect(await ledger().readBooth(other.booth)).toMatchObject({ epoch: after.epoch + 5 });
  });

  describe('tickets that must not wait', () => {
    test('those of visits, kiosks’ to the digit, other programs’ to the second of registration, and those that left', async () => {
      const { booth, user } = await place(9);
      const other = await stage.world().addUser('Other');
      const { lock } = await called(booth, user);
      await stage.world().addForeignRow({ boothId: booth, userId: other, status: 'COMPLETED' });
      const second = Math.floor(((await stage.world().rows(booth))[1]?.registeredMs ?? 0) / 1000);
      const leave = lockOf('leave', booth, user);
      expectJoined(await ledger().commit(leave));
      const ticket = (userId: number, score: number | null): Ticket => ({ boothId: booth, userId, score: score ?? 0 });
      const stale = [ticket(user, lock.score), ticket(other, second), ticket(other, second + 0.75), ticket(other, second * 1000 + 999), ticket(user, leave.score)];
      const fine = [ticket(user, (lock.score ?? 0) + 0.5), ticket(other, second + 1), ticket(other, second - 0.25), ticket(user, second), ticket(other, 5), ...[ticket(user, lock.score), ticket(other, second)].map((each) => ({ ...each, boothId: booth + 1 }))];
      expect(await ledger().staleTickets([...stale, ...fine])).toEqual(stale);
      expect(await ledger().staleTickets([...fine, ...stale])).toEqual(stale);
    });

    test('a registration that was merged into another, which a kiosk has called since; not once that is put back', async () => {
      const { booth, user } = await place(9);
      const first = await called(booth, user);
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      const [merged, score] = [{ boothId: booth, userId: user, score: join.score ?? 0 }, first.lock.score ?? 0];
      expect(await ledger().staleTickets([merged])).toEqual([]);
      await act('put-back', first.waitingId, { returnScore: score });
      expect(await ledger().staleTickets([merged])).toEqual([]);
      const second = await called(booth, user, score);
      const elsewhere = { ...merged, boothId: booth + 1 };
      expect(await ledger().staleTickets([elsewhere, merged])).toEqual([merged]);
      await act('put-back', second.waitingId, { returnScore: score });
      expect(await ledger().staleTickets([merged])).toEqual([]);
      const third = await called(booth, user, score);
      for (const kind of ['enter', 'complete'] as const) await act(kind, third.waitingId);
      expect(await ledger().staleTickets([merged])).toEqual([merged]);
    });

    test('not a registration whose visitor a kiosk has called elsewhere, nor another’s', async () => {
      const [{ booth, user }, elsewhere] = [await place(), await place()];
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      await called(elsewhere.booth, user);
      await called(booth, elsewhere.user);
      expect(await ledger().staleTickets([{ boothId: booth, userId: user, score: join.score ?? 0 }])).toEqual([]);
    });

    test('not a registration whose visitor another program has called since: by which ticket, nobody knows', async () => {
      const { booth, user } = await place();
      const join = lockOf('join', booth, user);
      expectJoined(await ledger().commit(join));
      await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: -5 });
      expect(await ledger().staleTickets([{ boothId: booth, userId: user, score: join.score ?? 0 }])).toEqual([]);
    });
  });
}
