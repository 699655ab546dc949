import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

export type Row = Readonly<Record<string, unknown>>;

/** The first row of an answer, null for none. */
export function first(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row | null {
  return db.prepare(sql).get(...values) ?? null;
}
