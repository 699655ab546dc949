/**
 * A real MariaDB or MySQL server of the test's own: booted in a fraction of a second from a folder initialised once per machine,
 * on a free port, with an administrator's password, gone when the test process is. KIOSK_TEST_LEDGER says which of them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { dieWithTests } from './die-with-tests.ts';
import { findSqlServer, type SqlLane, type SqlProgram } from './find-sql-server.mjs';
import { MARIADB } from './mariadb-product.ts';
import { MYSQL } from './mysql-product.ts';
import { freePort } from './ports.ts';
import { noteServer } from './note-server.ts';
import { giveToServer, serverUser } from './server-user.ts';
import { ROOT_PASSWORD, type SqlProduct } from './sql-product.ts';
import { sqlTemplate } from './sql-template.ts';

const BOOT_DEADLINE_MS = 20_000;
const BOOT_ATTEMPTS = 5;

export interface SqlServer {
  readonly port: number;
  readonly product: SqlProduct['name'];
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

/** Starts a server with an empty catalogue. Throws when the product the lane asks for is not here. */
export async function startSqlServer(extraOptions: readonly string[] = []): Promise<SqlServer> {
  const { product, program } = serverOfLane();
  const folder = mkdtempSync(join(tmpdir(), `kiosk-${product.name.toLowerCase()}-`));
  cpSync(sqlTemplate(product, program), join(folder, 'data'), { recursive: true });
  giveToServer(folder);
  const removeOnExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeOnExit);
  const start = (port: number): Promise<ChildProcess> => boot(product, program, folder, port, extraOptions);

  const { port, child: first } = await onFreePort(start);
  let child = first;
  const administrator = createAdministrator(port);
  const rootUrl = `mysql://root:${encodeURIComponent(ROOT_PASSWORD)}@127.0.0.1:${port}`;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    administrator.close();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  };
  noteServer(product.name, String((await administrator.sql(null, 'SELECT VERSION() AS version'))[0]?.['version']));
  return {
    port,
    product: product.name,
    rootUrl,
    pid: () => child.pid ?? 0,
    url: (database) => `${rootUrl}/${database}`,
    async createDatabase() {
      const name = `festival_${randomBytes(6).toString('hex')}`;
      await administrator.sql(null, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      return { url: `${rootUrl}/${name}`, name };
    },
    sql: administrator.sql,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      child = await start(port);
    },
    async dispose() {
      await end('SIGKILL');
      process.off('exit', removeOnExit);
      removeOnExit();
    },
  };
}

function serverOfLane(): { readonly product: SqlProduct; readonly program: SqlProgram } {
  const lane = process.env['KIOSK_TEST_LEDGER'] ?? 'mariadb';
  if (!isLane(lane)) throw new Error(`KIOSK_TEST_LEDGER is ${JSON.stringify(lane)}; it can be mariadb, mysql or mariadb-next.`);
  const program = findSqlServer(lane);
  if (program === null) throw new Error(`No server for the lane ${lane} was found: \`npm test\` tells how to get it.`);
  return { product: lane === 'mysql' ? MYSQL : MARIADB, program };
}

function isLane(name: string): name is SqlLane {
  return name === 'mariadb' || name === 'mysql' || name === 'mariadb-next';
}

async function onFreePort(start: (port: number) => Promise<ChildProcess>): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  let problem: unknown;
  for (let attempt = 0; attempt < BOOT_ATTEMPTS; attempt += 1) {
    const port = await freePort();
    try {
      return { port, child: await start(port) };
    } catch (error) {
      // Another test may have taken the port between the look and the start.
      problem = error;
    }
  }
  throw problem;
}

async function boot(product: SqlProduct, program: SqlProgram, folder: string, port: number, extra: readonly string[]): Promise<ChildProcess> {
  const [file = '', ...first] = program.command;
  const places = [`--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`, `--socket=${join(folder, 's')}`, `--pid-file=${join(folder, 'pid')}`];
  const child = spawn(file, [...first, ...product.options(program), ...places, '--bind-address=127.0.0.1', `--port=${port}`, ...extra], {
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
      reject(new Error(`${product.name} did not start in ${BOOT_DEADLINE_MS} ms: ${said.slice(-2000)}`));
    }, BOOT_DEADLINE_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(deadline);
      reject(new Error(`${product.name} ended with ${code}: ${said.slice(-2000)}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (!said.includes('ready for connections')) return;
      clearTimeout(deadline);
      resolve();
    });
  });
  return child;
}

/** The administrator's connections to one server: one for each database is kept, as new as on its first day, since opening one costs more than most statements. */
function createAdministrator(port: number) {
  const idle = new Map<string | null, Connection>();
  const open = async (database: string | null): Promise<Connection> => {
    const connection = await createConnection({
      host: '127.0.0.1', port, user: 'root', password: ROOT_PASSWORD, multipleStatements: true, dateStrings: true, supportBigNumbers: true,
      ...(database === null ? {} : { database }),
    });
    // The server is killed while nobody uses it: whoever does next opens another.
    connection.on('error', () => forget(database, connection));
    return connection;
  };
  const forget = (database: string | null, connection: Connection): void => {
    if (idle.get(database) === connection) idle.delete(database);
    connection.destroy();
  };
  return {
    async sql(database: string | null, text: string): Promise<RowDataPacket[]> {
      const connection = idle.get(database) ?? (await open(database));
      idle.delete(database);
      try {
        const [result] = await connection.query<RowDataPacket[] | RowDataPacket[][]>(`SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci; ${text}`);
        await connection.reset();
        if (idle.has(database)) connection.destroy();
        else idle.set(database, connection);
        // One result for each statement: of those that read none, a header.
        const last: unknown = (result as readonly unknown[]).at(-1);
        return Array.isArray(last) ? (last as RowDataPacket[]) : [];
      } catch (error) {
        connection.destroy();
        throw error;
      }
    },
    /** Before the server goes. */
    close(): void {
      for (const [database, connection] of idle) forget(database, connection);
    },
  };
}
