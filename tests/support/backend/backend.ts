/**
 * A stand-in for the festival's Java backend: another program on the same stores, with connections of its own and no line in common
 * with the kiosk. It is faulty in the ways that backend is: see queueing.ts, visits.ts and repair-batch.ts for each.
 */
import { Redis } from 'ioredis';
import { createPool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { type BackendProcess, createBackendProcess } from './backend-process.ts';
import { callNext, join, leave, type Stores } from './queueing.ts';
import { type Repair, repairBatch } from './repair-batch.ts';
import { changeVisit, giveUpOnNoShows, leaveBehind } from './visits.ts';
import { wallClock } from './waiting-entity.ts';
import type { BackendVerb } from './acts.ts';

interface BackendOptions {
  readonly redisUrl: string;
  readonly mysqlUrl: string;
  /** Asked after each of its commands: true and the process dies there. Never, unless given. */
  readonly diesAfter?: (verb: BackendVerb, command: string) => boolean;
  /** Waited before each command. Nothing, unless given. */
  readonly pause?: () => Promise<void>;
}

interface LiveVisit {
  readonly waitingId: number;
  readonly userId: number;
  readonly status: 'CALLED' | 'ENTERED';
}

/** Opens its connections. Its acts answer null when they came to nothing; `process.acts` tells why. */
export function openBackend(options: BackendOptions) {
  // It never sends a command twice by itself, so that its record is exact.
  const redis = new Redis(options.redisUrl, { protocol: 2, maxRetriesPerRequest: 0, enableOfflineQueue: false, autoResendUnfulfilledCommands: false, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  const pool = createPool({ uri: options.mysqlUrl, dateStrings: true, connectionLimit: 6, connectTimeout: 3_000 });
  const stores: Stores = { redis, pool };
  const process: BackendProcess = createBackendProcess(options.diesAfter ?? (() => false), options.pause ?? (() => Promise.resolve()));
  const repairs: Repair[] = [];

  return {
    process,
    /** Whether the queue store would take a command now. */
    isConnected: (): boolean => redis.status === 'ready',
    /** What its repair batch did to each lock. */
    repairs: repairs as readonly Repair[],
    /** @param userId null: the next free one */
    async registerUser(nickname: string, userId: number | null = null): Promise<number> {
      const now = wallClock(Date.now());
      const [done] = await pool.query<ResultSetHeader>(
        "INSERT INTO users (id, email, nickname, role, notification_enabled, created_at, updated_at) VALUES (?, UUID(), ?, 'VISITOR', b'1', ?, ?)", [userId, nickname, now, now]);
      return done.insertId;
    },
    /** @param agoS how long ago the visitor registered: an entry that an earlier day has left in the queue */
    join: (boothId: number, userId: number, agoS = 0) => join(process, stores, boothId, userId, agoS),
    leaveBehind: (boothId: number, userId: number, as: 'CALLED' | 'ENTERED', agoS: number) => leaveBehind(process, stores, boothId, userId, as, agoS),
    leave: (boothId: number, userId: number) => leave(process, stores, boothId, userId),
    callNext: (boothId: number) => callNext(process, stores, boothId),
    enter: (boothId: number, waitingId: number) => changeVisit(process, stores, 'enter', boothId, waitingId),
    complete: (boothId: number, waitingId: number) => changeVisit(process, stores, 'complete', boothId, waitingId),
    giveUpOnNoShows: (boothId: number, afterMs: number) => giveUpOnNoShows(process, stores, boothId, afterMs),
    repairBatch: () => repairBatch(process, stores, 'temp:', repairs),
    /** What its staff page shows; throws when the database is away. */
    async liveVisits(boothId: number): Promise<readonly LiveVisit[]> {
      const [rows] = await pool.query<RowDataPacket[]>("SELECT id, user_id, status FROM waiting WHERE booth_id = ? AND status IN ('CALLED', 'ENTERED') ORDER BY id", [boothId]);
      return rows.map((row) => ({ waitingId: Number(row['id']), userId: Number(row['user_id']), status: row['status'] as LiveVisit['status'] }));
    },
    async close(): Promise<void> {
      redis.disconnect();
      await pool.end();
    },
  };
}
export type Backend = ReturnType<typeof openBackend>;
