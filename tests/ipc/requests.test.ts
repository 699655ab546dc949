/** The border: for every channel, what is accepted and what is refused before a handler sees it. */
import { describe, expect, it } from 'vitest';
import { REQUEST_CHANNELS } from '../../shared/channel-names.ts';
import type { RequestChannel, Requests } from '../../shared/channels.ts';
import { ok } from '../../shared/errors.ts';
import type { Handlers } from '../../electron/kiosk.ts';
import { answerRequest, parseRequest } from '../../electron/requests.ts';

const connect = { redisUrl: 'redis://h', mysqlUrl: 'mysql://h/f', boothId: 1, kioskId: 'k', language: 'ko' } as const;
const PASSWORD_URL = 'redis://user:hunter2@h';

const SAMPLES: { readonly [C in RequestChannel]: { good: Requests[C]['request'][]; bad: [payload: unknown, field: string | null][] } } = {
  'snapshot:get': { good: [null], bad: [[undefined, null], [{}, null]] },
  'booth:call-next': { good: [{ boothId: 1 }, { boothId: 1, reason: 'boss', overCapacity: true }], bad: [[{ boothId: 1, overCapacity: true }, null], [null, null], [{ boothId: 0 }, 'boothId'], [{ boothId: '1' }, 'boothId'], [{ boothId: 1, more: 1 }, 'more']] },
  'booth:call-chosen': {
    good: [{ boothId: 1, userId: 7, reason: '일행이 안에 있음' }, { boothId: 1, userId: 7, reason: '이'.repeat(200), overCapacity: true }, { boothId: 1, userId: 7, reason: 'x', overCapacity: false }],
    bad: [
      [{ boothId: 1, userId: 7 }, 'reason'], [{ boothId: 1, userId: 7, reason: '' }, 'reason'], [{ boothId: 1, userId: 7, reason: ' \t' }, 'reason'], [{ boothId: 1, userId: 7, reason: '이'.repeat(201) }, 'reason'],
      [{ boothId: 1, userId: 7, reason: '\ud800' }, 'reason'], [{ boothId: 1, userId: null, reason: 'x' }, 'userId'], [{ userId: 7, reason: 'x' }, 'boothId'], [{ boothId: 1, userId: 7, reason: 'x', overCapacity: 1 }, 'overCapacity'],
    ],
  },
  'booth:call-several': {
    good: [{ boothId: 1, count: 1 }, { boothId: 1, count: 5 }],
    bad: [[{ boothId: 1 }, 'count'], [{ boothId: 1, count: 0 }, 'count'], [{ boothId: 1, count: 6 }, 'count'], [{ boothId: 1, count: 2.5 }, 'count'], [{ boothId: 1, count: '2' }, 'count'], [{ count: 2 }, 'boothId']],
  },
  'booth:leave': {
    good: [{ boothId: 1, userId: 7 }, { boothId: 1, userId: 7, reason: 'x' }],
    bad: [[{ boothId: 1 }, 'userId'], [{ boothId: 1, userId: 7, reason: '' }, 'reason'], [{ boothId: 1, userId: 7, reason: undefined }, 'reason'], [{ boothId: 1, userId: 7, overCapacity: true }, 'overCapacity']],
  },
  'booth:list-queue': { good: [{ boothId: 1 }], bad: [[null, null], [{ boothId: 0 }, 'boothId'], [{ boothId: 1, limit: 9 }, 'limit']] },
  'booth:list-departures': { good: [{ boothId: 1 }], bad: [[{}, 'boothId'], [{ boothId: '1' }, 'boothId']] },
  'booth:set-status': {
    good: [{ boothId: 1, change: 'open', reason: null }, { boothId: 1, change: 'close', reason: '비가 와서' }, { boothId: 1, change: 'pause', reason: '😀'.repeat(200) }],
    bad: [
      [{ boothId: 1, change: 'pause', reason: null }, null], [{ boothId: 1, change: 'shut', reason: null }, 'change'], [{ boothId: 1, change: 'open' }, 'reason'], [{ boothId: 1, change: 'close', reason: ' ' }, 'reason'],
      [{ boothId: 1, change: 'close', reason: '김'.repeat(201) }, 'reason'], [{ boothId: 0, change: 'open', reason: null }, 'boothId'],
    ],
  },
  'booth:list-leftovers': { good: [{ boothId: 1 }], bad: [[{}, 'boothId'], [{ boothId: 1, before: 5 }, 'before']] },
  'booth:clear-leftovers': {
    good: [{ boothId: 1, before: 1_790_000_000_000, reason: '전날 정리' }],
    bad: [[{ boothId: 1, reason: 'x' }, 'before'], [{ boothId: 1, before: 1.5, reason: 'x' }, 'before'], [{ boothId: 1, before: Infinity, reason: 'x' }, 'before'], [{ boothId: 1, before: 5, reason: ' ' }, 'reason'], [{ before: 5, reason: 'x' }, 'boothId']],
  },
  'report:read': { good: [{ date: null, boothId: null }, { date: '2026-02-28', boothId: 3 }], bad: [[null, null], [{ date: '2026-02-30', boothId: 1 }, 'date'], [{ date: '../../etc', boothId: 1 }, 'date'], [{ date: '2026-02-28\n', boothId: 1 }, 'date'], [{ date: null, boothId: 0 }, 'boothId'], [{ date: null }, 'boothId']] },
  'report:save': { good: [{ date: '2026-02-28', boothId: null }], bad: [[{ date: 5, boothId: 1 }, 'date'], [{ date: null, boothId: null, file: '/etc/passwd' }, 'file']] },
  'visit:act': {
    good: [
      { waitingId: 9, kind: 'enter' }, { waitingId: 9, kind: 'no-show', reason: 'x' }, { waitingId: 9, kind: 'put-back' }, { waitingId: 9, kind: 'put-back', place: 'original' }, { waitingId: 9, kind: 'put-back', place: 'after-three' },
      { waitingId: 9, kind: 'admit', reason: 'late' }, { waitingId: 9, kind: 'requeue', reason: 'late' }, { waitingId: 9, kind: 'undo-complete', reason: 'boss', overCapacity: true }, { waitingId: 9, kind: 'undo-call' },
    ],
    bad: [
      [{ waitingId: 1.5, kind: 'enter' }, 'waitingId'], [{ kind: 'enter' }, 'waitingId'], [{ waitingId: Number.NaN, kind: 'enter' }, 'waitingId'], [{ waitingId: 2 ** 53, kind: 'enter' }, 'waitingId'], [[9], null],
      [{ waitingId: 9 }, 'kind'], [{ waitingId: 9, kind: 'call' }, 'kind'], [{ waitingId: 9, kind: 'join' }, 'kind'], [{ waitingId: 9, kind: 'constructor' }, 'kind'], [{ waitingId: 9, kind: 'put-back', place: 'first' }, 'place'],
      [{ waitingId: 9, kind: 'admit' }, null], [{ waitingId: 9, kind: 'requeue' }, null], [{ waitingId: 9, kind: 'cancel', place: 'original' }, null],
      [{ waitingId: 9, kind: 'undo-complete', overCapacity: true }, null], [{ waitingId: 9, kind: 'enter', reason: 'x', overCapacity: true }, null], [{ waitingId: 9, kind: 'enter', more: 1 }, 'more'],
    ],
  },
  'booth:add-visitor': {
    good: [{ boothId: 1, name: '' }, { boothId: 1, name: '김민지' }, { boothId: 1, name: '😀'.repeat(50) }],
    bad: [[{ boothId: 1, name: '김'.repeat(51) }, 'name'], [{ boothId: 1, name: '\ud800' }, 'name'], [{ boothId: 1 }, 'name'], [{ name: 'a' }, 'boothId']],
  },
  'booth:add-by-phone': {
    good: [{ boothId: 1, phone: '1234' }, { boothId: 1, phone: '01012345678' }, { boothId: 1, phone: '123456789012345' }],
    bad: [[{ boothId: 1, phone: '123' }, 'phone'], [{ boothId: 1, phone: '010-1234-5678' }, 'phone'], [{ boothId: 1, phone: 1234 }, 'phone'], [{ boothId: 1, phone: '1'.repeat(16) }, 'phone'], [{ boothId: 1, phone: '１２３４' }, 'phone'], [{ boothId: 1, phone: '1234\n' }, 'phone'], [{ phone: '1234' }, 'boothId']],
  },
  'booth:add-known': { good: [{ boothId: 1, userId: 7 }], bad: [[{ boothId: 1, userId: '7' }, 'userId'], [{ boothId: 1, userId: 0 }, 'userId'], [{ boothId: 1, userId: 2 ** 53 }, 'userId'], [{ userId: 7 }, 'boothId']] },
  'booth:select': { good: [{ boothId: 3 }], bad: [[{ boothId: null }, 'boothId'], ['3', null]] },
  'booth:note-lost-queue': { good: [null], bad: [[{}, null]] },
  'kiosk:reconcile': { good: [null], bad: [[{}, null]] },
  'kiosk:retry-stores': { good: [null], bad: [[[], null]] },
  'kiosk:set-language': { good: [{ language: 'ko' }, { language: 'en' }], bad: [[{ language: 'fr' }, 'language'], [{ language: ['ko'] }, 'language']] },
  'kiosk:set-sound': {
    good: [{ announces: true, muted: false, volume: 10 }, { announces: false, muted: true, volume: 100 }],
    bad: [
      [{ announces: 'yes', muted: false, volume: 50 }, 'announces'],
      [{ announces: true, muted: false, volume: 9 }, 'volume'],
      [{ announces: true, muted: false, volume: 101 }, 'volume'],
      [{ announces: true, muted: false, volume: 50.5 }, 'volume'],
      [{ announces: true, volume: 50 }, 'muted'],
    ],
  },
  'kiosk:choose-staff': {
    good: [{ name: null }, { name: '김민지' }, { name: '김'.repeat(40) }],
    bad: [[null, null], [{}, 'name'], [{ name: '' }, 'name'], [{ name: 7 }, 'name'], [{ name: ['김민지'] }, 'name'], [{ name: '\ud800' }, 'name'], [{ name: 'x'.repeat(161) }, 'name'], [{ name: '김민지', more: 1 }, 'more']],
  },
  'kiosk:set-demo-arrivals': { good: [{ on: true }], bad: [[{ on: 1 }, 'on'], [{ on: 'true' }, 'on']] },
  'setup:try-here': { good: [{ language: 'ko' }], bad: [[null, null], [{}, 'language']] },
  'setup:try-store': {
    good: [{ store: 'queue', url: PASSWORD_URL }],
    bad: [[{ store: 'cache', url: 'x' }, 'store'], [{ store: 'queue', url: '' }, 'url'], [{ store: 'queue', url: PASSWORD_URL.padEnd(2_000, 'x') }, 'url']],
  },
  'setup:connect': {
    good: [connect],
    bad: [[{ ...connect, redisUrl: 5 }, 'redisUrl'], [{ ...connect, kioskId: '' }, 'kioskId'], [{ ...connect, boothId: '2' }, 'boothId'], [{ ...connect, redisUrl: PASSWORD_URL, language: PASSWORD_URL }, 'language']],
  },
};

