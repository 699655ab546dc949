/**
 * Goal: whatever a server answers is a value of the domain or a StoreFailure that names the step; never a wrong value, never another
 * exception. Method: the readers are given any answer, good answers with one part replaced, and locks with one field replaced.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BeginRequest, type SoftLock, StoreFailure } from '../../electron/core/ports.ts';
import { createChanges } from '../../electron/stores/redis/changes.ts';
import { createReads, type Step } from '../../electron/stores/redis/reads.ts';
import { parseLock, readReply, scoreOf } from '../../electron/stores/redis/replies.ts';

const SILENT = { log: () => undefined };
const RUNS = { numRuns: 400 };

/** The stores' readers over a server that answers this to everything. */
function answering(answer: unknown) {
  const asked: string[] = [];
  const step: Step = async (script, _keys, _args, read) => {
    asked.push(script);
    return readReply(script, answer, read);
  };
  return { asked, ...createReads(step, SILENT), ...createChanges(step, 'temp:', SILENT) };
}
type Readers = ReturnType<typeof answering>;

const LOCK: SoftLock = { operationId: '0190a6e2-0000-7000-8000-000000000001', kind: 'call', boothId: 7, userId: 41, score: 1_763_800_000.25, waitingId: null, owner: 'k/1', generation: 3, createdAtMs: 1_763_800_000_000 };
const REQUEST: BeginRequest = { operationId: LOCK.operationId, kind: 'call', boothId: 7, owner: 'k/1', generation: 3 };
const hashOf = (lock: SoftLock): Record<string, string> => ({
  userId: `${lock.userId}`, boothId: `${lock.boothId}`, waitingId: `${lock.waitingId ?? ''}`, timestamp: '5', operationId: lock.operationId, kind: lock.kind,
  score: `${lock.score ?? ''}`, owner: lock.owner, generation: `${lock.generation}`, createdAt: `${lock.createdAtMs}`,
});
const flat = (hash: Readonly<Record<string, string>>): string[] => Object.entries(hash).flat();

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value);
/** Each reader, a good answer of its step, and what every value it gives must be. */
const READERS: Readonly<Record<string, { readonly good: unknown[]; run(readers: Readers): Promise<unknown>; is(value: unknown): boolean }>> = {
  readQueue: {
    good: ['read', ['41', '1763800000.25', 'x', 'inf'], 2, '3', '5', 0, 1],
    run: (readers) => readers.readQueue(7, 10),
    is: (value) => {
      const view = value as Awaited<ReturnType<Readers['readQueue']>>;
      return [view.total, view.version, view.openLocks, view.setAside, view.current ?? 0].every(isCount) && view.entries.every((entry) => typeof entry.member === 'string' && !Number.isNaN(entry.score));
    },
  },
  readLocks: {
    good: ['read', '1763800000000', ['temp:calling:7:x', flat(hashOf(LOCK)), 1], ['temp:odd', 'string', 0]],
    run: (readers) => readers.readLocks(10),
    is: (value) => {
      const { locks, unreadable, nowMs } = value as Awaited<ReturnType<Readers['readLocks']>>;
      return isCount(nowMs) && locks.every((lock) => lock.operationId !== '' && isCount(lock.boothId) && isCount(lock.userId)) && unreadable.every((lock) => typeof lock.key === 'string' && lock.problem !== '');
    },
  },
  readLock: { good: ['read', flat(hashOf(LOCK))], run: (readers) => readers.readLock(LOCK.operationId), is: (value) => value === null || (value as SoftLock).operationId !== '' },
  readCounts: {
    good: ['read', ['3', '5', 0], ['unfit', 'WRONGTYPE kiosk:open:8']],
    run: (readers) => readers.readCounts([7, 8]),
    is: (value) => (value as { boothId: number; current: number | null; version: number; openLocks: number }[]).every((count) => [7, 8].includes(count.boothId) && [count.current ?? 0, count.version, count.openLocks].every(isCount)),
  },
  usersMissingActiveBooth: { good: ['users', '41', 42], run: (readers) => readers.usersMissingActiveBooth(7, [41, 42]), is: (value) => (value as unknown[]).every(isCount) },
  begin: {
    good: ['begun', flat(hashOf(LOCK)), 0, 4, 0],
    run: (readers) => readers.begin(REQUEST),
    is: (value) => ['begun', 'done', 'already-queued', 'refused'].includes((value as { outcome: string }).outcome),
  },
  resolve: { good: ['applied'], run: (readers) => readers.resolve(LOCK, { count: 0, queue: 'leave' }, 'finished'), is: (value) => ['applied', 'done', 'gone'].includes(String(value)) },
  correctCount: { good: ['corrected'], run: (readers) => readers.correctCount({ boothId: 7, current: 1, version: 1, openLocks: 0 }, 2), is: (value) => typeof value === 'boolean' },
  removeStale: { good: ['removed'], run: (readers) => readers.removeStale({ boothId: 7, userId: 41, score: 1 }), is: (value) => typeof value === 'boolean' },
  refill: { good: ['refilled', 1], run: (readers) => readers.refill([{ boothId: 7, userId: 41, score: 1 }]), is: isCount },
};

