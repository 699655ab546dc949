/**
 * What the screens show: one JSON-safe value, made by the main process and pushed whole.
 * Times are epoch milliseconds by the clock of the ledger (the history store), unless their comment names the kiosk's.
 */
import type { AppError, ErrorCode } from './errors.ts';

export type Language = 'ko' | 'en';
export type OperationKind =
  | 'join'
  | 'call'
  | 'leave'
  /** The booth closes: whoever waits is sent away, and told. */
  | 'dismiss'
  | 'enter'
  | 'complete'
  | 'no-show'
  | 'cancel'
  | 'hold'
  | 'recall'
  | 'put-back'
  | 'undo-call'
  | 'undo-no-show'
  | 'undo-cancel'
  | 'undo-complete'
  /** Somebody gone for a short time is let in, or queued again at their old place. */
  | 'admit'
  | 'requeue';

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
  /** When a called visitor counts as absent; null: never by itself. */
  readonly noShowAt: number | null;
  /** The operation of the latest call again; null: called once. */
  readonly recall: string | null;
  /** Whether the visitor was told of the call: yes, not yet, or not after all tries; null where kiosks do not tell visitors. */
  readonly announced: 'yes' | 'pending' | 'failed' | null;
}

/** last-call: nobody new registers, and those who wait are called. paused: nobody is called for now. */
export const BOOTH_PHASES = ['open', 'last-call', 'paused', 'closed'] as const;
export type BoothPhase = (typeof BOOTH_PHASES)[number];

/** What staff can make of a booth. resume: ends a pause, and leaves everything else as it was. */
export const PHASE_CHANGES = ['open', 'last-call', 'pause', 'resume', 'close'] as const;
export type PhaseChange = (typeof PHASE_CHANGES)[number];

export interface PhaseView {
  readonly phase: BoothPhase;
  /** As staff gave it; null where none was, or another program closed the booth. */
  readonly reason: string | null;
  /** Null for an open booth, and where another program closed it. */
  readonly since: number | null;
  /** Nobody new registers; also while a last call is paused. */
  readonly lastCall: boolean;
  /** Those who waited when the booth was closed are being dismissed. */
  readonly dismissing: boolean;
}

export interface BoothView {
  readonly id: number;
  readonly name: string;
  /** What the history's status and the kiosks' own record beside it come to. */
  readonly phase: PhaseView;
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
  /**
   * How many an earlier day left behind, as far as this board reads; null: nobody. Of those who wait it sees the front of the queue:
   * there may be more than BOARD_WAITING_LIMIT.
   */
  readonly leftovers: { readonly waiting: number; readonly called: number; readonly inside: number } | null;
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

/** What a pass runs for. */
export const PASS_TRIGGERS = ['start', 'interval', 'reconnect', 'failed-tap', 'by-hand'] as const;
export type PassTrigger = (typeof PASS_TRIGGERS)[number];

export interface PassView {
  /** When the pass ended: of `lastPass` by the kiosk's clock, of `monitoring.passes` by the ledger's. */
  readonly endedAt: number;
  readonly durationMs: number;
  readonly trigger: PassTrigger;
  /** It did the festival-wide steps, too; they are one kiosk's at a time. */
  readonly lead: boolean;
  /** Locks looked at: settled (finished, undone, superseded), taken out of the way for good (quarantined), kept for the next pass; the rest was left to living owners. */
  readonly seen: number;
  readonly finished: number;
  readonly undone: number;
  readonly superseded: number;
  readonly quarantined: number;
  readonly kept: number;
  /** Booths whose count was corrected, and by how much in all. */
  readonly recounted: number;
  readonly drift: number;
  /** Queue entries removed because their visitor had been called or had left. */
  readonly swept: number;
  /** Tickets put back because the queue store had lost them. */
  readonly refilled: number;
  /** Called visitors who did not come in time. */
  readonly expired: number;
  /** Set when the pass could not run to its end. */
  readonly problem: AppError | null;
}

export type AlertId = 'locks-overdue' | 'settlements-failing' | 'queue-unreachable' | 'ledger-unreachable' | 'quarantine';

/** What stands wrong in the festival, as far as this kiosk sees. */
export interface AlertView {
  readonly id: AlertId;
  readonly level: 'warning' | 'urgent';
}

/**
 * refill: the queue store had lost data. outage: no kiosk served this booth. restored, dropped: what became of an entry of the quarantine.
 * cleared: visitors of an earlier day. The others: what staff made of a booth.
 */
export const INCIDENT_KINDS = ['refill', 'outage', 'restored', 'dropped', 'cleared', ...PHASE_CHANGES] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** Something people must know of afterwards. */
export interface IncidentView {
  readonly kind: IncidentKind;
  readonly boothId: number | null;
  readonly from: number;
  readonly to: number;
  readonly tickets: number | null;
}

/** The festival as a whole; figures of the ledger, null or empty until they were read. */
export interface MonitoringView {
  /** This kiosk does the festival-wide work now. */
  readonly lead: boolean;
  /** When the queues were last copied into the ledger; null: never. */
  readonly mirroredAt: number | null;
  /** The latest passes of all kiosks, the newest first. */
  readonly passes: readonly PassView[];
  /** Of these passes: locks settled, and attempts to settle one that failed. */
  readonly settled: number;
  readonly failed: number;
  readonly alerts: readonly AlertView[];
  readonly incidents: readonly IncidentView[];
}

/** An operation of this kiosk that is not through yet. */
export interface PendingOperation {
  readonly operationId: string;
  readonly kind: OperationKind;
  /** catching-up: committed, the queue store follows. checking: the outcome is not known yet. */
  readonly state: 'catching-up' | 'checking';
  readonly person: Person | null;
  readonly boothId: number;
  /** Of an action on a visit, and of a call that made one. */
  readonly waitingId: number | null;
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

/** How this kiosk calls visitors out loud. */
export interface SoundSettings {
  /** Of the kiosks at one booth, one does. */
  readonly announces: boolean;
  readonly muted: boolean;
  /** MIN_VOLUME to 100, in percent. */
  readonly volume: number;
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
  /** Who may be chosen as the one at work, and who is: in the journal of every action from then on. */
  readonly staff: { readonly names: readonly string[]; readonly chosen: string | null };
  readonly sound: SoundSettings;
  /** What codes of visitors begin with, before the user id; '': nothing. */
  readonly scannerPrefix: string;
  /** IANA name, for times on screen. */
  readonly timeZone: string;
  /** The ledger's clock at the moment of the push (estimated from the last reading). */
  readonly now: number;
  readonly booth: BoothView | null;
  /** Why there is no booth, when there is none. */
  readonly boothProblem: ErrorCode | null;
  readonly booths: readonly { readonly id: number; readonly name: string; readonly phase: BoothPhase }[];
  readonly stores: readonly StoreView[];
  readonly locks: readonly LockView[];
  readonly lastPass: PassView | null;
  readonly monitoring: MonitoringView;
  readonly reconciling: boolean;
  /** Whom an earlier day left behind is being cleared: how many are through. */
  readonly clearing: { readonly boothId: number; readonly done: number; readonly total: number } | null;
  readonly pending: readonly PendingOperation[];
  readonly settled: readonly SettledNotice[];
}
