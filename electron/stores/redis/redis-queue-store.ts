/**
 * The queue in Redis or Valkey, shared with the festival's other programs. Every step is one script, one round trip.
 * Two connections: commands, and the changes other kiosks announce.
 */
import type { Redis } from 'ioredis';
import { StoreFailure, type Logger, type QueueStore } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { createChanges } from './changes.ts';
import { parseAddress, type Address } from './connection-options.ts';
import { createForeignLocks, createForeignLockWatch } from './foreign-locks.ts';
import { activeBoothsKey, BACKEND_LOCKS, BOOTH_IDS, CHANGED_CHANNEL, currentKey, lockKey, metaKey, queueKey } from './keys.ts';
import { openLink, type LinkState } from './link.ts';
import { createMirror } from './mirror.ts';
import { createProcesses } from './processes.ts';
import { createReads } from './reads.ts';
import { readReply } from './replies.ts';
import { loadScripts, runScript } from './scripts.ts';
import { locatePrimary, watchSwitches } from './sentinels.ts';
import { checkServer, describeServer } from './server-info.ts';
import { createSetAside } from './set-aside.ts';
import type { Step } from './step.ts';
import { unusableStore } from './unusable-store.ts';

export interface RedisQueueStoreSettings {
  /** redis:// or rediss://, with user and password where the server wants them. */
  readonly url: string;
  /** redis:// or rediss://, each with its own user and password; the host of `url` is then the name they know the primary by. */
  readonly sentinels?: readonly string[];
  /** The only authorities to trust, as PEM; null: those every program trusts. */
  readonly tlsCa?: string | null;
  /** Where soft locks go; another one than the backend's batch scans. */
  readonly lockPrefix: string;
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly logger: Logger;
}

/** A server without a permission is found out now, not in the middle of moving a visitor. Throws StoreFailure. */
async function probe(redis: Redis, lockPrefix: string): Promise<void> {
  const lock = lockKey(lockPrefix, { kind: 'call', boothId: 0, operationId: 'probe', waitingId: null });
  const keys = [queueKey(0), activeBoothsKey(0), currentKey(0), lock, 'kiosk:probe', metaKey(0), BOOTH_IDS, `${BACKEND_LOCKS}0:0`];
  readReply('probe', await runScript(redis, 'probe', keys, []), () => undefined);
}

/** Starts connecting at once and never throws: every method throws StoreFailure while the server cannot serve. */
export function createRedisQueueStore(settings: RedisQueueStoreSettings): QueueStore {
  const { url, lockPrefix, commandTimeoutMs = 1_500, connectTimeoutMs = 1_500, logger, tlsCa = null } = settings;
  const address = parseAddress(url, tlsCa);
  const sentinels = (settings.sentinels ?? []).map((each) => parseAddress(each, tlsCa));
  if (address === null || !sentinels.every((each) => each !== null)) {
    const problem = new StoreFailure('QUEUE_STORE_UNFIT', 'The address of the queue store, or of a sentinel, is not of the form redis://host:port.', 'no');
    return unusableStore(problem);
  }
  return connectedStore(address, sentinels.map((each) => ({ ...each, title: `The sentinel at ${each.place}` })));

  function connectedStore(primary: Address, witnesses: readonly Address[]): QueueStore {
    const known = { primary, sentinels: witnesses };
    const locate = () => (witnesses.length === 0 ? Promise.resolve(primary) : locatePrimary(known));
    const timeouts = { commandTimeoutMs, connectTimeoutMs };
    const listeners = new Set<(boothId: number) => void>();
    const foreignLocksSeen = createForeignLockWatch(lockPrefix);
    /** Which run of the server a connection leads to. */
    const runs = new WeakMap<Redis, string>();
    let told: LinkState | null = null;

    const commands = openLink({
      locate,
      timeouts,
      async prepare(redis, at) {
        runs.set(redis, await checkServer(redis, at));
        await loadScripts(redis);
        await probe(redis, lockPrefix);
      },
      onState(state, code) {
        if (state !== told) logger.log(state === 'up' ? 'info' : 'warn', `queue-store-${state}`, { code });
        told = state;
        // The server itself has gone: the other connection would notice later, or never.
        if (state === 'down') changes.drop();
      },
    });
    const changes = openLink({
      locate,
      timeouts,
      async prepare(redis) {
        redis.on('message', (_channel, message) => tell(message));
        await redis.subscribe(CHANGED_CHANNEL);
      },
      onState: () => undefined,
    });

    const stopWatching = watchSwitches(known, (place) => {
      commands.dropUnlessAt(place);
      changes.dropUnlessAt(place);
    });

    function tell(message: string): void {
      const boothId = parseId(message);
      if (boothId === null) return;
      for (const listener of listeners) listener(boothId);
    }

    const step: Step = (script, keys, args, read) =>
      commands.use(async (redis) => {
        const given = typeof args === 'function' ? args(runs.get(redis) ?? '') : args;
        return readReply(script, await runScript(redis, script, keys, given), read);
      });

    return {
      ...createChanges(step, lockPrefix, logger),
      ...createReads(step, logger),
      ...createMirror(step),
      ...createProcesses(step),
      ...createSetAside(step, logger),
      ...createForeignLocks(step, commands.use),
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      describe: () =>
        commands.use(async (redis) => {
          const [{ server, warnings }, foreignLocks] = await Promise.all([describeServer(redis), foreignLocksSeen(redis)]);
          return { server, warnings: foreignLocks ? [...warnings, 'foreign-locks'] : warnings };
        }),
      reconnect() {
        commands.reconnect();
        changes.reconnect();
      },
      async close() {
        listeners.clear();
        stopWatching();
        await Promise.all([commands.close(), changes.close()]);
      },
    };
  }
}
