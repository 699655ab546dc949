/**
 * The backend's own repair: it looks at every lock under its prefix, however young, and asks whether a row CALLED exists for that
 * visitor at that booth. If so the lock is deleted; if not, the visitor is put back. It cannot tell a call under way from one that died,
 * a visitor who has entered since from one who was never called, nor a kiosk's lock from its own. A lock without `timestamp` ends the pass.
 */
import type { BackendProcess } from './backend-process.ts';
import type { Stores } from './queueing.ts';
import { loadWaiting } from './waiting-entity.ts';

export interface Repair {
  readonly boothId: number;
  readonly userId: number;
  readonly score: number;
  readonly did: 'put-back' | 'deleted';
}

/** One pass; `repairs` gets what it did to each lock. */
export async function repairBatch(process: BackendProcess, { redis, pool }: Stores, prefix: string, repairs: Repair[]): Promise<void> {
  await process.run('repair', 0, async (scan) => {
    for (const key of await process.command(scan, 'scan', () => scanAll(() => redis.scanStream({ match: `${prefix}calling:*` })))) {
      const lock = await process.command(scan, 'read-lock', () => redis.hgetall(key));
      if (Object.keys(lock).length === 0) continue;
      const { boothId, userId, timestamp } = lock;
      if (timestamp === undefined || boothId === undefined || userId === undefined) return null;
      const called = await process.command(scan, 'look', () => loadWaiting(pool, "user_id = ? AND booth_id = ? AND status = 'CALLED'", [userId, boothId]));
      const ticket = { boothId: Number(boothId), userId: Number(userId), score: Number(timestamp) };
      if (called.length === 0) {
        await process.command(scan, 'put-back', async () => {
          await redis.zadd(`queue:booth:${boothId}`, timestamp, userId);
          repairs.push({ ...ticket, did: 'put-back' });
        });
        await process.command(scan, 'add-active', () => redis.sadd(`user:${userId}:active_booths`, boothId));
      }
      await process.command(scan, 'unlock', async () => {
        await redis.del(key);
        repairs.push({ ...ticket, did: 'deleted' });
      });
    }
    return true;
  });
}

async function scanAll(open: () => AsyncIterable<unknown>): Promise<readonly string[]> {
  const keys = new Set<string>();
  for await (const page of open()) for (const key of Array.isArray(page) ? page : []) keys.add(String(key));
  return [...keys];
}
