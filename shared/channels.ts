/**
 * The one contract between screen and main process: every channel with its request and answer.
 * Both sides derive their types from here; nothing else crosses.
 */
import type { DisplayView } from './display.ts';
import type { AppError, Result } from './errors.ts';
import type { DayReport } from './report.ts';
import type { Language, OperationKind, PassView, Person, PhaseChange, Snapshot, SoundSettings, WaitingEntry } from './snapshot.ts';

/** What a tap comes to. `saved` and `catching-up` are both done; `checking` becomes known later. */
export interface TapAnswer {
  readonly operationId: string;
  readonly state: 'saved' | 'catching-up' | 'checking';
  readonly person: Person | null;
  readonly waitingId: number | null;
}

/** Several calls in a row. At least one; `stopped` says why there are not as many as were asked for. */
export interface CallsAnswer {
  readonly calls: readonly TapAnswer[];
  readonly stopped: AppError | null;
}

/** What the person says with an action, for the journal. */
export interface AskedNote {
  readonly reason?: string;
  /** A supervisor lets one more in than the booth has room for; needs a reason. */
  readonly overCapacity?: boolean;
}

/** Letting somebody in, or queueing them again, who had gone, needs a reason. */
export interface VisitAct extends AskedNote {
  readonly waitingId: number;
  readonly kind: Exclude<OperationKind, 'join' | 'call' | 'leave' | 'dismiss'>;
  /** Of put-back alone: to the visitor's own place, where nothing is said. */
  readonly place?: 'original' | 'after-three';
}

/** The whole queue in calling order, at most QUEUE_LISTED_MAX of it. */
export interface QueueListing {
  readonly entries: readonly WaitingEntry[];
  readonly total: number;
}

/** Somebody who went from the booth lately. */
export interface DepartureView extends Person {
  /** Null for who left the queue: there was no visit. */
  readonly waitingId: number | null;
  readonly kind: Extract<OperationKind, 'complete' | 'no-show' | 'cancel' | 'put-back' | 'undo-call' | 'requeue' | 'leave' | 'dismiss'>;
  /** The ledger's clock, epoch ms. */
  readonly at: number;
  readonly staff: string | null;
  readonly reason: string | null;
  /** person: somebody at a kiosk; time: they did not come in time; elsewhere: another program. */
  readonly by: 'person' | 'time' | 'elsewhere';
  /** Whether who was dismissed was told: yes, not yet, or not after all tries; null for all others. */
  readonly announced: 'yes' | 'pending' | 'failed' | null;
}

/** Somebody an earlier day left behind. */
export interface LeftoverEntry extends Person {
  readonly kind: 'waiting' | 'called' | 'inside';
  /** Null for who waits. */
  readonly waitingId: number | null;
  /** When they registered, were called, went in: the ledger's clock, epoch ms. */
  readonly at: number;
}

export interface LeftoversListing {
  readonly entries: readonly LeftoverEntry[];
  /** Whoever came before this instant (epoch ms) is one of them. */
  readonly before: number;
}

/** What clearing them came to. */
export interface ClearedAnswer {
  readonly cleared: number;
  /** Another kiosk is at work on them just now. */
  readonly kept: number;
  /** Why it ended before all were tried. */
  readonly stopped: AppError | null;
}

export interface ReportAnswer extends DayReport {
  /** The day of the ledger's clock, as 2026-05-21. */
  readonly today: string;
}

/** not-written: the place that was chosen cannot be written to. */
export interface SavedReport {
  readonly outcome: 'saved' | 'cancelled' | 'not-written';
  /** Where, or where not; '' when cancelled. */
  readonly file: string;
}

/** Of one booth, or all: null. */
export interface ReportRequest {
  /** As 2026-05-21; null: today. */
  readonly date: string | null;
  readonly boothId: number | null;
}

export interface JoinAnswer extends TapAnswer {
  readonly position: number | null;
  readonly waitingTotal: number | null;
  readonly estimatedWaitMinutes: number | null;
  /** The visitor was in this queue before the tap; nothing changed. */
  readonly alreadyQueued: boolean;
}

/** What a change of the booth comes to. It is saved in both cases; the caches other programs read may follow later. */
export interface BoothAnswer {
  readonly state: 'saved' | 'catching-up';
  /** Of a closing: how many waited, and are being dismissed. */
  readonly waiting: number;
}

