/**
 * Where the primary is, by the word of the sentinels. All are asked at once, each with its own user and password: the client's own way
 * asks one after the other, with one password for all, keeps no reason, and believes the first that answers.
 */
import { Redis } from 'ioredis';
import { StoreFailure } from '../../core/ports.ts';
import { sentence } from '../sentence.ts';
import { type Address, type ClientOptions, clientOptions } from './connection-options.ts';
import { connectFailure, isFromClient } from './failures.ts';

const ANSWER_WITHIN_MS = 1_000;
const WATCH_RETRY_MS = 1_000;
const WATCH_RETRY_CAP_MS = 30_000;
const SWITCHED = '+switch-master';

interface SentinelSettings {
  /** User, password and database of the primary; its host is the name the sentinels know it by. */
  readonly primary: Address;
  readonly sentinels: readonly Address[];
}

interface Claim {
  readonly sentinel: string;
  readonly host: string;
  readonly port: number;
  /** Grows with every fail-over: the highest is the latest word. */
  readonly epoch: number;
}
/** 'stranger': this sentinel knows no primary of that name. */
type Answer = Claim | { readonly sentinel: string; readonly stranger: true } | { readonly sentinel: string; readonly failure: StoreFailure };

/** The primary as the sentinels know it now, within a second. Throws StoreFailure, naming each sentinel and what is wrong with it. */
export async function locatePrimary({ primary, sentinels }: SentinelSettings): Promise<Address> {
  const name = String(primary.options.host);
  const answers = await Promise.all(sentinels.map((sentinel) => ask(sentinel, name)));
  const claims = answers.filter((answer): answer is Claim => 'host' in answer);
  const latest = claims.toSorted((a, b) => b.epoch - a.epoch)[0];
  const hearsay = complaints(name, answers, claims);
  if (latest === undefined) {
    // A wrong password or name is for a person to mend; a sentinel that is merely away comes back.
    const unfit = answers.every((answer) => !('failure' in answer) || answer.failure.code === 'QUEUE_STORE_UNFIT');
    throw new StoreFailure(unfit ? 'QUEUE_STORE_UNFIT' : 'QUEUE_STORE_UNREACHABLE', `No sentinel tells where the queue store is.${hearsay}`, 'no');
  }
  const { host, port } = latest;
  const place = `${host}:${port}`;
  return { ...primary, options: { ...primary.options, host, port }, place, title: `The queue store at ${place}`, hearsay };
}

/** What somebody should look at, each as a sentence of its own. */
function complaints(name: string, answers: readonly Answer[], claims: readonly Claim[]): string {
  const strangers = answers.flatMap((answer) => ('stranger' in answer ? [answer.sentinel] : []));
  const places = [...new Set(claims.map(({ host, port }) => `${host}:${port}`))];
  const namedBy = (place: string) => claims.filter(({ host, port }) => `${host}:${port}` === place).map(({ sentinel }) => sentinel).join(', ');
  const sentences = [
    ...(places.length > 1 ? [`The sentinels disagree: ${places.map((place) => `${place} says ${namedBy(place)}`).join('; ')}.`] : []),
    ...(strangers.length > 0 ? [`No primary named "${name}" is known to the sentinel at ${strangers.join(', ')}.`] : []),
    ...answers.flatMap((answer) => ('failure' in answer ? [answer.failure.message] : [])),
  ];
  return sentences.map((each) => ` ${sentence(each)}`).join('');
}

async function ask(at: Address, name: string): Promise<Answer> {
  const sentinel = at.place;
  const client = new Redis(clientOptions(at, { commandTimeoutMs: ANSWER_WITHIN_MS, connectTimeoutMs: ANSWER_WITHIN_MS }));
  let cause: unknown = null;
  client.on('error', (error) => (cause ??= error));
  const timer = setTimeout(() => {
    cause ??= Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
    client.disconnect();
    client.stream?.destroy();
  }, ANSWER_WITHIN_MS);
  try {
    await client.connect();
    const [place, details] = await Promise.all([client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name), client.call('SENTINEL', 'MASTER', name).catch(() => [])]);
    const [host, port] = texts(place);
    if (host === undefined || port === undefined) return { sentinel, stranger: true };
    const facts = texts(details);
    return { sentinel, host, port: Number(port), epoch: Number(facts[facts.indexOf('config-epoch') + 1] ?? 0) || 0 };
  } catch (error) {
    if (!isFromClient(error)) throw error;
    return { sentinel, failure: connectFailure(cause ?? error, at) };
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

function texts(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}

/**
 * Tells the place (host:port) of each new primary. An old one that is merely cut off from its sentinels goes on taking writes,
 * all of which are lost when it is back: whoever is connected to it must leave. Returns what ends it.
 */
export function watchSwitches({ primary, sentinels }: SentinelSettings, onSwitch: (place: string) => void): () => void {
  const retryStrategy = (attempt: number) => Math.min(attempt * WATCH_RETRY_MS, WATCH_RETRY_CAP_MS);
  const clients = sentinels.map(({ options }) => {
    const watching: ClientOptions = { ...options, protocol: 2, replyMapping: 'legacy', disableClientInfo: true, enableReadyCheck: false, maxRetriesPerRequest: null, keepAlive: 10_000, retryStrategy };
    const client = new Redis(watching);
    // Whoever asks this sentinel where the primary is says what is wrong with it.
    client.on('error', () => undefined);
    client.on('message', (_channel, message: string) => {
      const [name, , , host, port] = message.split(' ');
      if (name === primary.options.host) onSwitch(`${host}:${port}`);
    });
    client.subscribe(SWITCHED).catch(() => undefined);
    // What was announced while nobody listened here was not heard.
    client.on('ready', () => void locatePrimary({ primary, sentinels }).then(({ place }) => onSwitch(place), () => undefined));
    return client;
  });
  return () => clients.forEach((client) => client.disconnect());
}
