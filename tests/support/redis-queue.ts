/** A Redis queue store on a server of the test's own, with a plain client beside it to plant and look. */
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { createRedisQueueStore, type RedisQueueStoreSettings } from '../../electron/stores/redis/redis-queue-store.ts';
import type { OpenedQueueStore } from '../contracts/queue-store-fixture.ts';
import { eventually } from './ports.ts';
import { startRedis, type RedisServer } from './redis-server.ts';

/** Of the contract with the festival's other programs. */
export const LOCK_PREFIX = 'temp:';

interface LoggedEvent {
  readonly level: string;
  readonly event: string;
  readonly fields: unknown;
}

export function recordingLogger() {
  const events: LoggedEvent[] = [];
  return {
    events,
    logger: { log: (level: string, event: string, fields?: unknown) => void events.push({ level, event, fields: fields ?? null }) },
  };
}

export function plainRedis(url: string): Redis {
  const redis = new Redis(url, { protocol: 2 });
  redis.on('error', () => undefined);
  return redis;
}

/** One server for all tests of a file, with a plain client to it; both end with the file. Call at its top. */
export async function redisForFile(): Promise<{ readonly server: RedisServer; readonly raw: Redis }> {
  const server = await startRedis();
  const raw = plainRedis(server.url);
  afterAll(async () => {
    raw.disconnect();
    await server.close();
  });
  return { server, raw };
}

/** A store whose change channel is subscribed already: what is announced from now on is heard. */
export async function readyStore(raw: Redis, settings: Pick<RedisQueueStoreSettings, 'url'>): Promise<QueueStore> {
  const before = await subscribers(raw);
  const store = createRedisQueueStore({ lockPrefix: LOCK_PREFIX, logger: recordingLogger().logger, ...settings });
  await eventually('the store subscribes', async () => (await subscribers(raw)) > before);
  await store.readLocks(1);
  return store;
}

async function subscribers(raw: Redis): Promise<number> {
  const [, count] = await raw.pubsub('NUMSUB', 'kiosk:changed');
  return Number(count);
}

/** As if a kiosk had verified the queue on this run of the server: calls may go on. */
export async function markVerified(raw: Redis, epoch = 0): Promise<void> {
  const run = /^run_id:(\w+)/m.exec(await raw.info('server'))?.[1] ?? '';
  await raw.hset('kiosk:mirror', { epoch, run });
}

/** Fresh data and a store on it. */
export async function openRedisQueue(url: string, raw: Redis): Promise<OpenedQueueStore> {
  await raw.flushall();
  const stores: QueueStore[] = [];
  const openOne = async () => {
    const store = await readyStore(raw, { url });
    stores.push(store);
    return store;
  };
  await markVerified(raw);
  const store = await openOne();
  const scoreText = (score: number) => (Number.isFinite(score) ? String(score) : score > 0 ? '+inf' : '-inf');
  return {
    store,
    another: openOne,
    putQueue: async (boothId, member, score) => void (await raw.zadd(`queue:booth:${boothId}`, scoreText(score), member)),
    setCurrent: async (boothId, text) => void (await raw.set(`booth:${boothId}:current`, text)),
    activeBooths: async (userId) => (await raw.smembers(`user:${userId}:active_booths`)).map(Number).toSorted((a, b) => a - b),
    async setActiveBooths(userId, boothIds) {
      await raw.del(`user:${userId}:active_booths`);
      if (boothIds.length > 0) await raw.sadd(`user:${userId}:active_booths`, ...boothIds);
    },
    quarantine: async (boothId) => await raw.hgetall(`kiosk:quarantine:${boothId}`),
    async ageLocks(ms) {
      for (const key of await raw.zrange('kiosk:locks', 0, '-1')) {
        await raw.zincrby('kiosk:locks', -ms, key);
        await raw.hincrby(key, 'createdAt', -ms);
      }
    },
    async ageMemories(ms) {
      for (const owner of await raw.zrange('kiosk:alive', 0, '-1')) await raw.zincrby('kiosk:alive', -ms, owner);
      for (const key of ['kiosk:alerts', 'kiosk:foreign']) {
        for (const [field, text] of Object.entries(await raw.hgetall(key))) {
          const [at = '', ...rest] = text.split(' ');
          await raw.hset(key, field, [Number(at) - ms, ...rest].join(' '));
        }
      }
    },
    async putForeignLock(key, fields) {
      await raw.del(key);
      if (fields !== null) await raw.hset(key, fields);
    },
    loseData: async () => void (await raw.flushall()),
    startAnew: async () => void (await raw.hset('kiosk:mirror', 'run', 'of another day')),
    cleanup: async () => void (await Promise.all(stores.map((store) => store.close()))),
  };
}