/** What a server said when it was tried from the set-up screen. */
export interface StoreTrial {
  /** e.g. "Redis 7.0.15". */
  readonly server: string;
  /** Of the ledger; what is not ready, connecting makes so. empty: it has no festival tables yet. behind: not prepared for this kiosk. */
  readonly schema: 'ready' | 'behind' | 'empty';
  readonly booths: readonly { readonly id: number; readonly name: string }[];
}

export interface ConnectRequest {
  readonly redisUrl: string;
  readonly mysqlUrl: string;
  readonly boothId: number;
  readonly kioskId: string;
  readonly language: Language;
}

/** request → answer. Every answer is a Result: failures are values. */
export interface Requests {
  'snapshot:get': { request: null; answer: Snapshot };
  'booth:call-next': { request: { boothId: number } & AskedNote; answer: TapAnswer };
  /** Out of turn: the reason is required. */
  'booth:call-chosen': { request: { boothId: number; userId: number; reason: string; overCapacity?: boolean }; answer: TapAnswer };
  /** At most CALLS_AT_ONCE_MAX. */
  'booth:call-several': { request: { boothId: number; count: number }; answer: CallsAnswer };
  /** A waiting visitor gives up the place. */
  'booth:leave': { request: { boothId: number; userId: number; reason?: string }; answer: TapAnswer };
  'booth:list-queue': { request: { boothId: number }; answer: QueueListing };
  /** Within LATE_MS, the latest first. At most DEPARTURES_LISTED_MAX. */
  'booth:list-departures': { request: { boothId: number }; answer: readonly DepartureView[] };
  /** Everybody an earlier day left behind. */
  'booth:list-leftovers': { request: { boothId: number }; answer: LeftoversListing };
  /** Those among them who came before `before`, as listed. Answered when all were tried. */
  'booth:clear-leftovers': { request: { boothId: number; before: number; reason: string }; answer: ClearedAnswer };
  'visit:act': { request: VisitAct; answer: TapAnswer };
  /** reason: needed for a pause, and for closing where people wait. */
  'booth:set-status': { request: { boothId: number; change: PhaseChange; reason: string | null }; answer: BoothAnswer };
  'booth:add-visitor': { request: { boothId: number; name: string }; answer: JoinAnswer };
  /** 4 to 15 digits. Who waits at the booth by the same number is the same visitor. */
  'booth:add-by-phone': { request: { boothId: number; phone: string }; answer: JoinAnswer };
  /** A visitor the festival knows, by the id in its app. */
  'booth:add-known': { request: { boothId: number; userId: number }; answer: JoinAnswer };
  /** The person at the booth has read that the queue was lost. */
  'booth:note-lost-queue': { request: null; answer: null };
  'booth:select': { request: { boothId: number }; answer: null };
  'report:read': { request: ReportRequest; answer: ReportAnswer };
  /** As CSV, to where the person says in a dialog of the system. */
  'report:save': { request: ReportRequest; answer: SavedReport };
  'kiosk:reconcile': { request: null; answer: PassView };
  'kiosk:retry-stores': { request: null; answer: null };
  'kiosk:set-language': { request: { language: Language }; answer: null };
  'kiosk:set-sound': { request: SoundSettings; answer: null };
  /** null: nobody. */
  'kiosk:choose-staff': { request: { name: string | null }; answer: null };
  'kiosk:set-demo-arrivals': { request: { on: boolean }; answer: null };
  'setup:try-here': { request: { language: Language }; answer: null };
  'setup:try-store': { request: { store: 'queue' | 'ledger'; url: string }; answer: StoreTrial };
  'setup:connect': { request: ConnectRequest; answer: null };
}
export type RequestChannel = keyof Requests;

/** Pushed from main to the screen. */
export interface Pushes {
  snapshot: Snapshot;
  /** To the visitors' display, and nothing else goes there. */
  display: DisplayView;
}
export type PushChannel = keyof Pushes;

/** What the preload script puts on `window.kiosk`. */
export interface KioskBridge {
  request<C extends RequestChannel>(channel: C, request: Requests[C]['request']): Promise<Result<Requests[C]['answer']>>;
  /** Calls `listener` on each push; the function returned stops it. */
  on<C extends PushChannel>(channel: C, listener: (value: Pushes[C]) => void): () => void;
}
