/**
 * Goal: nothing passes the border between screen and main process but what the contract says. Method: any value that can be cloned
 * across, and good requests with one thing wrong, against a contract written here a second time.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REQUEST_CHANNELS } from '../../shared/channel-names.ts';
import { PHASE_CHANGES } from '../../shared/snapshot.ts';
import type { RequestChannel } from '../../shared/channels.ts';
import { answerRequest, parseRequest } from '../../electron/requests.ts';

const isId = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
const isIdOrNull = (value: unknown): boolean => value === null || isId(value);
const isDateOrNull = (value: unknown): boolean => value === null || (typeof value === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) && new Date(`${value}T00:00Z`).toISOString().startsWith(value));
const isLanguage = (value: unknown): boolean => value === 'ko' || value === 'en';
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isText = (most: number) => (value: unknown): boolean => typeof value === 'string' && value.isWellFormed() && [...value].length <= most;
type Fields = Readonly<Record<string, (value: unknown) => boolean>>;
const URL_TEXT = isText(100_000);

const isReason = (value: unknown): boolean => isText(200)(value) && (value as string).trim() !== '';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const VISIT_KINDS: ReadonlySet<unknown> = new Set(['enter', 'complete', 'no-show', 'cancel', 'hold', 'recall', 'put-back', 'undo-call', 'undo-no-show', 'undo-cancel', 'undo-complete', 'admit', 'requeue']);
const TAKES_A_PLACE: ReadonlySet<unknown> = new Set(['undo-no-show', 'undo-cancel', 'undo-complete', 'admit']);

/** What may be there beside, or not. */
const OPTIONAL: { readonly [C in RequestChannel]?: Fields } = {
  'booth:call-next': { reason: isReason, overCapacity: isFlag },
  'booth:call-chosen': { overCapacity: isFlag },
  'booth:leave': { reason: isReason },
  'visit:act': { place: (value) => value === 'original' || value === 'after-three', reason: isReason, overCapacity: isFlag },
};
/** What the fields must be together. */
const saysWhyOver = (request: Readonly<Record<string, unknown>>): boolean => request['overCapacity'] !== true || request['reason'] !== undefined;
const TOGETHER: { readonly [C in RequestChannel]?: (request: Readonly<Record<string, unknown>>) => boolean } = {
  'booth:call-next': saysWhyOver,
  'visit:act': (request) =>
    saysWhyOver(request) &&
    (request['reason'] !== undefined || (request['kind'] !== 'admit' && request['kind'] !== 'requeue')) &&
    (request['place'] === undefined || request['kind'] === 'put-back') &&
    (request['overCapacity'] !== true || TAKES_A_PLACE.has(request['kind'])),
  'booth:set-status': (request) => request['change'] !== 'pause' || request['reason'] !== null,
};

/** null: the channel takes null and nothing else. */
const CONTRACT: { readonly [C in RequestChannel]: Fields | null } = {
  'snapshot:get': null,
  'booth:call-next': { boothId: isId },
  'booth:call-chosen': { boothId: isId, userId: isId, reason: isReason },
  'booth:call-several': { boothId: isId, count: (value) => isId(value) && Number(value) <= 5 },
  'booth:leave': { boothId: isId, userId: isId },
  'booth:list-queue': { boothId: isId },
  'booth:list-departures': { boothId: isId },
  'booth:list-leftovers': { boothId: isId },
  'booth:clear-leftovers': { boothId: isId, before: isId, reason: isReason },
  'report:read': { date: isDateOrNull, boothId: isIdOrNull },
  'report:save': { date: isDateOrNull, boothId: isIdOrNull },
  'visit:act': { waitingId: isId, kind: (value) => VISIT_KINDS.has(value) },
  'booth:set-status': { boothId: isId, change: (value) => (PHASE_CHANGES as readonly unknown[]).includes(value), reason: (value) => value === null || isReason(value) },
  'booth:add-visitor': { boothId: isId, name: isText(50) },
  'booth:add-by-phone': { boothId: isId, phone: (value) => typeof value === 'string' && /^[0-9]{4,15}$/.test(value) && !value.includes('\n') },
  'booth:add-known': { boothId: isId, userId: isId },
  'booth:note-lost-queue': null,
  'booth:select': { boothId: isId },
  'kiosk:reconcile': null,
  'kiosk:retry-stores': null,
  'kiosk:set-language': { language: isLanguage },
  'kiosk:set-sound': { announces: isBoolean, muted: isBoolean, volume: (value) => Number.isInteger(value) && Number(value) >= 10 && Number(value) <= 100 },
  // Four units a character: whether the settings know the name is asked later.
  'kiosk:choose-staff': { name: (value) => value === null || (typeof value === 'string' && value !== '' && value.isWellFormed() && value.length <= 160) },
  'kiosk:set-demo-arrivals': { on: isBoolean },
  'setup:try-here': { language: isLanguage },
  'setup:try-store': { store: (value) => value === 'queue' || value === 'ledger', url: isText(1024) },
  'setup:connect': { redisUrl: URL_TEXT, mysqlUrl: URL_TEXT, boothId: isId, kioskId: isText(40), language: isLanguage },
};

