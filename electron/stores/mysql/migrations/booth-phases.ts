/** What staff make of a booth beside open and closed, and what dismissed visitors have to be told: nullable columns of our own tables. */
import type { Database, Migration } from './migration.ts';

const KEY = 'CHARACTER SET ascii COLLATE ascii_bin';
const BOOTH_COLUMNS = [
  ['last_call_at', 'DATETIME(6) NULL'],
  ['paused_at', 'DATETIME(6) NULL'],
  ['closed_at', 'DATETIME(6) NULL'],
  ['dismiss_op', `CHAR(36) ${KEY} NULL`],
  ['phase_reason', 'VARCHAR(200) NULL'],
  ['phase_staff', 'VARCHAR(40) NULL'],
] as const;
const QUEUE_COLUMNS = [
  ['left_reason', 'VARCHAR(200) NULL'],
  ['event_due', 'DATETIME(6) NULL'],
  ['event_tries', 'INT NULL'],
] as const;
const EVENT_INDEX = 'kiosk_queue_event_due';

export const boothPhases: Migration = {
  version: 6,
  name: 'phases of booths, dismissals',
  async up(db) {
    const booth = await missingColumns(db, 'kiosk_booth', BOOTH_COLUMNS);
    if (booth.length > 0) await db.query(`ALTER TABLE kiosk_booth ${booth.join(', ')}`);
    const queue = await missingColumns(db, 'kiosk_queue', QUEUE_COLUMNS);
    if (!(await db.hasIndex('kiosk_queue', EVENT_INDEX))) queue.push(`ADD KEY ${EVENT_INDEX} (event_due)`);
    if (queue.length > 0) await db.query(`ALTER TABLE kiosk_queue ${queue.join(', ')}`);
  },
};

async function missingColumns(db: Database, table: string, columns: readonly (readonly [string, string])[]): Promise<string[]> {
  const clauses: string[] = [];
  for (const [column, type] of columns) {
    if (!(await db.hasColumn(table, column))) clauses.push(`ADD COLUMN ${column} ${type}`);
  }
  return clauses;
}
