/**
 * The judge of a mixed festival at rest. It shares no code with the kiosk: what it knows are the servers' own records (the queue
 * store's file, the log of row changes), what is in both stores now, and what kiosks and the backend were seen to do.
 * Whatever is wrong is the kiosks' fault, unless the record shows with which act, on exactly this ticket, the backend did it.
 */
import type { BackendAct } from '../backend/acts.ts';
import type { Repair } from '../backend/repair-batch.ts';
import type { Festival } from './crowd.ts';
import { judgeBoothsAtRest, judgeHouse, judgeSteps, visitsLeftBehind } from './booth-judge.ts';
import { readBoothLog } from './booth-log.ts';
import { readLosses } from './mirror-judge.ts';
import { bySecond, exactKey, readBlocks, type RedisHistory, replay } from './redis-log.ts';
import { judgeAnswers, judgeRows } from './row-judge.ts';
import { readRowLog, type RowChange } from './row-log.ts';
import { storyOf } from './story.ts';
import type { Tap } from './taps.ts';

export interface Judgement {
  /** Tickets ever registered. */
  readonly tickets: number;
  readonly kioskFaults: readonly string[];
  /** What the backend broke and what is still so, in words → how often. */
  readonly brokenByBackend: Readonly<Record<string, number>>;
  readonly overwritten: Readonly<Record<string, number>>;
  readonly overfull: number;
  /** All that is on record of the first few visitors a kiosk wronged. */
  readonly stories: readonly string[];
}

const STORIES_TOLD = 3;

/** Where tickets are now: by booth:user:second, because the backend's rows know no more of a score. */
interface Places {
  readonly queue: ReadonlyMap<string, number>;
  readonly rows: ReadonlyMap<string, number>;
  readonly aside: ReadonlySet<string>;
  readonly backendLocks: ReadonlySet<string>;
  /** Tickets the ledger knew of, by exact score; those it takes for gone, that no pass had seen come back before they were lost; and those that left at a kiosk. */
  readonly copied: ReadonlySet<string>;
  readonly goneUnseen: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
}

/** How often kiosks broke a rule that must hold at every instant. */
export async function violationsSoFar({ stage, backend, taps }: Festival): Promise<number> {
  const joined = registeredBy(backend.process.acts);
  const [changes, steps] = [await readRowLog(stage.sql), await readBoothLog(stage.sql)];
  const history = replay(readBlocks(stage.readAof()), stage.lockPrefix, joined);
  return history.faults.length + judgeRows(changes, capacitiesOf(stage), overrideOf(history, taps)).faults.length + judgeSteps(steps, changes).length;
}

/** By its lock; or, of an action on a visit while the queue store was away, which has none, by what was asked for. */
function overrideOf({ overrides }: RedisHistory, taps: readonly Tap[]): (change: RowChange) => boolean {
  const asked = new Set(taps.flatMap(({ isOverride, outcome, verb, waitingId }) => (isOverride && verb !== 'call' && outcome !== 'refused' ? [`${verb}:${waitingId}`] : [])));
  return ({ lastOperation, lastKind, waitingId }) => overrides.has(lastOperation ?? '') || asked.has(`${lastKind.startsWith('undo-') ? 'undo' : lastKind}:${waitingId}`);
}

function registeredBy(acts: readonly BackendAct[]): ReadonlySet<string> {
  return new Set(acts.flatMap((act) => (act.verb === 'join' && act.userId !== null && act.score !== null ? [exactKey(act.boothId, act.userId, act.score)] : [])));
}

function capacitiesOf({ booths }: Festival['stage']): ReadonlyMap<number, number> {
  return new Map(booths.map(({ id, capacity }) => [id, capacity]));
}

