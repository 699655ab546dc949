/** Goal: what times without a zone prove, suggest, and do not tell. Method: rows and clocks made up, around clocks set forth and back too. */
import { describe, expect, test } from 'vitest';
import { zoneDoubt, type ZoneReading } from '../../electron/board/zone-doubt.ts';
import { zoneOffsetMs } from '../../electron/stores/mysql/session.ts';
import { furthestAhead, instantsOf, type RecentRow, suspectedLag, suspectedLead } from '../../electron/stores/mysql/zone-evidence.ts';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const NOW = Date.parse('2026-05-21T12:00:00.400Z');
const row = (agoMs: number, byBackend = true): RecentRow => ({ waitingId: 7, byBackend, newestMs: [NOW - agoMs] });

describe('rows in the future', () => {
  test.each([
    ['hours ahead', [row(-8 * HOUR)], 8 * HOUR], ['half an hour', [row(-29 * MINUTE)], 29 * MINUTE], ['the one furthest off', [row(-HOUR), row(-2 * HOUR), row(0)], 2 * HOUR], ['one of them, the latest being old', [row(HOUR), row(-8 * HOUR)], 8 * HOUR], ['as far as zones go', [row(-26 * HOUR)], 26 * HOUR],
  ])('%s', (_what, rows, aheadMs) => expect(furthestAhead(rows, NOW)).toEqual({ waitingId: 7, aheadMs }));

  test.each([
    ['none', []], ['clocks that disagree', [row(-19 * MINUTE)]], ['one wrong row before one written just now', [row(-5 * MINUTE), row(-8 * HOUR)]], ['a year typed wrong', [row(-365 * 24 * HOUR)]], ['a kiosk’s own', [row(-8 * HOUR, false)]], ['old ones', [row(9 * HOUR)]],
    ['no time at all', [{ waitingId: 7, byBackend: true, newestMs: [] }]],
  ])('not: %s', (_what, rows) => expect(furthestAhead(rows, NOW)).toBeNull());
});

describe('the zone a row ahead was written in', () => {
  test.each([
    ['just written', 9 * HOUR - 2 * SECOND, null, 9 * HOUR], ['long ago, no change known', 8 * HOUR + 20 * MINUTE, null, null],
    ['long ago, changed then', 8 * HOUR + 20 * MINUTE, NOW - 40 * MINUTE, 9 * HOUR], ['changed by somebody else since', 8 * HOUR + 20 * MINUTE, NOW - 7 * MINUTE, null],
  ])('%s', (_what, aheadMs, changedMs, leadMs) => expect(suspectedLead({ waitingId: 7, aheadMs }, NOW, changedMs)).toBe(leadMs));
});

describe('rows that look old', () => {
  test.each([
    ['the backend’s change a moment ago, nine hours back', [row(9 * HOUR + SECOND)], NOW, 9 * HOUR], ['changed an hour ago', [row(10 * HOUR), row(30 * HOUR)], NOW - HOUR, 9 * HOUR],
    ['five and a half', [row(5.5 * HOUR)], NOW, 5.5 * HOUR], ['whole seconds, rounded down', [row(9 * HOUR)], NOW - 999, 9 * HOUR],
  ])('%s', (_what, rows, changedMs, lagMs) => expect(suspectedLag(rows, changedMs)).toBe(lagMs));

  test.each([
    ['an idle festival: its newest row is the change', [row(9 * HOUR)], NOW - 9 * HOUR], ['a server that does not know', [row(9 * HOUR)], null], ['a kiosk’s change a moment ago', [row(0, false), row(9 * HOUR)], NOW],
    ['a kiosk’s rows only', [row(9 * HOUR, false)], NOW], ['no half hours', [row(9 * HOUR + 10 * SECOND)], NOW], ['restored from a copy a moment ago', [row(48 * HOUR)], NOW], ['none', [], NOW],
    ['an older row fits by chance, the newest does not', [row(8 * MINUTE), row(9 * HOUR)], NOW],
  ])('not: %s', (_what, rows, changedMs) => expect(suspectedLag(rows, changedMs)).toBeNull());
});

