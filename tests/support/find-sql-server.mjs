/** Where the SQL servers are that the tests start themselves, one per lane. Plain Node, no dependencies: setup asks, too. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';

/**
 * Where setup keeps servers that the system does not offer. Root starts servers as a user that cannot look into /root.
 * @returns {string}
 */
export function serverCache() {
  if (process.getuid?.() === 0) return '/var/cache/booth-kiosk-tests';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'booth-kiosk-tests');
}

/**
 * The server of a lane, or null where there is none. Throws when KIOSK_TEST_MYSQLD names something that is not MySQL.
 * @param {'mariadb' | 'mysql' | 'mariadb-next'} lane
 * @returns {import('./find-sql-server.d.mts').SqlProgram | null}
 */
export function findSqlServer(lane) {
  if (lane === 'mariadb') {
    const installed = findProgram('mariadbd');
    return installed === null ? null : { command: [installed], tree: null };
  }
  return (lane === 'mysql' ? installedMysql() : null) ?? unpackedServer(join(serverCache(), lane));
}

/** Debian's MariaDB calls itself mysqld as well: only its own words tell. */
function installedMysql() {
  const named = process.env.KIOSK_TEST_MYSQLD;
  const candidate = named || findProgram('mysqld');
  if (candidate !== null && isMysql(candidate)) return { command: [candidate], tree: null };
  if (named) throw new Error(`KIOSK_TEST_MYSQLD names ${named}, which does not say of itself that it is MySQL.`);
  return null;
}

function isMysql(program) {
  const { stdout } = spawnSync(program, ['--no-defaults', '--version'], { encoding: 'utf8' });
  return /\bVer \d/.test(stdout ?? '') && !stdout.includes('MariaDB');
}

/**
 * A server unpacked from Debian's packages, run by its own loader on its own libraries: the system's may be older.
 * @param {string} folder
 * @returns {import('./find-sql-server.d.mts').SqlProgram | null}
 */
export function unpackedServer(folder) {
  const tree = join(folder, 'usr');
  const program = ['mysqld', 'mariadbd'].map((name) => join(tree, 'sbin', name)).find((file) => existsSync(file));
  if (program === undefined) return null;
  for (const name of readdirSync(join(tree, 'lib'))) {
    const libraries = join(tree, 'lib', name);
    const loader = name.includes('-linux-') ? readdirSync(libraries).find((file) => file.startsWith('ld-linux')) : undefined;
    if (loader !== undefined) return { command: [join(libraries, loader), '--library-path', libraries, program], tree };
  }
  return null;
}
