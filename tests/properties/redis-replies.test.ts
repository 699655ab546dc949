/**
 * Goal: whatever a server answers is a value of the domain or a StoreFailure that names the step; never a wrong value, never another
 * exception. Method: the readers are given any answer, good answers with one part replaced, and locks with one field replaced.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BeginRequest, type CachedBooth, type QueueMark, type QueueSnapshot, type SetAsideEntry, type SoftLock, StoreFailure } from '../../electron/core/ports.ts';
import { isRestoreKind, isVisitKind, type Ticket } from '../../electron/core/waiting.ts';
import { foreignTicketOf } from '../../electron/stores/foreign-ticket.ts';
import { createChanges } from '../../electron/stores/redis/changes.ts';
import { createForeignLocks } from '../../electron/stores/redis/foreign-locks.ts';
import { createMirror } from '../../electron/stores/redis/mirror.ts';
import { createProcesses } from '../../electron/stores/redis/processes.ts';
import { createReads } from '../../electron/stores/redis/reads.ts';
import { parseLock, readReply, scoreOf } from '../../electron/stores/redis/replies.ts';
import { createSetAside } from '../../electron/stores/redis/set-aside.ts';
import type { Step } from '../../electron/stores/redis/step.ts';
import { keptOf } from '../../electron/stores/set-aside.ts';
import { ALL_KINDS } from '../contracts/queue-store-fixture.ts';

const SILENT = { log: () => undefined };
const RUNS = { numRuns: 400 };

/** The stores' readers over a server that answers this to everything. */
function answering(answer: unknown) {
  const asked: string[] = [];
  const step: Step = async (script, _keys, args, read) => {
    asked.push(script);
    if (typeof args === 'function') args('this run');
    return readReply(script, answer, read);
  };
  // Looking through keys is not a step: this server has none.
  const noKeys = async <T,>(): Promise<T> => ['0', []] as T;
  return { asked, ...createReads(step, SILENT), ...createChanges(step, 'temp:', SILENT), ...createMirror(step), ...createProcesses(step), ...createSetAside(step, SILENT), ...createForeignLocks(step, noKeys) };
}
type Readers = ReturnType<typeof answering>;

