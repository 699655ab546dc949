/** Databases for model festivals, which never touch a disk: making the tables costs more than what most of these festivals do. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openSqlite } from '../../electron/stores/embedded/sqlite-open.ts';

const idle: DatabaseSync[] = [];

/** An empty database with all tables, for one festival of this process; closing it gives it to the next. */
export function takeDatabase(): DatabaseSync {
  const db = idle.pop() ?? lasting(openSqlite(':memory:'));
  db.exec('PRAGMA foreign_keys = OFF');
  for (const { name } of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()) db.exec(`DELETE FROM ${String(name)}`);
  db.exec('DELETE FROM sqlite_sequence; PRAGMA foreign_keys = ON');
  return db;
}

/** The ledger prepares each statement anew; thousands of festivals need not. */
function lasting(db: DatabaseSync): DatabaseSync {
  const statements = new Map<string, StatementSync>();
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => {
    const statement = statements.get(sql) ?? prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  db.close = () => void idle.push(db);
  return db;
}
