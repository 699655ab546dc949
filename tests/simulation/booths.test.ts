/**
 * Goal: the judge of booths and of clearings lets nothing pass that a booth's row, or the instant of a clearing, forbids.
 * Method: rows written by hand, and commits and statements told to the judge as the ledger would run them.
 */
import { expect, it } from 'vitest';
import { lockOf } from '../contracts/ledger-stage.ts';
import { createBook } from './book.ts';
import { createBoothJudge } from './booths.ts';
import { createClearingJudge } from './clearing.ts';
import { planOf } from './plan.ts';
import { createReader, type Visit } from './record.ts';
import { openStores } from './stores.ts';
import { createMust, Violation } from './violation.ts';

type Rows = Partial<Record<'status' | 'last_call_at' | 'paused_at' | 'dismiss_op', string | number>>;

function stage(rows: Rows = {}) {
  const stores = openStores({ ...planOf(1), capacities: [1] });
  const { must } = createMust();
  const read = createReader(stores.db);
  const book = createBook(stores.state, read, () => false, false, must);
  const write = ({ status = 'OPEN', last_call_at = null, paused_at = null, dismiss_op = null }: { readonly [K in keyof Rows]: Rows[K] | null }): void => {
    stores.db.prepare('UPDATE booth SET status = ? WHERE id = ?').run(status ?? 'OPEN', boothId);
    stores.db.prepare('INSERT OR REPLACE INTO kiosk_booth (booth_id, gen, last_call_at, paused_at, dismiss_op) VALUES (?, 0, ?, ?, ?)').run(boothId, last_call_at, paused_at, dismiss_op);
  };
  const boothId = stores.boothIds[0] ?? 0;
  write(rows);
  const judge = createBoothJudge(stores, book, must);
  const ran = (method: string, ...args: unknown[]): void => judge.ran({ name: method, from: { name: 'k1', isAlive: true, sent: 0 }, to: 'ledger', method, args, state: 'answer', isAwaited: true });
  const change = (kind: string): void => ran('changeBooth', { boothId, change: kind, operationId: 'closing', staff: null, reason: null, waiting: null, owner: 'one/1' });
  return { judge, book, boothId, write, ran, change };
}

const CLOSING: Rows = { status: 'CLOSED', dismiss_op: 'closing' };

it.each([
  ['call', {}, true],
  ['call', { last_call_at: 1 }, true],
  ['call', { paused_at: 1 }, false],
  ['call', { status: 'CLOSED' }, false],
  ['join', { paused_at: 1 }, true],
  ['join', { last_call_at: 1 }, false],
  ['join', CLOSING, false],
  ['dismiss', CLOSING, true],
  ['dismiss', { status: 'CLOSED' }, false],
  ['dismiss', { dismiss_op: 'closing' }, false],
] as const)('a %s at %j: %s', (kind, rows, isAllowed) => {
  const { judge, boothId } = stage(rows);
  const commit = (): void => judge.committed(lockOf(kind, boothId, 2));
  if (isAllowed) expect(commit).not.toThrow();
  else expect(commit).toThrow(Violation);
});

it('a booth that is changed by nobody, or to something else than was asked', () => {
  const [unasked, other, asked] = [stage(), stage(), stage()];
  for (const { write } of [unasked, other, asked]) write(CLOSING);
  expect(() => unasked.judge.committed(lockOf('dismiss', unasked.boothId, 2))).toThrow(Violation);
  expect(() => other.change('pause')).toThrow(Violation);
  expect(() => asked.change('close')).not.toThrow();
});

it('a closing that leaves out somebody who waited before it, and not who came since', () => {
  for (const [cameFirst, isLeftOut] of [[true, true], [false, false]] as const) {
    const { judge, book, boothId, write, ran, change } = stage();
    if (cameFirst) book.owe(boothId, 2, 1_790_000_000);
    write(CLOSING);
    change('close');
    if (!cameFirst) book.owe(boothId, 2, 1_790_000_000);
    judge.check();
    write({ status: 'CLOSED' });
    const end = (): void => ran('endDismissal', boothId, 'closing');
    if (isLeftOut) expect(end).toThrow(Violation);
    else expect(end).not.toThrow();
  }
});

it('a clearing that takes somebody who came at its instant or later', () => {
  const clearing = createClearingJudge(createMust().must);
  const lock = { ...lockOf('leave', 1, 2), score: 1_790_000_000 };
  clearing.committed(lock, null);
  clearing.begins(lock.operationId, 1_790_000_000_001);
  clearing.committed(lock, null);
  clearing.begins(lock.operationId, 1_790_000_000_000);
  expect(() => clearing.committed(lock, null)).toThrow(Violation);
});

it('a clearing of a visit whose time another program put off since the kiosk may have looked, and of no other', () => {
  const clearing = createClearingJudge(createMust().must);
  const visit = { id: 1, status: 'ENTERED', entered_at: 1_000, called_at: 500 } as Visit;
  const later = { ...visit, entered_at: 9_000 };
  const lock = lockOf('complete', 1, 2, { waitingId: 1 });
  clearing.begins(lock.operationId, 5_000);
  expect(() => clearing.committed(lock, later)).toThrow(Violation);
  clearing.overwritten({ ...visit, status: 'CALLED' });
  expect(() => clearing.committed(lock, later)).toThrow(Violation);
  clearing.overwritten(visit);
  clearing.committed(lock, later);
  expect(() => clearing.committed(lock, { ...later, id: 2 })).toThrow(Violation);
});
