/**
 * Telling visitors of their call, and of a booth that sends them away. What has to be told is part of the row that the commit itself writes:
 * so nothing is announced that was not committed, and nothing committed is forgotten, whoever dies. The receiver de-duplicates by event.
 */
import type { Core } from './core.ts';
import type { EventOf } from './ledger.ts';
import type { SoftLock } from './ports.ts';
import { asStoreFailure } from './store-failure.ts';
import { isTold } from './waiting.ts';

/** Events one pass hands over; more are left to the next. */
const EVENTS_PER_PASS = 100;
const EVENTS_AT_ONCE = 20;

/** Has the event of an action sent after the answer; never in the way of a tap. What fails here is due again later, for whoever leads then. */
export function announce(core: Core, { kind, operationId }: Pick<SoftLock, 'kind' | 'operationId'>, waitingId: number | null): void {
  const of = kind === 'dismiss' ? operationId : waitingId;
  if (core.notifier === null || of === null || !isTold(kind)) return;
  core.operations.follow(
    sendEvent(core, of, true).catch((error: unknown) => {
      core.logger.log('warn', 'announcement-left-to-reconciler', { of, code: asStoreFailure(error).code });
    }),
  );
}

/** Sends what is due, of every kiosk. Answers how many visitors were told. Throws StoreFailure when the ledger does not answer. */
export async function announceDue(core: Core, hasTime: () => boolean): Promise<number> {
  if (core.notifier === null) return 0;
  let told = 0;
  const due = [...(await core.ledger.dueEvents(EVENTS_PER_PASS))];
  // Side by side: a receiver that is away makes each try wait.
  while (due.length > 0 && hasTime()) {
    const sent = await Promise.all(due.splice(0, EVENTS_AT_ONCE).map((of) => sendEvent(core, of, false)));
    told += sent.filter(Boolean).length;
  }
  return told;
}

/** The try is counted before it is made: a process that dies in it has used one up, and nobody sends the same event at the same time. */
async function sendEvent(core: Core, of: EventOf, asap: boolean): Promise<boolean> {
  const event = await core.ledger.claimEvent(of, asap);
  if (event === null || core.notifier === null) return false;
  const { eventId, kind, boothId } = event;
  let delivered = true;
  try {
    await core.notifier.send(event);
  } catch (error) {
    delivered = false;
    core.logger.log('warn', 'announcement-failed', { eventId, kind, boothId, reason: error instanceof Error ? error.message : 'unknown' });
  }
  await core.ledger.endEvent(event, delivered);
  return delivered;
}
