/** The vitest projects: everything on MariaDB, and again, on every other SQL server that is here, what may differ there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AT_LENGTH } from './at-length.ts';
import { ROOT } from './find-program.mjs';
import { findSqlServer, type SqlLane } from './find-sql-server.mjs';
import { FETCHED, whyMissing } from './setup/sql-servers.mjs';
import type { LaneReport } from './suite-reporter.ts';

const SQL_SERVER = join(ROOT, 'tests', 'support', 'sql-server.ts');
const EVERYTHING = ['tests/**/*.test.ts', 'tests/**/*.test.tsx'];

/** Throws when MySQL must be here and is not. */
export function lanes(): { readonly projects: ReturnType<typeof lane>[]; readonly report: LaneReport } {
  const onServers = filesOnSqlServers();
  const projects = [lane('mariadb', EVERYTHING)];
  const missing: string[] = [];
  const add = (name: keyof typeof FETCHED, files: string[]): void => {
    if (findSqlServer(name) === null) missing.push(FETCHED[name].product);
    else projects.push(lane(name, files));
  };
  add('mysql', onServers);
  // One more release of a product that is tested anyway: for the campaign, which has the time.
  if (AT_LENGTH) add('mariadb-next', onServers.filter((file) => FROM_RELEASE_TO_RELEASE.test(file)));
  const mysqlRequired = process.env['KIOSK_TEST_REQUIRE_MYSQL'] === '1';
  const missed = missing.length === 0 ? null : `${missing.join(', ')}: not tested here (${whyMissing()})`;
  if (mysqlRequired && findSqlServer('mysql') === null) throw new Error(`${missed}, and KIOSK_TEST_REQUIRE_MYSQL says that MySQL must be.`);
  return { projects, report: { missed, mysqlRequired } };
}

function lane(name: SqlLane, include: string[]) {
  return { extends: true as const, test: { name, include, env: { KIOSK_TEST_LEDGER: name } } };
}

/** Where one server does: these ask how screens, commands, the monitor, Redis or receivers behave; what differs from one SQL server to another is in the others. */
const ON_ONE_SERVER = ['e2e/', 'kiosk/', 'cli/', 'faults/announcements', 'faults/fail-over', 'faults/lost-queue'];

/** What `npm test` asks of each: the rules of the ledger, calls that race, and what the embedded ledger answers. Campaigns ask each for all that starts such a server. */
const ASKED_OF_EACH = ['contract', 'races'].map((part) => `tests/stores/mysql-${part}.test.ts`).concat('tests/stores/ledgers-agree.test.ts');

/** Two releases of one product: rows, locks and rights may differ, connections do not. */
const FROM_RELEASE_TO_RELEASE = /mysql-(contract|migrations|races|rights|statements|transactions|undo-races)\.test\.ts$/;

/** Found by what they import, so that no new file is forgotten. */
function filesOnSqlServers(): string[] {
  const elsewhere = ON_ONE_SERVER.map((start) => join(ROOT, 'tests', start));
  const files = readdirSync(join(ROOT, 'tests'), { recursive: true, encoding: 'utf8' }).map((file) => join(ROOT, 'tests', file));
  const found = files
    .filter((file) => file.endsWith('.test.ts') && !elsewhere.some((start) => file.startsWith(start)) && startsSqlServer(file, new Set()))
    .map((file) => relative(ROOT, file).replaceAll('\\', '/'));
  const unknown = ASKED_OF_EACH.filter((file) => !found.includes(file));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: to be run on each SQL server, and not among the tests that start one.`);
  return AT_LENGTH ? found : ASKED_OF_EACH;
}

function startsSqlServer(file: string, seen: Set<string>): boolean {
  if (file === SQL_SERVER) return true;
  if (seen.has(file)) return false;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^import (?!type\b)[^;]*?from '(\.[^']*\.ts)'/gm);
  return [...imports].some(([, path = '']) => startsSqlServer(join(file, '..', path), seen));
}
