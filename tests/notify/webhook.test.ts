/**
 * Goal: 2xx, and nothing else, is a delivery; a send ends within its time whatever the receiver does, and says why without a secret.
 * Method: receivers that misbehave in every way, on real sockets.
 */
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWebhookNotifier } from '../../electron/notify/webhook.ts';
import { makeCertificates } from '../support/certificates.ts';
import { eventually, freePort } from '../support/ports.ts';
import { recordingLogger } from '../support/redis-queue.ts';
import { CALL, CANCELLATION, callOf, DISMISSAL, reasonOf, RECALL } from './events.ts';
import { SECRETS, startPlainServer, startReceiver } from './http-receiver.ts';

const SHORT_MS = 400;
const LATE = 'The webhook did not answer within 0.4 s.';
/** For what must end by itself, on a machine however busy. */
const AMPLE_MS = 20_000;

function openNotifier(url: string, more: { readonly timeoutMs?: number; readonly tlsCa?: string } = {}) {
  const { logger, events } = recordingLogger();
  const notifier = createWebhookNotifier({ url, logger, tlsCa: null, ...more });
  onTestFinished(() => notifier.close());
  return { ...notifier, events };
}

describe('what is sent', () => {
  test('each event as JSON, with its id as key, and the log-in of the address', async () => {
    const receiver = await startReceiver((response) => response.writeHead(204).end());
    const notifier = openNotifier(receiver.url);
    for (const event of [CALL, RECALL, CANCELLATION, DISMISSAL]) await notifier.send(event);
    const [call] = receiver.received;
    expect(call?.method).toBe('POST');
    expect(call?.path).toBe('/services/T0123456/B0123456/s3cr3tT0ken?key=kEy12345');
    expect(call?.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'call:31', authorization: `Basic ${Buffer.from('user:hunter2').toString('base64')}` });
    expect(call?.body).toBe('{"type":"CALL","eventId":"call:31","userId":7,"boothId":3,"boothName":"치킨 \\"Booth\\" 🍗","calledPosition":2,"waitingId":31}');
    expect(receiver.received.map(({ body, headers }) => [(JSON.parse(body) as { type: string }).type, headers['idempotency-key']])).toEqual([
      ['CALL', CALL.eventId], ['RECALL', RECALL.eventId], ['CALL_CANCELLED', CANCELLATION.eventId], ['DISMISSED', DISMISSAL.eventId],
    ]);
    expect(JSON.parse(receiver.received[3]?.body ?? '')).toEqual({ type: 'DISMISSED', eventId: DISMISSAL.eventId, userId: 7, boothId: 3, boothName: CALL.boothName, reason: '재료 소진' });
  });

  test('one send is one try', async () => {
    const receiver = await startReceiver((response) => response.writeHead(503).end());
    await reasonOf(openNotifier(receiver.url).send(CALL));
    expect(receiver.received).toHaveLength(1);
  });
});

