/** What the queue store's steps did: who was taken and where they return, one lock per visit, and ends of locks that count once. */
import type { SoftLock } from '../../electron/core/ports.ts';
import type { Book } from './book.ts';
import type { Fates } from './fates.ts';
import type { Message } from './network.ts';
import { holdsPlace, queueInOrder, RETURNING } from './places.ts';
import { holdsTicket, keyOf, type Record_ } from './record.ts';
import type { Stores } from './stores.ts';
import type { Must } from './violation.ts';

const COUNTS: Readonly<Record<string, number>> = { enter: 1, admit: 1, 'undo-complete': 1, complete: -1 };
/** The queue store's clock decides when a lock is stuck. */
const STUCK_MS = 60_000;

export interface QueueJudge {
  /** A step is about to run. */
  readonly before: (message: Message) => void;
  /** It ran, and answered this. */
  readonly ran: (message: Message, value: unknown) => void;
}

export function createQueueJudge({ state, clocks }: Pick<Stores, 'state' | 'clocks'>, record: () => Record_, must: Must, fates: Fates, book: Book): QueueJudge {
  let aside: string | undefined;
  let before: { readonly lock: SoftLock | undefined; readonly current: number; readonly queued: number | undefined; readonly line: readonly [string, number][] } | null = null;

  /** Who is called next: the first in order who is not inside a lock, those of stuck locks being passed over. */
  function firstCallable(line: readonly [string, number][], boothId: number): string | null {
    const now = clocks.nowMs + clocks.skewMs.queue;
    for (const [member, score] of line) {
      const lock = [...state.locks.values()].find((each) => each.boothId === boothId && String(each.userId) === member && (holdsPlace(each) || each.score === score || each.returnScore === score));
      if (lock === undefined) return member;
      if (Math.abs(now - lock.createdAtMs) < STUCK_MS) return null;
    }
    return null;
  }

  function begun(message: Message, lock: SoftLock): void {
    const { line = [], lock: known } = before ?? {};
    if (known !== undefined) return;
    fates.begin(lock);
    const others = [...state.locks.values()].filter((other) => other !== lock && other.boothId === lock.boothId && other.userId === lock.userId);
    const clash = others.find((other) => (lock.waitingId !== null && other.waitingId === lock.waitingId) || (holdsPlace(lock) && holdsPlace(other)));
    must(clash === undefined, 'two-locks', () => `${lock.kind} ${lock.operationId} began beside ${clash?.kind} ${clash?.operationId} of the same visit`);
    const asked = message.args[0] as { readonly userId: number | null; readonly place?: string; readonly returnScore?: number };
    const { boothId, score } = lock;
    if (lock.kind === 'call' && asked.userId === null) {
      // Looked at with this lock out of the way, as it was at the instant of begin.
      state.locks.delete(lock.operationId);
      const first = firstCallable(line, boothId);
      state.locks.set(lock.operationId, lock);
      must(first === String(lock.userId) && line.some(([member, at]) => member === first && at === score), 'fair-order', () => `booth ${boothId}: ${lock.userId}@${score} was taken from ${line.map(String).join(' ')}`);
    }
    if (asked.returnScore === undefined || lock.returnScore === null) return;
    const { returnScore } = lock;
    const ahead = line.filter(([, at]) => at < returnScore).length;
    const isRight = asked.place === 'original' ? returnScore === asked.returnScore : returnScore === asked.returnScore || (returnScore > asked.returnScore && ahead >= Math.min(3, line.length));
    must(isRight, 'fair-order', () => `booth ${boothId}: ${lock.userId} returns to ${returnScore} instead of ${asked.returnScore} (${asked.place})`);
  }

  function ended(lock: SoftLock, as: unknown): void {
    const { operationId, kind, boothId, userId } = lock;
    fates.resolve(lock);
    const isFinished = as === 'finished';
    const current = Number(state.current.get(boothId) ?? '0');
    const change = isFinished ? (COUNTS[kind] ?? 0) : 0;
    const expected = change === 0 ? before?.current : Math.max((before?.current ?? 0) + change, 0);
    must(current === expected, 'exactly-once', () => `${kind} ${operationId} ${String(as)}: the count became ${current} instead of ${expected}`);
    const hasVisit = [...record().visits.values()].some((visit) => visit.booth_id === boothId && visit.user_id === userId && visit.kiosk_released === null && holdsTicket(visit, lock));
    // A call also takes out whom another program put back after they had left at a kiosk.
    const registration = record().copy.get(keyOf(lock));
    const wasServed = kind === 'call' ? hasVisit || registration?.left_op != null : kind === 'join' && registration !== undefined;
    if (isFinished) must(fates.applied.has(operationId) || wasServed, 'finished-uncommitted', () => `${kind} ${operationId} was finished and never committed`);
    // Another program's row has used this registration up, and with it those merged into it.
    if (kind === 'call' && isFinished && !fates.applied.has(operationId) && lock.score !== null && book.hasForeignVisit(boothId, userId, lock.score)) book.end(boothId, userId, lock.score, 'elsewhere');
    // Given up since, or asked again under the same id after a loss: then that lock was on another ticket.
    const released =
      [...record().visits.values()].some((visit) => visit.kiosk_call_op === operationId && visit.kiosk_ticket !== keyOf(lock)) ||
      [...record().copy.values()].some(({ ticket, operation_id, left_op }) => (operation_id === operationId || left_op === operationId) && ticket !== keyOf(lock));
    if (!isFinished) fates.undo(lock, released);
    const returns = isFinished ? (RETURNING.has(kind) || kind === 'join' ? (lock.returnScore ?? lock.score) : null) : kind === 'call' || kind === 'leave' || kind === 'dismiss' ? lock.score : null;
    const isAside = state.quarantine.get(boothId)?.has(String(userId)) === true;
    if (returns === null || isAside) return;
    const [stands, stood] = [state.queues.get(boothId)?.get(String(userId)), before?.queued];
    // A lock that came back with an older queue: a ticket that is owed nothing any more must not stand in anybody's place. A newer registration may.
    const isOwed = book.owes(boothId, userId, returns);
    if (!isOwed && (stands === stood || (stands !== undefined && book.mayStand(boothId, userId, stands)))) return;
    must(stands === Math.min(returns, stood ?? returns), 'fair-order', () => `booth ${boothId}: ${userId} belongs at ${returns}, and stands at ${stands}`);
    // Joined at a kiosk in the hands of another program, which has called them by now: a newer registration goes with this one.
    if (kind === 'join' && stood !== undefined) book.putBackThoughCalled(boothId, userId, returns);
  }

  /** A lock that was not there any more: nothing may have changed. */
  function unmoved({ operationId, boothId, userId }: SoftLock): void {
    const [current, queued] = [Number(state.current.get(boothId) ?? '0'), state.queues.get(boothId)?.get(String(userId))];
    must(current === before?.current && queued === before.queued, 'exactly-once', () => `${operationId} changed booth ${boothId} without its lock`);
  }

  function ran(message: Message, value: unknown): void {
    switch (message.method) {
      case 'begin': {
        const result = value as { readonly outcome: string; readonly lock?: SoftLock };
        if (result.outcome === 'begun' && result.lock !== undefined) begun(message, result.lock);
        return;
      }
      case 'resolve':
        if (value === 'applied' && before?.lock !== undefined) ended(before.lock, message.args[2]);
        else unmoved(message.args[0] as SoftLock);
        return;
      case 'endForeignLock': {
        // It died with somebody in its lock who was called since by another registration: that call used this one up.
        const [{ ticket }, as] = message.args as [{ readonly ticket: { readonly boothId: number; readonly userId: number; readonly score: number } }, string];
        if (value === true && as === 'served') book.end(ticket.boothId, ticket.userId, ticket.score, 'elsewhere');
        return;
      }
      case 'endSetAside': {
        const [boothId, member, as] = message.args;
        if (value === true && as === 'dropped' && aside !== undefined) book.end(Number(boothId), Number(member), Number(aside.split(' ')[0]), 'kiosk');
        return;
      }
      default:
    }
  }

  return {
    before(message) {
      if (message.method === 'endSetAside') aside = state.quarantine.get(Number(message.args[0]))?.get(String(message.args[1]));
      if (message.method !== 'begin' && message.method !== 'resolve') return;
      const { operationId, boothId, userId } = message.args[0] as SoftLock;
      before = { lock: state.locks.get(operationId), current: Number(state.current.get(boothId) ?? '0'), queued: state.queues.get(boothId)?.get(String(userId)), line: message.method === 'begin' ? queueInOrder(state, boothId) : [] };
    },
    ran,
  };
}
