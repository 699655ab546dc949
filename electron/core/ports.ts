/**
 * What the core needs of the world, in the domain's words. No connection, transaction or driver type appears here.
 * Rules refused by a store are values; a store that cannot answer throws a StoreFailure.
 */
import type { RuleCode, StoreCode } from '../../shared/errors.ts';
import type { PassView } from '../../shared/snapshot.ts';
import type { OperationKind, QueueEffect, Ticket, VisitKind, WaitingStatus } from './waiting.ts';

/**
 * Thrown by every method of both stores when the store did not answer as it must.
 * `executed: 'no'`: the request certainly had no effect. `'unknown'`: it may have run, or may still run late.
 */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly code: StoreCode;
  readonly executed: 'no' | 'unknown';
  constructor(code: StoreCode, message: string, executed: 'no' | 'unknown') {
    super(message);
    this.code = code;
    this.executed = executed;
  }
}

/** The temporary record, in the queue store, of an operation under way: everything needed to finish or undo it. */
export interface SoftLock {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly boothId: number;
  readonly userId: number;
  /** The ticket's score; null on visits whose row another program wrote. */
  readonly score: number | null;
  /** Null for join and call: they have no row yet. */
  readonly waitingId: number | null;
  /** Kiosk id and a random process id, so that cloned machines differ. */
  readonly owner: string;
  /** What the commit is conditional on: the booth's generation (join, call) or the row's revision (the rest). */
  readonly generation: number;
  /** The queue store's clock, epoch ms. */
  readonly createdAtMs: number;
}

/**
 * A soft lock this kiosk cannot act on: a newer kiosk wrote it, or another program changed it. It may be the only trace of a visitor,
 * so it is left as it is, and shown.
 */
export interface UnreadableLock {
  /** Where it is in the queue store. */
  readonly key: string;
  /** What is wrong with it, in words that go after "the soft lock". */
  readonly problem: string;
  /** Null when that cannot be read either, or not be trusted. */
  readonly boothId: number | null;
}

interface BeginBase {
  readonly operationId: string;
  readonly owner: string;
  readonly boothId: number;
  readonly generation: number;
}
export type BeginRequest =
  | (BeginBase & { readonly kind: 'join'; readonly userId: number })
  | (BeginBase & { readonly kind: 'call' })
  | (BeginBase & { readonly kind: VisitKind; readonly waitingId: number; readonly userId: number; readonly score: number | null });

export type BeginResult =
  /** The lock is written (or was, under this very id). position and waitingTotal: for join, once it is through. */
  | { readonly outcome: 'begun'; readonly lock: SoftLock; readonly position: number; readonly waitingTotal: number }
  /** This id was used up before: its effect was finished, or undone. */
  | { readonly outcome: 'done'; readonly as: 'finished' | 'undone' }
  /** join only: in this queue already; nothing changed. */
  | { readonly outcome: 'already-queued'; readonly position: number; readonly waitingTotal: number }
  | {
      readonly outcome: 'refused';
      readonly code: Extract<RuleCode, 'QUEUE_EMPTY' | 'VISIT_BUSY' | 'MAX_WAITING_EXCEEDED' | 'OPERATION_MISMATCH' | 'QUEUE_ENTRY_INVALID'>;
    };

export interface QueueEntry {
  /** As stored; other programs may have written anything. */
  readonly member: string;
  /** Null when the member is not a user id. */
  readonly userId: number | null;
  readonly score: number;
}

export interface QueueView {
  /** In calling order. */
  readonly entries: readonly QueueEntry[];
  readonly total: number;
  /** `booth:{id}:current`: 0 when missing, null when it is not an integer. */
  readonly current: number | null;
  /** Counts every change kiosks make to this booth in the queue store. */
  readonly version: number;
  readonly openLocks: number;
  /** Entries in quarantine: taken out of the queue because they can never be called. */
  readonly setAside: number;
}

export interface BoothCount {
  readonly boothId: number;
  readonly current: number | null;
  readonly version: number;
  /** Without those nobody has ended for a minute: they may never end, and the count must not wait for that. */
  readonly openLocks: number;
}

/**
 * The queue: fast, shared with the visitors' app. Every method is one atomic step and one round trip unless it says otherwise;
 * those of more steps are atomic in each.
 */
