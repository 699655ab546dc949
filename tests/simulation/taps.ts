/** What staff do at a kiosk: every kind of action, on what its screen shows, which may be old. */
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { asked, askAgain } from '../../electron/core/ask-again.ts';
import { callChosen, callingBooth, callNext, callSeveral } from '../../electron/core/call-next.ts';
import { dismiss, joinAsWalkIn, joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import type { BoothHistory, VisitRow } from '../../electron/core/ledger.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import { type OperationNote, StoreFailure } from '../../electron/core/ports.ts';
import { endSetAside } from '../../electron/core/quarantine.ts';
import type { OperationKind, VisitKind } from '../../electron/core/waiting.ts';
import type { Draw } from '../support/draw.ts';
import type { SimKiosk } from './kiosk.ts';
import type { Stores } from './stores.ts';

/** One request of a person, and what they were told last. */
export interface Tap {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly run: (kiosk: SimKiosk, operationId: string) => Promise<Outcome>;
  readonly waitingId: number | null;
  /** Processes that were asked it: a new request has a new id, and who asks again by the old one asks another process. */
  readonly askedOf: ReadonlySet<SimKiosk>;
  /** null: not yet, or its kiosk died first. */
  told: 'done' | 'refused' | 'unknown' | null;
  code: string | null;
  /** Already in the queue: nothing had to be done. */
  wasQueued: boolean;
}

/** What the screen shows of a booth. */
interface Screen {
  readonly history: BoothHistory;
  readonly gone: readonly VisitRow[];
  readonly waiting: readonly number[];
}
const screens = new WeakMap<SimKiosk, Screen>();

const OF_CALLED: Readonly<Record<string, number>> = { enter: 6, 'no-show': 1.5, cancel: 1.5, hold: 1, recall: 1, 'put-back': 2, 'undo-call': 2 };
const OF_GONE: Readonly<Record<string, number>> = { 'undo-no-show': 1, 'undo-cancel': 1, admit: 1.5, requeue: 1.5 };
const OVERRIDE: OperationNote = { staff: 'Kim', reason: 'a child', overCapacity: true };
const PLAIN: OperationNote = { staff: 'Kim', reason: null, overCapacity: false };

async function look({ queue, ledger }: Stores, boothId: number, draw: Draw, before: Screen | undefined): Promise<Screen> {
  const history = await ledger.readBooth(boothId);
  if (history === null) throw new Error('no booth');
  // Who has gone is looked at now and then.
  const gone = before === undefined || draw.chance(0.3) ? await ledger.readGone(boothId, 5) : before.gone;
  return { history, gone, waiting: (await queue.readQueue(boothId, 10)).entries.flatMap(({ userId }) => userId ?? []) };
}

/** Begins one action; null when there is nothing to do. `earlier`: requests that may be made once more, by whichever kiosk. */
export async function tap(kiosk: SimKiosk, stores: Stores, draw: Draw, earlier: readonly Tap[], onDefect: (error: unknown) => void): Promise<Tap | null> {
  const old = screens.get(kiosk);
  const screen = old === undefined || draw.chance(0.75) ? await look(stores, kiosk.boothId, draw, old) : old;
  screens.set(kiosk, screen);
  const askable = earlier.filter(({ operationId }) => !earlier.some((each) => each.operationId === operationId && each.askedOf.has(kiosk)));
  const chosen = askable.length > 0 && draw.chance(0.08) ? again(kiosk, draw.pick(askable)) : plan(kiosk, stores, screen, draw);
  if (chosen === null) return null;
  kiosk.tapping += 1;
  const told = (outcome: Outcome | null): void => {
    chosen.told = outcome === null ? 'unknown' : outcome.outcome === 'uncertain' ? 'unknown' : outcome.outcome;
    chosen.code = outcome?.outcome === 'refused' ? outcome.error.code : null;
    chosen.wasQueued = outcome?.outcome === 'done' && outcome.alreadyQueued;
  };
  void chosen
    .run(kiosk, chosen.operationId)
    .then(async (outcome) => {
      told(outcome);
      if (outcome.outcome === 'uncertain') told(await outcome.truth);
    })
    .catch((error: unknown) => {
      if (!(error instanceof StoreFailure)) onDefect(error);
      told(null);
    })
    .finally(() => (kiosk.tapping -= 1));
  return chosen;
}

/** The same request under the same id: first it is asked what became of it. */
function again(kiosk: SimKiosk, tap: Tap): Tap {
  const repeat: Tap['run'] = async (by, operationId) => (await askAgain(by.core, asked(tap.kind, tap.waitingId), operationId)) ?? (await tap.run(by, operationId));
  return { ...tap, run: repeat, askedOf: new Set([kiosk]), told: null, code: null, wasQueued: false };
}

function plan(kiosk: SimKiosk, { appUsers }: Stores, { history, gone, waiting }: Screen, draw: Draw): Tap | null {
  const { boothId } = kiosk;
  const booth = callingBooth(history);
  const { generation } = booth;
  const make = (kind: OperationKind, run: Tap['run'], waitingId: number | null = null): Tap => ({ operationId: kiosk.operationId(), kind, run, waitingId, askedOf: new Set([kiosk]), told: null, code: null, wasQueued: false });
  const what = draw.weighted({ call: 5, chosen: 1, several: 1, override: 0.5, walkIn: 1.5, join: 1.2, leave: 1.2, visit: 9, gone: 3, undoComplete: 0.8, aside: 0.4 });
  switch (what) {
    case 'call':
      return make('call', ({ core }, id) => callNext(core, booth, id, PLAIN));
    case 'override':
      return make('call', ({ core }, id) => callNext(core, booth, id, OVERRIDE));
    case 'chosen': {
      if (waiting.length === 0) return null;
      const userId = draw.pick(waiting);
      return make('call', ({ core }, id) => callChosen(core, booth, userId, id, PLAIN));
    }
    case 'several': {
      const count = draw.whole(2, 3);
      // The first is the request; the others have ids of their own.
      return make('call', async ({ core }, id) => (await callSeveral(core, booth, count, id, PLAIN))[0] ?? callNext(core, booth, id));
    }
    case 'walkIn':
      return make('join', ({ core }, id) => joinAsWalkIn(core, boothId, 'Walk-in', generation, id));
    case 'join': {
      const userId = draw.pick(appUsers);
      return make('join', ({ core }, id) => joinQueue(core, boothId, userId, generation, id));
    }
    case 'leave': {
      if (waiting.length === 0) return null;
      const userId = draw.pick(waiting);
      // A closing dismisses by itself; here it is a request, which may be made once more.
      if (history.booth.status !== 'OPEN' && draw.chance(0.5)) return make('dismiss', ({ core }, id) => dismiss(core, boothId, userId, generation, id, PLAIN));
      return make('leave', ({ core }, id) => leaveQueue(core, boothId, userId, generation, id));
    }
    case 'aside':
      void setAsideEnds(kiosk, draw.chance(0.5) ? 'restored' : 'dropped');
      return null;
    case 'undoComplete':
      return onVisit(completedLast.get(kiosk), 'undo-complete');
    case 'gone':
      return gone.length === 0 ? null : onVisit(draw.pick(gone), draw.weighted(OF_GONE) as VisitKind);
    case 'visit': {
      if (history.live.length === 0) return null;
      const visit = draw.pick(history.live);
      if (visit.status !== 'CALLED') completedLast.set(kiosk, { ...visit, revision: visit.revision + 1 });
      return onVisit(visit, visit.status === 'CALLED' ? (draw.weighted(OF_CALLED) as VisitKind) : 'complete');
    }
  }

  function onVisit(visit: VisitRow | undefined, kind: VisitKind): Tap | null {
    if (visit === undefined) return null;
    const place = draw.chance(0.6) ? 'original' : 'after-three';
    const note = draw.chance(0.15) ? OVERRIDE : PLAIN;
    return make(kind, ({ core }, id) => actOnVisit(core, kind, visit, id, { place, note }), visit.waitingId);
  }
}

/** Whom this kiosk saw inside last: their completion may be taken back. */
const completedLast = new WeakMap<SimKiosk, VisitRow>();

/** A supervisor at the quarantine. A store that is away tells them so. */
async function setAsideEnds(kiosk: SimKiosk, as: 'restored' | 'dropped'): Promise<void> {
  kiosk.tapping += 1;
  try {
    const [entry] = await kiosk.core.queue.readSetAside([kiosk.boothId]);
    if (entry !== undefined) await endSetAside(kiosk.core, kiosk.boothId, entry.member, as, 'Kim');
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
  } finally {
    kiosk.tapping -= 1;
  }
}
