/**
 * Soft locks of the festival's backend. Under the prefix of our own they are a warning: its repair batch runs over that prefix, and would
 * undo the calls of kiosks that are under way. Wherever they are, one that stays is the only trace of a visitor its own death left behind.
 */
import type { Redis } from 'ioredis';
import type { ForeignLock, QueueStore } from '../../core/ports.ts';
import { foreignTicketOf, isForeignLockKey } from '../foreign-ticket.ts';
import { FOREIGN_LOCKS_MAX } from '../queue-limits.ts';
import { activeBoothsKey, BACKEND_LOCKS, FOREIGN, LOCK_OF, MERGED, queueKey, VERSION } from './keys.ts';
import type { Link } from './link.ts';
import { integer, list, mapOf, oneOf, text, type Reply } from './replies.ts';
import type { Step } from './step.ts';

/** Keys the server looks through for one look; the next look goes on where this one ended. */
const KEYS_PER_LOOK = 5_000;

/** Looks of one search for locks that stay: together they see more keys than a festival has, and each keeps the server for a moment only. */
const LOOKS_PER_SEARCH = 20;

/** A backend's lock of a call ends in booth and user; ours end in an operation id. */
const FOREIGN_CALL = /^calling:\d+:\d+$/;

/** Answers whether a foreign lock was ever seen. One command each time, however many keys there are. */
export function createForeignLockWatch(lockPrefix: string): (redis: Redis) => Promise<boolean> {
  const pattern = `${lockPrefix.replaceAll(/[\\*?[\]^]/g, '\\$&')}calling:*`;
  let cursor = '0';
  // A backend's locks live for a minute at most; that it makes them stays true.
  let seen = false;

  return async (redis) => {
    if (seen) return true;
    const answer = await scan(redis, cursor, pattern);
    if (answer === null) return false;
    const [next, keys] = answer;
    cursor = next;
    seen = keys.some((key) => FOREIGN_CALL.test(key.slice(lockPrefix.length)));
    return seen;
  };
}

/** One bounded look at the keys. Null for a user who may not look through them: nothing is known, and that is no reason not to serve. */
async function scan(redis: Redis, cursor: string, pattern: string): Promise<readonly [next: string, keys: readonly string[]] | null> {
  try {
    return await redis.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_LOOK);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ReplyError')) throw error;
    return null;
  }
}

type ForeignLocks = Pick<QueueStore, 'findForeignLocks' | 'endForeignLock'>;

export function createForeignLocks(step: Step, use: Link['use']): ForeignLocks {
  let cursor = '0';

  async function search(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let look = 0; look < LOOKS_PER_SEARCH && found.size < FOREIGN_LOCKS_MAX; look += 1) {
      const answer = await use((redis) => scan(redis, cursor, `${BACKEND_LOCKS}*`));
      if (answer === null) break;
      const [next, keys] = answer;
      for (const key of keys) if (isForeignLockKey(key)) found.add(key);
      cursor = next;
      if (cursor === '0') break;
    }
    return found;
  }

  return {
    async findForeignLocks() {
      const found = [...(await search())].slice(0, FOREIGN_LOCKS_MAX);
      return step('watch-foreign-locks', [FOREIGN], [FOREIGN_LOCKS_MAX, ...found], locksOf);
    },
    async endForeignLock({ key, ticket, fingerprint }, as) {
      const { boothId, userId, score } = ticket;
      const keys = [key, FOREIGN, queueKey(boothId), activeBoothsKey(userId), VERSION, LOCK_OF, MERGED];
      return step('end-foreign-lock', keys, [boothId, userId, score, fingerprint, as], ([outcome]) => oneOf(outcome, ['ended', 'changed']) === 'ended');
    },
  };
}

function locksOf([outcome, ...items]: Reply): readonly ForeignLock[] {
  oneOf(outcome, ['seen']);
  return items.flatMap((item): readonly ForeignLock[] => {
    const [where, fields, fingerprint, unchangedMs] = list(item);
    const key = text(where);
    const lock = { key, fingerprint: text(fingerprint), unchangedMs: integer(unchangedMs) };
    const ticket = foreignTicketOf(key, mapOf(fields));
    return ticket === null ? [] : [{ ...lock, ticket }];
  });
}
