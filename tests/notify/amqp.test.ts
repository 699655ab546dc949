/**
 * Goal: what RabbitMQ has confirmed is in the festival's queue, exactly as its backend reads it; whatever else happens, a send ends in
 * time, with a reason and without a secret, and the next one finds its way. Method: a real broker, killed, frozen and started again, a
 * proxy that loses answers, and servers that are none. An event is sent when every receiver that is configured has it.
 */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect as connectPlain, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type ChannelModel, connect, type GetMessage } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createAmqpNotifier } from '../../electron/notify/amqp.ts';
import { createNotifier } from '../../electron/notify/notifier.ts';
import { makeCertificates } from '../support/certificates.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { eventually, freePort } from '../support/ports.ts';
import { type RabbitmqServer, startRabbitmq } from '../support/rabbitmq-server.ts';
import { recordingLogger } from '../support/redis-queue.ts';
import { CALL, callOf, CANCELLATION, DISMISSAL, reasonOf, RECALL } from './events.ts';
import { startReceiver } from './http-receiver.ts';
import { MADNESS, STAGES, startMadBroker } from './mad-broker.ts';

const QUEUE = 'booth-call-notifications';
const KIOSK = { name: 'kiosk', password: 'p@ss/wö#rd%' };
/** As an administrator who is careful would have it. */
const WRITER = { name: 'writer', password: 'hunter2', configure: '', read: '' };
const STRANGER = { name: 'stranger', password: 'hunter2', configure: '', read: '', write: '' };
const BACKEND = { name: 'backend', password: 'plain' };
const SHORT_MS = 700;

let broker: RabbitmqServer;
beforeAll(async () => {
  broker = await startRabbitmq([KIOSK, WRITER, STRANGER, BACKEND]);
});
afterAll(() => broker.close());
beforeEach(() => asBackend((channel) => channel.deleteQueue(QUEUE)));

function openNotifier(url = broker.url, more: { readonly timeoutMs?: number; readonly tlsCa?: string } = {}) {
  const { logger, events } = recordingLogger();
  const notifier = createAmqpNotifier({ url, logger, tlsCa: null, ...more });
  onTestFinished(() => notifier.close());
  return { ...notifier, events };
}

async function proxied(url = broker.url): Promise<{ readonly proxy: FaultProxy; readonly url: string }> {
  const proxy = await startProxy(broker.port);
  onTestFinished(() => proxy.close());
  return { proxy, url: url.replace(`:${broker.port}/`, `:${proxy.port}/`) };
}

async function asBackend<T>(act: (channel: Awaited<ReturnType<ChannelModel['createChannel']>>) => Promise<T>): Promise<T> {
  const model = await connect(broker.urlOf(BACKEND));
  try {
    return await act(await model.createChannel());
  } finally {
    await model.close();
  }
}

/** Takes everything out of the queue. */
function takeAll(): Promise<readonly GetMessage[]> {
  return asBackend(async (channel) => {
    const messages: GetMessage[] = [];
    for (;;) {
      const message = await channel.get(QUEUE, { noAck: true });
      if (message === false) return messages;
      messages.push(message);
    }
  });
}

const bodyOf = (message: GetMessage | undefined): unknown => JSON.parse(message?.content.toString() ?? 'null');
const idsOf = (messages: readonly GetMessage[]) => messages.map(({ properties }): unknown => properties.messageId);

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `amqp://kiosk:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}/festival`;
}

describe('what arrives', () => {
  test('a call, to the letter, persistent, in a queue that outlives the broker', async () => {
    await openNotifier().send(CALL);
    const [message, ...others] = await takeAll();
    expect(others).toEqual([]);
    expect(message?.content.toString()).toBe('{"type":"CALL","eventId":"call:31","userId":7,"boothId":3,"boothName":"치킨 \\"Booth\\" 🍗","calledPosition":2,"waitingId":31}');
    const { headers, ...properties } = message?.properties ?? {};
    expect(Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))).toEqual({ contentType: 'application/json', deliveryMode: 2, messageId: 'call:31' });
    expect(headers).toEqual({});
    // Asked for as the backend would, it is found as it should be.
    await asBackend((channel) => channel.assertQueue(QUEUE, { durable: true, exclusive: false, autoDelete: false }));
  });

  test('a recall as a call of its own id, a cancellation and a dismissal as such', async () => {
    const notifier = openNotifier();
    await notifier.send(RECALL);
    await notifier.send(CANCELLATION);
    await notifier.send(DISMISSAL);
    const [recall, cancellation, dismissal] = await takeAll();
    expect(bodyOf(recall)).toMatchObject({ type: 'CALL', eventId: RECALL.eventId, waitingId: 31 });
    expect(bodyOf(cancellation)).toMatchObject({ type: 'CALL_CANCELLED', eventId: CANCELLATION.eventId, waitingId: 31 });
    expect(bodyOf(dismissal)).toMatchObject({ type: 'DISMISSED', eventId: DISMISSAL.eventId, reason: '재료 소진' });
    expect(idsOf([recall, cancellation].filter((each) => each !== undefined))).toEqual([RECALL.eventId, CANCELLATION.eventId]);
  });

  test('one message for each send, over one connection, many at once', async () => {
    const { proxy, url } = await proxied();
    const notifier = openNotifier(url);
    await Promise.all(Array.from({ length: 50 }, (_, index) => notifier.send(callOf(index))));
    expect(proxy.connections).toBe(1);
    expect(idsOf(await takeAll())).toEqual(Array.from({ length: 50 }, (_, index) => `call:${index}`));
  });
});

