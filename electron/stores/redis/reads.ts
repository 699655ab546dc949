/** The reading half of the store: one script each (one per batch where many users are asked about), everything read back is checked. */
import type { BoothCount, Logger, QueueEntry, QueueStore, QueueView, SoftLock, UnreadableLock } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { activeBoothsKey, ALIVE, currentKey, LOCK_OF, LOCKS, openKey, quarantineKey, queueKey, VERSION } from './keys.ts';
import { currentOf, integer, list, mapOf, parseLock, scoreOf, text, type Reply } from './replies.ts';
import { createNovelty } from './novelty.ts';
import type { Step } from './step.ts';

type Reads = Pick<QueueStore, 'readQueue' | 'readLocks' | 'readLock' | 'readCounts' | 'usersMissingActiveBooth' | 'usersWithStaleActiveBooth' | 'repairActiveBooth'>;

/** Entries as ZRANGE gives them with their scores. */
export function entriesOf(value: unknown): readonly QueueEntry[] {
  const items = list(value);
  const entries: QueueEntry[] = [];
  for (let i = 0; i < items.length; i += 2) {
    const member = text(items[i]);
    entries.push({ member, userId: parseId(member), score: scoreOf(items[i + 1]) });
  }
  return entries;
}

function queueViewOf([, entries, total, current, version, openLocks, setAside]: Reply): QueueView {
  return { entries: entriesOf(entries), total: integer(total), current: currentOf(current), version: integer(version), openLocks: integer(openLocks), setAside: integer(setAside) };
}

/** Of some locks: those that can be acted on, those that cannot, and the keys where there is none any more. */
function locksOf([, nowMs, ...found]: Reply) {
  const locks: SoftLock[] = [];
  const unreadable: UnreadableLock[] = [];
  const vanished: string[] = [];
  const silentMs = new Map<string, number>();
  for (const item of found) {
    const [where, fields, indexed, silence] = list(item);
    const key = text(where);
    if (typeof fields === 'string') {
      unreadable.push({ key, problem: `it is a ${fields}, not a hash`, boothId: null });
      continue;
    }
    const map = mapOf(fields);
    const lock = parseLock(map);
    const boothId = parseId(map.get('boothId') ?? '');
    if (map.size === 0) vanished.push(key);
    else if (typeof lock === 'string') unreadable.push({ key, problem: lock, boothId });
    else if (integer(indexed) === 0) unreadable.push({ key, problem: 'its fields are not those it was written with', boothId: null });
    else {
      locks.push(lock);
      if (silence !== '') silentMs.set(lock.owner, integer(silence));
    }
  }
  return { locks, unreadable, vanished, silentMs, nowMs: integer(nowMs) };
}

export function createReads(step: Step, logger: Logger): Reads {
  const unreadableLocks = createNovelty();
  const unreadableCounts = createNovelty();

  async function checkActiveBooths(what: 'missing' | 'stale' | 'repair', boothId: number, userIds: readonly number[]): Promise<readonly number[]> {
    const all: number[] = [];
    for (const batch of batchesOf(userIds)) {
      const keys = [queueKey(boothId), LOCK_OF, ...batch.map(activeBoothsKey)];
      all.push(...(await step('check-active-booths', keys, [boothId, what, ...batch], ([, ...found]) => found.map(integer))));
    }
    return all;
  }

  return {
    async readQueue(boothId, limit) {
      const keys = [queueKey(boothId), currentKey(boothId), VERSION, openKey(boothId), quarantineKey(boothId)];
      return step('read-queue', keys, [boothId, limit], queueViewOf);
    },
    async readLocks(limit) {
      const { vanished, ...read } = await step('read-locks', [LOCKS, LOCK_OF, ALIVE], [limit], locksOf);
      const isAll = read.locks.length + read.unreadable.length + vanished.length < limit;
      // They are read every second and stay until somebody looks at them: each is told once.
      const fresh = unreadableLocks.among(read.unreadable.map(({ key }) => key), isAll);
      for (const { key, problem } of read.unreadable) if (fresh.includes(key)) logger.log('warn', 'soft-lock-malformed', { key, problem });
      if (vanished.length > 0) {
        // Somebody else deleted them. The index must not count them for ever, and the log must say that it happened.
        for (const key of vanished) logger.log('warn', 'soft-lock-vanished', { key });
        await step('forget-vanished', [LOCKS, LOCK_OF], vanished, () => undefined);
      }
      return read;
    },
    readLock: (operationId) =>
      step('read-lock', [LOCK_OF], [operationId], ([, fields]) => {
        const lock = parseLock(mapOf(fields));
        return typeof lock === 'string' ? null : lock;
      }),
    async readCounts(boothIds) {
      if (boothIds.length === 0) return [];
      const keys = [VERSION, ...boothIds.flatMap((boothId) => [currentKey(boothId), openKey(boothId)])];
      const answers = await step('read-counts', keys, boothIds, ([, ...items]) => boothIds.map((boothId, index) => countOf(boothId, items[index])));
      const unfit = answers.filter((answer) => typeof answer === 'string');
      for (const problem of unreadableCounts.among(unfit, true)) logger.log('warn', 'booth-unreadable', { problem });
      return answers.filter((answer) => typeof answer !== 'string');
    },
    usersMissingActiveBooth: (boothId, userIds) => checkActiveBooths('missing', boothId, userIds),
    usersWithStaleActiveBooth: (boothId, userIds) => checkActiveBooths('stale', boothId, userIds),
    async repairActiveBooth(boothId, userIds) {
      await checkActiveBooths('repair', boothId, userIds);
    },
  };
}

/** The count of a booth, or why it cannot be read. */
function countOf(boothId: number, item: unknown): BoothCount | string {
  const [current, version, openLocks] = list(item);
  if (current === 'unfit') return text(version);
  return { boothId, current: currentOf(current), version: integer(version), openLocks: integer(openLocks) };
}
