/**
 * A festival on the model stores (queue in memory, ledger in SQLite), with any number of kiosk processes on it,
 * each behind faults of its own, and a judge that looks at the stores directly.
 */
import type { DatabaseSync } from 'node:sqlite';
import { v7 } from 'uuid';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { audit } from '../../electron/core/audit.ts';
import type { Core } from '../../electron/core/core.ts';
import type { Ledger } from '../../electron/core/ledger.ts';
import { createMirrorMemory } from '../../electron/core/mirror-memory.ts';
import type { QueueStore, VisitorEvent } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { refill } from '../../electron/core/refill.ts';
import { createTracker } from '../../electron/core/tracker.ts';
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { activeBoothsOf, emptyQueueState, loseQueueData, queueOf } from '../../electron/stores/embedded/memory-state.ts';
import { createSqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { type Faulty, faulty, type Process } from './fault.ts';
import { takeDatabase } from './model-database.ts';

/** More than any test makes. */
const USERS_MAX = 1_500;
const START_MS = 1_790_000_000_000;

/** Where visitors are told: what arrives is kept, repeated or not; `away`: nothing gets through. */
interface Inbox {
  readonly received: VisitorEvent[];
  away: boolean;
}

export interface ModelKiosk extends Core {
  readonly queueFaults: Faulty<QueueStore>;
  readonly ledgerFaults: Faulty<Ledger>;
  readonly process: Process;
  /** How often the core asked for a reconciler pass. */
  readonly wanted: () => number;
}

/** @param appUsers how many visitors of the festival's app there are, who registered nowhere yet */
export async function openFestival(capacity = 3, appUsers = 0) {
  let nowMs = START_MS;
  const state = emptyQueueState();
  const queue = createMemoryQueueStore({ now: () => nowMs, state });
  const db = takeDatabase();
  const strangers = plantUsers(db, appUsers);
  const ledger = createSqliteLedger({ file: ':memory:', timeZone: 'Asia/Seoul', now: () => nowMs, open: () => db });
  await ledger.prepare();
  const boothId = await ledger.addBooth({ name: 'Test booth', capacity });
  const logged: string[] = [];
  const registered = new Set<number>();
  const inbox: Inbox = { received: [], away: false };

  const kiosk = (name: string): ModelKiosk => {
    const process: Process = { dead: false, ran: [] };
    const queueFaults = faulty<QueueStore>(queue, 'QUEUE_STORE_UNREACHABLE', process);
    const ledgerFaults = faulty<Ledger>(ledger, 'LEDGER_UNREACHABLE', process);
    let wanted = 0;
    const clock = {
      monotonicMs: () => nowMs,
      wallMs: () => nowMs,
      // Time passes only for whoever sleeps, so no test ever waits.
      sleep: async (ms: number) => void (nowMs += ms),
    };
    const core: Core = {
      queue: queueFaults.store,
      ledger: ledgerFaults.store,
      clock,
      ids: { operationId: () => v7() },
      logger: { log: (level, event) => void logged.push(`${level} ${event}`) },
      owner: `${name}/${v7()}`,
      operations: createTracker(clock),
      notifier: { send: (event) => told(process, event), close: async () => undefined },
      limits: { graceMs: 10_000, noShowMs: NO_SHOW_MS, phoneRetentionMs: 24 * 3_600_000 },
      mirrored: createMirrorMemory(),
      wantReconcile: () => void wanted++,
      verifyQueue: async () => (await reconcile(core, { trigger: 'reconnect', refills: true })).problem === null,
    };
    return {
      ...core,
      queueFaults,
      ledgerFaults,
      process,
      wanted: () => wanted,
    };
  };

  /** A process that died tells nobody any more. */
  const told = async (process: Process, event: VisitorEvent): Promise<void> => {
    if (process.dead || inbox.away) throw new Error('the inbox is away');
    inbox.received.push(event);
  };

  // As after a first pass: nobody has lost anything.
  await refill({ queue, ledger, logger: { log: () => undefined } }, [boothId], 0, (await queue.readMark()).run, await queue.beginRefill('start'));
  const judge = kiosk('judge');
  return {
    boothId,
    queue,
    ledger,
    logged,
    inbox,
    kiosk,
    advance: (ms: number) => void (nowMs += ms),
    /** As a server that lost its data: nothing is left, and nothing remembers. */
    emptyQueueStore: () => loseQueueData(state),
    /** Emptied by a command, without a restart. */
    flushQueueStore: () => void Object.assign(state, { ...emptyQueueState(state.run), listeners: state.listeners }),
    /** As a server's file of this moment, and its restart with that file later. */
    saveQueueStore: () => structuredClone({ ...state, listeners: new Set<never>() }),
    restoreQueueStore(older: ReturnType<typeof emptyQueueState>): void {
      const { listeners, run } = state;
      Object.assign(state, structuredClone({ ...older, listeners: new Set<never>() }), { listeners, run: run + 1 });
    },
    /** The next of the app's visitors. */
    appUser(): number {
      const userId = strangers.shift();
      if (userId === undefined) throw new Error('the festival was opened with fewer app users');
      return userId;
    },
    /** A ticket another program puts into the queue, as a visitor's app does. */
    async register(userId: number, score: number): Promise<void> {
      registered.add(userId);
      queueOf(state, boothId).set(String(userId), score);
      activeBoothsOf(state, userId).add(boothId);
    },
    /** A visit another program made of a ticket, which it knows by the second of the registration alone. Answers its id. */
    async callAtBackend(userId: number, score: number): Promise<number> {
      const { lastInsertRowid } = db.prepare(
        `INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, notification_sent, notification_retry_count, created_at, updated_at)
         VALUES (?, ?, 1, 'CALLED', ?, ?, 1, 0, ?, ?)`,
      ).run(userId, boothId, Math.floor(score) * 1_000, nowMs, nowMs, nowMs);
      return Number(lastInsertRowid);
    },
    /** The same, and ended. */
    async serveAtBackend(userId: number, score: number): Promise<void> {
      const waitingId = await this.callAtBackend(userId, score);
      db.prepare("UPDATE waiting SET status = 'COMPLETED', completion_type = 'ENTERED', entered_at = ?, completed_at = ? WHERE id = ?").run(nowMs, nowMs, waitingId);
    },
    /** Has the first of the queue called, whom nobody can call: set aside. */
    async setAsideFirst(): Promise<void> {
      await callNext(judge, { boothId, generation: 0, epoch: 0 }, v7());
      await judge.operations.drain();
    },
    /** The backend's own soft lock of a visitor it has taken out of the queue. */
    plantForeignLock(userId: number, score: number): void {
      registered.add(userId);
      state.foreignLocks.set(`temp:calling:${boothId}:${userId}`, new Map([['boothId', String(boothId)], ['userId', String(userId)], ['timestamp', String(score)]]));
    },
    /** An entry another program takes out of the queue. */
    async takeOut(userId: number): Promise<void> {
      queueOf(state, boothId).delete(String(userId));
      activeBoothsOf(state, userId).delete(boothId);
    },
    /** User ids in calling order. */
    waiting: async () => (await queue.readQueue(boothId, 1_000)).entries.map((entry) => entry.userId),
    scores: async () => (await queue.readQueue(boothId, 1_000)).entries.map((entry) => entry.score),
    count: async () => (await queue.readQueue(boothId, 0)).current,
    locks: async () => (await queue.readLocks(100)).locks,
    live: async () => (await ledger.readBooth(boothId))?.live ?? [],
    generation: async () => (await ledger.readBooth(boothId))?.booth.generation ?? 0,
    /** The ids of the checks that do not hold. */
    violations: async () => (await audit(judge, boothId, false))?.checks.filter((check) => !check.ok).map((check) => `${check.id}: ${check.offenders.join(', ')}`) ?? ['no booth'],
    /** Everybody who ever registered, and now neither waits, nor was called for good, nor left, nor is set aside. */
    async lostVisitors(usersMax = USERS_MAX): Promise<readonly number[]> {
      const waiting = new Set((await queue.readQueue(boothId, 10_000)).entries.map((entry) => entry.member));
      for (const { member } of await queue.readSetAside([boothId])) waiting.add(member);
      const lost: number[] = [];
      for (let userId = 1; userId <= usersMax; userId++) {
        const record = await ledger.readTrace({ userId });
        // A walk-in who became a user and never queued is nobody's loss.
        const hasRegistered = registered.has(userId) || (record !== null && record.registrations.length + record.visits.length > 0);
        if (!hasRegistered) continue;
        const isServed = record?.visits.some((visit) => !visit.released) === true || record?.registrations.some(({ leftAtMs }) => leftAtMs !== null) === true;
        if (!isServed && !waiting.has(String(userId))) lost.push(userId);
      }
      return lost;
    },
    async close() {
      await judge.operations.drain();
      await ledger.close();
    },
  };
}

/** Users another program made. */
function plantUsers(db: DatabaseSync, count: number): number[] {
  const insert = db.prepare("INSERT INTO users (email, nickname, role, notification_enabled, created_at, updated_at) VALUES (?, ?, 'VISITOR', 1, 0, 0)");
  return Array.from({ length: count }, (_, index) => Number(insert.run(`app-${index}@festival.ac.kr`, `App ${index}`).lastInsertRowid));
}

export type Festival = Awaited<ReturnType<typeof openFestival>>;
