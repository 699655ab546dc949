/** What takes a visit back that has ended: within its time, within capacity, with a fresh start for the visitor. */
import { describe, expect, test } from 'vitest';
import { HOLD_MS, LATE_MS } from '../../shared/limits.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { transitionOf, VISIT_TRANSITIONS, type VisitKind } from '../../electron/core/waiting.ts';
import { expectCommitted, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

const TAKEN_BACK = (Object.keys(VISIT_TRANSITIONS) as VisitKind[]).filter((kind) => transitionOf(kind).endedAs !== undefined);
const NEED_ROOM = TAKEN_BACK.filter((kind) => transitionOf(kind).needsRoom === true);

export function undoContract(stage: Stage): void {
  const { ledger, place, called, act, ready, lockFor } = stage;

  describe.each(TAKEN_BACK)('%s', (kind) => {
    test('is too late after half an hour, and not before', async () => {
      const { waitingId } = await ready(kind);
      await stage.world().ageVisit(waitingId, LATE_MS - MINUTE_MS);
      const early = await lockFor(kind, waitingId);
      await stage.world().ageVisit(waitingId, 2 * MINUTE_MS);
      const late = { outcome: 'refused', code: 'TOO_LATE' };
      expect(await ledger().commit(early)).toEqual(late);
      await stage.world().exec(`UPDATE waiting SET completed_at = NULL WHERE id = ${waitingId}`);
      expect(await ledger().commit(early)).toEqual(late);
      const again = await ready(kind);
      await stage.world().ageVisit(again.waitingId, LATE_MS - MINUTE_MS);
      await act(kind, again.waitingId);
    });

    test('once committed, it stays so however late it is asked again', async () => {
      const { waitingId } = await ready(kind);
      const lock = await act(kind, waitingId);
      await stage.world().ageVisit(waitingId, 2 * LATE_MS);
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
    });

    test('is refused for a visit whose ticket went back into the queue', async () => {
      const { waitingId } = await ready(kind);
      if (transitionOf(kind).endedAs?.[0] === 'ENTERED') return;
      await act('requeue', waitingId);
      await stage.world().exec(`UPDATE waiting SET completion_type = '${transitionOf(kind).endedAs?.[0]}' WHERE id = ${waitingId}`);
      const lock = await lockFor(kind, waitingId);
      expect(await ledger().commit(lock)).toEqual({ outcome: 'refused', code: 'INVALID_STATUS', params: { status: 'COMPLETED' } });
    });
  });

  describe.each(NEED_ROOM)('%s takes a place again', (kind) => {
    test('which must be there, unless a supervisor says otherwise', async () => {
      const { booth, waitingId } = await ready(kind);
      await stage.world().exec(`UPDATE booth SET capacity = 2 WHERE id = ${booth}`);
      const inside = await stage.world().addForeignRow({ boothId: booth, userId: await stage.world().addUser('In'), status: 'ENTERED' });
      await stage.world().addForeignRow({ boothId: booth, userId: await stage.world().addUser('Called'), status: 'CALLED' });
      const lock = await lockFor(kind, waitingId);
      expect(await ledger().commit(lock)).toEqual({ outcome: 'refused', code: 'BOOTH_FULL', params: { inside: 1, called: 1, capacity: 2 } });
      expect((await ledger().readVisit(waitingId))?.status).toBe('COMPLETED');
      const over = { ...lock, note: { ...UNSIGNED, overCapacity: true, reason: 'a guest of honour' } };
      expect(await ledger().commit(over)).toEqual({ outcome: 'committed', waitingId });
      // Full because of this very visit by now.
      expect(await ledger().commit(over)).toEqual({ outcome: 'committed', waitingId });
      expect((await stage.world().rows(booth)).filter((row) => row.status !== 'COMPLETED')).toHaveLength(3);
      await act('complete', inside);
    });

    test('and is there as soon as one leaves, also at a closed booth', async () => {
      const { booth, waitingId } = await ready(kind);
      await stage.world().exec(`UPDATE booth SET capacity = 1 WHERE id = ${booth}`);
      const inside = await stage.world().addForeignRow({ boothId: booth, userId: await stage.world().addUser('In'), status: 'ENTERED' });
      const lock = await lockFor(kind, waitingId);
      expect(await ledger().commit(lock)).toMatchObject({ code: 'BOOTH_FULL' });
      await act('complete', inside);
      await stage.world().setBoothStatus(booth, 'CLOSED');
      expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
    });

    test('at a booth kiosks never called at', async () => {
      const { user } = await place();
      const booth = await stage.world().addBooth({ capacity: 1 });
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED' });
      const end = transitionOf(kind).endedAs?.[0] ?? 'ENTERED';
      await stage.world().exec(`UPDATE waiting SET completion_type = '${end}' WHERE id = ${waitingId}`);
      await act(kind, waitingId);
    });
  });

  test('of two who want the last place one gets it', async () => {
    const { booth, user } = await place(2);
    const [first, second] = [await called(booth, user), await called(booth, user)];
    for (const { waitingId } of [first, second]) await act('no-show', waitingId);
    await stage.world().exec(`UPDATE booth SET capacity = 1 WHERE id = ${booth}`);
    const locks = [await lockFor('admit', first.waitingId), await lockFor('undo-no-show', second.waitingId), lockOf('call', booth, user)];
    const answers = await Promise.all(locks.map((lock) => ledger().commit(lock)));
    expect(answers.filter(({ outcome }) => outcome === 'committed')).toHaveLength(1);
    expect(answers.filter((answer) => answer.outcome === 'refused' && answer.code === 'BOOTH_FULL')).toHaveLength(2);
  });

  test('who is called again after a no-show or cancellation has time to come; the time of the call stays', async () => {
    for (const [ends, back] of [['no-show', 'undo-no-show'], ['cancel', 'undo-cancel']] as const) {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await act(ends, waitingId);
      await stage.world().ageVisit(waitingId, 10 * MINUTE_MS);
      const calledAtMs = (await ledger().readVisit(waitingId))?.calledAtMs;
      const nowMs = await stage.nowMs();
      await act(back, waitingId);
      const visit = await ledger().readVisit(waitingId);
      expect(visit?.calledAtMs).toBe(calledAtMs);
      expect(Math.abs((visit?.heldUntilMs ?? 0) - nowMs - HOLD_MS)).toBeLessThan(MINUTE_MS);
    }
  });

  test('hold gives the visitor more time from now on, each time anew', async () => {
    const { booth, user } = await place();
    const { waitingId } = await called(booth, user);
    expect((await ledger().readVisit(waitingId))?.heldUntilMs).toBeNull();
    await act('hold', waitingId);
    await stage.world().ageVisit(waitingId, HOLD_MS);
    const before = (await ledger().readBooth(booth))?.live[0]?.heldUntilMs ?? 0;
    expect(before).toBeLessThanOrEqual((await stage.nowMs()) + 1);
    await act('hold', waitingId);
    const { live = [], nowMs = 0 } = (await ledger().readBooth(booth)) ?? {};
    expect(Math.abs((live[0]?.heldUntilMs ?? 0) - nowMs - HOLD_MS)).toBeLessThan(MINUTE_MS);
    expect(live[0]?.status).toBe('CALLED');
  });

  test('a completion taken back keeps the time of entrance; who is let in late enters now', async () => {
    const { booth, user } = await place();
    const { waitingId } = await called(booth, user);
    await act('enter', waitingId);
    await act('complete', waitingId);
    await stage.world().ageVisit(waitingId, 10 * MINUTE_MS);
    const enteredAtMs = (await ledger().readVisit(waitingId))?.enteredAtMs;
    await act('undo-complete', waitingId);
    expect((await ledger().readVisit(waitingId))?.enteredAtMs).toBe(enteredAtMs);
    expect(await ledger().countInside()).toContainEqual({ boothId: booth, inside: 1 });
    const late = await called(booth, user);
    await act('no-show', late.waitingId);
    await stage.world().ageVisit(late.waitingId, 10 * MINUTE_MS);
    await act('admit', late.waitingId);
    const visit = await ledger().readVisit(late.waitingId);
    expect((visit?.enteredAtMs ?? 0) - (visit?.calledAtMs ?? 0)).toBeGreaterThan(9 * MINUTE_MS);
    expect(await ledger().countInside()).toContainEqual({ boothId: booth, inside: 2 });
  });

  test('those who have gone and can be taken back are told, the latest first', async () => {
    const { booth, user } = await place(9);
    const ended = async (kind: VisitKind, minutesAgo: number): Promise<number> => {
      const { waitingId } = await called(booth, user);
      if (kind === 'complete') await act('enter', waitingId);
      await act(kind, waitingId);
      await stage.world().ageVisit(waitingId, minutesAgo * MINUTE_MS);
      return waitingId;
    };
    const cancelled = await ended('cancel', 20);
    const absent = await ended('no-show', 10);
    await ended('no-show', 31);
    await ended('complete', 5);
    await ended('put-back', 5);
    await called(booth, user);
    const foreign = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED', calledSecondsAgo: 60 });
    await stage.world().exec(`UPDATE waiting SET completion_type = 'NO_SHOW' WHERE id = ${foreign}`);
    const elsewhere = await place();
    await act('no-show', expectCommitted(await ledger().commit(lockOf('call', elsewhere.booth, elsewhere.user))));
    const gone = await ledger().readGone(booth, 10);
    expect(gone.map(({ waitingId, endedAs, name }) => [waitingId, endedAs, name])).toEqual([[foreign, 'NO_SHOW', 'Minji'], [absent, 'NO_SHOW', 'Minji'], [cancelled, 'CANCELLED', 'Minji']]);
    expect((await ledger().readGone(booth, 2)).map(({ waitingId }) => waitingId)).toEqual([foreign, absent]);
    expect(gone[1]?.completedAtMs).toEqual(expect.any(Number));
    await act('undo-no-show', absent);
    expect((await ledger().readGone(booth, 10)).map(({ waitingId }) => waitingId)).toEqual([foreign, cancelled]);
  });
}
