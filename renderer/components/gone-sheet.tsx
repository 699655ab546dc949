import { Ban, BellOff, CheckCheck, DoorClosed, ListRestart, LogOut, type LucideIcon, Undo2, UserX } from 'lucide-react';
import type { DepartureView } from '../../shared/channels.ts';
import type { BoothView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { clockTime, errorText, isolate } from '../i18n/words.ts';
import { useListing } from '../listing.ts';
import type { MenuSubject } from '../store.ts';
import { MenuOpener } from './menu-opener.tsx';
import { Modal } from './modal.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';

const SIGNS: Readonly<Record<DepartureView['kind'], LucideIcon>> = { complete: CheckCheck, 'no-show': UserX, cancel: Ban, 'put-back': Undo2, 'undo-call': Undo2, requeue: ListRestart, leave: LogOut, dismiss: DoorClosed };

/** Who went lately, how, when and by whom; a late arrival is let in, or queued again, from here. */
export function GoneSheet({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useAllText();
  const { value, error } = useListing('booth:list-departures', booth.id);
  return (
    <Modal title={t('gone.title')} shape="sheet">
      <p className="muted" role="status">
        {value === null ? (error === null ? t('list.reading') : '') : t(value.length === 0 ? 'gone.nobody' : 'gone.hint')}
      </p>
      {error === null ? null : <p className="hint hint-bad">{errorText(t, error, snapshot)}</p>}
      <Outcome kinds={['undo-no-show', 'undo-cancel', 'undo-complete', 'admit', 'requeue']} />
      <ul data-arrow-keys className="gone-list" aria-label={t('gone.title')}>
        {(value ?? []).map((entry) => (
          <GoneRow key={`${entry.kind}-${entry.waitingId ?? entry.userId}-${entry.at}`} boothId={booth.id} entry={entry} timeZone={snapshot.timeZone} />
        ))}
      </ul>
    </Modal>
  );
}

function GoneRow({ boothId, entry, timeZone }: { readonly boothId: number; readonly entry: DepartureView; readonly timeZone: string }) {
  const t = useAllText();
  const Sign = SIGNS[entry.kind];
  return (
    <li data-testid={`gone-${entry.waitingId ?? entry.userId}`}>
      <Sign aria-hidden="true" />
      <div>
        <PersonLine person={entry} />
        <p className="gone-how">
          <strong>{t(`kind.${entry.kind}`)}</strong> <span>{[clockTime(entry.at, timeZone), byText(t, entry)].filter(Boolean).join(' · ')}</span>
        </p>
        {entry.reason === null ? null : (
          <p className="muted">
            <bdi dir="auto">{entry.reason}</bdi>
          </p>
        )}
        {entry.announced === 'failed' ? (
          <p className="not-announced" data-testid="not-announced">
            <BellOff aria-hidden="true" />
            <span>{t('gone.notAnnounced')}</span>
          </p>
        ) : null}
      </div>
      {canReturn(entry) ? <MenuOpener subject={{ of: 'gone', boothId, entry }} /> : null}
    </li>
  );
}

type Returning = Extract<MenuSubject, { of: 'gone' }>['entry'];

/** Whoever went back into the queue, or left it, is found there or registers again. */
function canReturn(entry: DepartureView): entry is Returning {
  return entry.waitingId !== null && (entry.kind === 'complete' || entry.kind === 'no-show' || entry.kind === 'cancel');
}

function byText(t: TranslateAll, { by, staff }: DepartureView): string {
  if (by === 'person') return staff === null ? '' : isolate(staff);
  return t(by === 'time' ? 'gone.byTime' : 'gone.byOther');
}
