/**
 * A kiosk at work on opened stores: core, board, reconciler and taps, started together and stopped in order.
 */
import { dayStarts } from '../shared/festival-day.ts';
import type { Snapshot } from '../shared/snapshot.ts';
import { type Board, startBoard } from './board/board.ts';
import { hearing } from './board/hearing.ts';
import { type Clearing, createClearing } from './clearing.ts';
import type { Config } from './config.ts';
import { phaseOf } from './core/booth-phase.ts';
import type { Core } from './core/core.ts';
import { leftoverBefore } from './core/leftovers.ts';
import type { Logger } from './core/ports.ts';
import { isVerified } from './core/refill.ts';
import { isDue } from './core/settle-locks.ts';
import { unlessAway } from './core/store-failure.ts';
import { type DemoArrivals, createDemoArrivals } from './demo-arrivals.ts';
import { createLists, type Lists } from './lists.ts';
import { type Monitor, startMonitor } from './monitor.ts';
import { createAlerter, createNotifier } from './notify/notifier.ts';
import { openCore } from './open-core.ts';
import type { Stores } from './open-stores.ts';
import { type ChooseFile, createReports, type Reports } from './reports.ts';
import { createStaff, type Staff } from './staff.ts';
import { type Reconciler, startReconciler } from './reconciler.ts';
import { type Taps, createTaps } from './taps.ts';

export interface Session {
  readonly board: Board;
  readonly taps: Taps;
  readonly lists: Lists;
  readonly clearing: Clearing;
  readonly reports: Reports;
  readonly reconciler: Reconciler;
  readonly demo: DemoArrivals;
  readonly staff: Staff;
  /** The session's part of the snapshot. */
  view(): Omit<Snapshot, 'version' | 'phase' | 'kioskId' | 'language' | 'sound' | 'embedded' | 'scannerPrefix' | 'timeZone'>;
  /** Tries the stores again now. Resolves when both have answered or failed. */
  retry(): Promise<void>;
  close(): Promise<void>;
}

/** What is under way is given this long to end; the rest is settled at the next start or by another kiosk. */
const DRAIN_MS = 5_000;

/** A tap waits this long for a queue store that came back to be compared with the ledger. */
const VERIFY_MS = 5_000;
const VERIFY_LOOK_MS = 250;
/** Of that, for the kiosk that leads. */
const LEADER_MS = 1_500;

/** Starts the work. `onChange` is called whenever `view()` may differ. */
export function startSession(stores: Stores, config: Config, { logger, chooseFile, onChange }: { readonly logger: Logger; readonly chooseFile: ChooseFile; readonly onChange: () => void }): Session {
  const dayStart = dayStarts(config.timeZone);
  const before = (nowMs: number): number => leftoverBefore(nowMs, dayStart(nowMs));
  const queue = hearing(stores.queue);
  const ledger = hearing(stores.ledger);
  const notifier = createNotifier(config, logger);
  const core: Core = openCore({ queue: queue.store, ledger: ledger.store }, config, {
    notifier,
    logger,
    wantReconcile: () => reconciler.request('failed-tap'),
    verifyQueue: () => Promise.race([untilVerified(core, reconciler), core.clock.sleep(VERIFY_MS).then(() => false)]),
  });
  const reconciler: Reconciler = startReconciler(core, config.reconcileSeconds * 1_000, () => board.selected(), onChange);
  const board: Board = startBoard({
    queue,
    ledger,
    owner: core.owner,
    boothId: config.boothId,
    onChange,
    onStoreUp: () => reconciler.request('reconnect'),
    noShowMs: core.limits.noShowMs,
    leftoverBefore: before,
    isDue: (lock, open) => isDue(core, lock, open, false),
    onWorkDue: () => reconciler.request('interval'),
  });
  const monitor: Monitor = startMonitor({ core, board, alerter: createAlerter(config, logger), onChange });
  core.operations.onChange(onChange);
  const staff = createStaff(config.staffNames, onChange);
  const taps = createTaps(core, board, staff.chosen);
  const clearing = createClearing(core, board, { staff: staff.chosen, leftoverBefore: before, onChange });
  const waitingNow = (): { boothId: number; waiting: number } | null => {
    const booth = board.booth();
    return booth === null ? null : { boothId: booth.id, waiting: booth.waitingTotal };
  };
  const demo = createDemoArrivals(taps, waitingNow, onChange);

  return {
    board,
    taps,
    lists: createLists(core, board, before),
    clearing,
    reports: createReports({ ledger: core.ledger, board, timeZone: config.timeZone, chooseFile, logger }),
    reconciler,
    demo,
    staff,
    view: () => ({
      staff: { names: config.staffNames, chosen: staff.chosen() },
      demoArrivals: demo.on(),
      now: board.nowMs(),
      booth: board.booth(),
      boothProblem: board.boothMissing() ? 'BOOTH_NOT_FOUND' : null,
      booths: board.booths().map((row) => ({ id: row.boothId, name: row.name, phase: phaseOf(row).phase })),
      stores: board.stores(),
      locks: board.locks(),
      lastPass: reconciler.lastPass(),
      monitoring: monitor.view(),
      reconciling: reconciler.running(),
      clearing: clearing.progress(),
      ...pendingView(core, board),
    }),
    retry() {
      stores.queue.reconnect();
      return board.retry();
    },
    async close() {
      demo.stop();
      await Promise.race([Promise.all([board.stop(), reconciler.stop(), monitor.stop(), core.operations.drain()]), core.clock.sleep(DRAIN_MS)]);
      await Promise.all([stores.queue.close(), stores.ledger.close(), notifier?.close()]);
    },
  };
}

/** The leading kiosk does it; whoever has waited for that in vain does it itself. */
async function untilVerified(core: Core, reconciler: Reconciler): Promise<boolean> {
  if (!(await reconciler.verify())) return false;
  for (let waitedMs = 0; waitedMs < VERIFY_MS; waitedMs += VERIFY_LOOK_MS) {
    if (waitedMs === LEADER_MS && !(await reconciler.verify(true))) return false;
    if (await unlessAway(async () => isVerified(await core.queue.readMark(), (await core.ledger.readMirror()).epoch), false)) return true;
    await core.clock.sleep(VERIFY_LOOK_MS);
  }
  return false;
}

function pendingView(core: Core, board: Board): Pick<Snapshot, 'pending' | 'settled'> {
  return {
    pending: core.operations.all().flatMap(({ requestId, kind, state, userId, boothId, waitingId, sinceMs }) =>
      state === 'begun'
        ? []
        : [{ operationId: requestId, kind, state: state === 'checking' ? 'checking' : 'catching-up', person: userId === null ? null : board.person(userId), boothId, waitingId, since: sinceMs } as const],
    ),
    settled: core.operations.notices().map(({ requestId, kind, outcome, userId }) => ({
      operationId: requestId,
      kind,
      outcome,
      person: userId === null ? null : board.person(userId),
    })),
  };
}
