/** The contract on a real Redis, and what other programs find there. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QueueStore } from '../../electron/core/ports.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { ALL_KINDS, BOOTH, callRequest, finish, joinRequest, leaveRequest, lockOf, operationId, putBackRequest, undo, visitRequest, VISIT_KINDS, type OpenedQueueStore, verify } from '../contracts/queue-store-fixture.ts';
import { queueStoreContract } from '../contracts/queue-store.ts';
import { eventually } from '../support/ports.ts';
import { LOCK_PREFIX, openRedisQueue, recordingLogger, redisForFile } from '../support/redis-queue.ts';

const { server, raw } = await redisForFile();

queueStoreContract('redis', () => openRedisQueue(server.url, raw));

describe('on the wire', () => {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(async () => {
    opened = await openRedisQueue(server.url, raw);
    store = opened.store;
  });
  afterEach(async () => {
    await opened.cleanup();
  });

  test('a call\'s lock has the contract\'s name and fields, and the score as it was written', async () => {
    await raw.zadd('queue:booth:7', '1763800000.1234567', '11');
    const lock = lockOf(await store.begin(callRequest()));
    const fields = await raw.hgetall(`temp:calling:7:${lock.operationId}`);
    expect(fields).toMatchObject({
      userId: '11', boothId: '7', waitingId: '', operationId: lock.operationId, kind: 'call', owner: lock.owner, generation: '3', createdAt: `${lock.createdAtMs}`,
    });
    expect(Number(fields['timestamp'])).toBe(1_763_800_000.1234567);
    expect(fields['score']).toBe(fields['timestamp']);
    await undo(store, lock);
    expect(Number(await raw.zscore('queue:booth:7', '11'))).toBe(1_763_800_000.1234567);
    expect(await raw.exists(`temp:calling:7:${lock.operationId}`)).toBe(0);
  });

  test('locks of the other kinds have their names; visits carry seconds as timestamp', async () => {
    const join = lockOf(await store.begin(joinRequest(41)));
    const enter = lockOf(await store.begin(visitRequest('enter', 900, 42, 5)));
    lockOf(await store.begin(visitRequest('complete', 901, 43)));
    lockOf(await store.begin(visitRequest('no-show', 902, 44)));
    expect(await raw.hgetall(`temp:joining:7:${join.operationId}`)).toMatchObject({ userId: '41', waitingId: '', timestamp: (join.createdAtMs / 1000).toFixed(3) });
    expect(await raw.hgetall('temp:entrance:900')).toMatchObject({ waitingId: '900', score: '5', timestamp: `${Math.floor(enter.createdAtMs / 1000)}` });
    expect(await raw.hgetall('temp:complete:901')).toMatchObject({ waitingId: '901', score: '' });
    expect(await raw.hgetall('temp:no-show:902')).toMatchObject({ waitingId: '902', kind: 'no-show' });
  });

  test('the other actions on a visit are named by their kind and the visit; leaving by its operation', async () => {
    await raw.zadd('queue:booth:7', 0.1 + 0.2, '41');
    const leave = lockOf(await store.begin(leaveRequest(41)));
    expect(await raw.hgetall(`temp:leaving:7:${leave.operationId}`)).toMatchObject({ userId: '41', waitingId: '', returnScore: '', position: '' });
    for (const [index, kind] of VISIT_KINDS.entries()) {
      const lock = lockOf(await store.begin(visitRequest(kind, 900 + index, 500 + index, 5)));
      const name = kind === 'enter' ? 'entrance' : kind;
      expect(await raw.hgetall(`temp:${name}:${900 + index}`), kind).toMatchObject({ kind, operationId: lock.operationId, waitingId: `${900 + index}` });
    }
    expect(VISIT_KINDS).toHaveLength(13);
  });

  test('a lock says who asked, why, where the visitor stood and where they return to', async () => {
    await raw.zadd('queue:booth:7', 1, '1', 2, '41', 3, '3');
    const call = lockOf(await store.begin({ ...callRequest(undefined, BOOTH, 41), note: { staff: 'Minji', reason: 'wheelchair', overCapacity: true } }));
    expect(await raw.hgetall(`temp:calling:7:${call.operationId}`)).toMatchObject({ position: '2', staff: 'Minji', reason: 'wheelchair', overCapacity: '1', returnScore: '' });
    lockOf(await store.begin(putBackRequest(42, 0.1 + 0.2, 'after-three')));
    const fields = await raw.hgetall('temp:put-back:942');
    expect(fields).toMatchObject({ position: '', staff: '', reason: '', overCapacity: '' });
    expect(Number(fields['returnScore'])).toBe(3.001);
  });

  test('locks of kiosks that did not write all fields yet are read and ended as they were meant', async () => {
    await raw.zadd('queue:booth:7', 5, '11');
    const [call, enter] = [lockOf(await store.begin(callRequest())), lockOf(await store.begin(visitRequest('enter', 900, 42, 6)))];
    for (const key of [`temp:calling:7:${call.operationId}`, 'temp:entrance:900']) await raw.hdel(key, 'returnScore', 'position', 'staff', 'reason', 'overCapacity');
    const read = (await store.readLocks(5)).locks;
    expect(read).toEqual(expect.arrayContaining([{ ...call, position: null }, enter]));
    expect(read).toHaveLength(2);
    for (const lock of read) expect(await undo(store, lock)).toBe('applied');
    expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11']);
    expect(await raw.exists('kiosk:lock-of', 'kiosk:locks', 'kiosk:open:7')).toBe(0);
  });

  test.each([['returnScore', '7'], ['returnScore', ''], ['userId', '43']])('a lock that puts back, with %s changed to %j, is not acted upon', async (field, value) => {
    const lock = lockOf(await store.begin(putBackRequest(42, 6)));
    await raw.hset('temp:put-back:942', field, value);
    expect(await store.readLocks(5)).toMatchObject({ locks: [], unreadable: [{ key: 'temp:put-back:942' }] });
    expect(await finish(store, lock)).toBe('gone');
    expect(await raw.exists('queue:booth:7')).toBe(0);
  });

  test.each(['op:', 'visit:942', 'place:7:42', 'ticket:7:42:5', 'ticket:7:42:6'])('a lock that puts back, without its index entry %s, is shown and left', async (field) => {
    const lock = lockOf(await store.begin(putBackRequest(42, 6, 'original', 5)));
    await raw.hdel('kiosk:lock-of', field === 'op:' ? `op:${lock.operationId}` : field);
    expect(await store.readLocks(5)).toMatchObject({ locks: [], unreadable: [{ key: 'temp:put-back:942' }] });
  });

  test('a join is scored by the server\'s clock, in seconds with milliseconds', async () => {
    const before = await raw.time();
    const lock = lockOf(await store.begin(joinRequest(41)));
    const after = await raw.time();
    const seconds = ([whole, micros]: (string | number)[]) => Number(whole) + Math.floor(Number(micros) / 1000) / 1000;
    expect(lock.score).toBeGreaterThanOrEqual(seconds(before));
    expect(lock.score).toBeLessThanOrEqual(seconds(after));
  });

  test('no key of a lock, its index, queue or count ever expires; done ids do, in 24 hours', async () => {
    await raw.zadd('queue:booth:7', 1, '11', 2, '12');
    await store.begin(callRequest());
    await store.begin(joinRequest(41));
    await store.begin(visitRequest('enter', 900, 42, 5));
    const done = lockOf(await store.begin(visitRequest('complete', 901, 43)));
    await finish(store, done);
    const keys = await raw.keys('*');
    expect(keys.filter((key) => key.startsWith('temp:'))).toHaveLength(3);
    for (const key of keys) {
      const ttl = await raw.ttl(key);
      if (key.startsWith('kiosk:done:')) expect(ttl).toBeGreaterThan(86_390);
      else expect(ttl, key).toBe(-1);
    }
    expect(await raw.get(`kiosk:done:${done.operationId}`)).toBe('finished complete 7 43 901');
  });

  test('nothing of a closed lock is left in the index', async () => {
    await raw.zadd('queue:booth:7', 0.1 + 0.2, '11', '-0', '12');
    for (const request of [callRequest(), callRequest(), joinRequest(41), visitRequest('enter', 900, 42, 1e-7), visitRequest('complete', 901, 43)]) {
      await finish(store, lockOf(await store.begin(request)));
    }
    for (const kind of ALL_KINDS) {
      await raw.zadd('queue:booth:7', 5, '44');
      const request = kind === 'call' ? callRequest() : kind === 'join' ? joinRequest(45) : kind === 'leave' || kind === 'dismiss' ? leaveRequest(44, operationId(), BOOTH, kind) : visitRequest(kind, 902, 46, -0);
      await finish(store, lockOf(await store.begin(request)));
      await raw.del('queue:booth:7');
    }
    await finish(store, lockOf(await store.begin(putBackRequest(47, 1e-7, 'after-three', 0.1 + 0.2))));
    expect(await raw.exists('kiosk:lock-of', 'kiosk:locks', 'kiosk:open:7')).toBe(0);
    expect(await raw.keys('temp:*')).toEqual([]);
  });

  test('a ticket is the same ticket, however its score was printed', async () => {
    // The compact encoding of a small set would lose the sign of zero.
    await raw.config('SET', 'zset-max-listpack-entries', '0');
    for (const [text, number] of [['-0', 0], ['1.5e0', 1.5], ['0.30000000000000004', 0.1 + 0.2], ['17638e5', 1_763_800_000]] as const) {
      await raw.zadd('queue:booth:7', text, '11');
      const call = lockOf(await store.begin(callRequest()));
      expect(await store.begin(visitRequest('enter', 900, 11, number)), text).toMatchObject({ code: 'VISIT_BUSY' });
      await finish(store, call);
    }
    await raw.config('SET', 'zset-max-listpack-entries', '128');
  });

  test('each step is one EVALSHA, and nothing else is sent', async () => {
    await raw.zadd('queue:booth:7', 1, '11', 2, '12');
    const lock = lockOf(await store.begin(callRequest()));
    const [ticket, seen] = [{ boothId: BOOTH, userId: 77, score: 5 }, { boothId: BOOTH, current: 0, version: 0, openLocks: 0 }];
    const foreign = { key: 'temp:calling:7:41', ticket, fingerprint: 'x', unchangedMs: 0 };
    const card = { boothId: BOOTH, name: 'x', capacity: 1, status: 'OPEN', description: '', universityName: '', listed: true } as const;
    const [{ run }, refill] = [await store.readMark(), await store.beginRefill('a')];
    const steps: Record<Exclude<keyof QueueStore, 'onChange' | 'reconnect' | 'close'>, () => Promise<unknown>> = {
      begin: () => store.begin(callRequest(undefined, BOOTH, 12)),
      resolve: () => finish(store, lock),
      readQueue: () => store.readQueue(BOOTH, 50),
      readLocks: () => store.readLocks(10),
      readLock: () => store.readLock(lock.operationId),
      readCounts: () => store.readCounts([BOOTH, 8]),
      correctCount: () => store.correctCount(seen, 1),
      usersMissingActiveBooth: () => store.usersMissingActiveBooth(BOOTH, [41, 42]),
      usersWithStaleActiveBooth: () => store.usersWithStaleActiveBooth(BOOTH, [41, 42]),
      repairActiveBooth: () => store.repairActiveBooth(BOOTH, [41, 42]),
      refill: () => store.refill([ticket]),
      removeStale: () => store.removeStale(ticket, 0, null),
      readMerged: () => store.readMerged(BOOTH, [ticket]),
      forgetMerged: () => store.forgetMerged(BOOTH, 0),
      beat: () => store.beat('k'),
      endBeat: () => store.endBeat('k'),
      takeLead: () => store.takeLead('k', 5),
      countAttempt: () => store.countAttempt('op'),
      readMark: () => store.readMark(),
      beginRefill: () => store.beginRefill('b'),
      setMark: () => store.setMark(1, run, refill),
      nextEpoch: () => store.nextEpoch(1),
      readFingerprints: () => store.readFingerprints([BOOTH, 8]),
      snapshotQueue: () => store.snapshotQueue(BOOTH, 2),
      restoreBooths: () => store.restoreBooths([card]),
      readCaches: () => store.readCaches([BOOTH, 8]),
      findForeignLocks: () => store.findForeignLocks(),
      endForeignLock: () => store.endForeignLock(foreign, 'served'),
      readSetAside: () => store.readSetAside([BOOTH, 8]),
      endSetAside: () => store.endSetAside(BOOTH, 'x', 'dropped'),
      noteAlerts: () => store.noteAlerts(['quarantine'], 'k'),
      takeClearedAlerts: () => store.takeClearedAlerts(5),
      describe: () => store.describe(),
    };
    const beginOfEach = ALL_KINDS.map((kind, index): [string, () => Promise<unknown>] => {
      const userId = 500 + index;
      const request = kind === 'call' ? callRequest() : kind === 'join' ? joinRequest(userId) : kind === 'leave' || kind === 'dismiss' ? leaveRequest(userId, operationId(), BOOTH, kind) : visitRequest(kind, userId, userId, 5);
      return [`begin ${kind}`, () => store.begin(request)];
    });
    const sent = await sentBy([...Object.entries(steps), ...beginOfEach, ['begin put-back behind three', () => store.begin(putBackRequest(41, 5, 'after-three'))], ['restoreBooths of none', () => store.restoreBooths([])]]);
    const more: Readonly<Record<string, readonly string[]>> = {
      findForeignLocks: ['scan', 'evalsha'],
      // And CONFIG, which a monitor is not told.
      describe: ['info', 'scan'],
      'restoreBooths of none': [],
    };
    for (const [name, commands] of sent) expect(commands, name).toEqual(more[name] ?? ['evalsha']);
    expect(sent.size).toBe(Object.keys(steps).length + ALL_KINDS.length + 2);
  });

  /** What each of these sends, in order; nobody else must send anything meanwhile. */
  async function sentBy(steps: readonly (readonly [string, () => Promise<unknown>])[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const monitor = await raw.monitor();
    const all: (readonly [string, string])[] = [];
    monitor.on('monitor', (_time: string, [command = '', argument = '']: string[], source: string) => {
      if (source !== 'lua') all.push([command.toLowerCase(), argument]);
    });
    for (const [name, step] of steps) {
      await step();
      await raw.echo(name);
    }
    await eventually('the monitor has seen all', () => all.at(-1)?.[0] === 'echo' && all.filter(([command]) => command === 'echo').length === steps.length);
    monitor.disconnect();
    const sent = new Map<string, string[]>();
    let current: string[] = [];
    for (const [command, argument] of all) {
      if (command !== 'echo') {
        current.push(command);
        continue;
      }
      sent.set(argument, current);
      current = [];
    }
    return sent;
  }

  test('a server that forgot its scripts gets them again, and the step runs once', async () => {
    await raw.zadd('queue:booth:7', 1, '11', 2, '12');
    await raw.script('FLUSH');
    const lock = lockOf(await store.begin(callRequest()));
    await raw.script('FLUSH');
    await undo(store, lock);
    expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11', '12']);
  });

  test('lock hashes that make no sense stay, are logged, and hide no others', async () => {
    const { logger, events } = recordingLogger();
    const watching = createRedisQueueStore({ url: server.url, lockPrefix: LOCK_PREFIX, logger });
    const good = lockOf(await store.begin(joinRequest(41)));
    const bad = lockOf(await store.begin(joinRequest(42)));
    const gone = lockOf(await store.begin(joinRequest(43)));
    await raw.hset(`temp:joining:7:${bad.operationId}`, 'userId', 'nobody');
    await raw.del(`temp:joining:7:${gone.operationId}`);
    expect(await watching.readLocks(10)).toMatchObject({ locks: [good] });
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['soft-lock-malformed', 'soft-lock-vanished']));
    expect(await raw.zcard('kiosk:locks')).toBe(2);
    // Read every second until somebody mends it, told once; anew when it was well in between.
    const told = () => events.filter(({ event }) => event === 'soft-lock-malformed').length;
    for (let look = 0; look < 5; look += 1) await watching.readLocks(10);
    expect(told()).toBe(1);
    await raw.hset(`temp:joining:7:${bad.operationId}`, 'userId', '42');
    expect((await watching.readLocks(10)).locks).toHaveLength(2);
    await raw.hset(`temp:joining:7:${bad.operationId}`, 'userId', 'nobody');
    await watching.readLocks(10);
    expect(told()).toBe(2);
    expect((await watching.readQueue(7, 0)).openLocks).toBe(2);
    expect(await store.begin(joinRequest(43))).toMatchObject({ outcome: 'begun' });
    await watching.close();
  });

  test('a lock under another prefix is found, excludes and is resolved all the same', async () => {
    const other = createRedisQueueStore({ url: server.url, lockPrefix: 'soft:', logger: recordingLogger().logger });
    const lock = lockOf(await other.begin(visitRequest('enter', 900, 41)));
    expect(await raw.exists('soft:entrance:900')).toBe(1);
    expect(await store.begin(visitRequest('complete', 900, 41))).toMatchObject({ code: 'VISIT_BUSY' });
    expect((await store.readLocks(5)).locks).toEqual([lock]);
    expect(await finish(store, lock)).toBe('applied');
    expect(await raw.exists('soft:entrance:900')).toBe(0);
    await other.close();
  });

  test('a soft lock another program wrote under the same name is not overwritten', async () => {
    await raw.hset('temp:entrance:900', { userId: '41', boothId: '7', waitingId: '900', timestamp: '1763800000' });
    expect(await store.begin(visitRequest('enter', 900, 41))).toMatchObject({ outcome: 'refused', code: 'VISIT_BUSY' });
    expect(await raw.hlen('temp:entrance:900')).toBe(4);
  });

  test('a key of a foreign type is found before anything is written', async () => {
    const unfit = { name: 'StoreFailure', code: 'QUEUE_STORE_UNFIT', executed: 'no' };
    await raw.zadd('queue:booth:7', 1, '11');
    const lock = lockOf(await store.begin(callRequest()));
    await raw.set('kiosk:quarantine:7', 'text');
    await expect(finish(store, lock)).rejects.toMatchObject(unfit);
    expect(await store.readLock(lock.operationId)).toEqual(lock);
    await raw.del('kiosk:quarantine:7');
    await raw.set('user:41:active_booths', 'text');
    await expect(store.begin(joinRequest(41))).rejects.toMatchObject(unfit);
    await raw.set('queue:booth:7', 'text');
    await expect(undo(store, lock)).rejects.toMatchObject(unfit);
    await expect(store.begin(callRequest())).rejects.toMatchObject(unfit);
    await raw.del('queue:booth:7');
    await raw.hset('booth:7:current', 'a', 'b');
    expect(await undo(store, lock)).toBe('applied');
    expect(await raw.zrange('queue:booth:7', 0, '-1')).toEqual(['11']);
    const [seen] = await store.readCounts([BOOTH]);
    expect(seen?.current).toBeNull();
    expect(seen && (await store.correctCount(seen, 1))).toBe(false);
    expect(await raw.hgetall('booth:7:current')).toEqual({ a: 'b' });
  });

  test('the caches other programs read agree with the booths afterwards; what is no cache stays', async () => {
    const card = (boothId: number, status: 'OPEN' | 'CLOSED', listed = status === 'OPEN') => ({ boothId, name: `부스 ${boothId}`, capacity: boothId, status, description: '', universityName: 'K', listed });
    await raw.hset('booth:7:meta', { name: 'old', capacity: '1', status: 'CLOSED', note: 'kept' });
    await raw.set('booth:9:meta', 'spoilt');
    await raw.sadd('booth:ids', '8', '55');
    await store.restoreBooths([card(7, 'OPEN'), card(8, 'CLOSED'), card(9, 'OPEN')]);
    expect(await raw.hgetall('booth:7:meta')).toEqual({ name: '부스 7', capacity: '7', status: 'OPEN', description: '', universityName: 'K', note: 'kept' });
    expect(await raw.hgetall('booth:8:meta')).toEqual({ name: '부스 8', capacity: '8', status: 'CLOSED', description: '', universityName: 'K' });
    expect(await raw.get('booth:9:meta')).toBe('spoilt');
    expect((await raw.smembers('booth:ids')).toSorted()).toEqual(['55', '7', '9']);
    expect(await store.readCaches([7, 8, 9, 10])).toEqual([
      { boothId: 7, status: 'OPEN', listed: true }, { boothId: 8, status: 'CLOSED', listed: false }, { boothId: 9, status: null, listed: true }, { boothId: 10, status: '', listed: false },
    ]);
    // Last call: open, and taking nobody new.
    await store.restoreBooths([card(7, 'OPEN', false)]);
    expect(await store.readCaches([7])).toEqual([{ boothId: 7, status: 'OPEN', listed: false }]);
    await raw.del('booth:ids');
    await raw.set('booth:ids', 'spoilt');
    await store.restoreBooths(Array.from({ length: 1_001 }, (_, index) => card(index + 1, 'OPEN')));
    expect(await raw.get('booth:ids')).toBe('spoilt');
    expect((await store.readCaches(Array.from({ length: 1_001 }, (_, index) => index + 1))).at(-1)).toEqual({ boothId: 1_001, status: 'OPEN', listed: null });
    expect(await raw.hget('booth:1001:meta', 'capacity')).toBe('1001');
  });

  test('a mark that makes no sense is none', async () => {
    await raw.zadd('queue:booth:7', 1, '11');
    for (const epoch of ['', 'many', '1.5', '9007199254740993', '-']) {
      await raw.hset('kiosk:mirror', 'epoch', epoch);
      expect((await store.readMark()).epoch, epoch).toBeNull();
      expect(await store.begin(callRequest()), epoch).toEqual({ outcome: 'refused', code: 'QUEUE_UNVERIFIED' });
      expect([await store.nextEpoch(0), await store.snapshotQueue(7, 0)], epoch).toEqual([null, null]);
    }
    await verify(store, 3);
    expect(await store.readMark()).toMatchObject({ epoch: 3, sameRun: true });
    await raw.set('kiosk:mirror', 'text');
    for (const request of [callRequest(), joinRequest(41), leaveRequest(11), putBackRequest(42, 5)]) {
      await expect(store.begin(request), request.kind).rejects.toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no', message: expect.stringContaining('kiosk:mirror') });
    }
    expect(await store.begin(visitRequest('enter', 900, 43))).toMatchObject({ outcome: 'begun' });
  });

  test('what another program wrote into our own notes is no number, no alert’s time and no entry, and hides no others', async () => {
    const lock = lockOf(await store.begin(joinRequest(41)));
    await raw.hset(`temp:joining:7:${lock.operationId}`, 'tries', 'many');
    expect(await store.countAttempt(lock.operationId)).toBe(1);
    await raw.hset('kiosk:alerts', { quarantine: 'soon', 'locks-overdue': '' });
    expect((await store.takeClearedAlerts(1_000)).toSorted()).toEqual(['locks-overdue', 'quarantine']);
    await raw.hset('kiosk:foreign', { 'temp:calling:7:41': 'yesterday', 'temp:calling:7:42': '' });
    await raw.hset('temp:calling:7:41', { boothId: '7', userId: '41', timestamp: '5' });
    expect(await store.findForeignLocks()).toMatchObject([{ key: 'temp:calling:7:41', unchangedMs: 0 }]);
    expect(await raw.hkeys('kiosk:foreign')).toEqual(['temp:calling:7:41']);
    await raw.hset('kiosk:quarantine:7', { '': '', x: 'garbage', '41': '\u0000', '42': '5', '43': 'inf lock', '44': '6 lock and more' });
    await raw.set('kiosk:quarantine:8', 'text');
    const entries = new Map((await store.readSetAside([8, 7])).map(({ member, score, reason }) => [member, [score, reason]]));
    expect(entries).toEqual(new Map([['', [null, '']], ['x', [null, 'garbage']], ['41', [null, '\u0000']], ['42', [5, '5']], ['43', [null, 'lock']], ['44', [6, 'lock and more']]]));
    expect([await store.endSetAside(7, '41', 'restored'), await store.endSetAside(7, '43', 'restored'), await store.endSetAside(7, '42', 'restored')]).toEqual([false, false, true]);
    expect(await raw.zrange('queue:booth:7', 0, '-1', 'WITHSCORES')).toEqual(['42', '5']);
  });

  test('at most a thousand entries set aside are read of a booth, and as many locks of the backend watched', async () => {
    await raw.hset('kiosk:quarantine:7', Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`x${index}`, '5 member'])));
    expect(await store.readSetAside([7])).toHaveLength(1_000);
    const pipeline = raw.pipeline();
    for (let user = 1; user <= 1_200; user += 1) pipeline.hset(`temp:calling:7:${user}`, { boothId: '7', userId: `${user}`, timestamp: '5' });
    await pipeline.exec();
    expect(await store.findForeignLocks()).toHaveLength(1_000);
    expect(await raw.hlen('kiosk:foreign')).toBe(1_000);
  });

  test('a booth whose queue is something else has a fingerprint, and hides no others', async () => {
    await raw.set('queue:booth:7', 'text');
    await raw.zadd('queue:booth:8', 1, '11');
    const [unfit, fine] = await store.readFingerprints([7, 8]);
    expect(unfit).toContain('queue:booth:7 is a string');
    expect(fine).toContain('11');
    await expect(store.snapshotQueue(7, 0)).rejects.toMatchObject({ code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining('queue:booth:7') });
    expect(await store.snapshotQueue(8, 0)).toMatchObject({ tickets: [{ userId: 11 }] });
  });

  test('it tells weak settings', async () => {
    expect(await store.describe()).toEqual({ server: expect.stringMatching(/^(Redis|Valkey) \d+\.\d+/), warnings: ['no-aof'] });
    await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect((await store.describe()).warnings).toEqual(['maxmemory-policy', 'no-aof']);
    await raw.config('SET', 'maxmemory-policy', 'noeviction');
  });
});
