import type { CallsAnswer } from '../../shared/channels.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import type { TranslateAll } from '../i18n/i18n.ts';
import { errorText, personText } from '../i18n/words.ts';
import { tellActsBy } from './tap-text.ts';

tellActsBy((translate, { kind, person, together }, phase, snapshot) => {
  // The words came together with this file.
  const t = translate as TranslateAll;
  if (together !== null && phase === 'saved') return togetherText(t, together, snapshot);
  return person === null ? t(`tap.${phase}`) : t(`tap.act.${phase}`, { person: personText(t, person), what: t(`kind.${kind}`) });
});

function togetherText(t: TranslateAll, { calls, stopped }: CallsAnswer, snapshot: Snapshot | null): string {
  const count = calls.length;
  return stopped === null ? t('tap.several.saved', { count }) : t('tap.several.stopped', { count, reason: errorText(t, stopped, snapshot) });
}
