/**
 * The ledger as the core needs it: the history of visits, durable, with the last word on every rule.
 */
import type { DepartureView } from '../../shared/channels.ts';
import type { RuleCode } from '../../shared/errors.ts';
import type { IncidentKind, PassView, PhaseChange } from '../../shared/snapshot.ts';
import type { AlertBoard, BoothCard, SoftLock, StoreDescription, VisitorEvent } from './ports.ts';
import type { CompletionType, OperationKind, Ticket, VisitKind, WaitingStatus } from './waiting.ts';

export interface VisitRow {
  readonly waitingId: number;
  readonly boothId: number;
  readonly userId: number;
  readonly status: WaitingStatus;
  /** Null on rows another program wrote. */
  readonly score: number | null;
  /** Grows with every change a kiosk makes or fences; 0 when no kiosk touched it. */
  readonly revision: number;
  /** The time of registration as a score in whole or broken seconds: what is put back where there is no ticket. */
  readonly registeredScore: number;
  readonly calledAtMs: number;
  readonly enteredAtMs: number | null;
  readonly completedAtMs: number | null;
  readonly endedAs: CompletionType | null;
  /** No no-show before this time, where somebody gave the visitor more. */
  readonly heldUntilMs: number | null;
  /** The row was given up: its ticket went back into the queue. */
  readonly released: boolean;
  /** The operation of the latest call again; null: called once. */
  readonly recall: string | null;
  /** Whether the visitor was told of the latest call of a kiosk: yes, not yet, not after all tries; null for other programs' calls. */
  readonly announced: 'yes' | 'pending' | 'failed' | null;
  readonly name: string;
  readonly number: number | null;
}

export interface BoothRow {
  readonly boothId: number;
  readonly name: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly capacity: number;
  /** Raised to fence calls, joins and leaves. */
  readonly generation: number;
  /** Kiosks' own, beside a status that knows open and closed only. Times are epoch ms; null: it is not so. */
  readonly lastCallAtMs: number | null;
  readonly pausedAtMs: number | null;
  readonly closedAtMs: number | null;
  /** The closing whose visitors are not all dismissed yet, by its operation id. */
  readonly dismissedBy: string | null;
  /** Why the latest of these changes was made, and by whom. */
  readonly phaseReason: string | null;
  readonly phaseStaff: string | null;
}

/** What staff make of a booth. */
export interface BoothChange {
  readonly boothId: number;
  readonly change: PhaseChange;
  /** Of a closing: whoever waits is dismissed by it. */
  readonly operationId: string;
  readonly staff: string | null;
  readonly reason: string | null;
  /** Of a closing: how many waited, for people. */
  readonly waiting: number | null;
  readonly owner: string;
}

export interface BoothHistory {
  readonly booth: BoothRow;
  /** Rows CALLED and ENTERED, oldest first. Those that cannot be read are left out; the audit names them. */
  readonly live: readonly VisitRow[];
  /** No-show clocks run from here at the earliest: since when kiosks have served the booth without a pause. Null: none ever did. */
  readonly servedSinceMs: number | null;
  /** Of the latest mirror pass: a queue store behind it has lost something. */
  readonly epoch: number;
  /** The ledger's clock, epoch ms. */
  readonly nowMs: number;
}

/** A visit as reports count it: without who it was. */
export interface CalledVisit {
  readonly waitingId: number;
  readonly status: WaitingStatus;
  readonly endedAs: CompletionType | null;
  /** Null of a visit that goes on. */
  readonly endedAtMs: number | null;
  /** Null where another program left it out. */
  readonly registeredAtMs: number | null;
  readonly calledAtMs: number;
}

/** A page of them. */
export interface CalledVisits {
  readonly visits: readonly CalledVisit[];
  /** Rows of the page that cannot be read, as they are named in the history: `waiting 12`. */
  readonly unreadable: readonly string[];
  /** Where the next page begins; null: this was the last. */
  readonly nextAfterId: number | null;
}

