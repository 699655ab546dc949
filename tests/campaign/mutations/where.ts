/** Short names for the folders of the product, and for the checks on each of its stores. */
import type { OperationKind } from '../../../electron/core/waiting.ts';
import type { Check } from './mutation.ts';

export const CORE = 'electron/core';
export const LUA = 'electron/stores/redis/lua';
export const EMBEDDED = 'electron/stores/embedded';
export const MYSQL = 'electron/stores/mysql';

/** The core on the model stores. */
export function onModel(name: string, only: string): Check {
  return { file: `tests/core/${name}.test.ts`, only };
}

/** Every store call of one kind of action, failing in every way. */
export function onCrashPoints(kind: OperationKind): Check {
  return onModel('crash-points', `^${kind} `);
}

export function onRedis(only: string): Check {
  return { file: 'tests/stores/redis-queue-store.test.ts', only };
}

export function onMemory(only: string): Check {
  return { file: 'tests/stores/memory-queue-store.test.ts', only };
}

export function onSqlServer(name: string, only: string): Check {
  return { file: `tests/stores/${name}.test.ts`, only };
}

export function onSqlite(only: string): Check {
  return { file: 'tests/stores/sqlite-ledger.test.ts', only };
}
