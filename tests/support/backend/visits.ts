/**
 * What the backend does to a visit: load the row, think, save it whole by its id, and change the count in a command of its own.
 * The status is looked at in the object that was loaded, never in the statement that saves. The scheduled no-show job goes by the
 * backend's own clock and saves the rows as it found them when it started.
 */
import type { BackendProcess } from './backend-process.ts';
import type { Stores } from './queueing.ts';
import { insertWaiting, loadWaiting, saveWaiting, type WaitingEntity, wallClock } from './waiting-entity.ts';

const STEPS = {
  enter: { from: 'CALLED', change: (now: string): Partial<WaitingEntity> => ({ status: 'ENTERED', entered_at: now }), count: 1 },
  complete: { from: 'ENTERED', change: (now: string): Partial<WaitingEntity> => ({ status: 'COMPLETED', completion_type: 'ENTERED', completed_at: now }), count: -1 },
} as const;

/** true when it was done from the backend's point of view. */
export function changeVisit(process: BackendProcess, { redis, pool }: Stores, verb: 'enter' | 'complete', boothId: number, waitingId: number): Promise<true | null> {
  const { from, change, count } = STEPS[verb];
  return process.run(verb, boothId, async (act) => {
    act.waitingId = waitingId;
    const [row] = await process.command(act, 'load', () => loadWaiting(pool, 'id = ?', [waitingId]));
    if (row === undefined || row.status !== from) return null;
    act.userId = row.user_id;
    await process.command(act, 'save', () => saveWaiting(pool, { ...row, ...change(wallClock(Date.now())) }));
    await process.command(act, 'count', () => redis.incrby(`booth:${boothId}:current`, count));
    return true;
  });
}

/** A visit of an earlier day that nobody has ended: its row, and the place it takes in the count. */
export function leaveBehind(process: BackendProcess, { redis, pool }: Stores, boothId: number, userId: number, as: 'CALLED' | 'ENTERED', agoS: number): Promise<true | null> {
  return process.run<true>('leave-behind', boothId, async (act) => {
    act.userId = userId;
    const then = wallClock(Date.now() - agoS * 1_000);
    const row: Omit<WaitingEntity, 'id'> = {
      user_id: userId, booth_id: boothId, called_position: 1, status: 'CALLED', completion_type: null, registered_at: then, called_at: then, entered_at: null, completed_at: null,
      notification_sent: Buffer.from([0]), notification_retry_count: 0, created_at: then, updated_at: then,
    };
    const id = await process.command(act, 'insert', async () => (act.waitingId = await insertWaiting(pool, row)));
    if (as === 'CALLED') return true;
    await process.command(act, 'save', () => saveWaiting(pool, { ...row, id, status: as, entered_at: then }));
    await process.command(act, 'count', () => redis.incrby(`booth:${boothId}:current`, 1));
    return true;
  });
}

/** Gives up on everybody called longer than `afterMs` ago. Returns how many. */
export async function giveUpOnNoShows(process: BackendProcess, { pool }: Stores, boothId: number, afterMs: number): Promise<number> {
  const givenUp = await process.run('no-show', boothId, async (act) => {
    const before = wallClock(Date.now() - afterMs);
    const rows = await process.command(act, 'load', () => loadWaiting(pool, "booth_id = ? AND status = 'CALLED' AND called_at < ?", [boothId, before]));
    for (const row of rows) {
      act.waitingId = row.id;
      const saved: WaitingEntity = { ...row, status: 'COMPLETED', completion_type: 'NO_SHOW', completed_at: wallClock(Date.now()) };
      await process.command(act, 'save', () => saveWaiting(pool, saved));
    }
    return rows.length;
  });
  return givenUp ?? 0;
}
