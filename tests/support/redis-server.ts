/** A real Redis (or Valkey) of a test's own: free port, its own folder, gone with the test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieWithTests } from './die-with-tests.ts';
import { freeze, thaw } from './freeze.ts';
import { noteServer } from './note-server.ts';
import { eventually, freePort } from './ports.ts';
import { redisVersion } from './redis-version.ts';

export interface RedisServerOptions {
  /** More arguments, e.g. ['--requirepass', 'x']; they win over the defaults (no persistence). */
  readonly args?: readonly string[];
  readonly port?: number;
  /** The text of a sentinel's configuration: makes it one. It keeps what it learns, over restarts too. */
  readonly sentinel?: string;
  /** true: append-only file, so that restart() brings the data back. */
  readonly persistent?: boolean;
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it, keeping its folder for start(). */
  stop(): Promise<void>;
  /** The same by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** SIGSTOP, down to its last thread: connections stay open and nothing answers; SIGCONT ends it. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

const BOOT_DEADLINE_MS = 10_000;
/** `nobody` on Debian: a server of a test never runs as root. */
const UNPRIVILEGED_ID = 65_534;
const STARTS = 5;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server and waits until it answers. Throws when it does not come up within ten seconds. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-redis-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(folder, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  const identity = asRoot ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
  const persistence = options.persistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];

  const socketFile = join(folder, 's');
  const sentinelFile = join(folder, 'sentinel.conf');
  if (options.sentinel !== undefined) writeFileSync(sentinelFile, options.sentinel, { mode: 0o666 });
  if (asRoot && existsSync(sentinelFile)) chownSync(sentinelFile, UNPRIVILEGED_ID, UNPRIVILEGED_ID);

  async function launch(port: number): Promise<ChildProcess> {
    const asSentinel = options.sentinel === undefined ? [] : [sentinelFile, '--sentinel'];
    const args = [...asSentinel, '--port', `${port}`, '--bind', '127.0.0.1', '--unixsocket', socketFile, '--dir', folder, '--save', '', ...persistence, ...(options.args ?? [])];
    const child = spawn('redis-server', args, { ...identity, cwd: folder, stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    dieWithTests(child, folder);
    await eventually('Redis answers', async () => child.exitCode !== null || (await answers(socketFile)), BOOT_DEADLINE_MS);
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}`);
    return child;
  }

  async function launchAnywhere(): Promise<{ port: number; child: ChildProcess }> {
    for (let attempt = 1; ; attempt += 1) {
      const port = options.port ?? (await freePort());
      try {
        return { port, child: await launch(port) };
      } catch (error) {
        if (options.port !== undefined || attempt === STARTS) throw error;
      }
    }
  }

  const { port, child: first } = await launchAnywhere();
  let child = first;
  const known = await redisVersion(port);
  if (known !== null) noteServer(known.product, known.version);

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  }
  async function start(): Promise<void> {
    child = await launch(port);
  }

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get process() {
      return child;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start,
    async restart() {
      await end('SIGTERM');
      await start();
    },
    freeze: () => freeze(child.pid ?? 0),
    thaw: () => thaw(child.pid ?? 0),
    async close() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Whether something speaks Redis' protocol there; a demand for a password counts as an answer. Asked through a file, because at the
 * port another test's server may answer, which was faster: ours makes the file once the port is its own.
 */
function answers(socketFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketFile });
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('error', () => done(false));
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => done(/^(\+PONG|-NOAUTH|-DENIED)/.test(data.toString('latin1'))));
  });
}
