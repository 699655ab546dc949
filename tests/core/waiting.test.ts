/** Goal: ids, scores and attempts keep every digit. */
import { describe, expect, it } from 'vitest';
import { attemptId } from '../../electron/core/attempt-id.ts';
import { estimatedWaitMinutes, measuredMinutesPerPlace } from '../../electron/core/estimate.ts';
import { visitorName } from '../../electron/core/visitor-name.ts';
import { parseId, registeredAtMs, ticketKey } from '../../electron/core/waiting.ts';

describe('ids in queue members', () => {
  it.each([['1', 1], ['9007199254740991', 9007199254740991]])('accepts %s', (text, id) => expect(parseId(text)).toBe(id));
  it.each(['', '0', '-1', '+1', '01', '1.0', '1e3', ' 1', '9007199254740992', '99999999999999999999', 'abc', '１'])('refuses %j', (text) => expect(parseId(text)).toBeNull());
});

describe('scores', () => {
  it('make the same ticket exactly when they are the same double', () => {
    const at = (score: number) => ticketKey({ boothId: 1, userId: 2, score });
    expect(at(0.1 + 0.2)).not.toBe(at(0.3));
    expect(at(1790000000.123)).toBe(at(Number('1.790000000123e9')));
    expect(at(Number((1763800000.1234567).toPrecision(17)))).toBe(at(1763800000.1234567));
  });
  it('tell their unit by their size', () => {
    expect(registeredAtMs(1790000000)).toBe(1790000000000);
    expect(registeredAtMs(1790000000.25)).toBe(1790000000250);
    expect(registeredAtMs(1790000000250)).toBe(1790000000250);
    for (const score of [0, -5, 42, 1e9 - 1, 1e13, Infinity, NaN]) expect(registeredAtMs(score)).toBeNull();
  });
});

it('derives the ids of later attempts, all different, all UUIDs', () => {
  const first = '0197f0c2-7d3a-7b1e-9f00-ffffffffffff';
  const ids = [0, 1, 2, 3].map((attempt) => attemptId(first, attempt));
  expect(ids[0]).toBe(first);
  expect(ids[1]).toBe('0197f0c2-7d3a-7b1e-9f00-000000000000');
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('estimates ten minutes for every full turn of the booth ahead', () => {
  expect([0, 1, 10, 11, 20].map((ahead) => estimatedWaitMinutes(ahead, 10, null))).toEqual([0, 10, 10, 20, 20]);
  expect(estimatedWaitMinutes(5, 0, null)).toBe(50);
});

it('estimates by the places that became free in the last hour, once there were five; a booth that only filled, or stopped, promises nothing', () => {
  const now = 1_790_000_000_000;
  const ago = (minutes: number): number => now - minutes * 60_000;
  /** Called, and ended (null: still there), so many minutes ago. */
  const rate = (...visits: readonly (readonly [called: number, ended: number | null])[]) =>
    measuredMinutesPerPlace(visits.map(([called, ended]) => ({ waitingId: 1, status: ended === null ? 'ENTERED' : 'COMPLETED', endedAs: ended === null ? null : 'ENTERED', registeredAtMs: null, calledAtMs: ago(called), endedAtMs: ended === null ? null : ago(ended) })), now);
  expect(rate()).toBeNull();
  expect(rate(...Array.from({ length: 20 }, () => [2, null] as const))).toBeNull();
  expect(rate([12, 8], [12, 6], [12, 4], [12, 2], [12, null])).toBeNull();
  expect(rate([12, 8], [12, 6], [12, 4], [12, 2], [12, 2], [1, null])).toBe(2.4);
  expect(rate([110, 59], [110, 50], [110, 40], [100, 30], [90, 20], [80, 61])).toBe(12);
  expect([0, 1, 3, 37].map((ahead) => estimatedWaitMinutes(ahead, 10, 1.6))).toEqual([0, 2, 5, 60]);
});

describe('names', () => {
  it.each([['  김  민지 ', '김 민지'], ['é', 'é'], ['محمد', 'محمد'], ['👩‍🚀 Zoë', '👩‍🚀 Zoë'], ['x'.repeat(50), 'x'.repeat(50)], ['a\tb', 'a b']])('keeps %j', (text, name) =>
    expect(visitorName(text)).toEqual({ ok: true, value: name }));
  it.each(['', ' \n ', 'x'.repeat(51), 'a\u0000b', 'a\u202eb', '\ud800'])('refuses %j', (text) => expect(visitorName(text)).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } }));
});
