/**
 * What the core needs of the world, in the domain's words. No connection, transaction or driver type appears here.
 * Rules refused by a store are values; a store that cannot answer throws a StoreFailure.
 */
import type { RuleCode, StoreCode } from '../../shared/errors.ts';
import type { AlertId } from '../../shared/snapshot.ts';
import type { OperationKind, QueueEffect, RestoreKind, ReturnPlace, Ticket, VisitKind } from './waiting.ts';

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

/** Who asked for an action and why: for the journal, whoever ends the lock. Nothing here decides anything but `overCapacity`. */
export interface OperationNote {
  /** The name chosen at the kiosk; null when nobody was chosen, or no person asked. */
  readonly staff: string | null;
  readonly reason: string | null;
  /** A supervisor lets one more in than the booth has room for. */
  readonly overCapacity: boolean;
}

/** The temporary record, in the queue store, of an operation under way: everything needed to finish or undo it. */
export interface SoftLock {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly boothId: number;
  readonly userId: number;
  /** The ticket's score; null on visits whose row another program wrote. */
  readonly score: number | null;
  /** Null for join, call, leave and dismiss: they have no row. */
  readonly waitingId: number | null;
  /** Where finish puts the visitor into the queue, of an action that puts one back; null for all others. */
  readonly returnScore: number | null;
  /** Of a call: where the visitor stood, 1 for the first; null for all others. */
  readonly position: number | null;
  readonly note: OperationNote;
  /** Kiosk id and a random process id, so that cloned machines differ. */
  readonly owner: string;
  /** What the commit is conditional on: the booth's generation (join, call, leave, dismiss) or the row's revision (the rest). */
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
  readonly note: OperationNote;
}
interface OnVisit extends BeginBase {
  readonly waitingId: number;
  readonly userId: number;
  readonly score: number | null;
}
export type BeginRequest =
  | (BeginBase & { readonly kind: 'join'; readonly userId: number })
  /**
   * userId: a chosen visitor; null for the first. leastEpoch: of the ledger as last read: a queue store that is behind it has lost
   * something, and nobody is called from it.
   */
  | (BeginBase & { readonly kind: 'call'; readonly userId: number | null; readonly leastEpoch: number })
  /** score: of the ticket that is meant; somebody who has registered anew since is not taken. Without it, whoever waits under this id is. */
  | (BeginBase & { readonly kind: 'leave' | 'dismiss'; readonly userId: number; readonly score?: number })
  | (OnVisit & { readonly kind: Exclude<VisitKind, RestoreKind> })
  /** returnScore: of the original place. A row of another program has no ticket, but a time of registration. */
  | (OnVisit & { readonly kind: RestoreKind; readonly returnScore: number; readonly place: ReturnPlace });

