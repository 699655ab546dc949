/**
 * Goal: people are told once each time, within three tries that are polite to Slack; a text wakes nobody it is not meant for; the address,
 * which is the secret, is in no reason and no log. Method: a receiver that answers as told, the pauses recorded instead of waited for.
 */
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../electron/core/ports.ts';
import { createAlerter } from '../../electron/notify/notifier.ts';
import { createSlackAlerter } from '../../electron/notify/slack.ts';
import { freePort } from '../support/ports.ts';
import { recordingLogger } from '../support/redis-queue.ts';
import { reasonOf } from './events.ts';
import { SECRETS, startPlainServer, startReceiver } from './http-receiver.ts';

const ALERT: Alert = { id: 'queue-unreachable', level: 'urgent', text: 'The queue has not answered for 30 s.' };
const SHORT_MS = 300;

function openAlerter(url: string) {
  const pauses: number[] = [];
  const { logger, events } = recordingLogger();
  const alerter = createSlackAlerter({ url, kioskId: 'Booth 3', logger, tlsCa: null, timeoutMs: SHORT_MS, pause: async (ms) => void pauses.push(ms) });
  return { ...alerter, pauses, events };
}

const textOf = (body: string | undefined) => (JSON.parse(body ?? '{}') as { text: string }).text;

describe('what is said', () => {
  test.each<readonly [string, Alert, 'raised' | 'cleared', string]>([
    ['urgent', ALERT, 'raised', 'URGENT: The queue has not answered for 30 s. Told by kiosk Booth 3.'],
    ['no longer urgent', ALERT, 'cleared', 'Cleared (was urgent): The queue has not answered for 30 s. Told by kiosk Booth 3.'],
    ['a warning', { id: 'locks-overdue', level: 'warning', text: '12 soft locks are overdue.' }, 'raised', 'Warning: 12 soft locks are overdue. Told by kiosk Booth 3.'],
    ["with Slack's own signs", { id: 'quarantine', level: 'warning', text: 'Set aside: <!channel> & <@U1>.' }, 'cleared', 'Cleared (was warning): Set aside: &lt;!channel&gt; &amp; &lt;@U1&gt;. Told by kiosk Booth 3.'],
    ['too long', { id: 'quarantine', level: 'warning', text: 'x'.repeat(10_000) }, 'raised', `Warning: ${'x'.repeat(3_000)}… Told by kiosk Booth 3.`],
  ])('%s', async (_, alert, state, text) => {
    const receiver = await startReceiver((response) => response.end('ok'));
    await openAlerter(receiver.url).tell(alert, state);
    expect(receiver.received.map(({ method, headers, body }) => [method, headers['content-type'], textOf(body)])).toEqual([['POST', 'application/json', text]]);
  });
});

describe('tries', () => {
  test('up to three, with a pause that grows', async () => {
    const receiver = await startReceiver((response, nth) => response.writeHead(nth < 3 ? 500 : 200).end());
    const alerter = openAlerter(receiver.url);
    await alerter.tell(ALERT, 'raised');
    expect(receiver.received).toHaveLength(3);
    const [first = 0, second = 0, ...more] = alerter.pauses;
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(500);
    expect(first).toBeLessThanOrEqual(1_000);
    expect(second).toBeGreaterThanOrEqual(1_000);
    expect(second).toBeLessThanOrEqual(2_000);
  });
  test('and no fourth', async () => {
    const receiver = await startReceiver((response) => response.writeHead(502).end());
    const alerter = openAlerter(receiver.url);
    expect(await reasonOf(alerter.tell(ALERT, 'raised'))).toBe('Slack was not told: it answered 502.');
    expect(receiver.received).toHaveLength(3);
    expect(alerter.pauses).toHaveLength(2);
  });
  test.each([
    ['7', 7_000],
    ['0', 0],
    ['3600', 30_000],
    ['soon', null],
    ['-5', null],
    [new Date(Date.now() + 3_600_000).toUTCString(), 30_000],
    [new Date(Date.now() - 3_600_000).toUTCString(), 0],
  ])('after as long as Slack asks for, within reason: %s', async (retryAfter, pause) => {
    const receiver = await startReceiver((response, nth) => (nth === 1 ? response.writeHead(429, { 'retry-after': retryAfter }).end() : response.end('ok')));
    const alerter = openAlerter(receiver.url);
    await alerter.tell(ALERT, 'raised');
    if (pause === null) expect(alerter.pauses[0]).toBeGreaterThanOrEqual(500);
    else expect(alerter.pauses).toEqual([pause]);
  });
  test.each([400, 403, 404, 410, 301])('none more after %i: it will not change', async (status) => {
    const receiver = await startReceiver((response) => response.writeHead(status, { location: '/' }).end('no_service'));
    expect(await reasonOf(openAlerter(receiver.url).tell(ALERT, 'raised'))).toBe(`Slack was not told: it answered ${status}.`);
    expect(receiver.received).toHaveLength(1);
  });
  test.each<readonly [string, () => string | Promise<string>, string]>([
    ['says nothing', () => startPlainServer(() => undefined), 'Slack was not told: it did not answer in time.'],
    ['says something else', () => startPlainServer((socket) => socket.end('hunter2\r\n\r\n')), 'Slack was not told: what answers there does not speak HTTP.'],
    ['is not there', async () => `http://127.0.0.1:${await freePort()}/s3cr3tT0ken`, 'Slack was not told: the connection was refused; is the server running there?'],
  ])('all three in time, of one that %s, and no secret is told', async (_, urlOf, expected) => {
    const alerter = openAlerter(await urlOf());
    const start = performance.now();
    const reason = await reasonOf(alerter.tell(ALERT, 'raised'));
    expect(performance.now() - start).toBeLessThan(SHORT_MS * 3 + 2_000);
    expect(reason).toBe(expected);
    expect(alerter.pauses).toHaveLength(2);
    expect(alerter.events).toHaveLength(3);
    for (const secret of [...SECRETS, '127.0.0.1']) expect(JSON.stringify([reason, alerter.events])).not.toContain(secret);
  });
});

test('nobody is told where nothing is configured', async () => {
  const { logger } = recordingLogger();
  expect(createAlerter({ slackWebhookUrl: null, kioskId: 'k', tlsCa: null }, logger)).toBeNull();
  const receiver = await startReceiver((response) => response.end('ok'));
  await createAlerter({ slackWebhookUrl: receiver.url, kioskId: 'k', tlsCa: null }, logger)?.tell(ALERT, 'raised');
  expect(receiver.received).toHaveLength(1);
});
