/** What the parts of the ledger's contract share: the world each implementation brings, and a stage to play a test on. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { CommitResult, Ledger, SoftLock } from '../../electron/core/ports.ts';
import type { CompletionType, OperationKind, VisitKind, WaitingStatus } from '../../electron/core/waiting.ts';

/** The newest operation in `waiting.kiosk_ops`, without its kind. */
export function lastOperation(kept: unknown): string | null {
  return typeof kept === 'string' ? (kept.split(',').at(-1)?.split(':')[1] ?? null) : null;
}

export interface StoredRow {
  readonly id: number;
  readonly userId: number;
  readonly status: WaitingStatus;
  readonly completionType: CompletionType | null;
  readonly calledPosition: number;
  readonly registeredMs: number;
  readonly calledMs: number;
  readonly enteredMs: number | null;
  readonly completedMs: number | null;
  readonly notificationSent: boolean;
  readonly callOp: string | null;
  readonly ticket: string | null;
  readonly lastOp: string | null;
  readonly revision: number | null;
}

/** As another program writes it: no kiosk column set. Times are seconds before now. */
export interface ForeignRow {
  readonly boothId: number;
  readonly userId: number;
  readonly status: WaitingStatus;
  readonly calledSecondsAgo?: number;
  /** null leaves out a time the status would need. */
  readonly enteredSecondsAgo?: number | null;
  readonly registeredSecondsAgo?: number;
}

export interface LedgerWorld {
  /** Ask anew after planting: some stores have to be reopened for it. */
  ledger(): Ledger;
  /** In plain SQL, without the kiosks' own rows. */
  addBooth(booth: { readonly capacity: number; readonly status?: 'OPEN' | 'CLOSED'; readonly name?: string }): Promise<number>;
  addUser(name: string): Promise<number>;
  addForeignRow(row: ForeignRow): Promise<number>;
  /** Writes what kiosks keep of their actions on a visit. */
  setOperations(waitingId: number, kept: string): Promise<void>;
  setBoothStatus(boothId: number, status: 'OPEN' | 'CLOSED'): Promise<void>;
  rows(boothId: number): Promise<StoredRow[]>;
  user(userId: number): Promise<{ readonly email: string; readonly nickname: string; readonly role: string; readonly notified: boolean }>;
  /** Moves all short numbers given so far one day back. */
  backdateNumbers(): Promise<void>;
  /** Makes every row of the table this much older. */
  backdate(table: 'kiosk_journal' | 'kiosk_queue', days: number): Promise<void>;
  journal(operationId: string): Promise<{ readonly outcome: string; readonly owner: string; readonly score: number | null }[]>;
  /** A statement every ledger understands. */
  exec(sql: string): Promise<void>;
  cleanup(): Promise<void>;
}

/** A lock as a queue store would have written it. */
export function lockOf(kind: OperationKind, boothId: number, userId: number, rest: Partial<SoftLock> = {}): SoftLock {
  const score = kind === 'call' || kind === 'join' ? 1_763_800_000 + Math.random() * 1e6 : null;
  return { operationId: randomUUID(), kind, boothId, userId, score, waitingId: null, owner: 'kiosk-1/a', generation: 0, createdAtMs: 0, ...rest };
}

export function expectCommitted(result: CommitResult): number {
  expect(result).toMatchObject({ outcome: 'committed', waitingId: expect.any(Number) });
  return (result as { waitingId: number }).waitingId;
}

export const AWKWARD_SCORES = [
  1_763_800_000, 1_763_800_000.001, 1_763_800_000.123_456_7, 1_763_800_000_123, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, -1_763_800_000.5, 1e21,
  4_503_599_627_370_495.5, 0,
];

export function expectJoined(result: CommitResult): void {
  expect(result).toEqual({ outcome: 'committed', waitingId: null });
}

export interface Stage {
  world(): LedgerWorld;
  ledger(): Ledger;
  /** A booth and a user of this test alone. */
  place(capacity?: number): Promise<{ readonly booth: number; readonly user: number }>;
  called(booth: number, user: number, score?: number): Promise<{ readonly lock: SoftLock; readonly waitingId: number }>;
  visitLock(kind: VisitKind, booth: number, user: number, waitingId: number, generation: number): SoftLock;
  generation(booth: number): Promise<number>;
}

export function createStage(world: () => LedgerWorld): Stage {
  const ledger = (): Ledger => world().ledger();
  return {
    world,
    ledger,
    async place(capacity = 5) {
      const booth = await world().addBooth({ capacity });
      const user = await world().addUser('Minji');
      await ledger().prepare();
      return { booth, user };
    },
    async called(booth, user, score) {
      const lock = lockOf('call', booth, user, score === undefined ? {} : { score });
      return { lock, waitingId: expectCommitted(await ledger().commit(lock)) };
    },
    visitLock: (kind, booth, user, waitingId, generation) => lockOf(kind, booth, user, { waitingId, generation }),
    generation: async (booth) => (await ledger().readBooth(booth))?.booth.generation ?? -1,
  };
}
