/** What the settings ask for: who is told of calls, and who of trouble. */
import type { Alerter, Logger, Notifier } from '../core/ports.ts';
import { createAmqpNotifier } from './amqp.ts';
import { createSlackAlerter } from './slack.ts';
import { createWebhookNotifier } from './webhook.ts';

interface NotifierSettings {
  readonly notifyWebhookUrl: string | null;
  readonly notifyAmqpUrl: string | null;
  readonly tlsCa: string | null;
}

/** Null when nothing is configured: then nobody is told. With several receivers, an event is sent when all have it. */
export function createNotifier({ notifyWebhookUrl, notifyAmqpUrl, tlsCa }: NotifierSettings, logger: Logger): Notifier | null {
  const notifiers: Notifier[] = [];
  if (notifyWebhookUrl !== null) notifiers.push(createWebhookNotifier({ url: notifyWebhookUrl, logger, tlsCa }));
  if (notifyAmqpUrl !== null) notifiers.push(createAmqpNotifier({ url: notifyAmqpUrl, logger, tlsCa }));
  const [only] = notifiers;
  return notifiers.length > 1 ? toAll(notifiers) : (only ?? null);
}

/** The one that has an event already drops the repetition by its id. */
function toAll(notifiers: readonly Notifier[]): Notifier {
  return {
    async send(event) {
      const outcomes = await Promise.allSettled(notifiers.map((notifier) => notifier.send(event)));
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason instanceof Error ? outcome.reason.message : 'No reason is known.'] : []));
      if (reasons.length > 0) throw new Error(reasons.join(' '));
    },
    async close() {
      await Promise.all(notifiers.map((notifier) => notifier.close()));
    },
  };
}

interface AlerterSettings {
  readonly slackWebhookUrl: string | null;
  readonly kioskId: string;
  readonly tlsCa: string | null;
}

/** Null when nothing is configured: then trouble is shown on the panel only. */
export function createAlerter({ slackWebhookUrl, kioskId, tlsCa }: AlerterSettings, logger: Logger): Alerter | null {
  return slackWebhookUrl === null ? null : createSlackAlerter({ url: slackWebhookUrl, kioskId, logger, tlsCa });
}
