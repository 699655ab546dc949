/** Tells the festival's own receiver of calls by HTTP. */
import type { Logger, Notifier, VisitorEvent } from '../core/ports.ts';
import { sentence } from '../stores/sentence.ts';
import { eventBody } from './event-body.ts';
import { createInFlight } from './in-flight.ts';
import { isGood, postJson } from './post-json.ts';

interface WebhookSettings {
  readonly url: string;
  readonly logger: Logger;
  /** Authorities of the festival's own, as PEM; null: none. */
  readonly tlsCa: string | null;
  /** For one send, from the first packet to the answer's last. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

const TYPES = { call: 'CALL', recall: 'RECALL', cancellation: 'CALL_CANCELLED', dismissal: 'DISMISSED' } as const;

/** Any 2xx means that the receiver has the event, whatever its body says. */
export function createWebhookNotifier({ url, logger, tlsCa, timeoutMs = TIMEOUT_MS }: WebhookSettings): Notifier {
  const inFlight = createInFlight();

  async function post(event: VisitorEvent, signal: AbortSignal): Promise<void> {
    const headers = { 'idempotency-key': event.eventId };
    const { status } = await postJson({ url, body: eventBody(event, TYPES[event.kind]), headers, tlsCa, signal }).catch((error: Error) => {
      throw signal.aborted ? error : new Error(sentence(`The webhook gave no answer: ${error.message}`));
    });
    logger.log('debug', 'webhook-answered', { eventId: event.eventId, status });
    if (isGood(status)) return;
    throw new Error(`The webhook answered ${status}${status >= 300 && status < 400 ? ', a redirect, and those are not followed' : ''}.`);
  }

  return {
    send: (event) => inFlight.run(timeoutMs, () => `The webhook did not answer within ${timeoutMs / 1_000} s.`, (signal) => post(event, signal)),
    close: () => inFlight.close(),
  };
}
