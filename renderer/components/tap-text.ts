import type { CallsAnswer } from '../../shared/channels.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import type { Translate } from '../i18n/i18n.ts';
import { errorText, personText } from '../i18n/words.ts';
import type { Tap, TapKind } from '../taps.ts';

/** A tap's story in one sentence. Empty while it is too young for words. */
export function tapText(t: Translate, tap: Tap, snapshot: Snapshot | null): string {
  if (tap.phase === 'sending' && !tap.slow) return '';
  if (tap.phase === 'refused') {
    const reason = tap.error === null ? '' : errorText(t, tap.error, snapshot);
    return tap.kind === 'call' ? t('tap.call.refused', { reason }) : reason;
  }
  if (tap.phase === 'see-list') return t('tap.see-list');
  // A short gap between both stores is none of the staff's business.
  const phase = tap.phase === 'catching-up' && !tap.slow ? 'saved' : tap.phase;
  if (tap.together !== null && phase === 'saved') return togetherText(t, tap.together, snapshot);
  if (tap.person === null) return tap.kind === 'call' && phase === 'saved' ? t('tap.call.savedNobody') : withoutPerson(t, tap, phase);
  const person = personText(t, tap.person);
  return isOwnWord(tap.kind) ? t(`tap.${tap.kind}.${phase}`, { person }) : t(`tap.act.${phase}`, { person, what: t(`kind.${tap.kind}`) });
}

const OWN_WORDS = ['join', 'call', 'enter', 'complete'] as const satisfies readonly TapKind[];
const isOwnWord = (kind: TapKind): kind is (typeof OWN_WORDS)[number] => OWN_WORDS.some((own) => own === kind);

function togetherText(t: Translate, { calls, stopped }: CallsAnswer, snapshot: Snapshot | null): string {
  const count = calls.length;
  return stopped === null ? t('tap.several.saved', { count }) : t('tap.several.stopped', { count, reason: errorText(t, stopped, snapshot) });
}

function withoutPerson(t: Translate, tap: Tap, phase: 'sending' | 'saved' | 'catching-up' | 'checking' | 'not-done'): string {
  return tap.kind === 'call' || tap.kind === 'join' ? t(`tap.${tap.kind}.${phase}`) : t(`tap.${phase}`);
}
