/** Everything a kiosk ever asks of its ledger, once: for tests about what accounts may do and what databases of other versions allow. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Ledger, PassFigures } from '../../electron/core/ledger.ts';
import { expectCommitted, expectJoined, lockOf } from '../contracts/ledger-stage.ts';

/** @param booth open, with room for three and as many again; no kiosk has seen it before */
export async function tourOf(ledger: Ledger, booth: number): Promise<void> {
  await ledger.prepare();
  await workOf(ledger, booth);
}

const OWNER = 'kiosk-1/a';
const NOTHING_DONE = { seen: 0, finished: 0, undone: 0, superseded: 0, quarantined: 0, kept: 0, recounted: 0, drift: 0, swept: 0, refilled: 0, expired: 0 };
/** A pass that found nothing to do. */
export const QUIET_PASS: PassFigures = { owner: OWNER, trigger: 'start', lead: false, durationMs: 1, ...NOTHING_DONE };

/** The same of one that is prepared. */
export async function workOf(ledger: Ledger, booth: number): Promise<void> {
  const walkIn = await ledger.addWalkIn(randomUUID(), booth, 'Minji');
  if (walkIn.outcome !== 'added') throw new Error(JSON.stringify(walkIn));
  const user = walkIn.userId;
  await ledger.addWalkIn(randomUUID(), booth, '···· 5678', '01012345678');
  await ledger.forgetPhones(86_400_000, 10);
  const join = lockOf('join', booth, user);
  expectJoined(await ledger.commit(join));
  const called = lockOf('call', booth, user);
  const waitingId = expectCommitted(await ledger.commit(called));
  expect((await ledger.commit(lockOf('call', booth, user, { score: called.score, generation: 7 }))).outcome).toBe('ticket-has-row');
  expectCommitted(await ledger.commit(lockOf('enter', booth, user, { waitingId })));
  expectCommitted(await ledger.commit(lockOf('complete', booth, user, { waitingId, generation: 1 })));
  expectCommitted(await ledger.commit(lockOf('undo-complete', booth, user, { waitingId, generation: 2 })));
  expectCommitted(await ledger.commit(lockOf('complete', booth, user, { waitingId, generation: 3 })));
  const absent = expectCommitted(await ledger.commit(lockOf('call', booth, user)));
  expectCommitted(await ledger.commit(lockOf('hold', booth, user, { waitingId: absent })));
  expectCommitted(await ledger.commit(lockOf('no-show', booth, user, { waitingId: absent, generation: 1 })));
  const fenced = expectCommitted(await ledger.commit(lockOf('call', booth, user)));
  expect(await ledger.settleVerdict(lockOf('enter', booth, user, { waitingId: fenced }))).toEqual({ verdict: 'never' });
  await ledger.fenceBooths([booth]);
  expect(await ledger.settleVerdict(called)).toMatchObject({ verdict: 'committed' });
  expect(await ledger.settleVerdict(join)).toMatchObject({ verdict: 'committed' });
  await putBackAndLeave(ledger, booth, user);

  expect(await ledger.findCommitted({ kind: 'call' }, [called.operationId])).toMatchObject({ waitingId });
  expect(await ledger.findCommitted({ kind: 'join' }, [join.operationId])).toMatchObject({ userId: user });
  expect(await ledger.readBooth(booth)).toMatchObject({ live: [{ waitingId: fenced, name: 'Minji' }] });
  expect(await ledger.readVisit(waitingId)).toMatchObject({ status: 'COMPLETED' });
  expect(await ledger.readGone(booth, 5)).toMatchObject([{ waitingId: absent, endedAs: 'NO_SHOW' }]);
  expect(await ledger.readDepartures(booth, 1)).toMatchObject([{ kind: 'leave', userId: user, name: 'Minji' }]);
  expect((await ledger.listBooths()).map(({ boothId }) => boothId)).toContain(booth);
  expect((await ledger.listBoothCards()).map(({ boothId }) => boothId)).toContain(booth);
  expect(await ledger.countInside()).toContainEqual({ boothId: booth, inside: 0 });
  expect(await ledger.readPeople(booth, [user])).toMatchObject([{ name: 'Minji', number: 1 }]);
  await closeAndOpen(ledger, booth, user);
  await ledger.unservedTickets(booth, 5);
  await ledger.staleTickets([{ boothId: booth, userId: user, score: 1 }]);
  expect(await ledger.auditHistory(booth)).toMatchObject({ called: 1, timesOutOfOrder: [] });
  await mirrorAndTell(ledger, booth, user, fenced);

  const line = { boothId: booth, userId: user, waitingId, score: called.score, owner: OWNER, resolvedBy: OWNER, settled: false, staff: 'Ara', reason: null };
  await ledger.writeJournal({ operationId: called.operationId, kind: 'call', outcome: 'finished', ...line });
  expect(await ledger.readTrace({ waitingId })).toMatchObject({ visits: [{ waitingId }], journal: [{ kind: 'call', staff: 'Ara' }] });
  expect(await ledger.readTrace({ userId: user })).not.toBeNull();
  await ledger.writePass(QUIET_PASS);
  expect((await ledger.readPasses(1))[0]).toMatchObject({ owner: OWNER, trigger: 'start' });
  await ledger.writeIncident({ kind: 'outage', boothId: booth, fromMs: Date.now() - 1_000, toMs: Date.now(), tickets: null, owner: OWNER, detail: 'a test' });
  expect((await ledger.readIncidents(1))[0]).toMatchObject({ kind: 'outage', boothId: booth });
}

