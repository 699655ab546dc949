import { CheckCheck } from 'lucide-react';
import { missingStore } from '../board.ts';
import { useLedgerNow } from '../clock.ts';
import type { BoothView, Snapshot, VisitEntry } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { Column } from './column.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { VisitAction } from './visit-action.tsx';

/** Everybody inside, the longest stay first. */
export function InsideColumn({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useText();
  const paused = missingStore(snapshot, ['ledger']) !== null;
  return (
    <Column name="inside" title={t('inside.title')} count={booth.inside} readAt={booth.ledgerReadAt}>
      {booth.insideList.length === 0 ? <p className="empty">{t('inside.empty')}</p> : null}
      <ul className="visits">
        {booth.insideList.map((visit) => (
          <li key={visit.waitingId} className="visit" data-testid={`inside-${visit.waitingId}`}>
            <div className="visit-words">
              <PersonLine person={visit} />
              <Stay visit={visit} />
            </div>
            <VisitAction kind="complete" boothId={booth.id} visit={visit} paused={paused} icon={CheckCheck} label={t('inside.complete')} />
          </li>
        ))}
      </ul>
      <Outcome kinds={['complete', 'admit']} />
    </Column>
  );
}

function Stay({ visit }: { readonly visit: VisitEntry }) {
  const t = useText();
  const stayMs = useLedgerNow() - (visit.enteredAt ?? visit.calledAt);
  return <p className="stay">{t('inside.minutes', { minutes: Math.max(0, Math.floor(stayMs / 60_000)) })}</p>;
}
