import { CircleX } from 'lucide-react';
import { useText } from '../i18n/i18n.ts';
import { errorText } from '../i18n/words.ts';
import { showNotice, useScreen } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

/** A failure that belongs to no list, until it is dismissed. */
export function NoticeBar() {
  const t = useText();
  const notice = useScreen((state) => state.notice);
  const snapshot = useScreen((state) => state.snapshot);
  if (notice === null) return null;
  return (
    <div className="notice-bar">
      <CircleX aria-hidden="true" className="sign-bad" />
      <p>{errorText(t, notice, snapshot)}</p>
      <TouchButton className="button" onTap={() => showNotice(null)}>
        {t('common.dismiss')}
      </TouchButton>
    </div>
  );
}
