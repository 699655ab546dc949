/** Sentences made of values: people, times, durations, failures. */
import type { AppError } from '../../shared/errors.ts';
import type { BoothView, Person, Snapshot, StoreView } from '../../shared/snapshot.ts';
import { dateText } from './date-text.ts';
import type { Translate } from './i18n.ts';

/** A name may be written in any direction; isolated, it cannot reorder the sentence around it. */
export const isolate = (text: string): string => `\u2068${text}\u2069`;

/** The name to show for a person whose record may be missing. */
export function displayName(t: Translate, person: Person): string {
  return person.name === '' ? t('person.nameless', { userId: String(person.userId) }) : person.name;
}

/** Name and number in one line, for sentences. */
export function personText(t: Translate, person: Person): string {
  const name = isolate(displayName(t, person));
  return person.number === null ? name : `${name} ${t('person.number', { number: String(person.number) })}`;
}

/** Hours and minutes of an epoch time in the festival's zone. */
export function clockTime(epochMs: number, timeZone: string): string {
  return dateText(epochMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
}

/** Minutes and seconds of a duration, "4:07"; a negative one counts as none. */
export function minutesSeconds(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** From here on a wait is told in hours: nobody plans by its minutes. */
const LONG_WAIT_MINUTES = 180;

/** Whole hours of a long wait; null of one that is told in minutes. */
export function waitHours(minutes: number): number | null {
  return minutes < LONG_WAIT_MINUTES ? null : Math.round(minutes / 60);
}

/** A duration in the largest unit that tells enough. */
export function ageText(t: Translate, durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return t('age.seconds', { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('age.minutes', { n: minutes });
  return t('age.hours', { n: Math.floor(minutes / 60), m: minutes % 60 });
}

/** What the server calls itself, without its version: people know it by that name. */
export function storeLabel(store: StoreView): string {
  const first = store.server.split(' ')[0] ?? '';
  if (['Redis', 'Valkey', 'MySQL', 'MariaDB'].includes(first)) return first;
  return store.role === 'queue' ? 'Redis' : 'MySQL';
}

/** Why a request was refused and what to do about it. Figures it lacks are taken from the booth on screen. */
export function errorText(t: Translate, error: AppError, snapshot: Snapshot | null): string {
  return t(`error.${error.code}`, { ...boothFigures(snapshot?.booth ?? null), ...error.params });
}

function boothFigures(booth: BoothView | null): Readonly<Record<string, number>> {
  if (booth === null) return {};
  return { inside: booth.inside, called: booth.called.length, capacity: booth.capacity };
}
