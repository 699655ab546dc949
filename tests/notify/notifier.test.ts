/** Goal: an event is sent when every configured receiver has it, and only then; none configured is none. Method: a webhook and a real broker. */
import { connect } from 'amqplib';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createNotifier } from '../../electron/notify/notifier.ts';
import { freePort } from '../support/ports.ts';
import { type RabbitmqServer, startRabbitmq } from '../support/rabbitmq-server.ts';
import { recordingLogger } from '../support/redis-queue.ts';
import { CALL, reasonOf } from './events.ts';
import { startReceiver } from './http-receiver.ts';

let broker: RabbitmqServer;
beforeAll(async () => {
  broker = await startRabbitmq([{ name: 'kiosk', password: 'plain' }]);
});
afterAll(() => broker.close());

function open(notifyWebhookUrl: string | null, notifyAmqpUrl: string | null) {
  const notifier = createNotifier({ notifyWebhookUrl, notifyAmqpUrl, tlsCa: null }, recordingLogger().logger);
  onTestFinished(async () => notifier?.close());
  return notifier;
}

/** How many messages were waiting; they are taken out. */
async function takeMessages(): Promise<number> {
  const model = await connect(broker.url);
  const channel = await model.createChannel();
  const { messageCount } = await channel.purgeQueue('booth-call-notifications');
  await model.close();
  return messageCount;
}

test('none', () => expect(open(null, null)).toBeNull());

test('one', async () => {
  const receiver = await startReceiver((response) => response.end());
  await open(receiver.url, null)?.send(CALL);
  expect(receiver.received).toHaveLength(1);
  await open(null, broker.url)?.send(CALL);
  expect(await takeMessages()).toBe(1);
});

test('both: each has it, whichever fails', async () => {
  const receiver = await startReceiver((response, nth) => response.writeHead(nth === 2 ? 500 : 200).end());
  const notifier = open(receiver.url, broker.url);
  await notifier?.send(CALL);
  expect([receiver.received.length, await takeMessages()]).toEqual([1, 1]);
  expect(await reasonOf(notifier?.send(CALL) ?? Promise.resolve())).toBe('The webhook answered 500.');
  expect([receiver.received.length, await takeMessages()]).toEqual([2, 1]);
  const nobody = `amqp://kiosk:plain@127.0.0.1:${await freePort()}`;
  expect(await reasonOf(open(receiver.url, nobody)?.send(CALL) ?? Promise.resolve())).toMatch(/^RabbitMQ cannot be used: /);
  expect(receiver.received).toHaveLength(3);
});

test('both fail: both reasons', async () => {
  const receiver = await startReceiver((response) => response.writeHead(500).end());
  const notifier = open(receiver.url, `amqp://kiosk:plain@127.0.0.1:${await freePort()}`);
  expect(await reasonOf(notifier?.send(CALL) ?? Promise.resolve())).toMatch(/^The webhook answered 500\. RabbitMQ cannot be used: the connection was refused; is the server running there\?$/);
  await notifier?.close();
  expect(await reasonOf(notifier?.send(CALL) ?? Promise.resolve())).toBe('The kiosk is closing. The kiosk is closing.');
});
