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
   * enqueue: the ticket (re)enters the queue at its own score; beside a newer entry of the same visitor the earlier score stays.
   * leave: the booth leaves the user's active booths, unless the user is in that queue.
   * quarantine: the ticket is set aside for the supervisor, with its score; otherwise as leave.
   */
  readonly queue: 'enqueue' | 'leave' | 'quarantine' | 'none';
}

const NOTHING: QueueEffect = { count: 0, queue: 'none' };

/** finish: the commit happened. undo: it did not, and never will. */
export const EFFECTS: Readonly<Record<OperationKind, { readonly finish: QueueEffect; readonly undo: QueueEffect }>> = {
  join: { finish: { count: 0, queue: 'enqueue' }, undo: { count: 0, queue: 'leave' } },
  call: { finish: { count: 0, queue: 'leave' }, undo: { count: 0, queue: 'enqueue' } },
  enter: { finish: { count: 1, queue: 'none' }, undo: NOTHING },
  complete: { finish: { count: -1, queue: 'none' }, undo: NOTHING },
  'no-show': { finish: NOTHING, undo: NOTHING },
};

/** A called user who has no users row can never get a visit: set aside, so that one bad entry does not block the queue. */
export const UNKNOWN_USER: QueueEffect = { count: 0, queue: 'quarantine' };

/** The effect of a lock whose change was overtaken by somebody else's: none; the recount tells the rest. */
export const SUPERSEDED: QueueEffect = NOTHING;

/** Actions on a visit that has its row: the status each expects, and the one it leads to. */
export const VISIT_TRANSITIONS = {
  enter: { from: 'CALLED', to: 'ENTERED' },
  complete: { from: 'ENTERED', to: 'COMPLETED' },
  'no-show': { from: 'CALLED', to: 'COMPLETED' },
} as const satisfies Partial<Record<OperationKind, { from: WaitingStatus; to: WaitingStatus }>>;
export type VisitKind = keyof typeof VISIT_TRANSITIONS;

/**
 * What `waiting.kiosk_ops` keeps of an action on a visit: what tells for ever that it happened. The column is a list, because a later
 * action on the same visit must not erase the evidence of an earlier one.
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
