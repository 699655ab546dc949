import { TriangleAlert } from 'lucide-react';
import { brokenStores, missingStore } from '../board.ts';
import { useLedgerNow } from '../clock.ts';
import type { LockView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { ageText, personText, storeLabel } from '../i18n/words.ts';

/** Operations between their two stores: whose, how old, and who ends them. */
export function LockList({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const sincePushMs = useLedgerNow() - snapshot.now;
  const queue = missingStore(snapshot, ['queue']);
  if (snapshot.locks.length === 0) return <p className="muted">{queue === null ? t('panel.noLocks') : t('panel.locksUnknown', { store: storeLabel(queue) })}</p>;
  return (
    <ul className="facts">
      {snapshot.locks.map((lock) => (
        <li key={lock.operationId} className="lock" data-overdue={lock.overdue} data-testid="lock">
          <p className="lock-line">
            {lock.overdue ? <TriangleAlert aria-hidden="true" /> : null}
            {lock.overdue ? <strong>{t('panel.overdue')}</strong> : null}
            <strong>{t(`kind.${lock.kind}`)}</strong>
            <span>{personText(t, lock.person)}</span>
          </p>
          <p className="muted">
            {[t('lock.age', { age: ageText(t, lock.ageMs + sincePushMs) }), lock.mine ? t('lock.byThis') : t('lock.byOther', { owner: lock.owner })].join(' · ')}
          </p>
          <p>{nextStep(t, lock, snapshot)}</p>
        </li>
      ))}
    </ul>
  );
}

function nextStep(t: TranslateAll, lock: LockView, snapshot: Snapshot): string {
  const { queue, ledger } = brokenStores(snapshot);
  const missing = ledger ?? queue;
  if (missing !== null) return t('lock.next.blocked', { store: storeLabel(missing) });
  if (lock.overdue) return t('lock.next.overdue');
  return t(lock.mine ? 'lock.next.mine' : 'lock.next.other');
}
