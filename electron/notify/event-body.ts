import type { CallEvent } from '../core/ports.ts';

/** The event as its receivers read it. What else may be added one day, they pass over. */
export function eventBody(event: CallEvent, type: 'CALL' | 'RECALL' | 'CALL_CANCELLED'): string {
  const { eventId, userId, boothId, boothName, position: calledPosition, waitingId } = event;
  return JSON.stringify({ type, eventId, userId, boothId, boothName, calledPosition, waitingId });
}
