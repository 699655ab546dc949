/**
 * The set-up screen's test button: connects to one address and says what is there, or exactly what is wrong.
 */
import type { StoreTrial } from '../shared/channels.ts';
import { type Result, fail, ok } from '../shared/errors.ts';
import * as v from 'valibot';
import type { Config } from './config.ts';
import { SETTINGS } from './settings-schema.ts';
import { type Logger, StoreFailure } from './core/ports.ts';
import { createMysqlLedger } from './stores/mysql/mysql-ledger.ts';
import { createRedisQueueStore } from './stores/redis/redis-queue-store.ts';

/** Tries a server. Leaves nothing behind there. Takes at most a few seconds. */
export async function tryStore(store: 'queue' | 'ledger', url: string, config: Pick<Config, 'timeZone' | 'lockPrefix'>, logger: Logger): Promise<Result<StoreTrial>> {
  const key = store === 'queue' ? 'redisUrl' : 'mysqlUrl';
  const checked = v.safeParse(SETTINGS.entries[key], url);
  if (!checked.success) return fail('SETTINGS_INVALID', `The address ${checked.issues[0].message}.`);
  try {
    return ok(store === 'queue' ? await tryQueue(url, config.lockPrefix, logger) : await tryLedger(url, config.timeZone, logger));
  } catch (error) {
    if (error instanceof StoreFailure) return fail(error.code, error.message);
    throw error;
  }
}

async function tryQueue(url: string, lockPrefix: string, logger: Logger): Promise<StoreTrial> {
  const queue = createRedisQueueStore({ url, lockPrefix, logger });
  try {
    const { server } = await queue.describe();
    return { server, empty: false, booths: [] };
  } finally {
    await queue.close();
  }
}

async function tryLedger(url: string, timeZone: string, logger: Logger): Promise<StoreTrial> {
  const ledger = createMysqlLedger({ url, timeZone, logger });
  try {
    const { server, empty, booths } = await ledger.inspect();
    return { server, empty, booths };
  } finally {
    await ledger.close();
  }
}
