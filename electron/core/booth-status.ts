/**
 * What staff make of a booth. The history is told first: from then on no commit goes against it, at any kiosk. The caches other programs
 * read follow, then, of a closing, the visitors who wait: each is dismissed by an operation of its own, so that a kiosk that dies in the
 * middle has left nobody half dismissed, and whoever goes on (a pass, or the same tap again) does the rest.
 */
import { type Result, fail, ok } from '../../shared/errors.ts';
import type { PhaseChange } from '../../shared/snapshot.ts';
import { restoreCaches, writeCaches } from './booth-caches.ts';
import { isOvertaken } from './booth-phase.ts';
import type { Core } from './core.ts';
import { dismiss } from './join-queue.ts';
import type { BoothRow } from './ledger.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import { truthOf } from './outcome.ts';
import { refusal } from './refusals.ts';
import { isVerified } from './refill.ts';
import { asStoreFailure, unlessAway } from './store-failure.ts';

/** A closing dismisses for so long by itself; passes do the rest. */
const DISMISSAL_BUDGET_MS = 20_000;

export interface BoothChanged {
  /** The caches other programs read have followed; otherwise a pass brings them. */
  readonly followed: boolean;
  /** How many waited at a closing, as far as known. */
  readonly waiting: number;
  /** Of a closing: resolves with how many were dismissed, when that is over or its time is used up. Never rejects. */
  readonly dismissal: Promise<number> | null;
}

/** What is asked for: why, and by whom. */
interface Asked {
  readonly change: PhaseChange;
  readonly staff: string | null;
  readonly reason: string | null;
}

/**
 * Closing a booth where people wait is refused without a reason: they are told of it. OUTCOME_UNKNOWN when the reply was lost: the same
 * again is safe. Throws StoreFailure when the ledger was not reached.
 */
export async function changeBooth(core: Core, boothId: number, { change, staff, reason }: Asked): Promise<Result<BoothChanged>> {
  const waiting = change === 'close' ? await waitingAt(core, boothId) : null;
  if (waiting !== null && waiting > 0 && reason === null) return { ok: false, error: refusal('PEOPLE_WAITING', { waiting }) };
  const changed = await core.ledger.changeBooth({ boothId, change, operationId: core.ids.operationId(), staff, reason, waiting, owner: core.owner }).catch(unlessUnknown);
  if (changed === 'unknown') return fail('OUTCOME_UNKNOWN', 'The reply of the ledger was lost: the booth may have been changed. Look at it, or ask for the same again, which is safe.');
  if (changed !== 'changed') return { ok: false, error: refusal(changed) };
  core.logger.log('info', 'booth-changed', { boothId, change, waiting });
  const followed = await unlessAway(async () => (await writeCaches(core, [boothId]), true), false);
  if (!followed) core.wantReconcile();
  return ok({ followed, waiting: waiting ?? 0, dismissal: change === 'close' ? dismissNow(core, boothId) : null });
}

function unlessUnknown(error: unknown): 'unknown' {
  if (asStoreFailure(error).executed === 'unknown') return 'unknown';
  throw error;
}

/** By the queue; while it is away, by the ledger's copy of it. */
function waitingAt(core: Core, boothId: number): Promise<number> {
  return unlessAway(async () => (await core.queue.readQueue(boothId, 0)).total, null).then(async (total) => total ?? (await core.ledger.unservedTickets(boothId, LONGEST_QUEUE)).length);
}

async function dismissNow(core: Core, boothId: number): Promise<number> {
  const startedMs = core.clock.monotonicMs();
  const progress = { dismissed: 0 };
  const isThrough = await unlessAway(() => dismissWaiting(core, boothId, () => core.clock.monotonicMs() - startedMs < DISMISSAL_BUDGET_MS, progress), false);
  if (!isThrough) core.wantReconcile();
  return progress.dismissed;
}

/**
 * Dismisses whoever waits at a booth whose closing is not through, and ends it once nobody does. Answers whether it is over. Throws
 * StoreFailure when a store does not answer.
 */
export async function dismissWaiting(core: Core, boothId: number, hasTime: () => boolean, progress = { dismissed: 0 }): Promise<boolean> {
  while (hasTime()) {
    const history = await core.ledger.readBooth(boothId);
    if (history === null || history.booth.status === 'OPEN' || history.booth.dismissedBy === null) return true;
    const { entries, openLocks } = await core.queue.readQueue(boothId, LONGEST_QUEUE);
    const users = entries.flatMap(({ userId }) => userId ?? []);
    if (users.length === 0) {
      // Somebody inside a lock may come back; and an emptied queue says nothing about anybody, were it refilled and verified right after it was read.
      if (openLocks > 0 || !isVerified(await core.queue.readMark(), history.epoch)) return false;
      if ((await core.queue.readQueue(boothId, 0)).total > 0) continue;
      await core.ledger.endDismissal(boothId, history.booth.dismissedBy);
      return true;
    }
    const before = progress.dismissed;
    await dismissThese(core, history.booth, users, hasTime, progress);
    // Nobody could be dismissed: others are at work on them, and a pass comes back.
    if (progress.dismissed === before) return false;
  }
  return false;
}

async function dismissThese(core: Core, booth: BoothRow, users: readonly number[], hasTime: () => boolean, progress: { dismissed: number }): Promise<void> {
  const { boothId, generation, phaseStaff: staff, phaseReason: reason } = booth;
  const finishes: Promise<boolean>[] = [];
  for (const userId of users) {
    if (!hasTime()) break;
    const outcome = await dismiss(core, boothId, userId, generation, core.ids.operationId(), { staff, reason, overCapacity: false });
    const truth = await truthOf(outcome);
    // Not known, a store away, or the booth open again: the booth is looked at anew.
    if (truth === null || (truth.outcome === 'refused' && truth.error.code !== 'VISIT_BUSY' && truth.error.code !== 'NOT_IN_QUEUE' && truth.error.code !== 'CONTENDED')) break;
    if (truth.outcome !== 'done') continue;
    progress.dismissed++;
    finishes.push(truth.finished);
  }
  await Promise.all(finishes);
}

/**
 * A pass: forgets what another program has overtaken by writing the status, brings the caches, and goes on with dismissals that were left
 * half way. One step while there is nothing of it. Throws StoreFailure when a store does not answer.
 * @param booths as just read
 */
export async function tendBooths(core: Core, booths: readonly BoothRow[], hasTime: () => boolean): Promise<void> {
  await restoreCaches(core, booths);
  for (const booth of booths) {
    if (!hasTime()) return;
    if (isOvertaken(booth)) await core.ledger.forgetOvertaken(booth.boothId);
    else if (booth.dismissedBy !== null) await dismissWaiting(core, booth.boothId, hasTime);
  }
}
