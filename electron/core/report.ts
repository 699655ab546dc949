/**
 * What happened at a booth on one day. A visit belongs to the day and hour of its call, and what became of it counts there, whenever it
 * happened: so a visit cleared up the next morning does not spoil the next day. Who left without being called counts at the hour of
 * registration. A visit whose visitor was put back into the queue is no visit; its call was taken back.
 */
import { boundsOf, hourOf } from '../../shared/festival-day.ts';
import type { BoothReport, DayReport, ReportFigures } from '../../shared/report.ts';
import type { BoothRow, CalledVisit, Ledger } from './ledger.ts';

/** Visits that one request to the ledger answers. */
const PAGE = 2_000;
/** The ledger forgets registrations at this age (SERVED_TICKET_DAYS) and may have forgotten some of a day that began earlier. */
export const LEFT_KNOWN_MS = 7 * 86_400_000;

/** The day at a booth, or at each of them one after the other (`boothId` null). Null when there is no such booth. Throws StoreFailure. */
export async function reportOfDay(ledger: Ledger, boothId: number | null, date: string, timeZone: string): Promise<DayReport | null> {
  const booths = (await ledger.listBooths()).filter((booth) => boothId === null || booth.boothId === boothId);
  if (boothId !== null && booths.length === 0) return null;
  const reports: BoothReport[] = [];
  const { nowMs } = await ledger.readMirror();
  for (const booth of booths) reports.push(await reportOfBooth(ledger, booth, date, timeZone, nowMs));
  return { date, booths: reports };
}

/** One round trip for every 2,000 visits, and one more. */
async function reportOfBooth(ledger: Ledger, { boothId, name }: Pick<BoothRow, 'boothId' | 'name'>, date: string, timeZone: string, nowMs: number): Promise<BoothReport> {
  const { fromMs, toMs } = boundsOf(date, timeZone);
  const visits: CalledVisit[] = [];
  const unreadable: string[] = [];
  for (let afterId: number | null = 0; afterId !== null; ) {
    const page = await ledger.readCalled({ boothId, fromMs, toMs, afterId }, PAGE);
    visits.push(...page.visits);
    unreadable.push(...page.unreadable);
    afterId = page.nextAfterId;
  }
  const left = nowMs - fromMs > LEFT_KNOWN_MS ? null : await ledger.countLeft({ boothId, fromMs, toMs });
  return { boothId, name, ...countDay(visits, left, timeZone), unreadable };
}

type Left = readonly { readonly atMs: number; readonly count: number }[];

/** @param left registrations given up, by the time of registration; null when that is not known any more */
export function countDay(visits: readonly CalledVisit[], left: Left | null, timeZone: string): ReportFigures & Pick<BoothReport, 'hours'> {
  const hours = [...new Set([...visits.map((visit) => visit.calledAtMs), ...(left ?? []).map((each) => each.atMs)].map((atMs) => hourOf(atMs, timeZone)))];
  const within = (hour: number) => ({
    visits: visits.filter((visit) => hourOf(visit.calledAtMs, timeZone) === hour),
    left: left?.filter((each) => hourOf(each.atMs, timeZone) === hour) ?? null,
  });
  return { ...figures(visits, left), hours: hours.toSorted((a, b) => a - b).map((hour) => ({ hour, ...figures(within(hour).visits, within(hour).left) })) };
}

function figures(visits: readonly CalledVisit[], left: Left | null): ReportFigures {
  const count = (is: (visit: CalledVisit) => boolean): number => visits.filter(is).length;
  const waits = visits
    .flatMap(({ registeredAtMs, calledAtMs }) => (registeredAtMs === null || registeredAtMs > calledAtMs ? [] : [calledAtMs - registeredAtMs]))
    .toSorted((a, b) => a - b);
  return {
    called: visits.length,
    entered: count((visit) => visit.status === 'ENTERED' || visit.endedAs === 'ENTERED'),
    completed: count((visit) => visit.endedAs === 'ENTERED'),
    noShow: count((visit) => visit.endedAs === 'NO_SHOW'),
    cancelled: count((visit) => visit.endedAs === 'CANCELLED'),
    left: left === null ? null : left.reduce((sum, each) => sum + each.count, 0),
    medianWaitS: seconds(median(waits)),
    p90WaitS: seconds(waits[Math.ceil(waits.length * 0.9) - 1]),
  };
}

/** The one in the middle; of an even number, halfway between the two. */
function median(sorted: readonly number[]): number | undefined {
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms / 1000);
}
