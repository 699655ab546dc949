import { ListRestart, LogIn, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { actOnVisit, uncover } from '../actions.ts';
import type { BoothView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { personText } from '../i18n/words.ts';
import { roomLeft, storeBlock } from '../menu-rules.ts';
import { openMenu, type MenuSubject } from '../store.ts';
import { UNDO_OF } from '../undo-offers.ts';
import { MenuList, type MenuItem } from './menu-list.tsx';
import { Modal } from './modal.tsx';
import { ReasonForm } from './reason-form.tsx';

type Entry = Extract<MenuSubject, { of: 'gone' }>['entry'];
type Step = 'undo' | 'admit' | 'requeue';
const close = (): void => openMenu(null);

/** What can still be done for somebody who went: as if it had not been, let in now, or queued again. */
export function GoneMenu({ snapshot, booth, entry }: { readonly snapshot: Snapshot; readonly booth: BoothView; readonly entry: Entry }) {
  const t = useAllText();
  const [asking, setAsking] = useState<Step | null>(null);
  const undo = UNDO_OF[entry.kind];
  const full = roomLeft(booth) === 0;
  // Where room has come meanwhile, taking back needs no reason.
  if (asking === 'undo' && !full) setAsking(null);
  // Of the three, queueing again alone takes no place.
  const isOver = asking !== 'requeue' && full;
  const act = (step: Step, reason?: string): void =>
    actOnVisit(step === 'undo' ? undo : step, booth.id, entry, { ...(reason === undefined ? {} : { reason }), ...(isOver ? { overCapacity: true } : {}) });
  if (asking !== null) {
    const give = (reason: string): void => {
      act(asking, reason);
      uncover();
      close();
    };
    return (
      <Modal title={personText(t, entry)} shape="card" onClose={close}>
        <ReasonForm about={asking} isOver={isOver} onReason={give} onBack={() => setAsking(null)} />
      </Modal>
    );
  }
  const items: MenuItem[] = [
    { id: 'undo', icon: Undo2, label: t(`menu.${undo}`), hint: full ? t('menu.hint.full') : t(`menu.hint.${undo}`), block: storeBlock(t, snapshot, undo), stays: full, run: () => (full ? setAsking('undo') : act('undo')) },
  ];
  if (entry.kind !== 'complete') {
    items.push(
      { id: 'admit', icon: LogIn, label: t('menu.admit'), hint: t(full ? 'menu.hint.full' : 'menu.hint.admit'), block: storeBlock(t, snapshot, 'admit'), stays: true, run: () => setAsking('admit') },
      { id: 'requeue', icon: ListRestart, label: t('menu.requeue'), hint: t('menu.hint.requeue'), block: storeBlock(t, snapshot, 'requeue'), stays: true, run: () => setAsking('requeue') },
    );
  }
  return (
    <Modal title={personText(t, entry)} shape="card" onClose={close}>
      <MenuList items={items} />
    </Modal>
  );
}
