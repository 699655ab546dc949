/**
 * What a queue store holds, in memory: the same records as on a server, foreign rubbish included. Several stores may share
 * one state, as several kiosks share a server.
 */
import { StoreFailure, type SoftLock } from '../../core/ports.ts';
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
  readonly versions: Map<number, number>;
  readonly listeners: Set<(boothId: number) => void>;
}

const MAX_ENTRIES_PER_QUEUE = 100_000;
const MAX_OPEN_LOCKS = 10_000;

export function emptyQueueState(): MemoryQueueState {
  return {
    queues: new Map(),
    current: new Map(),
    activeBooths: new Map(),
    locks: new Map(),
    done: new Map(),
    quarantine: new Map(),
    versions: new Map(),
    listeners: new Set(),
  };
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

/** Adds the entry, or keeps the earlier of both scores. Gives whether anything changed. */
export function enqueue(state: MemoryQueueState, boothId: number, userId: number, score: number): boolean {
  const queue = queueOf(state, boothId);
  const member = String(userId);
  const standing = queue.get(member);
  activeBoothsOf(state, userId).add(boothId);
  if (standing !== undefined && standing <= score) return false;
  queue.set(member, score);
  return true;
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

/** The lock that stands for this visitor's place at the booth: a join or call under way. */
export function placeLock(state: MemoryQueueState, boothId: number, userId: number): SoftLock | undefined {
  return [...state.locks.values()].find((lock) => (lock.kind === 'join' || lock.kind === 'call') && lock.boothId === boothId && lock.userId === userId);
}

/** A lock on this very ticket, of any kind. */
export function ticketLock(state: MemoryQueueState, boothId: number, userId: number, score: number): SoftLock | undefined {
  return [...state.locks.values()].find((lock) => lock.boothId === boothId && lock.userId === userId && lock.score === score);
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
