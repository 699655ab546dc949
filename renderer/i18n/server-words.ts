/** What servers say of themselves, in words: for the set-up screen and the status panel. */
import type { AppError } from '../../shared/errors.ts';
import type { LaterId, TranslateAll } from './i18n.ts';

/** Words of servers that stay the same from one version to the next. */
const TRIAL_REASONS: readonly (readonly [RegExp, LaterId])[] = [
  [/\(error 1045\)|WRONGPASS|ERR invalid password/, 'error.try.wrongPassword'],
  [/NOAUTH/, 'error.try.noPassword'],
  [/\(error 1049\)/, 'error.try.noDatabase'],
  [/may not change tables|may not read kiosk_migration/, 'error.try.migrate'],
  [/secure connection|TLS|rediss:|tls=true/, 'error.try.tls'],
  [/OOM|\(error 1021\)|\(error 1114\)/, 'error.try.full'],
  [/ENOTFOUND|no host of that name/, 'error.try.noHost'],
];

/** Why a server that was tried from the set-up screen cannot be used. `tried`: whose address it was, when one was just typed. */
export function trialErrorText(t: TranslateAll, error: AppError, tried?: 'queue' | 'ledger'): string {
  if (tried !== undefined && error.code === 'SETTINGS_INVALID') return t(`error.try.address.${tried}`);
  const reason = TRIAL_REASONS.find(([words]) => words.test(error.message))?.[1];
  if (reason !== undefined) return t(reason);
  const unreachable = error.code === 'QUEUE_STORE_UNREACHABLE' || error.code === 'LEDGER_UNREACHABLE';
  return t(unreachable ? `error.try.${error.code}` : `error.${error.code}`, error.params);
}

const WARNINGS: Readonly<Record<string, LaterId>> = {
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
export function warningText(t: TranslateAll, code: string): string {
  return t(WARNINGS[code] ?? 'warning.other', { code });
}
