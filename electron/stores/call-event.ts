/** What people are to be told of a visit's latest change, as both ledgers keep it in `waiting.kiosk_event`: `kind:operation id`. */
import type { CallEvent, DismissalEvent } from '../core/ports.ts';
import { textOrNull, toId, toNumber, toText } from './row-values.ts';

/** A call is told by the process that made it, at once; from then on by whoever comes first. */
export const CALL_DUE_S = 10;
export const EVENT_TRIES = 3;
/** Until the next try is due, after the first, the second and the third; after the last the event is given up. */
const TRY_AGAIN_S = [10, 30, 30] as const;
/** News of this age is no news: telling a visitor to come whose turn has passed would be worse than silence. */
export const EVENT_LIFE_S = 600;

/** @param triesBefore how many were made before this one */
export function secondsToNextTry(triesBefore: number): number {
  return TRY_AGAIN_S[triesBefore] ?? TRY_AGAIN_S[2];
}

export function storedEvent(kind: CallEvent['kind'], operationId: string): string {
  return `${kind}:${operationId}`;
}

/** Of a dismissal, in `kiosk_queue.event`: receivers know it by the operation. */
export function dismissalEvent(operationId: string, row: Readonly<Record<string, unknown>>): DismissalEvent {
  return {
    eventId: `dismissal:${operationId}`,
    kind: 'dismissal',
    operationId,
    userId: toId(row['user_id'], 'users'),
    boothId: toId(row['booth_id'], 'booth'),
    boothName: toText(row['name']),
    reason: textOrNull(row['left_reason']),
  };
}

/** The kind of a stored event, and the id receivers know it by. Null for a text that is no event. */
export function readEvent(stored: unknown, waitingId: number): Pick<CallEvent, 'kind' | 'eventId'> | null {
  const [, kind, operationId] = /^(call|recall|cancellation):(.+)$/.exec(typeof stored === 'string' ? stored : '') ?? [];
  switch (kind) {
    case 'call':
      // A row is made by one call: the form receivers beside the festival's backend de-duplicate by.
      return { kind, eventId: `call:${waitingId}` };
    case 'recall':
      return { kind, eventId: `recall:${operationId}` };
    case 'cancellation':
      return { kind, eventId: `cancel:${operationId}` };
    default:
      return null;
  }
}

/** The event as its sender needs it. @param row with `user_id`, `booth_id`, `name` (the booth's) and `called_position` */
export function callEvent(event: Pick<CallEvent, 'kind' | 'eventId'>, waitingId: number, row: Readonly<Record<string, unknown>>): CallEvent {
  return {
    ...event,
    waitingId,
    userId: toId(row['user_id'], 'users'),
    boothId: toId(row['booth_id'], 'booth'),
    boothName: toText(row['name']),
    position: toNumber(row['called_position'], 'waiting.called_position'),
  };
}

/** Only the first news of a call is not bound to its time; a cancellation waits for the end of what it cancels. */
export function mayComeEarly(event: Pick<CallEvent, 'kind'> | null, triesBefore: number): boolean {
  return event?.kind === 'call' && triesBefore === 0;
}

/** Nobody is told to come who has come, or need not any more. */
export function isWorthTelling(kind: CallEvent['kind'], status: unknown): boolean {
  return kind === 'cancellation' || status === 'CALLED';
}

/** Whether the row still calls for this very event. */
export function isStillCalledFor(stored: unknown, event: Pick<CallEvent, 'eventId' | 'waitingId'>): boolean {
  return readEvent(stored, event.waitingId)?.eventId === event.eventId;
}

/** The same as a pattern for SQL's LIKE: receivers know a call by its visit, the row by its operation. */
export function storedPattern({ kind, eventId }: Pick<CallEvent, 'kind' | 'eventId'>): string {
  return storedEvent(kind, kind === 'call' ? '%' : eventId.slice(eventId.indexOf(':') + 1));
}
