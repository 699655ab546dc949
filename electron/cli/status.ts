/**
 * `ops status`: both stores, the open locks, every booth. A store that does not answer is part of the answer.
 */
import type { AppError } from '../../shared/errors.ts';
import { OVERDUE_MS } from '../../shared/limits.ts';
import { settlements } from '../core/alerts.ts';
import { phaseOf } from '../core/booth-phase.ts';
import type { Core } from '../core/core.ts';
import { type StoreDescription, StoreFailure } from '../core/ports.ts';
import type { Answer } from './answer.ts';

const LOCKS_SHOWN = 500;

/** Never throws for a store that is away, or cannot serve one booth; `error` then holds the first problem. */
export async function status(core: Core): Promise<Answer> {
  const queue = await examine('queue', () => core.queue.describe());
  const ledger = await examine('ledger', () => core.ledger.prepare());
  const open = queue.problem === null ? await attempt(() => locks(core)) : NOTHING;
  const all = ledger.problem === null ? await booths(core, queue.problem === null) : [];
  const error = queue.problem ?? ledger.problem ?? open.problem ?? all.find((booth) => booth.problem !== undefined)?.problem ?? null;
  return {
    stores: [queue, ledger],
    locks: open.value ?? [],
    ...(ledger.problem === null ? await festival(core) : {}),
    booths: all,
    ...(error === null ? {} : { error }),
  };
}

const PASSES_SHOWN = 10;
const INCIDENTS_SHOWN = 5;

/** Of all kiosks. */
async function festival(core: Core): Promise<Answer> {
  const { value: mirror } = await attempt(() => core.ledger.readMirror());
  const { value: passes } = await attempt(() => core.ledger.readPasses(PASSES_SHOWN));
  const { value: incidents } = await attempt(() => core.ledger.readIncidents(INCIDENTS_SHOWN));
  return {
    mirror: mirror === null ? null : { epoch: mirror.epoch, ageMs: mirror.atMs === null ? null : mirror.nowMs - mirror.atMs },
    lastPass: passes?.[0] ?? null,
    ...settlements(passes ?? []),
    passes: passes ?? [],
    incidents: incidents ?? [],
  };
}

interface Attempt<T> {
  readonly value: T | null;
  readonly problem: AppError | null;
}
const NOTHING: Attempt<never> = { value: null, problem: null };

async function attempt<T>(ask: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await ask(), problem: null };
  } catch (failure) {
    if (!(failure instanceof StoreFailure)) throw failure;
    return { value: null, problem: { code: failure.code, message: failure.message } };
  }
}

async function examine(role: 'queue' | 'ledger', describe: () => Promise<StoreDescription>) {
  const startedMs = performance.now();
  const { value, problem } = await attempt(describe);
  if (value === null) return { role, state: 'down' as const, server: '', latencyMs: null, warnings: [], problem };
  return { role, state: 'up' as const, server: value.server, latencyMs: Math.round(performance.now() - startedMs), warnings: value.warnings, problem: null };
}

/** Those that cannot be read are among them, with what is wrong. */
async function locks(core: Core): Promise<readonly Answer[]> {
  const { locks: open, unreadable, nowMs } = await core.queue.readLocks(LOCKS_SHOWN);
  const readable = open.map((lock) => ({ ...lock, ageMs: nowMs - lock.createdAtMs, overdue: nowMs - lock.createdAtMs >= OVERDUE_MS }));
  return [...readable, ...unreadable.map((lock) => ({ ...lock }))];
}

async function booths(core: Core, withQueue: boolean) {
  const rows = await core.ledger.listBooths();
  const inside = new Map((await core.ledger.countInside()).map((row) => [row.boothId, row.inside]));
  return Promise.all(
    rows.map(async (row) => {
      const { boothId, name, status: open, capacity } = row;
      const { phase, reason } = phaseOf(row);
      // One booth whose queue cannot be read does not hide the others.
      const { value: queue, problem } = withQueue ? await attempt(() => core.queue.readQueue(boothId, 0)) : NOTHING;
      const counts = { waiting: queue?.total ?? null, current: queue?.current ?? null, openLocks: queue?.openLocks ?? null, setAside: queue?.setAside ?? null };
      return { id: boothId, name, status: open, phase, ...(reason === null ? {} : { reason }), capacity, inside: inside.get(boothId) ?? 0, ...counts, ...(problem === null ? {} : { problem }) };
    }),
  );
}
