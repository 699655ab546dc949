/** Goal: what stands in a queue is read exactly or not at all, whatever other programs wrote. Method: any text, any double. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptId, attemptIds, MAX_ATTEMPTS } from '../../electron/core/attempt-id.ts';
import { parseId, registeredAtMs, ticketKey, ticketScore } from '../../electron/core/waiting.ts';

const anyText = fc.oneof(fc.bigInt({ min: 2n ** 53n - 9n, max: 10n ** 16n }).map(String), fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0123456789 +-.eE\u0660\uff11\n') }));
const anId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const RUNS = { numRuns: 1_000 };

describe('a queue member', () => {
  test('is a user id exactly when it is how that id is written', () => {
    fc.assert(
      fc.property(anyText, (member) => {
        const id = parseId(member);
        // The oracle: bigger numbers than doubles hold, compared as text.
        const isId = /^[0-9]+$/.test(member) && String(BigInt(member)) === member && BigInt(member) > 0n && BigInt(member) < 2n ** 53n;
        expect(id).toBe(isId ? Number(member) : null);
      }),
      RUNS,
    );
  });

  test('every id comes back from its text, and from nothing longer', () => {
    fc.assert(
      fc.property(anId, fc.constantFrom('0', ' ', '+', '-', '\n', '.0', 'e0', '\u0000'), (id, extra) => {
        expect(parseId(String(id))).toBe(id);
        expect(parseId(`${extra}${id}`)).toBeNull();
        if (extra !== '0') expect(parseId(`${id}${extra}`)).toBeNull();
      }),
      RUNS,
    );
  });
});

describe('a score', () => {
  test('survives its ticket to the bit (but for the sign of zero), infinities too', () => {
    fc.assert(
      fc.property(anId, anId, fc.double({ noNaN: true }), (boothId, userId, score) => {
        expect(ticketScore(ticketKey({ boothId, userId, score }))).toBe(score + 0);
      }),
      { ...RUNS, examples: [5e-324, -5e-324, -0, Infinity, -Infinity, Number.MAX_VALUE, 0.1 + 0.2, 1e21].map((score) => [1, 1, score]) },
    );
  });

  test('different registrations have different tickets, equal ones equal tickets', () => {
    const aTicket = fc.record({ boothId: fc.integer({ min: 1, max: 99 }), userId: fc.integer({ min: 1, max: 99 }), score: fc.double({ noNaN: true, noDefaultInfinity: true }) });
    fc.assert(
      fc.property(aTicket, aTicket, (a, b) => {
        const isSame = a.boothId === b.boothId && a.userId === b.userId && a.score === b.score;
        expect(ticketKey(a) === ticketKey(b)).toBe(isSame);
        expect(ticketKey({ ...a })).toBe(ticketKey(a));
      }),
      RUNS,
    );
  });

  test('no text but a ticket has one', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        if (!Number.isNaN(ticketScore(text))) expect(text).toMatch(/^\d+:\d+:/);
      }),
      RUNS,
    );
  });

  test('is a time only in seconds or milliseconds between 2001 and 2286, and grows with the time', () => {
    const plausible = { from: 1e12, to: 1e13 };
    fc.assert(
      fc.property(fc.double(), (score) => {
        const ms = registeredAtMs(score);
        if (ms === null) return;
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(plausible.from);
        expect(ms).toBeLessThanOrEqual(plausible.to);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(fc.integer({ min: plausible.from, max: plausible.to - 1 }), (ms) => {
        expect(registeredAtMs(ms)).toBe(ms);
        expect(registeredAtMs(ms / 1000)).toBe(ms);
      }),
      RUNS,
    );
  });
});

test('the attempts of a request have ids of their own, each a UUID of the same version and time', () => {
  fc.assert(
    fc.property(fc.uuid({ version: 7 }), (first) => {
      const ids = attemptIds(first);
      expect(new Set(ids).size).toBe(MAX_ATTEMPTS);
      expect(ids[0]).toBe(first);
      for (const [attempt, id] of ids.entries()) {
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(id.slice(0, 23)).toBe(first.slice(0, 23));
        expect(attemptId(first, attempt)).toBe(id);
      }
    }),
    { numRuns: 300, examples: [['0190a6e2-0000-7000-8000-ffffffffffff'], ['0190a6e2-0000-7000-8000-fffffffffff0']] },
  );
});
