/**
 * Goal: the report of a day says exactly what happened, by the festival's days and hours, and nothing of who it was.
 * Method: the counting on visits made up here, and the whole of it on the model stores, whose clock the test turns.
 */
import { describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { boundsOf, dayOf, hourOf, isDay } from '../../shared/festival-day.ts';
import type { CalledVisit } from '../../electron/core/ledger.ts';
import { countDay, LEFT_KNOWN_MS, reportOfDay } from '../../electron/core/report.ts';
import { reportCsv } from '../../electron/core/report-csv.ts';
import { SERVED_TICKET_DAYS } from '../../electron/stores/retention.ts';
import { modelStage } from '../support/model-stage.ts';

const ZONE = 'Asia/Seoul';
const NOON = Date.parse('2026-11-25T12:00:00+09:00');
let id = 0;
const visit = (waitS: number | null, rest: Partial<CalledVisit> = {}): CalledVisit => {
  const calledAtMs = rest.calledAtMs ?? NOON;
  return { waitingId: ++id, status: 'COMPLETED', endedAs: 'ENTERED', endedAtMs: calledAtMs + 1, registeredAtMs: waitS === null ? null : calledAtMs - waitS * 1000, ...rest, calledAtMs };
};
const waits = (...all: readonly (number | null)[]) => {
  const { medianWaitS, p90WaitS } = countDay(all.map((each) => visit(each)), [], ZONE);
  return [medianWaitS, p90WaitS];
};

describe('a day', () => {
  it('begins and ends at the midnight of the festival’s zone', () => {
    expect(boundsOf('2026-11-25', ZONE)).toEqual({ fromMs: Date.parse('2026-11-24T15:00Z'), toMs: Date.parse('2026-11-25T15:00Z') });
    expect([dayOf(Date.parse('2026-11-24T15:00Z'), ZONE), hourOf(Date.parse('2026-11-24T15:59Z'), ZONE)]).toEqual(['2026-11-25', 0]);
  });

  it.each([
    ['2026-03-29', 'Europe/Berlin', 23],
    ['2026-10-25', 'Europe/Berlin', 25],
    ['2026-09-06', 'America/Santiago', 23],
    ['2026-11-25', 'Pacific/Kiritimati', 24],
    ['2026-11-25', 'Pacific/Pago_Pago', 24],
  ])('%s in %s has %i hours', (day, zone, hours) => {
    const { fromMs, toMs } = boundsOf(day, zone);
    expect([(toMs - fromMs) / 3_600_000, dayOf(fromMs, zone), dayOf(toMs - 1, zone), dayOf(fromMs - 1, zone) < day, dayOf(toMs, zone) > day]).toEqual([hours, day, day, true, true]);
  });

  it('is one of the calendar', () => expect(['2026-11-25', '2024-02-29', '2026-02-29', '2026-11-5', 'today', '2026-13-01'].map(isDay)).toEqual([true, true, false, false, false, false]));
});

describe('waits', () => {
  it('median: the one in the middle, or halfway between two', () => expect([waits(30, 10, 20)[0], waits(10, 20, 30, 40)[0], waits(7)[0]]).toEqual([20, 25, 7]));
  it('p90: the smallest that nine in ten did not exceed', () => expect([waits(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)[1], waits(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)[1], waits(7)[1]]).toEqual([9, 10, 7]));
  it('that nobody knows count for nothing', () => expect([waits(null, 10), waits(null, -5), waits()]).toEqual([[10, 10], [null, null], [null, null]]));
});

it('counts what became of the day’s calls, at the hour of the call', () => {
  const one = visit(60, { calledAtMs: NOON - 1 });
  const all = [one, visit(120, { status: 'ENTERED', endedAs: null }), visit(60, { endedAs: 'NO_SHOW' }), visit(60, { endedAs: 'CANCELLED' }), visit(60, { status: 'CALLED', endedAs: null })];
  const report = countDay(all, [{ atMs: NOON, count: 2 }, { atMs: NOON + 3_600_000, count: 1 }], ZONE);
  expect(report).toMatchObject({ called: 5, entered: 2, completed: 1, noShow: 1, cancelled: 1, left: 3, medianWaitS: 60, p90WaitS: 120 });
  expect(report.hours.map(({ hour, called, entered, left }) => [hour, called, entered, left])).toEqual([[11, 1, 1, 0], [12, 4, 1, 2], [13, 0, 0, 1]]);
});

describe('as CSV', () => {
  const csvOf = (name: string, unreadable: readonly string[] = []): string => reportCsv({ date: '2026-11-25', booths: [{ boothId: 4, name, ...countDay([visit(60)], null, ZONE), unreadable }] });
  it('has a record for each hour and one for the day; what is not known is empty', () =>
    expect(csvOf('치킨 부스', ['waiting 7'])).toBe(
      'date,booth,booth_name,hour,called,entered,completed,no_show,cancelled,left,median_wait_s,p90_wait_s,unreadable\r\n2026-11-25,4,치킨 부스,12,1,1,1,0,0,,60,60,\r\n2026-11-25,4,치킨 부스,all,1,1,1,0,0,,60,60,1\r\n',
    ));
  it.each([
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+82 10', "'+82 10"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =1+1', "' =1+1"],
    ['＝1+1', "'＝1+1"],
    ['\t=1', "'\t=1"],
    ['a,b', '"a,b"'],
    ['a\r\nb', '"a\r\nb"'],
    ['Salt & =', 'Salt & ='],
  ])('a booth named %j is text in a spreadsheet', (name, written) => expect(csvOf(name).split('2026-11-25,4,')[1]).toContain(`${written},12,1,`));
});

it('knows who left as long as registrations are kept', () => expect(LEFT_KNOWN_MS).toBe(SERVED_TICKET_DAYS * 86_400_000));

describe('on the stores', () => {
  const stage = modelStage();
  it('tells of this day alone, and not of a call that was taken back', async () => {
    await stage.arrive('Ann');
    await stage.call();
    const visit = await stage.onlyVisit();
    const day = dayOf(visit.calledAtMs, ZONE);
    await actOnVisit(stage.kiosk, 'undo-call', visit, stage.kiosk.ids.operationId());
    await stage.kiosk.operations.drain();
    const { ledger, boothId } = stage.festival;
    const report = async (date: string) => (await reportOfDay(ledger, boothId, date, ZONE))?.booths[0];
    expect(await report(day)).toMatchObject({ called: 0, cancelled: 0, left: 0, medianWaitS: null, hours: [] });
    await stage.call();
    expect(await report(day)).toMatchObject({ called: 1, hours: [{ called: 1 }] });
    expect(await report(dayOf(visit.calledAtMs - 86_400_000, ZONE))).toMatchObject({ called: 0, hours: [] });
    expect(await report('2020-01-01')).toMatchObject({ called: 0, left: null });
  });
});
