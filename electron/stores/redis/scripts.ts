/**
 * The atomic steps as the server gets them: shebang, helpers, step. The shebang makes the server refuse a step as a whole
 * (read-only replica, no memory, no disk) before it has any effect.
 */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import beat from './lua/beat.lua?raw';
import beginCall from './lua/begin-call.lua?raw';
import beginJoin from './lua/begin-join.lua?raw';
import beginLeave from './lua/begin-leave.lua?raw';
import beginPrelude from './lua/begin-prelude.lua?raw';
import beginRefill from './lua/begin-refill.lua?raw';
import beginRestore from './lua/begin-restore.lua?raw';
import beginVisit from './lua/begin-visit.lua?raw';
import checkActiveBooths from './lua/check-active-booths.lua?raw';
import closeLock from './lua/close-lock.lua?raw';
import correctCount from './lua/correct-count.lua?raw';
import countAttempt from './lua/count-attempt.lua?raw';
import endForeignLock from './lua/end-foreign-lock.lua?raw';
import endSetAside from './lua/end-set-aside.lua?raw';
import foreignPrelude from './lua/foreign-prelude.lua?raw';
import forgetMerged from './lua/forget-merged.lua?raw';
import forgetVanished from './lua/forget-vanished.lua?raw';
import nextEpoch from './lua/next-epoch.lua?raw';
import noteAlerts from './lua/note-alerts.lua?raw';
import prelude from './lua/prelude.lua?raw';
import probe from './lua/probe.lua?raw';
import readCaches from './lua/read-caches.lua?raw';
import readCounts from './lua/read-counts.lua?raw';
import readFingerprints from './lua/read-fingerprints.lua?raw';
import readLock from './lua/read-lock.lua?raw';
import readLocks from './lua/read-locks.lua?raw';
import readMark from './lua/read-mark.lua?raw';
import readMerged from './lua/read-merged.lua?raw';
import readQueue from './lua/read-queue.lua?raw';
import readSetAside from './lua/read-set-aside.lua?raw';
import refill from './lua/refill.lua?raw';
import removeStale from './lua/remove-stale.lua?raw';
import restoreBooths from './lua/restore-booths.lua?raw';
import setMark from './lua/set-mark.lua?raw';
import snapshotQueue from './lua/snapshot-queue.lua?raw';
import takeClearedAlerts from './lua/take-cleared-alerts.lua?raw';
import takeLead from './lua/take-lead.lua?raw';
import watchForeignLocks from './lua/watch-foreign-locks.lua?raw';
import { MERGED_ENTRIES_MAX, MERGED_SCORES_MAX, STUCK_LOCK_MS } from '../queue-limits.ts';

interface Script {
  readonly text: string;
  /** What the server and we call it: EVALSHA's argument. */
  readonly sha: string;
}

const LIMITS = `local STUCK_MS, MERGED_ENTRIES_MAX, MERGED_SCORES_MAX = ${STUCK_LOCK_MS}, ${MERGED_ENTRIES_MAX}, ${MERGED_SCORES_MAX}`;

function script(flags: string, ...parts: readonly string[]): Script {
  const text = [`#!lua ${flags}`.trimEnd(), LIMITS, prelude, ...parts].join('\n');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

const READ_ONLY = 'flags=no-writes';
/** Ending a lock frees more than it takes, a visitor must get back into the queue even when memory is short, and people must hear of it. */
const EVEN_WITHOUT_MEMORY = 'flags=allow-oom';

const SCRIPTS = {
  'begin-call': script('', beginPrelude, beginCall),
  'begin-join': script('', beginPrelude, beginJoin),
  'begin-leave': script('', beginPrelude, beginLeave),
  'begin-restore': script('', beginPrelude, beginRestore),
  'begin-visit': script('', beginPrelude, beginVisit),
  'close-lock': script(EVEN_WITHOUT_MEMORY, closeLock),
  'count-attempt': script(EVEN_WITHOUT_MEMORY, countAttempt),
  'read-queue': script(READ_ONLY, readQueue),
  'read-caches': script(READ_ONLY, readCaches),
  'read-counts': script(READ_ONLY, readCounts),
  'read-locks': script(READ_ONLY, readLocks),
  'read-lock': script(READ_ONLY, readLock),
  'forget-vanished': script(EVEN_WITHOUT_MEMORY, forgetVanished),
  'correct-count': script('', correctCount),
  'check-active-booths': script('', checkActiveBooths),
  refill: script('', refill),
  'remove-stale': script(EVEN_WITHOUT_MEMORY, removeStale),
  'read-mark': script(READ_ONLY, readMark),
  'read-merged': script(READ_ONLY, readMerged),
  'forget-merged': script(EVEN_WITHOUT_MEMORY, forgetMerged),
  'begin-refill': script('', beginRefill),
  'set-mark': script('', setMark),
  'next-epoch': script('', nextEpoch),
  'read-fingerprints': script(READ_ONLY, readFingerprints),
  'snapshot-queue': script(READ_ONLY, snapshotQueue),
  'restore-booths': script('', restoreBooths),
  'watch-foreign-locks': script('', foreignPrelude, watchForeignLocks),
  'end-foreign-lock': script(EVEN_WITHOUT_MEMORY, foreignPrelude, endForeignLock),
  'read-set-aside': script(READ_ONLY, readSetAside),
  'end-set-aside': script(EVEN_WITHOUT_MEMORY, endSetAside),
  beat: script(EVEN_WITHOUT_MEMORY, beat),
  'take-lead': script(EVEN_WITHOUT_MEMORY, takeLead),
  'note-alerts': script(EVEN_WITHOUT_MEMORY, noteAlerts),
  'take-cleared-alerts': script(EVEN_WITHOUT_MEMORY, takeClearedAlerts),
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
