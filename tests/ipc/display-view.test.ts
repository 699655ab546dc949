/** What visitors see of the booth: the latest calls by number or shortened name, and nothing that belongs to the booth alone. */
import { describe, expect, it } from 'vitest';
import { displayView } from '../../electron/display-view.ts';
import type { DisplayView } from '../../shared/display.ts';
import type { BoothView, VisitEntry } from '../../shared/snapshot.ts';
import { busyBooth, called, emptyBooth, NOW, running, setup } from '../support/sample-snapshots.ts';

const MINUTE = 60_000;
const shown = (...visits: readonly VisitEntry[]): NonNullable<DisplayView['booth']> => {
  const { booth } = displayView(running({ booth: { ...busyBooth, called: visits } }));
  if (booth === null) throw new Error('no booth is shown');
  return booth;
};
const ids = (...visits: readonly VisitEntry[]): readonly number[] => shown(...visits).calls.map(({ waitingId }) => waitingId);

describe('the calls', () => {
  it('are the latest four, the newest first', () => {
    expect(ids(...[0, 1, 2, 3, 4, 5].map((index) => called(index, (6 - index) * 1_000)))).toEqual([505, 504, 503, 502]);
  });
  it('of one moment keep their order', () => {
    expect(ids(called(1, 1_000), called(0, 1_000))).toEqual([501, 500]);
  });
  it('leave after ten minutes', () => {
    expect(ids(called(0, 10 * MINUTE), called(1, 10 * MINUTE - 1))).toEqual([501]);
  });
  it('show the number of the day, else a shortened name, else the festival’s own number', () => {
    const visits = [{ ...called(0, 0), number: 7 }, { ...called(1, 1_000), name: '남궁선우', number: null }, { ...called(2, 2_000), name: '', number: null }];
    expect(shown(...visits).calls.map(({ name }) => name)).toEqual([{ kind: 'number', number: 7 }, { kind: 'name', text: '남**우' }, { kind: 'unnamed', userId: 2002 }]);
  });
});

it('holds nothing of the booth’s own: neither names nor stores, locks, staff or people inside', () => {
  const view = displayView(running({ staff: { names: ['이서준'], chosen: '이서준' } }));
  expect(Object.keys(view).toSorted()).toEqual(['booth', 'language', 'now', 'timeZone', 'version']);
  expect(Object.keys(view.booth ?? {}).toSorted()).toEqual(['calls', 'callsReadAt', 'estimatedWaitMinutes', 'name', 'phase', 'queueReadAt', 'waiting']);
});

describe('the wait', () => {
  const waitOf = (changes: Partial<BoothView>) => displayView(running({ booth: { ...emptyBooth, ...changes } })).booth?.estimatedWaitMinutes;
  it('is none where there is room for the next, and unknown where somebody has to leave first', () => {
    expect([waitOf({}), waitOf({ inside: 19 }), waitOf({ inside: 19, called: [called(0, 0)] }), waitOf({ inside: 20 })]).toEqual([0, 0, null, null]);
    expect(waitOf({ inside: 20, waitingTotal: 5, estimatedWaitMinutes: 10 })).toBe(10);
  });
  it('and the queue count as not read while a lost queue is put back', () => {
    expect(displayView(running({ booth: { ...emptyBooth, lostQueue: { waitingBefore: 12 } } })).booth?.queueReadAt).toBeNull();
  });
});

it('is there before a booth is', () => {
  expect(displayView(setup())).toMatchObject({ booth: null, language: 'en', now: NOW });
});
