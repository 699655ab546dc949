/** The world at rest: healed, after passes, with nobody at work. What may be half done at an instant must be whole here. */
import { requestOf } from './fates.ts';
import type { Judge } from './judge.ts';
import { isLive } from './record.ts';
import type { Plan } from './plan.ts';
import type { Stores } from './stores.ts';
import type { Order } from './supervisor.ts';
import type { Tap } from './taps.ts';
import { Violation } from './violation.ts';

const EVENT_TRIES = 3;
/** Due ten seconds after the change, and no news ten minutes later. */
const EVENT_LIFE_MS = 610_000;
/** Of the operations of a visit the last that put its visitor back. Another program may have revived the row since, and a kiosk ended it. */
const LAST_RETURN = /.*\b(requeue|put-back|undo-call):/;

/** Throws Violation. @param touched booth:user of active booths that a backend's death may have left wrong */
export function judgeAtRest({ state, boothIds, clocks }: Stores, judge: Judge, touched: ReadonlySet<string>, { taps, orders }: { readonly taps: readonly Tap[]; readonly orders: readonly Order[] }, { clocksJump }: Pick<Plan, 'clocksJump'>): void {
  const fail = (rule: string, detail: string): void => {
    throw new Violation(`rest-${rule}`, detail);
  };
  judge.check(() => false);
  const { visits, copy } = judge.record();
  for (const lock of state.locks.values()) fail('lock', `${lock.kind} ${lock.operationId} is still open`);
  for (const key of state.foreignLocks.keys()) fail('lock', `${key} is still there`);

  for (const boothId of boothIds) {
    const inside = [...visits.values()].filter((visit) => visit.booth_id === boothId && visit.status === 'ENTERED').length;
    if (Number(state.current.get(boothId) ?? '0') !== inside) fail('count', `booth ${boothId} counts ${state.current.get(boothId)}, ${inside} are inside`);
    const { status, isLastCall, isPaused, closing } = judge.stateOf(boothId);
    if (closing !== null) fail('closing', `booth ${boothId} is ${status}, and its closing ${closing} is not through: ${[...(state.queues.get(boothId) ?? [])].join(' ')} wait`);
    if (status !== 'OPEN' && (isLastCall || isPaused)) fail('phase', `booth ${boothId} is ${status}, and has its last call or pauses`);
    const cache = state.caches.get(boothId);
    if (cache?.status !== status || cache.listed !== (status === 'OPEN' && !isLastCall)) fail('caches', `booth ${boothId} is ${status}${isLastCall ? ', last call' : ''}, and its caches say ${JSON.stringify(cache)}`);
  }

  for (const [boothId, queue] of state.queues) {
    for (const [member, score] of queue) {
      const ticket = `${boothId}:${member}:${score}`;
      const visit = [...visits.values()].find((each) => each.kiosk_ticket === ticket);
      if (visit !== undefined) fail('twice', `ticket ${ticket} waits, and has visit ${visit.id}`);
      if (copy.get(ticket)?.left_at != null) fail('twice', `ticket ${ticket} waits, and has left`);
      if (state.activeBooths.get(Number(member))?.has(boothId) !== true && !touched.has(`${boothId}:${member}`)) fail('active-booths', `${member} waits at ${boothId}, which is not among theirs`);
    }
  }
  for (const [userId, booths] of state.activeBooths) {
    for (const boothId of booths) {
      if (state.queues.get(boothId)?.has(String(userId)) !== true && !touched.has(`${boothId}:${userId}`)) fail('active-booths', `${boothId} is among the booths of ${userId}, who does not wait there`);
    }
  }
  for (const [ticket, { left_at, gone_at }] of copy) {
    const [booth, user] = ticket.split(':').map(Number);
    const used = [...visits.values()].some((visit) => visit.booth_id === booth && visit.user_id === user && visit.kiosk_released === null);
    const waits = state.queues.get(booth ?? 0)?.has(String(user)) === true || state.quarantine.get(booth ?? 0)?.has(String(user)) === true;
    // A ledger whose clock was set back takes nobody for gone until it has caught up.
    if (!clocksJump && left_at === null && gone_at === null && !used && !waits && !touched.has(`${booth}:${user}`)) fail('copy', `${ticket} is in the copy and does not wait`);
  }

  for (const visit of visits.values()) {
    if (visit.kiosk_released === null || !judge.told.calls.has(visit.id) || judge.told.cancelled.has(visit.id) || isLive(visit)) continue;
    // Taken back by queueing again after an end, the visitor has seen that end; and what three tries could not deliver is shown.
    if (LAST_RETURN.exec(visit.kiosk_ops ?? '')?.[1] === 'requeue' || (visit.kiosk_event_tries ?? 0) >= EVENT_TRIES) continue;
    // A clock that was set back meanwhile: it is due later.
    if (clocksJump && visit.kiosk_event?.startsWith('cancellation') === true) continue;
    fail('false-call', `visit ${visit.id} was announced and taken back, and nobody told the visitor`);
  }

  for (const [operationId, ticket] of judge.dismissals) {
    const row = copy.get(ticket);
    // Registered anew at the very same score, it is no dismissal any more.
    if (row?.left_op !== operationId || judge.told.dismissals.has(operationId) || clocksJump) continue;
    if ((row.event_tries ?? 0) >= EVENT_TRIES || (row.event_due === null && (row.left_at ?? Infinity) + EVENT_LIFE_MS < clocks.nowMs)) continue;
    fail('untold', `ticket ${ticket} was dismissed by ${operationId}, and nobody told the visitor`);
  }

  const requests = new Map<string, Tap[]>();
  for (const tap of taps) requests.set(tap.operationId, [...(requests.get(tap.operationId) ?? []), tap]);
  for (const [operationId, asked] of requests) {
    const happened = [...judge.applied.keys()].some((id) => requestOf(id) === requestOf(operationId));
    if (!happened && !judge.joined.has(requestOf(operationId)) && asked.some(({ told, wasQueued }) => told === 'done' && !wasQueued)) fail('answer', `${asked[0]?.kind} ${operationId} was answered as done, and is not`);
    if (happened && asked.every(({ told }) => told === 'refused')) fail('answer', `${asked[0]?.kind} ${operationId} was answered as refused (${asked[0]?.code}), and is done`);
  }
  for (const { what, boothId, ids, visitors } of orders) {
    if (visitors === null) continue;
    const happened = [...judge.applied.keys()].filter((applied) => [...ids].some((id) => requestOf(applied) === requestOf(id))).length;
    if (happened < visitors.count || (visitors.isAll && happened > visitors.count)) fail('answer', `${what} of booth ${boothId} was answered with ${visitors.count} visitors, and took ${happened}`);
  }
}
