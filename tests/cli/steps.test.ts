/**
 * Goal: the festival-wide steps from the command line on real servers: `ops reconcile` sweeps, mirrors, ends the backend's own locks and
 * tells visitors who were not told.
 * Method: other programs' traces are planted by plain Redis commands and SQL; times that would have to pass are set back in the stores;
 * visitors are told by a real HTTP server.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let server: Server;
let answer = 200;
const inbox: { readonly key: string; readonly body: Readonly<Record<string, unknown>> }[] = [];

beforeAll(async () => {
  festival = await startFestival({ visitors: 6, capacity: 3 });
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      inbox.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await festival.close();
});
beforeEach(async () => {
  await festival.reset();
  expect((await festival.cli('reconcile')).code).toBe(0);
  inbox.length = 0;
  answer = 200;
});

/** As the backend writes: by the wall clock of the festival's zone. */
const seoul = (text: string) => festival.sql(`SET time_zone = '+09:00'; ${text}`);
const telling = () => ({ ...festival.environment(), KIOSK_NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls` });
const reconcile = async (environment = festival.environment()) => {
  const pass = await festival.cli('reconcile', environment);
  expect(pass).toMatchObject({ code: 0, json: { problem: null } });
  return pass.json;
};

it('mirrors who joined through another program, and sweeps who was called before', async () => {
  const copied = await festival.sql('SELECT user_id FROM kiosk_queue WHERE gone_at IS NULL ORDER BY score, CAST(user_id AS CHAR)');
  expect(copied.map((row) => Number(row['user_id']))).toEqual(await festival.queue());
  const [first = 0] = await festival.queue();
  const score = await festival.client.zscore('queue:booth:1', String(first));
  expect((await festival.cli('call --booth 1')).code).toBe(0);
  await festival.client.zadd('queue:booth:1', String(score), String(first));
  expect(await festival.cli('audit --booth 1')).toMatchObject({ json: { ok: false } });
  expect(await reconcile()).toMatchObject({ swept: 1 });
  expect(await festival.queue()).not.toContain(first);
  expect(await festival.cli('audit --booth 1')).toMatchObject({ json: { ok: true } });
});

it('sweeps somebody whom the backend had called, by the second of registration', async () => {
  const [first = 0] = await festival.queue();
  const score = await festival.client.zscore('queue:booth:1', String(first));
  await seoul(`INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
    VALUES (${first}, 1, 1, 'CALLED', FROM_UNIXTIME(${score}), NOW(6), b'1', 0, NOW(6), NOW(6)); SELECT 1`);
  // As a queue that came back older has it again.
  await festival.client.zadd('queue:booth:1', '1', 'x');
  await festival.client.del('kiosk:mirror');
  await reconcile();
  expect(await festival.queue()).not.toContain(first);
});

describe('a soft lock of the backend', () => {
  const KEY = 'temp:calling:1:7';
  async function backendDied(withRow: boolean): Promise<number> {
    const score = Number(await festival.client.zscore('queue:booth:1', '7'));
    await festival.client.zrem('queue:booth:1', '7');
    await festival.client.hset(KEY, { boothId: '1', userId: '7', timestamp: String(score), createdAt: String(Date.now()) });
    if (withRow) {
      await seoul(`INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
        VALUES (7, 1, 1, 'CALLED', FROM_UNIXTIME(${score}), NOW(6), b'1', 0, NOW(6), NOW(6)); SELECT 1`);
    }
    return score;
  }
  /** As if it had been seen a minute before. */
  async function aMinutePasses(): Promise<void> {
    const seen = (await festival.client.hget('kiosk:foreign', KEY)) ?? '';
    const [sinceMs, ...rest] = seen.split(' ');
    await festival.client.hset('kiosk:foreign', KEY, [Number(sinceMs) - 61_000, ...rest].join(' '));
  }

  it('that stands unchanged for a minute gives its visitor back, to the digit', async () => {
    const order = await festival.queue();
    const score = await backendDied(false);
    await reconcile();
    expect(await festival.client.exists(KEY)).toBe(1);
    await aMinutePasses();
    await reconcile();
    expect(await festival.client.exists(KEY)).toBe(0);
    expect(Number(await festival.client.zscore('queue:booth:1', '7'))).toBe(score);
    expect((await festival.queue()).toSorted((a, b) => a - b)).toEqual(order.toSorted((a, b) => a - b));
  });

  it('whose visitor has a row is only deleted', async () => {
    await backendDied(true);
    await reconcile();
    await aMinutePasses();
    await reconcile();
    expect(await festival.client.exists(KEY)).toBe(0);
    expect(await festival.client.zscore('queue:booth:1', '7')).toBeNull();
  });

  it('that has changed meanwhile is another one', async () => {
    await backendDied(false);
    await reconcile();
    await aMinutePasses();
    await festival.client.hset(KEY, 'createdAt', '5');
    await reconcile();
    expect(await festival.client.exists(KEY)).toBe(1);
  });
});

describe('telling visitors', () => {
  const events = () => inbox.map(({ key }) => key);
  const overdue = () => seoul('UPDATE waiting SET kiosk_event_due = NOW(6) - INTERVAL 1 SECOND WHERE kiosk_event_due IS NOT NULL; SELECT 1');
  const announced = async () => ((await festival.cli('list --booth 1')).json['called'] as { announced: string }[])[0]?.announced;

  it('a call is told at once, its undoing cancels it', async () => {
    const called = await festival.cli('call --booth 1', telling());
    const { waitingId, userId } = called.json;
    expect(inbox).toMatchObject([{ key: `call:${waitingId}`, body: { type: 'CALL', eventId: `call:${waitingId}`, userId, boothId: 1, boothName: '치킨 부스', calledPosition: 1, waitingId } }]);
    expect(await announced()).toBe('yes');
    expect(await festival.sql(`SELECT notification_sent + 0 AS sent, notification_retry_count AS retries FROM waiting`)).toEqual([{ sent: 1, retries: 0 }]);
    expect((await festival.cli(`undo --waiting ${waitingId}`, telling())).code).toBe(0);
    expect(inbox[1]).toMatchObject({ key: expect.stringMatching(/^cancel:/), body: { type: 'CALL_CANCELLED', waitingId } });
  });

  it('what could not be told is told by the next pass that is due, and given up after three tries', async () => {
    answer = 500;
    expect((await festival.cli('call --booth 1', telling())).code).toBe(0);
    expect(await announced()).toBe('pending');
    await reconcile(telling());
    expect(events()).toHaveLength(1);
    await overdue();
    await reconcile(telling());
    await overdue();
    await reconcile(telling());
    await overdue();
    await reconcile(telling());
    expect(events()).toHaveLength(3);
    expect(await announced()).toBe('failed');
    expect(await festival.sql(`SELECT notification_sent + 0 AS sent, notification_retry_count AS retries FROM waiting`)).toEqual([{ sent: 0, retries: 3 }]);
    answer = 200;
    const [visit] = await festival.visits();
    expect((await festival.cli(`recall --waiting ${visit?.['id']}`, telling())).code).toBe(0);
    expect(new Set(events()).size).toBe(2);
    expect(await announced()).toBe('yes');
  });

  it('without a receiver nobody is told, and nothing waits for it', async () => {
    expect((await festival.cli('call --booth 1')).code).toBe(0);
    expect(events()).toEqual([]);
  });
});
