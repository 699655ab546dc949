/**
 * What goes wrong, one thing after another, some of it while the last is still going on: kiosks killed at any moment or at a
 * message of theirs, networks that break, stall or swallow replies, servers killed and started again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../ports.ts';
import type { Festival } from './crowd.ts';
import type { Draw } from '../draw.ts';
import type { Kiosk } from './stage.ts';

const WEIGHTS = { kill: 3, 'kill-at-message': 8, reset: 4, hold: 3, 'drop-replies': 4, refuse: 2, partition: 2, 'swallow-one': 4, 'lose-commit': 3, 'hold-one': 5, 'kill-redis': 1, 'empty-redis': 1, 'kill-sql': 1, 'kill-sql-at-commit': 1 } as const;
export type Fault = keyof typeof WEIGHTS;
const SERVERS_DIE: ReadonlySet<Fault> = new Set(['kill-redis', 'empty-redis', 'kill-sql', 'kill-sql-at-commit']);
const SERVER_BACK_MS = 30_000;

/** @param injected told of each fault as it begins */
export async function faults(festival: Festival, draw: Draw, injected: (fault: Fault) => void): Promise<void> {
  const running = new Set<Promise<void>>();
  while (festival.open()) {
    await pause(draw.whole(100, 1_000));
    const fault = draw.weighted(WEIGHTS);
    injected(fault);
    const work = inject(festival, draw, fault).finally(() => running.delete(work));
    running.add(work);
    if (SERVERS_DIE.has(fault)) await work;
  }
  await Promise.all(running);
}

async function inject(festival: Festival, draw: Draw, fault: Fault): Promise<void> {
  const kiosk = draw.pick(festival.stage.kiosks);
  const proxy = draw.chance(0.5) ? kiosk.toRedis : kiosk.toSql;
  switch (fault) {
    case 'kill':
      kiosk.process.kill();
      return restart(kiosk, draw.whole(0, 1_500));
    case 'kill-at-message':
      return killAtMessage(kiosk, draw.whole(1, 3), draw.chance(0.5) ? 'reset' : 'drop-replies', draw.whole(0, 1_000));
    case 'swallow-one':
      atMessage(proxy, draw.whole(1, 3), () => 'drop-replies');
      return;
    case 'lose-commit':
      atMessage(kiosk.toSql, 1, () => 'drop-replies', COMMIT);
      return;
    case 'hold-one':
      return holdOne(kiosk, draw.chance(0.6) ? kiosk.toSql : kiosk.toRedis, draw.whole(300, 2_000), draw.chance(0.3));
    case 'reset':
      return proxy.reset();
    case 'hold':
    case 'drop-replies':
    case 'refuse':
      proxy.setMode(fault);
      await pause(draw.whole(100, 1_500));
      return proxy.setMode('pass');
    case 'partition':
      return cutOff(kiosk, draw.chance(0.7) ? 'hold' : 'refuse', draw.whole(500, 8_000));
    case 'kill-sql-at-commit':
      await atCommit(kiosk);
      return restartServer(festival, 'kill-sql', draw.whole(100, 2_000));
    case 'kill-redis':
    case 'empty-redis':
    case 'kill-sql':
      return restartServer(festival, fault, draw.whole(100, 2_000));
  }
}

/** A living kiosk hears nothing of either store, for long enough that others may think it dead; what it had sent may arrive after all. */
async function cutOff({ toRedis, toSql }: Kiosk, how: 'hold' | 'refuse', forMs: number): Promise<void> {
  for (const proxy of [toRedis, toSql]) proxy.setMode(how);
  await pause(forMs);
  for (const proxy of [toRedis, toSql]) proxy.setMode('pass');
}

type Verdict = 'reset' | 'drop-replies' | undefined;

/** An operation's id is in its begin, commit, finish and journal line, and in nothing that only reads. */
const OPERATION_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** The end of a transaction, which names nothing. */
const COMMIT = /COMMIT$/;
const MID_COMMIT = new RegExp(`${COMMIT.source}|(?:INSERT INTO|UPDATE) waiting`);

/** Does it to this message from now on, of those that carry an operation, or look like that. */
function atMessage(proxy: Kiosk['toRedis'], number: number, verdict: () => Verdict | void, looks = OPERATION_ID): void {
  let left = number;
  proxy.onClientData = (chunk) => {
    if (!looks.test(chunk.toString('latin1')) || --left > 0) return undefined;
    proxy.onClientData = null;
    return verdict() ?? undefined;
  };
}

/** A kiosk's COMMIT, or a statement that is its own, is on its way to the database just now; or none was for a while. */
async function atCommit(kiosk: Kiosk): Promise<void> {
  const struck = new Promise<void>((resolve) => atMessage(kiosk.toSql, 1, () => resolve(), MID_COMMIT));
  await Promise.race([struck, pause(3_000)]);
  kiosk.toSql.onClientData = null;
}

/** One message of an operation, and what follows it, arrives late; its sender may be dead by then, or somebody has settled the operation. */
async function holdOne(kiosk: Kiosk, proxy: Kiosk['toRedis'], heldMs: number, isDeadly: boolean): Promise<void> {
  const struck = new Promise<void>((resolve) => {
    atMessage(proxy, 1, () => {
      proxy.setMode('hold');
      resolve();
      return undefined;
    });
  });
  await Promise.race([struck, pause(3_000)]);
  if (isDeadly && proxy.mode === 'hold') kiosk.process.kill();
  await pause(heldMs);
  proxy.onClientData = null;
  proxy.setMode('pass');
  await kiosk.process.start();
}

/** The process dies with this message of its own: before it arrives, or right after it did. */
async function killAtMessage(kiosk: Kiosk, number: number, verdict: Verdict, restartAfterMs: number): Promise<void> {
  const struck = new Promise<void>((resolve) => {
    for (const proxy of [kiosk.toRedis, kiosk.toSql]) {
      atMessage(proxy, number, () => {
        kiosk.process.kill();
        resolve();
        return verdict;
      });
    }
  });
  await Promise.race([struck, pause(3_000)]);
  kiosk.toRedis.onClientData = null;
  kiosk.toSql.onClientData = null;
  await restart(kiosk, restartAfterMs);
}

async function restart(kiosk: Kiosk, afterMs: number): Promise<void> {
  await pause(afterMs);
  await kiosk.process.start();
}

/** The backend's commands are held back until the server is there again, so that its record of what ran stays exact. */
async function restartServer({ stage, backend }: Festival, which: 'kill-redis' | 'empty-redis' | 'kill-sql', downMs: number): Promise<void> {
  await backend.process.hold();
  const server = which === 'kill-sql' ? { kill: stage.server.kill, start: stage.server.restart } : { kill: stage.redis.kill, start: stage.redis.start };
  await server.kill();
  if (which === 'empty-redis') stage.loseRedisData();
  await pause(downMs);
  await server.start();
  if (which !== 'kill-sql') await eventually('the backend is connected again', () => backend.isConnected(), SERVER_BACK_MS);
  // An act that met the outage fails as the real one would: half of the time it does not survive it.
  if (downMs % 2 === 0) backend.process.crash();
  backend.process.release();
}
