/**
 * Alerts: which troubles the supervisor is told of, and telling each once for the whole festival until it clears.
 */
import type { AlertId } from '../../shared/snapshot.ts';
import type { Core } from './core.ts';
import type { PassFigures } from './ledger.ts';
import type { Alert, Alerter, AlertBoard } from './ports.ts';
import { asStoreFailure } from './store-failure.ts';

const OVERDUE_LOCKS = 10;
const SETTLEMENTS_JUDGED = 10;
const FAILING_SHARE = 0.1;
export const UNREACHABLE_MS = 30_000;
/** What nobody has seen for this long is over. Longer than a kiosk's look and a change of the leading one. */
export const CLEAR_AFTER_MS = 20_000;

/** What this kiosk sees. Lead: it speaks for the festival, and only then are the last three looked at. */
export interface AlertFacts {
  readonly lead: boolean;
  /** For how long each store has not answered this kiosk, 0 while it does. */
  readonly queueDownMs: number;
  readonly ledgerDownMs: number;
  readonly overdueLocks: number;
  /** Of the last minutes, of all kiosks. */
  readonly passes: readonly Pick<PassFigures, 'finished' | 'undone' | 'superseded' | 'quarantined' | 'kept'>[];
  readonly setAside: number;
}

/** The troubles that stand. Pure. */
export function alertsOf(facts: AlertFacts): readonly Alert[] {
  const alerts: Alert[] = [];
  if (facts.queueDownMs >= UNREACHABLE_MS) alerts.push({ id: 'queue-unreachable', level: 'urgent', text: `Redis has not answered for ${seconds(facts.queueDownMs)}: calling is paused.` });
  if (facts.ledgerDownMs >= UNREACHABLE_MS) alerts.push({ id: 'ledger-unreachable', level: 'urgent', text: `The database has not answered for ${seconds(facts.ledgerDownMs)}: nothing new begins.` });
  if (!facts.lead) return alerts;
  if (facts.overdueLocks >= OVERDUE_LOCKS) alerts.push({ id: 'locks-overdue', level: 'warning', text: `${facts.overdueLocks} actions have been half done for more than a minute.` });
  const { settled, failed } = settlements(facts.passes);
  if (settled + failed >= SETTLEMENTS_JUDGED && failed > FAILING_SHARE * (settled + failed)) {
    alerts.push({ id: 'settlements-failing', level: 'urgent', text: `${failed} of the last ${settled + failed} settlements failed.` });
  }
  if (facts.setAside > 0) alerts.push({ id: 'quarantine', level: 'warning', text: `${facts.setAside} queue entries cannot be called and wait for a decision.` });
  return alerts;
}

/** Locks that passes could and could not settle. Each attempt counts: a lock that fails five times has failed five times. */
export function settlements(passes: AlertFacts['passes']): { readonly settled: number; readonly failed: number } {
  let [settled, failed] = [0, 0];
  for (const { finished, undone, superseded, quarantined, kept } of passes) {
    settled += finished + undone + superseded;
    failed += quarantined + kept;
  }
  return { settled, failed };
}

function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}

/** What is said when it is over. */
const CLEARED: Readonly<Record<AlertId, Omit<Alert, 'id'>>> = {
  'queue-unreachable': { level: 'urgent', text: 'Redis answers again.' },
  'ledger-unreachable': { level: 'urgent', text: 'The database answers again.' },
  'locks-overdue': { level: 'warning', text: 'Half-done actions were put right.' },
  'settlements-failing': { level: 'urgent', text: 'Settlements succeed again.' },
  quarantine: { level: 'warning', text: 'No queue entry waits for a decision any more.' },
};

/** An outage of a store is kept in the other one. */
function boardFor(core: Pick<Core, 'queue' | 'ledger'>, id: AlertId): AlertBoard {
  return id === 'ledger-unreachable' ? core.queue : core.ledger;
}

/**
 * Tells what is new and what is over, each once in the festival: both stores remember what was told, so that it matters neither which
 * kiosk sees it nor whether that one lives on. While both are away nobody can tell who speaks, and nobody does.
 * Never rejects; telling is not waited for by anybody.
 */
export async function tellAlerts(core: Pick<Core, 'queue' | 'ledger' | 'owner' | 'logger' | 'operations'>, alerter: Alerter | null, alerts: readonly Alert[], lead: boolean): Promise<void> {
  for (const board of [core.ledger, core.queue] as const) {
    const seen = alerts.filter(({ id }) => boardFor(core, id) === board);
    try {
      const fresh = seen.length === 0 ? [] : await board.noteAlerts(seen.map(({ id }) => id), core.owner);
      for (const alert of seen) if (fresh.includes(alert.id)) tell(core, alerter, alert, 'raised');
      if (!lead) continue;
      for (const id of await board.takeClearedAlerts(CLEAR_AFTER_MS)) if (isAlertId(id)) tell(core, alerter, { id, ...CLEARED[id] }, 'cleared');
    } catch (error) {
      asStoreFailure(error);
    }
  }
}

function isAlertId(id: string): id is AlertId {
  return Object.hasOwn(CLEARED, id);
}

function tell(core: Pick<Core, 'logger' | 'operations'>, alerter: Alerter | null, alert: Alert, state: 'raised' | 'cleared'): void {
  core.logger.log(state === 'cleared' ? 'info' : alert.level === 'urgent' ? 'error' : 'warn', `alert-${state}`, { alert: alert.id, text: alert.text });
  if (alerter === null) return;
  core.operations.follow(
    alerter.tell(alert, state).catch((error: unknown) => {
      core.logger.log('warn', 'alert-not-told', { alert: alert.id, state, reason: error instanceof Error ? error.message : 'unknown' });
    }),
  );
}
