/** The reading half of the store: one script each (one per batch where many users are asked about), everything read back is checked. */
import type { BoothCount, Logger, QueueEntry, QueueStore, SoftLock } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { activeBoothsKey, currentKey, LOCK_OF, LOCKS, openKey, quarantineKey, queueKey, VERSION } from './keys.ts';
import { currentOf, integer, list, mapOf, parseLock, scoreOf, text, type Reply } from './replies.ts';
import { createNovelty } from './novelty.ts';
import type { ScriptName } from './scripts.ts';

/** Runs one step and gives its checked answer. Throws StoreFailure. */
export type Step = (script: ScriptName, keys: readonly string[], args: readonly (string | number)[]) => Promise<Reply>;

type Reads = Pick<QueueStore, 'readQueue' | 'readLocks' | 'readLock' | 'readCounts' | 'usersMissingActiveBooth' | 'usersWithStaleActiveBooth' | 'repairActiveBooth'>;

function entriesOf(value: unknown): readonly QueueEntry[] {
  const items = list(value);
  const entries: QueueEntry[] = [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    const member = text(items[i]);
    entries.push({ member, userId: parseId(member), score: scoreOf(items[i + 1]) });
  }
  return entries;
}

export function createReads(step: Step, logger: Logger): Reads {
  const malformedLocks = createNovelty();

  async function checkActiveBooths(what: 'missing' | 'stale' | 'repair', boothId: number, userIds: readonly number[]): Promise<readonly number[]> {
    const all: number[] = [];
    for (const batch of batchesOf(userIds)) {
      const keys = [queueKey(boothId), LOCK_OF, ...batch.map(activeBoothsKey)];
      const [, ...found] = await step('check-active-booths', keys, [boothId, what, ...batch]);
      for (const userId of found) all.push(integer(userId));
    }
    return all;
  }

  return {
    async readQueue(boothId, limit) {
      const keys = [queueKey(boothId), currentKey(boothId), VERSION, openKey(boothId), quarantineKey(boothId)];
      const [, entries, total, current, version, openLocks, setAside] = await step('read-queue', keys, [boothId, limit]);
      return { entries: entriesOf(entries), total: integer(total), current: currentOf(current), version: integer(version), openLocks: integer(openLocks), setAside: integer(setAside) };
    },
    async readLocks(limit) {
      const [, nowMs, ...found] = await step('read-locks', [LOCKS], [limit]);
      const locks: SoftLock[] = [];
      const vanished: string[] = [];
      const malformed: string[] = [];
      for (const item of found) {
        const [key, fields] = list(item);
        const map = mapOf(fields);
        const lock = map.size === 0 ? null : parseLock(map);
        if (lock !== null) locks.push(lock);
        else if (map.size === 0) vanished.push(text(key));
        else malformed.push(text(key));
      }
      // They are read every second and stay until somebody looks at them: each is told once.
      for (const key of malformedLocks.among(malformed, found.length < limit)) logger.log('warn', 'soft-lock-malformed', { key });
      if (vanished.length > 0) {
        // Somebody else deleted them. The index must not count them for ever, and the log must say that it happened.
        for (const key of vanished) logger.log('warn', 'soft-lock-vanished', { key });
        await step('forget-vanished', [LOCKS, LOCK_OF], vanished);
      }
      return { locks, nowMs: integer(nowMs) };
    },
    async readLock(operationId) {
      const [, fields] = await step('read-lock', [LOCK_OF], [operationId]);
      return parseLock(mapOf(fields));
    },
    async readCounts(boothIds) {
      if (boothIds.length === 0) return [];
      const keys = [VERSION, ...boothIds.flatMap((boothId) => [currentKey(boothId), openKey(boothId)])];
      const [, ...counts] = await step('read-counts', keys, boothIds);
      return counts.map((item, index): BoothCount => {
        const [current, version, openLocks] = list(item);
        return { boothId: boothIds[index] ?? 0, current: currentOf(current), version: integer(version), openLocks: integer(openLocks) };
      });
    },
    usersMissingActiveBooth: (boothId, userIds) => checkActiveBooths('missing', boothId, userIds),
    usersWithStaleActiveBooth: (boothId, userIds) => checkActiveBooths('stale', boothId, userIds),
    async repairActiveBooth(boothId, userIds) {
      await checkActiveBooths('repair', boothId, userIds);
    },
  };
}
