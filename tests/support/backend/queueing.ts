/**
 * What the backend does to the queue. Joining is one script, with whole epoch seconds as score. Leaving is two commands.
 * Calling is six, none of them guarded: it reads the count (which knows nothing of visitors called but not yet inside), pops the first,
 * drops the booth from the visitor's, only then writes its lock, inserts the row, deletes the lock. Between popping and the lock the
 * visitor is nowhere.
 */
import type { Redis } from 'ioredis';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import type { BackendProcess } from './backend-process.ts';
import { insertWaiting, wallClock } from './waiting-entity.ts';

const MAX_QUEUES = 2;
const JOIN = `
  local rank = redis.call('ZRANK', KEYS[1], ARGV[1])
  if rank then return {'already', rank + 1} end
  if redis.call('SCARD', KEYS[2]) >= tonumber(ARGV[4]) then return {'refused', 0} end
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
  redis.call('SADD', KEYS[2], ARGV[2])
  return {'joined', redis.call('ZCARD', KEYS[1])}`;

const lockKey = (boothId: number, userId: number): string => `temp:calling:${boothId}:${userId}`;

export interface Stores {
  readonly redis: Redis;
  readonly pool: Pool;
}

/** The score the visitor was registered with; null when they queue there already, are in two queues, or it came to nothing. */
export function join(process: BackendProcess, { redis }: Stores, boothId: number, userId: number, agoS: number): Promise<number | null> {
  return process.run('join', boothId, async (act) => {
    act.userId = userId;
    const second = Math.floor(Date.now() / 1_000) - agoS;
    const answer = await process.command(act, 'join', () => redis.eval(JOIN, 2, `queue:booth:${boothId}`, `user:${userId}:active_booths`, userId, boothId, second, MAX_QUEUES));
    if (!Array.isArray(answer) || answer[0] !== 'joined') return null;
    act.score = second;
    return second;
  });
}

/** true when the visitor was taken out of the queue. */
export function leave(process: BackendProcess, { redis }: Stores, boothId: number, userId: number): Promise<true | null> {
  return process.run('leave', boothId, async (act) => {
    act.userId = userId;
    const removed = await process.command(act, 'remove', () => redis.zrem(`queue:booth:${boothId}`, String(userId)));
    if (removed === 0) return null;
    await process.command(act, 'drop-active', () => redis.srem(`user:${userId}:active_booths`, String(boothId)));
    return true;
  });
}

/** The new row's id; null when the queue is empty, the booth full by the backend's own count, or it came to nothing. */
export function callNext(process: BackendProcess, stores: Stores, boothId: number): Promise<number | null> {
  const { redis, pool } = stores;
  return process.run('call', boothId, async (act) => {
    if (!(await process.command(act, 'check', () => hasRoom(stores, boothId)))) return null;
    const popped = await process.command(act, 'pop', async () => {
      const [member, score] = await redis.zpopmin(`queue:booth:${boothId}`);
      if (member === undefined || score === undefined) return null;
      act.userId = Number(member);
      act.score = Number(score);
      return { member, score };
    });
    if (popped === null) return null;
    const { member, score } = popped;
    const userId = Number(member);
    await process.command(act, 'drop-active', () => redis.srem(`user:${member}:active_booths`, String(boothId)));
    await process.command(act, 'lock', () => redis.hset(lockKey(boothId, userId), { boothId, userId, timestamp: score, createdAt: Date.now() }));
    const now = wallClock(Date.now());
    const id = await process.command(act, 'insert', async () => {
      act.waitingId = await insertWaiting(pool, {
        user_id: userId, booth_id: boothId, called_position: 1, status: 'CALLED', completion_type: null,
        registered_at: wallClock(Math.floor(Number(score)) * 1_000), called_at: now, entered_at: null, completed_at: null,
        notification_sent: Buffer.from([0]), notification_retry_count: 0, created_at: now, updated_at: now,
      });
      return act.waitingId;
    });
    await process.command(act, 'unlock', () => redis.del(lockKey(boothId, userId)));
    return id;
  });
}

async function hasRoom({ redis, pool }: Stores, boothId: number): Promise<boolean> {
  const current = Number((await redis.get(`booth:${boothId}:current`)) ?? 0);
  const [rows] = await pool.query<RowDataPacket[]>('SELECT status, capacity FROM booth WHERE id = ?', [boothId]);
  return rows[0]?.['status'] === 'OPEN' && current < Number(rows[0]?.['capacity']);
}