const GOOD: Readonly<Record<string, unknown>> = {
  boothId: 3, waitingId: 9, userId: 7, count: 2, before: 1_790_000_000_000, date: '2026-11-25', kind: 'enter', reason: 'late', phone: '01012345678', name: '김민지', language: 'ko', on: true, announces: true, muted: false, volume: 80, store: 'queue', url: 'redis://h',
  redisUrl: 'redis://h', mysqlUrl: 'mysql://h/festival', kioskId: 'booth-3', change: 'close',
};
const goodPayload = (fields: Fields | null): Record<string, unknown> | null =>
  fields === null ? null : Object.fromEntries(Object.keys(fields).map((field) => [field, GOOD[field]]));

/** What a structured clone can carry, with what is hardest to tell from a number, a text or an object. */
const anyValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true, withSparseArray: true, withUnicodeString: true }),
  fc.constantFrom<unknown>(-0, 0, NaN, Infinity, 2 ** 53, 1.5, '1', '', '\ud800', 'x'.repeat(51), '😀'.repeat(51), 'x'.repeat(200_000), [1], [[]], new Boolean(true), new String('ko'), Object(1n)),
);
const RUNS = { numRuns: 150 };

/** Keys a hostile page may add: names with a meaning to JavaScript among them. */
const aKey = fc.oneof(fc.constantFrom('k'.repeat(3_000), '__proto__', 'constructor', 'toString', 'boothId', 'waitingId', 'then'), fc.string());

function withOwn(payload: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty({ ...payload }, key, { value, enumerable: true, configurable: true, writable: true });
}

describe.each(REQUEST_CHANNELS)('%s', (channel) => {
  const fields = CONTRACT[channel];
  const conforms = (value: unknown): boolean => {
    if (fields === null) return value === null;
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
    const request = value as Record<string, unknown>;
    const all = { ...fields, ...OPTIONAL[channel] };
    const isKnown = Reflect.ownKeys(value).every((key) => typeof key === 'string' && Object.hasOwn(all, key) && all[key]?.(request[key]) === true);
    return isKnown && Object.keys(fields).every((field) => Object.hasOwn(value, field)) && (TOGETHER[channel]?.(request) ?? true);
  };
  const judge = (payload: unknown): void => {
    const result = parseRequest(channel, payload);
    if (result.ok) {
      expect(conforms(result.value)).toBe(true);
      return;
    }
    expect(result.error.code).toBe('BAD_REQUEST');
    expect(result.error.message).toContain(`"${channel}"`);
    expect(result.error.message.length).toBeLessThan(1_000);
  };

  test('accepts what the contract says', () => expect(parseRequest(channel, goodPayload(fields))).toEqual({ ok: true, value: goodPayload(fields) }));

  test('any value: of the contract, or refused by name', () => fc.assert(fc.property(anyValue, judge), RUNS));

  if (fields !== null) {
    test('a field of another kind is refused by its name, or it is a good one', () => {
      fc.assert(
        fc.property(fc.constantFrom(...Object.keys({ ...fields, ...OPTIONAL[channel] })), anyValue, (field, value) => {
          const payload = { ...goodPayload(fields), [field]: value };
          judge(payload);
          const result = parseRequest(channel, payload);
          if (!result.ok) expect(result.error.message).toContain(`"${field}"`);
          if ({ ...fields, ...OPTIONAL[channel] }[field]?.(value) === false) expect(result.ok).toBe(false);
        }),
        { ...RUNS, examples: Object.keys(fields).flatMap((field) => [[field, 'x'.repeat(51)], [field, '😀'.repeat(51)]] as [string, unknown][]) },
      );
    });

    test('a missing field and one too many are refused; a prototype lends nothing', () => {
      const good = goodPayload(fields) ?? {};
      fc.assert(
        fc.property(aKey, anyValue, fc.constantFrom(...Object.keys(fields)), (key, value, field) => {
          if (!Object.hasOwn(good, key)) judge(withOwn(good, key, value));
          const { [field]: left, ...rest } = good;
          expect(parseRequest(channel, rest).ok).toBe(false);
          const heir: unknown = Object.assign(Object.create({ [field]: left }), rest);
          judge(heir);
        }),
        RUNS,
      );
    });
  }
});

test('any channel and payload is answered, and only a request of the contract reaches a handler', async () => {
  const reached: [string, unknown][] = [];
  const handlers = new Proxy({} as Parameters<typeof answerRequest>[0], {
    get: (_target, channel) => (request: unknown) => {
      reached.push([String(channel), request]);
      return Promise.resolve({ ok: true, value: null });
    },
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...REQUEST_CHANNELS), anyValue), anyValue, async (channel, payload) => {
      const before = reached.length;
      const answer = await answerRequest(handlers, channel, payload, () => undefined);
      expect(reached.length - before).toBe(answer.ok ? 1 : 0);
    }),
    { numRuns: 500 },
  );
});
