/**
 * One instance per user-data folder. The lock is the operating system's (on a SQLite file), so it dies with its holder, SIGKILL included.
 */
import { mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

let held: DatabaseSync | null = null;

/** Takes the lock, or tells its holder that somebody tried. `onSecond` gets the other's arguments. */
export function takeInstanceLock(userDataDir: string, onSecond: (argv: string[], cwd: string) => void): boolean {
  if (held !== null) return true;
  const calls = join(userDataDir, 'standin-calls');
  mkdirSync(calls, { recursive: true });
  const lock = new DatabaseSync(join(userDataDir, 'standin-lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    writeFileSync(join(calls, `${process.pid}.json`), JSON.stringify({ argv: process.argv, cwd: process.cwd() }), { flush: true });
    return false;
  }
  held = lock;
  watch(calls, { persistent: false }, (_event, name) => {
    if (name === null) return;
    const call = takeCall(join(calls, name));
    if (call !== null) onSecond(call.argv, call.cwd);
  });
  return true;
}

/** Reads a call once; null while it is still being written, or when it was read already. */
function takeCall(file: string): { argv: string[]; cwd: string } | null {
  try {
    const call = JSON.parse(readFileSync(file, 'utf8')) as { argv: string[]; cwd: string };
    rmSync(file);
    return call;
  } catch {
    return null;
  }
}
