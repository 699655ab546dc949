/** Sentences made of values: people, times, durations, failures. */
import type { AppError } from '../../shared/errors.ts';
import type { BoothView, Person, Snapshot, StoreView } from '../../shared/snapshot.ts';
import { i18n, type MessageId, type Translate } from './i18n.ts';

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
  return new Intl.DateTimeFormat(i18n.locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(epochMs);
}

/** Minutes and seconds of a duration, "4:07"; a negative one counts as none. */
export function minutesSeconds(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
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

/** What servers say of themselves, by words that stay the same from one version to the next. */
const TRIAL_REASONS: readonly (readonly [RegExp, MessageId])[] = [
  [/\(error 1045\)|WRONGPASS|ERR invalid password/, 'error.try.wrongPassword'],
  [/NOAUTH/, 'error.try.noPassword'],
  [/\(error 1049\)/, 'error.try.noDatabase'],
  [/may not change tables|may not read kiosk_migration/, 'error.try.migrate'],
  [/secure connection|TLS|rediss:|tls=true/, 'error.try.tls'],
  [/OOM|\(error 1021\)|\(error 1114\)/, 'error.try.full'],
  [/ENOTFOUND|no host of that name/, 'error.try.noHost'],
];

/** Why a server that was tried from the set-up screen cannot be used. `tried`: whose address it was, when one was just typed. */
export function trialErrorText(t: Translate, error: AppError, tried?: 'queue' | 'ledger'): string {
  if (tried !== undefined && error.code === 'SETTINGS_INVALID') return t(`error.try.address.${tried}`);
  const reason = TRIAL_REASONS.find(([words]) => words.test(error.message))?.[1];
  if (reason !== undefined) return t(reason);
  const unreachable = error.code === 'QUEUE_STORE_UNREACHABLE' || error.code === 'LEDGER_UNREACHABLE';
  return t(unreachable ? `error.try.${error.code}` : `error.${error.code}`, error.params);
}

const WARNINGS: Readonly<Record<string, MessageId>> = {
  'maxmemory-policy': 'warning.maxmemory-policy',
  'no-aof': 'warning.no-aof',
  'flush-log': 'warning.flush-log',
  'settings-unreadable': 'warning.settings-unreadable',
  'password-not-kept': 'warning.password-not-kept',
  'zone-doubtful': 'warning.zone-doubtful',
  'foreign-locks': 'warning.foreign-locks',
  'unreadable-locks': 'warning.unreadable-locks',
};

/** A server's warning code in words. */
export function warningText(t: Translate, code: string): string {
  return t(WARNINGS[code] ?? 'warning.other', { code });
}

function boothFigures(booth: BoothView | null): Readonly<Record<string, number>> {
  if (booth === null) return {};
  return { inside: booth.inside, called: booth.called.length, capacity: booth.capacity };
}
