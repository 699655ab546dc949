import { Check, UserRoundX } from 'lucide-react';
import { ask } from '../actions.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { openDialog } from '../store.ts';
import { firstFocus, Modal } from './modal.tsx';
import { TouchButton } from './touch-button.tsx';

/** Who is at work: one tap on a name, and the journal knows. */
export function StaffChooser({ staff }: { readonly staff: Snapshot['staff'] }) {
  const t = useAllText();
  const choose = async (name: string | null): Promise<void> => {
    openDialog('none');
    await ask('kiosk:choose-staff', { name });
  };
  return (
    <Modal title={t('staff.title')} shape="card">
      <ul className="staff-list">
        {[...staff.names, null].map((name) => (
          <li key={name ?? ''}>
            <StaffChoice name={name} isChosen={name === staff.chosen} isFirst={name === (staff.chosen ?? staff.names[0])} onTap={() => void choose(name)} />
          </li>
        ))}
      </ul>
    </Modal>
  );
}

interface StaffChoiceProps {
  readonly name: string | null;
  readonly isChosen: boolean;
  /** Has the focus when the list appears: the top of a long list, unless somebody further down is chosen. */
  readonly isFirst: boolean;
  readonly onTap: () => void;
}

function StaffChoice({ name, isChosen, isFirst, onTap }: StaffChoiceProps) {
  const t = useAllText();
  const Sign = isChosen ? Check : name === null ? UserRoundX : null;
  return (
    <TouchButton {...(isFirst ? firstFocus : {})} className="staff-choice" data-nobody={name === null} aria-pressed={isChosen} onTap={onTap}>
      {Sign === null ? null : <Sign aria-hidden="true" />}
      {name === null ? <span>{t('staff.nobody')}</span> : <bdi dir="auto">{name}</bdi>}
    </TouchButton>
  );
}
