/**
 * Open, last call, paused, closed: kiosks go by what the booth's row says at the instant of a commit; whom a closing dismissed stays
 * dismissed; who was cleared, set aside, restored or dropped is where that says.
 * What plain SQL cannot tell: whether a screen showed the booth as it was; what the booth was when the backend called or registered, which
 * asks for its status only, and that before it begins; and a commit that came with no row, as one refused does.
 */
import type { RowDataPacket } from 'mysql2/promise';
import type { BackendAct } from '../backend/acts.ts';
import type { Repair } from '../backend/repair-batch.ts';
import type { BoothStep } from './booth-log.ts';
import type { Festival } from './crowd.ts';
import { bySecond, exactKey, type RedisHistory } from './redis-log.ts';
import type { RowChange } from './row-log.ts';
import type { Tap } from './taps.ts';

/** What a kiosk must not have committed, whatever became of it since. */
export function judgeSteps(steps: readonly BoothStep[], changes: readonly RowChange[]): string[] {
  const faults: string[] = [];
  const dismissed = new Set<string>();
  const backends = new Set(changes.flatMap(({ who, from, boothId, userId, registeredS }) => (who === 'backend' && from === null ? [`${boothId}:${userId}:${registeredS}`] : [])));
  for (const { ticket, what, status, isPaused, isLastCall, closing, isTold } of steps) {
    const was = `${status}${isPaused ? ', paused' : ''}${isLastCall ? ', last call' : ''}${closing === null ? '' : ', dismissing'}`;
    if (what === 'called' && (status !== 'OPEN' || isPaused)) faults.push(`ticket ${ticket} was called by a kiosk while the booth was ${was}`);
    if (what === 'registered' && (status !== 'OPEN' || isLastCall)) faults.push(`ticket ${ticket} was registered by a kiosk while the booth was ${was}`);
    if (what === 'dismissed' && (status === 'OPEN' || closing === null)) faults.push(`ticket ${ticket} was dismissed while the booth was ${was}`);
    if (what === 'dismissed' && !isTold) faults.push(`ticket ${ticket} was dismissed, and nobody is to tell the visitor why`);
    if (what === 'dismissed' && dismissed.has(ticket)) faults.push(`ticket ${ticket} was dismissed twice`);
    if (what === 'called' && dismissed.has(ticket)) faults.push(`ticket ${ticket} was called by a kiosk after it had been dismissed`);
    // A kiosk may put back a visit of the backend's, of one who stood in the queue a second time and was dismissed from there.
    if (what === 'waits again' && dismissed.has(ticket) && !backends.has(bySecond(ticket))) faults.push(`ticket ${ticket} was put back by a kiosk after it had been dismissed`);
    if (what === 'dismissed') dismissed.add(ticket);
    else dismissed.delete(ticket);
  }
  return faults;
}

/** Whose end stands: dismissed, and nothing since. */
function dismissedAtTheEnd(steps: readonly BoothStep[]): ReadonlySet<string> {
  return new Set([...new Map(steps.map((step) => [step.ticket, step.what]))].flatMap(([ticket, what]) => (what === 'dismissed' ? [ticket] : [])));
}

/** The queues, by exact ticket, and what other programs read of a booth. */
export async function judgeBoothsAtRest(stage: Festival['stage'], steps: readonly BoothStep[], repairs: readonly Repair[]): Promise<string[]> {
  const faults: string[] = [];
  const rows = await stage.sql('SELECT b.id, b.status, k.last_call_at IS NOT NULL AS last_call, k.dismiss_op FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id');
  const dismissed = dismissedAtTheEnd(steps);
  const putBack = new Set(repairs.flatMap(({ did, boothId, userId, score }) => (did === 'put-back' ? [exactKey(boothId, userId, score)] : [])));
  const ids = new Set(await stage.client.smembers('booth:ids'));
  for (const row of rows) {
    const booth = String(row['id']);
    const queue = await stage.client.zrange(`queue:booth:${booth}`, '0', '-1', 'WITHSCORES');
    const tickets = queue.flatMap((member, index) => (index % 2 === 0 ? [exactKey(booth, member, queue[index + 1] ?? '')] : []));
    for (const ticket of tickets) if (dismissed.has(ticket) && !putBack.has(ticket)) faults.push(`ticket ${ticket} was dismissed and is in the queue`);
    if (row['dismiss_op'] !== null) faults.push(`booth ${booth} is still being closed, ${tickets.length} wait`);
    const status = await stage.client.hget(`booth:${booth}:meta`, 'status');
    if (status !== row['status']) faults.push(`booth ${booth} is ${row['status']}, its cache says ${status}`);
    const isListed = row['status'] === 'OPEN' && Number(row['last_call']) === 0;
    if (ids.has(booth) !== isListed) faults.push(`booth ${booth} ${isListed ? 'takes visitors and is not listed' : 'takes nobody and is listed'} in booth:ids`);
  }
  return faults;
}