export type BeginResult =
  /** The lock is written (or was, under this very id). position and waitingTotal: for join, once it is through. */
  | { readonly outcome: 'begun'; readonly lock: SoftLock; readonly position: number; readonly waitingTotal: number }
  /** This id was used up before: its effect was finished, or undone. */
  | { readonly outcome: 'done'; readonly as: 'finished' | 'undone' }
  /** join only: in this queue already; nothing changed. */
  | { readonly outcome: 'already-queued'; readonly position: number; readonly waitingTotal: number }
  | {
      readonly outcome: 'refused';
      readonly code: Extract<
        RuleCode,
        'QUEUE_EMPTY' | 'NOT_IN_QUEUE' | 'VISIT_BUSY' | 'MAX_WAITING_EXCEEDED' | 'OPERATION_MISMATCH' | 'QUEUE_ENTRY_INVALID' | 'QUEUE_UNVERIFIED'
      >;
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

/** A booth's queue in one instant, with all that keeps a visitor out of it for the moment. */
export interface QueueSnapshot {
  /** In calling order; entries that are no visitors are left out. */
  readonly tickets: readonly Ticket[];
  /** Visitors inside a lock that stands for a place, or in quarantine. */
  readonly elsewhere: readonly number[];
  /** Counts every change kiosks make to this booth in the queue store. */
  readonly version: number;
  /** At some booth registrations are remembered that were merged into one entry. */
  readonly anyMerged: boolean;
}

/** What the queue store says of itself beside the ledger's copy. */
export interface QueueMark {
  /** Grows with every mirror pass and is kept in both stores; null when the queue store has none. */
  readonly epoch: number | null;
  /** The queue was verified on this very run of this very server. A store that cannot tell its runs apart says true. */
  readonly sameRun: boolean;
  /** Of the server that said so, opaque; '' where it cannot be told. */
  readonly run: string;
}

/** A soft lock of the backend's own: no operation id, no owner. */
export interface ForeignLock {
  /** Where it is. */
  readonly key: string;
  readonly ticket: Ticket;
  /** All its fields as they were: acting on it later goes by these. */
  readonly fingerprint: string;
  /** By the queue store's clock: since when it has stood unchanged, as far as kiosks saw. */
  readonly unchangedMs: number;
}

export interface SetAsideEntry {
  readonly boothId: number;
  /** As stored in the queue; a visitor's id, unless it never was one. */
  readonly member: string;
  readonly score: number | null;
  /** Why it cannot be called: member (no user id), score (no number), user (no users row), lock (nobody could end its action). */
  readonly reason: string;
}

/** The booth as the queue store's caches hold it for other programs. */
export interface BoothCard {
  readonly boothId: number;
  readonly name: string;
  readonly capacity: number;
  readonly status: 'OPEN' | 'CLOSED';
  readonly description: string;
  readonly universityName: string;
  /** Among `booth:ids`: visitors may register. Not in a last call, though the booth is open. */
  readonly listed: boolean;
}

/** What the caches say of a booth now. Null: the key is another program's own. */
export interface CachedBooth {
  readonly boothId: number;
  /** As stored; '' for none. */
  readonly status: string | null;
  readonly listed: boolean | null;
}

/** Alerts shared by all kiosks: each is told once, by whoever saw it first, and cleared once. Both stores keep some, so that one can tell of the other. */
export interface AlertBoard {
  /** Notes that these are seen now. Answers those that nobody had seen before. */
  noteAlerts(ids: readonly string[], owner: string): Promise<readonly string[]>;
  /** Takes out those that nobody has seen for `unseenMs`, by the store's clock; each is answered to one asker. */
  takeClearedAlerts(unseenMs: number): Promise<readonly string[]>;
}

/**
 * The queue: fast, shared with the visitors' app. Every method is one atomic step and one round trip unless it says otherwise;
 * those of more steps are atomic in each.
 */
export interface QueueStore extends AlertBoard {
  /**
   * Begins an operation: refuses ids already done; answers the same for an id whose lock is open; refuses while another lock
   * is open on the same visit or ticket; otherwise takes what the action needs (call: the first of the queue, or the one chosen; leave, dismiss:
   * that visitor, at the very score where one is named; join: a place among the user's active booths; put back: the score to return to) and writes the soft lock. A call sets entries that are no visitors aside, and passes over a visitor inside
   * a lock that nobody has ended for a minute.
   */
  begin(request: BeginRequest): Promise<BeginResult>;
  /**
   * Ends a lock: only if it is still open with this operation id, ticket, visit, generation and owner, applies the effect, deletes it and remembers
   * the id as done for 24 hours. 'done': somebody ended it before. 'gone': neither lock nor memory of it is there, so the store
   * has lost it. 'occupied': enqueue-alone, and the visitor stands in the queue. In these three cases nothing changed.
   */
  resolve(lock: SoftLock, effect: QueueEffect, as: 'finished' | 'undone'): Promise<ResolveResult>;
  /** The queue of a booth, at most `limit` entries from the front, with what belongs to it. */
  readQueue(boothId: number, limit: number): Promise<QueueView>;
  /**
   * Open locks, oldest first, at most `limit` with those that cannot be read, and the store's own clock (epoch ms) for their age. One
   * more step when some of them turn out to have been deleted by another program.
   */
  readLocks(limit: number): Promise<OpenLocks>;
  /** Says that this process lives. Processes silent for an hour are forgotten. */
  beat(owner: string): Promise<void>;
  /** Leaves in good order: nobody waits for this process's heartbeat any more. */
  endBeat(owner: string): Promise<void>;
  /** Makes this process the one that does the festival-wide work, unless another that is still heard of does it. Answers whether it is. For load, not for safety. */
  takeLead(owner: string, silentMs: number): Promise<boolean>;
  /** Counts one more failed attempt to settle this lock for its own sake. Answers how many there were; 0 when it is gone. */
  countAttempt(operationId: string): Promise<number>;
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
  /**
   * Which other registrations of the same visitors were merged into the entries of these tickets. Whatever puts a visitor over another entry of
   * theirs remembers both, but for the later ones of a refill; a finished call, leave or dismissal, being set aside, `forgetMerged` and
   * `beginRefill` forget. Of a store that was not verified on this run: none. A thousand entries of eight registrations are remembered at most. One
   * step for each thousand.
   */
  readMerged(boothId: number, tickets: readonly Ticket[]): Promise<readonly Ticket[]>;
  /** Forgets what was merged at a booth, but for visitors inside a lock: only if nothing has changed there since that version. Answers whether it did. */
  forgetMerged(boothId: number, version: number): Promise<boolean>;
  /** What tells whether this store still holds all that was mirrored from it. */
  readMark(): Promise<QueueMark>;
  /**
   * The queue is about to be compared with the ledger's copy. Answers a name that is gone when the store is emptied, and that setMark has to
   * be given: `name`, or that of an earlier comparison since. What was merged before is forgotten: the call
   * that ended it may be among what was lost.
   */
  beginRefill(name: string): Promise<string>;
  /**
   * The queue was compared with the ledger's copy and put right, on that run and under that name: whoever needs the queue may go on. The epoch
   * becomes `epoch` where it is lower or missing. Throws StoreFailure when the store is on another run by now, or was emptied meanwhile.
   */
  setMark(epoch: number, run: string, refill: string): Promise<void>;
  /** The epoch of a mirror pass that begins now: one more than before. Null, and nothing changed, when this store lost its mark, is behind `least`, or runs anew. */
  nextEpoch(least: number): Promise<number | null>;
  /**
   * A text for each booth, in the order asked, that differs when its queue does: cheap whatever the queue's length. It may miss a
   * change in the middle that leaves length, front and end as they were.
   */
  readFingerprints(boothIds: readonly number[]): Promise<readonly string[]>;
  /** All of a booth's queue in one instant. Null when the mark is not `epoch`'s any more: what is missing then may have been lost. */
  snapshotQueue(boothId: number, epoch: number): Promise<QueueSnapshot | null>;
  /** Makes the caches other programs read agree with these booths: `booth:{id}:meta` and `booth:ids`. */
  restoreBooths(booths: readonly BoothCard[]): Promise<void>;
  /** What those caches say of these booths, in the order asked. One step for each thousand. */
  readCaches(boothIds: readonly number[]): Promise<readonly CachedBooth[]>;
  /** The backend's own soft locks, a bounded look at a time: the next look goes on where this one ended. Several steps, bounded. */
  findForeignLocks(): Promise<readonly ForeignLock[]>;
  /** Ends a lock of the backend's, only if it is still as seen: the visitor is put back, or was served. Answers whether it was. */
  endForeignLock(lock: ForeignLock, as: 'put-back' | 'served'): Promise<boolean>;
  /** Entries taken out of the way, at all booths asked for. */
  readSetAside(boothIds: readonly number[]): Promise<readonly SetAsideEntry[]>;
  /**
   * Takes an entry out of quarantine: back into the queue at its score, or away for good. False when it is not there (any more), or cannot be
   * put back: it is no visitor, or a kiosk is at work on them.
   */
  endSetAside(boothId: number, member: string, as: 'restored' | 'dropped'): Promise<boolean>;
  /**
   * Removes a queue entry only if its score is still this one, no kiosk has changed the booth since that version, nobody is at work on a
   * lock of it, and the visitor is inside none. `other`: the score of another registration of theirs, which takes its place in the same
   * step; null: there is none.
   */
  removeStale(ticket: Ticket, version: number, other: number | null): Promise<boolean>;
  /** Calls `listener` with the booth whenever any kiosk changes it; the function returned stops it. */
  onChange(listener: (boothId: number) => void): () => void;
  /** Who serves, and which of its settings are weaker than recommended. */
  describe(): Promise<StoreDescription>;
  /** Ends waiting between attempts to reconnect: somebody wants it now. */
  reconnect(): void;
  close(): Promise<void>;
}

export type ResolveResult = 'applied' | 'done' | 'gone' | 'occupied';

export interface OpenLocks {
  readonly locks: readonly SoftLock[];
  readonly unreadable: readonly UnreadableLock[];
  readonly nowMs: number;
  /** For the owners of these locks that were ever heard of: for how long they have been silent. */
  readonly silentMs: ReadonlyMap<string, number>;
}

export interface StoreDescription {
  /** e.g. "Redis 7.0.15". */
  readonly server: string;
  /** Codes. Of the queue store: maxmemory-policy, no-aof, settings-unreadable, foreign-locks. Of the ledger: flush-log, zone-doubtful. */
  readonly warnings: readonly string[];
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
  /** One line per event, named in words joined by dashes. Names and addresses of people and stores do not belong in it. */
  log(level: 'debug' | 'info' | 'warn' | 'error', event: string, fields?: LogFields): void;
}

/** What a visitor, or the screen facing visitors, is told. */
export interface CallEvent {
  /** The receiver's inbox de-duplicates by it: the same event sent again carries the same. */
  readonly eventId: string;
  readonly kind: 'call' | 'recall' | 'cancellation';
  readonly waitingId: number;
  readonly userId: number;
  readonly boothId: number;
  readonly boothName: string;
  /** Where the visitor stood when called, 1 for the first. */
  readonly position: number;
}

/** The booth has closed, and the visitor need not wait any more. */
export interface DismissalEvent {
  readonly eventId: string;
  readonly kind: 'dismissal';
  readonly operationId: string;
  readonly userId: number;
  readonly boothId: number;
  readonly boothName: string;
  /** As staff gave it. */
  readonly reason: string | null;
}

export type VisitorEvent = CallEvent | DismissalEvent;

export interface Notifier {
  /** Hands the event over; resolves when the receiver has it for certain. Rejects otherwise, within a bounded time; it may have it all the same. */
  send(event: VisitorEvent): Promise<void>;
  close(): Promise<void>;
}

export interface Alert {
  /** The same for the same trouble, whichever kiosk sees it. */
  readonly id: AlertId;
  readonly level: 'warning' | 'urgent';
  /** One English sentence for people: what, and since when or how much. */
  readonly text: string;
}

export interface Alerter {
  /** Tells people. Rejects when it could not, within a bounded time. */
  tell(alert: Alert, state: 'raised' | 'cleared'): Promise<void>;
}
