/** A primary, its replica and three sentinels, passwords on all: real processes that fail over within a second or two. */
import { Redis } from 'ioredis';
import { eventually } from './ports.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const NAME = 'festival-queue';
const DATA_PASSWORD = 'd@ta:1';
const SENTINEL_PASSWORD = 'amongSentinels';
/** All a kiosk asks of a sentinel. */
const KIOSK_RIGHTS = '-@all +ping +sentinel|get-master-addr-by-name +sentinel|master +subscribe allchannels';
const SENTINELS = 3;
/** A sentinel that got no processor time for two seconds trusts nobody for thirty. */
const SWITCH_DEADLINE_MS = 90_000;

export interface SentinelWorld {
  /** As the settings name it: by the name the sentinels know. */
  readonly redisUrl: string;
  /** Each with a user and password of its own. */
  readonly sentinelUrls: readonly string[];
  /** KIOSK_REDIS_URL and KIOSK_REDIS_SENTINELS. */
  readonly environment: Readonly<Record<string, string>>;
  readonly nodes: readonly [RedisServer, RedisServer];
  readonly sentinels: readonly RedisServer[];
  /** A plain client of one node. */
  client(node: RedisServer): Redis;
  /** The node all sentinels agree on. */
  primary(): Promise<RedisServer>;
  /** Resolves when all sentinels name this node and it takes writes. */
  untilPrimary(node: RedisServer): Promise<void>;
  /** Resolves when this node follows the other one and has all of its data. */
  untilReplica(node: RedisServer): Promise<void>;
  close(): Promise<void>;
}

/** Starts all five. The first node is the primary; the other has its data, and every sentinel knows the others, when this resolves. */
export async function startSentinels({ downAfterMs = 700 } = {}): Promise<SentinelWorld> {
  const common = ['--requirepass', DATA_PASSWORD, '--masterauth', DATA_PASSWORD, '--repl-diskless-sync-delay', '0'];
  const first = await startRedis({ persistent: true, args: common });
  const second = await startRedis({ persistent: true, args: [...common, '--replicaof', '127.0.0.1', `${first.port}`] });
  const nodes = [first, second] as const;
  const clients = new Map(nodes.map((node) => [node, patient(node.port, DATA_PASSWORD)]));
  const client = (node: RedisServer): Redis => clients.get(node) ?? patient(node.port, DATA_PASSWORD);

  const passwordOf = (index: number): string => `w:tn/ss${index}`;
  const sentinels = await Promise.all(
    Array.from({ length: SENTINELS }, (_, index) => startRedis({
      sentinel: [
        `sentinel monitor ${NAME} 127.0.0.1 ${first.port} 2`,
        `sentinel auth-pass ${NAME} ${DATA_PASSWORD}`,
        `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
        `sentinel failover-timeout ${NAME} 3000`,
        `requirepass ${SENTINEL_PASSWORD}`,
        `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
        `user kiosk${index} on >${passwordOf(index)} ${KIOSK_RIGHTS}`,
        '',
      ].join('\n'),
    })),
  );
  const watchers = sentinels.map((sentinel) => patient(sentinel.port, SENTINEL_PASSWORD));
  const others = async (watcher: Redis): Promise<number> => ((await watcher.call('SENTINEL', 'SENTINELS', NAME)) as unknown[]).length;
  await eventually('the sentinels know each other', async () => (await Promise.all(watchers.map(others))).every((count) => count === SENTINELS - 1), 30_000);
  await eventually('the sentinels know the replica', async () => (await Promise.all(watchers.map((watcher) => watcher.call('SENTINEL', 'REPLICAS', NAME)))).every((found) => (found as unknown[]).length === 1), 30_000);

  async function primary(): Promise<RedisServer> {
    const ports = await Promise.all(watchers.map(async (watcher) => Number(((await watcher.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as string[])[1])));
    const node = nodes.find(({ port }) => port === ports[0]);
    if (node === undefined || new Set(ports).size > 1) throw new Error(`the sentinels disagree: ${ports.join(', ')}`);
    return node;
  }
  const roleOf = async (node: RedisServer): Promise<readonly unknown[]> => (await client(node).role()) as unknown[];
  const untilReplica = (node: RedisServer): Promise<unknown> =>
    eventually('it follows', async () => {
      const [role, , , link] = await roleOf(node);
      const other = nodes.find((each) => each !== node) ?? node;
      return role === 'slave' && link === 'connected' && (await client(other).wait(1, 1_000)) === 1;
    }, SWITCH_DEADLINE_MS);
  await untilReplica(second);

  const redisUrl = `redis://:${encodeURIComponent(DATA_PASSWORD)}@${NAME}`;
  const sentinelUrls = sentinels.map(({ port }, index) => `redis://kiosk${index}:${encodeURIComponent(passwordOf(index))}@127.0.0.1:${port}`);
  return {
    redisUrl,
    sentinelUrls,
    environment: { KIOSK_REDIS_URL: redisUrl, KIOSK_REDIS_SENTINELS: sentinelUrls.join(',') },
    nodes,
    sentinels,
    client,
    primary,
    async untilPrimary(node) {
      await eventually('the fail-over', async () => (await primary()) === node && (await roleOf(node))[0] === 'master', SWITCH_DEADLINE_MS);
    },
    async untilReplica(node) {
      await untilReplica(node);
    },
    async close() {
      for (const each of [...clients.values(), ...watchers]) each.disconnect();
      await Promise.all([...nodes, ...sentinels].map((server) => server.close()));
    },
  };
}

/** Deaths and restarts are part of the tests: it reconnects for ever and gives up on no command but one that hangs. */
function patient(port: number, password: string): Redis {
  const client = new Redis({ port, host: '127.0.0.1', password, protocol: 2, retryStrategy: () => 50, maxRetriesPerRequest: 0, commandTimeout: 2_000, disableClientInfo: true });
  client.on('error', () => undefined);
  return client;
}
