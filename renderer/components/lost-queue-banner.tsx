import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { ask } from '../actions.ts';
import { useAllText } from '../i18n/i18n.ts';
import { TouchButton } from './touch-button.tsx';

/** People who were waiting are no longer in the queue: said until somebody has taken note, because nobody else can add them again. */
export function LostQueueBanner({ waitingBefore }: { readonly waitingBefore: number }) {
  const t = useAllText();
  const [asking, setAsking] = useState(false);
  const note = async (): Promise<void> => {
    setAsking(true);
    await ask('booth:note-lost-queue', null);
    setAsking(false);
  };
  return (
    <section className="banner banner-bad" role="alert" data-testid="lost-queue">
      <TriangleAlert aria-hidden="true" className="banner-sign" />
      <p className="banner-words">{t('lost.text', { count: waitingBefore })}</p>
      <TouchButton className="button" data-testid="note-lost-queue" busy={asking} onTap={() => void note()}>
        {t('lost.noted')}
      </TouchButton>
    </section>
  );
}
