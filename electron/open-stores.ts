/**
 * Opens the stores the settings name: two servers, or the two embedded ones.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../shared/snapshot.ts';
import type { Config } from './config.ts';
import type { Ledger } from './core/ledger.ts';
import { type Logger, type QueueStore, StoreFailure } from './core/ports.ts';
import { boothIds } from './core/booth-ids.ts';
import { refill } from './core/refill.ts';
import { createMemoryQueueStore } from './stores/embedded/memory-queue-store.ts';
import { createSqliteLedger } from './stores/embedded/sqlite-ledger.ts';
import { createMysqlLedger } from './stores/mysql/mysql-ledger.ts';
import { createRedisQueueStore } from './stores/redis/redis-queue-store.ts';

export interface Stores {
  readonly queue: QueueStore;
  readonly ledger: Ledger;
}

const SAMPLE_BOOTH = { ko: '체험 부스', en: 'Sample booth' } as const;
const SAMPLE_CAPACITY = 10;

/** Servers need not answer yet: that is a state of the screen. */
export function openServers(servers: { readonly redisUrl: string; readonly mysqlUrl: string }, config: Config, logger: Logger): Stores {
  // The ledger first: it refuses an address that is none, and the queue store would be connecting by then.
  const { tlsCa, timeZone, lockPrefix, redisSentinels: sentinels } = config;
  const ledger = createMysqlLedger({ url: servers.mysqlUrl, tlsCa, timeZone, logger });
  return { ledger, queue: createRedisQueueStore({ url: servers.redisUrl, sentinels, tlsCa, lockPrefix, logger }) };
}

/**
 * The history on disk, the queue in memory refilled from it: neither a restart nor a sudden death loses a visitor.
 * A new history gets one sample booth, named in `language`. Throws StoreFailure: STORE_HELD while another process has them open, LEDGER_UNFIT when the file cannot be used.
 */
export async function openEmbedded(config: Config, language: Language, logger: Logger): Promise<Stores> {
  try {
    mkdirSync(config.dataDir, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new StoreFailure('LEDGER_UNFIT', `The data folder ${config.dataDir} cannot be created (${code}).`, 'no');
  }
  const now = (): number => Date.now();
  const ledger = createSqliteLedger({ file: join(config.dataDir, 'booth.sqlite'), timeZone: config.timeZone, now });
  await ledger.prepare();
  if ((await ledger.listBooths()).length === 0) await ledger.addBooth({ name: SAMPLE_BOOTH[language], capacity: SAMPLE_CAPACITY });
  const queue = createMemoryQueueStore({ now });
  await refill({ queue, ledger, logger }, await boothIds({ ledger }), (await ledger.readMirror()).epoch, (await queue.readMark()).run, await queue.beginRefill('start'));
  await countAfresh({ queue, ledger });
  return { queue, ledger };
}

/** Nobody else uses this queue store yet: its counts need no second look. */
async function countAfresh({ queue, ledger }: Stores): Promise<void> {
  for (const { boothId, inside } of await ledger.countInside()) {
    const [seen] = await queue.readCounts([boothId]);
    if (seen !== undefined) await queue.correctCount(seen, inside);
  }
}
