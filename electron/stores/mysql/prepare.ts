/** Finds out whether a kiosk may serve on this database, before it writes a thing. Changes no table. Safe to repeat and to race. */
import { StoreFailure, type StoreDescription } from '../../core/ports.ts';
import { createMissingAnchors } from './anchor.ts';
import { NEEDED_VERSION, schemaVersion } from './migrate.ts';
import type { Query } from './query.ts';
import { checkRights } from './rights-check.ts';
import { toNumber, toText } from '../row-values.ts';
import { checkWholeSchema, unfit } from './schema-check.ts';
import { checkOffset, checkZone } from './zone-check.ts';

const OLDEST = { MariaDB: 10.06, MySQL: 8 } as const;

/** Throws StoreFailure LEDGER_UNFIT for a schema that is not migrated, is not the festival's, is written in another zone, or is closed to this account. */
export async function prepareDatabase(query: Query, timeZone: string): Promise<StoreDescription> {
  const { server, warnings } = await describeServer(query);
  const version = await schemaVersion(query);
  if (version < NEEDED_VERSION) {
    throw unfit(`the database is at version ${version} and this kiosk needs version ${NEEDED_VERSION}: an administrator runs "ops migrate", or connects once from the set-up screen`);
  }
  const doubts = await checkServes(query, timeZone);
  await createMissingAnchors(query);
  return { server, warnings: [...warnings, ...doubts] };
}

/** Of a database at this version: throws StoreFailure LEDGER_UNFIT as prepareDatabase does; answers codes of what is doubtful. */
export async function checkServes(query: Query, timeZone: string): Promise<readonly string[]> {
  await checkWholeSchema(query);
  await checkRights(query);
  await checkOffset(query, timeZone);
  return checkZone(query, timeZone);
}

/** Name, version and settings of the server. Throws StoreFailure LEDGER_UNFIT for one too old. */
export async function describeServer(query: Query): Promise<StoreDescription> {
  const { rows } = await query('SELECT VERSION() AS version, @@innodb_flush_log_at_trx_commit AS flush_log');
  const version = toText(rows[0]?.['version']);
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
  const numbers = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(version);
  const release = numbers === null ? 0 : Number(numbers[1]) + Number(numbers[2]) / 100;
  const server = numbers === null ? `${product} ${version}` : `${product} ${numbers[1]}.${numbers[2]}.${numbers[3]}`;
  if (release < OLDEST[product]) {
    throw new StoreFailure('LEDGER_UNFIT', `The ledger cannot serve: ${server} is too old; MySQL 8 or MariaDB 10.6 is the least.`, 'no');
  }
  return { server, warnings: toNumber(rows[0]?.['flush_log'], '@@innodb_flush_log_at_trx_commit') === 1 ? [] : ['flush-log'] };
}
