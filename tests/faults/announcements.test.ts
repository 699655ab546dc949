/**
 * Goal: a committed call reaches the receiver's inbox exactly once after de-duplication, an undone one is cancelled, and nothing that was
 * not committed is told, though the kiosk dies at any message it sends: to Redis, to the database, to the receiver.
 * Method: every message of a call (and of its undoing) that goes through a proxy is a moment at which the process is killed, in turn, until
 * a run lives; then what is due is made due, and one pass follows. The inbox is a real HTTP server behind a proxy of its own.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AT_LENGTH } from '../support/at-length.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const MOMENTS_LIMIT = 40;
let festival: RealFestival;
let server: Server;
let proxies: readonly [FaultProxy, FaultProxy, FaultProxy];
let environment: NodeJS.ProcessEnv;
const inbox: string[] = [];

beforeAll(async () => {
  festival = await startFestival({ visitors: 6 });
  server = createServer((request, response) => {
    inbox.push(String(request.headers['idempotency-key']));
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxies = [await startProxy(festival.redis.port), await startProxy(festival.mariadb.port), await startProxy((server.address() as AddressInfo).port)];
  const [toRedis, toSql, toInbox] = proxies;
  environment = {
    ...festival.environment({ redisUrl: `redis://127.0.0.1:${toRedis.port}`, mysqlUrl: festival.mysqlUrlAt(toSql.port) }),
    KIOSK_NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${toInbox.port}/`,
  };
  expect((await festival.cli('reconcile')).code).toBe(0);
});
afterAll(async () => {
  server.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await festival.close();
});

/** Moments begin with the first message that writes for this action: its step in Redis. */
async function run(line: string, at: number, when: 'before' | 'after'): Promise<number> {
  let moments = 0;
  let begun = false;
  const child = festival.spawnCli(line, environment);
  for (const proxy of proxies) {
    proxy.onClientData = (chunk) => {
      begun ||= /kiosk:done:[0-9a-f]{8}-/.test(chunk.toString('latin1'));
      if (!begun || ++moments !== at) return undefined;
      child.kill('SIGKILL');
      return when === 'before' ? 'reset' : 'drop-replies';
    };
  }
  await once(child, 'exit');
  for (const proxy of proxies) proxy.onClientData = null;
  return moments;
}

async function repair(): Promise<void> {
  await festival.sql("SET time_zone = '+09:00'; UPDATE waiting SET kiosk_event_due = NOW(6) - INTERVAL 1 SECOND WHERE kiosk_event_due IS NOT NULL; SELECT 1");
  expect(await festival.cli('reconcile', environment)).toMatchObject({ code: 0, json: { kept: 0, problem: null } });
}

async function reset(): Promise<void> {
  await festival.sql('DELETE FROM waiting; DELETE FROM kiosk_queue; SELECT 1');
  await festival.client.del('queue:booth:1', 'booth:1:current');
  await festival.plant(festival.userIds);
  inbox.length = 0;
}

/** Each event once, however often it came. */
const told = (kind: 'call' | 'cancel'): string[] => [...new Set(inbox)].filter((id) => id.startsWith(`${kind}:`));

// Dead before a message, a kiosk has done what one did that died after the message before.
describe.each(AT_LENGTH ? (['before', 'after'] as const) : (['after'] as const))('killed %s each message', (when) => {
  it('of a call: told if and only if it was committed', { timeout: 240_000 }, async () => {
    let committed = 0;
    for (let at = 1; ; at++) {
      expect(at).toBeLessThan(MOMENTS_LIMIT);
      await reset();
      const reached = await run('call --booth 1', at, when);
      await repair();
      const visits = await festival.visits();
      expect(told('call'), `killed ${when} message ${at}`).toEqual(visits.map((visit) => `call:${visit['id']}`));
      committed += visits.length;
      if (reached < at) break;
    }
    expect(committed).toBeGreaterThan(3);
  });

  it('of its undoing: cancelled if and only if it was undone', { timeout: 240_000 }, async () => {
    let undone = 0;
    for (let at = 1; ; at++) {
      expect(at).toBeLessThan(MOMENTS_LIMIT);
      await reset();
      const called = await festival.cli('call --booth 1', environment);
      expect(told('call')).toEqual([`call:${called.json['waitingId']}`]);
      const reached = await run(`undo --waiting ${called.json['waitingId']}`, at, when);
      await repair();
      const isUndone = (await festival.visits()).length === 0;
      expect(told('cancel').length, `killed ${when} message ${at}`).toBe(isUndone ? 1 : 0);
      if (isUndone) undone++;
      if (reached < at) break;
    }
    expect(undone).toBeGreaterThan(3);
  });
});
