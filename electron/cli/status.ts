/**
 * `ops status`: both stores, the open locks, every booth. A store that does not answer is part of the answer.
 */
import type { AppError } from '../../shared/errors.ts';
import { OVERDUE_MS } from '../../shared/limits.ts';
import type { Core } from '../core/core.ts';
import { type StoreDescription, StoreFailure } from '../core/ports.ts';
import type { Answer } from './answer.ts';

const LOCKS_SHOWN = 500;

/** Never throws for a store that is away; `error` then holds the first problem. */
export async function status(core: Core): Promise<Answer> {
  const queue = await examine('queue', () => core.queue.describe());
  const ledger = await examine('ledger', () => core.ledger.prepare());
  const error = queue.problem ?? ledger.problem;
  return {
    stores: [queue, ledger],
    locks: queue.problem === null ? await locks(core) : [],
    lastPass: ledger.problem === null ? await core.ledger.lastPass() : null,
    booths: ledger.problem === null ? await booths(core, queue.problem === null) : [],
    ...(error === null ? {} : { error }),
  };
}

async function examine(role: 'queue' | 'ledger', describe: () => Promise<StoreDescription>) {
  const startedMs = performance.now();
  try {
    const { server, warnings } = await describe();
    return { role, state: 'up' as const, server, latencyMs: Math.round(performance.now() - startedMs), warnings, problem: null };
  } catch (failure) {
    if (!(failure instanceof StoreFailure)) throw failure;
    const problem: AppError = { code: failure.code, message: failure.message };
    return { role, state: 'down' as const, server: '', latencyMs: null, warnings: [], problem };
  }
}

async function locks(core: Core): Promise<readonly Answer[]> {
  const { locks: open, nowMs } = await core.queue.readLocks(LOCKS_SHOWN);
  return open.map((lock) => ({ ...lock, ageMs: nowMs - lock.createdAtMs, overdue: nowMs - lock.createdAtMs >= OVERDUE_MS }));
}

async function booths(core: Core, withQueue: boolean): Promise<readonly Answer[]> {
  const rows = await core.ledger.listBooths();
  const inside = new Map((await core.ledger.countInside()).map((row) => [row.boothId, row.inside]));
  return Promise.all(
    rows.map(async ({ boothId, name, status: open, capacity }) => {
      const queue = withQueue ? await core.queue.readQueue(boothId, 0) : null;
      return { id: boothId, name, status: open, capacity, inside: inside.get(boothId) ?? 0, waiting: queue?.total ?? null, current: queue?.current ?? null, openLocks: queue?.openLocks ?? null, setAside: queue?.setAside ?? null };
    }),
  );
}
