/**
 * The visit: what a ticket is, which actions exist, and what each does to the queue store.
 */
import type { OperationKind } from '../../shared/snapshot.ts';

export type { OperationKind };
export type WaitingStatus = 'CALLED' | 'ENTERED' | 'COMPLETED';
export type CompletionType = 'ENTERED' | 'NO_SHOW' | 'CANCELLED';

/** One registration of one visitor at one booth. Two tickets differ when any of the three differs. */
export interface Ticket {
  readonly boothId: number;
  readonly userId: number;
  /** The queue score: opaque and exact. A double survives JavaScript, Redis and text in its shortest form unchanged. */
  readonly score: number;
}

/** The ticket as text, the same for equal doubles: what UNIQUE keys compare. */
export function ticketKey(ticket: Ticket): string {
  return `${ticket.boothId}:${ticket.userId}:${ticket.score}`;
}

/** The score of a ticket's text, to the digit. NaN for a text that is no ticket's. */
export function ticketScore(key: string): number {
  const score = /^\d+:\d+:(.+)$/.exec(key)?.[1];
  return score === undefined ? NaN : Number(score);
}

/** What resolving a soft lock does to the queue store, in one atomic step. */
export interface QueueEffect {
  /** Added to `booth:{id}:current`, which never falls below 0. */
  readonly count: -1 | 0 | 1;
  /**
   * enqueue: the ticket (re)enters the queue at the lock's `returnScore`, or at its own score where it has none; beside another entry of
   * the same visitor the earlier score stands, and the store remembers both. With `at`: at that score instead.
   * enqueue-alone: the same, but only where no other entry of the visitor stands in the queue.
   * leave: the booth leaves the user's active booths, unless the user is in that queue; finished, it ends all that was merged into the ticket's entry.
   * quarantine: the ticket is set aside for the supervisor, with its score; otherwise as leave.
   */
  readonly queue: 'enqueue' | 'enqueue-alone' | 'leave' | 'quarantine' | 'none';
  /** Of another registration of the same visitor, which the lock's ticket stood in the place of and which waits on. */
  readonly at?: number;
}

const NOTHING: QueueEffect = { count: 0, queue: 'none' };
const ONE_MORE: QueueEffect = { count: 1, queue: 'none' };
const ONE_LESS: QueueEffect = { count: -1, queue: 'none' };
const INTO_QUEUE: QueueEffect = { count: 0, queue: 'enqueue' };
const OUT_OF_QUEUE: QueueEffect = { count: 0, queue: 'leave' };

/** finish: the commit happened. undo: it did not, and never will. */
export const EFFECTS: Readonly<Record<OperationKind, { readonly finish: QueueEffect; readonly undo: QueueEffect }>> = {
  join: { finish: INTO_QUEUE, undo: OUT_OF_QUEUE },
  call: { finish: OUT_OF_QUEUE, undo: INTO_QUEUE },
  leave: { finish: OUT_OF_QUEUE, undo: INTO_QUEUE },
  dismiss: { finish: OUT_OF_QUEUE, undo: INTO_QUEUE },
  enter: { finish: ONE_MORE, undo: NOTHING },
  complete: { finish: ONE_LESS, undo: NOTHING },
  'no-show': { finish: NOTHING, undo: NOTHING },
  cancel: { finish: NOTHING, undo: NOTHING },
  hold: { finish: NOTHING, undo: NOTHING },
  recall: { finish: NOTHING, undo: NOTHING },
  // While its lock is open, a visitor who is put back counts as one with a place: undone, that must not outlive it.
  'put-back': { finish: INTO_QUEUE, undo: OUT_OF_QUEUE },
  'undo-call': { finish: INTO_QUEUE, undo: OUT_OF_QUEUE },
  'undo-no-show': { finish: NOTHING, undo: NOTHING },
  'undo-cancel': { finish: NOTHING, undo: NOTHING },
  'undo-complete': { finish: ONE_MORE, undo: NOTHING },
  admit: { finish: ONE_MORE, undo: NOTHING },
  requeue: { finish: INTO_QUEUE, undo: OUT_OF_QUEUE },
};

/** A ticket that can never be served: set aside, so that one bad entry does not block the queue. */
export const SET_ASIDE: QueueEffect = { count: 0, queue: 'quarantine' };

/** The effect of a lock whose change was overtaken by somebody else's: none; the recount tells the rest. */
export const SUPERSEDED: QueueEffect = NOTHING;

interface Transition {
  readonly from: WaitingStatus;
  readonly to: WaitingStatus;
  /** Of a visit that has ended: how it must have ended, and at most LATE_MS ago. A ticket that went back into the queue has no visit to return to. */
  readonly endedAs?: readonly CompletionType[];
  /** Of a visit that ends: how. */
  readonly ends?: CompletionType;
  /** The visit takes a place that it had given up: there must be room, unless a supervisor says otherwise. */
  readonly needsRoom?: true;
  /** The row is no longer its ticket's, and the ticket goes back into the queue. */
  readonly releases?: true;
  /** Whoever does it says why. */
  readonly needsReason?: true;
  /** The visitor has to hear of it. */
  readonly told?: true;
}

