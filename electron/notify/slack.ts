/** Tells people of trouble in a Slack channel, by an incoming webhook. */
import type { Alert, Alerter, Logger } from '../core/ports.ts';
import { backoffWithJitter } from '../stores/backoff.ts';
import { sentence } from '../stores/sentence.ts';
import { createInFlight } from './in-flight.ts';
import { isGood, type PostAnswer, postJson } from './post-json.ts';

interface SlackSettings {
  readonly url: string;
  /** Which kiosk tells: all kiosks of a festival share the channel. */
  readonly kioskId: string;
  readonly logger: Logger;
  /** Authorities of the festival's own, as PEM; null: none. Slack itself needs none, but others speak its language. */
  readonly tlsCa: string | null;
  /** For one try. */
  readonly timeoutMs?: number;
  readonly pause?: (ms: number) => Promise<void>;
}

const TIMEOUT_MS = 5_000;
const TRIES = 3;
const FIRST_PAUSE_MS = 1_000;
const PAUSE_CAP_MS = 4_000;
/** Slack asks for 30 s and less; whoever asks for more is asked again after this all the same. */
const RETRY_AFTER_CAP_MS = 30_000;
/** Slack cuts messages far longer than this. */
const TEXT_MAX_CHARS = 3_000;

const WORDS = { urgent: 'URGENT', warning: 'Warning' } as const;

/** Up to three tries within 75 seconds; what Slack refuses for good (a hook that was removed) is not tried again. */
export function createSlackAlerter({ url, kioskId, logger, tlsCa, timeoutMs = TIMEOUT_MS, pause = wait }: SlackSettings): Alerter {
  const inFlight = createInFlight();

  async function post(body: string): Promise<Verdict> {
    try {
      return verdictOf(await inFlight.run(timeoutMs, () => 'it did not answer in time', (signal) => postJson({ url, body, tlsCa, signal })));
    } catch (error) {
      return { outcome: 'try-again', afterMs: null, reason: error instanceof Error ? error.message : 'no reason is known' };
    }
  }

  return {
    async tell(alert, state) {
      const body = JSON.stringify({ text: messageOf(alert, state, kioskId) });
      for (let attempt = 1; ; attempt += 1) {
        const verdict = await post(body);
        logger.log('debug', 'slack-answered', { alert: alert.id, state, attempt, outcome: verdict.outcome });
        if (verdict.outcome === 'told') return;
        if (verdict.outcome === 'refused' || attempt === TRIES) throw new Error(sentence(`Slack was not told: ${verdict.reason}`));
        await pause(verdict.afterMs ?? backoffWithJitter(attempt, FIRST_PAUSE_MS, PAUSE_CAP_MS));
      }
    },
  };
}

type Verdict =
  | { readonly outcome: 'told' }
  | { readonly outcome: 'refused'; readonly reason: string }
  /** afterMs: as asked for; null: as we like. */
  | { readonly outcome: 'try-again'; readonly reason: string; readonly afterMs: number | null };

function verdictOf({ status, retryAfterMs }: PostAnswer): Verdict {
  if (isGood(status)) return { outcome: 'told' };
  const reason = `it answered ${status}`;
  const mayPass = status === 408 || status === 429 || status >= 500;
  if (!mayPass) return { outcome: 'refused', reason };
  return { outcome: 'try-again', reason, afterMs: retryAfterMs === null ? null : Math.min(retryAfterMs, RETRY_AFTER_CAP_MS) };
}

/** The level as a word: colours and pictures do not reach everybody. */
function messageOf(alert: Alert, state: 'raised' | 'cleared', kioskId: string): string {
  const head = state === 'raised' ? WORDS[alert.level] : `Cleared (was ${alert.level})`;
  const text = alert.text.length > TEXT_MAX_CHARS ? `${alert.text.slice(0, TEXT_MAX_CHARS)}…` : alert.text;
  return `${head}: ${plain(text)} Told by kiosk ${plain(kioskId)}.`;
}

/** Slack's own signs: `<!channel>` in a name must wake nobody. */
function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