/** What was answered of changes, leaves, clearings and quarantine is on record that often; and nothing is that nobody asked for. */
export async function judgeHouse(sql: (text: string) => Promise<RowDataPacket[]>, steps: readonly BoothStep[], changes: readonly RowChange[], { asideEnds }: RedisHistory, taps: readonly Tap[], acts: readonly BackendAct[]): Promise<string[]> {
  const incidents = await sql("SELECT booth_id, kind FROM kiosk_incident WHERE kind IN ('open', 'last-call', 'pause', 'resume', 'close')");
  const changed = incidents.map((row) => `booth ${row['booth_id']}, ${row['kind']}`);
  const ended = asideEnds.map(({ ticket, as }) => `ticket ${placeOf(ticket)}, ${as}`);
  const left = steps.flatMap(({ what, ticket }) => (what === 'left' ? [ticket] : []));
  const atVisitor = (tap: Tap): string => `ticket ${tap.boothId}:${tap.userId}:, ${tap.verb}`;
  const leave = (ticket: string): string => `ticket ${placeOf(ticket)}, leave`;
  return [
    ...compare(changed, changed, taps, (tap) => (PHASES.has(tap.verb) ? `booth ${tap.boothId}, ${tap.verb}` : null)),
    ...compare(ended, ended, taps, (tap) => (tap.verb === 'restored' || tap.verb === 'dropped' ? atVisitor(tap) : null)),
    // Of an earlier day, they may have been cleared.
    ...compare(left.map(leave), left.filter((ticket) => !isOfEarlierDay(ticket)).map(leave), taps, (tap) => (tap.verb === 'leave' ? atVisitor(tap) : null)),
    ...judgeClearings(left.filter(isOfEarlierDay), changes, taps, acts),
  ];
}

const PHASES: ReadonlySet<string> = new Set(['open', 'last-call', 'pause', 'resume', 'close']);

/** @param unasked of what was written, that which nothing but a tap explains */
function compare(written: readonly string[], unasked: readonly string[], taps: readonly Tap[], whatOf: (tap: Tap) => string | null): string[] {
  const asked = taps.flatMap((tap) => {
    const what = whatOf(tap);
    return what === null || tap.outcome === 'refused' ? [] : [{ what, isDone: tap.outcome === 'done' }];
  });
  const count = (list: readonly string[], what: string): number => list.filter((each) => each === what).length;
  const faults: string[] = [];
  for (const what of new Set([...written, ...asked.map((each) => each.what)])) {
    const [all, done] = [asked.filter((each) => each.what === what), asked.filter((each) => each.what === what && each.isDone)];
    if (count(unasked, what) > all.length) faults.push(`${what}: on record ${count(unasked, what)} times, asked for ${all.length} times`);
    if (count(written, what) < done.length) faults.push(`${what}: answered as done ${done.length} times, on record ${count(written, what)} times`);
  }
  return faults;
}

function judgeClearings(left: readonly string[], changes: readonly RowChange[], taps: readonly Tap[], acts: readonly BackendAct[]): string[] {
  const old = visitsLeftBehind(acts);
  const ended = changes.filter(({ who, waitingId, lastKind, from, to }) => who === 'kiosk' && old.has(waitingId) && CLEARING.has(lastKind) && from !== to);
  return [...new Set(taps.map(({ boothId }) => boothId))].flatMap((boothId) => {
    const clearings = taps.filter((tap) => tap.verb === 'clear-day' && tap.boothId === boothId);
    const promised = clearings.reduce((sum, tap) => sum + (tap.outcome === 'done' ? tap.cleared : 0), 0);
    const gone = left.filter((ticket) => ticket.startsWith(`${boothId}:`));
    const all = gone.length + ended.filter((change) => change.boothId === boothId).length;
    const unasked = clearings.length === 0 ? gone.map((ticket) => `ticket ${ticket} of an earlier day was cleared, which nobody asked for`) : [];
    return all < promised ? [...unasked, `booth ${boothId}: ${promised} of an earlier day were said to be cleared, ${all} were`] : unasked;
  });
}

/** What clears a visit of an earlier day. */
export const CLEARING: ReadonlySet<string> = new Set(['no-show', 'complete']);

/** Visits that were of an earlier day from the start. */
export function visitsLeftBehind(acts: readonly BackendAct[]): ReadonlySet<number> {
  return new Set(acts.flatMap(({ verb, waitingId }) => (verb === 'leave-behind' && waitingId !== null ? [waitingId] : [])));
}

const placeOf = (ticket: string): string => ticket.slice(0, ticket.lastIndexOf(':') + 1);

/** A kiosk takes nobody of the last four hours for one of an earlier day. */
const EVENING_S = 4 * 3_600;

function isOfEarlierDay(ticket: string): boolean {
  return Number(ticket.split(':')[2]) < Date.now() / 1_000 - EVENING_S;
}
