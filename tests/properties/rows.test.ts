/**
 * Goal: whatever a row of the ledger holds is read as what it means or named with its place; never guessed, never another exception.
 * Method: any value in any column, and texts of numbers as drivers give them.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import { ticketKey } from '../../electron/core/waiting.ts';
import { passRecord } from '../../electron/stores/pass-record.ts';
import { readableRows, toEndedAs, toId, toNumber, toNumberOrNull, toScore, toStatus, toTicketScore, toText, toTime } from '../../electron/stores/row-values.ts';
import { visitRow as embeddedVisitRow } from '../../electron/stores/embedded/sqlite-read.ts';
import { boothRow } from '../../electron/stores/booth-row.ts';
import { visitRow } from '../../electron/stores/mysql/rows.ts';

const anyValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true }),
  fc.constantFrom<unknown>('', ' ', '1.5', '1e3', '-0', 'NaN', '9007199254740993', '0000-00-00 00:00:00', 'CALLED', 'called', 'OPEN', 'NO_SHOW', '1763800000.123456', NaN, Infinity, -1, 0, 2 ** 53, '7:41:5', '8:41:5', Buffer.from([1])),
  fc.integer().map(String),
);
const RUNS = { numRuns: 1_000 };

function judge<T>(read: () => T, is: (value: T) => boolean, place: string): void {
  try {
    expect(is(read())).toBe(true);
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    expect(error).toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining(place) });
    expect(error.message.length).toBeLessThan(300);
  }
}

test('a whole number is exact or named', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      judge(() => toNumber(value, 't.column'), (number) => Number.isSafeInteger(number) && (typeof value === 'number' ? number === value : BigInt(value as string) === BigInt(number)), 't.column');
      judge(() => toNumberOrNull(value, 't.column'), (number) => (number === null) === (value === null || value === undefined), 't.column');
      judge(() => toId(value, 'users'), (id) => Number.isSafeInteger(id) && id > 0, 'users');
    }),
    RUNS,
  );
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      expect([toNumber(number, 'c'), toNumber(String(number), 'c')]).toEqual([number, number]);
    }),
    RUNS,
  );
});

test('a status, a text, a score', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      judge(() => toStatus(value), (status) => status === value && ['CALLED', 'ENTERED', 'COMPLETED'].includes(status), 'waiting.status');
      judge(() => toScore(value, 'kiosk_queue.ticket'), Number.isFinite, 'kiosk_queue.ticket');
      judge(() => toTime(value, 'waiting.registered_at'), (time) => Number.isFinite(time) && time === Number(value), 'waiting.registered_at');
      expect(typeof toText(value)).toBe('string');
      expect([value, null]).toContain(toEndedAs(value));
      expect([null, 'ENTERED', 'NO_SHOW', 'CANCELLED']).toContain(toEndedAs(value));
    }),
    RUNS,
  );
});

test('a time comes back from its text to the digit', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (time) => {
      expect([toTime(time, 'c'), toTime(String(time), 'c') + 0]).toEqual([time, time + 0]);
    }),
    RUNS,
  );
});

test('the score of a ticket is that of this booth and visitor alone', () => {
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(id, id, id, fc.double({ noNaN: true, noDefaultInfinity: true }), (boothId, userId, other, score) => {
      fc.pre(other !== boothId && other !== userId);
      const key = ticketKey({ boothId, userId, score });
      expect(toTicketScore(key, boothId, userId)).toBe(score + 0);
      expect([toTicketScore(key, other, userId), toTicketScore(key, boothId, other)]).toEqual([null, null]);
    }),
    RUNS,
  );
  fc.assert(
    fc.property(anyValue, (value) => {
      const score = toTicketScore(value, 7, 41);
      if (score !== null) expect(String(value)).toMatch(/^7:41:/);
    }),
    RUNS,
  );
});

function isVisit({ waitingId, userId, boothId, calledAtMs, revision, enteredAtMs, completedAtMs, heldUntilMs, registeredScore, endedAs, announced, released }: VisitRow): boolean {
  const times = [enteredAtMs, completedAtMs, heldUntilMs].every((time) => time === null || Number.isSafeInteger(time));
  const words = [null, 'ENTERED', 'NO_SHOW', 'CANCELLED'].includes(endedAs) && [null, 'yes', 'pending', 'failed'].includes(announced) && typeof released === 'boolean';
  return times && words && [waitingId, userId, boothId, calledAtMs, revision].every(Number.isSafeInteger) && Number.isFinite(registeredScore);
}

describe('rows', () => {
  const LATER = { completed_ms: null, held_ms: null, ended_as: null, registered_s: '1763799940.500000', released: 0, announced: null };
  const VISIT = { waiting_id: 12, visit_booth_id: 7, user_id: 41, status: 'CALLED', kiosk_ticket: '7:41:5', revision: 0, called_ms: '1763800000000', entered_ms: null, nickname: 'Minji', number: null, ...LATER };
  const BOOTH = { booth_id: 7, booth_name: 'Chicken', booth_status: 'OPEN', capacity: 5, gen: '3' };
  const PASS = { owner: 'a', cause: 'start', ended_ms: 5, duration_ms: 1, seen: 1, finished: 0, undone: 0, superseded: 0, quarantined: 0, kept: 0, recounted: 0, is_lead: 1, drift: 0, swept: 0, refilled: 0, expired: 0 };

  test('a visit with any value in any column', () => {
    expect(visitRow(VISIT)).toMatchObject({ waitingId: 12, score: 5, calledAtMs: 1_763_800_000_000, registeredScore: 1_763_799_940.5, released: false, announced: null });
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(VISIT)), anyValue, (column, value) => {
        judge(() => visitRow({ ...VISIT, [column]: value }), isVisit, '');
      }),
      RUNS,
    );
  });

  test('a visit of the embedded ledger with any value in any column', () => {
    const row = {
      id: 12, booth_id: 7, user_id: 41, status: 'CALLED', completion_type: null, registered_at: 1_763_799_940_500, called_at: 1_763_800_000_000, entered_at: null, completed_at: null,
      notification_sent: 0, kiosk_call_op: null, kiosk_ticket: '7:41:5', kiosk_rev: null, kiosk_released: null, kiosk_hold_until: null, kiosk_event: null, kiosk_event_due: null,
      kiosk_event_tries: null, nickname: 'Minji', number: null,
    };
    expect(embeddedVisitRow(row)).toMatchObject({ waitingId: 12, score: 5, calledAtMs: 1_763_800_000_000, registeredScore: 1_763_799_940.5, released: false, announced: null });
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(row)), anyValue, (column, value) => {
        judge(() => embeddedVisitRow({ ...row, [column]: value }), isVisit, '');
      }),
      RUNS,
    );
  });

  test('a booth with any value in any column has room for a whole number of visitors, never fewer than none', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(BOOTH)), anyValue, (column, value) => {
        judge(() => boothRow({ ...BOOTH, [column]: value }), (booth) => Number.isSafeInteger(booth.capacity) && booth.capacity >= 0 && ['OPEN', 'CLOSED'].includes(booth.status), '');
      }),
      RUNS,
    );
  });

  test('a pass with any value in any column', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(PASS)), anyValue, (column, value) => {
        judge(() => passRecord({ ...PASS, [column]: value }, 'ended_ms'), (pass) => Number.isSafeInteger(pass.seen), 'kiosk_pass');
      }),
      RUNS,
    );
  });

  test('one that cannot be read does not hide the others, and a defect of ours is not swallowed', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(VISIT), fc.constant({ ...VISIT, user_id: -1 })), { maxLength: 8 }), (rows) => {
        expect(readableRows(rows, visitRow)).toHaveLength(rows.filter((row) => row.user_id > 0).length);
      }),
      { numRuns: 200 },
    );
    expect(() => readableRows([1], () => { throw new TypeError('defect'); })).toThrow(TypeError);
  });
});
