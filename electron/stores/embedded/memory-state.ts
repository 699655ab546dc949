/**
 * What a queue store holds, in memory: the same records as on a server, foreign rubbish included. Several stores may share
 * one state, as several kiosks share a server.
 */
import { StoreFailure, type SoftLock } from '../../core/ports.ts';
import { isRestoreKind, isVisitKind, type OperationKind } from '../../core/waiting.ts';
import { STUCK_LOCK_MS } from '../queue-limits.ts';

export interface MemoryQueueState {
  /** Booth -> member -> score. */
  readonly queues: Map<number, Map<string, number>>;
  /** Booth -> count as text: other programs may have written anything. */
  readonly current: Map<number, string>;
  /** User -> booths the user is queued at. */
  readonly activeBooths: Map<number, Set<number>>;
  /** Operation id -> open lock, oldest first. */
  readonly locks: Map<string, SoftLock>;
  /** Operation id -> how it ended, oldest first. */
  readonly done: Map<string, { readonly as: 'finished' | 'undone'; readonly lock: SoftLock; readonly untilMs: number }>;
  /** Booth -> member -> score and reason. */
  readonly quarantine: Map<number, Map<string, string>>;
  /** Booth and user -> scores of the registrations that were merged into one entry, its own among them, earliest first. */
  readonly merged: Map<string, readonly number[]>;
  /** What other programs would read of a booth: none do. */
  readonly caches: Map<number, { readonly status: string; readonly listed: boolean }>;
  readonly versions: Map<number, number>;
  /** Operation id -> failed attempts to settle its open lock. */
  readonly attempts: Map<string, number>;
  /** Process -> its last heartbeat. */
  readonly alive: Map<string, number>;
  leader: string | null;
  /** Alert -> when it was last seen. */
  readonly alerts: Map<string, number>;
  /** The backend's own soft locks: key -> fields. Only simulations have any. */
  readonly foreignLocks: Map<string, ReadonlyMap<string, string>>;
  /** Of those: since when a kiosk has seen it as it is now. */
  readonly foreignSeen: Map<string, { readonly sinceMs: number; readonly fingerprint: string }>;
  /** What tells whether all that was mirrored is still here; `run`: on which run the queue was last verified. */
  mark: { readonly epoch: number; readonly run: number } | null;
  /** The name under which the queue was compared with the ledger since it was last emptied. */
  refill: string | null;
  /** Differs after each start, as a server's does. */
  run: number;
  readonly listeners: Set<(boothId: number) => void>;
}

const MAX_ENTRIES_PER_QUEUE = 100_000;
const MAX_OPEN_LOCKS = 10_000;

/** A store that has just started for the first time. */
export function emptyQueueState(run = 1): MemoryQueueState {
  return {
    queues: new Map(),
    current: new Map(),
    activeBooths: new Map(),
    locks: new Map(),
    done: new Map(),
    quarantine: new Map(),
    merged: new Map(),
    caches: new Map(),
    versions: new Map(),
    attempts: new Map(),
    alive: new Map(),
    leader: null,
    alerts: new Map(),
    foreignLocks: new Map(),
    foreignSeen: new Map(),
    mark: null,
    refill: null,
    run,
    listeners: new Set(),
  };
}

/** As a server that starts again without its data: nothing is left, and nothing remembers. Whoever listens goes on listening. */
export function loseQueueData(state: MemoryQueueState): void {
  const { listeners } = state;
  Object.assign(state, { ...emptyQueueState(state.run + 1), listeners });
}

/** The value at `key`, made when it is missing. */
export function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

export function queueOf(state: MemoryQueueState, boothId: number): Map<string, number> {
  return entry(state.queues, boothId, () => new Map<string, number>());
}

export function activeBoothsOf(state: MemoryQueueState, userId: number): Set<number> {
  return entry(state.activeBooths, userId, () => new Set<number>());
}

/** Calling order: by score, equal ones by the bytes of the member. */
export function inOrder(queue: ReadonlyMap<string, number>): readonly (readonly [member: string, score: number])[] {
  return [...queue].sort(([a, scoreA], [b, scoreB]) => scoreA - scoreB || Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The first in calling order who is not passed over, without sorting the rest. */
export function headOf(queue: ReadonlyMap<string, number>, passedOver: ReadonlySet<string>): readonly [member: string, score: number] | undefined {
  let head: readonly [string, number] | undefined;
  for (const candidate of queue) {
    const [member, score] = candidate;
    if (passedOver.has(member)) continue;
    if (head === undefined || score < head[1] || (score === head[1] && Buffer.compare(Buffer.from(member), Buffer.from(head[0])) < 0)) head = candidate;
  }
  return head;
}

/** The count: 0 when missing, null when it is not an integer. */
export function currentOf(state: MemoryQueueState, boothId: number): number | null {
  const text = state.current.get(boothId) ?? '0';
  if (!/^(0|-?[1-9]\d*)$/.test(text)) return null;
  return Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

/** Nobody has ended it for long, counted both ways: the clock may have been set back since. */
export function isStuck(lock: SoftLock, nowMs: number): boolean {
  return Math.abs(nowMs - lock.createdAtMs) >= STUCK_LOCK_MS;
}

/** The open locks somebody is at work on. */
export function busyLocksAt(state: MemoryQueueState, boothId: number, nowMs: number): number {
  return [...state.locks.values()].filter((lock) => lock.boothId === boothId && !isStuck(lock, nowMs)).length;
}

export function openLocksAt(state: MemoryQueueState, boothId: number): number {
  let count = 0;
  for (const lock of state.locks.values()) if (lock.boothId === boothId) count += 1;
  return count;
}

function standsForPlace(kind: OperationKind): boolean {
  return !isVisitKind(kind) || isRestoreKind(kind);
}

/** The lock that stands for this visitor's place at the booth: something that takes them into or out of the queue is under way. */
export function placeLock(state: MemoryQueueState, boothId: number, userId: number): SoftLock | undefined {
  return [...state.locks.values()].find((lock) => standsForPlace(lock.kind) && lock.boothId === boothId && lock.userId === userId);
}

/** A lock on this very ticket, of any kind; one that puts a ticket back is on both its scores. */
export function ticketLock(state: MemoryQueueState, boothId: number, userId: number, score: number): SoftLock | undefined {
  return [...state.locks.values()].find((lock) => lock.boothId === boothId && lock.userId === userId && (lock.score === score || lock.returnScore === score));
}

/** In the queue, or in a lock that stands for a place in it. */
export function hasPlace(state: MemoryQueueState, boothId: number, userId: number): boolean {
  return queueOf(state, boothId).has(String(userId)) || placeLock(state, boothId, userId) !== undefined;
}

export function versionOf(state: MemoryQueueState, boothId: number): number {
  return state.versions.get(boothId) ?? 0;
}

/** Counts a change of this booth and tells everybody who listens. */
export function changed(state: MemoryQueueState, boothId: number): void {
  state.versions.set(boothId, versionOf(state, boothId) + 1);
  for (const listener of [...state.listeners]) queueMicrotask(() => state.listeners.has(listener) && listener(boothId));
}

/** Throws StoreFailure before anything is written when memory's limits are reached. */
export function assertRoom(state: MemoryQueueState, boothId: number): void {
  if (state.locks.size >= MAX_OPEN_LOCKS || queueOf(state, boothId).size >= MAX_ENTRIES_PER_QUEUE) {
    throw new StoreFailure('QUEUE_STORE_UNFIT', `The queue of booth ${boothId} is full: the embedded store holds no more.`, 'no');
  }
}
