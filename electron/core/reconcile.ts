/**
 * One bounded pass that puts right what was left half done. The loop around it (interval, triggers, never two at once) is elsewhere.
 *
 * The order of a whole pass. Steps without a function come with the actions that need them:
 *   1 settle          locks of dead owners and of this process's ended taps          settleLocks
 *   2 recount         the shared count against the history                            recount
 *   3 sweep           queue entries whose ticket was served                           (today: by `audit --repair`, and by a call that meets one)
 *   4 mirror          the queue written to the ledger by difference
 *   5 refill          a lost or rolled-back queue from the mirror                     (today: embedded stores at start, refill.ts)
 *   6 notifications, no-shows
 *   7 foreign soft locks
 *   8 quarantine      entries that can never be called                                (today: set aside by the call that meets one)
 */
import { asked } from './ask-again.ts';
import type { AppError } from '../../shared/errors.ts';
import type { PassView } from '../../shared/snapshot.ts';
import type { Core } from './core.ts';
import { type PassFigures, type SoftLock, StoreFailure } from './ports.ts';
import { recount } from './recount.ts';
import { settle } from './settle.ts';

/** Locks looked at in one pass; more are left to the next. */
export const LOCKS_PER_PASS = 500;
/** Younger locks of other processes are left to their owners: they settle their own. Only load depends on it, not safety. */
export const GRACE_MS = 10_000;

export type PassTrigger = PassView['trigger'];

export interface PassOptions {
  /** by-hand settles every lock that is not in flight here, however young: a person asks for it now. */
  readonly trigger: PassTrigger;
}

/** Of the locks seen: finished, undone, superseded, kept (a store did not answer) and left. */
export interface PassReport extends Omit<PassFigures, 'owner' | 'trigger'> {
  /** Left to their living owners. */
  readonly left: number;
  /** Why the pass did not run to its end. */
  readonly problem: AppError | null;
}

/** Runs one pass. Never throws for a store that is away: it says so in `problem`. */
export async function reconcile(core: Core, options: PassOptions): Promise<PassReport> {
  const startedMs = core.clock.monotonicMs();
  const tally = { seen: 0, finished: 0, undone: 0, superseded: 0, kept: 0, left: 0, recounted: 0 };
  let problem: AppError | null = null;
  let isThrough = false;
  try {
    problem = await settleLocks(core, options, tally);
    tally.recounted = await recount(core);
    isThrough = true;
  } catch (error) {
    problem = asProblem(error);
  }
  const durationMs = Math.round(core.clock.monotonicMs() - startedMs);
  // One lock that cannot be settled is a problem, and no reason to hide that passes run.
  if (isThrough) core.operations.follow(record(core, { ...tally, durationMs, trigger: options.trigger }));
  return { ...tally, durationMs, problem };
}

/** For people at other kiosks and on the command line; losing it changes nothing. */
async function record(core: Core, figures: Omit<PassFigures, 'owner'>): Promise<void> {
  try {
    await core.ledger.writePass({ ...figures, owner: core.owner });
  } catch (error) {
    core.logger.log('warn', 'pass not recorded', { code: asProblem(error).code });
  }
}

type Tally = { -readonly [K in 'seen' | 'finished' | 'undone' | 'superseded' | 'kept' | 'left']: number };

async function settleLocks(core: Core, options: PassOptions, tally: Tally): Promise<AppError | null> {
  let problem: AppError | null = null;
  const { locks, nowMs } = await core.queue.readLocks(LOCKS_PER_PASS);
  for (const lock of locks) {
    tally.seen++;
    if (!isDue(core, lock, nowMs, options)) {
      tally.left++;
      continue;
    }
    try {
      const { became, unfollowed } = await settle(core, lock);
      if (unfollowed !== null) throw unfollowed;
      tally[became]++;
    } catch (error) {
      problem = asProblem(error);
      tally.kept++;
      // One lock that cannot be settled does not keep the rest waiting; a store that is away would make each of them wait.
      if (problem.code === 'LEDGER_UNREACHABLE' || problem.code === 'QUEUE_STORE_UNREACHABLE') break;
    }
  }
  return (await learnOutcomes(core)) ?? problem;
}

/** A lock from the future was written before the store's clock was set back: it is no younger than one as old. */
function isDue(core: Core, lock: SoftLock, nowMs: number, options: PassOptions): boolean {
  if (core.operations.isInFlight(lock.operationId)) return false;
  return options.trigger === 'by-hand' || lock.owner === core.owner || Math.abs(nowMs - lock.createdAtMs) >= GRACE_MS;
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

function asProblem(error: unknown): AppError {
  if (error instanceof StoreFailure) return { code: error.code, message: error.message };
  throw error;
}
