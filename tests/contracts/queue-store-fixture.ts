/** What the parts of the queue store's contract share: fresh data, requests, and short names for the steps. */
import { assert } from 'vitest';
import { UNSIGNED } from '../../electron/core/note.ts';
import type { BeginRequest, BeginResult, QueueStore, ResolveResult, SoftLock } from '../../electron/core/ports.ts';
import { EFFECTS, isRestoreKind, isVisitKind, type OperationKind, type RestoreKind, type ReturnPlace, type Ticket, type VisitKind } from '../../electron/core/waiting.ts';

export const ALL_KINDS = (Object.keys(EFFECTS) as OperationKind[]).toSorted();
export const VISIT_KINDS = ALL_KINDS.filter(isVisitKind);
export const RESTORE_KINDS: readonly RestoreKind[] = VISIT_KINDS.filter(isRestoreKind);

export interface OpenedQueueStore {
  readonly store: QueueStore;
  /** Another kiosk's store on the same data. */
  another(): Promise<QueueStore>;
  putQueue(boothId: number, member: string, score: number): Promise<void>;
  setCurrent(boothId: number, text: string): Promise<void>;
  activeBooths(userId: number): Promise<readonly number[]>;
  setActiveBooths(userId: number, boothIds: readonly number[]): Promise<void>;
  /** Members moved out of the queue's way, with what was kept of each. */
  quarantine(boothId: number): Promise<Readonly<Record<string, string>>>;
  /** Makes every open lock this much older. */
  ageLocks(ms: number): Promise<void>;
  /** Makes heartbeats, alerts and what was seen of the backend's locks this much older. */
  ageMemories(ms: number): Promise<void>;
  /** The backend writes a soft lock of its own, in place of what is there; null: it deletes it. */
  putForeignLock(key: string, fields: Readonly<Record<string, string>> | null): Promise<void>;
  /** As a server that lost its data. */
  loseData(): Promise<void>;
  /** As a server that was started anew since its queue was verified, with its data. */
  startAnew(): Promise<void>;
  cleanup(): Promise<void>;
}

export const BOOTH = 7;
export const OTHER_BOOTH = 8;
let lastId = 0;
export function operationId(): string {
  lastId += 1;
  return `0190a6e2-0000-7000-8000-${String(lastId).padStart(12, '0')}`;
}

export const OWNER = 'kiosk-1.abcd';
export function callRequest(id = operationId(), boothId = BOOTH, userId: number | null = null, leastEpoch = 0): BeginRequest {
  return { operationId: id, kind: 'call', boothId, userId, leastEpoch, owner: OWNER, generation: 3, note: UNSIGNED };
}
export function joinRequest(userId: number, id = operationId(), boothId = BOOTH): BeginRequest {
  return { operationId: id, kind: 'join', boothId, userId, owner: OWNER, generation: 3, note: UNSIGNED };
}
export function leaveRequest(userId: number, id = operationId(), boothId = BOOTH, kind: 'leave' | 'dismiss' = 'leave', score?: number): BeginRequest {
  return { operationId: id, kind, boothId, userId, owner: OWNER, generation: 3, note: UNSIGNED, ...(score === undefined ? {} : { score }) };
}
/** Puts back to where the ticket was, or else to a second of 2025. */
export function visitRequest(kind: VisitKind, waitingId: number, userId: number, score: number | null = null, id = operationId()): BeginRequest {
  const base = { operationId: id, boothId: BOOTH, waitingId, userId, score, owner: OWNER, generation: 5, note: UNSIGNED };
  return isRestoreKind(kind) ? { ...base, kind, returnScore: score ?? 1_763_800_000, place: 'original' } : { ...base, kind };
}
export function putBackRequest(userId: number, returnScore: number, place: ReturnPlace = 'original', score: number | null = returnScore): BeginRequest {
  return { operationId: operationId(), kind: 'put-back', boothId: BOOTH, waitingId: 900 + userId, userId, score, returnScore, place, owner: OWNER, generation: 5, note: UNSIGNED };
}
export function lockOf(result: BeginResult): SoftLock {
  assert(result.outcome === 'begun', `expected a lock, got ${JSON.stringify(result)}`);
  return result.lock;
}
export async function finish(store: QueueStore, lock: SoftLock): Promise<ResolveResult> {
  return await store.resolve(lock, EFFECTS[lock.kind].finish, 'finished');
}
export async function undo(store: QueueStore, lock: SoftLock): Promise<ResolveResult> {
  return await store.resolve(lock, EFFECTS[lock.kind].undo, 'undone');
}
export async function queued(store: QueueStore, boothId = BOOTH): Promise<readonly (readonly [string, number])[]> {
  return (await store.readQueue(boothId, 10_000)).entries.map(({ member, score }) => [member, score] as const);
}
export const refused = (code: string) => ({ outcome: 'refused', code });
/** As a sweep does right after its look at the booth. */
export async function removeStale(store: QueueStore, ticket: Ticket, newer: number | null = null): Promise<boolean> {
  return store.removeStale(ticket, (await store.readQueue(ticket.boothId, 0)).version, newer);
}

/** As a refill ends: the queue was compared with the ledger's copy, on the run the store is on. */
export async function verify(store: QueueStore, epoch = 0): Promise<void> {
  await store.setMark(epoch, (await store.readMark()).run, await store.beginRefill('a comparison'));
}
