/** What the parts of the ledger's contract share: the world each implementation brings, and a stage to play a test on. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { CommitResult, Ledger } from '../../electron/core/ledger.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { type CompletionType, isRestoreKind, type OperationKind, transitionOf, type VisitKind, type WaitingStatus } from '../../electron/core/waiting.ts';

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
interface ForeignRow {
  readonly boothId: number;
  readonly userId: number;
  readonly status: WaitingStatus;
  readonly calledSecondsAgo?: number;
  /** null leaves out a time the status would need. */
  readonly enteredSecondsAgo?: number | null;
  readonly registeredSecondsAgo?: number;
}

/** The dates of a table that `backdate` moves. */
export const DATES = {
  kiosk_journal: ['created_at'],
  kiosk_queue: ['created_at', 'left_at', 'gone_at', 'event_due'],
  kiosk_phone: ['created_at'],
  kiosk_pass: ['ended_at'],
  kiosk_incident: ['created_at'],
  kiosk_presence: ['served_at', 'since'],
  kiosk_alert: ['raised_at', 'seen_at'],
} as const;
/** The dates of a visit that `ageVisit` moves; one that is not there stays away. */
export const VISIT_DATES = ['registered_at', 'called_at', 'entered_at', 'completed_at', 'kiosk_hold_until', 'kiosk_event_due'] as const;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

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
  /** Makes every row of the table this much older: all its DATES. */
  backdate(table: keyof typeof DATES, ms: number): Promise<void>;
  /** Makes a visit this much older: all its VISIT_DATES. */
  ageVisit(waitingId: number, ms: number): Promise<void>;
  journal(operationId: string): Promise<{ readonly outcome: string; readonly owner: string; readonly score: number | null }[]>;
  /** A statement every ledger understands. */
  exec(sql: string): Promise<void>;
  /** The rows of a query every ledger understands. Dates differ between them: ask only whether there is one. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  cleanup(): Promise<void>;
}

/** A lock as a queue store would have written it. */
export function lockOf(kind: OperationKind, boothId: number, userId: number, rest: Partial<SoftLock> = {}): SoftLock {
  const place = 1_763_800_000 + Math.random() * 1e6;
  const score = kind === 'call' || kind === 'join' || kind === 'leave' || kind === 'dismiss' ? place : null;
  const standing = { returnScore: isRestoreKind(kind) ? place : null, position: kind === 'call' ? 1 : null, note: UNSIGNED };
  return { operationId: randomUUID(), kind, boothId, userId, score, waitingId: null, ...standing, owner: 'kiosk-1/a', generation: 0, createdAtMs: 0, ...rest };
}

export function expectCommitted(result: CommitResult): number {
  expect(result).toMatchObject({ outcome: 'committed', waitingId: expect.any(Number) });
  return (result as { waitingId: number }).waitingId;
}

export const AWKWARD_SCORES = [
  1_763_800_000, 1_763_800_000.001, 1_763_800_000.123_456_7, 1_763_800_000_123, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, -1_763_800_000.5, 1e21,
  4_503_599_627_370_495.5, 0,
];

/** Of a join or a leave: they have no row. */
export function expectJoined(result: CommitResult): void {
  expect(result).toEqual({ outcome: 'committed', waitingId: null });
}

/** What kiosks keep beside a visit, of columns that are no dates. */
interface KioskColumns {
  readonly ticket: string | null;
  readonly released: string | null;
  readonly event: string | null;
  /** Whether a next try is due at some time. */
  readonly isDue: boolean;
  readonly tries: number | null;
  readonly sent: boolean;
  readonly retries: number;
}