export interface QueueStore {
  /**
   * Begins an operation: refuses ids already done; answers the same for an id whose lock is open; refuses while another lock
   * is open on the same visit or ticket; otherwise takes what the action needs (call: the first of the queue; join: a place among
   * the user's active booths) and writes the soft lock. A call sets entries that are no visitors aside, and passes over a visitor inside
   * a lock that nobody has ended for a minute.
   */
  begin(request: BeginRequest): Promise<BeginResult>;
  /**
   * Ends a lock: only if it is still open with this operation id, ticket and visit, applies the effect, deletes it and remembers
   * the id as done for 24 hours. 'done': somebody ended it before. 'gone': neither lock nor memory of it is there, so the store
   * has lost it. In both cases nothing changed.
   */
  resolve(lock: SoftLock, effect: QueueEffect, as: 'finished' | 'undone'): Promise<'applied' | 'done' | 'gone'>;
  /** The queue of a booth, at most `limit` entries from the front, with what belongs to it. */
  readQueue(boothId: number, limit: number): Promise<QueueView>;
  /**
   * Open locks, oldest first, at most `limit` with those that cannot be read, and the store's own clock (epoch ms) for their age. One
   * more step when some of them turn out to have been deleted by another program.
   */
  readLocks(limit: number): Promise<{ readonly locks: readonly SoftLock[]; readonly unreadable: readonly UnreadableLock[]; readonly nowMs: number }>;
  /** Null when there is none, or it cannot be read. */
  readLock(operationId: string): Promise<SoftLock | null>;
  /** In the order asked. A booth whose records cannot be read is left out, so that it does not hide the others. */
  readCounts(boothIds: readonly number[]): Promise<readonly BoothCount[]>;
  /** Sets the count to `to` only if value and version are as seen and nobody is at work on a lock of the booth. */
  correctCount(seen: BoothCount, to: number): Promise<boolean>;
  /** Of these users, those whose active booths do not contain the booth. One step for each thousand users. */
  usersMissingActiveBooth(boothId: number, userIds: readonly number[]): Promise<readonly number[]>;
  /** Of these users, those whose active booths contain the booth though they are neither in its queue nor in a lock there. One step for each thousand. */
  usersWithStaleActiveBooth(boothId: number, userIds: readonly number[]): Promise<readonly number[]>;
  /** Makes the users' active booths agree with the queue (and open locks) of this booth. One step for each thousand. */
  repairActiveBooth(boothId: number, userIds: readonly number[]): Promise<void>;
  /**
   * Puts tickets into the queue at their own score (the earlier score wins), active booths included. For a store that lost them; one
   * inside a lock is left to it. Gives how many entries that changed. One step for each thousand.
   */
  refill(tickets: readonly Ticket[]): Promise<number>;
  /** Removes a queue entry only if its score is still this one and nobody is at work on a lock of the booth. */
  removeStale(ticket: Ticket): Promise<boolean>;
  /** Calls `listener` with the booth whenever any kiosk changes it; the function returned stops it. */
  onChange(listener: (boothId: number) => void): () => void;
  /** Who serves, and which of its settings are weaker than recommended. */
  describe(): Promise<StoreDescription>;
  /** Ends waiting between attempts to reconnect: somebody wants it now. */
  reconnect(): void;
  close(): Promise<void>;
}

export interface StoreDescription {
  /** e.g. "Redis 7.0.15". */
  readonly server: string;
  /** Codes: maxmemory-policy, no-aof, settings-unreadable; flush-log, zone-doubtful, settings-unreadable. */
  readonly warnings: readonly string[];
}

export interface VisitRow {
  readonly waitingId: number;
  readonly boothId: number;
  readonly userId: number;
  readonly status: WaitingStatus;
  /** Null on rows another program wrote. */
  readonly score: number | null;
  /** Grows with every change a kiosk makes or fences; 0 when no kiosk touched it. */
  readonly revision: number;
  readonly calledAtMs: number;
  readonly enteredAtMs: number | null;
  readonly name: string;
  readonly number: number | null;
}

export interface BoothRow {
  readonly boothId: number;
  readonly name: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly capacity: number;
  /** Raised to fence calls and joins. */
  readonly generation: number;
}

export interface BoothHistory {
  readonly booth: BoothRow;
  /** Rows CALLED and ENTERED, oldest first. Those that cannot be read are left out; the audit names them. */
  readonly live: readonly VisitRow[];
  /** The ledger's clock, epoch ms. */
  readonly nowMs: number;
}

export type CommitResult =
  /** waitingId: null for join. */
  | { readonly outcome: 'committed'; readonly waitingId: number | null }
  /** Definitely not done: the generation has moved since it was read; the row or booth would still allow it. */
  | { readonly outcome: 'stale'; readonly generation: number }
  /** Definitely not done: a rule says no. */
  | { readonly outcome: 'refused'; readonly code: RuleCode; readonly params?: Readonly<Record<string, string | number>> }
  /** call only: this ticket has its live row already (an older queue came back); the operation called nobody. */
  | { readonly outcome: 'ticket-has-row'; readonly waitingId: number }
  /** call only: this operation id called somebody before, with another ticket; nothing was done now. */
  | { readonly outcome: 'committed-before'; readonly waitingId: number; readonly userId: number };

/** Which action is asked for; one on a visit is looked for on that visit. */
export type AskedAgain = { readonly kind: 'join' | 'call' } | { readonly kind: VisitKind; readonly waitingId: number };

export interface Committed {
  readonly operationId: string;
  /** Null for join. */
  readonly waitingId: number | null;
  readonly userId: number;
  readonly boothId: number;
}

export type Verdict =
  /** The change of this lock is in the history (for a call: the ticket has its live row). */
  | { readonly verdict: 'committed'; readonly waitingId: number | null; readonly byThisOperation: boolean }
  /** It is not there and can never come. */
  | { readonly verdict: 'never' }
  /** Somebody else changed the visit since; this lock's change is not there and can never come. */
  | { readonly verdict: 'superseded' };

