/**
 * One bounded pass that puts right what was left half done. The loop around it (interval, triggers, never two at once) is elsewhere.
 *
 * The steps, in order. 1 and 9 are every kiosk's; the others are done by one kiosk at a time, for load, not for safety: whoever does
 * them twice changes nothing the second time. By hand means all of them.
 *   1 settle        locks of the dead, and of this process's ended taps           settle-locks.ts
 *   2 refill        a lost or rolled-back queue from the ledger's copy            refill.ts
 *   3 announce      what visitors have to be told and were not                    announce.ts
 *   4 booths        caches of their status; dismissals left half way              booth-status.ts (by others as the recount)
 *   5 sweep, mirror queue entries whose ticket was served; the copy itself        mirror.ts
 *   6 recount       the shared count against the history                          recount.ts (by others only after a tap or store failed)
 *   7 foreign locks the backend's own soft locks                                  foreign-locks.ts
 *   8 phone numbers kept longer than the festival wants                           forget-phones.ts
 *   9 no-shows      at the booth this kiosk serves                                no-shows.ts
 */
import { announceDue } from './announce.ts';
import { tendBooths } from './booth-status.ts';
import type { AppError } from '../../shared/errors.ts';
import type { PassTrigger } from '../../shared/snapshot.ts';
import type { Core } from './core.ts';
import { settleForeignLocks } from './foreign-locks.ts';
import { forgetPhones } from './forget-phones.ts';
import type { BoothRow, PassFigures } from './ledger.ts';
import { mirrorQueues } from './mirror.ts';
import { expireNoShows } from './no-shows.ts';
import { SILENT_MS } from '../../shared/limits.ts';
import { recount } from './recount.ts';
import { refillIfLost } from './refill.ts';
import { type SettleTally, settleLocks } from './settle-locks.ts';
import { asProblem } from './store-failure.ts';

/** After this time a pass settles no further lock, mirrors no further booth, ends no further foreign lock, tells, dismisses and expires nobody; what is left comes first in the next. */
export const PASS_BUDGET_MS = 20_000;

interface PassOptions {
  /** by-hand settles every lock that is not in flight here, however young, and does the festival-wide steps: a person asks for it now. */
  readonly trigger: PassTrigger;
  /** The booth this kiosk serves, for its no-shows; null: none. */
  readonly serving?: number | null;
  /** A tap has waited for the leading kiosk in vain: a queue store that may have lost something is put right by this one. */
  readonly refills?: boolean;
}

/** Of the locks seen: what became of them, and those left to their living owners. */
export interface PassReport extends Omit<PassFigures, 'owner' | 'trigger'> {
  readonly left: number;
  /** Why the pass did not run to its end. */
  readonly problem: AppError | null;
}

type Tally = SettleTally & { -readonly [K in 'lead' | 'recounted' | 'drift' | 'swept' | 'refilled' | 'expired']: PassFigures[K] };

/** Runs one pass. Never throws for a store that is away: it says so in `problem`. */
export async function reconcile(core: Core, options: PassOptions): Promise<PassReport> {
  const startedMs = core.clock.monotonicMs();
  const hasTime = (): boolean => core.clock.monotonicMs() - startedMs < PASS_BUDGET_MS;
  const tally: Tally = { lead: false, seen: 0, finished: 0, undone: 0, superseded: 0, quarantined: 0, kept: 0, left: 0, recounted: 0, drift: 0, swept: 0, refilled: 0, expired: 0 };
  let problem: AppError | null = null;
  let isThrough = false;
  try {
    problem = await settleLocks(core, options.trigger === 'by-hand', tally, hasTime);
    await festivalSteps(core, options, tally, hasTime);
    tally.expired = await expireNoShows(core, options.serving ?? null, hasTime);
    isThrough = true;
  } catch (error) {
    problem = asProblem(error);
  }
  const durationMs = Math.round(core.clock.monotonicMs() - startedMs);
  // One lock that cannot be settled is a problem, and no reason to hide that passes run.
  if (isThrough && isWorthKeeping(options.trigger, tally)) core.operations.follow(record(core, { ...figuresOf(tally), durationMs, trigger: options.trigger }));
  return { ...tally, durationMs, problem };
}

async function festivalSteps(core: Core, { trigger, refills = false }: PassOptions, tally: Tally, hasTime: () => boolean): Promise<void> {
  tally.lead = (await core.queue.takeLead(core.owner, SILENT_MS)) || trigger === 'by-hand';
  if (!tally.lead) {
    // Something of this kiosk's may have to be counted: that does not wait for the leader's turn.
    if (trigger === 'interval' || trigger === 'start') return;
    const all = await core.ledger.listBooths();
    const own = idsOf(all);
    // The one that leads may be cut off from the ledger.
    if (refills) tally.refilled = (await refillIfLost(core, own)).refilled ?? 0;
    await tendBooths(core, all, hasTime);
    Object.assign(tally, await recount(core, own));
    return;
  }
  const booths = await core.ledger.listBooths();
  const ids = idsOf(booths);
  const { refilled, epoch } = await refillIfLost(core, ids);
  tally.refilled = refilled ?? 0;
  await announceDue(core, hasTime);
  await tendBooths(core, booths, hasTime);
  tally.swept = await mirrorQueues(core, { epoch, boothIds: ids }, hasTime);
  Object.assign(tally, await recount(core, ids));
  await settleForeignLocks(core, hasTime);
  await forgetPhones(core);
}

function idsOf(booths: readonly BoothRow[]): readonly number[] {
  return booths.map(({ boothId }) => boothId);
}

/** A festival's history of passes: the leader's, and whichever found something to do. */
function isWorthKeeping(trigger: PassTrigger, { lead, seen, left, recounted, expired }: Tally): boolean {
  return lead || trigger === 'start' || trigger === 'by-hand' || seen > left || recounted + expired > 0;
}

function figuresOf({ left: _left, ...figures }: Tally): Omit<Tally, 'left'> {
  return figures;
}

/** For people at other kiosks and on the command line; losing it changes nothing. */
async function record(core: Core, figures: Omit<PassFigures, 'owner'>): Promise<void> {
  try {
    await core.ledger.writePass({ ...figures, owner: core.owner });
  } catch (error) {
    core.logger.log('warn', 'pass-not-recorded', { code: asProblem(error).code });
  }
}