async function putBackAndLeave(ledger: Ledger, booth: number, user: number): Promise<void> {
  const { generation = 0 } = (await ledger.readBooth(booth))?.booth ?? {};
  const called = lockOf('call', booth, user, { generation });
  const waitingId = expectCommitted(await ledger.commit(called));
  expectCommitted(await ledger.commit(lockOf('recall', booth, user, { waitingId })));
  const returnScore = (called.score ?? 0) + 0.5;
  expectCommitted(await ledger.commit(lockOf('put-back', booth, user, { waitingId, score: called.score, returnScore, generation: 1 })));
  const leave = lockOf('leave', booth, user, { score: returnScore, generation });
  expectJoined(await ledger.commit(leave));
  expect(await ledger.settleVerdict(leave)).toMatchObject({ verdict: 'committed' });
  expect(await ledger.findCommitted({ kind: 'leave' }, [leave.operationId])).toMatchObject({ userId: user });
}

async function closeAndOpen(ledger: Ledger, booth: number, user: number): Promise<void> {
  const { generation = 0 } = (await ledger.readBooth(booth))?.booth ?? {};
  const change = { boothId: booth, operationId: randomUUID(), staff: 'Ara', reason: 'rain', waiting: 1, owner: OWNER } as const;
  expect(await ledger.changeBooth({ ...change, change: 'close' })).toBe('changed');
  const dismissal = lockOf('dismiss', booth, user, { generation });
  expectJoined(await ledger.commit(dismissal));
  const event = await ledger.claimEvent(dismissal.operationId, true);
  expect(event).toMatchObject({ eventId: `dismissal:${dismissal.operationId}`, userId: user });
  if (event !== null) for (const isDelivered of [false, true]) await ledger.endEvent(event, isDelivered);
  await ledger.endDismissal(booth, change.operationId);
  expect(await ledger.changeBooth({ ...change, change: 'open' })).toBe('changed');
  await ledger.forgetOvertaken(booth);
}

async function mirrorAndTell(ledger: Ledger, booth: number, user: number, waitingId: number): Promise<void> {
  const { epoch, nowMs } = await ledger.readMirror();
  const ticket = { boothId: booth, userId: user, score: 1_763_800_000.5 };
  expect(await ledger.writeMirror({ boothId: booth, epoch: epoch + 1, arrived: [ticket], gone: [], readAtMs: nowMs })).toBe(true);
  expect(await ledger.writeMirror({ boothId: booth, epoch: epoch + 2, arrived: [], gone: [ticket], readAtMs: nowMs })).toBe(true);
  await ledger.noteMirror(epoch + 2);
  await ledger.dropTicket(ticket);
  await ledger.keepTicket(ticket);
  await ledger.dropTicket(ticket);
  await ledger.noteServed(booth, 1_000);
  await ledger.noteServed(booth, 1_000);
  await ledger.dueEvents(5);
  const event = await ledger.claimEvent(waitingId, true);
  expect(event).toMatchObject({ eventId: `call:${waitingId}`, position: 1 });
  if (event !== null) for (const isDelivered of [false, true]) await ledger.endEvent(event, isDelivered);
  const alert = `alert-${booth}`;
  expect(await ledger.noteAlerts([alert], OWNER)).toEqual([alert]);
  expect(await ledger.noteAlerts([alert], OWNER)).toEqual([]);
  expect(await ledger.takeClearedAlerts(0)).toContain(alert);
}
