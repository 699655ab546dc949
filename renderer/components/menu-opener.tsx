import { Ellipsis } from 'lucide-react';
import type { Person } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { personText } from '../i18n/words.ts';
import { openMenu, type MenuSubject } from '../store.ts';
import { TouchButton } from './touch-button.tsx';

export interface MenuOpenerProps {
  readonly subject: MenuSubject;
  /** In a list of many the arrow keys reach all but the first, which the Tab key reaches. */
  readonly inList?: 'first' | 'other';
}

/** Opens a menu. Of a visitor it lies over the words of their row: tapping the row anywhere opens what else can be done. */
export function MenuOpener({ subject, inList = 'first' }: MenuOpenerProps) {
  const t = useAllText();
  if (subject.of === 'calls') {
    return (
      <TouchButton className="button more-button" data-testid="more" aria-haspopup="dialog" onTap={() => openMenu(subject)}>
        <Ellipsis aria-hidden="true" />
        <span>{t('menu.more')}</span>
      </TouchButton>
    );
  }
  const person: Person = subject.of === 'called' ? subject.visit : subject.entry;
  return (
    <TouchButton className="row-menu" data-testid={`menu-${person.userId}`} aria-haspopup="dialog" aria-label={t('menu.of', { person: personText(t, person) })} tabIndex={inList === 'first' ? 0 : -1} onTap={() => openMenu(subject)}>
      <Ellipsis aria-hidden="true" />
    </TouchButton>
  );
}
