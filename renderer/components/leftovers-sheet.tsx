import { CheckCheck } from 'lucide-react';
import { useState } from 'react';
import type { ClearedAnswer, LeftoverEntry } from '../../shared/channels.ts';
import type { AppError } from '../../shared/errors.ts';
import type { BoothView, Snapshot } from '../../shared/snapshot.ts';
import { request } from '../api.ts';
import { shortMoment } from '../i18n/festival-words.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { errorText } from '../i18n/words.ts';
import { useListing } from '../listing.ts';
import { Modal } from './modal.tsx';
import { PersonLine } from './person.tsx';
import { TouchButton } from './touch-button.tsx';

const KINDS = ['waiting', 'called', 'inside'] as const;
/** Of each kind; nobody reads more of them, and the count says how many there are. */
const SHOWN = 100;

/** Who is left over from yesterday, what becomes of them, and the one button that does it. */
export function LeftoversSheet({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useAllText();
  const { value, error } = useListing('booth:list-leftovers', booth.id);
  const [asked, setAsked] = useState<'no' | 'asking' | ClearedAnswer | AppError>('no');
  const under = snapshot.clearing?.boothId === booth.id ? snapshot.clearing : null;
  const clear = async (before: number): Promise<void> => {
    setAsked('asking');
    const answer = await request('booth:clear-leftovers', { boothId: booth.id, before, reason: t('leftovers.reason') });
    setAsked(answer.ok ? answer.value : answer.error);
  };
  const isBusy = asked === 'asking' || under !== null;
  const entries = value?.entries ?? [];
  return (
    <Modal title={t('leftovers.sheet')} shape="sheet">
      <p>{t('leftovers.what')}</p>
      {error === null ? null : <p className="hint hint-bad">{errorText(t, error, snapshot)}</p>}
      <p role="status" className="leftovers-status" data-testid="leftovers-status">
        {statusText(t, snapshot, { isRead: value !== null || error !== null, left: entries.length, asked, under })}
      </p>
      {entries.length === 0 || value === null ? null : (
        <TouchButton className="button button-strong leftovers-clear" data-testid="clear-leftovers" busy={isBusy} onTap={() => void clear(value.before)}>
          <CheckCheck aria-hidden="true" />
          <span>{t('leftovers.clear', { count: entries.length })}</span>
        </TouchButton>
      )}
      {KINDS.map((kind) => (
        <Group key={kind} kind={kind} entries={entries.filter((entry) => entry.kind === kind)} snapshot={snapshot} />
      ))}
    </Modal>
  );
}

function statusText(t: TranslateAll, snapshot: Snapshot, { isRead, left, asked, under }: { readonly isRead: boolean; readonly left: number; readonly asked: 'no' | 'asking' | ClearedAnswer | AppError; readonly under: Snapshot['clearing'] }): string {
  if (under !== null) return t('leftovers.clearing', { done: under.done, total: under.total });
  if (asked === 'asking') return t('leftovers.starting');
  if (asked !== 'no' && 'code' in asked) return errorText(t, asked, snapshot);
  if (asked !== 'no') return [t('leftovers.cleared', { count: asked.cleared }), asked.kept === 0 ? '' : t('leftovers.kept', { count: asked.kept }), asked.stopped === null ? '' : t('leftovers.stopped')].filter(Boolean).join(' ');
  return isRead ? (left === 0 ? t('leftovers.nobody') : '') : t('list.reading');
}

function Group({ kind, entries, snapshot }: { readonly kind: LeftoverEntry['kind']; readonly entries: readonly LeftoverEntry[]; readonly snapshot: Snapshot }) {
  const t = useAllText();
  if (entries.length === 0) return null;
  return (
    <section className="leftovers-group">
      <h3>
        {t(`${kind}.title`)} <span>{entries.length}</span>
      </h3>
      <p className="muted">{t(`leftovers.becomes.${kind}`)}</p>
      <ul>
        {entries.slice(0, SHOWN).map((entry) => (
          <li key={entry.waitingId ?? entry.userId}>
            <PersonLine person={entry} />
            <span className="muted">{shortMoment(entry.at, snapshot.timeZone)}</span>
          </li>
        ))}
      </ul>
      {entries.length > SHOWN ? <p className="muted">{t('waiting.more', { count: entries.length - SHOWN })}</p> : null}
    </section>
  );
}
