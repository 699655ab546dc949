/**
 * Goal: the store in memory is a true model of the one on a server, so that what simulations prove of it holds there too.
 * Method: the same random steps on both, foreign writes among them; every answer and all that can be read must be equal.
 * The model's clock is set to the time the server used. The seed is part of the name; KIOSK_SEED repeats one, or a range of them.
 */
import { expect, test } from 'vitest';
import type { BeginRequest, QueueStore, SoftLock } from '../../electron/core/ports.ts';
import { EFFECTS, isRestoreKind, type QueueEffect, SET_ASIDE, SUPERSEDED } from '../../electron/core/waiting.ts';
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { emptyQueueState, loseQueueData, queueOf } from '../../electron/stores/embedded/memory-state.ts';
import { VISIT_KINDS, verify } from '../contracts/queue-store-fixture.ts';
import { createDraw } from '../support/draw.ts';
import { openRedisQueue, redisForFile } from '../support/redis-queue.ts';
import { seedsOr } from '../support/seeds.ts';

const STEPS = 600;
const SEEDS = seedsOr([1, 2, 3, Date.now() % 1_000_000_007]);
const BOOTHS = [7, 8, 9];
const USERS = [1, 2, 3, 10, 11];
const SCORES = [1, 1.5, 0.1 + 0.2, 1e-7, 1_763_800_000, 1_763_800_000.1234567, 4_000_000_000];
const MEMBERS = [...USERS.map(String), 'x', '007'];
const COUNTS = ['0', '1', '5', '-2', 'many'];
const ALERTS = ['locks-overdue', 'quarantine', 'queue-unreachable'];
const OWNERS = ['k.1', 'k.2'];
/** Longer than any of these tests: what rests on the time that has passed must not decide here. */
const LONG_MS = 3_000_000;

const { server, raw } = await redisForFile();

