/** Servers of a test must not outlive it, not even when its process is killed and gets to clean up nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Ends the server once the pipe from the test's process breaks; the folder goes with it. */
const WATCH = 'cat >/dev/null; kill -9 "$0" 2>/dev/null; rm -rf "$1"';

/**
 * Kills `server` and removes its `folder` when this process dies of anything. Only where there is a POSIX shell.
 * The watcher ends with the server, so that it never meets a process that was given the same id later.
 */
export function dieWithTests(server: ChildProcess, folder: string): void {
  if (process.platform === 'win32' || server.pid === undefined) return;
  // A session of its own: a Ctrl-C that kills the tests must not kill the watcher first.
  const watcher = spawn('sh', ['-c', WATCH, String(server.pid), folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  // A pipe of a child process keeps this one alive unless told otherwise.
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  server.once('exit', () => watcher.kill('SIGKILL'));
}
