/**
 * The queue in Redis or Valkey, shared with the festival's other programs. Every step is one script, one round trip.
 * Two connections: commands, and the changes other kiosks announce.
 */
import type { Redis } from 'ioredis';
import { StoreFailure, type Logger, type QueueStore } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { createChanges } from './changes.ts';
import { clientOptions, parseAddress, type Address } from './connection-options.ts';
import { CHANGED_CHANNEL, activeBoothsKey, currentKey, lockKey, queueKey } from './keys.ts';
import { openLink, type LinkState } from './link.ts';
import { createReads, type Step } from './reads.ts';
import { checkedReply } from './replies.ts';
import { loadScripts, runScript } from './scripts.ts';
import { checkServer, describeServer } from './server-info.ts';
import { unusableStore } from './unusable-store.ts';

export interface RedisQueueStoreSettings {
  /** redis:// or rediss://, with user and password where the server wants them. */
  readonly url: string;
  /** Where soft locks go; another one than the backend's batch scans. */
  readonly lockPrefix: string;
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly logger: Logger;
}

/** A server without a permission is found out now, not in the middle of moving a visitor. Throws StoreFailure. */
async function probe(redis: Redis, lockPrefix: string): Promise<void> {
  const lock = lockKey(lockPrefix, { kind: 'call', boothId: 0, operationId: 'probe', waitingId: null });
  checkedReply(await runScript(redis, 'probe', [queueKey(0), activeBoothsKey(0), currentKey(0), lock, 'kiosk:probe'], []));
}

/** Starts connecting at once and never throws: every method throws StoreFailure while the server cannot serve. */
export function createRedisQueueStore(settings: RedisQueueStoreSettings): QueueStore {
  const { url, lockPrefix, commandTimeoutMs = 1_500, connectTimeoutMs = 1_500, logger } = settings;
  const address = parseAddress(url);
  if (address === null) {
    const problem = new StoreFailure('QUEUE_STORE_UNFIT', 'The address of the queue store is not of the form redis://host:port.', 'no');
    return unusableStore(problem);
  }
  return connectedStore(address);

  function connectedStore(at: Address): QueueStore {
    const options = clientOptions(at, { commandTimeoutMs, connectTimeoutMs });
    const listeners = new Set<(boothId: number) => void>();
    let known: LinkState | null = null;

    const commands = openLink({
      address: at,
      options,
      async prepare(redis) {
        await checkServer(redis, at);
        await loadScripts(redis);
        await probe(redis, lockPrefix);
      },
      onState(state, code) {
        if (state !== known) logger.log(state === 'up' ? 'info' : 'warn', `queue-store-${state}`, { code });
        known = state;
        // The server itself has gone: the other connection would notice later, or never.
        if (state === 'down') changes.drop();
      },
    });
    const changes = openLink({
      address: at,
      options,
      async prepare(redis) {
        redis.on('message', (_channel, message) => tell(message));
        await redis.subscribe(CHANGED_CHANNEL);
      },
      onState: () => undefined,
    });

    function tell(message: string): void {
      const boothId = parseId(message);
      if (boothId === null) return;
      for (const listener of listeners) listener(boothId);
    }

    const step: Step = (script, keys, args) => commands.use(async (redis) => checkedReply(await runScript(redis, script, keys, args)));

    return {
      ...createChanges(step, lockPrefix, logger),
      ...createReads(step, logger),
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      describe: () => commands.use(describeServer),
      reconnect() {
        commands.reconnect();
        changes.reconnect();
      },
      async close() {
        listeners.clear();
        await Promise.all([commands.close(), changes.close()]);
      },
    };
  }
}
