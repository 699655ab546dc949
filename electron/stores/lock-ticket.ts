import type { SoftLock } from '../core/ports.ts';
import type { Ticket } from '../core/waiting.ts';

/** The ticket of a join, call or leave. Throws RangeError for a lock without score, which no queue store writes for these kinds. */
export function ticketOf(lock: SoftLock): Ticket {
  if (lock.score === null) throw new RangeError(`a lock of kind ${lock.kind} must carry a score`);
  return { boothId: lock.boothId, userId: lock.userId, score: lock.score };
}

/** The ticket that an action puts back into the queue. Throws RangeError for a lock without a score to return to, which no queue store writes for these kinds. */
export function returnTicketOf(lock: SoftLock): Ticket {
  if (lock.returnScore === null) throw new RangeError(`a lock of kind ${lock.kind} must carry a score to return to`);
  return { boothId: lock.boothId, userId: lock.userId, score: lock.returnScore };
}

/** The row of an action on a visit. Throws RangeError for a lock without one, which no queue store writes for these kinds. */
export function waitingIdOf(lock: SoftLock): number {
  if (lock.waitingId === null) throw new RangeError(`a lock of kind ${lock.kind} must carry a waiting id`);
  return lock.waitingId;
}
