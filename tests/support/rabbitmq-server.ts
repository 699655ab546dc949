/** A real RabbitMQ of a test's own: free ports, its own folder, its own list of Erlang nodes, gone with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieWithTests } from './die-with-tests.ts';
import { findProgram, findRabbitmq } from './find-program.mjs';
import { freeze, thaw } from './freeze.ts';
import { noteServer } from './note-server.ts';
import { eventually, freePort } from './ports.ts';
import { giveToServer, serverUser } from './server-user.ts';

interface RabbitmqAccount {
  readonly name: string;
  readonly password: string;
  /** Regular expressions over what it may make, write into and read from; all by default. */
  readonly configure?: string;
  readonly write?: string;
  readonly read?: string;
}

export interface RabbitmqServer {
  readonly port: number;
  /** Of the first account. */
  readonly url: string;
  urlOf(account: RabbitmqAccount): string;
  /** Ends it in good order, keeping its folder for start(). */
  stop(): Promise<void>;
  /** The same by SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  /** SIGSTOP, down to its last thread: connections stay open and nothing answers; SIGCONT ends it. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

const BOOT_DEADLINE_MS = 90_000;
const STARTS = 3;
/** The virtual host of all tests; its name wants percent-encoding. */
const VHOST = 'festival/test';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a broker that knows these accounts and waits until it answers. */
export async function startRabbitmq(accounts: readonly [RabbitmqAccount, ...RabbitmqAccount[]]): Promise<RabbitmqServer> {
  const program = findRabbitmq();
  const epmd = findProgram('epmd');
  if (program === null || epmd === null) throw new Error('RabbitMQ is not installed: `npm test` installs it on Debian.');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(program, epmd, accounts);
    } catch (error) {
      if (attempt === STARTS) throw error;
    }
  }
}

async function startOnce(program: string, epmd: string, accounts: readonly [RabbitmqAccount, ...RabbitmqAccount[]]): Promise<RabbitmqServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-rabbitmq-'));
  const [port, distPort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  writeConfiguration(folder, port, accounts);
  giveToServer(folder);
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    LANG: 'C.UTF-8',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: 'kiosk@localhost',
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'no-such-file'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false +S 1:1 +sbwt none',
    // Makes the script become the server instead of starting one: signals reach it then.
    RABBITMQ_ALLOW_INPUT: '1',
  };

  async function launch(command: string, args: readonly string[]): Promise<ChildProcess> {
    const child = spawn(command, args, { ...serverUser(), env: environment, cwd: folder, stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    dieWithTests(child, folder);
    return child;
  }

  async function boot(): Promise<ChildProcess> {
    const child = await launch(program, ['-noinput']);
    try {
      const version = await eventually('RabbitMQ answers', async () => (hasEnded(child) ? 'none' : await greeting(port)), BOOT_DEADLINE_MS);
      if (hasEnded(child)) throw new Error(`rabbitmq-server ended with code ${child.exitCode}: ${lastLog(folder)}`);
      noteServer('RabbitMQ', version);
      return child;
    } catch (error) {
      await end(child, 'SIGKILL');
      throw error;
    }
  }

  // In the foreground, so that it is ours to end: the one Erlang starts by itself would stay.
  const names = await launch(epmd, ['-port', String(epmdPort), '-address', '127.0.0.1']);
  let child: ChildProcess;
  try {
    await eventually('epmd listens', async () => hasEnded(names) || (await listens(epmdPort)));
    child = await boot();
  } catch (error) {
    await end(names, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const urlOf = ({ name, password }: RabbitmqAccount) => `amqp://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(VHOST)}`;
  return {
    port,
    url: urlOf(accounts[0]),
    urlOf,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
    async start() {
      child = await boot();
    },
    freeze: () => freeze(child.pid ?? 0),
    thaw: () => thaw(child.pid ?? 0),
    async close() {
      await end(child, 'SIGKILL');
      await end(names, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGCONT');
  child.kill(signal);
  await gone;
}

function writeConfiguration(folder: string, port: number, accounts: readonly RabbitmqAccount[]): void {
  const put = (name: string, text: string) => (writeFileSync(join(folder, name), text), join(folder, name));
  const definitions = put('definitions.json', JSON.stringify({
    vhosts: [{ name: VHOST }],
    users: accounts.map(({ name, password }) => ({ name, password_hash: hashed(password), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: '' })),
    permissions: accounts.map(({ name, configure = '.*', write = '.*', read = '.*' }) => ({ user: name, vhost: VHOST, configure, write, read })),
  }));
  put('plugins', '[].');
  put('rabbitmq.conf', [`listeners.tcp.1 = 127.0.0.1:${port}`, `load_definitions = ${definitions}`, 'disk_free_limit.absolute = 1MB', 'num_acceptors.tcp = 2', 'log.file.level = warning', ''].join('\n'));
}

function hashed(password: string): string {
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(Buffer.concat([salt, Buffer.from(password)])).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}

/** The version the broker names in its greeting; '' while there is none. */
function greeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let said = '';
    const done = () => {
      socket.destroy();
      resolve(/version\S{1,5}?(\d+\.\d+\.\d+)/s.exec(said)?.[1] ?? '');
    };
    socket.once('error', done);
    socket.once('close', done);
    socket.setTimeout(1_000, done);
    socket.once('connect', () => socket.write(Buffer.from('AMQP\0\0\t\x01')));
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (said.includes('en_US')) done();
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

function lastLog(folder: string): string {
  const file = join(folder, 'log', 'kiosk@localhost.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ') : 'it logged nothing';
}
