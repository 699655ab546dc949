/** Goal: no value of a row is guessed: what cannot be what its column stands for is named. */
import { describe, expect, test } from 'vitest';
import { toEndedAs, toId, toNumber, toNumberOrNull, toScore, toStatus, toText, toTime } from '../../electron/stores/row-values.ts';
import { AWKWARD_SCORES } from '../contracts/ledger-stage.ts';
import { ticketKey } from '../../electron/core/waiting.ts';

const unfit = (says: string): unknown => expect.objectContaining({ name: 'StoreFailure', code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining(says) });

describe('a whole number', () => {
  test.each([[0, 0], [-4, -4], ['12', 12], ['1763800000123', 1_763_800_000_123], [9_007_199_254_740_991, 9_007_199_254_740_991]])('%j is one', (value, number) => {
    expect(toNumber(value, 't.c')).toBe(number);
  });
  test.each([null, undefined, NaN, Infinity, 1.5, '', ' ', '1e', '9007199254740993', true, [], {}])('%j is none', (value) => {
    expect(() => toNumber(value, 'kiosk_booth.gen')).toThrow(unfit('kiosk_booth.gen'));
  });
  test('may be absent only where the column may be empty', () => {
    expect([toNumberOrNull(null, 't.c'), toNumberOrNull(undefined, 't.c'), toNumberOrNull('7', 't.c')]).toEqual([null, null, 7]);
    expect(() => toNumberOrNull('', 'waiting.entered_at')).toThrow(unfit('waiting.entered_at'));
  });
  test.each([null, 0, -4, '9007199254740993', true, [5]])('%j is no id', (value) => {
    expect(() => toId(value, 'users')).toThrow(unfit('users'));
  });
});

test('a status is one of three', () => {
  expect(['CALLED', 'ENTERED', 'COMPLETED'].map(toStatus)).toEqual(['CALLED', 'ENTERED', 'COMPLETED']);
  for (const value of [null, '', 'called', 'toString', 1]) expect(() => toStatus(value)).toThrow(unfit('waiting.status'));
});

test('an end is one of three, or none: a visit without one can still be shown', () => {
  expect(['ENTERED', 'NO_SHOW', 'CANCELLED'].map(toEndedAs)).toEqual(['ENTERED', 'NO_SHOW', 'CANCELLED']);
  for (const value of [null, undefined, '', 'no_show', 'COMPLETED', 'toString', 1]) expect(toEndedAs(value)).toBeNull();
});

describe('a time with its fraction', () => {
  test.each([[0, 0], ['1763800000.123456', 1_763_800_000.123_456], ['1763800000.000000', 1_763_800_000], ['-1.5', -1.5], [1_763_800_000_123.5, 1_763_800_000_123.5]])('%j is one', (value, time) => {
    expect(toTime(value, 't.c')).toBe(time);
  });
  test.each([null, undefined, NaN, Infinity, '', 'soon', '1763800000s', true, [], {}])('%j is none', (value) => {
    expect(() => toTime(value, 'waiting.registered_at')).toThrow(unfit('waiting.registered_at'));
  });
});

test('a score comes back from its ticket to the digit', () => {
  for (const score of AWKWARD_SCORES) expect(toScore(ticketKey({ boothId: 7, userId: 41, score }), 't.c')).toBe(score);
  for (const value of [null, '', 'rubbish', '7:41', '7:41:', '7:41:x', '7:41:Infinity', 5]) expect(() => toScore(value, 'kiosk_queue.ticket')).toThrow(unfit('kiosk_queue.ticket'));
});

test('a text is a text or nothing', () => {
  expect([toText('x'), toText(null), toText(5)]).toEqual(['x', '', '']);
});
