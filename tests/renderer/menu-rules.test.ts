/** What the screen knows of the core's rules is what the core says. */
import { expect, it } from 'vitest';
import { EFFECTS, needsQueue, type OperationKind } from '../../electron/core/waiting.ts';
import { NEEDS_QUEUE } from '../../renderer/menu-rules.ts';
import { findInQueue } from '../../renderer/queue-search.ts';
import { waiting } from '../support/sample-snapshots.ts';

it('the actions that rest while the queue store is away are those that need it', () => {
  const kinds = Object.keys(EFFECTS) as OperationKind[];
  expect(kinds.filter((kind) => NEEDS_QUEUE.includes(kind))).toEqual(kinds.filter(needsQueue));
});

it.each([
  ['', 12],
  ['  ', 12],
  ['민지', 1],
  ['MINJI', 0],
  ['soraKIM', 1],
  ['عبد', 1],
  ['14번', 1],
  ['#2', 3],
])('looking for "%s" finds %i', (sought, count) => {
  expect(findInQueue(Array.from({ length: 12 }, (_, index) => waiting(index)), sought)).toHaveLength(count);
});