const LOCK: SoftLock = { operationId: '0190a6e2-0000-7000-8000-000000000001', kind: 'call', boothId: 7, userId: 41, score: 1_763_800_000.25, waitingId: null, returnScore: null, position: 1, note: { staff: 'Minji', reason: null, overCapacity: false }, owner: 'k/1', generation: 3, createdAtMs: 1_763_800_000_000 };
const REQUEST: BeginRequest = { operationId: LOCK.operationId, kind: 'call', boothId: 7, userId: null, leastEpoch: 0, note: LOCK.note, owner: 'k/1', generation: 3 };
const hashOf = (lock: SoftLock): Record<string, string> => ({
  userId: `${lock.userId}`, boothId: `${lock.boothId}`, waitingId: `${lock.waitingId ?? ''}`, timestamp: '5', operationId: lock.operationId, kind: lock.kind,
  score: `${lock.score ?? ''}`, owner: lock.owner, generation: `${lock.generation}`, createdAt: `${lock.createdAtMs}`,
  returnScore: `${lock.returnScore ?? ''}`, position: `${lock.position ?? ''}`, staff: lock.note.staff ?? '', reason: lock.note.reason ?? '', overCapacity: lock.note.overCapacity ? '1' : '',
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
    good: ['read', '1763800000000', ['temp:calling:7:x', flat(hashOf(LOCK)), 1, '250'], ['temp:odd', 'string', 0, '']],
    run: (readers) => readers.readLocks(10),
    is: (value) => {
      const { locks, unreadable, nowMs, silentMs } = value as Awaited<ReturnType<Readers['readLocks']>>;
      return isCount(nowMs) && [...silentMs].every(([owner, ms]) => isCount(ms) && locks.some((lock) => lock.owner === owner)) && locks.every((lock) => lock.operationId !== '' && isCount(lock.boothId) && isCount(lock.userId)) && unreadable.every((lock) => typeof lock.key === 'string' && lock.problem !== '');
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
  removeStale: { good: ['removed'], run: (readers) => readers.removeStale({ boothId: 7, userId: 41, score: 1 }, 1, null), is: (value) => typeof value === 'boolean' },
  countAttempt: { good: ['counted', 2], run: (readers) => readers.countAttempt(LOCK.operationId), is: isCount },
  readMark: {
    good: ['read', '7', 1, 'a-run'],
    run: (readers) => readers.readMark(),
    is: (value) => isCount((value as QueueMark).epoch ?? 0) && typeof (value as QueueMark).sameRun === 'boolean',
  },
  beginRefill: { good: ['refilling', 'a'], run: (readers) => readers.beginRefill('a'), is: (value) => typeof value === 'string' },
  setMark: { good: ['marked'], run: (readers) => readers.setMark(7, 'this run', 'a'), is: (value) => value === undefined },
  nextEpoch: { good: ['epoch', 8], run: (readers) => readers.nextEpoch(7), is: (value) => value === null || isCount(value) },
  readFingerprints: { good: ['read', '2 5 0 41 5', ''], run: (readers) => readers.readFingerprints([7, 8]), is: (value) => (value as unknown[]).length === 2 && (value as unknown[]).every((text) => typeof text === 'string') },
  snapshotQueue: {
    good: ['snapshot', ['41', '1763800000.25', 'x', 'inf'], ['42', 'nobody'], 3, 1],
    run: (readers) => readers.snapshotQueue(7, 1),
    is: (value) => {
      const snapshot = value as QueueSnapshot | null;
      return snapshot === null || (isCount(snapshot.version) && typeof snapshot.anyMerged === 'boolean' && [...snapshot.tickets.map(({ userId }) => userId), ...snapshot.elsewhere].every((id) => isCount(id) && id > 0) && snapshot.tickets.every(({ score }) => Number.isFinite(score)));
    },
  },
  restoreBooths: { good: ['restored'], run: (readers) => readers.restoreBooths([{ boothId: 7, name: '', capacity: 1, status: 'OPEN', description: '', universityName: '', listed: true }]), is: (value) => value === undefined },
  readCaches: {
    good: ['read', ['OPEN', 1], [null, null]],
    run: (readers) => readers.readCaches([7, 8]),
    is: (value) => (value as CachedBooth[]).every(({ boothId, status, listed }) => [7, 8].includes(boothId) && (status === null || typeof status === 'string') && (listed === null || typeof listed === 'boolean')),
  },
  readSetAside: {
    good: ['read', ['read', ['41', '5 user', 'x', 'inf score']], ['unfit', 'WRONGTYPE kiosk:quarantine:8']],
    run: (readers) => readers.readSetAside([7, 8]),
    is: (value) => (value as SetAsideEntry[]).every(({ boothId, member, score, reason }) => [7, 8].includes(boothId) && typeof member === 'string' && (score === null || Number.isFinite(score)) && typeof reason === 'string'),
  },
  endSetAside: { good: ['ended'], run: (readers) => readers.endSetAside(7, '41', 'restored'), is: (value) => typeof value === 'boolean' },
  findForeignLocks: {
    good: ['seen', ['temp:calling:7:41', ['boothId', '7', 'userId', '41', 'timestamp', '5'], 'abc', '60000'], ['temp:calling:7:42', [], 'abc', '0']],
    run: (readers) => readers.findForeignLocks(),
    is: (value) => (value as Awaited<ReturnType<Readers['findForeignLocks']>>).every(({ key, ticket, fingerprint, unchangedMs }) => key.startsWith('temp:calling:') && isCount(ticket.userId) && Number.isFinite(ticket.score) && typeof fingerprint === 'string' && isCount(unchangedMs)),
  },
  endForeignLock: {
    good: ['changed'],
    run: (readers) => readers.endForeignLock({ key: 'temp:calling:7:41', ticket: { boothId: 7, userId: 41, score: 5 }, fingerprint: 'abc', unchangedMs: 0 }, 'served'),
    is: (value) => typeof value === 'boolean',
  },
  beat: { good: ['noted'], run: (readers) => readers.beat('k/1'), is: (value) => value === undefined },
  takeLead: { good: ['leads'], run: (readers) => readers.takeLead('k/1', 5_000), is: (value) => typeof value === 'boolean' },
  noteAlerts: { good: ['new', 'quarantine'], run: (readers) => readers.noteAlerts(['quarantine'], 'k/1'), is: (value) => (value as unknown[]).every((id) => typeof id === 'string') },
  takeClearedAlerts: { good: ['cleared', 'quarantine'], run: (readers) => readers.takeClearedAlerts(30_000), is: (value) => (value as unknown[]).every((id) => typeof id === 'string') },
  readMerged: {
    good: ['read', ['5', '1763800000.25'], []],
    run: (readers) => readers.readMerged(7, [{ boothId: 7, userId: 41, score: 5 }, { boothId: 7, userId: 42, score: 5 }]),
    is: (value) => (value as Ticket[]).every(({ boothId, userId, score }) => boothId === 7 && [41, 42].includes(userId) && Number.isFinite(score) && score !== 5),
  },
  forgetMerged: { good: ['changed'], run: (readers) => readers.forgetMerged(7, 1), is: (value) => typeof value === 'boolean' },
  refill: { good: ['refilled', 1], run: (readers) => readers.refill([{ boothId: 7, userId: 41, score: 1 }]), is: isCount },
};

const anyPart: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', ' ', '1.5', '1e3', '-0', 'nan', 'inf', 'NaN', '9007199254740993', 1.5, NaN, Infinity, [], [[]], {}, ['41', 'nan'], ['41', ''], ['41'], 'read', 'unfit', 'begun', 'refused', true),
  fc.string(),
  fc.integer(),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 5 }),
);
const anyAnswer = fc.oneof(anyPart, fc.anything(), fc.array(anyPart, { maxLength: 9 }), fc.tuple(fc.constantFrom('read', 'users', 'begun', 'done', 'refused', 'already-queued', 'snapshot', 'seen', 'new', 'cleared', 'epoch', 'counted', 'unfit'), fc.array(anyPart, { maxLength: 8 })).map(([word, rest]) => [word, ...rest]));

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
      kind: fc.constantFrom(...ALL_KINDS),
      boothId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      userId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      score: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }),
      waitingId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      returnScore: fc.double({ noNaN: true, noDefaultInfinity: true }),
      position: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: null }),
      note: fc.record({ staff: fc.option(fc.string({ minLength: 1 }), { nil: null }), reason: fc.option(fc.string({ minLength: 1 }), { nil: null }), overCapacity: fc.boolean() }),
      owner: fc.string(),
      generation: fc.oneof(fc.integer({ min: -(2 ** 31 - 2), max: 2 ** 31 - 2 }), fc.integer({ min: 2 - 2 ** 53, max: 2 ** 53 - 2 })),
      createdAtMs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    })
    .map((lock): SoftLock => {
      const returnScore = isRestoreKind(lock.kind) ? lock.returnScore : null;
      const position = lock.kind === 'call' ? lock.position : null;
      if (!isVisitKind(lock.kind)) return { ...lock, waitingId: null, score: lock.score ?? 1, returnScore, position };
      return { ...lock, generation: lock.generation % (2 ** 31 - 1), returnScore, position };
    });
  const asMap = (hash: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(Object.entries(hash));

  test('comes back from its hash to the digit, whatever else is in it', () => {
    fc.assert(
      fc.property(aLock, fc.dictionary(fc.string().map((name) => `x${name}`), fc.string()), (lock, more) => {
        const read = parseLock(asMap({ ...more, ...hashOf(lock) }));
        const plain = (score: number | null) => (score === null ? null : score + 0);
        expect(read).toEqual({ ...lock, score: plain(lock.score), returnScore: plain(lock.returnScore) });
      }),
      RUNS,
    );
  });

  const FIELDS = ['operationId', 'kind', 'boothId', 'userId', 'waitingId', 'score', 'owner', 'generation', 'createdAt'];
  /** Older kiosks do not write them; all but the first may be missing. */
  const LATER_FIELDS = ['returnScore', 'position', 'staff', 'reason', 'overCapacity'];
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

  test('without a field that older kiosks did not write says that nothing is there; only where a visitor returns to must be known', () => {
    fc.assert(
      fc.property(aLock, fc.constantFrom(...LATER_FIELDS), (lock, field) => {
        const { [field]: _gone, ...rest } = hashOf(lock);
        const read = parseLock(asMap(rest));
        if (field === 'returnScore' && isRestoreKind(lock.kind)) {
          expect(read).toContain('returnScore');
          return;
        }
        expect(read).toEqual(parseLock(asMap({ ...rest, [field]: '' })));
        expect(typeof read).toBe('object');
      }),
      RUNS,
    );
  });

  test('with a foreign field is refused by name, or says exactly what stands there', () => {
    fc.assert(
      fc.property(aLock, fc.constantFrom(...FIELDS, ...LATER_FIELDS), odd, (lock, field, value) => {
        const hash = { ...hashOf(lock), [field]: value };
        const read = parseLock(asMap(hash));
        if (typeof read === 'string') {
          // Of another kind, it may have a row too many or lack one, have a place to return to or lack it.
          expect(read).toMatch(field === 'kind' ? /kind|waitingId|score|returnScore|position|generation/ : new RegExp(field));
          return;
        }
        const again = hashOf(read);
        if (['score', 'returnScore'].includes(field) && value !== '') expect(Number(again[field])).toBe(Number(value));
        else if (['generation', 'createdAt'].includes(field)) expect([/^-?\d+$/.test(value), Number(again[field])]).toEqual([true, Number(value)]);
        else if (field === 'kind') expect(ALL_KINDS).toContain(value);
        else expect(again[field]).toBe(value);
      }),
      { numRuns: 2_500 },
    );
  });
});

