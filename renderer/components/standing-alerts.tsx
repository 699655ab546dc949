import { OctagonAlert, TriangleAlert } from 'lucide-react';
import type { AlertView, Snapshot, StoreView } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { storeLabel } from '../i18n/words.ts';

const SIGNS = { warning: TriangleAlert, urgent: OctagonAlert } as const satisfies Record<AlertView['level'], unknown>;

/** What stands wrong in the festival, the urgent first. */
export function StandingAlerts({ snapshot }: { readonly snapshot: Snapshot }) {
  const { alerts } = snapshot.monitoring;
  if (alerts.length === 0) return null;
  const urgentFirst = [...alerts.filter(({ level }) => level === 'urgent'), ...alerts.filter(({ level }) => level === 'warning')];
  return (
    <ul className="alerts">
      {urgentFirst.map((alert) => (
        <AlertLine key={alert.id} alert={alert} stores={snapshot.stores} />
      ))}
    </ul>
  );
}

function AlertLine({ alert: { id, level }, stores }: { readonly alert: AlertView; readonly stores: readonly StoreView[] }) {
  const t = useAllText();
  const Sign = SIGNS[level];
  const store = stores.find(({ role }) => role === (id === 'queue-unreachable' ? 'queue' : 'ledger'));
  return (
    <li className="alert" data-level={level} data-testid={`alert-${id}`}>
      <Sign aria-hidden="true" />
      <p>
        <strong>{t(`level.${level}`)}</strong> <span>{t(`alert.${id}`, { store: store === undefined ? '' : storeLabel(store) })}</span>
      </p>
    </li>
  );
}
