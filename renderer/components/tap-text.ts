import type { Snapshot } from '../../shared/snapshot.ts';
import { i18n, type Translate } from '../i18n/i18n.ts';
import { errorText, personText } from '../i18n/words.ts';
import type { Tap, TapKind } from '../taps.ts';

/** A tap's story in one sentence. Empty while it is too young for words. */
export function tapText(t: Translate, tap: Tap, snapshot: Snapshot | null): string {
  if (tap.phase === 'sending' && !tap.slow) return '';
  if (tap.phase === 'refused') {
    const reason = tap.error === null ? '' : errorText(t, tap.error, snapshot);
    if (tap.kind === 'call') return t('tap.call.refused', { reason });
    // Rows are many, and theirs may be gone: whom it is about.
    return tap.waitingId === null || tap.person === null ? reason : t('tap.refused', { person: personText(t, tap.person), reason });
  }
  if (tap.phase === 'see-list') return t('tap.see-list');
  // A short gap between both stores is none of the staff's business.
  const phase = tap.phase === 'catching-up' && !tap.slow ? 'saved' : tap.phase;
  const kind = OWN_WORDS.find((own) => own === tap.kind);
  if (kind === undefined || tap.together !== null) return actText(t, tap, phase, snapshot);
  if (tap.person === null) return tap.kind === 'call' && phase === 'saved' ? t('tap.call.savedNobody') : withoutPerson(t, tap, phase);
  const person = personText(t, tap.person);
  return kind === 'call' && phase === 'checking' ? t('tap.call.checkingOf', { person }) : t(`tap.${kind}.${phase}`, { person });
}

const OWN_WORDS = ['join', 'call', 'enter', 'complete'] as const satisfies readonly TapKind[];
type Told = 'sending' | 'saved' | 'catching-up' | 'checking' | 'not-done';
type ActText = (t: Translate, tap: Tap, phase: Told, snapshot: Snapshot | null) => string;

/** What comes from a menu is told by what comes with the menus; until then in words that fit all. */
let actText: ActText = (t, _tap, phase) => t(`tap.${phase}`);

/** Gives the words of all other kinds, and of several calls at once. */
export function tellActsBy(words: ActText): void {
  actText = words;
  // What stands on the screen already is told anew, in these words.
  i18n.activate(i18n.locale);
}

function withoutPerson(t: Translate, tap: Tap, phase: Told): string {
  return tap.kind === 'call' || tap.kind === 'join' ? t(`tap.${tap.kind}.${phase}`) : t(`tap.${phase}`);
}
