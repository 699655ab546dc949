import { History, Search, ShieldAlert, Users } from 'lucide-react';
import { Fragment, useState } from 'react';
import { CALLS_AT_ONCE_MAX } from '../../shared/limits.ts';
import { uncover } from '../actions.ts';
import type { BoothView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { callingBlock, roomLeft } from '../menu-rules.ts';
import { callOver, callSeveral } from '../queue-actions.ts';
import { openDialog, openMenu } from '../store.ts';
import { MenuList, type MenuItem, useSettled } from './menu-list.tsx';
import { Modal } from './modal.tsx';
import { ReasonForm } from './reason-form.tsx';
import { TouchButton } from './touch-button.tsx';

const COUNTS = Array.from({ length: CALLS_AT_ONCE_MAX - 1 }, (_, index) => index + 2);
const close = (): void => openMenu(null);

/** What is needed less often than the next visitor: several at once, and one more than there is room for. */
export function CallsMenu({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useAllText();
  const [asking, setAsking] = useState(false);
  const isFull = roomLeft(booth) === 0;
  // Where room has come meanwhile, there is nothing to give a reason for.
  if (asking && !isFull) setAsking(false);
  const over = (reason: string): void => {
    callOver(booth.id, reason);
    uncover();
    close();
  };
  const items: MenuItem[] = [
    { id: 'search', icon: Search, label: t('menu.search'), hint: t('menu.hint.search'), run: () => openDialog('queue') },
    { id: 'gone', icon: History, label: t('menu.gone'), hint: t('menu.hint.gone'), run: () => openDialog('gone') },
  ];
  if (isFull) items.push({ id: 'over', icon: ShieldAlert, label: t('menu.over'), hint: t('menu.hint.over'), block: callingBlock(t, snapshot, booth), stays: true, run: () => setAsking(true) });
  return (
    <Modal title={t(asking ? 'menu.over' : 'menu.more')} shape="card" onClose={close}>
      {asking ? (
        <ReasonForm about="over" isOver onReason={over} onBack={() => setAsking(false)} />
      ) : (
        // An item comes or goes with the last place, and what is below it moves under a finger on its way.
        <Fragment key={String(isFull)}>
          <MenuList items={items} />
          <Several snapshot={snapshot} booth={booth} />
        </Fragment>
      )}
    </Modal>
  );
}

function Several({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useAllText();
  const isSettled = useSettled();
  const block = callingBlock(t, snapshot, booth) ?? (roomLeft(booth) === 0 ? t('menu.noRoom') : null);
  const most = Math.min(roomLeft(booth), booth.waitingTotal);
  const call = (count: number): void => {
    if (!isSettled()) return;
    callSeveral(booth.id, count);
    uncover();
    close();
  };
  return (
    <section className="several" aria-label={t('menu.several')}>
      <p className="several-words">
        <Users aria-hidden="true" />
        <span className="menu-words">
          <span>{t('menu.several')}</span>
          <span className="menu-hint">{block ?? t('menu.hint.several', { most })}</span>
        </span>
      </p>
      <div className="several-counts">
        {COUNTS.map((count) => (
          <TouchButton key={count} className="button" data-testid={`several-${count}`} blocked={block !== null || count > most} onTap={() => call(count)}>
            {t('menu.count', { count })}
          </TouchButton>
        ))}
      </div>
    </section>
  );
}
