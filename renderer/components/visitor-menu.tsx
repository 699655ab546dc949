import { AlarmClockPlus, Ban, BellRing, ListRestart, LogOut, Megaphone, Undo2, UserX } from 'lucide-react';
import { useState } from 'react';
import { actOnVisit, uncover } from '../actions.ts';
import { useLedgerNow } from '../clock.ts';
import type { BoothView, Snapshot, VisitEntry, WaitingEntry } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { minutesSeconds, personText } from '../i18n/words.ts';
import { callingBlock, roomLeft, storeBlock } from '../menu-rules.ts';
import { callChosen, leaveQueue } from '../queue-actions.ts';
import { openMenu, useScreen } from '../store.ts';
import { holdsVisit } from '../taps.ts';
import { MenuList, type MenuItem } from './menu-list.tsx';
import { Modal } from './modal.tsx';
import { ReasonForm } from './reason-form.tsx';

interface MenuProps {
  readonly snapshot: Snapshot;
  readonly boothId: number;
}
const close = (): void => openMenu(null);
/** The booth the menu was opened for, if it is still the one on screen. */
const boothOf = ({ snapshot, boothId }: MenuProps): BoothView | null => (snapshot.booth?.id === boothId ? snapshot.booth : null);

/** All that can be done with a called visitor beside letting them in. */
export function CalledMenu({ visit, ...props }: MenuProps & { readonly visit: VisitEntry }) {
  const t = useAllText();
  const now = boothOf(props)?.called.find(({ waitingId }) => waitingId === visit.waitingId) ?? null;
  return (
    <Modal title={personText(t, visit)} shape="card" onClose={close}>
      {now === null ? <p data-testid="menu-gone">{t('menu.calledGone')}</p> : <CalledItems {...props} visit={now} />}
    </Modal>
  );
}

function CalledItems({ snapshot, boothId, visit }: MenuProps & { readonly visit: VisitEntry }) {
  const t = useAllText();
  const isHeld = useScreen((state) => holdsVisit(state.taps, visit.waitingId));
  const item = (kind: 'recall' | 'hold' | 'put-back' | 'no-show' | 'cancel', icon: MenuItem['icon'], place?: 'after-three'): MenuItem => {
    const id = place ?? kind;
    return { id, icon, label: t(`menu.${id}`), hint: t(`menu.hint.${id}`), block: isHeld ? t('menu.busy') : storeBlock(t, snapshot, kind), run: () => actOnVisit(kind, boothId, visit, place === undefined ? {} : { place }) };
  };
  return (
    <>
      {visit.noShowAt === null ? null : <NoShowNote noShowAt={visit.noShowAt} />}
      <MenuList
        items={[
          item('recall', Megaphone),
          item('hold', AlarmClockPlus),
          item('put-back', Undo2),
          item('put-back', ListRestart, 'after-three'),
          item('no-show', UserX),
          item('cancel', Ban),
        ]}
      />
    </>
  );
}

/** What the countdown of the row comes to. */
function NoShowNote({ noShowAt }: { readonly noShowAt: number }) {
  const t = useAllText();
  const leftMs = noShowAt - useLedgerNow();
  return <p className="menu-note">{leftMs <= 0 ? t('menu.noShowDue') : t('menu.noShowIn', { time: minutesSeconds(Math.ceil(leftMs / 1000) * 1000) })}</p>;
}

/** What can be done with somebody who waits, beside waiting for their turn. */
export function WaitingMenu({ entry, ...props }: MenuProps & { readonly entry: WaitingEntry }) {
  const t = useAllText();
  const booth = boothOf(props);
  return (
    <Modal title={personText(t, entry)} shape="card" onClose={close}>
      {booth === null || hasLeft(booth, entry) ? <p data-testid="menu-gone">{t('menu.waitingGone')}</p> : <WaitingItems {...props} booth={booth} entry={entry} />}
    </Modal>
  );
}

/** Who is not among the first may wait further back, unless the first are all. */
const hasLeft = ({ waiting, waitingTotal }: BoothView, { userId }: WaitingEntry): boolean => waiting.length === waitingTotal && !waiting.some((each) => each.userId === userId);

function WaitingItems({ snapshot, boothId, booth, entry }: MenuProps & { readonly booth: BoothView; readonly entry: WaitingEntry }) {
  const t = useAllText();
  const [asking, setAsking] = useState<'chosen' | 'leave' | null>(null);
  const isOver = asking === 'chosen' && roomLeft(booth) === 0;
  const place = booth.waiting.find(({ userId }) => userId === entry.userId)?.position ?? entry.position;
  if (asking !== null) {
    const give = (reason: string): void => {
      if (asking === 'leave') leaveQueue(boothId, entry, { reason });
      else callChosen(boothId, entry, reason, isOver);
      uncover();
      close();
    };
    return <ReasonForm about={asking} isOver={isOver} onReason={give} onBack={() => setAsking(null)} />;
  }
  return (
    <>
      <p className="menu-note">{t('menu.place', { position: place })}</p>
      <MenuList
        items={[
          { id: 'chosen', icon: BellRing, label: t('menu.chosen'), hint: t('menu.hint.chosen'), block: callingBlock(t, snapshot, booth), stays: true, run: () => setAsking('chosen') },
          { id: 'leave', icon: LogOut, label: t('menu.leave'), hint: t('menu.hint.leave'), block: storeBlock(t, snapshot, 'leave'), stays: true, run: () => setAsking('leave') },
        ]}
      />
    </>
  );
}