export async function judge({ stage, backend, taps }: Festival): Promise<Judgement> {
  const acts = backend.process.acts;
  const joined = registeredBy(acts);
  const [blocks, changes] = [readBlocks(stage.readAof()), await readRowLog(stage.sql)];
  const history = replay(blocks, stage.lockPrefix, joined);
  const rows = judgeRows(changes, capacitiesOf(stage), overrideOf(history, taps));
  const steps = await readBoothLog(stage.sql);
  const losses = await readLosses(stage.sql, history);
  const places = await readPlaces(stage, losses.unseenLast);
  const kioskFaults = [...history.faults, ...rows.faults, ...judgeAnswers(changes, taps, visitsLeftBehind(acts)), ...undoneThoughCommitted(changes, history)];
  kioskFaults.push(...judgeSteps(steps, changes), ...(await judgeHouse(stage.sql, steps, changes, history, taps, acts)), ...(await judgeBoothsAtRest(stage, steps, backend.repairs)));
  const broken: Record<string, number> = {};
  const find = (verdict: { readonly backend: string } | { readonly kiosk: string } | null): void => {
    if (verdict === null) return;
    if ('kiosk' in verdict) kioskFaults.push(verdict.kiosk);
    else broken[verdict.backend] = (broken[verdict.backend] ?? 0) + 1;
  };

  const movedOn = ticketsMovedOn(changes, history);
  const tickets = new Set([...joined, ...history.lastMoves.keys(), ...movedOn.values()]);
  for (const ticket of losses.seen) if (!places.copied.has(ticket)) kioskFaults.push(`ticket ${ticket} is not in the ledger's copy, though a pass had seen it before the queue store lost it`);
  for (const ticket of tickets) find(judgeTicket(ticket, places, history, movedOn, acts, backend.repairs));
  for (const { verb, outcome, userId, boothId } of taps) {
    if (verb !== 'join' || outcome !== 'done') continue;
    if (![...history.kioskJoins].some((ticket) => ticket.startsWith(`${boothId}:${userId}:`) && history.lastMoves.has(ticket))) {
      kioskFaults.push(`user ${userId} was told they wait at booth ${boothId}, and never did`);
    }
    // Walk-ins register once. What a kiosk said was done is in the ledger, whatever becomes of the queue store.
    if (![...places.copied].some((ticket) => ticket.startsWith(`${boothId}:${userId}:`))) {
      kioskFaults.push(`user ${userId} was told they wait at booth ${boothId}, and the ledger does not know it`);
    }
  }
  kioskFaults.push(...(await countsAndLocks(stage)));
  for (const verdict of await judgeActiveBooths(stage, history, acts, backend.repairs)) find(verdict);
  const wronged = kioskFaults.flatMap((fault) => wrongedBy(fault, changes)).slice(0, STORIES_TOLD);
  const stories = wronged.map(([boothId, userId]) => storyOf(boothId, userId, { blocks, changes, steps, acts, taps }));
  return { tickets: tickets.size, kioskFaults, brokenByBackend: broken, overwritten: rows.overwritten, overfull: rows.overfull, stories };
}

/** The booth and the visitor a fault names, by ticket or by visit. */
function wrongedBy(fault: string, changes: readonly RowChange[]): (readonly [boothId: number, userId: number])[] {
  const [, told, at] = /user (\d+) .* booth (\d+)/.exec(fault) ?? [];
  if (told !== undefined) return [[Number(at), Number(told)]];
  const [, booth, user, waiting] = /ticket (\d+):(\d+):|\bwaiting (\d+)/.exec(fault) ?? [];
  if (booth !== undefined) return [[Number(booth), Number(user)]];
  const row = changes.find(({ waitingId }) => waitingId === Number(waiting));
  return row === undefined ? [] : [[row.boothId, row.userId]];
}

/** Of one action the two stores must not say different things. */
function undoneThoughCommitted(changes: readonly RowChange[], { ends }: RedisHistory): string[] {
  return changes.flatMap(({ who, from, to, lastOperation, boothId, userId, ticket, registeredS }) =>
    who === 'kiosk' && from !== to && lastOperation !== null && ends.get(lastOperation) === 'undone'
      ? [`ticket ${ticket ?? `${boothId}:${userId}:${registeredS}`}: operation ${lastOperation} wrote ${from}>${to}, and was undone in the queue store`]
      : [],
  );
}

/** By the second of a row that was given up last, the ticket under which a kiosk put its visitor back: that one is judged in place of the row's. */
function ticketsMovedOn(changes: readonly RowChange[], { returns }: RedisHistory): ReadonlyMap<string, string> {
  return new Map(
    changes.flatMap(({ lastOperation, released, releasedBefore }) => {
      const to = returns.get(lastOperation ?? '');
      return released === null || releasedBefore !== null || to === undefined ? [] : [[bySecond(released), to]];
    }),
  );
}

