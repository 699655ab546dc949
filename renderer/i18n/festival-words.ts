/** Times and durations of the festival's record, in words. */
import type { Snapshot } from '../../shared/snapshot.ts';
import { dateText } from './date-text.ts';
import type { TranslateAll } from './i18n.ts';
import { isolate } from './words.ts';

/** A time to the second in the festival's zone, with the day when that is another one than that of `nowMs`. */
export function momentText(epochMs: number, nowMs: number, timeZone: string): string {
  const dayOf = (ms: number): string => dateText(ms, { dateStyle: 'short', timeZone });
  const day = dayOf(epochMs) === dayOf(nowMs) ? {} : ({ month: 'short', day: 'numeric' } as const);
  return dateText(epochMs, { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone });
}

/** Day and minute of another day, in the festival's zone. */
export function shortMoment(epochMs: number, timeZone: string): string {
  return dateText(epochMs, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
}

/** A day of the calendar, given as 2026-05-21, in words. */
export function dayText(day: string): string {
  return dateText(Date.parse(day), { month: 'long', day: 'numeric', weekday: 'short', timeZone: 'UTC' });
}

/** The day so many days later, in the same form. */
export function neighbourOf(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** How long a piece of work took. */
export function tookText(t: TranslateAll, durationMs: number): string {
  if (durationMs < 1_000) return t('festival.ms', { n: Math.round(durationMs) });
  return t('festival.seconds', { n: (durationMs / 1_000).toFixed(1) });
}

/** The name of a booth that may not be listed (any more). */
export function boothText(t: TranslateAll, boothId: number | null, booths: Snapshot['booths']): string {
  if (boothId === null) return t('festival.everywhere');
  const name = booths.find(({ id }) => id === boothId)?.name;
  return name === undefined ? t('festival.booth', { id: String(boothId) }) : isolate(name);
}
