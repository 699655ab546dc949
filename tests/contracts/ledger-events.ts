/** What visitors have to be told: nothing that was not committed, nothing forgotten, three tries, and no old news. */
import { describe, expect, test } from 'vitest';
import type { VisitorEvent } from '../../electron/core/ports.ts';
import { expectCommitted, lockOf, MINUTE_MS, type Stage } from './ledger-stage.ts';

const SECOND_MS = 1_000;

export function eventsContract(stage: Stage): void {
  const { ledger, place, called, act } = stage;
  const announced = async (waitingId: number) => (await ledger().readVisit(waitingId))?.announced;
  const isListed = async (waitingId: number): Promise<boolean> => (await ledger().dueEvents(10_000)).includes(waitingId);
  /** Claims a try and ends it. */
  const attempt = async (waitingId: number, delivered: boolean): Promise<VisitorEvent | null> => {
    const event = await ledger().claimEvent(waitingId, false);
    if (event !== null) await ledger().endEvent(event, delivered);
    return event;
  };

  describe('announcing a call', () => {
    test('its maker may at once, everybody else after ten seconds; the event says who is called where', async () => {
      const booth = await stage.world().addBooth({ capacity: 5, name: '치킨 booth' });
      const user = await stage.world().addUser('Minji');
      await ledger().prepare();
      const waitingId = expectCommitted(await ledger().commit(lockOf('call', booth, user, { position: 4 })));
      expect([await announced(waitingId), await isListed(waitingId)]).toEqual(['pending', false]);
      expect(await ledger().claimEvent(waitingId, false)).toBeNull();
      expect(await ledger().claimEvent(waitingId, true)).toEqual({ eventId: `call:${waitingId}`, kind: 'call', waitingId, userId: user, boothId: booth, boothName: '치킨 booth', position: 4 });
      // The first try is counted: even in a hurry the second waits for its time.
      expect(await ledger().claimEvent(waitingId, true)).toBeNull();
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ tries: 1, isDue: true, sent: false });
    });

    test('delivered, it is not tried again', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const event = await ledger().claimEvent(waitingId, true);
      if (event === null) throw new Error('the event was there');
      await ledger().endEvent(event, true);
      expect(await announced(waitingId)).toBe('yes');
      expect((await stage.world().rows(booth))[0]?.notificationSent).toBe(true);
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ event: null, isDue: false, sent: true, retries: 0 });
      await stage.world().ageVisit(waitingId, MINUTE_MS);
      expect([await isListed(waitingId), await ledger().claimEvent(waitingId, true)]).toEqual([false, null]);
    });

    test('of several who claim a try one gets it', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await stage.world().ageVisit(waitingId, 10 * SECOND_MS);
      const events = await Promise.all(Array.from({ length: 4 }, () => ledger().claimEvent(waitingId, true)));
      expect(events.filter((event) => event !== null)).toHaveLength(1);
    });

    test('three tries, 10 and 30 seconds apart, each with the same id; then it is shown as not announced', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      for (const [index, waitS] of [10, 10, 30].entries()) {
        await stage.world().ageVisit(waitingId, (waitS - 5) * SECOND_MS);
        expect([await ledger().claimEvent(waitingId, false), await isListed(waitingId)]).toEqual([null, false]);
        await stage.world().ageVisit(waitingId, 5 * SECOND_MS);
        expect([await isListed(waitingId), await announced(waitingId)]).toEqual([true, 'pending']);
        expect(await attempt(waitingId, false)).toMatchObject({ eventId: `call:${waitingId}` });
        expect(await stage.kioskColumns(waitingId)).toMatchObject({ tries: index + 1, retries: index + 1, sent: false });
      }
      expect(await announced(waitingId)).toBe('failed');
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ isDue: false });
      await stage.world().ageVisit(waitingId, MINUTE_MS);
      expect([await isListed(waitingId), await ledger().claimEvent(waitingId, true)]).toEqual([false, null]);
    });

    test('a process that dies in its try has used it up; after three such it is given up', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      for (const waitS of [10, 10, 30]) {
        await stage.world().ageVisit(waitingId, waitS * SECOND_MS);
        expect(await ledger().claimEvent(waitingId, false)).not.toBeNull();
      }
      expect([await ledger().claimEvent(waitingId, false), await announced(waitingId)]).toEqual([null, 'pending']);
      await stage.world().ageVisit(waitingId, 30 * SECOND_MS);
      expect([await ledger().claimEvent(waitingId, false), await announced(waitingId), await isListed(waitingId)]).toEqual([null, 'failed', false]);
    });

    test('a late delivery of a try that was given up still counts', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const event = await ledger().claimEvent(waitingId, true);
      if (event === null) throw new Error('the event was there');
      for (const waitS of [10, 30]) {
        await stage.world().ageVisit(waitingId, waitS * SECOND_MS);
        await attempt(waitingId, false);
      }
      expect(await announced(waitingId)).toBe('failed');
      await ledger().endEvent(event, true);
      expect(await announced(waitingId)).toBe('yes');
    });

    test('old news is not told, and shown as not announced', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await stage.world().ageVisit(waitingId, 11 * MINUTE_MS);
      expect([await isListed(waitingId), await announced(waitingId)]).toEqual([true, 'pending']);
      expect(await ledger().claimEvent(waitingId, true)).toBeNull();
      expect([await isListed(waitingId), await announced(waitingId)]).toEqual([false, 'failed']);
    });

    test('what is due is listed, the longest waiting first', async () => {
      const { booth, user } = await place();
      const [first, second, third] = [await called(booth, user), await called(booth, user), await called(booth, user)];
      await stage.world().ageVisit(second.waitingId, 40 * SECOND_MS);
      await stage.world().ageVisit(first.waitingId, 20 * SECOND_MS);
      const listed = (await ledger().dueEvents(10_000)).filter((id) => [first, second, third].some(({ waitingId }) => waitingId === id));
      expect(listed).toEqual([second.waitingId, first.waitingId]);
      expect(await ledger().dueEvents(1)).toHaveLength(1);
    });

    test('a visit of another program, one that is not there, an event that is none', async () => {
      const { booth, user } = await place();
      const foreign = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: 60 });
      expect([await announced(foreign), await ledger().claimEvent(foreign, true), await ledger().claimEvent(999_999_999, true)]).toEqual([null, null, null]);
      const { waitingId } = await called(booth, user);
      await stage.world().exec(`UPDATE waiting SET kiosk_event = 'rubbish' WHERE id = ${waitingId}`);
      await stage.world().ageVisit(waitingId, MINUTE_MS);
      // It must not stand in the way of the others for ever.
      expect([await isListed(waitingId), await ledger().claimEvent(waitingId, false), await isListed(waitingId)]).toEqual([true, null, false]);
    });
  });

  describe('calling again', () => {
    test('a call that was told is announced anew, as an event of its own, with three tries of its own', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await stage.world().ageVisit(waitingId, 11 * MINUTE_MS);
      await stage.world().exec(`UPDATE waiting SET kiosk_event = NULL, kiosk_event_due = NULL, kiosk_event_tries = 2, notification_sent = 1, notification_retry_count = 2 WHERE id = ${waitingId}`);
      const first = await act('recall', waitingId);
      expect(await isListed(waitingId)).toBe(true);
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ event: `recall:${first.operationId}`, tries: 0, retries: 0 });
      expect(await attempt(waitingId, true)).toMatchObject({ eventId: `recall:${first.operationId}`, kind: 'recall', userId: user, boothId: booth });
      expect(await announced(waitingId)).toBe('yes');
      const second = await act('recall', waitingId);
      expect(await ledger().claimEvent(waitingId, true)).toMatchObject({ eventId: `recall:${second.operationId}` });
    });

    test('a call nobody could be told of, or another program’s, is announced by it', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      for (const waitS of [10, 10, 30]) {
        await stage.world().ageVisit(waitingId, waitS * SECOND_MS);
        await attempt(waitingId, false);
      }
      const foreign = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      for (const each of [waitingId, foreign]) {
        const { operationId } = await act('recall', each);
        expect(await attempt(each, true)).toMatchObject({ eventId: `recall:${operationId}`, waitingId: each });
        expect(await announced(each)).toBe('yes');
      }
    });

    test('the visit names the latest call again, whatever else was done to it', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const named = async () => (await ledger().readVisit(waitingId))?.recall;
      expect(await named()).toBeNull();
      await act('hold', waitingId);
      expect(await named()).toBeNull();
      await act('recall', waitingId);
      const { operationId } = await act('recall', waitingId);
      await act('hold', waitingId);
      expect(await named()).toBe(operationId);
      expect((await ledger().readBooth(booth))?.live).toMatchObject([{ waitingId, recall: operationId }]);
    });

    test('before the call itself was told, that is told at once, and nothing else', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await act('recall', waitingId);
      expect(await isListed(waitingId)).toBe(true);
      expect(await attempt(waitingId, true)).toMatchObject({ eventId: `call:${waitingId}`, kind: 'call' });
      expect([await isListed(waitingId), await announced(waitingId)]).toEqual([false, 'yes']);
    });

    test('a call that may have reached its visitor, although nobody knows, is announced anew', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      expect(await ledger().claimEvent(waitingId, true)).toMatchObject({ kind: 'call' });
      const { operationId } = await act('recall', waitingId);
      expect(await isListed(waitingId)).toBe(true);
      expect(await attempt(waitingId, true)).toMatchObject({ eventId: `recall:${operationId}`, kind: 'recall' });
    });

    test('the end of a try for an event that has given way to another changes nothing', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await attemptNow(waitingId);
      await act('recall', waitingId);
      const first = await ledger().claimEvent(waitingId, true);
      if (first === null) throw new Error('the event was there');
      const second = await act('recall', waitingId);
      const before = await stage.kioskColumns(waitingId);
      for (const delivered of [true, false]) await ledger().endEvent(first, delivered);
      expect(await stage.kioskColumns(waitingId)).toEqual(before);
      expect(await ledger().claimEvent(waitingId, true)).toMatchObject({ eventId: `recall:${second.operationId}` });
    });
  });

  describe.each(['put-back', 'undo-call'] as const)('a call taken back (%s)', (kind) => {
    test('before anybody was told: nothing is to be told', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      await act(kind, waitingId);
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ event: null, isDue: false });
      await stage.world().ageVisit(waitingId, MINUTE_MS);
      expect([await isListed(waitingId), await ledger().claimEvent(waitingId, true)]).toEqual([false, null]);
    });

    test.each(['told', 'tried long ago', 'told again'] as const)('after it was %s: a cancellation is due at once, and ends as any event', async (how) => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      const event = await ledger().claimEvent(waitingId, true);
      if (event === null || event.kind === 'dismissal') throw new Error('the event was there');
      if (how === 'tried long ago') await stage.world().ageVisit(waitingId, 11 * MINUTE_MS);
      else await ledger().endEvent(event, true);
      if (how === 'told again') await act('recall', waitingId);
      const sent = (await stage.kioskColumns(waitingId)).sent;
      const { operationId } = await act(kind, waitingId);
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ event: `cancellation:${operationId}`, isDue: true, tries: 0 });
      expect(await isListed(waitingId)).toBe(true);
      // News of the call that come late do not take the cancellation away.
      await ledger().endEvent(event, true);
      expect(await ledger().claimEvent(waitingId, false)).toEqual({ ...event, eventId: `cancel:${operationId}`, kind: 'cancellation' });
      await ledger().endEvent({ ...event, eventId: `cancel:${operationId}`, kind: 'cancellation' }, true);
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ event: null, isDue: false, sent });
    });

    test.each(['call', 'recall'] as const)('while a try to tell of the %s may be under way: a cancellation waits for its end, also where there is hurry', async (told) => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      if (told === 'recall') {
        await attemptNow(waitingId);
        await act('recall', waitingId);
      }
      expect(await ledger().claimEvent(waitingId, true)).toMatchObject({ kind: told });
      const { operationId } = await act(kind, waitingId);
      expect(await stage.kioskColumns(waitingId)).toMatchObject({ event: `cancellation:${operationId}`, isDue: true, tries: 0 });
      for (const asap of [true, false]) expect([await ledger().claimEvent(waitingId, asap), await isListed(waitingId)]).toEqual([null, false]);
      await stage.world().ageVisit(waitingId, 10 * SECOND_MS);
      expect([await isListed(waitingId), (await ledger().claimEvent(waitingId, false))?.eventId]).toEqual([true, `cancel:${operationId}`]);
    });

    test('a recall that nobody could be told of yet may be the second news of the call', async () => {
      const { booth, user } = await place();
      const { waitingId } = await called(booth, user);
      for (const waitS of [10, 10, 30]) {
        await stage.world().ageVisit(waitingId, waitS * SECOND_MS);
        await attempt(waitingId, false);
      }
      await act('recall', waitingId);
      await act(kind, waitingId);
      expect(await ledger().claimEvent(waitingId, true)).toMatchObject({ kind: 'cancellation' });
    });

    test('of another program, which tells its visitors itself: a cancellation is due', async () => {
      const { booth, user } = await place();
      const waitingId = await stage.world().addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
      await act(kind, waitingId);
      expect(await ledger().claimEvent(waitingId, true)).toMatchObject({ kind: 'cancellation', userId: user });
    });
  });

  test('queued again after a no-show: nothing is to be told, and what was stays', async () => {
    const { booth, user } = await place();
    const { waitingId } = await called(booth, user);
    await attemptNow(waitingId);
    await act('no-show', waitingId);
    const before = await stage.kioskColumns(waitingId);
    await act('requeue', waitingId);
    expect(await stage.kioskColumns(waitingId)).toEqual({ ...before, ticket: null, released: before.ticket });
  });

  async function attemptNow(waitingId: number): Promise<void> {
    const event = await ledger().claimEvent(waitingId, true);
    if (event !== null) await ledger().endEvent(event, true);
  }
}