export interface Stage {
  world(): LedgerWorld;
  ledger(): Ledger;
  /** A booth and a user of this test alone. */
  place(capacity?: number): Promise<{ readonly booth: number; readonly user: number }>;
  called(booth: number, user: number, score?: number): Promise<{ readonly lock: SoftLock; readonly waitingId: number }>;
  visitLock(kind: VisitKind, booth: number, user: number, waitingId: number, generation: number): SoftLock;
  /** Commits an action on a visit, at the revision it has; answers its lock. */
  act(kind: VisitKind, waitingId: number, rest?: Partial<SoftLock>): Promise<SoftLock>;
  /** The lock of an action on a visit as it stands. */
  lockFor(kind: VisitKind, waitingId: number, rest?: Partial<SoftLock>): Promise<SoftLock>;
  /** A visit that a kiosk has brought into the state that the action expects. */
  ready(kind: VisitKind): Promise<{ readonly booth: number; readonly user: number; readonly waitingId: number; readonly call: SoftLock }>;
  kioskColumns(waitingId: number): Promise<KioskColumns>;
  generation(booth: number): Promise<number>;
  nowMs(): Promise<number>;
}

const ENDS_SO = { ENTERED: 'complete', NO_SHOW: 'no-show', CANCELLED: 'cancel' } as const satisfies Record<CompletionType, VisitKind>;

export function createStage(world: () => LedgerWorld): Stage {
  const ledger = (): Ledger => world().ledger();
  const lockFor: Stage['lockFor'] = async (kind, waitingId, rest = {}) => {
    const visit = await ledger().readVisit(waitingId);
    if (visit === null) throw new Error(`no visit ${waitingId}`);
    return lockOf(kind, visit.boothId, visit.userId, { waitingId, score: visit.score, generation: visit.revision, ...rest });
  };
  const act: Stage['act'] = async (kind, waitingId, rest) => {
    const lock = await lockFor(kind, waitingId, rest);
    expect(await ledger().commit(lock)).toEqual({ outcome: 'committed', waitingId });
    return lock;
  };
  const place: Stage['place'] = async (capacity = 5) => {
    const booth = await world().addBooth({ capacity });
    const user = await world().addUser('Minji');
    await ledger().prepare();
    return { booth, user };
  };
  const called: Stage['called'] = async (booth, user, score) => {
    const lock = lockOf('call', booth, user, { generation: (await ledger().readBooth(booth))?.booth.generation ?? 0, ...(score === undefined ? {} : { score }) });
    return { lock, waitingId: expectCommitted(await ledger().commit(lock)) };
  };
  return {
    world,
    ledger,
    place,
    called,
    act,
    lockFor,
    visitLock: (kind, booth, user, waitingId, generation) => lockOf(kind, booth, user, { waitingId, generation }),
    async ready(kind) {
      const { booth, user } = await place();
      const { lock, waitingId } = await called(booth, user);
      const { from, endedAs } = transitionOf(kind);
      if (from === 'ENTERED' || endedAs?.[0] === 'ENTERED') await act('enter', waitingId);
      if (endedAs !== undefined) await act(ENDS_SO[endedAs[0] ?? 'ENTERED'], waitingId);
      return { booth, user, waitingId, call: lock };
    },
    async kioskColumns(waitingId) {
      const row = (
        await world().query(
          `SELECT kiosk_ticket, kiosk_released, kiosk_event, CASE WHEN kiosk_event_due IS NULL THEN 0 ELSE 1 END AS is_due, kiosk_event_tries, notification_sent + 0 AS sent,
             notification_retry_count FROM waiting WHERE id = ${waitingId}`,
        )
      )[0];
      const text = (column: string): string | null => (typeof row?.[column] === 'string' ? row[column] : null);
      return {
        ticket: text('kiosk_ticket'),
        released: text('kiosk_released'),
        event: text('kiosk_event'),
        isDue: Number(row?.['is_due']) === 1,
        tries: row?.['kiosk_event_tries'] == null ? null : Number(row['kiosk_event_tries']),
        sent: Number(row?.['sent']) === 1,
        retries: Number(row?.['notification_retry_count']),
      };
    },
    generation: async (booth) => (await ledger().readBooth(booth))?.booth.generation ?? -1,
    nowMs: async () => (await ledger().readMirror()).nowMs,
  };
}
