import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { emptyQueueState, loseQueueData } from '../../electron/stores/embedded/memory-state.ts';
import { BOOTH, callRequest, finish, joinRequest, lockOf, verify } from '../contracts/queue-store-fixture.ts';
import { queueStoreContract } from '../contracts/queue-store.ts';

queueStoreContract('memory', async () => {
  const state = emptyQueueState();
  let nowMs = 1_763_800_000_000;
  const now = () => (nowMs += 1);
  const store = createMemoryQueueStore({ now, state });
  await verify(store, 0);
  return {
    store,
    another: async () => createMemoryQueueStore({ now, state }),
    putQueue: async (boothId, member, score) => {
      if (!state.queues.has(boothId)) state.queues.set(boothId, new Map());
      state.queues.get(boothId)?.set(member, score);
    },
    setCurrent: async (boothId, text) => void state.current.set(boothId, text),
    activeBooths: async (userId) => [...(state.activeBooths.get(userId) ?? [])].toSorted((a, b) => a - b),
    setActiveBooths: async (userId, boothIds) => void state.activeBooths.set(userId, new Set(boothIds)),
    quarantine: async (boothId) => Object.fromEntries(state.quarantine.get(boothId) ?? []),
    ageLocks: async (ms) => {
      for (const [id, lock] of state.locks) state.locks.set(id, { ...lock, createdAtMs: lock.createdAtMs - ms });
    },
    ageMemories: async (ms) => {
      for (const aged of [state.alive, state.alerts]) for (const [name, atMs] of aged) aged.set(name, atMs - ms);
      for (const [key, seen] of state.foreignSeen) state.foreignSeen.set(key, { ...seen, sinceMs: seen.sinceMs - ms });
    },
    putForeignLock: async (key, fields) => void (fields === null ? state.foreignLocks.delete(key) : state.foreignLocks.set(key, new Map(Object.entries(fields)))),
    loseData: async () => loseQueueData(state),
    startAnew: async () => void (state.run += 1),
    cleanup: async () => undefined,
  };
});

test('memory: an operation id is remembered for 24 hours by the clock it was given', async () => {
  let nowMs = 1_763_800_000_000;
  const store = createMemoryQueueStore({ now: () => nowMs });
  await verify(store);
  const request = joinRequest(41);
  await finish(store, lockOf(await store.begin(request)));
  nowMs += 86_399_999;
  expect(await store.begin(request)).toEqual({ outcome: 'done', as: 'finished' });
  nowMs += 1;
  expect(await store.begin(request)).toMatchObject({ outcome: 'already-queued' });
});

test('memory: the same steps at the same times give the same state', async () => {
  const run = async () => {
    const state = emptyQueueState();
    let nowMs = 1_763_800_000_000.7;
    const store = createMemoryQueueStore({ now: () => (nowMs += 0.5), state });
    await verify(store, 0);
    for (let user = 1; user <= 20; user += 1) await finish(store, lockOf(await store.begin(joinRequest(user, `join-${user}`))));
    for (let i = 0; i < 7; i += 1) await finish(store, lockOf(await store.begin(callRequest(`call-${i}`))));
    return { ...state, listeners: null, queue: await store.readQueue(BOOTH, 100) };
  };
  expect(await run()).toEqual(await run());
});