const anyPart: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', ' ', '1.5', '1e3', '-0', 'nan', 'inf', 'NaN', '9007199254740993', 1.5, NaN, Infinity, [], [[]], {}, ['41', 'nan'], ['41', ''], ['41'], 'read', 'unfit', 'begun', 'refused', true),
  fc.string(),
  fc.integer(),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 5 }),
);
const anyAnswer = fc.oneof(anyPart, fc.anything(), fc.array(anyPart, { maxLength: 9 }), fc.tuple(fc.constantFrom('read', 'users', 'begun', 'done', 'refused', 'already-queued', 'unfit'), fc.array(anyPart, { maxLength: 8 })).map(([word, rest]) => [word, ...rest]));

describe.each(Object.entries(READERS))('%s', (_name, { good, run, is }) => {
  const judge = async (answer: unknown): Promise<void> => {
    const readers = answering(answer);
    try {
      expect(is(await run(readers))).toBe(true);
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      expect(error.code).toBe('QUEUE_STORE_UNFIT');
      const refusesBeforeWriting = Array.isArray(answer) && answer[0] === 'unfit';
      if (!refusesBeforeWriting || error.executed === 'unknown') expect(error.message).toMatch(new RegExp(`"${readers.asked.at(-1)}"|soft lock of this very action`));
    }
  };

  test('a good answer is read', async () => expect(is(await run(answering(good)))).toBe(true));
  test('any answer', () => fc.assert(fc.asyncProperty(anyAnswer, judge), RUNS));
  test('a good answer with one part replaced, missing or too many', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(good.length), anyPart, fc.constantFrom('replace', 'remove', 'add'), async (at, part, how) => {
        await judge(good.toSpliced(at, how === 'add' ? 0 : 1, ...(how === 'remove' ? [] : [part])));
      }),
      RUNS,
    ));
});

describe('a soft lock', () => {
  const aLock: fc.Arbitrary<SoftLock> = fc
    .record({
      operationId: fc.uuid(),
      kind: fc.constantFrom('join', 'call', 'enter', 'complete', 'no-show'),
      boothId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      userId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      score: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }),
      waitingId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      owner: fc.string(),
      generation: fc.oneof(fc.integer({ min: -(2 ** 31 - 2), max: 2 ** 31 - 2 }), fc.maxSafeInteger()),
      createdAtMs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    })
    .map((lock) => (lock.kind === 'join' || lock.kind === 'call' ? { ...lock, kind: lock.kind, waitingId: null, score: lock.score ?? 1 } : { ...lock, kind: lock.kind as SoftLock['kind'], generation: lock.generation % (2 ** 31 - 1) }));
  const asMap = (hash: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(Object.entries(hash));

  test('comes back from its hash to the digit, whatever else is in it', () => {
    fc.assert(
      fc.property(aLock, fc.dictionary(fc.string().map((name) => `x${name}`), fc.string()), (lock, more) => {
        const read = parseLock(asMap({ ...more, ...hashOf(lock) }));
        expect(read).toEqual({ ...lock, score: lock.score === null ? null : lock.score + 0 });
      }),
      RUNS,
    );
  });

  const FIELDS = ['operationId', 'kind', 'boothId', 'userId', 'waitingId', 'score', 'owner', 'generation', 'createdAt'];
  const odd = fc.oneof(fc.constantFrom('', ' ', '0', '-1', '1.5', '1e3', '007', '+7', 'abc', 'inf', 'nan', 'Infinity', '0x10', '99999999999999999999', '٣', '2147483647', 'hold', '__proto__'), fc.string());

  test('with a field missing is refused by the name of the field', () => {
    fc.assert(
      fc.property(aLock, fc.constantFrom(...FIELDS), (lock, field) => {
        const { [field]: _gone, ...rest } = hashOf(lock);
        const read = parseLock(asMap(rest));
        expect(typeof read).toBe('string');
        expect(read).toContain(field === 'kind' ? 'kind' : field);
      }),
      RUNS,
    );
  });

  test('with a foreign field is refused by name, or says exactly what stands there', () => {
    fc.assert(
      fc.property(aLock, fc.constantFrom(...FIELDS), odd, (lock, field, value) => {
        const hash = { ...hashOf(lock), [field]: value };
        const read = parseLock(asMap(hash));
        if (typeof read === 'string') {
          // Of another kind, it may have a row too many or lack one.
          expect(read).toMatch(field === 'kind' ? /kind|waitingId|score/ : new RegExp(field));
          return;
        }
        const again = hashOf(read);
        if (field === 'score' && value !== '') expect(Number(again['score'])).toBe(Number(value));
        else if (['generation', 'createdAt'].includes(field)) expect([/^-?\d+$/.test(value), Number(again[field])]).toEqual([true, Number(value)]);
        else if (field === 'kind') expect(['join', 'call', 'enter', 'complete', 'no-show']).toContain(value);
        else expect(again[field]).toBe(value);
      }),
      { numRuns: 1_500 },
    );
  });
});

test('a score is read to the bit in every form a server prints it', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (score) => {
      const printed = Number.isFinite(score) ? [String(score), score.toPrecision(17), score.toExponential()] : [score > 0 ? 'inf' : '-inf'];
      for (const text of printed) expect(scoreOf(text)).toBe(score === 0 && !text.startsWith('-') ? 0 : score);
    }),
    { numRuns: 1_000 },
  );
});
