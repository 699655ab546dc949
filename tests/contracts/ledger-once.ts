/** One request, whichever of its attempts takes effect: the others find that out where they would commit, and do nothing. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { attemptIds } from '../../electron/core/attempt-id.ts';
import type { CommitResult } from '../../electron/core/ledger.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { expectCommitted, expectJoined, lockOf, type Stage } from './ledger-stage.ts';

export function onceContract(stage: Stage): void {
  const { ledger, place, called, visitLock } = stage;

  describe('one request takes effect once', () => {
    const attempts = (): [first: string, second: string, all: readonly string[]] => {
      const all = attemptIds(randomUUID());
      return [all[0] ?? '', all[1] ?? '', all];
    };
    /** The later attempt committed, as one of another process; then the first one comes. */
    const answered = async (first: SoftLock, second: SoftLock, all: readonly string[]): Promise<[committed: CommitResult, before: CommitResult, again: CommitResult]> => {
      const results: [CommitResult, CommitResult, CommitResult] = [await ledger().commit(second, all), await ledger().commit(first, all), await ledger().commit(second, all)];
      expect((await ledger().commit({ ...second, operationId: randomUUID() }, attemptIds(randomUUID()))).outcome).not.toBe('committed-before');
      return results;
    };

    test('a call: the visitor of the other attempt is not called', async () => {
      const { booth, user } = await place();
      const other = await stage.world().addUser('Jun');
      const [a, b, all] = attempts();
      const first = lockOf('call', booth, other, { operationId: a });
      const [committed, before, again] = await answered(first, lockOf('call', booth, user, { operationId: b }), all);
      const waitingId = expectCommitted(committed);
      expect(before).toEqual({ outcome: 'committed-before', waitingId, userId: user });
      expect(again).toEqual(committed);
      expect(await ledger().settleVerdict(first)).toEqual({ verdict: 'never' });
      expect((await stage.world().rows(booth)).map(({ userId }) => userId)).not.toContain(other);
    });

    test('a registration: there is one ticket', async () => {
      const { booth, user } = await place();
      const [a, b, all] = attempts();
      const second = lockOf('join', booth, user, { operationId: b });
      const first = { ...second, operationId: a, score: (second.score ?? 0) + 1 };
      const [committed, before, again] = await answered(first, second, all);
      expectJoined(committed);
      expect(before).toEqual({ outcome: 'committed-before', waitingId: null, userId: user });
      expectJoined(again);
      expect(await ledger().findCommitted({ kind: 'join' }, [a])).toBeNull();
      // Nor where a stay ended at that very score.
      expectJoined(await ledger().commit(lockOf('join', booth, user, { score: first.score })));
      expectJoined(await ledger().commit(lockOf('leave', booth, user, { score: first.score })));
      expect(await ledger().commit(first, all)).toEqual(before);
    });

    test('a leave: the other place stays', async () => {
      const { booth, user } = await place();
      const [a, b, all] = attempts();
      const second = lockOf('leave', booth, user, { operationId: b });
      const first = { ...second, operationId: a, score: (second.score ?? 0) + 1 };
      const [committed, before, again] = await answered(first, second, all);
      expectJoined(committed);
      expect(before).toEqual({ outcome: 'committed-before', waitingId: null, userId: user });
      expectJoined(again);
      expect(await ledger().findCommitted({ kind: 'leave' }, [a])).toBeNull();
    });

    test.each(['hold', 'recall', 'enter', 'put-back'] as const)('%s: at whatever revision', async (kind) => {
      const { booth, user } = await place();
      const { waitingId, lock } = await called(booth, user);
      const [a, b, all] = attempts();
      const on = (operationId: string, revision: number): SoftLock => ({ ...visitLock(kind, booth, user, waitingId, revision), score: lock.score, operationId });
      const [committed, before, again] = await answered(on(a, 1), on(b, 0), all);
      expectCommitted(committed);
      expect(before).toEqual({ outcome: 'committed-before', waitingId, userId: user });
      expect(again).toEqual(committed);
      expect(await ledger().findCommitted({ kind, waitingId }, [a])).toBeNull();
    });
  });
}
