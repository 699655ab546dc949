import type { VisitorEvent } from '../core/ports.ts';

/** The event as its receivers read it. What else may be added one day, they pass over. */
export function eventBody(event: VisitorEvent, type: 'CALL' | 'RECALL' | 'CALL_CANCELLED' | 'DISMISSED'): string {
  const { eventId, userId, boothId, boothName } = event;
  if (event.kind === 'dismissal') return JSON.stringify({ type, eventId, userId, boothId, boothName, reason: event.reason });
  const { position: calledPosition, waitingId } = event;
  return JSON.stringify({ type, eventId, userId, boothId, boothName, calledPosition, waitingId });
}
