/** Everything a kiosk ever asks of its ledger, once: for tests about what accounts may do and what databases of other versions allow. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Ledger } from '../../electron/core/ports.ts';
import { expectCommitted, expectJoined, lockOf } from '../contracts/ledger-stage.ts';

/** @param booth open, with room for three and as many again; no kiosk has seen it before */
export async function tourOf(ledger: Ledger, booth: number): Promise<void> {
  await ledger.prepare();
  await workOf(ledger, booth);
}

/** The same of one that is prepared. */
export async function workOf(ledger: Ledger, booth: number): Promise<void> {
  const walkIn = await ledger.addWalkIn(randomUUID(), booth, 'Minji');
  if (walkIn.outcome !== 'added') throw new Error(JSON.stringify(walkIn));
  const user = walkIn.userId;
  await ledger.addWalkIn(randomUUID(), booth, 'Jun');
  const join = lockOf('join', booth, user);
  expectJoined(await ledger.commit(join));
  const called = lockOf('call', booth, user);
  const waitingId = expectCommitted(await ledger.commit(called));
  expect((await ledger.commit(lockOf('call', booth, user, { score: called.score, generation: 7 }))).outcome).toBe('ticket-has-row');
  expectCommitted(await ledger.commit(lockOf('enter', booth, user, { waitingId })));
  expectCommitted(await ledger.commit(lockOf('complete', booth, user, { waitingId, generation: 1 })));
  const absent = expectCommitted(await ledger.commit(lockOf('call', booth, user)));
  expectCommitted(await ledger.commit(lockOf('no-show', booth, user, { waitingId: absent })));
  const fenced = expectCommitted(await ledger.commit(lockOf('call', booth, user)));
  expect(await ledger.settleVerdict(lockOf('enter', booth, user, { waitingId: fenced }))).toEqual({ verdict: 'never' });
  expect(await ledger.settleVerdict(called)).toMatchObject({ verdict: 'committed' });
  expect(await ledger.settleVerdict(join)).toMatchObject({ verdict: 'committed' });

  expect(await ledger.findCommitted({ kind: 'call' }, [called.operationId])).toMatchObject({ waitingId });
  expect(await ledger.findCommitted({ kind: 'join' }, [join.operationId])).toMatchObject({ userId: user });
  expect(await ledger.readBooth(booth)).toMatchObject({ live: [{ waitingId: fenced, name: 'Minji' }] });
  expect(await ledger.readVisit(waitingId)).toMatchObject({ status: 'COMPLETED' });
  expect((await ledger.listBooths()).map(({ boothId }) => boothId)).toContain(booth);
  expect(await ledger.countInside()).toContainEqual({ boothId: booth, inside: 0 });
  expect(await ledger.readPeople(booth, [user])).toMatchObject([{ name: 'Minji', number: 1 }]);
  await ledger.unservedTickets(booth, 5);
  await ledger.ticketsWithRow([{ boothId: booth, userId: user, score: 1 }]);
  expect(await ledger.auditHistory(booth)).toMatchObject({ called: 1, timesOutOfOrder: [] });
  const owner = 'kiosk-1/a';
  await ledger.writeJournal({ operationId: called.operationId, kind: 'call', boothId: booth, userId: user, waitingId, score: called.score, owner, outcome: 'finished', resolvedBy: owner });
  await ledger.writePass({ owner, trigger: 'start', durationMs: 1, seen: 0, finished: 0, undone: 0, superseded: 0, kept: 0, recounted: 0 });
  expect(await ledger.lastPass()).toMatchObject({ owner, trigger: 'start' });
}
