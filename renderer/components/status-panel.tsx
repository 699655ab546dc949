import { ClipboardList } from 'lucide-react';
import { isBroken, missingStore } from '../board.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { ageText, personText, storeLabel } from '../i18n/words.ts';
import { useWallNow } from '../clock.ts';
import { openDialog } from '../store.ts';
import { FestivalSection } from './festival-section.tsx';
import { KioskSettings } from './kiosk-settings.tsx';
import { LastPass } from './last-pass.tsx';
import { LockList } from './lock-list.tsx';
import { Modal } from './modal.tsx';
import { StandingAlerts } from './standing-alerts.tsx';
import { StoreCard, StoreWarnings, WarningLine } from './store-card.tsx';
import { TouchButton } from './touch-button.tsx';
import { TryAgain } from './try-again.tsx';

/** Why the kiosk is in step, or what is left to do and who will do it; what people at the booth set comes before the accounts of the rest. */
export function StatusPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const setAside = snapshot.booth?.setAside ?? 0;
  return (
    <Modal title={t('panel.title')} shape="sheet">
      <StandingAlerts snapshot={snapshot} />
      <section className="panel-section">
        {setAside === 0 ? null : <WarningLine text={t('panel.setAside', { count: setAside })} />}
        <h3>{t('panel.stores')}</h3>
        <div className="store-cards">
          {snapshot.stores.map((store) => (
            <StoreCard key={store.role} store={store} timeZone={snapshot.timeZone} />
          ))}
        </div>
        {snapshot.stores.some(isBroken) ? <TryAgain /> : null}
        <StoreWarnings stores={snapshot.stores} />
      </section>
      <section className="panel-section">
        <h3>{t('panel.locks')}</h3>
        <LockList snapshot={snapshot} />
      </section>
      <KioskSettings snapshot={snapshot} />
      <section className="panel-section">
        <h3>{t('report.title')}</h3>
        <TouchButton className="button" aria-haspopup="dialog" data-testid="open-report" onTap={() => openDialog('report')}>
          <ClipboardList aria-hidden="true" />
          <span>{t('report.open')}</span>
        </TouchButton>
      </section>
      <LastPass snapshot={snapshot} />
      <section className="panel-section">
        <h3>{t('panel.count')}</h3>
        <p>{countText(snapshot, t)}</p>
      </section>
      <section className="panel-section">
        <h3>{t('panel.pending')}</h3>
        <PendingList snapshot={snapshot} />
      </section>
      <FestivalSection snapshot={snapshot} />
    </Modal>
  );
}

function countText(snapshot: Snapshot, t: TranslateAll): string {
  const { booth } = snapshot;
  if (booth === null) return t('problem.title');
  const queue = missingStore(snapshot, ['queue']);
  const store = queue === null ? '' : storeLabel(queue);
  if (booth.current === null) return t(queue === null ? 'panel.countUnknown' : 'panel.countUnknownDown', { inside: booth.inside, store });
  if (queue !== null && booth.current !== booth.inside) return t('panel.countDifferDown', { inside: booth.inside, current: booth.current, store });
  return t(booth.current === booth.inside ? 'panel.countAgree' : 'panel.countDiffer', { inside: booth.inside, current: booth.current });
}

function PendingList({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const now = useWallNow();
  if (snapshot.pending.length === 0) return <p className="muted">{t('panel.noPending')}</p>;
  return (
    <ul className="facts">
      {snapshot.pending.map((operation) => (
        <li key={operation.operationId}>
          <strong>{t(`kind.${operation.kind}`)}</strong>
          <span>{[operation.person === null ? '' : personText(t, operation.person), t(`pending.${operation.state}`), t('lock.age', { age: ageText(t, now - operation.since) })].filter(Boolean).join(' · ')}</span>
        </li>
      ))}
    </ul>
  );
}
