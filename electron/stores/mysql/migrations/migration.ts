import type { Query } from '../query.ts';

/** The catalogue as it is now. Steps ask it first, because MySQL has no ADD COLUMN IF NOT EXISTS. */
export interface Database {
  readonly query: Query;
  hasTable(table: string): Promise<boolean>;
  hasColumn(table: string, column: string): Promise<boolean>;
  hasIndex(table: string, index: string): Promise<boolean>;
  /** Whether any index begins with exactly these columns. */
  hasIndexOn(table: string, columns: readonly string[]): Promise<boolean>;
}

/** One step of the schema's history. Run under a lock; repeating it, or resuming it after a crash, changes nothing. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Database): Promise<void>;
}

export function openDatabase(query: Query): Database {
  const exists = async (sql: string, values: readonly string[]): Promise<boolean> => (await query(sql, values)).rows.length > 0;
  return {
    query,
    hasTable: (table) => exists('SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?', [table]),
    hasColumn: (table, column) =>
      exists('SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?', [table, column]),
    hasIndex: (table, index) =>
      exists('SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?', [table, index]),
    hasIndexOn: (table, columns) =>
      exists(
        `SELECT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? GROUP BY index_name
         HAVING CONCAT(GROUP_CONCAT(column_name ORDER BY seq_in_index), ',') LIKE ?`,
        [table, `${columns.join(',').replaceAll('_', '\\_')},%`],
      ),
  };
}
