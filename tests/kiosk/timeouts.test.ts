/**
 * Goal: no call to a store can hang longer than its own timeout, whichever it is and wherever it is stuck.
 * Method: each method of both ports in turn, on real servers, while a proxy holds every message back; the list must be complete.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '../../electron/core/ledger.ts';
import { type QueueStore, type SoftLock, StoreFailure } from '../../electron/core/ports.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { EFFECTS } from '../../electron/core/waiting.ts';
import { createMysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const TIMEOUT_MS = 250;
/** Of several round trips each has the timeout, on a busy machine. */
const LIMIT_MS = 5_000;
const logger = { log: () => undefined };

let festival: RealFestival;
let toRedis: FaultProxy;
let toLedger: FaultProxy;
let queue: QueueStore;
let ledger: Ledger;
/** Of the server, read before it is stuck: with another the store would refuse before it sends anything. */
let run = '';
beforeAll(async () => {
  festival = await startFestival({ visitors: 2 });
  [toRedis, toLedger] = await Promise.all([startProxy(festival.redis.port), startProxy(festival.mariadb.port)]);
  queue = createRedisQueueStore({ url: `redis://127.0.0.1:${toRedis.port}`, lockPrefix: 'temp:', commandTimeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS, logger });
  ledger = createMysqlLedger({ url: festival.mysqlUrlAt(toLedger.port), timeZone: 'Asia/Seoul', queryTimeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS, logger });
});
afterAll(async () => {
  await Promise.all([queue.close(), ledger.close()]);
  await Promise.all([toRedis.close(), toLedger.close()]);
  await festival.close();
});

const lock = (): SoftLock => ({ operationId: randomUUID(), kind: 'call', boothId: 1, userId: 7, score: 5, waitingId: null, owner: 'k/1', generation: 0, createdAtMs: 0, returnScore: null, position: 1, note: UNSIGNED });
const ticket = { boothId: 1, userId: 7, score: 5 };
const begin = { operationId: randomUUID(), kind: 'call', boothId: 1, owner: 'k/1', generation: 0, userId: null, leastEpoch: 0, note: UNSIGNED } as const;
const foreign = { key: 'temp:calling:1:7', ticket: { boothId: 1, userId: 7, score: 5 }, fingerprint: 'x', unchangedMs: 0 };
const card = { boothId: 1, name: 'x', capacity: 1, status: 'OPEN', description: '', universityName: '', listed: true } as const;
const seen = { boothId: 1, current: 0, version: 0, openLocks: 0 };

