/** The part of the contract about the mark, without which nobody is called, and about what the mirror reads. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BeginRequest, QueueSnapshot, QueueStore } from '../../electron/core/ports.ts';
import { SET_ASIDE } from '../../electron/core/waiting.ts';
import { type OpenedQueueStore, BOOTH, OTHER_BOOTH, callRequest, finish, joinRequest, leaveRequest, lockOf, operationId, putBackRequest, refused, undo, visitRequest, verify, RESTORE_KINDS, VISIT_KINDS } from './queue-store-fixture.ts';

export function queueStoreMirror(name: string, current: () => OpenedQueueStore): void {
  let opened: OpenedQueueStore;
  let store: QueueStore;
  beforeEach(() => {
    opened = current();
    store = opened.store;
  });
  const calls = (leastEpoch = 0) => [callRequest(operationId(), BOOTH, null, leastEpoch), callRequest(operationId(), BOOTH, 41, leastEpoch)];

  describe(`${name}: the mark`, () => {
    test('nobody is called from a store that lost it, and nothing is taken out of the way, until it is set', async () => {
      await opened.loseData();
      await opened.putQueue(BOOTH, 'rubbish', 1);
      await opened.putQueue(BOOTH, '41', 5);
      for (const request of calls()) expect(await store.begin(request)).toEqual(refused('QUEUE_UNVERIFIED'));
      expect(await store.readQueue(BOOTH, 5)).toMatchObject({ total: 2, openLocks: 0, setAside: 0, version: 0 });
      expect(await store.readMark()).toMatchObject({ epoch: null, sameRun: false });
      await verify(store, 0);
      expect(await store.readMark()).toMatchObject({ epoch: 0, sameRun: true });
      expect(await store.begin(callRequest())).toMatchObject({ outcome: 'begun', lock: { userId: 41 } });
    });

    test('nobody is called from a store that is behind the ledger', async () => {
      await opened.putQueue(BOOTH, '41', 5);
      await verify(store, 7);
      for (const request of calls(8)) expect(await store.begin(request)).toEqual(refused('QUEUE_UNVERIFIED'));
      expect(await store.begin(callRequest(operationId(), BOOTH, null, 7))).toMatchObject({ outcome: 'begun' });
    });

    test('nobody is called from a store that was started anew, until it is verified on this run', async () => {
      await opened.putQueue(BOOTH, '41', 5);
      await opened.startAnew();
      for (const request of calls()) expect(await store.begin(request)).toEqual(refused('QUEUE_UNVERIFIED'));
      expect(await store.readMark()).toMatchObject({ epoch: 0, sameRun: false });
      expect([await store.nextEpoch(0), await store.snapshotQueue(BOOTH, 0)]).toEqual([null, null]);
      await verify(store, 0);
      expect(await store.readMark()).toMatchObject({ epoch: 0, sameRun: true });
      expect(await store.begin(callRequest())).toMatchObject({ outcome: 'begun' });
    });

    test('nor does anybody register, leave or go back into it; what leaves the queue alone goes on', async () => {
      const needQueue = [joinRequest(41), joinRequest(42), leaveRequest(41), leaveRequest(42), putBackRequest(43, 5, 'after-three'), ...RESTORE_KINDS.map((kind) => visitRequest(kind, 943, 43, 5))];
      await opened.loseData();
      await opened.putQueue(BOOTH, '41', 5);
      for (const lose of [async () => undefined, async () => await opened.startAnew()]) {
        await lose();
        for (const request of needQueue) expect(await store.begin(request), request.kind).toEqual(refused('QUEUE_UNVERIFIED'));
        expect(await store.readQueue(BOOTH, 5)).toMatchObject({ entries: [{ userId: 41, score: 5 }], openLocks: 0, version: 0 });
        expect(await opened.activeBooths(42)).toEqual([]);
      }
      const alone = VISIT_KINDS.filter((kind) => !RESTORE_KINDS.some((each) => each === kind));
      for (const [index, kind] of alone.entries()) expect(await finish(store, lockOf(await store.begin(visitRequest(kind, 900 + index, 50 + index)))), kind).toBe('applied');
      await verify(store);
      expect(await store.begin(joinRequest(42))).toMatchObject({ outcome: 'begun' });
      expect(await store.begin(putBackRequest(43, 5))).toMatchObject({ outcome: 'begun' });
    });

    const ofEachKind: readonly BeginRequest[] = [callRequest(), joinRequest(42), leaveRequest(43), ...RESTORE_KINDS.map((kind, index) => visitRequest(kind, 900 + index, 50 + index, 5))];
    test.each(ofEachKind)('$kind: one that is under way, or was ended, is answered by its id all the same', async (request) => {
      for (const [member, score] of [['41', 5], ['43', 7]] as const) await opened.putQueue(BOOTH, member, score);
      const begun = await store.begin(request);
      await opened.startAnew();
      expect(await store.begin(request)).toEqual(begun);
      await undo(store, lockOf(begun));
      expect(await store.begin(request)).toEqual({ outcome: 'done', as: 'undone' });
      expect(await store.begin({ ...request, boothId: OTHER_BOOTH })).toEqual(refused('OPERATION_MISMATCH'));
    });

    test('is set only on the run that was compared, whatever was read meanwhile', async () => {
      await verify(store, 4);
      const mark = await store.readMark();
      expect(mark.run).not.toBe('');
      expect(await (await opened.another()).readMark()).toEqual(mark);
      const refill = await store.beginRefill(operationId());
      for (const run of ['of another server', '']) {
        expect(await store.setMark(9, run, refill).catch((error: unknown) => error)).toMatchObject({ name: 'StoreFailure', code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
        expect(await store.readMark()).toEqual(mark);
      }
      await opened.startAnew();
      expect(await store.setMark(9, 'of another server', refill).catch((error: unknown) => error)).toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' });
      expect(await store.readMark()).toMatchObject({ epoch: 4, sameRun: false });
    });

    test('is not set on a store that was emptied since the comparison began; those who compare at once share one name', async () => {
      const other = await opened.another();
      await opened.loseData();
      const lost = await store.beginRefill(operationId());
      expect(await other.beginRefill(operationId())).toBe(lost);
      await opened.loseData();
      const { run } = await store.readMark();
      const failure = { name: 'StoreFailure', code: 'QUEUE_STORE_UNREACHABLE', executed: 'no' };
      expect(await store.setMark(4, run, lost).catch((error: unknown) => error)).toMatchObject(failure);
      const standing = await other.beginRefill(operationId());
      expect(standing).not.toBe(lost);
      expect(await store.setMark(4, run, lost).catch((error: unknown) => error)).toMatchObject(failure);
      expect(await store.readMark()).toMatchObject({ epoch: null });
      for (const each of [store, other]) await each.setMark(4, run, standing);
      expect(await store.readMark()).toMatchObject({ epoch: 4, sameRun: true });
    });

    test('its epoch grows by one with each pass, and never falls', async () => {
      const other = await opened.another();
      expect([await store.nextEpoch(0), await other.nextEpoch(1), await store.nextEpoch(0)]).toEqual([1, 2, 3]);
      await verify(store, 2);
      expect(await other.readMark()).toMatchObject({ epoch: 3, sameRun: true });
      await verify(store, 9);
      expect(await store.nextEpoch(9)).toBe(10);
    });

    test('no pass begins on a store that is behind, or has lost it; nothing changes', async () => {
      await verify(store, 4);
      expect(await store.nextEpoch(5)).toBeNull();
      expect(await store.readMark()).toMatchObject({ epoch: 4, sameRun: true });
      await opened.loseData();
      expect(await store.nextEpoch(0)).toBeNull();
      expect((await store.readMark()).epoch).toBeNull();
    });

    test('of many passes at once each has its own epoch', async () => {
      const stores = [store, await opened.another()];
      const epochs = await Promise.all(Array.from({ length: 8 }, (_, i) => (stores[i % 2] ?? store).nextEpoch(0)));
      expect(epochs.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });
  });

  describe(`${name}: fingerprints`, () => {
    const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['somebody joins', () => opened.putQueue(BOOTH, '44', 9)],
      ['the front stands elsewhere', () => opened.putQueue(BOOTH, '41', 4)],
      ['the last stands elsewhere', () => opened.putQueue(BOOTH, '43', 8)],
      ['a kiosk begins', () => store.begin(visitRequest('enter', 900, 50))],
      ['a kiosk takes the first', () => store.begin(callRequest())],
      ['an entry is set aside', async () => store.resolve(lockOf(await store.begin(callRequest())), SET_ASIDE, 'undone')],
    ];
    test.each(changes)('differ when %s, at that booth alone', async (_what, change) => {
      for (const [member, score] of [['41', 5], ['42', 6], ['43', 7]] as const) await opened.putQueue(BOOTH, member, score);
      const before = await store.readFingerprints([OTHER_BOOTH, BOOTH]);
      expect(await (await opened.another()).readFingerprints([OTHER_BOOTH, BOOTH])).toEqual(before);
      await change();
      const after = await store.readFingerprints([OTHER_BOOTH, BOOTH]);
      expect(after[0]).toBe(before[0]);
      expect(after[1]).not.toBe(before[1]);
    });

    test('in the order asked, of very many booths', async () => {
      await opened.putQueue(1_500, '41', 5);
      const booths = Array.from({ length: 2_001 }, (_, index) => index + 1);
      const texts = await store.readFingerprints(booths);
      expect(texts).toHaveLength(2_001);
      expect(booths.filter((_, index) => texts[index] !== texts[0])).toEqual([1_500]);
      expect(await store.readFingerprints([])).toEqual([]);
    });
  });

  describe(`${name}: a snapshot`, () => {
    const sorted = (snapshot: QueueSnapshot | null) => snapshot && { ...snapshot, elsewhere: snapshot.elsewhere.toSorted((a, b) => a - b) };

    test('is the queue in calling order, without what is no visitor', async () => {
      for (const [member, score] of [['9', 6], ['10', 6], ['41', 0.1 + 0.2], ['x', 1], ['007', 2], ['42', Infinity]] as const) await opened.putQueue(BOOTH, member, score);
      await opened.putQueue(OTHER_BOOTH, '50', 1);
      const ticket = (userId: number, score: number) => ({ boothId: BOOTH, userId, score });
      expect(await store.snapshotQueue(BOOTH, 0)).toEqual({ tickets: [ticket(41, 0.1 + 0.2), ticket(10, 6), ticket(9, 6)], elsewhere: [], version: 0, anyMerged: false });
    });

    test('names whom a lock or the quarantine keeps out of the queue, at this booth', async () => {
      for (const user of [1, 2, 3, 4]) await opened.putQueue(BOOTH, `${user}`, user);
      await opened.putQueue(OTHER_BOOTH, '8', 1);
      await store.begin(callRequest(operationId(), OTHER_BOOTH));
      await store.begin(callRequest());
      await store.resolve(lockOf(await store.begin(callRequest())), SET_ASIDE, 'undone');
      await store.begin(leaveRequest(3));
      await store.begin(joinRequest(5));
      await store.begin(putBackRequest(6, 5));
      await store.begin(visitRequest('enter', 900, 7, 5));
      const ended = lockOf(await store.begin(joinRequest(9)));
      await undo(store, ended);
      expect(sorted(await store.snapshotQueue(BOOTH, 0))).toEqual({ tickets: [{ boothId: BOOTH, userId: 4, score: 4 }], elsewhere: [1, 2, 3, 5, 6], version: (await store.readQueue(BOOTH, 0)).version, anyMerged: false });
    });

    test('is none once another pass has begun, or the mark is lost', async () => {
      const epoch = (await store.nextEpoch(0)) ?? -1;
      expect(await store.snapshotQueue(BOOTH, epoch)).toEqual({ tickets: [], elsewhere: [], version: 0, anyMerged: false });
      await (await opened.another()).nextEpoch(0);
      expect(await store.snapshotQueue(BOOTH, epoch)).toBeNull();
      expect(await store.snapshotQueue(BOOTH, epoch + 2)).toBeNull();
      await opened.loseData();
      expect(await store.snapshotQueue(BOOTH, epoch + 1)).toBeNull();
    });
  });
}