describe('what a date column may mean', () => {
  const inZone = (zone: string) => (atMs: number) => zoneOffsetMs(zone, atMs);
  const meant = (wall: string, zone: string, now = '2026-05-21T12:00:00Z') => instantsOf(wall, Date.parse(now), inZone(zone)).map((atMs) => new Date(atMs).toISOString());

  test.each([
    ['2026-05-21 21:00:00.123456', 'Asia/Seoul', ['2026-05-21T12:00:00.123Z']], ['2026-05-21 21:00:00', 'Asia/Seoul', ['2026-05-21T12:00:00.000Z']], ['2026-05-21 12:00:00', 'UTC', ['2026-05-21T12:00:00.000Z']],
    ['', 'Asia/Seoul', []], ['0000-00-00 00:00:00', 'Asia/Seoul', []],
  ])('%s in %s', (wall, zone, instants) => expect(meant(wall, zone)).toEqual(instants));

  test('an hour that came twice is two instants: a row written before the clock was set back is not in the future', () => {
    const now = '2026-11-01T06:05:00Z';
    expect(meant('2026-11-01 01:59:00', 'America/New_York', now).toSorted()).toEqual(['2026-11-01T05:59:00.000Z', '2026-11-01T06:59:00.000Z']);
    const newestMs = instantsOf('2026-11-01 01:59:00', Date.parse(now), inZone('America/New_York'));
    expect(furthestAhead([{ waitingId: 1, byBackend: true, newestMs }], Date.parse(now))).toBeNull();
    expect(suspectedLag([{ waitingId: 1, byBackend: true, newestMs }], Date.parse('2026-11-01T05:59:00Z'))).toBeNull();
  });

  test('after the clock was set forth, a row of the hour before is not an hour old', () => {
    const now = Date.parse('2026-03-08T07:05:00Z');
    const newestMs = instantsOf('2026-03-08 01:58:00', now, inZone('America/New_York'));
    expect(suspectedLag([{ waitingId: 1, byBackend: true, newestMs }], Date.parse('2026-03-08T06:58:00Z'))).toBeNull();
    expect(furthestAhead([{ waitingId: 1, byBackend: true, newestMs }], now)).toBeNull();
  });
});

describe('seen while serving', () => {
  const visit = (waitingId: number, calledAtMs: number | null, changes: { score?: number; revision?: number } = {}) => ({ waitingId, calledAtMs, score: null, revision: 0, ...changes });
  const before: ZoneReading = { nowMs: NOW - SECOND, live: [visit(1, NOW - HOUR)] };
  const doubt = (...live: ZoneReading['live'][number][]) => zoneDoubt(before, { nowMs: NOW, live });

  test.each([
    ['nine hours behind', NOW - 9 * HOUR - 500, 9 * HOUR], ['nine hours ahead', NOW + 9 * HOUR - 500, -9 * HOUR], ['half an hour behind', NOW - 0.5 * HOUR, 0.5 * HOUR], ['a slow transaction', NOW - 9 * HOUR - 3 * SECOND, 9 * HOUR],
  ])('a visit appears, called %s', (_what, calledAtMs, lagMs) => expect(doubt(visit(1, NOW - HOUR), visit(2, calledAtMs))).toBe(lagMs));

  test.each([
    ['called just now', visit(2, NOW - 400)], ['called a minute ago', visit(2, NOW - MINUTE)], ['no whole half hours', visit(2, NOW - 9 * HOUR - 10 * SECOND)], ['known before', visit(1, NOW - 9 * HOUR)],
    ['a kiosk’s call', visit(2, NOW - 9 * HOUR, { score: 1 })], ['touched by a kiosk', visit(2, NOW - 9 * HOUR, { revision: 1 })], ['days ago', visit(2, NOW - 48 * HOUR)], ['without a time', visit(2, null)],
  ])('not: %s', (_what, appeared) => expect(doubt(appeared)).toBeNull());

  test('not: at the first reading, after a pause, or after the clock was set back', () => {
    const after: ZoneReading = { nowMs: NOW, live: [visit(2, NOW - 9 * HOUR)] };
    for (const earlier of [null, { ...before, nowMs: NOW - MINUTE }, { ...before, nowMs: NOW + SECOND }]) expect(zoneDoubt(earlier, after)).toBeNull();
  });
});
