/** The story of a call out of turn: where in the queue the visitor stood, whether a kiosk's journal tells of the call or the row alone does. */
import { expect, it } from 'vitest';
import type { TraceRecord } from '../../electron/core/ledger.ts';
import { timeline } from '../../electron/core/trace.ts';

const VISIT = {
  waitingId: 9, boothId: 3, userId: 7, status: 'CALLED', score: 1_790_000_000, revision: 0, registeredScore: 1_790_000_000, calledAtMs: 1_790_000_060_000, enteredAtMs: null, completedAtMs: null,
  endedAs: null, heldUntilMs: null, released: false, recall: null, announced: null, name: 'Ann', number: 1, byKiosk: true,
} as const;
const LINE = {
  operationId: 'op', kind: 'call', boothId: 3, userId: 7, waitingId: 9, score: VISIT.score, owner: 'a/1', outcome: 'finished', settled: false, staff: null, reason: null, resolvedBy: 'a/1', atMs: VISIT.calledAtMs,
} as const;
const told = (record: Pick<TraceRecord, 'visits' | 'journal'>): string[] => timeline({ registrations: [], ...record }).map(({ what }) => what).filter((what) => what.startsWith('called'));

it.each([
  [null, 'called'],
  [2, 'called, 2nd in the queue'],
  [3, 'called, 3rd in the queue'],
  [4, 'called, 4th in the queue'],
  [11, 'called, 11th in the queue'],
  [21, 'called, 21st in the queue'],
  [112, 'called, 112th in the queue'],
])('of the position %s: "%s"', (calledFromPosition, expected) => {
  const visits = [{ ...VISIT, calledFromPosition }];
  expect(told({ visits, journal: [LINE] })).toEqual([expected]);
  expect(told({ visits, journal: [] })).toEqual([expected]);
});

it('of a call that was undone nothing is known but that it was', () => {
  expect(told({ visits: [], journal: [{ ...LINE, outcome: 'undone', waitingId: null }] })).toEqual(['called']);
});

it('of another program', () => {
  expect(told({ visits: [{ ...VISIT, byKiosk: false, calledFromPosition: 2 }], journal: [] })).toEqual(['called by another program, 2nd in the queue']);
});
