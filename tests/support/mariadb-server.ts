/**
 * A real MariaDB server of the test's own: booted in a fraction of a second from a folder initialised once per machine,
 * on a free port, with an administrator's password, gone when the test process is.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, existsSync, lchownSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { dieWithTests } from './die-with-tests.ts';
import { findProgram } from './find-program.mjs';
import { freePort } from './ports.ts';

const ROOT_PASSWORD = 'p@ss:w/rd';
const BOOT_DEADLINE_MS = 20_000;
const BOOT_ATTEMPTS = 5;
/** Data, undo and log files must be laid out alike when the folder is initialised and when it is served. */
const SERVER_OPTIONS = [
  '--no-defaults',
  '--skip-name-resolve',
  '--performance-schema=0',
  '--innodb-buffer-pool-size=16M',
  '--innodb-log-file-size=8M',
  '--innodb-data-file-path=ibdata1:4M:autoextend',
  '--innodb-undo-tablespaces=0',
];

export interface MariadbServer {
  readonly port: number;
  /** Of the administrator, without a database. */
  readonly rootUrl: string;
  /** The process id of the server as it runs now, for signals. */
  pid(): number;
  url(database: string): string;
  createDatabase(): Promise<{ readonly url: string; readonly name: string }>;
  /** Runs one or several statements as administrator; answers the rows of the last. */
  sql(database: string | null, text: string): Promise<RowDataPacket[]>;
  /** Orderly shutdown; the data stays for restart(). */
  stop(): Promise<void>;
  /** SIGKILL; the data stays for restart(). */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Stops and removes everything. */
  dispose(): Promise<void>;
}

/** Starts a server with an empty catalogue. Throws when no MariaDB is installed. */
export async function startMariadb(extraOptions: readonly string[] = []): Promise<MariadbServer> {
  const binary = findProgram('mariadbd');
  if (binary === null) throw new Error('No mariadbd found: install the package mariadb-server-core.');
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-mariadb-'));
  const dataFolder = join(folder, 'data');
  cpSync(template(binary), dataFolder, { recursive: true });
  give(folder);
  const removeOnExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeOnExit);

  let running = await bootOnFreePort(binary, folder, extraOptions);
  const { port } = running;
  const rootUrl = `mysql://root:${encodeURIComponent(ROOT_PASSWORD)}@127.0.0.1:${port}`;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  };
  return {
    port,
    rootUrl,
    pid: () => running.child.pid ?? 0,
    url: (database) => `${rootUrl}/${database}`,
    async createDatabase() {
      const name = `festival_${randomBytes(6).toString('hex')}`;
      await runSql(port, null, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      return { url: `${rootUrl}/${name}`, name };
    },
    sql: (database, text) => runSql(port, database, text),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      running = await boot(binary, folder, port, extraOptions);
    },
    async dispose() {
      await end('SIGKILL');
      process.off('exit', removeOnExit);
      removeOnExit();
    },
  };
}

async function bootOnFreePort(binary: string, folder: string, extra: readonly string[]): Promise<Running> {
  let problem: unknown;
  for (let attempt = 0; attempt < BOOT_ATTEMPTS; attempt += 1) {
    try {
      return await boot(binary, folder, await freePort(), extra);
    } catch (error) {
      // Another test may have taken the port between the look and the start.
      problem = error;
    }
  }
  throw problem;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

async function boot(binary: string, folder: string, port: number, extra: readonly string[]): Promise<Running> {
  const options = [...SERVER_OPTIONS, `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`, `--socket=${join(folder, 's')}`];
  const child = spawn(binary, [...options, `--pid-file=${join(folder, 'pid')}`, '--bind-address=127.0.0.1', `--port=${port}`, ...extra], {
    ...serverUser(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  dieWithTests(child, folder);
  const killOnExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killOnExit);
  child.once('exit', () => process.off('exit', killOnExit));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`MariaDB did not start in ${BOOT_DEADLINE_MS} ms: ${said.slice(-2000)}`));
    }, BOOT_DEADLINE_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(deadline);
      reject(new Error(`MariaDB ended with ${code}: ${said.slice(-2000)}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (!said.includes('ready for connections')) return;
      clearTimeout(deadline);
      resolve();
    });
  });
  return { child, port };
}

async function runSql(port: number, database: string | null, text: string): Promise<RowDataPacket[]> {
  const connection: Connection = await createConnection({
    host: '127.0.0.1', port, user: 'root', password: ROOT_PASSWORD, multipleStatements: true, dateStrings: true, supportBigNumbers: true,
    ...(database === null ? {} : { database }),
  });
  try {
    const [result] = await connection.query<RowDataPacket[] | RowDataPacket[][]>(text);
    const last: unknown = Array.isArray(result) && Array.isArray(result.at(-1)) ? result.at(-1) : result;
    return Array.isArray(last) ? (last as RowDataPacket[]) : [];
  } finally {
    connection.destroy();
  }
}

/** The initialised folder all servers are copied from. Made aside and renamed, so that parallel test files never see half of it. */
function template(binary: string): string {
  const version = spawnSync(binary, ['--no-defaults', '--version'], { encoding: 'utf8' }).stdout;
  const key = (/Ver (\S+)/.exec(version)?.[1] ?? 'unknown').replaceAll(/[^\w.-]/g, '_');
  const path = join(tmpdir(), `kiosk-mariadb-template-${process.getuid?.() ?? 0}-${key}-1`);
  if (existsSync(path) && statSync(path).uid === (serverUser().uid ?? process.getuid?.())) return path;
  const making = mkdtempSync(`${path}-making-`);
  give(making);
  bootstrap(binary, making);
  give(making);
  try {
    renameSync(making, path);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
}

function bootstrap(binary: string, dataFolder: string): void {
  const scripts = ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mysql', '/opt/homebrew/share/mysql']
    .find((folder) => existsSync(join(folder, 'mysql_system_tables.sql')) || existsSync(join(folder, 'mariadb_system_tables.sql')));
  if (scripts === undefined) throw new Error('The system tables of MariaDB (mysql_system_tables.sql) were not found.');
  const script = (name: string): string => {
    const path = ['mysql', 'mariadb'].map((product) => join(scripts, `${product}_${name}.sql`)).find((candidate) => existsSync(candidate));
    return path === undefined ? '' : readFileSync(path, 'utf8');
  };
  const priv = `JSON_OBJECT('access', 18446744073709551615, 'plugin', 'mysql_native_password', 'authentication_string', PASSWORD('${ROOT_PASSWORD}'))`;
  const input = [
    'CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket=NULL;',
    script('system_tables'), script('performance_tables'), script('system_tables_data'),
    `REPLACE INTO global_priv VALUES ('127.0.0.1', 'root', ${priv}), ('localhost', 'root', ${priv});`, '',
  ].join('\n');
  const done = spawnSync(binary, [...SERVER_OPTIONS, '--bootstrap', `--datadir=${dataFolder}`], { ...serverUser(), input, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`MariaDB could not be initialised: ${done.stderr.slice(-2000)}`);
}

/** The server refuses to run as root; then it runs as a user that owns nothing else. */
function serverUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

function give(folder: string): void {
  const { uid, gid } = serverUser();
  if (uid === undefined || gid === undefined) return;
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) lchownSync(join(folder, entry), uid, gid);
}
