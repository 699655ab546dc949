/**
 * What the screens show: one JSON-safe value, made by the main process and pushed whole.
 * All times are epoch milliseconds by the clock of the ledger (the history store), never by the kiosk's.
 */
import type { AppError, ErrorCode } from './errors.ts';

export type Language = 'ko' | 'en';
export type OperationKind = 'join' | 'call' | 'enter' | 'complete' | 'no-show';

export interface Person {
  readonly userId: number;
  /** Nickname, any script. Empty when the user has no row. */
  readonly name: string;
  /** The booth's short number of the day; null for visitors who joined through the festival's app. */
  readonly number: number | null;
}

export interface WaitingEntry extends Person {
  /** 1 for the next to be called. */
  readonly position: number;
  /** Registration time, null when the score is not a plausible time. */
  readonly registeredAt: number | null;
}

export interface VisitEntry extends Person {
  readonly waitingId: number;
  readonly calledAt: number;
  readonly enteredAt: number | null;
}

export interface BoothView {
  readonly id: number;
  readonly name: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly capacity: number;
  /** Visitors inside by the history (rows ENTERED). */
  readonly inside: number;
  /** The shared count `booth:{id}:current`; null while the queue store cannot be read or the count is not a number. */
  readonly current: number | null;
  readonly waitingTotal: number;
  /** Entries taken out of the queue because they can never be called; a supervisor has to look at them. */
  readonly setAside: number;
  /** Minutes a visitor who joins now will wait. */
  readonly estimatedWaitMinutes: number;
  /**
   * The queue store came back without (all of) what it held, as its own record of changes tells: how many waited before. Null when
   * nothing of the kind was seen, or a person has taken note.
   */
  readonly lostQueue: { readonly waitingBefore: number } | null;
  /** The first of the queue, at most BOARD_WAITING_LIMIT. */
  readonly waiting: readonly WaitingEntry[];
  readonly called: readonly VisitEntry[];
  readonly insideList: readonly VisitEntry[];
  /** When queue and history were last read, by the ledger's clock; null when never. */
  readonly queueReadAt: number | null;
  readonly ledgerReadAt: number | null;
}

export interface StoreView {
  readonly role: 'queue' | 'ledger';
  /** e.g. "Redis 7.0.15", "MariaDB 10.11.14", "embedded". */
  readonly server: string;
  /** slow: it was up, and now an answer is overdue; nothing new begins on it until it comes. */
  readonly state: 'connecting' | 'up' | 'slow' | 'down' | 'unfit';
  /** Since when it is in this state, by the kiosk's clock: for durations on this screen only. */
  readonly since: number;
  readonly latencyMs: number | null;
  /** Why it is slow, down or unfit. */
  readonly problem: AppError | null;
  /** Settings of the server weaker than recommended; each a code the screen can put into words. */
  readonly warnings: readonly string[];
  /** Clocks that differ too much from this store's; of queue and ledger only the ledger names the other. */
  readonly clocksApart: readonly { readonly from: 'kiosk' | 'queue'; readonly seconds: number }[];
}

export interface LockView {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly boothId: number;
  readonly person: Person;
  readonly waitingId: number | null;
  readonly owner: string;
  /** Held by this very process. */
  readonly mine: boolean;
  readonly ageMs: number;
  /** Older than OVERDUE_MS: shown in red. */
  readonly overdue: boolean;
}

export interface PassView {
  /** By the kiosk's clock: when the pass ended. */
  readonly endedAt: number;
  readonly durationMs: number;
  readonly trigger: 'start' | 'interval' | 'reconnect' | 'failed-tap' | 'by-hand';
  /** Locks looked at: those settled (finished, undone, superseded), those kept for the next pass, and those left to their living owners. */
  readonly seen: number;
  readonly finished: number;
  readonly undone: number;
  readonly superseded: number;
  readonly kept: number;
  /** Booths whose count was corrected. */
  readonly recounted: number;
  /** Set when the pass could not run to its end. */
  readonly problem: AppError | null;
}

/** An operation of this kiosk that is not through yet. */
export interface PendingOperation {
  readonly operationId: string;
  readonly kind: OperationKind;
  /** catching-up: committed, the queue store follows. checking: the outcome is not known yet. */
  readonly state: 'catching-up' | 'checking';
  readonly person: Person | null;
  /** By the kiosk's clock. */
  readonly since: number;
}

/** How an operation that was being checked has ended; told to the screen once. */
export interface SettledNotice {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly outcome: 'done' | 'not-done';
  readonly person: Person | null;
}

export interface Snapshot {
  /** Grows by one with every push; a screen ignores what is older than what it shows. */
  readonly version: number;
  readonly phase: 'setup' | 'running';
  readonly kioskId: string;
  readonly language: Language;
  /** true: embedded stores; the queue lives on this machine only. */
  readonly embedded: boolean;
  readonly demoArrivals: boolean;
  /** IANA name, for times on screen. */
  readonly timeZone: string;
  /** The ledger's clock at the moment of the push (estimated from the last reading). */
  readonly now: number;
  readonly booth: BoothView | null;
  /** Why there is no booth, when there is none. */
  readonly boothProblem: ErrorCode | null;
  readonly booths: readonly { readonly id: number; readonly name: string; readonly status: 'OPEN' | 'CLOSED' }[];
  readonly stores: readonly StoreView[];
  readonly locks: readonly LockView[];
  readonly lastPass: PassView | null;
  readonly reconciling: boolean;
  readonly pending: readonly PendingOperation[];
  readonly settled: readonly SettledNotice[];
}
