/** What the log of row changes says: kiosks change a visit only as the rules have it; what the backend overwrote is counted. */
import type { RowChange } from './row-log.ts';
import type { Tap } from './taps.ts';

interface RowFindings {
  readonly faults: readonly string[];
  /** Changes by the backend that took back or passed over what somebody else had written, by kind. */
  readonly overwritten: Readonly<Record<string, number>>;
  /** Calls the backend made into a booth that was full, or filled while a kiosk's call was being written. */
  readonly overfull: number;
}

const LEGAL = new Set(['null>CALLED', 'CALLED>ENTERED', 'ENTERED>COMPLETED ENTERED', 'CALLED>COMPLETED NO_SHOW']);

export function judgeRows(changes: readonly RowChange[], capacities: ReadonlyMap<number, number>): RowFindings {
  const faults: string[] = [];
  const overwritten: Record<string, number> = {};
  const live = new Map<number, number>();
  const rowsOf = new Map<string, RowChange>();
  const inserts: RowChange[] = [];
  let overfull = 0;
  for (const change of changes) {
    const { waitingId, boothId, userId, who, from, to, completionType } = change;
    const inside = live.get(boothId) ?? 0;
    const capacity = capacities.get(boothId) ?? 0;
    const step = `${from}>${to}${to === 'COMPLETED' ? ` ${completionType}` : ''}`;
    if (from === null) {
      const ticket = `${boothId}:${userId}:${secondOf(change)}`;
      const before = rowsOf.get(ticket);
      const raced = inserts.filter((other) => other.boothId === boothId && overlaps(other, change)).length;
      if (who === 'kiosk' && inside - raced >= capacity) faults.push(`waiting ${waitingId}: a kiosk called into booth ${boothId} with ${inside} of ${capacity}`);
      if (who === 'kiosk' && before !== undefined && !overlaps(before, change)) faults.push(`waiting ${waitingId}: a kiosk called ticket ${ticket}, which had row ${before.waitingId}`);
      if (inside >= capacity && (who === 'backend' || raced > 0)) overfull += 1;
      if (who === 'backend') inserts.push(change);
      rowsOf.set(ticket, change);
    }
    if (who === 'kiosk' && from !== to && !LEGAL.has(step)) faults.push(`waiting ${waitingId}: a kiosk wrote ${step}`);
    if (who === 'kiosk' && from !== to && !change.timesInOrder) faults.push(`waiting ${waitingId}: times out of order after a kiosk wrote ${step}`);
    if (who === 'backend' && (from === to || !LEGAL.has(step))) overwritten[step] = (overwritten[step] ?? 0) + 1;
    live.set(boothId, inside + alive(to) - (from === null ? 0 : alive(from)));
  }
  return { faults, overwritten, overfull };
}

/** The backend's row was not there yet when the kiosk's statement began: nothing locks a row that does not exist. */
function overlaps(backends: RowChange, kiosks: RowChange): boolean {
  return backends.who === 'backend' && backends.writtenUs >= kiosks.beganUs;
}

function alive(status: RowChange['to']): number {
  return status === 'COMPLETED' ? 0 : 1;
}

/** The second of the ticket a row belongs to. */
function secondOf({ ticket, registeredS }: RowChange): number {
  return ticket === null ? registeredS : Math.floor(Number(ticket.split(':')[2]));
}

const STEP_OF: Readonly<Record<Exclude<Tap['verb'], 'join'>, string>> = { call: 'null>CALLED', enter: 'CALLED>ENTERED', complete: 'ENTERED>COMPLETED', 'no-show': 'CALLED>COMPLETED' };

/** What a kiosk said was done is in the log, once; what it said was not done is not. */
export function judgeAnswers(changes: readonly RowChange[], taps: readonly Tap[]): string[] {
  const faults: string[] = [];
  const written = new Map<string, number>();
  const reverted = new Set(changes.filter(({ who, from, to }) => who === 'backend' && from !== null && from !== to).map((change) => change.waitingId));
  for (const { who, from, to, waitingId } of changes) {
    if (who !== 'kiosk' || from === to) continue;
    const key = `${waitingId} ${from}>${to}`;
    written.set(key, (written.get(key) ?? 0) + 1);
  }
  for (const [key, times] of written) if (times > 1 && !reverted.has(Number(key.split(' ')[0]))) faults.push(`waiting ${key} was written ${times} times`);

  const operations = new Map<string, Tap[]>();
  for (const tap of taps) {
    if (tap.verb === 'join' || tap.waitingId === null) continue;
    const key = `${tap.waitingId} ${STEP_OF[tap.verb]}`;
    operations.set(key, [...(operations.get(key) ?? []), tap]);
  }
  for (const [key, asked] of operations) {
    const times = written.get(key) ?? 0;
    const done = new Set(asked.filter((tap) => tap.outcome === 'done').map((tap) => tap.operationId)).size;
    if (times < done) faults.push(`waiting ${key}: answered as done ${done} times, written ${times} times`);
    if (times > 0 && asked.every((tap) => tap.outcome === 'refused')) faults.push(`waiting ${key}: written although every tap was answered as not done`);
  }
  const calls = taps.filter((tap) => tap.verb === 'call' && tap.outcome !== 'refused').length;
  const called = changes.filter(({ who, from }) => who === 'kiosk' && from === null).length;
  if (called > calls) faults.push(`kiosks called ${called} visitors on ${calls} taps`);
  return faults;
}
