import { Check } from 'lucide-react';
import { ask } from '../actions.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { openDialog } from '../store.ts';
import { Modal } from './modal.tsx';
import { TouchButton } from './touch-button.tsx';

/** Which of the festival's booths this kiosk serves. */
export function BoothPicker({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const choose = async (boothId: number): Promise<void> => {
    openDialog('none');
    await ask('booth:select', { boothId });
  };
  return (
    <Modal title={t('booths.title')} shape="card">
      <ul className="booth-list">
        {snapshot.booths.map((booth) => (
          <li key={booth.id}>
            <TouchButton className="booth-choice" aria-pressed={booth.id === snapshot.booth?.id} onTap={() => void choose(booth.id)}>
              <bdi dir="auto">{booth.name}</bdi>
              <span className="muted">{t(`status.${booth.id === snapshot.booth?.id ? snapshot.booth.phase.phase : booth.phase}`)}</span>
              {booth.id === snapshot.booth?.id ? <Check aria-label={t('booths.current')} /> : null}
            </TouchButton>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
