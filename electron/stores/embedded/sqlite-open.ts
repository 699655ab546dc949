/** Opens the embedded ledger's file for this process alone, and tells each way in which it cannot be. */
import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../../core/ports.ts';
import { MIGRATIONS, type SqliteMigration } from './sqlite-schema.ts';

/** Primary result codes of SQLite; the extended ones carry them in their low byte. */
const BUSY = 5;
const LOCKED = 6;
const IO_ERROR = 10;
/** SQLITE_IOERR_LOCK */
const LOCK_FAILED = 3850;

const BUSY_TIMEOUT_MS = 100;

/**
 * Opens the file and brings its tables to the last of `migrations`, in one transaction: a file is changed whole or not at all.
 * The exclusive lock is taken at once and dies with the process, however it dies.
 * Throws StoreFailure: STORE_HELD while another process has the file; LEDGER_UNFIT when it is damaged, read-only, foreign or newer.
 */
export function openSqlite(file: string, migrations: readonly SqliteMigration[] = MIGRATIONS): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    // Only a write transaction takes the lock; it also finds out whether the file can be written.
    db.exec('BEGIN IMMEDIATE');
    migrate(db, file, migrations);
    db.exec('COMMIT');
    return db;
  } catch (error) {
    db?.close();
    throw sqliteFailure(error, file);
  }
}

function migrate(db: DatabaseSync, file: string, migrations: readonly SqliteMigration[]): void {
  const check = db.prepare('PRAGMA quick_check(1)').get();
  if (check?.['quick_check'] !== 'ok') throw unfit(file, 'it is damaged');
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  const latest = Math.max(...migrations.map((migration) => migration.version));
  if (version > latest) throw unfit(file, 'a newer version of this program wrote it');
  if (version === 0 && hasTables(db)) throw unfit(file, 'it belongs to another program');
  for (const migration of migrations) {
    if (migration.version > version) db.exec(`${migration.sql}; PRAGMA user_version = ${migration.version}`);
  }
}

function hasTables(db: DatabaseSync): boolean {
  return Number(db.prepare("SELECT COUNT(*) AS n FROM sqlite_schema WHERE type = 'table'").get()?.['n']) > 0;
}

/** What SQLite said, in the port's words. A statement that failed was undone; only a broken disk leaves that open. */
export function sqliteFailure(error: unknown, file: string): unknown {
  if (error instanceof StoreFailure) return error;
  // The driver gives no integer that a double cannot hold; which column it was it does not say.
  if (error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE') return unfit(file, 'it holds a number beyond 2^53');
  const code = primaryCode(error);
  if (code === null) return error;
  if (code === BUSY || code === LOCKED) {
    return new StoreFailure('STORE_HELD', `Another running program holds ${file}: close it first.`, 'no');
  }
  // A file that may not be written opens all the same; it is its lock that then fails.
  if (extendedCode(error) === LOCK_FAILED) return unfit(file, 'it is read-only, or its disk cannot lock files');
  return unfit(file, REASONS.get(code) ?? `SQLite answered with error ${code}`, code === IO_ERROR ? 'unknown' : 'no');
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [3, 'this user may not open it'],
  [8, 'it is read-only'],
  [IO_ERROR, 'the disk failed'],
  [11, 'it is damaged'],
  [13, 'the disk is full'],
  [14, 'it cannot be opened or created there'],
  [26, 'it is damaged, or no database'],
]);

function extendedCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode : null;
}

function primaryCode(error: unknown): number | null {
  const code = extendedCode(error);
  return code === null ? null : code & 0xff;
}

function unfit(file: string, reason: string, executed: 'no' | 'unknown' = 'no'): StoreFailure {
  return new StoreFailure('LEDGER_UNFIT', `The history ${file} cannot be used: ${reason}. It was left as it is.`, executed);
}
