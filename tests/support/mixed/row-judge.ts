/** What the log of row changes says: kiosks change a visit only as the rules have it; what the backend overwrote is counted. */
import { CLEARING } from './booth-judge.ts';
import type { RowChange } from './row-log.ts';
import type { Tap } from './taps.ts';

interface RowFindings {
  readonly faults: readonly string[];
  /** Changes by the backend that took back or passed over what somebody else had written, by kind. */
  readonly overwritten: Readonly<Record<string, number>>;
  /** Calls the backend made into a booth that was full, or filled while a kiosk's call was being written. */
  readonly overfull: number;
}

/** What the backend writes when it does not write over what somebody else wrote. */
const BACKENDS = new Set(['null>CALLED', 'CALLED>ENTERED', 'ENTERED>COMPLETED ENTERED', 'CALLED>COMPLETED NO_SHOW']);

const GIVEN_UP = 'CALLED>COMPLETED CANCELLED, given up';
const TOO_SOON = ['COMPLETED NO_SHOW', 'COMPLETED CANCELLED'] as const;
/** Kiosks change a visit by these actions alone, and by each of them like this. */
const KIOSKS: Readonly<Record<string, readonly string[]>> = {
  call: ['null>CALLED'],
  enter: ['CALLED>ENTERED'],
  complete: ['ENTERED>COMPLETED ENTERED'],
  'no-show': ['CALLED>COMPLETED NO_SHOW'],
  cancel: ['CALLED>COMPLETED CANCELLED'],
  hold: ['CALLED>CALLED'],
  recall: ['CALLED>CALLED'],
  'put-back': [GIVEN_UP],
  'undo-call': [GIVEN_UP],
  'undo-no-show': ['COMPLETED NO_SHOW>CALLED'],
  'undo-cancel': ['COMPLETED CANCELLED>CALLED'],
  'undo-complete': ['COMPLETED ENTERED>ENTERED'],
  admit: TOO_SOON.map((from) => `${from}>ENTERED`),
  requeue: TOO_SOON.map((from) => `${from}>COMPLETED CANCELLED, given up`),
};
/** What takes up a visit that has ended needs one whose ticket did not go back into the queue. */
const NEEDS_TICKET = new Set(['undo-no-show', 'undo-cancel', 'undo-complete', 'admit', 'requeue']);

/** @param isOverride whether a supervisor let one more in by this change */
export function judgeRows(changes: readonly RowChange[], capacities: ReadonlyMap<number, number>, isOverride: (change: RowChange) => boolean): RowFindings {
  const faults: string[] = [];
  const overwritten: Record<string, number> = {};
  const live = new Map<number, number>();
  const rowsOf = new Map<string, RowChange>();
  const raised: RowChange[] = [];
  const operations = new Map<number, string | null>();
  let overfull = 0;
  for (const change of changes) {
    const { waitingId, boothId, userId, who, from, to, completionType, lastOperation } = change;
    const inside = live.get(boothId) ?? 0;
    const capacity = capacities.get(boothId) ?? 0;
    const step = `${from}>${to}${to === 'COMPLETED' ? ` ${completionType}` : ''}`;
    const takesPlace = alive(to) > (from === null ? 0 : alive(from));
    const raced = raised.filter((other) => other.boothId === boothId && overlaps(other, change)).length;
    if (who === 'kiosk' && takesPlace && inside - raced >= capacity && !isOverride(change)) faults.push(`waiting ${waitingId}: a kiosk took a place at booth ${boothId} with ${inside} of ${capacity}`);
    if (from === null) {
      const ticket = `${boothId}:${userId}:${secondOf(change)}`;
      const before = rowsOf.get(ticket);
      if (who === 'kiosk' && before !== undefined && !overlaps(before, change)) faults.push(`waiting ${waitingId}: a kiosk called ticket ${ticket}, which had row ${before.waitingId}`);
      if (inside >= capacity && (who === 'backend' || raced > 0)) overfull += 1;
      rowsOf.set(ticket, change);
    }
    if (who === 'backend' && takesPlace) raised.push(change);
    // Given up, the row is no longer its ticket's: that one may be called again.
    if (change.released !== null && change.releasedBefore === null) forget(rowsOf, waitingId);
    if (who === 'kiosk') faults.push(...judgeStep(change, operations.get(waitingId) ?? null));
    if (who === 'backend' && (from === to || !BACKENDS.has(step))) overwritten[step] = (overwritten[step] ?? 0) + 1;
    operations.set(waitingId, lastOperation);
    live.set(boothId, inside + alive(to) - (from === null ? 0 : alive(from)));
  }
  return { faults, overwritten, overfull };
}

function forget(rowsOf: Map<string, RowChange>, waitingId: number): void {
  for (const [ticket, row] of rowsOf) if (row.waitingId === waitingId) rowsOf.delete(ticket);
}

