/** A server that stands still: its connections stay open, and nothing answers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './ports.ts';

/** SIGSTOP, down to its last thread, where the system tells: a thread that has not heard of it yet would answer once more. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await eventually('it stands still', () => standsStill(pid));
}

export function thaw(pid: number): void {
  process.kill(pid, 'SIGCONT');
}

function standsStill(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return true;
  return readdirSync(threads).every((thread) => /\) T /.test(readFileSync(join(threads, thread, 'stat'), 'utf8')));
}