const QUEUE: Record<Exclude<keyof QueueStore, 'onChange' | 'reconnect' | 'close'>, (store: QueueStore) => Promise<unknown>> = {
  begin: (store) => store.begin(begin),
  resolve: (store) => store.resolve(lock(), EFFECTS.call.finish, 'finished'),
  readQueue: (store) => store.readQueue(1, 5),
  readLocks: (store) => store.readLocks(5),
  readLock: (store) => store.readLock('x'),
  readCounts: (store) => store.readCounts([1]),
  correctCount: (store) => store.correctCount(seen, 1),
  usersMissingActiveBooth: (store) => store.usersMissingActiveBooth(1, [7]),
  usersWithStaleActiveBooth: (store) => store.usersWithStaleActiveBooth(1, [7]),
  repairActiveBooth: (store) => store.repairActiveBooth(1, [7]),
  refill: (store) => store.refill([ticket]),
  removeStale: (store) => store.removeStale(ticket, 0, null),
  readMerged: (store) => store.readMerged(1, [ticket]),
  forgetMerged: (store) => store.forgetMerged(1, 0),
  beat: (store) => store.beat('k/1'),
  endBeat: (store) => store.endBeat('k/1'),
  takeLead: (store) => store.takeLead('k/1', 5_000),
  countAttempt: (store) => store.countAttempt('x'),
  readMark: (store) => store.readMark(),
  beginRefill: (store) => store.beginRefill('start'),
  setMark: (store) => store.setMark(0, run, 'start'),
  nextEpoch: (store) => store.nextEpoch(0),
  readFingerprints: (store) => store.readFingerprints([1]),
  snapshotQueue: (store) => store.snapshotQueue(1, 1),
  restoreBooths: (store) => store.restoreBooths([card]),
  readCaches: (store) => store.readCaches([1]),
  findForeignLocks: (store) => store.findForeignLocks(),
  endForeignLock: (store) => store.endForeignLock(foreign, 'served'),
  readSetAside: (store) => store.readSetAside([1]),
  endSetAside: (store) => store.endSetAside(1, '7', 'dropped'),
  noteAlerts: (store) => store.noteAlerts(['quarantine'], 'k/1'),
  takeClearedAlerts: (store) => store.takeClearedAlerts(20_000),
  describe: (store) => store.describe(),
};
const pass = { owner: 'k/1', trigger: 'interval', lead: true, durationMs: 1, seen: 0, finished: 0, undone: 0, superseded: 0, quarantined: 0, kept: 0, recounted: 0, drift: 0, swept: 0, refilled: 0, expired: 0 };
const event = { eventId: 'call:1', kind: 'call', waitingId: 1, userId: 7, boothId: 1, boothName: 'x', position: 1 } as const;
const incident = { kind: 'refill', boothId: null, fromMs: 1, toMs: 2, tickets: 0, owner: 'k/1', detail: '' } as const;
const LEDGER: Record<Exclude<keyof Ledger, 'close'>, (store: Ledger) => Promise<unknown>> = {
  prepare: (store) => store.prepare(),
  commit: (store) => store.commit(lock()),
  settleVerdict: (store) => store.settleVerdict(lock()),
  fenceBooths: (store) => store.fenceBooths([1]),
  findCommitted: (store) => store.findCommitted({ kind: 'call' }, ['x']),
  readBooth: (store) => store.readBooth(1),
  readVisit: (store) => store.readVisit(1),
  listBooths: (store) => store.listBooths(),
  countInside: (store) => store.countInside(),
  readPeople: (store) => store.readPeople(1, [7]),
  addWalkIn: (store) => store.addWalkIn(randomUUID(), 1, 'x'),
  forgetPhones: (store) => store.forgetPhones(1_000, 1),
  unservedTickets: (store) => store.unservedTickets(1, 5),
  staleTickets: (store) => store.staleTickets([ticket]),
  readGone: (store) => store.readGone(1, 5),
  readDepartures: (store) => store.readDepartures(1, 5),
  changeBooth: (store) => store.changeBooth({ boothId: 1, change: 'last-call', operationId: randomUUID(), staff: null, reason: null, waiting: null, owner: 'k/1' }),
  endDismissal: (store) => store.endDismissal(1, randomUUID()),
  forgetOvertaken: (store) => store.forgetOvertaken(1),
  readCalled: (store) => store.readCalled({ boothId: 1, fromMs: 0, toMs: 1, afterId: 0 }, 5),
  countLeft: (store) => store.countLeft({ boothId: 1, fromMs: 0, toMs: 1 }),
  listBoothCards: (store) => store.listBoothCards(),
  readMirror: (store) => store.readMirror(),
  noteMirror: (store) => store.noteMirror(1),
  writeMirror: (store) => store.writeMirror({ boothId: 1, epoch: 1, arrived: [ticket], gone: [], readAtMs: 0 }),
  dropTicket: (store) => store.dropTicket(ticket),
  keepTicket: (store) => store.keepTicket(ticket),
  noteServed: (store) => store.noteServed(1, 30_000),
  claimEvent: (store) => store.claimEvent(1, true),
  endEvent: (store) => store.endEvent(event, true),
  dueEvents: (store) => store.dueEvents(5),
  noteAlerts: (store) => store.noteAlerts(['quarantine'], 'k/1'),
  takeClearedAlerts: (store) => store.takeClearedAlerts(20_000),
  auditHistory: (store) => store.auditHistory(1),
  writeJournal: (store) => store.writeJournal({ operationId: randomUUID(), kind: 'call', boothId: 1, userId: 7, waitingId: null, score: 5, owner: 'k/1', outcome: 'finished', settled: false, staff: null, reason: null, resolvedBy: 'k/1' }),
  writePass: (store) => store.writePass(pass),
  readPasses: (store) => store.readPasses(1),
  writeIncident: (store) => store.writeIncident(incident),
  readIncidents: (store) => store.readIncidents(1),
  readTrace: (store) => store.readTrace({ userId: 7 }),
};

/** What a request ends in that finds every message held back, after one that was answered. */
async function held(proxy: FaultProxy, ready: () => Promise<unknown>, request: () => Promise<unknown>): Promise<unknown> {
  await eventually('the store answers', () => ready().then(() => true), 10_000);
  proxy.setMode('hold');
  const late = new Promise((resolve) => setTimeout(() => resolve(`no end within ${LIMIT_MS} ms`), LIMIT_MS).unref());
  try {
    return await Promise.race([request().catch((error: unknown) => error), late]);
  } finally {
    // What was held is never sent: the next request begins afresh.
    proxy.reset();
    proxy.setMode('pass');
  }
}

const readRun = async (): Promise<void> => {
  run = (await queue.readMark()).run ?? '';
};

describe('Redis holds its answer back', () => {
  it.each(Object.entries(QUEUE))('%s ends, and says that it may have run', async (_name, request) => {
    const failure = await held(toRedis, readRun, () => request(queue));
    expect(failure).toBeInstanceOf(StoreFailure);
    expect(failure).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'unknown' });
  });
});

describe('the ledger holds its answer back', () => {
  it.each(Object.entries(LEDGER))('%s ends, and says that it may have run', async (_name, request) => {
    const bothLanes = () => ledger.prepare().then(() => Promise.all([ledger.listBooths(), ledger.readVisit(1)]));
    const failure = await held(toLedger, bothLanes, () => request(ledger));
    expect(failure).toBeInstanceOf(StoreFailure);
    expect(failure).toMatchObject({ code: 'LEDGER_UNREACHABLE', executed: 'unknown' });
  });

  it('and so does the connection itself, for everybody who waits for it', async () => {
    await eventually('the store answers', () => ledger.listBooths(), 10_000);
    toLedger.reset();
    toLedger.setMode('hold');
    const requests = [ledger.listBooths(), ledger.readBooth(1), ledger.readVisit(1), ledger.commit(lock())];
    const failures = await Promise.all(requests.map((request) => request.catch((error: unknown) => error)));
    for (const failure of failures) expect(failure).toMatchObject({ code: 'LEDGER_UNREACHABLE' });
    toLedger.reset();
    toLedger.setMode('pass');
  });
});
