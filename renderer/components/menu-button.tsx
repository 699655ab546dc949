import { Ellipsis } from 'lucide-react';
import type { Person } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { personText } from '../i18n/words.ts';
import { TouchButton } from './touch-button.tsx';

interface MenuButtonProps {
  readonly person: Person;
  /** In a list of many, the arrow keys reach all but the first. */
  readonly inList?: boolean;
  readonly first?: boolean;
  readonly onTap: () => void;
}

/** Lies over the words of a visitor's row: tapping the row anywhere opens what else can be done. */
export function MenuButton({ person, inList = false, first = false, onTap }: MenuButtonProps) {
  const t = useText();
  return (
    <TouchButton className="row-menu" data-testid={`menu-${person.userId}`} aria-haspopup="dialog" aria-label={t('menu.of', { person: personText(t, person) })} tabIndex={inList && !first ? -1 : 0} onTap={onTap}>
      <Ellipsis aria-hidden="true" />
    </TouchButton>
  );
}