async function everything(store: QueueStore, activeBooths: (userId: number) => Promise<readonly number[]>): Promise<unknown> {
  const queues = await Promise.all(BOOTHS.map((booth) => store.readQueue(booth, 100)));
  const { locks, silentMs } = await store.readLocks(1_000);
  const byId = locks.toSorted((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const stale = await Promise.all(BOOTHS.map((booth) => store.usersWithStaleActiveBooth(booth, USERS)));
  const aside = (await store.readSetAside(BOOTHS)).toSorted((a, b) => a.boothId - b.boothId || (a.member < b.member ? -1 : 1));
  // Each has runs of its own.
  const { run: _run, ...mark } = await store.readMark();
  const snapshots = await Promise.all(BOOTHS.map((booth) => store.snapshotQueue(booth, mark.epoch ?? 0)));
  const sorted = snapshots.map((snapshot) => snapshot && { ...snapshot, elsewhere: snapshot.elsewhere.toSorted((a, b) => a - b) });
  return { queues, counts: await store.readCounts(BOOTHS), byId, heard: [...silentMs.keys()].toSorted(), stale, aside, mark, sorted, active: await Promise.all(USERS.map(activeBooths)) };
}

test.each(SEEDS)('model and server agree, seed %d', { timeout: 120_000 }, async (seed) => {
  const { unit: random, pick } = createDraw(seed, 'queue stores');
  const opened = await openRedisQueue(server.url, raw);
  const state = emptyQueueState();
  let nowMs = 0;
  const model = createMemoryQueueStore({ now: () => nowMs, state });
  const requests: BeginRequest[] = [];
  const locks: SoftLock[] = [];

  function newRequest(index: number): BeginRequest {
    const note = pick([{ staff: null, reason: null, overCapacity: false }, { staff: 'Minji', reason: '2 people', overCapacity: true }]);
    const base = { operationId: `op-${index}`, owner: pick(OWNERS), generation: index, boothId: pick(BOOTHS), note };
    const kind = pick(['call', 'call', 'call', 'join', 'join', 'leave', ...VISIT_KINDS] as const);
    if (kind === 'call') return { ...base, kind, userId: pick([null, null, ...USERS]), leastEpoch: random() < 0.9 ? 0 : (state.mark?.epoch ?? 0) + pick([0, 1]) };
    if (kind === 'join') return { ...base, kind, userId: pick(USERS) };
    if (kind === 'leave') return { ...base, kind, userId: pick(USERS), ...(random() < 0.3 ? { score: pick(SCORES) } : {}) };
    const visit = { ...base, userId: pick(USERS), waitingId: pick([900, 901, 902]), score: pick([null, ...SCORES]) };
    return isRestoreKind(kind) ? { ...visit, kind, returnScore: pick(SCORES), place: pick(['original', 'after-three']) } : { ...visit, kind };
  }
  async function begin(index: number): Promise<readonly unknown[]> {
    const request = requests.length > 0 && random() < 0.25 ? { ...pick(requests), ...(random() < 0.2 ? { boothId: pick(BOOTHS) } : {}) } : newRequest(index);
    requests.push(request);
    const answer = await opened.store.begin(request);
    if (answer.outcome === 'begun') {
      nowMs = Math.max(nowMs, answer.lock.createdAtMs);
      locks.push(answer.lock);
    }
    return [answer, await model.begin(request)];
  }
  async function resolve(): Promise<readonly unknown[]> {
    if (locks.length === 0) return [];
    const known = random() < 0.7 ? (locks.at(-1) ?? pick(locks)) : pick(locks);
    const lock = random() < 0.9 ? known : { ...known, ...pick([{ score: pick(SCORES) }, { returnScore: pick(SCORES) }]) };
    const aside = known.score === null && known.returnScore === null ? SUPERSEDED : SET_ASIDE;
    const newer: QueueEffect = { count: 0, queue: 'enqueue', at: pick(SCORES) };
    const alone: QueueEffect = aside === SUPERSEDED ? SUPERSEDED : { count: 0, queue: 'enqueue-alone' };
    const [effect, as] = pick<readonly [QueueEffect, 'finished' | 'undone']>([[alone, 'undone'], [EFFECTS[lock.kind].finish, 'finished'], [EFFECTS[lock.kind].undo, 'undone'], [SUPERSEDED, 'undone'], [aside, 'undone'], [newer, 'finished']]);
    return [await opened.store.resolve(lock, effect, as), await model.resolve(lock, effect, as)];
  }
  async function foreign(): Promise<readonly unknown[]> {
    const [boothId, member, score, text] = [pick(BOOTHS), pick(MEMBERS), pick(SCORES), pick(COUNTS)];
    const chance = random();
    if (chance < 0.03) {
      await opened.loseData();
      loseQueueData(state);
    } else if (chance < 0.06) {
      await opened.startAnew();
      state.run += 1;
    } else if (chance < 0.2) {
      const key = `temp:calling:${boothId}:${pick(USERS)}`;
      const fields = random() < 0.2 ? null : { boothId: `${boothId}`, userId: key.split(':')[3] ?? '', timestamp: `${score}`, ...(random() < 0.1 ? { operationId: 'x' } : {}) };
      await opened.putForeignLock(key, fields);
      if (fields === null) state.foreignLocks.delete(key);
      else state.foreignLocks.set(key, new Map(Object.entries(fields)));
    } else if (chance < 0.8) {
      await opened.putQueue(boothId, member, score);
      queueOf(state, boothId).set(member, score);
    } else {
      await opened.setCurrent(boothId, text);
      state.current.set(boothId, text);
    }
    return [];
  }
  async function repair(): Promise<readonly unknown[]> {
    const ticket = { boothId: pick(BOOTHS), userId: pick(USERS), score: pick(SCORES) };
    const [seen] = await opened.store.readCounts([ticket.boothId]);
    if (seen === undefined) return [];
    const [to, member, ending] = [Math.floor(random() * 4), pick(MEMBERS), pick(['restored', 'dropped'] as const)];
    const [late, newer] = [pick([0, 0, 1]), pick([null, ticket.score + 1, ticket.score + 2.5])];
    const run = pick<(store: QueueStore) => Promise<unknown>>([
      (store) => store.refill([ticket]),
      (store) => store.removeStale(ticket, seen.version - late, newer),
      (store) => store.readMerged(ticket.boothId, USERS.map((userId) => ({ ...ticket, userId }))),
      (store) => store.forgetMerged(ticket.boothId, seen.version - late),
      (store) => store.repairActiveBooth(ticket.boothId, USERS),
      (store) => store.correctCount({ ...seen, openLocks: 0 }, to),
      (store) => store.endSetAside(ticket.boothId, member, ending),
    ]);
    return [await run(opened.store), await run(model)];
  }
  /** What passes do beside repairing; of times only what does not rest on how long the steps took. */
  async function passWork(): Promise<readonly unknown[]> {
    const [owner, operationId, least, epoch] = [pick(OWNERS), locks.at(-1)?.operationId ?? 'none', Math.floor(random() * 4), (state.mark?.epoch ?? 0) + pick([0, 0, 1])];
    const [boothId, alerts, unseenMs] = [pick(BOOTHS), ALERTS.filter(() => random() < 0.5), pick([0, LONG_MS])];
    const run = pick<(store: QueueStore) => Promise<unknown>>([
      (store) => verify(store, least),
      (store) => verify(store, least),
      (store) => store.nextEpoch(least),
      (store) => store.snapshotQueue(boothId, epoch).then((snapshot) => snapshot?.tickets),
      (store) => store.countAttempt(operationId),
      (store) => store.beat(owner),
      (store) => store.endBeat(owner),
      (store) => store.takeLead(owner, LONG_MS),
      async (store) => (await store.noteAlerts(alerts, owner)).toSorted(),
      async (store) => (await store.takeClearedAlerts(unseenMs)).toSorted(),
    ]);
    return [await run(opened.store), await run(model)];
  }
  async function endForeignLock(): Promise<readonly unknown[]> {
    const [as, at] = [pick(['put-back', 'served'] as const), random()];
    const end = async (store: QueueStore) => {
      const found = (await store.findForeignLocks()).toSorted((a, b) => (a.key < b.key ? -1 : 1));
      const lock = found[Math.floor(at * found.length)];
      return { tickets: found.map(({ ticket }) => ticket), ended: lock && (await store.endForeignLock(lock, as)) };
    };
    return [await end(opened.store), await end(model)];
  }
  /** Whether each booth's text is another than a step before. */
  function fingerprintsOf(store: QueueStore): () => Promise<readonly boolean[]> {
    let before: readonly string[] = [];
    return async () => {
      const now = await store.readFingerprints(BOOTHS);
      const changed = now.map((text, index) => text !== before[index]);
      before = now;
      return changed;
    };
  }
  /** Texts of one number differ from one program to the next. */
  const merged = async () => Object.fromEntries(Object.entries(await raw.hgetall('kiosk:merged')).map(([key, scores]) => [key, scores.split(' ').map(Number)]));
  const [changedThere, changedHere] = [fingerprintsOf(opened.store), fingerprintsOf(model)];
  await verify(model, 0);

  for (let index = 0; index < STEPS; index += 1) {
    const [answer, modelled] = await pick([begin, begin, begin, resolve, resolve, resolve, foreign, repair, passWork, passWork, endForeignLock])(index);
    expect(modelled, `seed ${seed}, step ${index}`).toEqual(answer);
    nowMs = Math.max(nowMs, (await opened.store.readLocks(0)).nowMs);
    const there = await everything(opened.store, opened.activeBooths);
    const here = await everything(model, async (userId) => [...(state.activeBooths.get(userId) ?? [])].toSorted((a, b) => a - b));
    expect(here, `seed ${seed}, step ${index}`).toEqual(there);
    expect(Object.fromEntries(state.merged), `seed ${seed}, step ${index}`).toEqual(await merged());
    expect(await changedHere(), `seed ${seed}, step ${index}`).toEqual(await changedThere());
  }
  // About sixty on average; a handful would mean that nearly nothing was tried.
  expect(locks.length).toBeGreaterThan(STEPS / 40);
  await opened.cleanup();
});
