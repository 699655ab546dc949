/**
 * The pass's first step: every lock that nobody is at work on is settled, and what cannot be settled at all is taken out of the way.
 */
import type { AppError } from '../../shared/errors.ts';
import { SILENT_MS } from '../../shared/limits.ts';
import { asked } from './ask-again.ts';
import type { Core } from './core.ts';
import type { PassFigures } from './ledger.ts';
import type { OpenLocks, SoftLock, StoreFailure } from './ports.ts';
import { journal, settle } from './settle.ts';
import { asProblem, asStoreFailure, unlessAway } from './store-failure.ts';
import { needsQueue, type QueueEffect, SET_ASIDE, SUPERSEDED } from './waiting.ts';

/** Locks looked at in one pass; more are left to the next. */
const LOCKS_PER_PASS = 500;
/** Attempts to settle one lock, each in another pass and with the ledger serving others, before it is taken out of the way. */
export const ATTEMPTS_PER_LOCK = 5;

/** Of the locks seen; `left`: to their living owners, or to the next pass. */
export type SettleTally = { -readonly [K in 'seen' | 'finished' | 'undone' | 'superseded' | 'quarantined' | 'kept']: PassFigures[K] } & { left: number };

/**
 * Answers why something had to be kept, null when nothing had to. Throws StoreFailure when the queue store does not answer.
 * @param all however young: a person asks for it now
 */
export async function settleLocks(core: Core, all: boolean, tally: SettleTally, hasTime: () => boolean): Promise<AppError | null> {
  let problem: AppError | null = null;
  const open = await core.queue.readLocks(LOCKS_PER_PASS);
  for (const lock of open.locks) {
    tally.seen++;
    // What there is no time for comes first in the next pass: the oldest are read first.
    if (!hasTime() || !isDue(core, lock, open, all)) {
      tally.left++;
      continue;
    }
    try {
      const { became, unfollowed } = await settle(core, lock);
      if (unfollowed !== null) throw unfollowed;
      tally[became]++;
    } catch (error) {
      const failure = asStoreFailure(error);
      if (await isTakenOut(core, lock, failure)) {
        tally.quarantined++;
        continue;
      }
      problem = asProblem(failure);
      tally.kept++;
      // One lock that cannot be settled does not keep the rest waiting; a store that is away would make each of them wait.
      if (failure.code === 'LEDGER_UNREACHABLE' || failure.code === 'QUEUE_STORE_UNREACHABLE') break;
    }
  }
  return (await learnOutcomes(core)) ?? problem;
}

/**
 * Whether anybody may be expected to end this lock but us. A process that has fallen silent is taken for dead: wrongly taken, it loses
 * an attempt, never a visitor. A lock from the future was written before the store's clock was set back: it is no younger than one as old.
 */
export function isDue(core: Pick<Core, 'owner' | 'operations' | 'limits'>, lock: SoftLock, { nowMs, silentMs }: Pick<OpenLocks, 'nowMs' | 'silentMs'>, all: boolean): boolean {
  if (core.operations.isInFlight(lock.operationId)) return false;
  const isSilent = (silentMs.get(lock.owner) ?? 0) >= SILENT_MS;
  return all || lock.owner === core.owner || isSilent || Math.abs(nowMs - lock.createdAtMs) >= core.limits.graceMs;
}

/**
 * A lock whose settlement fails for its own sake, again and again, while the ledger serves others: its visitor waits in quarantine for
 * a person. That cannot double anybody: should the commit have happened after all, the ticket has its row, and calling it again says so.
 */
async function isTakenOut(core: Core, lock: SoftLock, failure: StoreFailure): Promise<boolean> {
  if (failure.code !== 'LEDGER_UNFIT' || !(await isServing(core))) return false;
  const attempts = await core.queue.countAttempt(lock.operationId);
  if (attempts < ATTEMPTS_PER_LOCK) return false;
  if ((await core.queue.resolve(lock, endOf(lock), 'undone')) === 'gone') return false;
  core.logger.log('error', 'lock-quarantined', { operationId: lock.operationId, kind: lock.kind, boothId: lock.boothId, userId: lock.userId, attempts, code: failure.code });
  core.operations.end(lock.operationId, 'not-done');
  core.operations.follow(journal(core, lock, 'quarantined', lock.waitingId, true));
  return true;
}

/** Whoever is on the way into the queue or out of it may be nowhere else. */
function endOf(lock: SoftLock): QueueEffect {
  return needsQueue(lock.kind) ? SET_ASIDE : SUPERSEDED;
}

function isServing(core: Core): Promise<boolean> {
  return unlessAway(() => core.ledger.prepare().then(() => true), false);
}

/** Operations of ours that no lock stands for any more (somebody resolved it, or there never was one): how did they end? */
async function learnOutcomes(core: Core): Promise<AppError | null> {
  for (const { operationId, kind, waitingId, state, lock } of core.operations.all()) {
    if (core.operations.isInFlight(operationId) || (await core.queue.readLock(operationId)) !== null) continue;
    try {
      if (lock !== null) {
        await settle(core, lock);
      } else {
        const committed = state === 'catching-up' || (await core.ledger.findCommitted(asked(kind, waitingId), [operationId])) !== null;
        core.operations.end(operationId, committed ? 'done' : 'not-done');
      }
    } catch (error) {
      return asProblem(error);
    }
  }
  return null;
}