describe.each(REQUEST_CHANNELS)('%s', (channel) => {
  const { good, bad } = SAMPLES[channel];
  it.each(good.map((payload) => [JSON.stringify(payload).slice(0, 60), payload] as const))('accepts %s', (_text, payload) => {
    expect(parseRequest(channel, payload)).toEqual({ ok: true, value: payload });
  });
  it.each(bad.map(([payload, field]) => [(JSON.stringify(payload) ?? 'nothing').slice(0, 60), payload, field] as const))('refuses %s', (_text, payload, field) => {
    const result = parseRequest(channel, payload);
    if (result.ok) throw new Error('accepted');
    expect(result.error.code).toBe('BAD_REQUEST');
    expect(result.error.message).toContain(`"${channel}"`);
    if (field !== null) expect(result.error.message).toContain(`"${field}"`);
    expect(result.error.message).not.toContain('hunter2');
  });
});

describe('answering', () => {
  const called: unknown[] = [];
  const handlers = new Proxy({} as Handlers, {
    get: (_target, channel) => (request: unknown) => {
      called.push([channel, request]);
      if (channel === 'kiosk:reconcile') throw new Error('broken on purpose');
      return Promise.resolve(ok(null));
    },
  });
  const defects: string[] = [];
  const answer = (channel: unknown, payload: unknown) => answerRequest(handlers, channel, payload, (text) => defects.push(text));

  it('hands a checked request to the handler of its channel', async () => {
    expect(await answer('booth:select', { boothId: 4 })).toEqual(ok(null));
    expect(called.at(-1)).toEqual(['booth:select', { boothId: 4 }]);
  });
  it.each(['no:such', '__proto__', 'constructor', 7, null, undefined, {}])('refuses the channel %j without calling anybody', async (channel) => {
    const before = called.length;
    expect(await answer(channel, null)).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    expect(called).toHaveLength(before);
  });
  it('does not call a handler with a bad payload', async () => {
    const before = called.length;
    expect(await answer('booth:select', { boothId: 'x' })).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    expect(called).toHaveLength(before);
  });
  it('turns a handler that throws into INTERNAL and logs why', async () => {
    expect(await answer('kiosk:reconcile', null)).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(defects.join()).toContain('broken on purpose');
  });
});