describe('the queue', () => {
  test('that the backend made with settings of its own is used as it is', async () => {
    await asBackend((channel) => channel.assertQueue(QUEUE, { durable: true, deadLetterExchange: 'lost-calls', maxLength: 2 }));
    const notifier = openNotifier();
    await notifier.send(CALL);
    expect(idsOf(await takeAll())).toEqual(['call:31']);
    expect(notifier.events).toContainEqual({ level: 'warn', event: 'amqp-queue-differs', fields: { queue: QUEUE } });
  });

  test('that is full and refuses more is a failure', async () => {
    await asBackend((channel) => channel.assertQueue(QUEUE, { durable: true, maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } }));
    const notifier = openNotifier();
    await notifier.send(callOf(1));
    expect(await reasonOf(notifier.send(callOf(2)))).toBe('RabbitMQ refused the message.');
    expect(idsOf(await takeAll())).toEqual(['call:1']);
    await notifier.send(callOf(3));
  });

  test('needs no right to make it, once it is there', async () => {
    const notifier = openNotifier(broker.urlOf(WRITER));
    expect(await reasonOf(notifier.send(CALL))).toBe('RabbitMQ cannot be used: there is no such queue, and the account may not make one.');
    await asBackend((channel) => channel.assertQueue(QUEUE, { durable: true }));
    await notifier.send(CALL);
    expect(idsOf(await takeAll())).toEqual(['call:31']);
  });

  test('that may not be written into is no delivery', async () => {
    await asBackend((channel) => channel.assertQueue(QUEUE, { durable: true }));
    expect(await reasonOf(openNotifier(broker.urlOf(STRANGER)).send(CALL))).toBe('RabbitMQ cannot be used: the account may not use the queue.');
    expect(await takeAll()).toEqual([]);
  });

  test('that was deleted meanwhile is no delivery, and is there again for the next', async () => {
    const notifier = openNotifier();
    await notifier.send(callOf(1));
    await asBackend((channel) => channel.deleteQueue(QUEUE));
    expect(await reasonOf(notifier.send(callOf(2)))).toBe(`RabbitMQ has no queue ${QUEUE} any more.`);
    await notifier.send(callOf(3));
    expect(idsOf(await takeAll())).toEqual(['call:3']);
  });
});

