/** Brings the database to this version's schema and learns who serves. Safe to repeat and to race with other kiosks. */
import { StoreFailure, type StoreDescription } from '../../core/ports.ts';
import { createMissingAnchors } from './anchor.ts';
import { endsConnection, serverErrno, TABLE_MISSING } from './errors.ts';
import type { Query } from './query.ts';
import { festivalTables } from './migrations/festival-tables.ts';
import { kioskTables } from './migrations/kiosk-tables.ts';
import { openDatabase, type Migration } from './migrations/migration.ts';
import { waitingColumns } from './migrations/waiting-columns.ts';
import { toNumber, toText } from '../row-values.ts';
import { checkFestivalShape, checkWholeSchema } from './schema-check.ts';

const MIGRATIONS: readonly Migration[] = [festivalTables, kioskTables, waitingColumns];
const LATEST = Math.max(...MIGRATIONS.map((migration) => migration.version));
const LOCK_WAIT_S = 30;
/** Changing a big table takes longer than any tap may. */
export const PREPARE_TIMEOUT_MS = 60_000;

const OLDEST = { MariaDB: 10.06, MySQL: 8 } as const;

/** When the schema is complete already this asks for no right beyond reading and inserting. */
export async function prepareDatabase(query: Query): Promise<StoreDescription> {
  const description = await describeServer(query);
  if ((await versionOf(query)) < LATEST) await migrate(query);
  await checkWholeSchema(query);
  await createMissingAnchors(query);
  return description;
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

async function versionOf(query: Query): Promise<number> {
  try {
    const { rows } = await query('SELECT COALESCE(MAX(version), 0) AS version FROM kiosk_migration');
    return toNumber(rows[0]?.['version'], 'kiosk_migration.version');
  } catch (error) {
    if (serverErrno(error) === TABLE_MISSING) return 0;
    throw error;
  }
}

/** One kiosk migrates, the others wait. The lock is the connection's: it ends with the kiosk that holds it. */
async function migrate(query: Query): Promise<void> {
  // Names of locks are the server's, not the database's, and hold 64 characters. MySQL 9 has neither MD5 nor SHA1 built in.
  const lockName = "CONCAT('kiosk:', SHA2(DATABASE(), 224))";
  const release = `SELECT RELEASE_LOCK(${lockName})`;
  const { rows } = await query(`SELECT GET_LOCK(${lockName}, ?) AS held`, [LOCK_WAIT_S]);
  if (rows[0]?.['held'] !== 1) {
    throw new StoreFailure('LEDGER_UNREACHABLE', `Another kiosk has been preparing the ledger for ${LOCK_WAIT_S} seconds; it is tried again.`, 'no');
  }
  try {
    await applyMissing(query);
  } catch (error) {
    if (!endsConnection(error)) await query(release);
    throw error;
  }
  await query(release);
}

async function applyMissing(query: Query): Promise<void> {
  await checkFestivalShape(query);
  await query(`CREATE TABLE IF NOT EXISTS kiosk_migration (
    version INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at DATETIME(6) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
  const done = await versionOf(query);
  const database = openDatabase(query);
  for (const migration of MIGRATIONS.filter(({ version }) => version > done)) {
    await migration.up(database);
    await query('INSERT INTO kiosk_migration (version, name, applied_at) VALUES (?, ?, NOW(6))', [migration.version, migration.name]);
  }
}
