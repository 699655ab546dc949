/** One connection to RabbitMQ with its confirm channel and the queue made sure of. */
import { type ChannelModel, type ConfirmChannel, connect, type Options } from 'amqplib';
import type { Logger } from '../core/ports.ts';
import { tlsOptions } from '../stores/tls.ts';
import { sentence } from '../stores/sentence.ts';
import { amqpReason, isOthersQueue } from './amqp-reasons.ts';

/** The festival's backend listens to it. */
const QUEUE = 'booth-call-notifications';

export interface AmqpLink {
  /** Resolves when the broker has confirmed the message; rejects when it will not, or the connection is lost before. */
  publish(messageId: string, body: string): Promise<void>;
  /** Ends it in good order, within a second. */
  close(): Promise<void>;
  /** Ends it at once. */
  drop(): void;
}

interface LinkSettings {
  readonly url: string;
  readonly tlsCa: string | null;
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Breaks an attempt off; an open link is not concerned. */
  readonly signal: AbortSignal;
  /** Called once when an open link has ended, whoever ended it. */
  readonly onLost: () => void;
}

/** An idle connection whose other end has vanished is given up after two of them. */
const HEARTBEAT_S = 10;
const CLOSE_LIMIT_MS = 1_000;

/** Rejects with one sentence that holds no secret, at the latest after `timeoutMs`. */
export async function openAmqpLink({ url, tlsCa, timeoutMs, logger, signal, onLost }: LinkSettings): Promise<AmqpLink> {
  // The library ends connections by talking to the broker, which may have fallen silent: this ends the socket itself.
  const socket = new AbortController();
  const breakOff = () => socket.abort();
  const timer = setTimeout(breakOff, timeoutMs);
  signal.addEventListener('abort', breakOff);
  try {
    const options = { ...tlsOptions(tlsCa), noDelay: true, signal: socket.signal };
    const model = await connect(addressOf(url), options);
    model.on('error', () => undefined);
    const channel = await openChannel(model, logger);
    return linkOf(model, channel, socket, onLost);
  } catch (error) {
    const reason = socket.signal.aborted ? 'it did not answer in time' : amqpReason(error);
    socket.abort();
    throw new Error(unusable(reason));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', breakOff);
  }
}

function unusable(reason: string): string {
  return sentence(`RabbitMQ cannot be used: ${reason}`);
}

/** In parts: given as text, the library would read the %-signs of a password as Latin-1. */
function addressOf(url: string): Options.Connect {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    protocol: protocol.slice(0, -1),
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(port === '' ? {} : { port: Number(port) }),
    username: username === '' ? 'guest' : decodeURIComponent(username),
    password: username === '' && password === '' ? 'guest' : decodeURIComponent(password),
    vhost: pathname.slice(1),
    heartbeat: HEARTBEAT_S,
  };
}

async function openChannel(model: ChannelModel, logger: Logger): Promise<ConfirmChannel> {
  const channel = await confirmChannel(model);
  try {
    await channel.assertQueue(QUEUE, { durable: true, exclusive: false, autoDelete: false });
    return channel;
  } catch (error) {
    if (!isOthersQueue(error)) throw error;
  }
  // The backend made it with settings of its own, or lets no other account make queues: it is used as it is.
  const another = await confirmChannel(model);
  await another.checkQueue(QUEUE);
  logger.log('warn', 'amqp-queue-differs', { queue: QUEUE });
  return another;
}

async function confirmChannel(model: ChannelModel): Promise<ConfirmChannel> {
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  return channel;
}

function linkOf(model: ChannelModel, channel: ConfirmChannel, socket: AbortController, onLost: () => void): AmqpLink {
  const returned = new Set<string>();
  let isLost = false;
  let ending = 'The connection to RabbitMQ was lost before it confirmed the message.';
  const lose = () => {
    if (isLost) return;
    isLost = true;
    socket.abort();
    onLost();
  };
  model.on('close', lose);
  channel.on('close', lose);
  // The broker closes the channel for what it does not allow, and says why just before.
  channel.on('error', (error) => (ending = unusable(amqpReason(error))));
  // A message no queue took comes back before it is confirmed: the queue was deleted meanwhile.
  channel.on('return', ({ properties }) => returned.add(String(properties.messageId)));

  return {
    publish(messageId, body) {
      return new Promise((resolve, reject) => {
        const lost = () => reject(new Error(ending));
        if (isLost) return lost();
        const options = { mandatory: true, persistent: true, contentType: 'application/json', messageId };
        try {
          channel.publish('', QUEUE, Buffer.from(body), options, (error: unknown) => {
            if (error === null && !returned.delete(messageId)) resolve();
            else if (error === null) reject(new Error(`RabbitMQ has no queue ${QUEUE} any more.`));
            else if (isNack(error)) reject(new Error('RabbitMQ refused the message.'));
            else lost();
          });
        } catch {
          // It is closing, which no event has told yet.
          lost();
        }
      });
    },
    async close() {
      const timer = setTimeout(lose, CLOSE_LIMIT_MS);
      await new Promise<void>((resolve) => {
        socket.signal.addEventListener('abort', () => resolve());
        model.close().catch(() => undefined).finally(resolve);
      });
      clearTimeout(timer);
      lose();
    },
    drop: lose,
  };
}

/** The library's word for it; every other error is the end of the channel. */
function isNack(error: unknown): boolean {
  return error instanceof Error && error.message === 'message nacked';
}
