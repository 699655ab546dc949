/**
 * Tells the festival's backend of calls through RabbitMQ: one durable queue, persistent messages, each confirmed by the broker before it
 * counts as sent.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger, Notifier, VisitorEvent } from '../core/ports.ts';
import { backoffWithJitter } from '../stores/backoff.ts';
import { type AmqpLink, openAmqpLink } from './amqp-link.ts';
import { eventBody } from './event-body.ts';
import { createInFlight, orAborted } from './in-flight.ts';

interface AmqpSettings {
  readonly url: string;
  readonly logger: Logger;
  /** The only authorities to trust with amqps://, as PEM; null: those every program trusts. */
  readonly tlsCa: string | null;
  /** For one send, connecting included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Between attempts to connect; well below the time of a send, so that each has an attempt of its own. */
const FIRST_PAUSE_MS = 250;
const PAUSE_CAP_MS = 2_000;

/** Receivers that know nothing but calls announce a recall as one: it has an id of its own. */
const TYPES = { call: 'CALL', recall: 'CALL', cancellation: 'CALL_CANCELLED', dismissal: 'DISMISSED' } as const;

/** Connects when there is something to send, and again when that fails; a broker that is down costs nothing until then. */
export function createAmqpNotifier({ url, logger, tlsCa, timeoutMs = TIMEOUT_MS }: AmqpSettings): Notifier {
  const inFlight = createInFlight();
  const closing = new AbortController();
  let link: Promise<AmqpLink> | null = null;
  let opened: AmqpLink | null = null;
  let failures = 0;
  let pauseEndsAt = 0;

  /** The one connection; sends that ask while it is being made, or while its turn is waited for, share its outcome. */
  function linked(): Promise<AmqpLink> {
    link ??= open();
    return link;
  }

  async function open(): Promise<AmqpLink> {
    try {
      await pause(Math.max(pauseEndsAt - performance.now(), 0), undefined, { signal: closing.signal });
      opened = await openAmqpLink({ url, tlsCa, timeoutMs, logger, signal: closing.signal, onLost: forget });
      failures = 0;
      logger.log('debug', 'amqp-connected');
      return opened;
    } catch (error) {
      failures += 1;
      pauseEndsAt = performance.now() + backoffWithJitter(failures, FIRST_PAUSE_MS, PAUSE_CAP_MS);
      forget();
      throw error;
    }
  }

  function forget(): void {
    link = null;
    opened = null;
  }

  async function publish(event: VisitorEvent, signal: AbortSignal): Promise<void> {
    const open = await orAborted(linked(), signal);
    try {
      await orAborted(open.publish(event.eventId, eventBody(event, TYPES[event.kind])), signal);
    } catch (error) {
      // Whatever it was, a fresh connection, with the queue made sure of again, is the better start for the next.
      open.drop();
      throw error;
    }
  }

  return {
    send: (event) => inFlight.run(timeoutMs, () => `RabbitMQ did not confirm the message within ${timeoutMs / 1_000} s.`, (signal) => publish(event, signal)),
    async close() {
      await inFlight.close();
      closing.abort();
      await opened?.close();
    },
  };
}
