/**
 * From what was read of both stores to what the screen shows of a booth. Pure.
 */
import type { BoothView, LockView, Person, VisitEntry, WaitingEntry } from '../../shared/snapshot.ts';
import { OVERDUE_MS } from '../../shared/limits.ts';
import { phaseOf } from '../core/booth-phase.ts';
import { estimatedWaitMinutes } from '../core/estimate.ts';
import { leftoversAmong } from '../core/leftovers.ts';
import type { BoothHistory, VisitRow } from '../core/ledger.ts';
import type { QueueEntry, QueueView, SoftLock } from '../core/ports.ts';
import { noShowAtMs } from '../core/no-shows.ts';
import { registeredAtMs } from '../core/waiting.ts';

interface BoothReading {
  readonly history: BoothHistory;
  readonly noShowMs: number | null;
  readonly queue: QueueView | null;
  readonly queueReadAt: number | null;
  readonly ledgerReadAt: number;
  readonly lostQueue: BoothView['lostQueue'];
  /** Whoever came before this instant is left over from an earlier day. */
  readonly leftoverBefore: number;
  /** Null: not known. */
  readonly minutesPerPlace: number | null;
}

/** @param person names a user; empty name when not known yet */
export function boothView(reading: BoothReading, person: (userId: number) => Person): BoothView {
  const { booth, live } = reading.history;
  const queue = reading.queue;
  const inside = live.filter((visit) => visit.status === 'ENTERED');
  return {
    id: booth.boothId,
    name: booth.name,
    phase: phaseOf(booth),
    capacity: booth.capacity,
    inside: inside.length,
    current: queue?.current ?? null,
    waitingTotal: queue?.total ?? 0,
    setAside: queue?.setAside ?? 0,
    estimatedWaitMinutes: estimatedWaitMinutes(queue?.total ?? 0, booth.capacity, reading.minutesPerPlace),
    leftovers: leftoverCounts(reading),
    waiting: waitingEntries(queue?.entries ?? [], person),
    called: live.filter((visit) => visit.status === 'CALLED').map((visit) => visitEntry(visit, reading)),
    insideList: inside.map((visit) => visitEntry(visit, reading)),
    queueReadAt: reading.queueReadAt,
    ledgerReadAt: reading.ledgerReadAt,
    lostQueue: reading.lostQueue,
  };
}

function leftoverCounts({ history, queue, leftoverBefore: before }: BoothReading): BoothView['leftovers'] {
  const { waiting, called, inside } = leftoversAmong(history, queue?.entries ?? [], before);
  return waiting.length + called.length + inside.length === 0 ? null : { waiting: waiting.length, called: called.length, inside: inside.length };
}

/** Entries of a queue from its front on; one that is no visitor shows what it holds. */
export function waitingEntries(entries: readonly QueueEntry[], person: (userId: number) => Person): WaitingEntry[] {
  return entries.map((entry, index) => ({
    ...(entry.userId === null ? { userId: 0, name: entry.member.slice(0, 40), number: null } : person(entry.userId)),
    position: index + 1,
    registeredAt: registeredAtMs(entry.score),
  }));
}

function visitEntry(visit: VisitRow, { history, noShowMs }: BoothReading): VisitEntry {
  const { waitingId, userId, name, number, calledAtMs, enteredAtMs, recall, announced } = visit;
  return { waitingId, userId, name, number, calledAt: calledAtMs, enteredAt: enteredAtMs, noShowAt: noShowAtMs(visit, history.servedSinceMs, noShowMs), recall, announced };
}

/** @param nowMs the queue store's clock when the locks were read */
export function lockView(lock: SoftLock, nowMs: number, owner: string, person: (userId: number) => Person): LockView {
  const ageMs = Math.max(0, nowMs - lock.createdAtMs);
  return {
    operationId: lock.operationId,
    kind: lock.kind,
    boothId: lock.boothId,
    person: person(lock.userId),
    waitingId: lock.waitingId,
    owner: lock.owner,
    mine: lock.owner === owner,
    ageMs,
    overdue: ageMs >= OVERDUE_MS,
  };
}
