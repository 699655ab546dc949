/**
 * Goal: whatever other programs, or other versions of this one, left in Redis: what is wrong is named with its place, it is left or set
 * aside and never deleted, and everything else of the festival goes on.
 * Method: a kiosk's core on a real Redis and an embedded ledger; each rubbish planted by plain commands, then the festival's day goes on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBoard } from '../../electron/board/board.ts';
import { hearing } from '../../electron/board/hearing.ts';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { audit } from '../../electron/core/audit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import type { Core } from '../../electron/core/core.ts';
import { joinQueue } from '../../electron/core/join-queue.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import type { QueueStore } from '../../electron/core/ports.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { EFFECTS } from '../../electron/core/waiting.ts';
import { createSqliteLedger, type SqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { status } from '../../electron/cli/status.ts';
import { callRequest, removeStale, visitRequest } from '../contracts/queue-store-fixture.ts';
import { eventually } from '../support/ports.ts';
import { LOCK_PREFIX, markVerified, recordingLogger, redisForFile } from '../support/redis-queue.ts';
import { plainCore } from '../support/plain-core.ts';

const { server, raw } = await redisForFile();

let folder: string;
let ledger: SqliteLedger;
let queue: QueueStore;
let core: Core;
let log: ReturnType<typeof recordingLogger>;
/** Two booths; five visitors wait at the first, one at the second. */
let [booth, other] = [0, 0];
let users: number[] = [];
beforeEach(async () => {
  await raw.flushall();
  await markVerified(raw);
  folder = mkdtempSync(join(tmpdir(), 'kiosk-bad-data-'));
  log = recordingLogger();
  ledger = createSqliteLedger({ file: join(folder, 'ledger.db'), timeZone: 'Asia/Seoul', now: () => Date.now() });
  await ledger.prepare();
  [booth, other] = [await ledger.addBooth({ name: 'One', capacity: 9 }), await ledger.addBooth({ name: 'Two', capacity: 9 })];
  queue = createRedisQueueStore({ url: server.url, lockPrefix: LOCK_PREFIX, logger: log.logger });
  core = withoutWaiting(plainCore({ queue, ledger }, 'kiosk', log.logger));
  users = [];
  for (let index = 0; index < 6; index += 1) users.push(await addUser());
  for (const [index, user] of users.entries()) await enqueue(index === 5 ? other : booth, user, 1_763_800_000 + index);
});
afterEach(async () => {
  await core.operations.drain();
  await queue.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Nobody else is at work here: two looks need no time between them. */
function withoutWaiting(opened: Core): Core {
  return { ...opened, clock: { ...opened.clock, sleep: () => Promise.resolve() } };
}
async function addUser(): Promise<number> {
  const added = await ledger.addWalkIn(core.ids.operationId(), booth, 'Minji');
  if (added.outcome !== 'added') throw new Error(added.code);
  return added.userId;
}
async function enqueue(boothId: number, user: number, score: number): Promise<void> {
  await raw.zadd(`queue:booth:${boothId}`, score, `${user}`);
  await raw.sadd(`user:${user}:active_booths`, `${boothId}`);
}
const generation = async (boothId: number): Promise<number> => (await ledger.readBooth(boothId))?.booth.generation ?? -1;
const call = async (boothId: number): Promise<Outcome> => callNext(core, { boothId, generation: await generation(boothId), epoch: 0 }, core.ids.operationId());
const members = (boothId: number): Promise<string[]> => raw.zrange(`queue:booth:${boothId}`, 0, '-1');
const code = (outcome: Outcome): string => (outcome.outcome === 'refused' ? outcome.error.code : outcome.outcome);

/** A visitor is called, enters and leaves, and everything is through: the booth serves. */
async function serve(boothId: number): Promise<number> {
  const called = await call(boothId);
  if (called.outcome !== 'done') throw new Error(`not called: ${JSON.stringify(called)}`);
  expect(await called.finished).toBe(true);
  for (const kind of ['enter', 'complete'] as const) {
    const visit = await ledger.readVisit(called.waitingId ?? 0);
    const acted = visit === null ? null : await actOnVisit(core, kind, visit, core.ids.operationId());
    expect(acted?.outcome).toBe('done');
    if (acted?.outcome === 'done') expect(await acted.finished).toBe(true);
  }
  return called.userId;
}
const pass = () => reconcile(core, { trigger: 'by-hand' });
const openChecks = async (boothId: number): Promise<string[]> => ((await audit(core, boothId, false))?.checks ?? []).filter((check) => !check.ok).map((check) => `${check.id}: ${check.offenders.join()}`);
/** Writes a value of another type where `kind` is expected. */
async function spoil(key: string, kind: 'string' | 'list'): Promise<void> {
  await raw.del(key);
  await (kind === 'string' ? raw.set(key, 'spoilt') : raw.rpush(key, 'spoilt'));
}
const unfit = (key: string) => ({ name: 'StoreFailure', code: 'QUEUE_STORE_UNFIT', executed: 'no', message: expect.stringContaining(key) });

describe('a key of another type', () => {
  test.each(['string', 'list'] as const)('the queue of one booth (%s): refused by name there, all the others serve and are counted', async (kind) => {
    const key = `queue:booth:${booth}`;
    await spoil(key, kind);
    await raw.set(`booth:${other}:current`, '7');
    expect(await call(booth)).toMatchObject({ outcome: 'refused', error: { code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining(`${key} is a ${kind}`) } });
    await expect(queue.readQueue(booth, 5)).rejects.toMatchObject(unfit(key));
    expect(await serve(other)).toBe(users[5]);
    expect(await pass()).toMatchObject({ problem: null, recounted: 1 });
    expect(await raw.get(`booth:${other}:current`)).toBe('0');
    const told = await status(core);
    expect(told['error']).toMatchObject({ code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining(key) });
    expect(told['booths']).toMatchObject([
      { id: booth, waiting: null, problem: { code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining(key) } },
      { id: other, waiting: 0, current: 0 },
    ]);
    expect(await raw.type(key)).toBe(kind);
  });

  test('the open locks of one booth: it is left out, named once, and the others are counted', async () => {
    await spoil(`kiosk:open:${booth}`, 'string');
    await raw.set(`booth:${other}:current`, '7');
    expect(await pass()).toMatchObject({ problem: null, recounted: 1 });
    await pass();
    expect(log.events.filter(({ event }) => event === 'booth-unreadable')).toMatchObject([{ fields: { problem: expect.stringContaining(`kiosk:open:${booth}`) } }]);
    expect(code(await call(booth))).toBe('QUEUE_STORE_UNFIT');
    expect(await members(booth)).toHaveLength(5);
    await serve(other);
  });

  test('the count: stays as it is, and the booth serves on', async () => {
    await spoil(`booth:${booth}:current`, 'list');
    await serve(booth);
    expect(await pass()).toMatchObject({ problem: null, recounted: 0 });
    expect((await queue.readQueue(booth, 0)).current).toBeNull();
    expect(await openChecks(booth)).toEqual(['count-true: count unreadable instead of 0']);
    expect(await raw.lrange(`booth:${booth}:current`, 0, '-1')).toEqual(['spoilt']);
  });

  test('the active booths of a visitor: called and served like all; only joining is refused, by name; nobody else is touched', async () => {
    const [first = 0, second = 0] = users;
    const key = `user:${first}:active_booths`;
    await spoil(key, 'string');
    await raw.del(`user:${second}:active_booths`);
    expect(await openChecks(booth)).toEqual([`active-booths: user ${first} lacks it,user ${second} lacks it`]);
    expect((await audit(core, booth, true))?.repaired).not.toEqual([]);
    expect(await openChecks(booth)).toEqual([`active-booths: user ${first} lacks it`]);
    expect(await serve(booth)).toBe(first);
    expect(await openChecks(booth)).toEqual([]);
    expect(await joinQueue(core, booth, first, await generation(booth), core.ids.operationId())).toMatchObject({ outcome: 'refused', error: { message: expect.stringContaining(key) } });
    expect(await raw.get(key)).toBe('spoilt');
    // A call that is undone puts the visitor back all the same.
    await spoil(`user:${second}:active_booths`, 'list');
    const begun = await queue.begin({ ...callRequest(core.ids.operationId(), booth), generation: 0, owner: 'gone/1' });
    expect(begun).toMatchObject({ outcome: 'begun', lock: { userId: second } });
    expect(await pass()).toMatchObject({ problem: null, undone: 1 });
    expect((await members(booth))[0]).toBe(`${second}`);
    await queue.refill([{ boothId: booth, userId: second, score: 1 }]);
    expect(await raw.zscore(`queue:booth:${booth}`, `${second}`)).toBe('1');
    expect(await removeStale(queue, { boothId: booth, userId: second, score: 1 })).toBe(true);
  });

  test.each(['kiosk:lock-of', 'kiosk:locks', 'kiosk:version'])('our own %s: everything that needs it says so, nothing is changed', async (key) => {
    await spoil(key, 'string');
    expect(await call(booth)).toMatchObject({ outcome: 'refused', error: { message: expect.stringContaining(key) } });
    expect((await pass()).problem).toMatchObject({ code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining(key) });
    expect(await status(core)).toMatchObject({ error: { message: expect.stringContaining(key) }, stores: [{ state: 'up' }, { state: 'up' }], booths: [{ id: booth }, { id: other }] });
    expect(await members(booth)).toHaveLength(5);
    expect(await raw.get(key)).toBe('spoilt');
  });

  test('of merged registrations, scores that make no sense are passed over', async () => {
    await raw.hset('kiosk:merged', '7:41', `nan inf x ${'5 '.repeat(3)} 7.5 ${'9 '.repeat(20_000)}`);
    expect((await queue.readMerged(7, [{ boothId: 7, userId: 41, score: 5 }])).map(({ score }) => score)).toEqual([7.5, 9, 9, 9, 9]);
  });

  test('without the memory of merged registrations every step goes on, and leaves what is there', async () => {
    await raw.set('kiosk:merged', 'text');
    expect(await queue.readMerged(7, [{ boothId: 7, userId: 41, score: 5 }])).toEqual([]);
    await raw.zadd('queue:booth:7', 7, '41');
    expect(await queue.refill([{ boothId: 7, userId: 41, score: 5 }])).toBe(1);
    const begun = await queue.begin(callRequest());
    if (begun.outcome !== 'begun') throw new Error(begun.outcome);
    expect([await queue.resolve(begun.lock, EFFECTS.call.finish, 'finished'), await queue.forgetMerged(7, (await queue.readQueue(7, 0)).version)]).toEqual(['applied', false]);
    expect((await queue.snapshotQueue(7, 0))?.anyMerged).toBe(false);
    expect(await queue.beginRefill('b')).toBeTypeOf('string');
    expect(await raw.get('kiosk:merged')).toBe('text');
  });

  test('the quarantine of one booth: refused by name there, and only there', async () => {
    await spoil(`kiosk:quarantine:${booth}`, 'string');
    expect(await call(booth)).toMatchObject({ error: { message: expect.stringContaining(`kiosk:quarantine:${booth}`) } });
    await serve(other);
    await raw.del(`kiosk:quarantine:${booth}`);
    await raw.hset(`kiosk:quarantine:${booth}`, { '': '', x: 'garbage', '41': '\u0000' });
    expect((await queue.readQueue(booth, 0)).setAside).toBe(3);
    await serve(booth);
    expect(await raw.hlen(`kiosk:quarantine:${booth}`)).toBe(3);
  });

  test('the memory of an operation: a garbled one is another action’s, one of another type is named', async () => {
    const request = visitRequest('enter', 900, 41);
    await raw.set(`kiosk:done:${request.operationId}`, 'no such words');
    expect(await queue.begin(request)).toMatchObject({ outcome: 'refused', code: 'OPERATION_MISMATCH' });
    await spoil(`kiosk:done:${request.operationId}`, 'list');
    await expect(queue.begin(request)).rejects.toMatchObject(unfit(`kiosk:done:${request.operationId}`));
  });
});

test.each(['missing', 'stale', 'of another type'])('nothing rests on the booth’s meta hash, the list of open booths and the push marks: %s', async (how) => {
  const keys = [`booth:${booth}:meta`, 'booth:ids', `fcm:token:${users[0]}`, 'notification:processed:call:1'];
  if (how === 'stale') {
    await raw.hset(`booth:${booth}:meta`, { name: 'Old', capacity: '0', status: 'CLOSED', description: '', universityName: '' });
    await raw.sadd('booth:ids', '999', 'x');
  }
  if (how === 'of another type') for (const key of keys) await spoil(key, 'list');
  const before = await Promise.all(keys.map((key) => raw.dump(key)));
  expect(await serve(booth)).toBe(users[0]);
  expect(await pass()).toMatchObject({ problem: null });
  expect(await openChecks(booth)).toEqual([]);
  if (how === 'of another type') {
    expect(await Promise.all(keys.map((key) => raw.dump(key)))).toEqual(before);
    return;
  }
  // What other programs read of the booth follows its row again; what is not of a booth stays.
  expect(await raw.hgetall(`booth:${booth}:meta`)).toMatchObject({ name: 'One', capacity: '9', status: 'OPEN' });
  expect((await raw.smembers('booth:ids')).toSorted()).toEqual([String(booth), String(other), ...(how === 'stale' ? ['999', 'x'] : [])].toSorted());
  expect(await Promise.all(keys.slice(2).map((key) => raw.dump(key)))).toEqual(before.slice(2));
});

describe('numbers', () => {
  test.each(['', 'abc', '1.5', ' 7', '007', '99999999999999999999', '-3', '12'])('a count of %j is made right by the next pass, and the booth serves before and after', async (text) => {
    await raw.set(`booth:${booth}:current`, text);
    await serve(booth);
    expect(await pass()).toMatchObject({ problem: null });
    expect(await raw.get(`booth:${booth}:current`)).toBe('0');
    await serve(booth);
    expect(await openChecks(booth)).toEqual([]);
  });

  test.each(['', 'many', '1.5', '9223372036854775807', '9007199254740993'])('a version of %j counts anew, and a correction still needs it unchanged', async (text) => {
    await raw.hset('kiosk:version', `${booth}`, text);
    expect((await queue.readQueue(booth, 0)).version).toBe(0);
    const [seen] = await queue.readCounts([booth]);
    await serve(booth);
    expect((await queue.readQueue(booth, 0)).version).toBeGreaterThan(0);
    expect(seen && (await queue.correctCount(seen, 5))).toBe(false);
    expect(await pass()).toMatchObject({ problem: null });
  });
});

describe('soft locks', () => {
  /** A lock of a process that is gone, and its key. */
  async function deadLock(boothId = booth): Promise<{ readonly key: string; readonly operationId: string; readonly userId: number }> {
    const operationId = core.ids.operationId();
    const begun = await queue.begin({ ...callRequest(operationId, boothId), generation: 0, owner: 'gone/1' });
    if (begun.outcome !== 'begun') throw new Error(begun.outcome);
    return { key: `${LOCK_PREFIX}calling:${boothId}:${operationId}`, operationId, userId: begun.lock.userId };
  }

  /** The bad lock stays as it is, is told once and listed; a good one is settled in the same pass, and the booth serves. */
  async function staysAndBlocksNobody(key: string, problem: RegExp): Promise<void> {
    const before = await raw.dump(key);
    const good = await deadLock(other);
    expect(await pass()).toMatchObject({ problem: null, seen: 1, undone: 1 });
    await pass();
    expect(await members(other)).toEqual([`${good.userId}`]);
    expect(await raw.dump(key)).toEqual(before);
    expect((await queue.readLocks(10)).unreadable).toMatchObject([{ key, problem: expect.stringMatching(problem) }]);
    expect(log.events.filter(({ event }) => event === 'soft-lock-malformed')).toMatchObject([{ fields: { key, problem: expect.stringMatching(problem) } }]);
    expect((await openChecks(booth)).join()).toContain(`locks-settled: ${key}: `);
    expect((await status(core))['locks']).toMatchObject([{ key, problem: expect.stringMatching(problem) }]);
    expect(await members(booth)).toHaveLength(4);
    expect(await serve(booth)).toBe(users[1]);
    expect(await raw.dump(key)).toEqual(before);
  }

  test.each(['kind', 'operationId', 'boothId', 'userId', 'waitingId', 'score', 'owner', 'generation', 'createdAt'])('without its field %s', async (field) => {
    const { key } = await deadLock();
    await raw.hdel(key, field);
    await staysAndBlocksNobody(key, new RegExp(field));
  });

  test.each([
    ['kind', 'dance', /"dance" is not known to this version/],
    ['kind', 'hold', /waitingId/],
    ['kind', 'enter', /waitingId/],
    ['generation', 'first', /generation/],
    ['generation', '9007199254740991', /generation/],
    ['generation', '1e3', /generation/],
    ['createdAt', 'yesterday', /createdAt/],
    ['score', 'soon', /score/],
    ['score', 'inf', /score/],
    ['score', '5', /not those it was written with/],
    ['boothId', '2', /not those it was written with/],
    ['userId', '999', /not those it was written with/],
    ['operationId', '0190a6e2-0000-7000-8000-000000000001', /not those it was written with/],
    ['waitingId', '900', /waitingId/],
    ['returnScore', '5', /returnScore/],
    ['position', 'first', /position/],
    ['overCapacity', 'yes', /overCapacity/],
    ['tries', 'many', null],
    ['owner', '', null],
  ] as const)('with %s = %j', async (field, value, problem) => {
    const { key } = await deadLock();
    await raw.hset(key, field, value);
    const [generations, elsewhere] = [await generation(booth), await members(other)];
    if (problem === null) return expect(await pass()).toMatchObject({ undone: 1 });
    await staysAndBlocksNobody(key, problem);
    expect(await generation(booth)).toBe(generations);
    expect(await members(other)).toEqual(elsewhere);
  });

  test.each(['string', 'list'] as const)('that is a %s', async (kind) => {
    const { key } = await deadLock();
    await spoil(key, kind);
    await staysAndBlocksNobody(key, new RegExp(`it is a ${kind}`));
  });

  test('at a booth whose queue cannot be used is kept and the key named; the rest of the pass runs, and is on record', async () => {
    const [stuck, good] = [await deadLock(), await deadLock(other)];
    await spoil(`queue:booth:${booth}`, 'string');
    expect(await pass()).toMatchObject({ seen: 2, kept: 1, undone: 1, problem: { code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining(`queue:booth:${booth}`) } });
    await core.operations.drain();
    expect(await ledger.readPasses(1)).toMatchObject([{ owner: core.owner, kept: 1 }]);
    expect(await members(other)).toEqual([`${good.userId}`]);
    await raw.del(`queue:booth:${booth}`);
    expect(await pass()).toMatchObject({ problem: null, undone: 1 });
    expect(await members(booth)).toEqual([`${stuck.userId}`]);
  });

  test('whose index was lost, or leads elsewhere', async () => {
    const { key, operationId } = await deadLock();
    await raw.hset('kiosk:lock-of', `op:${operationId}`, 'temp:calling:9:else');
    await staysAndBlocksNobody(key, /not those it was written with/);
    await raw.del('kiosk:lock-of');
    expect((await queue.readLocks(10)).unreadable).toHaveLength(1);
  });

  test('with fields of another program beside its own is settled like any other', async () => {
    const { key, userId } = await deadLock();
    await raw.hset(key, { type: 'CALL', note: '메모', retries: '-1' });
    expect(await pass()).toMatchObject({ problem: null, undone: 1 });
    expect(await raw.exists(key)).toBe(0);
    expect((await members(booth))[0]).toBe(`${userId}`);
  });

  test('that cannot be read is a warning on the panel until it is gone', async () => {
    const board = startBoard({ queue: hearing(queue), ledger: hearing(ledger), owner: core.owner, boothId: booth, noShowMs: null, leftoverBefore: () => 0, isDue: () => false, onChange: () => undefined, onStoreUp: () => undefined, onWorkDue: () => undefined });
    const warned = (): boolean => board.stores().some((store) => store.role === 'queue' && store.warnings.includes('unreadable-locks'));
    await eventually('the queue is read', () => board.booth()?.queueReadAt != null);
    expect(warned()).toBe(false);
    const { key } = await deadLock();
    await raw.hset(key, 'kind', 'dance');
    board.poke();
    await eventually('the lock is noticed', warned);
    await raw.hset(key, 'kind', 'call');
    board.poke();
    await eventually('the lock is readable again', () => !warned());
    expect(board.locks()).toHaveLength(1);
    await board.stop();
  });

  test('from the future is settled as one of the past', async () => {
    const { key } = await deadLock();
    await raw.hset(key, 'createdAt', `${Date.now() + 3_600_000}`);
    expect(await reconcile(core, { trigger: 'interval' })).toMatchObject({ problem: null, undone: 1 });
  });

  test('an index entry that leads to a key of another program is listed and leaves that key alone; one that leads nowhere is forgotten', async () => {
    await raw.zadd('kiosk:locks', 1, `queue:booth:${booth}`, 2, 'temp:nothing');
    expect(await pass()).toMatchObject({ problem: null, seen: 0 });
    expect((await queue.readLocks(10)).unreadable).toMatchObject([{ key: `queue:booth:${booth}`, boothId: null }]);
    expect(await raw.zrange('kiosk:locks', 0, '-1')).toEqual([`queue:booth:${booth}`]);
    expect(await serve(booth)).toBe(users[0]);
  });

  test('a negative revision is a revision: the visit is locked, settled and acted upon', async () => {
    const called = await call(booth);
    if (called.outcome !== 'done') throw new Error('not called');
    await called.finished;
    const request = visitRequest('enter', called.waitingId ?? 0, called.userId);
    expect(await queue.begin({ ...request, boothId: booth, generation: -5, owner: 'gone/1' })).toMatchObject({ outcome: 'begun', lock: { generation: -5 } });
    expect(await pass()).toMatchObject({ problem: null, seen: 1, kept: 0 });
  });
});