/** A booth from one instant (epoch ms) to just before another. */
export interface BoothSpan {
  readonly boothId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export type CommitResult =
  /** waitingId: null for join, leave and dismiss. */
  | { readonly outcome: 'committed'; readonly waitingId: number | null }
  /** Definitely not done: the generation has moved since it was read; the row or booth would still allow it. */
  | { readonly outcome: 'stale'; readonly generation: number }
  /** Definitely not done: a rule says no. */
  | { readonly outcome: 'refused'; readonly code: RuleCode; readonly params?: Readonly<Record<string, string | number>> }
  /** This ticket has its row already. Of a call: an older queue came back; it called nobody. Of a join: the visitor was called at this very score; it registered nobody. */
  | { readonly outcome: 'ticket-has-row'; readonly waitingId: number }
  /** Of a call: its visitor left at a kiosk, or was dismissed, by this ticket; an older queue, or a refill that came late, brought it back. It called nobody. */
  | { readonly outcome: 'ticket-left' }
  /** Another attempt of the request took effect, or this one with another ticket; nothing was done now. waitingId: null for join and leave. */
  | { readonly outcome: 'committed-before'; readonly waitingId: number | null; readonly userId: number };

/** Which action is asked for; one on a visit is looked for on that visit. */
export type AskedAgain = { readonly kind: 'join' | 'call' | 'leave' | 'dismiss' } | { readonly kind: VisitKind; readonly waitingId: number };

export interface Committed {
  readonly operationId: string;
  /** Null for what has no row: join, leave, dismiss. */
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
  readonly outcome: 'finished' | 'undone' | 'superseded' | 'quarantined';
  /** It was settled: the owner's own course ended without a certain outcome. */
  readonly settled: boolean;
  readonly staff: string | null;
  readonly reason: string | null;
  /** The process that resolved the lock: the owner, or whoever settled it. */
  readonly resolvedBy: string;
}

/** Something festival-wide that people must know of afterwards. */
export interface Incident {
  readonly kind: IncidentKind;
  /** Null for the whole festival. */
  readonly boothId: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many tickets, where that is a number. */
  readonly tickets: number | null;
  readonly owner: string;
  readonly detail: string;
}

/** Somebody who went from a booth: their visit ended, they went back into the queue, or they gave up their place in it. */
export interface Departure {
  /** Null for who left the queue: there was no visit. */
  readonly waitingId: number | null;
  readonly userId: number;
  readonly name: string;
  readonly number: number | null;
  readonly kind: DepartureView['kind'];
  readonly atMs: number;
  /** As the journal has it, once it does. */
  readonly staff: string | null;
  readonly reason: string | null;
  /** false: another program did it. */
  readonly byKiosk: boolean;
  readonly announced: DepartureView['announced'];
}

/** Everything the ledger knows of a visitor, or of one visit. */
export interface TraceRecord {
  readonly registrations: readonly { readonly ticket: Ticket; readonly atMs: number; readonly byKiosk: boolean; readonly leftAtMs: number | null; readonly goneAtMs: number | null }[];
  /** calledFromPosition: where in the queue the visitor stood when called; null for the front. */
  readonly visits: readonly (VisitRow & { readonly calledFromPosition: number | null; readonly byKiosk: boolean })[];
  readonly journal: readonly (JournalEntry & { readonly atMs: number })[];
}

/** The difference between a booth's queue and the ledger's copy of it. */
export interface MirrorChange {
  readonly boothId: number;
  /** Of the pass: an older one's change is refused. */
  readonly epoch: number;
  /** In the queue, and not (or no longer) in the copy. */
  readonly arrived: readonly Ticket[];
  /** In the copy, and taken out of the queue by another program. */
  readonly gone: readonly Ticket[];
  /** By the ledger's clock, before the queue was read: nothing registered since is touched. */
  readonly readAtMs: number;
}

/** Whose event: a visit's, by its id; that of a dismissal, which has no visit, by its operation id. */
export type EventOf = number | string;

/** The history: durable, has the last word on every rule. Each method is one round trip unless it says otherwise. */
export interface Ledger extends AlertBoard {
  /**
   * Makes sure that it can be served from, before anything is written, and reads the server's settings. A ledger of one's own is brought to
   * this version; a shared one that is not throws LEDGER_UNFIT. Safe to repeat and to race. Several round trips.
   */
  prepare(): Promise<StoreDescription>;
  /**
   * Commits the operation of a lock, conditional on the lock's generation, checking every rule: one SQL round trip; a short transaction
   * for a leave, and for actions that take a place again (undoing, letting in) or put a ticket back. A refusal costs one more to learn
   * why. 'unknown' failures need `settleVerdict`.
   * @param attempts the ids of all attempts of the request, of which one takes effect, whichever processes make them; the lock's alone when not given
   */
  commit(lock: SoftLock, attempts?: readonly string[]): Promise<CommitResult>;
  /** Fence, then look: makes the lock's commit impossible for ever, then tells whether it happened. Two round trips. */
  settleVerdict(lock: SoftLock): Promise<Verdict>;
  /**
   * Raises the generation of each of these booths, and the revision of every visit there whose ticket could be put back: nothing that takes
   * somebody into the queue or out of it and was begun there before can be committed any more. Three round trips.
   */
  fenceBooths(boothIds: readonly number[]): Promise<void>;
  /** What one of these operation ids committed, for asking again; for join and leave its ticket. Null when none committed anything. */
  findCommitted(asked: AskedAgain, operationIds: readonly string[]): Promise<Committed | null>;
  /** Null when the booth does not exist. */
  readBooth(boothId: number): Promise<BoothHistory | null>;
  readVisit(waitingId: number): Promise<VisitRow | null>;
  /** Visits of the booth that ended as no-show or cancelled within LATE_MS and can still be taken back, the latest first. At most `limit`. */
  readGone(boothId: number, limit: number): Promise<readonly VisitRow[]>;
  /** Who went from the booth within LATE_MS, in whatever way, the latest first. At most `limit`. Up to three round trips. */
  readDepartures(boothId: number, limit: number): Promise<readonly Departure[]>;
  /** Visits called within the span and not put back, by id, those after `afterId`. At most `limit`. A call without a time happened when its row was made. */
  readCalled(span: BoothSpan & { readonly afterId: number }, limit: number): Promise<CalledVisits>;
  /** Visitors registered within the span who left the queue without being called, by quarter hours of registration. */
  countLeft(span: BoothSpan): Promise<readonly { readonly atMs: number; readonly count: number }[]>;
  /** Without those whose row cannot be read, so that they do not hide the others; asked for by id, such a booth is named. */
  listBooths(): Promise<readonly BoothRow[]>;
  /**
   * Opens, pauses or closes a booth, and puts it on record; from then on every commit goes by it. What is so already is done again, with
   * the new reason. A closed booth must be opened first for anything but closing it. A short transaction.
   */
  changeBooth(change: BoothChange): Promise<'changed' | Extract<RuleCode, 'BOOTH_NOT_FOUND' | 'BOOTH_CLOSED'>>;
  /** Everybody was dismissed whom this closing was to dismiss. */
  endDismissal(boothId: number, operationId: string): Promise<void>;
  /**
   * Forgets what another program has overtaken by writing the status: a last call or pause of a booth that is closed, and the dismissals of
   * one that is open. Nothing changes while booth and kiosks agree.
   */
  forgetOvertaken(boothId: number): Promise<void>;
  /** What the queue store's caches hold of each booth. */
  listBoothCards(): Promise<readonly BoothCard[]>;
  /** Rows ENTERED for each booth that exists. */
  countInside(): Promise<readonly { readonly boothId: number; readonly inside: number }[]>;
  /** Names and numbers at a booth; users without a row are missing from the answer. */
  readPeople(boothId: number, userIds: readonly number[]): Promise<readonly { readonly userId: number; readonly name: string; readonly number: number | null }[]>;
  /**
   * Adds a walk-in: a users row (VISITOR, an address nobody can have) and the booth's next short number of the day.
   * The same operation id gives the same visitor; so do the digits of a phone number of somebody who was added at this booth by them and
   * waits, or was never queued. Several round trips.
   * @param phone 4 to 15 digits; null, or not given: nobody is looked for
   */
  addWalkIn(operationId: string, boothId: number, name: string, phone?: string | null): Promise<{ readonly outcome: 'added'; readonly userId: number; readonly number: number } | { readonly outcome: 'refused'; readonly code: RuleCode }>;
  /** Forgets phone numbers taken down longer ago than that, by the ledger's clock, the oldest first and at most `limit`. Answers how many. */
  forgetPhones(olderThanMs: number, limit: number): Promise<number>;
  /** Tickets kiosks registered or mirrored that nothing has used up: no row, not left, not gone. What a lost queue is refilled from. At most `limit`, in calling order. */
  unservedTickets(boothId: number, limit: number): Promise<readonly Ticket[]>;
  /**
   * Of these tickets, those that must not wait (any more): their visitor was called for it, by a kiosk, by a kiosk's later call
   * of the same visitor, or in that very second of registration by another program, or left the queue at a kiosk. One round trip for each thousand.
   */
  staleTickets(tickets: readonly Ticket[]): Promise<readonly Ticket[]>;
  /** The latest epoch under which any booth was copied (0 when there was none), when a whole mirror pass last ended, and the ledger's clock. */
  readMirror(): Promise<{ readonly epoch: number; readonly atMs: number | null; readonly nowMs: number }>;
  /** A mirror pass has ended: its epoch is what the queue store must not be behind. An older one changes nothing. */
  noteMirror(epoch: number): Promise<void>;
  /**
   * Brings the copy of a booth's queue up to date, but for who arrived and was called meanwhile, for this registration or for one before it:
   * they are left to the next pass. False, and nothing changed, when a later pass has written it or has ended. A short transaction.
   */
  writeMirror(change: MirrorChange): Promise<boolean>;
  /** Marks a ticket as ended on purpose, outside an operation: dropped from quarantine. Safe to repeat. */
  dropTicket(ticket: Ticket): Promise<void>;
  /** Takes that back: the visitor stands in the queue after all. A ticket that left stays so. Safe to repeat. */
  keepTicket(ticket: Ticket): Promise<void>;
  /** Says that a kiosk serves the booth. After a pause longer than `pauseMs` the booth's no-show clocks start anew; answers how long the pause was, 0 for none. */
  noteServed(boothId: number, pauseMs: number): Promise<number>;
  /**
   * Takes the event that the latest change of a visit calls for, or a dismissal, counting one try: nobody else gets it before the next
   * one is due. Null when there is none, or it is not due. `asap`: the first news need not wait for its time. Two round trips.
   */
  claimEvent(of: EventOf, asap: boolean): Promise<VisitorEvent | null>;
  /** The receiver has it, or the try failed: after the third it is given up, and a call shown as not announced. */
  endEvent(event: VisitorEvent, delivered: boolean): Promise<void>;
  /** Whose event is due, the oldest first. At most `limit`. */
  dueEvents(limit: number): Promise<readonly EventOf[]>;
  /** Violations findable in the history alone. */
  auditHistory(boothId: number): Promise<HistoryAudit>;
  /** For people, never for decisions. */
  writeJournal(entry: JournalEntry): Promise<void>;
  /** Keeps the figures of a pass, for people. One round trip more at a kiosk's start, to forget what is old. */
  writePass(pass: PassFigures): Promise<void>;
  /** The latest passes any kiosk has written that are worth showing, the newest first. At most `limit`. */
  readPasses(limit: number): Promise<readonly PassRecord[]>;
  writeIncident(incident: Incident): Promise<void>;
  /** The newest first. At most `limit`. */
  readIncidents(limit: number): Promise<readonly Incident[]>;
  /** The story of a visitor or a visit. Null when nothing is known of it. Several round trips. */
  readTrace(of: { readonly userId: number } | { readonly waitingId: number }): Promise<TraceRecord | null>;
  close(): Promise<void>;
}

export interface PassFigures extends Omit<PassView, 'endedAt' | 'problem' | 'trigger'> {
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

