/** Goal: every name that is accepted can be shown, kept and read again; every other is refused in a sentence. Method: any text. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visitorName } from '../../electron/core/visitor-name.ts';
import { NICKNAME_MAX_CHARS } from '../../shared/limits.ts';

const nasty = fc.constantFrom('\u0000', '\u0007', '\u200b', '\u200d', '\u202e', '\u2066', '\u2028', '\ud800', '\udc00', '\u3164', '\u0301', '\ufe0f', '\u00a0', ' ', '\t', '\n');
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: fc.oneof(nasty, fc.constantFrom('김', 'é', 'e', '😀', 'א', '👩‍🚀')), maxLength: 80 }),
);
const RUNS = { numRuns: 1_000 };

test('an accepted name is composed, trimmed, within the column, and holds nothing that turns or breaks the line', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = visitorName(text);
      if (!name.ok) return;
      expect(name.value).toBe(name.value.normalize('NFC').trim());
      expect([...name.value].length).toBeLessThanOrEqual(NICKNAME_MAX_CHARS);
      expect(name.value.isWellFormed()).toBe(true);
      expect(name.value).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]|\s\s/u);
    }),
    RUNS,
  );
});

test('an accepted name shows something', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = visitorName(text);
      if (name.ok) expect(name.value).toMatch(/[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}]/u);
    }),
    { ...RUNS, examples: [['\u200b'], ['\u3164\u3164'], ['\ufe0f'], ['\u0301']] },
  );
});

test('a name that was accepted is accepted again, unchanged', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = visitorName(text);
      if (name.ok) expect(visitorName(name.value)).toEqual(name);
    }),
    RUNS,
  );
});

test('letters of any script pass as they are, composed', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\p{L}\p{N}]{1,50}$/u), (text) => {
      fc.pre(/[^\p{Default_Ignorable_Code_Point}]/u.test(text) && [...text.normalize('NFC')].length <= NICKNAME_MAX_CHARS);
      expect(visitorName(text)).toEqual({ ok: true, value: text.normalize('NFC') });
    }),
    { ...RUNS, examples: [['\u{10330}'.repeat(NICKNAME_MAX_CHARS)]] },
  );
});

test('a refusal is a sentence that repeats nothing of the name', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom('\u0007', 'x'.repeat(60)), (text, spoiler) => {
      const name = visitorName(`Zoë${text}${spoiler}`);
      expect(name).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', message: expect.stringMatching(/^[A-Z].*\.$/) } });
      if (!name.ok) expect(name.error.message).not.toContain('Zoë');
    }),
    RUNS,
  );
});
