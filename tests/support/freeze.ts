/** A server that stands still: its connections stay open, and nothing answers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './ports.ts';

const STILL_WITHIN_MS = 30_000;

/** SIGSTOP, down to its last thread, where the system tells: a thread that has not heard of it yet would answer once more. */
export async function freeze(pid: number): Promise<void> {
  // 0 would be this very process and its group.
  if (pid <= 0) throw new Error('there is no process to stop');
  process.kill(pid, 'SIGSTOP');
  try {
    await eventually('it stands still', () => standsStill(pid), STILL_WITHIN_MS);
  } catch (error) {
    thaw(pid);
    throw error;
  }
}

/** Also of one that runs, or is gone. */
export function thaw(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGCONT');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function standsStill(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return true;
  return readdirSync(threads).every((thread) => /\) T /.test(readFileSync(join(threads, thread, 'stat'), 'utf8')));
}