test('whatever a backend’s lock holds, it is left alone or its ticket is the one it names', () => {
  const odd = fc.oneof(fc.constantFrom('', ' ', '7', '41', '07', '0', '-1', '1e3', '1.5', 'inf', 'nan', '0x10', '99999999999999999999'), fc.string());
  fc.assert(
    fc.property(fc.constantFrom('temp:calling:7:41', 'temp:calling:07:41', 'temp:calling:7:', 'temp:calling:7:41:9', 'temp:calling:0:41'), fc.dictionary(fc.constantFrom('boothId', 'userId', 'timestamp', 'x'), odd), (key, fields) => {
      const ticket = foreignTicketOf(key, new Map(Object.entries(fields)));
      if (ticket === null) return;
      expect([`temp:calling:${ticket.boothId}:${ticket.userId}`, `${ticket.boothId}`, `${ticket.userId}`]).toEqual([key, fields['boothId'], fields['userId']]);
      expect([Number.isFinite(ticket.score), ticket.score]).toEqual([true, Number(fields['timestamp'])]);
    }),
    { numRuns: 1_500 },
  );
});

test('what is kept of an entry is its score to the bit and why; of anything else no score', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()), fc.constantFrom('member', 'score', 'user', 'lock'), (kept, reason) => {
      if (typeof kept === 'number') {
        for (const text of [String(kept), kept.toPrecision(17)]) expect(keptOf(`${text} ${reason}`)).toEqual({ score: kept + 0, reason });
        return;
      }
      const { score, reason: shown } = keptOf(kept);
      expect(score === null || Number.isFinite(score)).toBe(true);
      expect(shown.length).toBeLessThanOrEqual(40);
    }),
    RUNS,
  );
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
