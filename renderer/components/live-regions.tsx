import type { AppError } from '../../shared/errors.ts';
import { useText, type Translate } from '../i18n/i18n.ts';
import { errorText, personText } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import type { Tap } from '../taps.ts';
import { tapText } from './tap-text.ts';

/** Speaks to screen readers what the eye finds beside the button: outcomes politely, refusals at once. */
export function LiveRegions() {
  const t = useText();
  const snapshot = useScreen((state) => state.snapshot);
  const newest = useScreen((state) => newestTap(Object.values(state.taps)));
  const justCalled = useScreen((state) => state.justCalled);
  const notice = useScreen((state) => state.notice);
  const urgent = newest !== null && ['refused', 'not-done'].includes(newest.phase);
  const text = newest === null ? '' : tapText(t, newest, snapshot);
  const called = justCalled === null ? '' : `${t('called.just')}: ${justCalled.people.map((person) => personText(t, person)).join(', ')}`;
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {[urgent ? '' : text, called].filter(Boolean).join('. ')}
      </div>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {[urgent ? text : '', noticeText(t, notice)].filter(Boolean).join('. ')}
      </div>
    </>
  );
}

const noticeText = (t: Translate, notice: AppError | null): string => (notice === null ? '' : errorText(t, notice, null));

function newestTap(taps: readonly Tap[]): Tap | null {
  return taps.reduce<Tap | null>((newest, tap) => (newest === null || tap.order > newest.order ? tap : newest), null);
}
