/**
 * Days and hours as the festival counts them: by the wall clock of its zone.
 */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_PER_YEAR = 365.2425;
const DAYS_PER_MONTH = 30.436_875;
/** By the averages above a day is found to within this, zones included. */
const ABOUT_MS = 6 * DAY_MS;

/** The calendar day at an instant (epoch ms) in an IANA zone, as 2026-05-21. */
export function dayOf(atMs: number, timeZone: string): string {
  return wallClock(atMs, timeZone).slice(0, 10);
}

/** The hour of the day at an instant, 0 to 23. */
export function hourOf(atMs: number, timeZone: string): number {
  return Number(wallClock(atMs, timeZone).slice(11, 13));
}

/** Whether the text is a day of the calendar, as 2026-05-21. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const { year, month, day } = partsOf(text);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeap ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0);
  return year >= 1970 && day >= 1 && day <= days;
}

/** When a day begins and when the next does (epoch ms): 24 hours, but for days on which the zone's clock is set. */
export function boundsOf(day: string, timeZone: string): { readonly fromMs: number; readonly toMs: number } {
  const { year, month, day: ofMonth } = partsOf(day);
  const aboutMs = ((year - 1970) * DAYS_PER_YEAR + (month - 1) * DAYS_PER_MONTH + ofMonth) * DAY_MS;
  const first = (isAfter: (other: string) => boolean): number => firstInstant(aboutMs, (atMs) => isAfter(dayOf(atMs, timeZone)));
  return { fromMs: first((other) => other >= day), toMs: first((other) => other > day) };
}

/** When the day of an instant began (epoch ms), remembered for as long as one day is asked for. */
export function dayStarts(timeZone: string): (atMs: number) => number {
  let day = { fromMs: 0, toMs: 0 };
  return (atMs) => {
    if (atMs < day.fromMs || atMs >= day.toMs) day = boundsOf(dayOf(atMs, timeZone), timeZone);
    return day.fromMs;
  };
}

/** Searched, because a clock that is set at midnight makes plain arithmetic wrong. */
function firstInstant(aboutMs: number, isReached: (atMs: number) => boolean): number {
  let [before, within] = [Math.floor(aboutMs - ABOUT_MS), Math.ceil(aboutMs + ABOUT_MS)];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (isReached(middle)) within = middle;
    else before = middle;
  }
  return within;
}

function partsOf(text: string): { readonly year: number; readonly month: number; readonly day: number } {
  return { year: Number(text.slice(0, 4)), month: Number(text.slice(5, 7)), day: Number(text.slice(8, 10)) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** As 2026-05-21 09 */
function wallClock(atMs: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', { timeZone, calendar: 'iso8601', numberingSystem: 'latn', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${part['year']}-${part['month']}-${part['day']} ${part['hour']}`;
}
