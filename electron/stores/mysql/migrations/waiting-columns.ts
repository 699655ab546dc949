/** What kiosks add to the backend's `waiting`: nullable columns and indexes, nothing else. */
import { KEPT_EVIDENCE_CHARS } from '../../evidence.ts';
import type { Database, Migration } from './migration.ts';

/** Named in statements, therefore always made under these names. */
export const CALL_INDEX = 'kiosk_waiting_booth_status';
export const CALL_OP_INDEX = 'kiosk_waiting_call_op';

const KEY = 'CHARACTER SET ascii COLLATE ascii_bin';
const COLUMNS = [
  ['kiosk_call_op', `CHAR(36) ${KEY} NULL`],
  ['kiosk_ticket', `VARCHAR(80) ${KEY} NULL`],
  ['kiosk_ops', `VARCHAR(${KEPT_EVIDENCE_CHARS}) ${KEY} NULL`],
  ['kiosk_rev', 'INT NULL'],
  ['kiosk_released', `VARCHAR(80) ${KEY} NULL`],
  ['kiosk_hold_until', 'DATETIME(6) NULL'],
  ['kiosk_event', `VARCHAR(60) ${KEY} NULL`],
  ['kiosk_event_due', 'DATETIME(6) NULL'],
  ['kiosk_event_tries', 'INT NULL'],
] as const;
/** The rules of one row per operation and one live row per ticket are these two keys. */
const OWN_INDEXES = [
  [CALL_OP_INDEX, 'UNIQUE KEY', 'kiosk_call_op'],
  ['kiosk_waiting_ticket', 'UNIQUE KEY', 'kiosk_ticket'],
  [CALL_INDEX, 'KEY', 'booth_id, status'],
  ['kiosk_waiting_event_due', 'KEY', 'kiosk_event_due'],
  ['kiosk_waiting_booth_completed', 'KEY', 'booth_id, completed_at'],
] as const;
const WELCOME_INDEXES = [
  ['kiosk_waiting_user_booth_status', ['user_id', 'booth_id', 'status']],
  ['kiosk_waiting_status_called', ['status', 'called_at']],
] as const;

export const waitingColumns: Migration = {
  version: 3,
  name: 'columns and indexes of waiting',
  async up(db) {
    // One statement with what is missing: an old festival's big table is rebuilt once at most.
    const clauses = [...(await missingColumns(db)), ...(await missingIndexes(db))];
    if (clauses.length > 0) await db.query(`ALTER TABLE waiting ${clauses.join(', ')}`);
  },
};

async function missingColumns(db: Database): Promise<string[]> {
  const clauses: string[] = [];
  for (const [column, type] of COLUMNS) {
    if (!(await db.hasColumn('waiting', column))) clauses.push(`ADD COLUMN ${column} ${type}`);
  }
  return clauses;
}

async function missingIndexes(db: Database): Promise<string[]> {
  const clauses: string[] = [];
  for (const [index, kind, columns] of OWN_INDEXES) {
    if (!(await db.hasIndex('waiting', index))) clauses.push(`ADD ${kind} ${index} (${columns})`);
  }
  for (const [index, columns] of WELCOME_INDEXES) {
    if (!(await db.hasIndexOn('waiting', columns))) clauses.push(`ADD KEY ${index} (${columns.join(', ')})`);
  }
  return clauses;
}
