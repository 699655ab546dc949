/** Brings a database to this version's schema: once, by an account that may change tables. Kiosks at work never do. */
import { StoreFailure } from '../../core/ports.ts';
import { toNumber } from '../row-values.ts';
import { ACCESS_DENIED, LOCK_TIMEOUT, TABLE_DENIED, TABLE_MISSING, endsConnection, serverErrno } from './errors.ts';
import { boothPhases } from './migrations/booth-phases.ts';
import { festivalTables } from './migrations/festival-tables.ts';
import { kioskTables } from './migrations/kiosk-tables.ts';
import { openDatabase, type Migration } from './migrations/migration.ts';
import { phoneTable } from './migrations/phone-table.ts';
import { waitingColumns } from './migrations/waiting-columns.ts';
import type { Query } from './query.ts';
import { checkFestivalShape, unfit } from './schema-check.ts';

const MIGRATIONS: readonly Migration[] = [festivalTables, kioskTables, waitingColumns, phoneTable, boothPhases];
/** A kiosk serves at this version and at any later one. */
export const NEEDED_VERSION = Math.max(...MIGRATIONS.map((migration) => migration.version));

const OTHERS_WAIT_S = 30;
/** A statement that waits for a table makes everybody else's wait behind it: better to give up than to stop a festival. */
const TABLE_WAIT_S = 5;
/** Changing a big table takes longer than any tap may. */
export const MIGRATE_TIMEOUT_MS = 600_000;

export interface Migrated {
  /** The version found; 0 when no kiosk had prepared this database. */
  readonly from: number;
  /** The version now; later than this kiosk's own where a newer one has migrated. */
  readonly to: number;
  /** The steps done now, by name. */
  readonly applied: readonly string[];
}

/** 0 where no kiosk has prepared the database. Throws StoreFailure LEDGER_UNFIT where this account may not know. */
export async function schemaVersion(query: Query): Promise<number> {
  try {
    const { rows } = await query('SELECT COALESCE(MAX(version), 0) AS version FROM kiosk_migration');
    return toNumber(rows[0]?.['version'], 'kiosk_migration.version');
  } catch (error) {
    const errno = serverErrno(error);
    if (errno === TABLE_MISSING) return 0;
    if (errno !== TABLE_DENIED) throw error;
    throw unfit('this account may not read kiosk_migration: either "ops migrate" has not prepared the database yet, or the rights that "ops migrate --grants" prints were not given (error 1142)');
  }
}

/**
 * Safe to repeat, to race with other kiosks, and to run again after it was cut off. Throws StoreFailure LEDGER_UNFIT, besides what
 * every statement throws, for tables of a foreign shape, an account without the right to change tables, and a table that stays in use.
 */
export async function migrateDatabase(query: Query): Promise<Migrated> {
  const from = await schemaVersion(query);
  if (from >= NEEDED_VERSION) return { from, to: from, applied: [] };
  try {
    return await alone(query, () => applyMissing(query));
  } catch (error) {
    const errno = serverErrno(error);
    const versions = `the database is at version ${from}, this kiosk needs version ${NEEDED_VERSION}`;
    if (errno === TABLE_DENIED || errno === ACCESS_DENIED) throw unfit(`${versions}, and this account may not change tables (error ${errno}): an administrator has to run "ops migrate"`);
    if (errno === LOCK_TIMEOUT) throw unfit(`${versions}, and another program kept a table in use for ${TABLE_WAIT_S} seconds: run "ops migrate" again when less is going on`);
    throw error;
  }
}

/** One kiosk migrates, the others wait. The lock is the connection's: it ends with the kiosk that holds it. */
async function alone<T>(query: Query, work: () => Promise<T>): Promise<T> {
  // Names of locks are the server's, not the database's, and hold 64 characters. MySQL 9 has neither MD5 nor SHA1 built in.
  const lockName = "CONCAT('kiosk:', SHA2(DATABASE(), 224))";
  const release = `SELECT RELEASE_LOCK(${lockName})`;
  const { rows } = await query(`SELECT GET_LOCK(${lockName}, ?) AS held`, [OTHERS_WAIT_S]);
  if (rows[0]?.['held'] !== 1) {
    throw new StoreFailure('LEDGER_UNREACHABLE', `Somebody else has been migrating the database for ${OTHERS_WAIT_S} seconds; try again.`, 'no');
  }
  try {
    return await work();
  } finally {
    // On a broken connection the lock has ended by itself, and nothing more can be said there.
    await query(release).catch((error: unknown) => {
      if (!endsConnection(error)) throw error;
    });
  }
}

async function applyMissing(query: Query): Promise<Migrated> {
  await checkFestivalShape(query);
  await query(`SET SESSION lock_wait_timeout = ${TABLE_WAIT_S}`);
  // Somebody else may have migrated while this one waited.
  const from = await schemaVersion(query);
  if (from === 0) {
    await query(`CREATE TABLE IF NOT EXISTS kiosk_migration (
      version INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at DATETIME(6) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
  }
  const database = openDatabase(query);
  const missing = MIGRATIONS.filter(({ version }) => version > from);
  for (const migration of missing) {
    await migration.up(database);
    await query('INSERT INTO kiosk_migration (version, name, applied_at) VALUES (?, ?, NOW(6))', [migration.version, migration.name]);
  }
  return { from, to: Math.max(from, NEEDED_VERSION), applied: missing.map(({ name }) => name) };
}