/** Actions on a visit that has its row: the state each expects, and the one it leads to. */
export const VISIT_TRANSITIONS = {
  enter: { from: 'CALLED', to: 'ENTERED' },
  complete: { from: 'ENTERED', to: 'COMPLETED', ends: 'ENTERED' },
  'no-show': { from: 'CALLED', to: 'COMPLETED', ends: 'NO_SHOW' },
  cancel: { from: 'CALLED', to: 'COMPLETED', ends: 'CANCELLED' },
  /** The visitor gets HOLD_MS from now. */
  hold: { from: 'CALLED', to: 'CALLED' },
  /** The call is announced again, as an event of its own. */
  recall: { from: 'CALLED', to: 'CALLED', told: true },
  'put-back': { from: 'CALLED', to: 'COMPLETED', ends: 'CANCELLED', releases: true, told: true },
  'undo-call': { from: 'CALLED', to: 'COMPLETED', ends: 'CANCELLED', releases: true, told: true },
  'undo-no-show': { from: 'COMPLETED', endedAs: ['NO_SHOW'], to: 'CALLED', needsRoom: true },
  'undo-cancel': { from: 'COMPLETED', endedAs: ['CANCELLED'], to: 'CALLED', needsRoom: true },
  'undo-complete': { from: 'COMPLETED', endedAs: ['ENTERED'], to: 'ENTERED', needsRoom: true },
  /** Somebody who had gone is here after all. */
  admit: { from: 'COMPLETED', endedAs: ['NO_SHOW', 'CANCELLED'], to: 'ENTERED', needsRoom: true, needsReason: true },
  requeue: { from: 'COMPLETED', endedAs: ['NO_SHOW', 'CANCELLED'], to: 'COMPLETED', ends: 'CANCELLED', releases: true, needsReason: true },
} as const satisfies Partial<Record<OperationKind, Transition>>;
export type VisitKind = keyof typeof VISIT_TRANSITIONS;

/** The rules of an action on a visit, with every field there is. */
export function transitionOf(kind: VisitKind): Transition {
  return VISIT_TRANSITIONS[kind];
}

export function isVisitKind<K extends string>(kind: K): kind is K & VisitKind {
  return Object.hasOwn(VISIT_TRANSITIONS, kind);
}

/** Actions that put a ticket back into the queue: their lock stands for a place in it, as that of a join, call or leave does. */
export type RestoreKind = { [K in VisitKind]: (typeof VISIT_TRANSITIONS)[K] extends { readonly releases: true } ? K : never }[VisitKind];
export function isRestoreKind(kind: OperationKind): kind is RestoreKind {
  return isVisitKind(kind) && transitionOf(kind).releases === true;
}

/** Actions that take a visitor into or out of the queue need the queue store; the others go on while it is away. */
export function needsQueue(kind: OperationKind): boolean {
  return !isVisitKind(kind) || isRestoreKind(kind);
}

/** What the visitor has to hear of: a call, what changes it for them, and being sent away. */
export function isTold(kind: OperationKind): boolean {
  return kind === 'call' || kind === 'dismiss' || (isVisitKind(kind) && transitionOf(kind).told === true);
}

/** Where a ticket goes that is put back: to its own place, or behind the next three, so that an absent visitor is not the first again. */
export type ReturnPlace = 'original' | 'after-three';

/**
 * What `waiting.kiosk_ops` keeps of an action on a visit: what tells that it happened. The column is a list, because a later action on
 * the same visit must not erase the evidence of an earlier one; only after some forty more does the oldest give way.
 */
export function evidenceOf(kind: VisitKind, operationId: string): string {
  return `${kind}:${operationId}`;
}

/** A canonical positive id as other programs write it into queue members: decimal, no sign, no leading zero. */
export function parseId(text: string): number | null {
  if (!/^[1-9]\d{0,15}$/.test(text)) return null;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : null;
}

const SECONDS_PLAUSIBLE = { from: 1_000_000_000, to: 10_000_000_000 };

/**
 * The time a score stands for, epoch milliseconds. Backends write whole seconds or milliseconds; the size tells which.
 * Null when it is neither: such a score still orders the queue.
 */
export function registeredAtMs(score: number): number | null {
  if (score >= SECONDS_PLAUSIBLE.from && score < SECONDS_PLAUSIBLE.to) return Math.round(score * 1000);
  if (score >= SECONDS_PLAUSIBLE.from * 1000 && score < SECONDS_PLAUSIBLE.to * 1000) return Math.round(score);
  return null;
}
