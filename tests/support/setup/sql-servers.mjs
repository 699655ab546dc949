/**
 * SQL servers that this system does not offer, beside the one that must be there: other products and versions from Debian's packages,
 * unpacked into a cache of the tests. Nothing is installed, and a server that cannot be had never stops the tests: they say so at
 * their end.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSqlServer, serverCache } from '../find-sql-server.mjs';
import { unpackFromDebian } from './debian-server.mjs';

/** By lane. Debian's stable releases have no MySQL. */
export const FETCHED = {
  mysql: { product: 'MySQL', suite: 'unstable', package: 'mysql-server-core' },
  'mariadb-next': { product: 'MariaDB 11.8', suite: 'trixie', package: 'mariadb-server-core' },
};

const REASON = join(serverCache(), 'why-missing.txt');

/** Fetches what is not there, and tells on stderr what it does. Never throws for a server that cannot be had. */
export function ensureSqlServers() {
  try {
    rmSync(REASON, { force: true });
    for (const [lane, { product, ...source }] of Object.entries(FETCHED)) {
      if (findSqlServer(lane) !== null) continue;
      process.stderr.write(`Fetching ${product} for the tests (up to 60 MB, once, into ${serverCache()}) …\n`);
      unpackFromDebian(source, join(serverCache(), lane));
    }
  } catch (error) {
    // What stopped one would stop the next, after another wait.
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The tests go on without it: ${reason}\n`);
    remember(reason);
  }
}

function remember(reason) {
  try {
    mkdirSync(serverCache(), { recursive: true });
    writeFileSync(REASON, reason);
  } catch {
    // Then the tests say that it was not fetched, without the reason.
  }
}

/** Why servers are missing. */
export function whyMissing() {
  try {
    return readFileSync(REASON, 'utf8');
  } catch {
    return '`npm test` fetches it';
  }
}
