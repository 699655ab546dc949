/**
 * Goal: the store in memory is a true model of the one on a server, so that what simulations prove of it holds there too.
 * Method: the same random steps on both, foreign writes among them; every answer and all that can be read must be equal.
 * The model's clock is set to the time the server used. The seed is part of the name; KIOSK_SEED repeats one.
 */
import { expect, test } from 'vitest';
import type { BeginRequest, QueueStore, SoftLock } from '../../electron/core/ports.ts';
import { EFFECTS, SUPERSEDED } from '../../electron/core/waiting.ts';
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { emptyQueueState, queueOf } from '../../electron/stores/embedded/memory-state.ts';
import { openRedisQueue, redisForFile } from '../support/redis-queue.ts';

const STEPS = 400;
const given = process.env['KIOSK_SEED'];
const SEEDS = given === undefined ? [1, 2, 3, Date.now() % 1_000_000_007] : [Number(given)];
const BOOTHS = [7, 8, 9];
const USERS = [1, 2, 3, 10, 11];
const SCORES = [1, 1.5, 0.1 + 0.2, 1e-7, 1_763_800_000, 1_763_800_000.1234567, 4_000_000_000];
const MEMBERS = [...USERS.map(String), 'x', '007'];
const COUNTS = ['0', '1', '5', '-2', 'many'];

const { server, raw } = await redisForFile();

/** mulberry32: small, and the same sequence for the same seed everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function everything(store: QueueStore, activeBooths: (userId: number) => Promise<readonly number[]>): Promise<unknown> {
  const queues = await Promise.all(BOOTHS.map((booth) => store.readQueue(booth, 100)));
  const { locks } = await store.readLocks(1_000);
  const byId = locks.toSorted((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const stale = await Promise.all(BOOTHS.map((booth) => store.usersWithStaleActiveBooth(booth, USERS)));
  return { queues, counts: await store.readCounts(BOOTHS), byId, stale, active: await Promise.all(USERS.map(activeBooths)) };
}

test.each(SEEDS)('model and server agree, seed %d', async (seed) => {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const opened = await openRedisQueue(server.url, raw);
  const state = emptyQueueState();
  let nowMs = 0;
  const model = createMemoryQueueStore({ now: () => nowMs, state });
  const requests: BeginRequest[] = [];
  const locks: SoftLock[] = [];

  function newRequest(index: number): BeginRequest {
    const base = { operationId: `op-${index}`, owner: 'k.1', generation: index, boothId: pick(BOOTHS) };
    const kind = pick(['call', 'call', 'join', 'join', 'enter', 'complete', 'no-show'] as const);
    if (kind === 'call') return { ...base, kind };
    if (kind === 'join') return { ...base, kind, userId: pick(USERS) };
    return { ...base, kind, userId: pick(USERS), waitingId: pick([900, 901, 902]), score: pick([null, ...SCORES]) };
  }
  async function begin(index: number): Promise<readonly unknown[]> {
    const request = requests.length > 0 && random() < 0.25 ? { ...pick(requests), ...(random() < 0.2 ? { boothId: pick(BOOTHS) } : {}) } : newRequest(index);
    requests.push(request);
    const answer = await opened.store.begin(request);
    if (answer.outcome === 'begun') {
      nowMs = answer.lock.createdAtMs;
      locks.push(answer.lock);
    }
    return [answer, await model.begin(request)];
  }
  async function resolve(): Promise<readonly unknown[]> {
    if (locks.length === 0) return [];
    const known = random() < 0.7 ? (locks.at(-1) ?? pick(locks)) : pick(locks);
    const lock = random() < 0.1 ? { ...known, score: pick(SCORES) } : known;
    const [effect, as] = pick([[EFFECTS[lock.kind].finish, 'finished'], [EFFECTS[lock.kind].undo, 'undone'], [SUPERSEDED, 'undone']] as const);
    return [await opened.store.resolve(lock, effect, as), await model.resolve(lock, effect, as)];
  }
  async function foreign(): Promise<readonly unknown[]> {
    const [boothId, member, score, text] = [pick(BOOTHS), pick(MEMBERS), pick(SCORES), pick(COUNTS)];
    if (random() < 0.7) {
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
    const to = Math.floor(random() * 4);
    const run = pick<(store: QueueStore) => Promise<unknown>>([
      (store) => store.refill([ticket]),
      (store) => store.removeStale(ticket),
      (store) => store.repairActiveBooth(ticket.boothId, USERS),
      (store) => store.correctCount({ ...seen, openLocks: 0 }, to),
    ]);
    return [await run(opened.store), await run(model)];
  }

  for (let index = 0; index < STEPS; index += 1) {
    const [answer, modelled] = await pick([begin, begin, resolve, resolve, foreign, repair])(index);
    expect(modelled, `seed ${seed}, step ${index}`).toEqual(answer);
    const there = await everything(opened.store, opened.activeBooths);
    const here = await everything(model, async (userId) => [...(state.activeBooths.get(userId) ?? [])].toSorted((a, b) => a - b));
    expect(here, `seed ${seed}, step ${index}`).toEqual(there);
  }
  // About sixty on average; a handful would mean that nearly nothing was tried.
  expect(locks.length).toBeGreaterThan(STEPS / 40);
  await opened.cleanup();
});
