/** What a supervisor does at a kiosk: opens, pauses and closes booths, and clears whom an earlier day has left behind. */
import { changeBooth } from '../../electron/core/booth-status.ts';
import type { Core } from '../../electron/core/core.ts';
import { clearLeftovers } from '../../electron/core/leftovers.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import type { PhaseChange } from '../../shared/snapshot.ts';
import type { Draw } from '../support/draw.ts';
import type { BoothState } from './booths.ts';
import type { Judge } from './judge.ts';
import type { SimKiosk } from './kiosk.ts';

/** One request, the operations it is made of, and what the supervisor was told. */
export interface Order {
  readonly what: PhaseChange | 'clear';
  readonly boothId: number;
  /** Operation ids it took: the change's own, and one for each visitor. */
  readonly ids: Set<string>;
  /** Of a change: refused as this, or ok. Null: not yet, a store did not answer, or its kiosk died first. */
  told: string | null;
  /** How many visitors are dismissed or cleared, when that is over; one more may be where it ended without knowing. */
  visitors: { readonly count: number; readonly isAll: boolean } | null;
}

type Weights = Readonly<Record<PhaseChange, number>>;
/** Closed and paused booths are soon opened again: in the meantime little else happens there. */
const OF_CLOSED: Weights = { open: 9, close: 1, 'last-call': 0.3, pause: 0, resume: 0.3 };
const OF_PAUSED: Weights = { open: 2, close: 1.5, 'last-call': 0.7, pause: 0.3, resume: 6 };
const OF_LAST_CALL: Weights = { open: 4, close: 4, 'last-call': 0.2, pause: 1, resume: 0.2 };
const OF_OPEN: Weights = { open: 0.2, close: 4, 'last-call': 1.5, pause: 1.5, resume: 0.1 };

/** How long ago somebody must have come to be cleared. */
const AGES_MS = [0, 1_000, 5_000, 30_000, 120_000, 600_000];

export function isServing({ status, isPaused }: BoothState): boolean {
  return status === 'OPEN' && !isPaused;
}

function weightsOf({ status, isLastCall, isPaused }: BoothState): Weights {
  return status !== 'OPEN' ? OF_CLOSED : isPaused ? OF_PAUSED : isLastCall ? OF_LAST_CALL : OF_OPEN;
}

/** Begins a change of a booth. */
export function changePhase(kiosk: SimKiosk, boothId: number, state: BoothState, draw: Draw, onDefect: (error: unknown) => void): Order {
  const what = draw.weighted(weightsOf(state));
  const order: Order = { what, boothId, ids: new Set(), told: null, visitors: null };
  const reason = draw.chance(0.85) ? 'rain' : null;
  attend(kiosk, onDefect, async () => {
    const changed = await changeBooth(noting(kiosk.core, (id) => order.ids.add(id)), boothId, { change: what, staff: 'Kim', reason });
    order.told = changed.ok ? 'done' : changed.error.code;
    if (changed.ok && changed.value.dismissal !== null) order.visitors = { count: await changed.value.dismissal, isAll: false };
  });
  return order;
}

/** Begins to clear a booth. */
export function clear(kiosk: SimKiosk, boothId: number, judge: Pick<Judge, 'clearing'>, draw: Draw, onDefect: (error: unknown) => void): Order {
  const order: Order = { what: 'clear', boothId, ids: new Set(), told: null, visitors: null };
  const ageMs = draw.pick(AGES_MS);
  let beforeMs = -Infinity;
  const core = noting(kiosk.core, (id) => {
    order.ids.add(id);
    judge.clearing(id, beforeMs);
  });
  attend(kiosk, onDefect, async () => {
    const cleared = await clearLeftovers(core, boothId, (nowMs) => (beforeMs = nowMs - ageMs), { staff: 'Kim', reason: null, overCapacity: false }, () => undefined);
    order.told = cleared.ok ? (cleared.value.stopped?.code ?? 'done') : cleared.error.code;
    if (cleared.ok) order.visitors = { count: cleared.value.cleared, isAll: cleared.value.stopped?.code !== 'OUTCOME_UNKNOWN' };
  });
  return order;
}

/** The same kiosk, telling the ids it gives out. */
function noting(core: Core, note: (operationId: string) => void): Core {
  const operationId = (): string => {
    const id = core.ids.operationId();
    note(id);
    return id;
  };
  return { ...core, ids: { operationId } };
}

/** A store that is away tells the supervisor so. */
function attend(kiosk: SimKiosk, onDefect: (error: unknown) => void, work: () => Promise<void>): void {
  kiosk.tapping += 1;
  void work()
    .catch((error: unknown) => {
      if (!(error instanceof StoreFailure)) onDefect(error);
    })
    .finally(() => (kiosk.tapping -= 1));
}
