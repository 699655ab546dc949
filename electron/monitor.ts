/**
 * Watches the festival for people: who leads, how passes go, what was lost and when, and which alerts stand. A slow loop of its own, so
 * that an outage is told though no pass can run; nothing here is in the way of a tap.
 */
import { type IncidentView, type MonitoringView, PASS_TRIGGERS, type PassTrigger, type PassView, type StoreView } from '../shared/snapshot.ts';
import { SILENT_MS } from '../shared/limits.ts';
import type { Board } from './board/board.ts';
import { startPollLoop } from './board/poll-loop.ts';
import { type AlertFacts, alertsOf, settlements, tellAlerts } from './core/alerts.ts';
import { announceDue } from './core/announce.ts';
import type { Core } from './core/core.ts';
import type { Incident, PassRecord } from './core/ledger.ts';
import { keepServing } from './core/no-shows.ts';
import type { Alerter } from './core/ports.ts';
import { unlessAway } from './core/store-failure.ts';
import { listSetAside } from './core/quarantine.ts';

/** Several times within what a booth may be without a kiosk before its no-show clocks start anew. */
const LOOK_EVERY_MS = 5_000;
/** What the stores keep for people is read at every third look: reads that a slow line would feel. */
const LOOKS_TO_GATHER = 3;
const PASSES_SHOWN = 60;
const INCIDENTS_SHOWN = 5;
/** Settlements of passes this young are judged. */
const JUDGED_MS = 10 * 60_000;

export interface Monitor {
  view(): MonitoringView;
  stop(): Promise<void>;
}

interface Facts {
  readonly mirroredAt: number | null;
  readonly passes: readonly PassRecord[];
  readonly incidents: readonly Incident[];
  readonly setAside: number;
  readonly nowMs: number;
}

const UNKNOWN: Facts = { mirroredAt: null, passes: [], incidents: [], setAside: 0, nowMs: 0 };

interface MonitorOptions {
  readonly core: Core;
  readonly board: Pick<Board, 'stores' | 'locks' | 'selected'>;
  readonly alerter: Alerter | null;
  readonly onChange: () => void;
}

/** Starts looking. */
export function startMonitor({ core, board, alerter, onChange }: MonitorOptions): Monitor {
  let lead = false;
  let facts = UNKNOWN;
  let looks = 0;

  const look = async (): Promise<boolean> => {
    const now = stores();
    const { queue, ledger } = now;
    const bothUp = queue?.state === 'up' && ledger?.state === 'up';
    // A store that is away cannot say who leads: whoever led goes on.
    if (queue?.state === 'up') lead = await unlessAway(() => core.queue.takeLead(core.owner, SILENT_MS), lead);
    if (bothUp) {
      const boothId = board.selected();
      if (boothId !== null) await unlessAway(() => keepServing(core, boothId), undefined);
      // What failed is due again within seconds, which is sooner than the next pass.
      // The one that leads may have no receiver configured: every kiosk that has looks now and then.
      if (lead || looks % LOOKS_TO_GATHER === 0) await unlessAway(() => announceDue(core, () => true), 0);
      if (looks++ % LOOKS_TO_GATHER === 0) facts = await unlessAway(() => gather(core), facts);
    }
    // What was gathered before a store went away may be over by now.
    await tellAlerts(core, alerter, alertsOf({ ...seen(now), lead: lead && bothUp }), lead);
    onChange();
    return true;
  };

  const stores = (): Partial<Record<StoreView['role'], StoreView>> => Object.fromEntries(board.stores().map((store) => [store.role, store]));
  const seen = ({ queue, ledger } = stores()): Omit<AlertFacts, 'lead'> => ({
    queueDownMs: downMs(queue),
    ledgerDownMs: downMs(ledger),
    overdueLocks: board.locks().filter(({ overdue }) => overdue).length,
    passes: facts.passes.filter(({ endedAtMs }) => facts.nowMs - endedAtMs < JUDGED_MS),
    setAside: facts.setAside,
  });

  const loop = startPollLoop(look, LOOK_EVERY_MS);
  return {
    view() {
      return {
        lead,
        mirroredAt: facts.mirroredAt,
        passes: facts.passes.map(passView),
        ...settlements(facts.passes),
        // Every panel shows what one kiosk alone tells.
        alerts: alertsOf({ ...seen(), lead: true }).map(({ id, level }) => ({ id, level })),
        incidents: facts.incidents.map(incidentView),
      };
    },
    stop: () => loop.stop(),
  };
}

async function gather(core: Core): Promise<Facts> {
  const mirror = await core.ledger.readMirror();
  const passes = await core.ledger.readPasses(PASSES_SHOWN);
  const incidents = await core.ledger.readIncidents(INCIDENTS_SHOWN);
  return { mirroredAt: mirror.atMs, nowMs: mirror.nowMs, passes, incidents, setAside: (await listSetAside(core)).length };
}

function downMs(store: StoreView | undefined): number {
  return store === undefined || store.state === 'up' || store.state === 'connecting' ? 0 : Date.now() - store.since;
}

function passView({ owner: _owner, endedAtMs, trigger, ...figures }: PassRecord): PassView {
  return { ...figures, trigger: isTrigger(trigger) ? trigger : 'interval', endedAt: endedAtMs, problem: null };
}

function isTrigger(text: string): text is PassTrigger {
  return (PASS_TRIGGERS as readonly string[]).includes(text);
}

function incidentView({ kind, boothId, fromMs, toMs, tickets }: Incident): IncidentView {
  return { kind, boothId, from: fromMs, to: toMs, tickets };
}
