/** Events to send, and what is asked of whoever sends them. */
import { expect } from 'vitest';
import type { CallEvent, DismissalEvent } from '../../electron/core/ports.ts';

export const CALL: CallEvent = { eventId: 'call:31', kind: 'call', waitingId: 31, userId: 7, boothId: 3, boothName: '치킨 "Booth" 🍗', position: 2 };
export const RECALL: CallEvent = { ...CALL, eventId: 'recall:0190c5b2-0000-7000-8000-000000000001', kind: 'recall' };
export const CANCELLATION: CallEvent = { ...CALL, eventId: 'cancel:0190c5b2-0000-7000-8000-000000000002', kind: 'cancellation' };
export const DISMISSAL: DismissalEvent = {
  eventId: 'dismissal:0190c5b2-0000-7000-8000-000000000003', kind: 'dismissal', operationId: '0190c5b2-0000-7000-8000-000000000003', userId: 7, boothId: 3, boothName: CALL.boothName, reason: '재료 소진',
};

export const callOf = (waitingId: number): CallEvent => ({ ...CALL, eventId: `call:${waitingId}`, waitingId });

/** The sentence it was rejected with. */
export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const reason = await promise.then(() => null, (error: unknown) => error);
  expect(reason).toBeInstanceOf(Error);
  const { message } = reason as Error;
  // A sentence for people, not a stack and not a dump.
  expect(message).toMatch(/^[A-Z].{10,200}[.?!]$/);
  return message;
}
