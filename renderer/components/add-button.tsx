import { UserPlus } from 'lucide-react';
import { useAllText } from '../i18n/i18n.ts';
import { TouchButton } from './touch-button.tsx';

/** Puts the visitor of the form into the queue. */
export function AddButton({ busy }: { readonly busy: boolean }) {
  const t = useAllText();
  return (
    <TouchButton submit className="button button-strong" data-testid="add-submit" busy={busy}>
      <UserPlus aria-hidden="true" />
      <span>{t('add.submit')}</span>
    </TouchButton>
  );
}
