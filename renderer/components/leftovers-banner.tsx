import { Sunrise } from 'lucide-react';
import type { BoothView } from '../../shared/snapshot.ts';
import { BOARD_WAITING_LIMIT } from '../../shared/limits.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { openDialog } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

/** The morning's first sight: whom yesterday left behind. It stays until they are cleared, and stops nobody from working. */
export function LeftoversBanner({ leftovers }: { readonly leftovers: NonNullable<BoothView['leftovers']> }) {
  const t = useAllText();
  return (
    <section className="banner" aria-label={t('leftovers.title')} data-testid="leftovers">
      <Sunrise aria-hidden="true" className="banner-sign" />
      <div className="banner-words">
        <p className="banner-title">{t('leftovers.title')}</p>
        <p>{countsText(t, leftovers)}</p>
      </div>
      <TouchButton className="button" aria-haspopup="dialog" data-testid="open-leftovers" onTap={() => openDialog('leftovers')}>
        {t('leftovers.look')}
      </TouchButton>
    </section>
  );
}

function countsText(t: TranslateAll, { waiting, called, inside }: NonNullable<BoothView['leftovers']>): string {
  // The board sees no more of the queue than its front.
  const parts = [[waiting >= BOARD_WAITING_LIMIT ? 'leftovers.countWaitingMany' : 'leftovers.countWaiting', waiting], ['leftovers.countCalled', called], ['leftovers.countInside', inside]] as const;
  return parts.flatMap(([id, count]) => (count === 0 ? [] : [t(id, { count })])).join(' · ');
}
