/** The part of the contract about repeated and late steps: each operation applies once, to its own lock. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BeginRequest, QueueStore, SoftLock } from '../../electron/core/ports.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import { EFFECTS, isVisitKind, type OperationKind } from '../../electron/core/waiting.ts';
import { type OpenedQueueStore, ALL_KINDS, BOOTH, OTHER_BOOTH, VISIT_KINDS, operationId, callRequest, joinRequest, leaveRequest, visitRequest, lockOf, finish, undo, queued, refused } from './queue-store-fixture.ts';

export function queueStoreOnce(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });

  function requestOf(kind: OperationKind): BeginRequest {
    if (kind === 'call') return callRequest();
    if (kind === 'join') return joinRequest(41);
    return kind === 'leave' || kind === 'dismiss' ? leaveRequest(41, operationId(), BOOTH, kind) : visitRequest(kind, 900, 41, 1_763_800_000);
  }

  /** A lock of each kind, as its action would begin it. */
  async function beginEach(kind: OperationKind): Promise<{ request: BeginRequest; lock: SoftLock }> {
    if (kind === 'call' || kind === 'leave' || kind === 'dismiss') await opened.putQueue(BOOTH, '41', 1_763_800_000);
    const request = requestOf(kind);
    return { request, lock: lockOf(await store.begin(request)) };
  }

  /** The same id passed off as another action, booth, user or visit. */
  function otherActions(kind: OperationKind, request: BeginRequest): BeginRequest[] {
    const id = request.operationId;
    const others = [kind === 'call' ? joinRequest(41, id) : callRequest(id), { ...request, boothId: OTHER_BOOTH }];
    if (kind === 'join') others.push(joinRequest(42, id), leaveRequest(41, id));
    if (kind === 'leave' || kind === 'dismiss') {
      others.push(leaveRequest(42, id, BOOTH, kind), leaveRequest(41, id, BOOTH, kind === 'leave' ? 'dismiss' : 'leave'), visitRequest('put-back', 900, 41, null, id));
    }
    if (kind === 'call') others.push(callRequest(id, BOOTH, 42), leaveRequest(41, id));
    if (isVisitKind(kind)) {
      const otherKinds = VISIT_KINDS.filter((other) => other !== kind);
      others.push(visitRequest(kind, 901, 41, null, id), visitRequest(kind, 900, 42, null, id), ...otherKinds.map((other) => visitRequest(other, 900, 41, null, id)));
    }
    return others;
  }

  describe(`${name}: a lock whose ticket stood in the place of a newer registration`, () => {
    test.each(['finished', 'undone'] as const)('leaves that one in the queue, %s', async (as) => {
      const { lock } = await beginEach('call');
      expect(await store.resolve(lock, { count: 0, queue: 'enqueue', at: 1_763_800_007.25 }, as)).toBe('applied');
      expect((await store.readQueue(BOOTH, 5)).entries).toMatchObject([{ userId: 41, score: 1_763_800_007.25 }]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
      expect(await store.begin(callRequest(lock.operationId))).toEqual({ outcome: 'done', as });
    });
  });

  describe(`${name}: a lock whose visitor has registered anew, undone by who cannot tell which counts`, () => {
    test('stays as it is, and so does the newer registration; ended where there is none, its visitor is back', async () => {
      const { lock } = await beginEach('call');
      const alone = { count: 0, queue: 'enqueue-alone' } as const;
      await opened.putQueue(BOOTH, '41', 1_763_800_007);
      const before = await store.readQueue(BOOTH, 5);
      expect(await store.resolve(lock, alone, 'undone')).toBe('occupied');
      expect(await store.readQueue(BOOTH, 5)).toEqual(before);
      expect(await store.readLock(lock.operationId)).toEqual(lock);
      expect(await undo(store, lock)).toBe('applied');
      const again = lockOf(await store.begin(callRequest()));
      expect(await store.resolve(again, alone, 'undone')).toBe('applied');
      expect(await queued(store)).toEqual([['41', 1_763_800_000]]);
      expect(await opened.activeBooths(41)).toEqual([BOOTH]);
    });
  });

  describe(`${name}: a lock of the same request by another process, after the store lost the first`, () => {
    test.each([{ owner: 'another/process' }, { generation: 77 }])('is not ended by the first: %o', async (other) => {
      const { request, lock } = await beginEach('enter');
      await opened.loseData();
      await opened.setCurrent(BOOTH, '5');
      const second = lockOf(await store.begin({ ...request, ...other }));
      for (const as of ['finished', 'undone'] as const) expect(await store.resolve(lock, EFFECTS.enter.finish, as)).toBe('gone');
      expect(await store.readLock(lock.operationId)).toEqual(second);
      expect(await finish(store, second)).toBe('applied');
    });
  });

  describe(`${name}: exactly once`, () => {
    test.each(ALL_KINDS)('%s: the same id has the same lock, and another action is refused', async (kind) => {
      const { request, lock } = await beginEach(kind);
      const { version } = await store.readQueue(BOOTH, 1);
      expect(lockOf(await store.begin(request))).toEqual(lock);
      expect(await store.readQueue(BOOTH, 1)).toMatchObject({ version, openLocks: 1 });
      const others = otherActions(kind, request);
      if (isVisitKind(kind)) others.push(visitRequest(kind, 900, 41, 5, lock.operationId));
      for (const other of others) expect(await store.begin(other), JSON.stringify(other)).toEqual(refused('OPERATION_MISMATCH'));
    });

    test.each(ALL_KINDS)('%s: finished once, a late begin does nothing', async (kind) => {
      await opened.setCurrent(BOOTH, '5');
      const { request, lock } = await beginEach(kind);
      expect(await finish(store, lock)).toBe('applied');
      const after = await store.readQueue(BOOTH, 10);
      expect(await finish(store, lock)).toBe('done');
      expect(await undo(store, lock)).toBe('done');
      await opened.putQueue(BOOTH, '55', 1);
      expect(await store.begin(request)).toEqual({ outcome: 'done', as: 'finished' });
      expect(await queued(store)).toContainEqual(['55', 1]);
      expect(await store.readQueue(BOOTH, 10)).toMatchObject({ current: after.current, version: after.version, openLocks: 0 });
      expect(await store.readLock(lock.operationId)).toBeNull();
      for (const other of otherActions(kind, request)) expect(await store.begin(other), JSON.stringify(other)).toEqual(refused('OPERATION_MISMATCH'));
    });

    test.each(ALL_KINDS)('%s: undone once, it can no longer be finished', async (kind) => {
      await opened.setCurrent(BOOTH, '5');
      const { request, lock } = await beginEach(kind);
      expect(await undo(store, lock)).toBe('applied');
      const after = await store.readQueue(BOOTH, 10);
      expect(await finish(store, lock)).toBe('done');
      expect(await store.begin(request)).toEqual({ outcome: 'done', as: 'undone' });
      expect(await store.readQueue(BOOTH, 10)).toEqual(after);
    });

    test('a lock the store never knew, or has lost, is gone rather than done', async () => {
      const lock = { operationId: operationId(), kind: 'join', boothId: BOOTH, userId: 41, score: 5, waitingId: null, returnScore: null, position: null, note: UNSIGNED, owner: 'x', generation: 0, createdAtMs: 0 } as const;
      expect(await finish(store, lock)).toBe('gone');
      expect(await queued(store)).toEqual([]);
    });

    test('the lock is not ended by another operation on the same visit', async () => {
      await opened.setCurrent(BOOTH, '5');
      const first = lockOf(await store.begin(visitRequest('enter', 900, 41, 100)));
      await undo(store, first);
      const second = lockOf(await store.begin(visitRequest('enter', 900, 41, 100)));
      expect(await finish(store, first)).toBe('done');
      expect(await finish(store, { ...second, operationId: operationId() })).toBe('gone');
      expect(await store.readLock(second.operationId)).toEqual(second);
      expect((await store.readQueue(BOOTH, 0)).current).toBe(5);
      expect(await finish(store, second)).toBe('applied');
    });

    test.each(['call', 'join', 'leave', 'enter', 'put-back'] as const)('%s: the lock is not ended for another ticket or visit', async (kind) => {
      const { lock } = await beginEach(kind);
      const others: SoftLock[] = [
        { ...lock, score: (lock.score ?? 0) + 0.001 },
        { ...lock, score: null },
        { ...lock, returnScore: (lock.returnScore ?? 0) + 0.001 },
        { ...lock, userId: 42 },
        { ...lock, boothId: OTHER_BOOTH },
        { ...lock, waitingId: 901 },
      ];
      const effect = { count: 1, queue: 'leave' } as const;
      for (const other of others) expect(await store.resolve(other, effect, 'finished'), JSON.stringify(other)).toBe('gone');
      expect(await store.readLock(lock.operationId)).toEqual(lock);
      expect(await store.readQueue(BOOTH, 0)).toMatchObject({ current: 0, openLocks: 1 });
      expect(await finish(store, lock)).toBe('applied');
    });

    test('one resolve of many in parallel applies', async () => {
      const others = [store, await opened.another(), await opened.another()];
      const lock = lockOf(await store.begin(visitRequest('enter', 900, 41)));
      const answers = await Promise.all(Array.from({ length: 9 }, (_, i) => finish(others[i % 3] ?? store, lock)));
      expect(answers.filter((answer) => answer === 'applied')).toHaveLength(1);
      expect((await store.readQueue(BOOTH, 0)).current).toBe(1);
    });

    test('one begin of many in parallel with the same id takes one visitor', async () => {
      for (let user = 1; user <= 5; user += 1) await opened.putQueue(BOOTH, `${user}`, user);
      const request = callRequest();
      const others = [store, await opened.another()];
      const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => (others[i % 2] ?? store).begin(request)));
      expect(new Set(answers.map((answer) => lockOf(answer).userId))).toEqual(new Set([1]));
      expect(await queued(store)).toHaveLength(4);
    });
  });
}
