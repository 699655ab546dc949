/**
 * The atomic steps as the server gets them: shebang, helpers, step. The shebang makes the server refuse a step as a whole
 * (read-only replica, no memory, no disk) before it has any effect.
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import beginCall from './lua/begin-call.lua?raw';
import beginJoin from './lua/begin-join.lua?raw';
import beginPrelude from './lua/begin-prelude.lua?raw';
import beginVisit from './lua/begin-visit.lua?raw';
import checkActiveBooths from './lua/check-active-booths.lua?raw';
import closeLock from './lua/close-lock.lua?raw';
import correctCount from './lua/correct-count.lua?raw';
import forgetVanished from './lua/forget-vanished.lua?raw';
import prelude from './lua/prelude.lua?raw';
import probe from './lua/probe.lua?raw';
import readCounts from './lua/read-counts.lua?raw';
import readLock from './lua/read-lock.lua?raw';
import readLocks from './lua/read-locks.lua?raw';
import readQueue from './lua/read-queue.lua?raw';
import refill from './lua/refill.lua?raw';
import removeStale from './lua/remove-stale.lua?raw';
import { STUCK_LOCK_MS } from '../queue-limits.ts';

interface Script {
  readonly text: string;
  /** What the server and we call it: EVALSHA's argument. */
  readonly sha: string;
}

const LIMITS = `local STUCK_MS = ${STUCK_LOCK_MS}`;

function script(flags: string, ...parts: readonly string[]): Script {
  const text = [`#!lua ${flags}`.trimEnd(), LIMITS, prelude, ...parts].join('\n');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

const READ_ONLY = 'flags=no-writes';
/** Ending a lock frees more than it takes, and a visitor must get back into the queue even when memory is short. */
const EVEN_WITHOUT_MEMORY = 'flags=allow-oom';

const SCRIPTS = {
  'begin-call': script('', beginPrelude, beginCall),
  'begin-join': script('', beginPrelude, beginJoin),
  'begin-visit': script('', beginPrelude, beginVisit),
  'close-lock': script(EVEN_WITHOUT_MEMORY, closeLock),
  'read-queue': script(READ_ONLY, readQueue),
  'read-counts': script(READ_ONLY, readCounts),
  'read-locks': script(READ_ONLY, readLocks),
  'read-lock': script(READ_ONLY, readLock),
  'forget-vanished': script(EVEN_WITHOUT_MEMORY, forgetVanished),
  'correct-count': script('', correctCount),
  'check-active-booths': script('', checkActiveBooths),
  refill: script('', refill),
  'remove-stale': script(EVEN_WITHOUT_MEMORY, removeStale),
  probe: script(EVEN_WITHOUT_MEMORY, probe),
} as const satisfies Record<string, Script>;
export type ScriptName = keyof typeof SCRIPTS;

/** Hands all scripts to the server, so that a step is one EVALSHA later. One round trip. */
export async function loadScripts(redis: Redis): Promise<void> {
  await Promise.all(Object.values(SCRIPTS).map(({ text }) => redis.script('LOAD', text)));
}

/** Runs a step. A server that forgot its scripts has certainly not run it: it gets them again, once. */
export async function runScript(redis: Redis, name: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
  const { sha, text } = SCRIPTS[name];
  const run = () => redis.evalsha(sha, keys.length, ...keys, ...args);
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
  }
  await redis.script('LOAD', text);
  return await run();
}
