/**
 * What a call costs, as ratios within one run: ours, an unsafe dual write of the same effect, and the floor of two bare round
 * trips. Rounds are interleaved, medians compared; with and without delay in front of the stores.
 */
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callNext } from '../../electron/core/call-next.ts';
import { createMysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { plainCore } from '../support/plain-core.ts';

const ROUNDS = 150;
let festival: RealFestival;
let proxies: readonly [FaultProxy, FaultProxy];

beforeAll(async () => {
  festival = await startFestival({ visitors: ROUNDS * 6, capacity: 100_000 });
  proxies = [await startProxy(festival.redis.port), await startProxy(festival.mariadb.port)];
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await festival.close();
});

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

it.each([0, 2.5])('a call with %d ms of delay each way', async (delayMs) => {
  const [toRedis, toMariadb] = proxies;
  const logger = { log: () => undefined };
  const redisUrl = `redis://127.0.0.1:${toRedis.port}`;
  const mysqlUrl = festival.mysqlUrlAt(toMariadb.port);
  const core = plainCore({ queue: createRedisQueueStore({ url: redisUrl, lockPrefix: 'temp:', logger }), ledger: createMysqlLedger({ url: mysqlUrl, timeZone: 'Asia/Seoul', logger }) }, 'bench', logger);
  const redis = new Redis(redisUrl, { protocol: 2 });
  const mysql = await createConnection(mysqlUrl);
  await core.ledger.prepare();
  await core.queue.describe();
  const generation = (await core.ledger.readBooth(1))?.booth.generation ?? 0;

  const ours = async (): Promise<void> => {
    const outcome = await callNext(core, { boothId: 1, generation, epoch: 0 }, core.ids.operationId());
    expect(outcome.outcome).toBe('done');
    // Part of the next round otherwise; not part of what the person waits for.
    if (outcome.outcome === 'done') settled.push(outcome.finished);
  };
  const unsafe = async (): Promise<void> => {
    const [status, capacity] = await redis.hmget('booth:1:meta', 'status', 'capacity');
    const current = Number((await redis.get('booth:1:current')) ?? 0);
    if (status === 'CLOSED' || current >= Number(capacity ?? 100_000)) throw new Error('refused');
    const [user, score] = await redis.zpopmin('queue:booth:1');
    await redis.srem(`user:${user}:active_booths`, '1');
    await mysql.query(
      `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
       VALUES (?, 1, 1, 'CALLED', FROM_UNIXTIME(?), NOW(6), 0, 0, NOW(6), NOW(6))`,
      [user, score],
    );
  };
  const floor = async (): Promise<void> => {
    await redis.ping();
    await mysql.query('SELECT 1');
  };

  const settled: Promise<boolean>[] = [];
  const times = { ours: [] as number[], unsafe: [] as number[], floor: [] as number[] };
  for (const proxy of proxies) proxy.delayMs = delayMs;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries({ ours, unsafe, floor }) as [keyof typeof times, () => Promise<void>][]) {
      const startedMs = performance.now();
      await run();
      times[name].push(performance.now() - startedMs);
      await Promise.all(settled.splice(0));
    }
  }
  for (const proxy of proxies) proxy.delayMs = 0;
  const [our, unsafeMs, floorMs] = [median(times.ours), median(times.unsafe), median(times.floor)];
  console.info(
    `delay ${delayMs} ms each way, ${ROUNDS} rounds, medians: ours ${our.toFixed(2)} ms, unsafe dual write ${unsafeMs.toFixed(2)} ms, two bare round trips ${floorMs.toFixed(2)} ms` +
      ` → ours is ${(our / unsafeMs).toFixed(2)}× the unsafe one, ${(our / floorMs).toFixed(2)}× the floor`,
  );
  await core.operations.drain();
  redis.disconnect();
  await mysql.end();
  await Promise.all([core.queue.close(), core.ledger.close()]);
});