describe('when it fails', () => {
  test('an answer that is lost is a failure, though the message arrived: sent again it has the same id', async () => {
    const { proxy, url } = await proxied();
    const notifier = openNotifier(url, { timeoutMs: SHORT_MS });
    await notifier.send(callOf(1));
    proxy.setMode('drop-replies');
    expect(await reasonOf(notifier.send(callOf(2)))).toBe('RabbitMQ did not confirm the message within 0.7 s.');
    proxy.setMode('pass');
    await notifier.send(callOf(2));
    expect(idsOf(await takeAll())).toEqual(['call:1', 'call:2', 'call:2']);
  });

  test('a receiver that goes by the ids announces each call once, however often the connection breaks', async () => {
    const { proxy, url } = await proxied();
    const notifier = openNotifier(url, { timeoutMs: SHORT_MS });
    let chunks = 0;
    proxy.onClientData = () => {
      chunks += 1;
      if (chunks % 13 === 0) return 'reset';
      return chunks % 17 === 0 ? 'drop-replies' : undefined;
    };
    const untilSent = async (waitingId: number): Promise<void> => {
      for (;;) {
        if (await notifier.send(callOf(waitingId)).then(() => true, () => false)) return;
      }
    };
    for (let waitingId = 0; waitingId < 20; waitingId += 1) await untilSent(waitingId);
    const ids = (await takeAll()).map((message) => (bodyOf(message) as { eventId: string }).eventId);
    expect(ids.length).toBeGreaterThan(20);
    expect([...new Set(ids)]).toEqual(Array.from({ length: 20 }, (_, index) => `call:${index}`));
  });

  test('killed in the middle of a send: that one fails, what was confirmed outlives it, and the next goes through', async () => {
    const { proxy, url } = await proxied();
    const notifier = openNotifier(url);
    await notifier.send(callOf(1));
    proxy.setMode('hold');
    proxy.resetCounters();
    const underWay = reasonOf(notifier.send(callOf(2)));
    await eventually('the message is on its way', () => proxy.counters.writes > 0);
    await broker.kill();
    expect(await underWay).toBe('The connection to RabbitMQ was lost before it confirmed the message.');
    proxy.setMode('pass');
    expect(await reasonOf(notifier.send(callOf(3)))).toMatch(/^RabbitMQ cannot be used: /);
    await broker.start();
    await notifier.send(callOf(3));
    expect(idsOf(await takeAll())).toEqual(['call:1', 'call:3']);
  });

  test('stopped while nothing is sent: nothing happens, and the next goes through once it is back', async () => {
    const notifier = openNotifier();
    await notifier.send(callOf(1));
    await broker.stop();
    expect(await reasonOf(notifier.send(callOf(2)))).toBe('RabbitMQ cannot be used: the connection was refused; is the server running there?');
    await broker.start();
    await notifier.send(callOf(2));
    expect(idsOf(await takeAll())).toEqual(['call:1', 'call:2']);
  });

  test('frozen: a send ends in time, closing too, and thawed it is used again', async () => {
    const notifier = openNotifier(broker.url, { timeoutMs: SHORT_MS });
    const idle = openNotifier();
    await notifier.send(callOf(1));
    await idle.send(callOf(2));
    onTestFinished(() => broker.thaw());
    await broker.freeze();
    const start = performance.now();
    expect(await reasonOf(notifier.send(callOf(3)))).toBe('RabbitMQ did not confirm the message within 0.7 s.');
    expect(await reasonOf(notifier.send(callOf(4)))).toMatch(/did not (answer in time|confirm)/);
    expect(performance.now() - start).toBeLessThan(4_000);
    const closing = performance.now();
    await Promise.all([idle.close(), openNotifier().close()]);
    expect(performance.now() - closing).toBeLessThan(3_000);
    broker.thaw();
    await eventually('it is used again', () => notifier.send(callOf(5)).then(() => true));
  });

  test('attempts to connect keep a distance that grows, and sends share them', async () => {
    let attempts = 0;
    const url = await listening(createServer((socket) => {
      attempts += 1;
      socket.destroy();
    }));
    const notifier = openNotifier(url);
    const all = () => Promise.allSettled(Array.from({ length: 20 }, (_, index) => notifier.send(callOf(index))));
    const start = performance.now();
    for (let round = 1; round <= 3; round += 1) {
      const outcomes = await all();
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      expect(attempts).toBe(round);
    }
    // A random half to all of 250 and 500 ms.
    expect(performance.now() - start).toBeGreaterThan(370);
  });

  test('closing breaks off what hangs, and sends nothing any more', async () => {
    let connections = 0;
    const silent = await listening(createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined).on('close', () => (connections -= 1)).resume();
    }));
    const notifier = openNotifier(silent);
    const hanging = reasonOf(notifier.send(CALL));
    const start = performance.now();
    await notifier.close();
    expect(await hanging).toBe('The kiosk was closed meanwhile.');
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(await reasonOf(notifier.send(CALL))).toBe('The kiosk is closing.');
    await eventually('no attempt is left', () => connections === 0, 2_000);
  });

  test('closing waits for what is nearly through', async () => {
    const { proxy, url } = await proxied();
    const notifier = openNotifier(url);
    await notifier.send(callOf(1));
    proxy.setMode('hold');
    const underWay = notifier.send(callOf(2));
    const closed = notifier.close();
    proxy.setMode('pass');
    await underWay;
    await closed;
    expect(idsOf(await takeAll())).toEqual(['call:1', 'call:2']);
    await eventually('the connection is gone', () => proxy.connections === 0);
  });
});