export interface JournalEntry {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly boothId: number;
  readonly userId: number;
  readonly waitingId: number | null;
  readonly score: number | null;
  readonly owner: string;
  readonly outcome: 'finished' | 'undone' | 'superseded';
  /** The process that resolved the lock: the owner, or whoever settled it. */
  readonly resolvedBy: string;
}

/** The history: durable, has the last word on every rule. Each method is one round trip unless it says otherwise. */
export interface Ledger {
  /**
   * Makes sure that it can be served from, before anything is written, and reads the server's settings. A ledger of one's own is brought to
   * this version; a shared one that is not throws LEDGER_UNFIT. Safe to repeat and to race. Several round trips.
   */
  prepare(): Promise<StoreDescription>;
  /**
   * Commits the operation of a lock: one SQL round trip, conditional on the lock's generation, checking every rule.
   * A refusal costs one more to learn why. 'unknown' failures need `settleVerdict`.
   */
  commit(lock: SoftLock): Promise<CommitResult>;
  /** Fence, then look: makes the lock's commit impossible for ever, then tells whether it happened. Two round trips. */
  settleVerdict(lock: SoftLock): Promise<Verdict>;
  /** What one of these operation ids committed, for asking again; for join its ticket. Null when none committed anything. */
  findCommitted(asked: AskedAgain, operationIds: readonly string[]): Promise<Committed | null>;
  /** Null when the booth does not exist. */
  readBooth(boothId: number): Promise<BoothHistory | null>;
  readVisit(waitingId: number): Promise<VisitRow | null>;
  /** Without those whose row cannot be read, so that they do not hide the others; asked for by id, such a booth is named. */
  listBooths(): Promise<readonly BoothRow[]>;
  /** Rows ENTERED for each booth that exists. */
  countInside(): Promise<readonly { readonly boothId: number; readonly inside: number }[]>;
  /** Names and numbers at a booth; users without a row are missing from the answer. */
  readPeople(boothId: number, userIds: readonly number[]): Promise<readonly { readonly userId: number; readonly name: string; readonly number: number | null }[]>;
  /**
   * Adds a walk-in: a users row (VISITOR, an address nobody can have) and the booth's next short number of the day.
   * The same operation id gives the same visitor. Several round trips.
   */
  addWalkIn(operationId: string, boothId: number, name: string): Promise<{ readonly outcome: 'added'; readonly userId: number; readonly number: number } | { readonly outcome: 'refused'; readonly code: RuleCode }>;
  /** Tickets kiosks registered that no row has used up: what a lost queue is refilled from. At most `limit`. */
  unservedTickets(boothId: number, limit: number): Promise<readonly Ticket[]>;
  /** Of these tickets, those that have their live row. One round trip for each thousand. */
  ticketsWithRow(tickets: readonly Ticket[]): Promise<readonly Ticket[]>;
  /** Violations findable in the history alone. */
  auditHistory(boothId: number): Promise<HistoryAudit>;
  /** For people, never for decisions. */
  writeJournal(entry: JournalEntry): Promise<void>;
  /** Keeps the last pass of each kiosk, for people. One round trip more at a kiosk's start, to forget kiosks long gone. */
  writePass(pass: PassFigures): Promise<void>;
  /** The latest pass any kiosk has written; null when there was none, or it cannot be read. */
  lastPass(): Promise<PassRecord | null>;
  close(): Promise<void>;
}

export interface PassFigures extends Pick<PassView, 'durationMs' | 'seen' | 'finished' | 'undone' | 'superseded' | 'kept' | 'recounted'> {
  /** The process that ran it. */
  readonly owner: string;
  readonly trigger: string;
}

export interface PassRecord extends PassFigures {
  /** The ledger's clock, epoch ms. */
  readonly endedAtMs: number;
}

export interface HistoryAudit {
  readonly called: number;
  readonly entered: number;
  readonly capacity: number;
  /** Waiting ids whose times are not registered ≤ called ≤ entered ≤ completed (or lack one their status needs). At most 100. */
  readonly timesOutOfOrder: readonly number[];
  /** Waiting ids whose status or user is none, or whose ticket is not that of its booth and user. At most 100. */
  readonly unreadable: readonly number[];
  /** User ids with more than one row CALLED or ENTERED of one registration (the same second) at the booth. At most 100. */
  readonly usersWithSeveralLiveVisits: readonly number[];
}

export interface Clock {
  /** Monotonic milliseconds, for durations. */
  monotonicMs(): number;
  /** Wall clock, for the kiosk's own log and screen only; decides nothing. */
  wallMs(): number;
  sleep(ms: number): Promise<void>;
}

export interface Ids {
  /** A new UUIDv7. */
  operationId(): string;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export interface Logger {
  /** One line per event. Names and addresses of people and stores do not belong in it. */
  log(level: 'info' | 'warn' | 'error', event: string, fields?: LogFields): void;
}
