/**
 * What kind of server answers, whether it can serve, and which of its settings are weaker than recommended.
 */
import type { Redis } from 'ioredis';
import { StoreFailure, type StoreDescription } from '../../core/ports.ts';
import type { Address } from './connection-options.ts';
import { demotedFailure } from './failures.ts';

const OLDEST_MAJOR = 7;

/** INFO as a map; null when this user may not ask. */
async function readInfo(redis: Redis): Promise<ReadonlyMap<string, string> | null> {
  let text: string;
  try {
    text = await redis.info();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOPERM')) return null;
    throw error;
  }
  const lines = text.split('\r\n').map((line) => line.split(':'));
  return new Map(lines.map(([name = '', ...value]) => [name, value.join(':')]));
}

function nameOf(info: ReadonlyMap<string, string> | null): string {
  if (info === null) return 'Redis';
  const valkey = info.get('valkey_version');
  return valkey === undefined ? `Redis ${info.get('redis_version') ?? ''}`.trimEnd() : `Valkey ${valkey}`;
}

/**
 * Answers the id of this run of the server, '' where this user may not ask: a server that started again has another one.
 * Throws StoreFailure when it can never serve: too old, or a cluster (the contract's keys have no hash tags).
 */
export async function checkServer(redis: Redis, address: Address): Promise<string> {
  const info = await readInfo(redis);
  if (info === null) return '';
  if (info.get('loading') === '1') {
    throw new StoreFailure('QUEUE_STORE_UNREACHABLE', `${address.title} is still loading its data.`, 'no');
  }
  // Valkey tells the Redis version it is compatible with, so one comparison serves both.
  const major = Number.parseInt(info.get('redis_version') ?? '', 10);
  if (major < OLDEST_MAJOR) {
    throw new StoreFailure('QUEUE_STORE_UNFIT', `${nameOf(info)} at ${address.place} is too old: version ${OLDEST_MAJOR} or newer is needed.`, 'no');
  }
  if (info.get('cluster_enabled') === '1') {
    throw new StoreFailure('QUEUE_STORE_UNFIT', `${nameOf(info)} at ${address.place} runs in cluster mode; a single server is needed.`, 'no');
  }
  if (info.get('role') === 'slave') {
    throw demotedFailure(address);
  }
  return info.get('run_id') ?? '';
}

/** One setting of the server; null when this user may not read it. */
async function setting(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer = await redis.config('GET', name);
    return Array.isArray(answer) ? String(answer[1] ?? '') : null;
  } catch (error) {
    // Hosted servers rename or forbid CONFIG: that is no reason not to serve.
    if (error instanceof Error && error.name === 'ReplyError') return null;
    throw error;
  }
}

/** Name, version and warnings for the status panel. */
export async function describeServer(redis: Redis): Promise<StoreDescription> {
  const [info, policy, appendOnly] = await Promise.all([
    readInfo(redis),
    setting(redis, 'maxmemory-policy'),
    setting(redis, 'appendonly'),
  ]);
  const warnings = [
    ...(policy !== null && policy !== 'noeviction' ? ['maxmemory-policy'] : []),
    ...(appendOnly !== null && appendOnly !== 'yes' ? ['no-aof'] : []),
    ...(policy === null || appendOnly === null ? ['settings-unreadable'] : []),
  ];
  return { server: nameOf(info), warnings };
}
