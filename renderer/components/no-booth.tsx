import type { Snapshot } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { errorText } from '../i18n/words.ts';
import { openDialog } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

/** Why there is no board yet, and what can be done about it. */
export function NoBooth({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useText();
  const problem = snapshot.boothProblem;
  return (
    <main className="no-booth">
      <h1>{t(problem === null ? 'problem.connecting' : 'problem.title')}</h1>
      <p>{problem === null ? t('problem.connectingHint') : errorText(t, { code: problem, message: '' }, snapshot)}</p>
      {problem === null ? null : <p className="muted">{t('problem.retryHint')}</p>}
      {snapshot.booths.length > 0 && problem !== null ? (
        <TouchButton className="button button-strong" aria-haspopup="dialog" onTap={() => openDialog('booths')}>
          {t('header.chooseBooth')}
        </TouchButton>
      ) : null}
    </main>
  );
}