describe('a broker that goes mad', () => {
  // Whatever it does, nothing is thrown where nobody can catch it: the run would fail.
  test.each(STAGES.flatMap((stage, sane) => Object.keys(MADNESS).map((madness) => [stage, madness, sane] as const)))('after %s %s', async (_, madness, sane) => {
    const url = await startMadBroker(sane, MADNESS[madness] ?? (() => undefined));
    const notifier = openNotifier(url, { timeoutMs: 150 });
    const start = performance.now();
    const reason = await reasonOf(notifier.send(CALL));
    expect(reason).toMatch(/^RabbitMQ |^The connection to RabbitMQ /);
    expect(reason).not.toMatch(/hunter2|127\.0\.0\.1|INTERNAL/);
    await notifier.close();
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('what people are told', () => {
  test.each<readonly [string, () => string | Promise<string>, string | RegExp]>([
    ['a wrong password', () => broker.urlOf({ ...KIOSK, password: 'hunter2' }), 'it refused the log-in; look at user and password.'],
    ['no account', () => `amqp://127.0.0.1:${broker.port}`, /it refused the log-in|virtual host/],
    ['a virtual host that is none', () => broker.url.replace(/[^/]*$/, 'hunter2'), 'it does not let this account into that virtual host, or has none of that name.'],
    ['a host that is none', () => 'amqp://kiosk:hunter2@no-such-host.invalid/festival', /no host of that name|cannot be looked up/],
    ['nobody there', async () => `amqp://kiosk:hunter2@127.0.0.1:${await freePort()}/festival`, 'the connection was refused; is the server running there?'],
    ['a web server', () => listening(createHttpServer((_request, response) => void response.end('x'))), /does not speak AMQP|connection was broken/],
    ['a server that greets and hangs up', () => listening(createServer((socket) => void socket.end('220 mail.example ESMTP\r\n'))), /does not speak AMQP/],
    ['a server that says nothing', () => listening(createServer(() => undefined)), /did not (answer in time|confirm the message)/],
  ])('%s', async (_, urlOf, expected) => {
    const url = await urlOf();
    const notifier = openNotifier(url, { timeoutMs: SHORT_MS });
    const start = performance.now();
    const reason = await reasonOf(notifier.send(CALL));
    expect(performance.now() - start).toBeLessThan(SHORT_MS + 2_000);
    if (typeof expected === 'string') expect(reason).toBe(`RabbitMQ cannot be used: ${expected}`);
    else expect(reason).toMatch(expected);
    for (const secret of ['hunter2', KIOSK.password, encodeURIComponent(KIOSK.password), 'kiosk:', '127.0.0.1']) expect(JSON.stringify([reason, notifier.events])).not.toContain(secret);
  });

  test('amqps:// is verified against the authority that is named, and nothing else', async () => {
    const certificates = await makeCertificates();
    onTestFinished(() => certificates.remove());
    const { certFile, keyFile } = certificates.good;
    const front = createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (socket) => {
      const behind = connectPlain(broker.port, '127.0.0.1');
      socket.on('error', () => behind.destroy());
      behind.on('error', () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    });
    front.on('tlsClientError', () => undefined);
    const port = /:(\d+)\/festival$/.exec(await listening(front))?.[1];
    const url = broker.url.replace('amqp:', 'amqps:').replace(`:${broker.port}/`, `:${port}/`);
    await openNotifier(url, { tlsCa: readFileSync(certificates.caFile, 'utf8') }).send(CALL);
    expect(idsOf(await takeAll())).toEqual(['call:31']);
    expect(await reasonOf(openNotifier(url).send(CALL))).toMatch(/comes from an authority this kiosk does not know/);
    const elsewhere = readFileSync(certificates.selfSigned.certFile, 'utf8');
    expect(await reasonOf(openNotifier(url, { tlsCa: elsewhere }).send(CALL))).toMatch(/its certificate|handshake failed/);
    expect(await takeAll()).toEqual([]);
  });
});

describe('the receivers that are configured', () => {
  const open = (notifyWebhookUrl: string | null, notifyAmqpUrl: string | null) => {
    const notifier = createNotifier({ notifyWebhookUrl, notifyAmqpUrl, tlsCa: null }, recordingLogger().logger);
    onTestFinished(async () => notifier?.close());
    return notifier;
  };

  test('none', () => expect(open(null, null)).toBeNull());

  test('one', async () => {
    const receiver = await startReceiver((response) => response.end());
    await open(receiver.url, null)?.send(CALL);
    expect(receiver.received).toHaveLength(1);
    await open(null, broker.url)?.send(CALL);
    expect(await takeAll()).toHaveLength(1);
  });

  test('both: each has it, whichever fails', async () => {
    const receiver = await startReceiver((response, nth) => response.writeHead(nth === 2 ? 500 : 200).end());
    const notifier = open(receiver.url, broker.url);
    await notifier?.send(CALL);
    expect([receiver.received.length, (await takeAll()).length]).toEqual([1, 1]);
    expect(await reasonOf(notifier?.send(CALL) ?? Promise.resolve())).toBe('The webhook answered 500.');
    expect([receiver.received.length, (await takeAll()).length]).toEqual([2, 1]);
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
});
