/**
 * Goal: the judge excuses an operation that took effect after it was undone only where that is right, and nothing beside it.
 * Method: the fates of operations, told in the order in which the stores would run them.
 */
import { expect, it } from 'vitest';
import { lockOf } from '../contracts/ledger-stage.ts';
import { createFates } from './fates.ts';
import { createMust, Violation } from './violation.ts';

const standing = lockOf('enter', 1, 2, { waitingId: 3, owner: 'one/1', createdAtMs: 1_763_800_000_000 });
const unlocked = { ...standing, owner: 'two/1', createdAtMs: 0 };
const fates = () => {
  const own = createFates(createMust().must);
  own.begin(standing);
  return own;
};

it('one undone at a kiosk may be done at another that reaches no queue store, in either order', () => {
  const [first, second] = [fates(), fates()];
  first.undo(standing, false);
  first.apply(unlocked, 'enter');
  second.apply(unlocked, 'enter');
  second.undo(standing, false);
  expect([first.applied.get(standing.operationId), second.applied.get(standing.operationId)]).toEqual([1, 1]);
  expect(() => first.apply(unlocked, 'enter')).toThrow(Violation);
});

it('one undone may be done on the lock of another process that the queue store has lost, in either order', () => {
  const [first, second] = [fates(), fates()];
  for (const own of [first, second]) {
    own.queueLost();
    own.begin({ ...standing, owner: 'two/1' });
  }
  first.undo({ ...standing, owner: 'two/1' }, false);
  first.apply(standing, 'enter');
  second.apply(standing, 'enter');
  second.undo({ ...standing, owner: 'two/1' }, false);
  expect(() => first.undo(standing, false)).toThrow(Violation);
});

it.each([
  ['on a lock', { ...standing, owner: 'two/1' }],
  ['by the process whose lock it was', { ...unlocked, owner: 'one/1' }],
])('one undone is not done %s', (_how, commit) => {
  const [first, second] = [fates(), fates()];
  for (const own of [first, second]) own.begin({ ...standing, owner: 'two/1' });
  first.undo(standing, false);
  expect(() => first.apply(commit, 'enter')).toThrow(Violation);
  second.apply(commit, 'enter');
  expect(() => second.undo(standing, false)).toThrow(Violation);
});

it('of all attempts of a request one takes effect', () => {
  const own = fates();
  const attempt = (tail: string) => ({ ...standing, operationId: `${standing.operationId.slice(0, -12)}${tail}` });
  own.apply(attempt('000000000001'), 'enter');
  expect(() => own.apply(attempt('000000000002'), 'enter')).toThrow(Violation);
});
