/**
 * Goal: no stranger reads a visitor's name or phone number off a public screen, and its owner still knows whose turn it is.
 * Method: names of many scripts by hand; any text and any number as people type them, generated.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isPhoneNickname, phoneDigits, phoneNickname } from '../../shared/phone-digits.ts';
import { publicName, shortenedName } from '../../shared/public-name.ts';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
const RUNS = { numRuns: 1_000 };

describe('a shortened name', () => {
  it.each([
    ['김철수', '김*수'],
    ['김철수'.normalize('NFD'), '김*수'],
    ['허준', '허*'],
    ['남궁선우', '남**우'],
    ['배고픈다람쥐', '배고픈…'],
    ['Minji', 'Min…'],
    ['Jun', 'J…'],
    ['Al', 'A…'],
    ['Anne-Marie Villeneuve', 'Ann…'],
    ['A Bc', 'A…'],
    ['山田 太郎', '山田…'],
    ['محمد عبد الله', 'محم…'],
    ['👩‍👩‍👧👨‍🚀🎪🐻', '👩‍👩‍👧👨‍🚀…'],
    ['é́xyz'.normalize('NFD'), 'é́x…'.normalize('NFC')],
    ['민', '민'],
    ['', ''],
    ['  ', ''],
    ['01012345678', '010…'],
    ['···· 5678', '···· 5678'],
  ])('of %j is %j', (name, short) => expect(shortenedName(name)).toBe(short));

  test('never tells a whole name of more than one character, and shows at most three of them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 })), (name) => {
        const whole = name.toWellFormed().normalize('NFC').trim();
        const short = shortenedName(name);
        expect(short.isWellFormed()).toBe(true);
        if (isPhoneNickname(whole) || graphemes(whole).length <= 1) return;
        expect(short).not.toContain(whole);
        const shown = short.replace(/…$/, '');
        if (short.endsWith('…')) {
          expect(whole.startsWith(shown)).toBe(true);
          expect(graphemes(shown).length).toBeLessThanOrEqual(3);
        }
      }),
      RUNS,
    );
  });
});

test('the number of the day goes before the name, and a visitor without either is known by their id', () => {
  expect(publicName({ userId: 7, name: '김철수', number: 12 })).toEqual({ kind: 'number', number: 12 });
  expect(publicName({ userId: 7, name: '김철수', number: null })).toEqual({ kind: 'name', text: '김*수' });
  expect(publicName({ userId: 7, name: '', number: null })).toEqual({ kind: 'unnamed', userId: 7 });
});

describe('a phone number', () => {
  it.each([
    ['010-1234-5678', '01012345678'],
    [' 010 1234 5678 ', '01012345678'],
    ['+82 10-1234-5678', '01012345678'],
    ['+82 (0)10.1234.5678', '01012345678'],
    ['０１０１２３４５６７８', '01012345678'],
    ['010‑1234–5678', '01012345678'],
    ['+1 415 555 0100', '14155550100'],
    ['5678', '5678'],
    ['123456789012345', '123456789012345'],
  ])('%j is %j', (typed, digits) => expect(phoneDigits(typed)).toEqual({ ok: true, value: digits }));

  it.each([
    ['', 'length'], ['123', 'length'], ['1234567890123456', 'length'], ['+82', 'length'], ['01O12345678', 'characters'], ['010+1234', 'characters'], ['++8210', 'characters'],
    ['١٢٣٤', 'characters'], ['0101234\u202e5678', 'characters'], ['010-1234-567\u0000', 'characters'],
  ])('%j is refused for its %s', (typed, phone) => expect(phoneDigits(typed)).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', params: { phone } } }));

  test('one number is one visitor, however it is typed', () => {
    const separator = fc.constantFrom('', ' ', '-', '.', '·', '  ', ' - ');
    fc.assert(
      fc.property(fc.stringMatching(/^0[1-9]\d{6,9}$/), fc.boolean(), fc.array(separator, { minLength: 16, maxLength: 16 }), (digits, abroad, between) => {
        const typed = [...(abroad ? `+82${digits.slice(1)}` : digits)].map((digit, index) => digit + (between[index] ?? '')).join('');
        expect(phoneDigits(typed)).toEqual({ ok: true, value: digits });
      }),
      RUNS,
    );
  });

  test('any text: 4 to 15 digits, or a refusal that repeats nothing of it; what was accepted is accepted again, unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: fc.constantFrom('+', '-', ' ', '0', '8', '2', '9', '(', '٣', '\u200b'), maxLength: 24 })), (typed) => {
        const result = phoneDigits(typed);
        if (result.ok) {
          expect(result.value).toMatch(/^\d{4,15}$/);
          expect(phoneDigits(result.value)).toEqual(result);
          expect(phoneNickname(result.value)).toBe(`···· ${result.value.slice(-4)}`);
          expect(isPhoneNickname(phoneNickname(result.value))).toBe(true);
        } else {
          expect(result.error.message).toMatch(/^A phone number (?:is made of digits|needs 4 to 15 digits)\.$/);
        }
      }),
      { ...RUNS, examples: [['+8282828282']] },
    );
  });
});
