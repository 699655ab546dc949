/**
 * What is done to a server by hand before a kiosk works on it. The set-up screen's test button: connects to one address and says what is
 * there, or exactly what is wrong. And migrating, which no kiosk at work does.
 */
import type { StoreTrial } from '../shared/channels.ts';
import { type Result, fail, ok } from '../shared/errors.ts';
import * as v from 'valibot';
import type { Config } from './config.ts';
import { SETTINGS } from './settings-schema.ts';
import { type Logger, StoreFailure } from './core/ports.ts';
import type { Migrated } from './stores/mysql/migrate.ts';
import { createMysqlLedger } from './stores/mysql/mysql-ledger.ts';
import { createRedisQueueStore } from './stores/redis/redis-queue-store.ts';

type Trial = Pick<Config, 'timeZone' | 'lockPrefix' | 'redisSentinels' | 'tlsCa'>;

/** Tries a server. Leaves nothing behind there. Takes at most a few seconds. */
export async function tryStore(store: 'queue' | 'ledger', url: string, config: Trial, logger: Logger): Promise<Result<StoreTrial>> {
  const key = store === 'queue' ? 'redisUrl' : 'mysqlUrl';
  const checked = v.safeParse(SETTINGS.entries[key], url);
  if (!checked.success) return fail('SETTINGS_INVALID', `The address ${checked.issues[0].message}.`);
  try {
    return ok(store === 'queue' ? await tryQueue(url, config, logger) : await tryLedger(url, config, logger));
  } catch (error) {
    if (error instanceof StoreFailure) return fail(error.code, error.message);
    throw error;
  }
}

async function tryQueue(url: string, { lockPrefix, redisSentinels: sentinels, tlsCa }: Trial, logger: Logger): Promise<StoreTrial> {
  const queue = createRedisQueueStore({ url, sentinels, tlsCa, lockPrefix, logger });
  try {
    const { server } = await queue.describe();
    return { server, schema: 'ready', booths: [] };
  } finally {
    await queue.close();
  }
}

async function tryLedger(url: string, { timeZone, tlsCa }: Trial, logger: Logger): Promise<StoreTrial> {
  const ledger = createMysqlLedger({ url, tlsCa, timeZone, logger });
  try {
    return await ledger.inspect();
  } finally {
    await ledger.close();
  }
}

/** Brings the database at this address to this version's schema. Takes as long as its tables are big. */
export async function migrateLedger(url: string, { timeZone, tlsCa }: Pick<Config, 'timeZone' | 'tlsCa'>, logger: Logger): Promise<Result<Migrated>> {
  try {
    const ledger = createMysqlLedger({ url, tlsCa, timeZone, logger });
    try {
      return ok(await ledger.migrate());
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (error instanceof StoreFailure) return fail(error.code, error.message);
    throw error;
  }
}
