import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { BoothView, Snapshot, WaitingEntry } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { clockTime, errorText } from '../i18n/words.ts';
import { useListing } from '../listing.ts';
import { findInQueue } from '../queue-search.ts';
import { MenuOpener } from './menu-opener.tsx';
import { firstFocus, Modal } from './modal.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';

const ROW_PX = 72;

/** Everybody who waits, however many, to be looked for by name or number. */
export function QueueSheet({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useAllText();
  const [sought, setSought] = useState('');
  const { value, error } = useListing('booth:list-queue', booth.id);
  const found = useMemo(() => findInQueue(value?.entries ?? [], sought), [value, sought]);
  const unseen = value === null ? 0 : value.total - value.entries.length;
  return (
    <Modal title={t('queue.title', { count: value?.total ?? booth.waitingTotal })} shape="sheet">
      <div className="sheet-tools">
        <label className="field">
          <span>{t('queue.search')}</span>
          <input {...firstFocus} autoComplete="off" spellCheck={false} dir="auto" data-testid="queue-search" value={sought} onChange={(event) => setSought(event.target.value)} />
        </label>
        {error === null ? null : <p className="hint hint-bad">{errorText(t, error, snapshot)}</p>}
        <Outcome kinds={['call', 'leave']} />
        <p className="muted" role="status">
          {value === null ? (error === null ? t('list.reading') : '') : found.length === 0 ? t(sought === '' ? 'waiting.empty' : 'queue.nobody') : sought === '' ? '' : t('queue.found', { count: found.length })}
        </p>
      </div>
      <Rows boothId={booth.id} entries={found} timeZone={snapshot.timeZone} />
      {unseen > 0 ? <p className="muted">{t('waiting.more', { count: unseen })}</p> : null}
    </Modal>
  );
}

interface RowsProps {
  readonly boothId: number;
  readonly entries: readonly WaitingEntry[];
  readonly timeZone: string;
}

/** Only the rows in sight are made: a thousand open as fast as ten. */
function Rows({ boothId, entries, timeZone }: RowsProps) {
  const t = useAllText();
  const list = useRef<HTMLOListElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized: no compiler of React is in use.
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.current?.closest('dialog') ?? null,
    estimateSize: () => ROW_PX,
    scrollMargin: list.current?.offsetTop ?? 0,
    overscan: 8,
    getItemKey: (index) => entries[index]?.userId ?? index,
  });
  return (
    <ol
      ref={list}
      data-arrow-keys
      className="queue-rows"
      aria-label={t('waiting.title')}
      style={{ height: rows.getTotalSize() }}
    >
      {rows.getVirtualItems().map(({ key, index, start }, nth) => {
        const entry = entries[index];
        if (entry === undefined) return null;
        return (
          <li key={key} ref={rows.measureElement} data-index={index} aria-setsize={entries.length} aria-posinset={index + 1} style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}>
            <span className="queue-place">{entry.position}</span>
            <PersonLine person={entry} />
            <span className="muted">{entry.registeredAt === null ? '' : t('queue.since', { time: clockTime(entry.registeredAt, timeZone) })}</span>
            <MenuOpener inList={nth === 0 ? 'first' : 'other'} subject={{ of: 'waiting', boothId, entry }} />
          </li>
        );
      })}
    </ol>
  );
}
