/**
 * Visitors whom an earlier day has left behind: who still waits, is called or inside. They are cleared together, each by an operation of
 * its own with its lock, its commit and its line in the journal, so that a death in the middle leaves nobody half cleared, and whoever
 * clears again does the rest. Nobody is told: they went home long ago.
 */
import { type AppError, fail, ok, type Result, RULE_CODES } from '../../shared/errors.ts';
import { actOnVisit } from './act-on-visit.ts';
import type { Core } from './core.ts';
import { leaveAt } from './join-queue.ts';
import type { BoothHistory, VisitRow } from './ledger.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import { type Outcome, truthOf } from './outcome.ts';
import type { OperationNote, QueueEntry } from './ports.ts';
import { refusal } from './refusals.ts';
import { unlessAway } from './store-failure.ts';
import { registeredAtMs, type Ticket } from './waiting.ts';

/** A festival may run past midnight: whoever came this short a time ago is still a visitor of this evening. */
export const EVENING_MS = 4 * 3_600_000;
/** The reason in the journal, where nobody gave one. */
export const LEFTOVER_REASON = 'left over from an earlier day';

/** Whoever came before this instant is left over from an earlier day. @param dayStartedMs of the day of `nowMs` */
export function leftoverBefore(nowMs: number, dayStartedMs: number): number {
  return Math.min(dayStartedMs, nowMs - EVENING_MS);
}

export interface Leftovers {
  /** In calling order. Entries whose score tells no time are nobody's leftovers. */
  readonly waiting: readonly (QueueEntry & Ticket)[];
  readonly called: readonly VisitRow[];
  readonly inside: readonly VisitRow[];
}

/** Of what was read of a booth, those who came before an instant. */
export function leftoversAmong({ booth, live }: Pick<BoothHistory, 'booth' | 'live'>, entries: readonly QueueEntry[], beforeMs: number): Leftovers {
  return {
    waiting: entries.flatMap((entry) => (entry.userId !== null && (registeredAtMs(entry.score) ?? Infinity) < beforeMs ? [{ ...entry, userId: entry.userId, boothId: booth.boothId }] : [])),
    called: live.filter((visit) => visit.status === 'CALLED' && visit.calledAtMs < beforeMs),
    inside: live.filter((visit) => visit.status === 'ENTERED' && (visit.enteredAtMs ?? visit.calledAtMs) < beforeMs),
  };
}

/** Null when there is no such booth. `before`: from the ledger's clock now. Throws StoreFailure. */
export async function readLeftovers(core: Pick<Core, 'ledger' | 'queue'>, boothId: number, before: (nowMs: number) => number): Promise<(Leftovers & { readonly beforeMs: number; readonly generation: number }) | null> {
  const history = await core.ledger.readBooth(boothId);
  if (history === null) return null;
  const { entries } = await core.queue.readQueue(boothId, LONGEST_QUEUE);
  const beforeMs = before(history.nowMs);
  return { ...leftoversAmong(history, entries, beforeMs), beforeMs, generation: history.booth.generation };
}

export interface Cleared {
  readonly cleared: number;
  /** Somebody else is at work on them just now. */
  readonly kept: number;
  /** Why it ended before all were tried. */
  readonly stopped: AppError | null;
}

/**
 * Who waits leaves the queue, who is called did not come, who is inside has left. Whom somebody else was quicker with is left as they are.
 * BOOTH_NOT_FOUND when there is no such booth. Throws StoreFailure when they cannot be read.
 * @param onProgress how many of how many are through
 */
export async function clearLeftovers(core: Core, boothId: number, before: (nowMs: number) => number, note: OperationNote, onProgress: (done: number, total: number) => void): Promise<Result<Cleared>> {
  const found = await readLeftovers(core, boothId, before);
  if (found === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
  const steps: readonly (() => Promise<Outcome>)[] = [
    ...found.waiting.map((ticket) => () => leaveAt(core, ticket, found.generation, core.ids.operationId(), note)),
    ...found.called.map((visit) => () => actOnVisit(core, 'no-show', visit, core.ids.operationId(), { note, again: false })),
    ...found.inside.map((visit) => () => actOnVisit(core, 'complete', visit, core.ids.operationId(), { note, again: false })),
  ];
  let [cleared, kept] = [0, 0];
  let stopped: AppError | null = null;
  for (const [index, step] of steps.entries()) {
    onProgress(index, steps.length);
    const ended = await endOf(await step());
    if (!ended.ok) {
      stopped = ended.error;
      break;
    }
    if (ended.value === 'done') cleared += 1;
    if (ended.value === 'busy') kept += 1;
  }
  if (cleared > 0) await unlessAway(() => record(core, boothId, cleared, note), undefined);
  return ok({ cleared, kept, stopped });
}

/** done; gone: somebody else was quicker; busy: somebody else is at it. A failure would meet all who come after, too. */
async function endOf(outcome: Outcome): Promise<Result<'done' | 'gone' | 'busy'>> {
  const truth = await truthOf(outcome);
  if (truth === null) return fail('OUTCOME_UNKNOWN', 'No reply came, and what became of the visitor is not known yet. Clearing again goes on safely.');
  if (truth.outcome === 'done') return ok('done');
  const { error } = truth;
  if (error.code === 'QUEUE_UNVERIFIED' || !(RULE_CODES as readonly string[]).includes(error.code)) return { ok: false, error };
  return ok(error.code === 'NOT_IN_QUEUE' || error.code === 'INVALID_STATUS' ? 'gone' : 'busy');
}

async function record(core: Core, boothId: number, cleared: number, { staff, reason }: OperationNote): Promise<void> {
  const { nowMs } = await core.ledger.readMirror();
  const detail = [reason ?? LEFTOVER_REASON, staff === null ? null : `by ${staff}`].filter((part) => part !== null).join(' ');
  await core.ledger.writeIncident({ kind: 'cleared', boothId, fromMs: nowMs, toMs: nowMs, tickets: cleared, owner: core.owner, detail });
}
