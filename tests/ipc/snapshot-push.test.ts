/** A screen sees the newest snapshot, one at a time, and a busy one piles up nothing. */
import { expect, it } from 'vitest';
import type { Snapshot } from '../../shared/snapshot.ts';
import { createSnapshotPush } from '../../electron/snapshot-push.ts';

const snapshot = (version: number) => ({ version }) as Snapshot;

function setUp() {
  const sent: [screen: string, version: number][] = [];
  const push = createSnapshotPush<string>((screen, { version }) => sent.push([screen, version]));
  return { sent, push };
}

it('sends nothing to a screen that does not listen yet, and the latest as soon as it does', () => {
  const { sent, push } = setUp();
  push.offer(snapshot(1));
  push.offer(snapshot(2));
  expect(sent).toEqual([]);
  push.ready('a', true);
  expect(sent).toEqual([['a', 2]]);
});

it('holds back while a screen is busy, then skips to the newest', () => {
  const { sent, push } = setUp();
  push.ready('a', true);
  for (let version = 1; version <= 100; version += 1) push.offer(snapshot(version));
  expect(sent).toEqual([['a', 1]]);
  push.ready('a', false);
  expect(sent).toEqual([['a', 1], ['a', 100]]);
  push.ready('a', false);
  expect(sent).toHaveLength(2);
});

it('starts over with a screen that was reloaded while it was busy', () => {
  const { sent, push } = setUp();
  push.ready('a', true);
  push.offer(snapshot(1));
  push.ready('a', true);
  expect(sent).toEqual([['a', 1], ['a', 1]]);
});

it('serves each screen at its own pace, and forgets those that are gone', () => {
  const { sent, push } = setUp();
  push.ready('slow', true);
  push.ready('quick', true);
  push.offer(snapshot(1));
  push.ready('quick', false);
  push.offer(snapshot(2));
  push.forget('slow');
  push.ready('quick', false);
  push.offer(snapshot(3));
  expect(sent).toEqual([['slow', 1], ['quick', 1], ['quick', 2], ['quick', 3]]);
});