async function readPlaces(stage: Festival['stage'], unseenLast: ReadonlySet<string>): Promise<Places> {
  const queue = new Map<string, number>();
  for (const { id } of stage.booths) {
    const entries = await stage.client.zrange(`queue:booth:${id}`, '0', '-1', 'WITHSCORES');
    for (let index = 0; index < entries.length; index += 2) queue.set(bySecond(exactKey(id, entries[index] ?? '', entries[index + 1] ?? '')), 1);
  }
  const rows = new Map<string, number>();
  for (const row of await stage.sql("SELECT booth_id, user_id, kiosk_ticket, TIMESTAMPDIFF(SECOND, '1970-01-01 09:00:00', registered_at) AS second FROM waiting WHERE kiosk_released IS NULL")) {
    const ticket = row['kiosk_ticket'] === null ? `${row['booth_id']}:${row['user_id']}:${row['second']}` : bySecond(String(row['kiosk_ticket']));
    rows.set(ticket, (rows.get(ticket) ?? 0) + 1);
  }
  const aside = new Set<string>();
  for (const { id } of stage.booths) {
    for (const [member, value] of Object.entries(await stage.client.hgetall(`kiosk:quarantine:${id}`))) aside.add(bySecond(exactKey(id, member, value.split(' ')[0] ?? '')));
  }
  const backendLocks = new Set<string>();
  for (const key of await stage.client.keys('temp:calling:*')) {
    const lock = await stage.client.hgetall(key);
    backendLocks.add(bySecond(exactKey(lock['boothId'] ?? '', lock['userId'] ?? '', lock['timestamp'] ?? '')));
  }
  const copied = new Set<string>();
  const [goneUnseen, gone, left] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const row of await stage.sql('SELECT ticket, left_at, gone_at FROM kiosk_queue')) {
    const ticket = String(row['ticket']);
    copied.add(ticket);
    if (row['left_at'] !== null) left.add(ticket);
    if (row['gone_at'] !== null) gone.add(ticket);
    if (row['gone_at'] !== null && unseenLast.has(ticket)) goneUnseen.add(ticket);
  }
  return { queue, rows, aside, backendLocks, copied, goneUnseen, gone, left };
}

type Verdict = { readonly backend: string } | { readonly kiosk: string } | null;

/** Exactly one place, or left, or merged into an earlier registration of the same visitor. */
function judgeTicket(ticket: string, places: Places, history: RedisHistory, movedOn: ReadonlyMap<string, string>, acts: readonly BackendAct[], repairs: readonly Repair[]): Verdict {
  const second = bySecond(ticket);
  const [queued, rows] = [places.queue.get(second) ?? 0, places.rows.get(second) ?? 0];
  const found = queued + rows + (places.aside.has(second) ? 1 : 0) + (places.backendLocks.has(second) ? 1 : 0);
  const putBack = repairs.filter((repair) => repair.did === 'put-back' && bySecond(exactKey(repair.boothId, repair.userId, repair.score)) === second).length;
  const unlocked = acts.some((act) => act.verb === 'call' && isOf(act, ticket) && act.commands.includes('insert') && !act.commands.includes('unlock'));
  const isDropped = history.asideEnds.some((end) => end.as === 'dropped' && end.ticket === ticket);
  if (isDropped && found > putBack) return { kiosk: `ticket ${ticket} was dropped from quarantine, and is still somewhere` };
  if (found === 1) return null;
  if (found === 0 && (isDropped || history.left.has(ticket) || places.left.has(ticket) || (movedOn.get(second) ?? ticket) !== ticket)) return null;
  if (found === 0 && history.wiped.has(ticket) && !places.copied.has(ticket)) return { backend: 'lost with the queue store before any mirror pass had seen it' };
  // A kiosk may have been about to call them from the place where the batch had put them.
  const last = history.lastMoves.get(ticket);
  if (found === 0 && places.goneUnseen.has(ticket) && (last?.who === 'backend' || (putBack > 0 && last?.how === 'taken into a lock'))) return { backend: 'taken out by it, put back by its batch, and lost with the queue store before any mirror pass had seen that' };
  if (found === 0 && putBack > 0 && history.wipedAside.has(ticket) && places.gone.has(ticket)) return { backend: 'taken out by it, put back by its batch, and lost in quarantine with the queue store before any mirror pass had seen that' };
  if (found === 0 && history.wiped.has(ticket) && calledLater(second, places)) return { backend: 'registered anew after the queue store had lost its data, and called by that' };
  // The kiosks' rule: a call is for all that its visitor registered before.
  if (found === 0 && putBack > 0 && calledLater(second, places)) return { backend: 'held in the lock of a call that had ended, put back by its batch after the visitor had registered anew and been called by that' };
  if (found === 0) return judgeMissing(ticket, history, acts, repairs);
  if (found === 2 && rows === 1 && queued === 0 && unlocked) return { backend: 'called, and its lock still there' };
  if (found === 2 && history.refilledInCall.has(ticket)) return { backend: 'called twice: a refill put the visitor back whom it had just taken out' };
  if (putBack === 0 || found > putBack + 1) return { kiosk: `ticket ${ticket} is ${queued} time(s) in the queue and has ${rows} row(s); the backend put it back ${putBack} time(s)` };
  return { backend: rows > 1 ? 'called again after its batch put back a visitor who had a row' : 'put back by its batch although the visitor had a row' };
}

/** Whether the visitor has a row here of a later registration: a visitor stands in a queue once, so that call was for both. */
function calledLater(second: string, { rows }: Places): boolean {
  const place = second.slice(0, second.lastIndexOf(':') + 1);
  return [...rows.keys()].some((other) => other.startsWith(place) && Number(other.slice(place.length)) > Number(second.slice(place.length)));
}