/** @param lastOperation of the row before this change */
function judgeStep(change: RowChange, lastOperation: string | null): string[] {
  const { waitingId, from, fromType, to, completionType, lastKind, released, releasedBefore } = change;
  const step = `${from}${from === 'COMPLETED' ? ` ${fromType}` : ''}>${to}${to === 'COMPLETED' ? ` ${completionType}` : ''}${released !== null && released !== releasedBefore ? ', given up' : ''}`;
  const changed = from !== to || completionType !== fromType || released !== releasedBefore;
  if (change.lastOperation === lastOperation) return changed ? [`waiting ${waitingId}: a kiosk wrote ${step} without an operation`] : [];
  const faults: string[] = [];
  if (KIOSKS[lastKind]?.includes(step) !== true) faults.push(`waiting ${waitingId}: ${lastKind} by a kiosk wrote ${step}`);
  if (NEEDS_TICKET.has(lastKind) && releasedBefore !== null) faults.push(`waiting ${waitingId}: ${lastKind} by a kiosk after its ticket had gone back into the queue`);
  if (from !== to && !change.timesInOrder) faults.push(`waiting ${waitingId}: times out of order after a kiosk wrote ${step}`);
  return faults;
}

/** Actions that count the room by a statement of their own, in the transaction of the one that is on record here. */
const COUNT_FIRST = new Set(['undo-no-show', 'undo-cancel', 'undo-complete', 'admit']);
/** Such a transaction lasts no longer: a kiosk gives up on a statement after two seconds. */
const TRANSACTION_US = 2_000_000;

/** The backend's row was not there yet when the kiosk counted: nothing locks a row that does not exist. */
function overlaps(backends: RowChange, kiosks: RowChange): boolean {
  const countedUs = COUNT_FIRST.has(kiosks.lastKind) ? kiosks.beganUs - TRANSACTION_US : kiosks.beganUs;
  return backends.who === 'backend' && backends.writtenUs >= countedUs;
}

function alive(status: RowChange['to']): number {
  return status === 'COMPLETED' ? 0 : 1;
}

/** The second of the ticket a row belongs to. */
function secondOf({ ticket, registeredS }: RowChange): number {
  return ticket === null ? registeredS : Math.floor(Number(ticket.split(':')[2]));
}

/** Who is not let in by the time a kiosk gives them is written off without a tap. */
const NO_SHOW_US = 250_000_000;

/**
 * What a kiosk said was done is in the log, once; what it said was not done is not. Of leaves another log knows.
 * @param leftBehind visits of an earlier day, which are cleared without a tap on each
 */
export function judgeAnswers(changes: readonly RowChange[], taps: readonly Tap[], leftBehind: ReadonlySet<number>): string[] {
  const faults: string[] = [];
  const written = new Map<string, RowChange>();
  const last = new Map<number, string | null>();
  const calledUs = new Map<number, number>();
  for (const change of changes) {
    const { who, waitingId, lastOperation, to, writtenUs } = change;
    if (to === 'CALLED' && !calledUs.has(waitingId)) calledUs.set(waitingId, writtenUs);
    if (who === 'kiosk' && lastOperation !== null && lastOperation !== (last.get(waitingId) ?? null)) {
      if (written.has(lastOperation)) faults.push(`waiting ${waitingId}: operation ${lastOperation} was written twice`);
      written.set(lastOperation, change);
    }
    last.set(waitingId, lastOperation);
  }
  const tapped = new Map<string, number>();
  for (const tap of taps) if (tap.outcome !== 'refused') count(tapped, whatOf(tap));
  const done = new Map<string, number>();
  for (const { lastKind, waitingId, writtenUs } of written.values()) {
    if (lastKind === 'no-show' && writtenUs - (calledUs.get(waitingId) ?? 0) > NO_SHOW_US) continue;
    count(done, whatOf({ verb: lastKind.startsWith('undo-') ? 'undo' : lastKind, waitingId }));
  }
  const untapped = new Set([...leftBehind].flatMap((waitingId) => [...CLEARING].map((verb) => whatOf({ verb, waitingId }))));
  for (const [what, times] of done) if (!untapped.has(what) && times > (tapped.get(what) ?? 0)) faults.push(`${what}: written ${times} times on ${tapped.get(what) ?? 0} taps that were not answered as not done`);
  for (const [what, { size }] of promised(taps)) if (size > (done.get(what) ?? 0)) faults.push(`${what}: answered as done ${size} times, written ${done.get(what) ?? 0} times`);
  return faults;
}

/** What was answered as done, with the ids of those requests: two taps that were one carry the same. */
function promised(taps: readonly Tap[]): ReadonlyMap<string, ReadonlySet<string>> {
  const requests = new Map<string, Set<string>>();
  for (const tap of taps) {
    if (tap.outcome !== 'done' || tap.operationId === null || tap.verb === 'join' || tap.verb === 'leave') continue;
    const what = whatOf(tap);
    requests.set(what, (requests.get(what) ?? new Set()).add(tap.operationId));
  }
  return requests;
}

function whatOf({ verb, waitingId }: { readonly verb: string; readonly waitingId: number | null }): string {
  return verb === 'call' ? 'calls' : `waiting ${waitingId}, ${verb}`;
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
