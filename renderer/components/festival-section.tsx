import { useLedgerNow } from '../clock.ts';
import type { IncidentView, MonitoringView, Snapshot } from '../../shared/snapshot.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { boothText, momentText } from '../i18n/festival-words.ts';
import { ageText, storeLabel } from '../i18n/words.ts';
import { PassHistory } from './pass-history.tsx';

/** All booths together: the copy of the queues, how repairs go, and what people must know of afterwards. */
export function FestivalSection({ snapshot }: { readonly snapshot: Snapshot }) {
  const t = useAllText();
  const { monitoring } = snapshot;
  return (
    <section className="panel-section" data-testid="festival">
      <h3>{t('festival.title')}</h3>
      <ul className="festival-facts">
        <li>
          <MirrorAge mirroredAt={monitoring.mirroredAt} />
        </li>
        <li>{settledText(t, snapshot)}</li>
        <li>{driftText(t, monitoring)}</li>
        <li className="muted">{t(monitoring.lead ? 'festival.leadThis' : 'festival.leadOther')}</li>
      </ul>
      <PassHistory snapshot={snapshot} />
      <h4>{t('festival.incidents')}</h4>
      {monitoring.incidents.length === 0 ? <p className="muted">{t('festival.noIncidents')}</p> : null}
      <ul className="facts">
        {monitoring.incidents.map((incident) => (
          <li key={`${incident.kind} ${incident.boothId} ${incident.from} ${incident.to}`} data-testid="incident">
            <p className="muted">{momentText(incident.to, snapshot.now, snapshot.timeZone)}</p>
            <p>{incidentText(t, incident, snapshot)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function MirrorAge({ mirroredAt }: { readonly mirroredAt: number | null }) {
  const t = useAllText();
  const now = useLedgerNow();
  return mirroredAt === null ? t('festival.neverMirrored') : t('festival.mirrored', { age: ageText(t, now - mirroredAt) });
}

function settledText(t: TranslateAll, { monitoring, now, timeZone }: Snapshot): string {
  const { passes, settled, failed } = monitoring;
  const oldest = passes.at(-1);
  if (oldest === undefined) return t('festival.noPasses');
  const from = momentText(oldest.endedAt, now, timeZone);
  if (settled + failed === 0) return t('festival.nothingToSettle', { from });
  // Rounded down: with a failure it is never all.
  return t('festival.success', { from, settled, failed, percent: Math.floor((100 * settled) / (settled + failed)) });
}

function driftText(t: TranslateAll, { passes }: MonitoringView): string {
  const drift = passes.reduce((sum, pass) => sum + pass.drift, 0);
  return drift === 0 ? t('festival.noDrift') : t('festival.drift', { drift });
}

function incidentText(t: TranslateAll, { kind, boothId, from, to, tickets }: IncidentView, { booths, stores, now, timeZone }: Snapshot): string {
  const window = { from: momentText(from, now, timeZone), to: momentText(to, now, timeZone) };
  if (kind !== 'refill') return t(`incident.${kind}`, { booth: boothText(t, boothId, booths), ...window, count: tickets ?? 0 });
  const queue = stores.find(({ role }) => role === 'queue');
  const what = t('incident.refill', { store: queue === undefined ? 'Redis' : storeLabel(queue), count: tickets ?? 0 });
  return from === to ? what : `${what} ${t('incident.refillWindow', window)}`;
}