function judgeMissing(ticket: string, { lastMoves, wiped }: RedisHistory, acts: readonly BackendAct[], repairs: readonly Repair[]): Verdict {
  const last = lastMoves.get(ticket);
  if (last?.how === 'merged' && (last.who === 'backend' || (last.into ?? Infinity) < Number(ticket.split(':')[2]))) return null;
  if (last?.who === 'backend' && last.how === 'removed' && acts.some((act) => act.verb === 'leave' && act.commands.includes('remove') && ticket.startsWith(`${act.boothId}:${act.userId}:`))) return null;
  const call = acts.findLast((act) => act.verb === 'call' && isOf(act, ticket));
  if (last?.who === 'backend' && last.how === 'popped' && call !== undefined && !call.commands.includes('insert')) {
    if (!call.commands.includes('lock')) return { backend: `lost: its call ended (${call.end}) between popping the visitor and writing the lock` };
    if (wiped.has(ticket)) return { backend: 'lost: the queue store lost its data and with them the lock it had left' };
    const deleted = repairs.some((repair) => repair.did === 'deleted' && exactKey(repair.boothId, repair.userId, repair.score) === ticket);
    if (deleted) return { backend: 'lost: its batch deleted the lock because of another visit of the same visitor' };
    // One lock key per visitor and booth: the next call of somebody who queued again writes over what was left.
    const next = acts.slice(acts.indexOf(call) + 1).find((act) => act.verb === 'call' && act.boothId === call.boothId && act.userId === call.userId && act.commands.includes('lock'));
    if (next !== undefined) return { backend: 'lost: its next call of the same visitor wrote over the lock it had left' };
  }
  return { kiosk: `ticket ${ticket} is lost; it was last ${last === undefined ? 'never seen' : `${last.how} by the ${last.who}`}` };
}

function isOf(act: BackendAct, ticket: string): boolean {
  return act.userId !== null && act.score !== null && exactKey(act.boothId, act.userId, act.score) === ticket;
}

async function countsAndLocks({ client, sql, booths, lockPrefix }: Festival['stage']): Promise<string[]> {
  const faults: string[] = [];
  const inside = new Map((await sql("SELECT booth_id, COUNT(*) AS n FROM waiting WHERE status = 'ENTERED' GROUP BY booth_id")).map((row) => [Number(row['booth_id']), Number(row['n'])]));
  for (const { id } of booths) {
    const current = Number((await client.get(`booth:${id}:current`)) ?? 0);
    if (current !== (inside.get(id) ?? 0)) faults.push(`booth ${id} counts ${current}, ${inside.get(id) ?? 0} are inside`);
    faults.push(...(await client.smembers(`kiosk:open:${id}`)).map((key) => `booth ${id} still lists lock ${key}`));
  }
  const left = [...(await client.keys(`${lockPrefix}*`)), ...(await client.zrange('kiosk:locks', '0', '-1')), ...(await client.hkeys('kiosk:lock-of'))];
  return [...faults, ...left.map((key) => `a lock is left: ${key}`)];
}

/** A user's booths are those in whose queue they are. */
async function judgeActiveBooths(stage: Festival['stage'], history: RedisHistory, acts: readonly BackendAct[], repairs: readonly Repair[]): Promise<Verdict[]> {
  const queued = new Set<string>();
  for (const { id } of stage.booths) for (const user of await stage.client.zrange(`queue:booth:${id}`, '0', '-1')) queued.add(`${user}:${id}`);
  const listed = new Set<string>();
  for (const key of await stage.client.keys('user:*:active_booths')) for (const booth of await stage.client.smembers(key)) listed.add(`${key.split(':')[1]}:${booth}`);
  const verdicts: Verdict[] = [];
  for (const pair of new Set([...queued, ...listed])) {
    if (queued.has(pair) === listed.has(pair)) continue;
    const what = listed.has(pair) ? 'a booth stays among those of a visitor who does not wait there' : 'a waiting visitor lacks the booth among theirs';
    const [user, booth] = pair.split(':').map(Number);
    const interrupted = acts.some((act) => act.userId === user && act.boothId === booth && (act.commands.includes('pop') || act.commands.includes('remove')) && !act.commands.includes('drop-active'));
    const putBack = repairs.some((repair) => repair.did === 'put-back' && repair.userId === user && repair.boothId === booth);
    const explained = history.activeBy.get(pair) === 'backend' || (listed.has(pair) ? interrupted : putBack);
    verdicts.push(explained ? { backend: what } : { kiosk: `user ${user}, booth ${booth}: ${what}` });
  }
  return verdicts;
}
