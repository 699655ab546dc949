/**
 * Goal: every code of a visitor is read, whatever else is scanned is refused, and no typing passes for a scan. Method: codes, paces and
 * layouts generated; the reader is fed as the page feeds it.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { keyChar } from '../../renderer/key-chars.ts';
import { createScanReader, SCAN_GAP_MS, SCAN_GAP_OUTSIDE_MS, SCAN_MIN_CHARS, type Stroke } from '../../renderer/scan-reader.ts';
import { SCAN_MAX_CHARS, scannedUserId, shortCode } from '../../shared/scan-code.ts';

const RUNS = { numRuns: 1_000 };
const printable = fc.constantFrom(...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)));
const ascii = fc.string({ unit: printable, minLength: 3, maxLength: 60 });
const prefixes = fc.oneof(fc.constant(''), fc.tuple(fc.string({ unit: printable, maxLength: 20 }), fc.constantFrom('/', ':', '#', 'u')).map((parts) => parts.join('')));

function strokes(text: string, gaps: readonly number[], fromMs = 1_000): Stroke[] {
  let atMs = fromMs;
  return [...text, null].map((char, index) => {
    const stroke = { char, ends: char === null, isShift: false, inField: true, atMs };
    atMs += gaps[index % gaps.length] ?? 0;
    return stroke;
  });
}
const scansIn = (all: readonly Stroke[]): string[] => {
  const read = createScanReader();
  return all.flatMap((stroke) => {
    const reading = read(stroke);
    return reading.is === 'scan' ? [reading.text] : [];
  });
};

/** Milliseconds and eighths of them, whose sums are exact: else the difference of two would not always be what was added. */
const gapMs = (min: number, max: number) => fc.integer({ min: min * 8, max: max * 8 }).map((eighths) => eighths / 8);

describe('the pace', () => {
  test('every text at a scanner’s pace is one scan, whole, whatever was typed before', () => {
    const fast = fc.array(gapMs(0, SCAN_GAP_MS), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ascii, fast, fc.string({ unit: fc.constantFrom('a', '1', ' ') }), (text, gaps, earlier) => {
        const typed = strokes(earlier, [200]).slice(0, -1);
        expect(scansIn([...typed, ...strokes(text, gaps, (typed.at(-1)?.atMs ?? 0) + 500)])).toEqual([text]);
      }),
      RUNS,
    );
  });

  test('one key of the last three, or the end, too slow: no scan', () => {
    fc.assert(
      fc.property(ascii, fc.integer({ min: 0, max: SCAN_MIN_CHARS - 1 }), gapMs(SCAN_GAP_MS + 0.125, 5_000), (text, fromEnd, slowMs) => {
        const gaps = Array.from({ length: text.length }, (_, index) => (index === text.length - 1 - fromEnd ? slowMs : 2));
        expect(scansIn(strokes(text, gaps))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('nobody’s typing is a scan: no three keys and Enter within the pace', () => {
    // Rolled keys come in pairs: fast, then slow again.
    const human = fc.array(fc.tuple(gapMs(5, 30), gapMs(36, 400)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ascii, human, (text, pairs) => {
        expect(scansIn(strokes(text, pairs.flat()))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('where there is no field, a slow scanner is one as well', () => {
    const slow = fc.array(gapMs(0, SCAN_GAP_OUTSIDE_MS), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ascii, slow, (text, gaps) => {
        expect(scansIn(strokes(text, gaps).map((stroke) => ({ ...stroke, inField: false })))).toEqual([text]);
      }),
      RUNS,
    );
  });

  test('Shift goes with the text; another key begins it anew; a second ending right behind is an echo', () => {
    const key = (char: string | null, atMs: number, rest: Partial<Stroke> = {}): Stroke => ({ char, ends: false, isShift: false, inField: true, atMs, ...rest });
    const read = createScanReader();
    const all = [key('a', 0), key(null, 2, { isShift: true }), key('B', 4), key('c', 6), key(null, 8, { ends: true }), key(null, 10, { ends: true }), key(null, 400, { ends: true })];
    expect(all.map((stroke) => read(stroke).is)).toEqual(['begins', 'typing', 'goes-on', 'goes-on', 'scan', 'echo', 'typing']);
    expect(scansIn([key('a', 0), key('b', 2), key(null, 4), key('c', 6), key('d', 8), key(null, 10, { ends: true })])).toEqual([]);
  });

  it('a scan without an end takes no more memory than the longest code', () => {
    const read = createScanReader();
    for (let at = 0; at < 10_000; at += 1) read({ char: 'x', ends: false, isShift: false, inField: true, atMs: at });
    const reading = read({ char: null, ends: true, isShift: false, inField: true, atMs: 10_000 });
    expect(reading).toEqual({ is: 'scan', text: 'x'.repeat(SCAN_MAX_CHARS + 1) });
    expect(scannedUserId(reading.is === 'scan' ? reading.text : '', '')).toBeNull();
  });
});

describe('the meaning', () => {
  test('prefix and id give the id back', () => {
    fc.assert(
      fc.property(prefixes, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (prefix, id) => {
        expect(scannedUserId(`${prefix}${id}`, prefix)).toBe(id);
      }),
      RUNS,
    );
  });

  test('any text: an id whose code it is, or nobody', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), ascii, fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 40 })), prefixes, (code, prefix) => {
        const id = scannedUserId(code, prefix);
        if (id !== null) expect([`${prefix}${id}`, Number.isSafeInteger(id), id > 0]).toEqual([code, true, true]);
        expect(shortCode(code).length).toBeLessThanOrEqual(25);
      }),
      RUNS,
    );
  });

  it.each(['', '0', '007', '01012345678', '-1', '1.0', '1e3', ' 7', '7 ', '٣', '9007199254740993', '9'.repeat(250), '7\n'])('%j is nobody', (code) => expect(scannedUserId(code, '')).toBeNull());
});

it.each([
  ['KeyA', 'ㅁ', false, 'a'], ['KeyA', 'A', true, 'A'], ['KeyA', 'A', false, 'a'], ['Digit1', '1', false, '1'], ['Digit1', '!', true, '!'], ['Slash', 'Process', false, '/'], ['Semicolon', 'Process', true, ':'],
  ['Numpad7', '7', false, '7'], ['Space', ' ', false, ' '], ['', 'x', false, 'x'], ['', 'ㅁ', false, null], ['', 'Unidentified', false, null], ['ArrowLeft', 'ArrowLeft', false, null], ['Backspace', 'Backspace', false, null],
])('the key %s (%s, Shift %s) types %j', (code, key, shiftKey, char) => expect(keyChar({ code, key, shiftKey })).toBe(char));