describe('a delivery', () => {
  test.each([200, 201, 202, 204, 299])('is %i', async (status) => {
    const receiver = await startReceiver((response) => response.writeHead(status).end());
    await openNotifier(receiver.url).send(CALL);
  });
  test('whatever the body says', async () => {
    const receiver = await startReceiver((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"error": <html>\0\xff'));
    await openNotifier(receiver.url).send(CALL);
  });
  test('though the connection breaks in the middle of the body', async () => {
    const receiver = await startReceiver((response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half');
      setImmediate(() => response.destroy());
    });
    await openNotifier(receiver.url).send(CALL);
  });
  test('though the body never ends: it is waited for until the time is over, not longer', async () => {
    const receiver = await startReceiver((response) => response.writeHead(200).write('and so on'));
    const start = performance.now();
    await openNotifier(receiver.url, { timeoutMs: SHORT_MS }).send(CALL);
    expect(performance.now() - start).toBeGreaterThanOrEqual(SHORT_MS - 5);
    expect(performance.now() - start).toBeLessThan(SHORT_MS + 2_000);
  });
  test('of whose body no more than a little is read', async () => {
    let written = 0;
    const receiver = await startReceiver((response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        written += 16_384;
        if (response.write(Buffer.alloc(16_384))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    const start = performance.now();
    await openNotifier(receiver.url).send(CALL);
    expect(performance.now() - start).toBeLessThan(2_000);
    // What sockets buffer comes on top.
    expect(written).toBeLessThan(20_000_000);
  });
});

describe('no delivery', () => {
  test.each([
    [500, {}, 'The webhook answered 500.'],
    [503, { 'retry-after': '120' }, 'The webhook answered 503.'],
    [429, { 'retry-after': '120' }, 'The webhook answered 429.'],
    [400, {}, 'The webhook answered 400.'],
    [404, {}, 'The webhook answered 404.'],
    [302, { location: '/elsewhere' }, 'The webhook answered 302, a redirect, and those are not followed.'],
    [308, { location: '/elsewhere' }, 'The webhook answered 308, a redirect, and those are not followed.'],
  ])('%i', async (status, headers, sentence) => {
    const receiver = await startReceiver((response) => response.writeHead(status, headers).end(`hunter2 ${SECRETS.join(' ')}`));
    expect(await reasonOf(openNotifier(receiver.url).send(CALL))).toBe(sentence);
    expect(receiver.received).toHaveLength(1);
  });

  test('a bad status is not waited on: its body may never end', async () => {
    const receiver = await startReceiver((response) => response.writeHead(500).write('and so on'));
    const start = performance.now();
    await reasonOf(openNotifier(receiver.url).send(CALL));
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test.each<readonly [string, () => string | Promise<string>, string | RegExp]>([
    ['no answer at all', () => startPlainServer(() => undefined), LATE],
    ['an answer that comes late', async () => (await startReceiver((response) => void setTimeout(() => response.end(), SHORT_MS * 3))).url, LATE],
    ['headers that come drop by drop', () => startPlainServer((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx-slow: ')), LATE],
    ['nothing but promises of an answer', () => startPlainServer((socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n')), LATE],
    ['a connection closed without an answer', () => startPlainServer((socket) => socket.end()), /gave no answer: the connection was (broken|closed without an answer)\.$/],
    ['a connection that is reset', () => startPlainServer((socket) => socket.once('data', () => socket.resetAndDestroy())), 'The webhook gave no answer: the connection was broken.'],
    ['something that is not HTTP', () => startPlainServer((socket) => socket.end('220 hunter2 ESMTP\r\n\r\n')), 'The webhook gave no answer: what answers there does not speak HTTP.'],
    ['headers without end', () => startPlainServer((socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'hunter2'.repeat(20_000)}`)), 'The webhook gave no answer: what answers there does not speak HTTP.'],
    ['another protocol instead', () => startPlainServer((socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')), /^The webhook /],
    ['nobody there', async () => `http://user:hunter2@127.0.0.1:${await freePort()}/s3cr3tT0ken`, 'The webhook gave no answer: the connection was refused; is the server running there?'],
    ['a host that is none', () => 'http://user:hunter2@no-such-host.invalid/s3cr3tT0ken', /no host of that name|cannot be looked up/],
    ['https where none is spoken', async () => `https://user:hunter2@127.0.0.1:${/:(\d+)\//.exec((await startReceiver((response) => response.end())).url)?.[1]}/s3cr3tT0ken`, /TLS|handshake failed/],
  ])('%s', async (_, urlOf, expected) => {
    const notifier = openNotifier(await urlOf(), { timeoutMs: expected === LATE ? SHORT_MS : AMPLE_MS });
    const reason = await reasonOf(notifier.send(CALL));
    if (typeof expected === 'string') expect(reason).toBe(expected);
    else expect(reason).toMatch(expected);
    for (const secret of [...SECRETS, '127.0.0.1']) expect(JSON.stringify([reason, notifier.events])).not.toContain(secret);
  });

  test('a certificate nobody vouches for; the festival’s own authority is trusted beside the others', async () => {
    const certificates = await makeCertificates();
    onTestFinished(() => certificates.remove());
    let asked = 0;
    const server = createTlsServer({ cert: readFileSync(certificates.good.certFile), key: readFileSync(certificates.good.keyFile) }, (_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/s3cr3tT0ken`;
    expect(await reasonOf(openNotifier(url).send(CALL))).toMatch(/^The webhook gave no answer: its certificate comes from an authority/);
    expect(asked).toBe(0);
    await openNotifier(url, { tlsCa: readFileSync(certificates.caFile, 'utf8') }).send(CALL);
    expect(asked).toBe(1);
  });
});

describe('closing', () => {
  test('lets an answer that is near arrive, and begins nothing any more', async () => {
    let answer = (): void => undefined;
    const receiver = await startReceiver((response) => (answer = () => void response.end()));
    const notifier = openNotifier(receiver.url);
    const underWay = notifier.send(CALL);
    await eventually('it is there', () => receiver.received.length === 1);
    const closed = notifier.close();
    expect(await reasonOf(notifier.send(callOf(2)))).toBe('The kiosk is closing.');
    answer();
    await underWay;
    await closed;
    expect(receiver.received).toHaveLength(1);
  });
  test('waits a second for one that is not', async () => {
    const notifier = openNotifier(await startPlainServer(() => undefined));
    const underWay = reasonOf(notifier.send(CALL));
    const start = performance.now();
    await notifier.close();
    expect(await underWay).toBe('The kiosk was closed meanwhile.');
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

/** Writes a little every few milliseconds, for ever. */
function drip(socket: Socket, head: string, drop = 'x'): void {
  socket.write(head);
  const timer = setInterval(() => socket.write(drop), 20);
  socket.on('close', () => clearInterval(timer));
}
