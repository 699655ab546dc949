/**
 * Soft locks of the festival's backend under the prefix of our own: its repair batch runs over that prefix, and would undo the
 * calls of kiosks that are under way.
 */
import type { Redis } from 'ioredis';

/** Keys the server looks through for one look; the next look goes on where this one ended. */
const KEYS_PER_LOOK = 5_000;

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
    try {
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_LOOK);
      cursor = next;
      seen = keys.some((key) => FOREIGN_CALL.test(key.slice(lockPrefix.length)));
    } catch (error) {
      // A user who may not look through keys: nothing is known, and that is no reason not to serve.
      if (!(error instanceof Error && error.name === 'ReplyError')) throw error;
    }
    return seen;
  };
}
