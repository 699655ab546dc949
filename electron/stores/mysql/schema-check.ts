/** Whether the tables that exist are the festival's: by name and family of type, so that ENUM and VARCHAR databases both pass. */
import { StoreFailure } from '../../core/ports.ts';
import type { Query } from './query.ts';
import { toText } from '../row-values.ts';

type Family = 'integer' | 'text' | 'time' | 'day' | 'bit' | 'double' | readonly string[];

const FESTIVAL: Readonly<Record<string, Readonly<Record<string, Family>>>> = {
  users: { id: 'integer', email: 'text', nickname: 'text', role: ['VISITOR', 'STAFF'], fcm_token: 'text', notification_enabled: 'bit', managed_booth_id: 'integer', created_at: 'time', updated_at: 'time' },
  university: { id: 'integer', name: 'text' },
  booth: { id: 'integer', university_id: 'integer', name: 'text', description: 'text', capacity: 'integer', status: ['OPEN', 'CLOSED'], updated_at: 'time' },
  waiting: {
    id: 'integer', user_id: 'integer', booth_id: 'integer', called_position: 'integer', status: ['CALLED', 'ENTERED', 'COMPLETED'],
    completion_type: ['ENTERED', 'NO_SHOW', 'CANCELLED'], registered_at: 'time', called_at: 'time', entered_at: 'time', completed_at: 'time',
    notification_sent: 'bit', notification_retry_count: 'integer', created_at: 'time', updated_at: 'time',
  },
};
const KIOSK: typeof FESTIVAL = {
  waiting: {
    kiosk_call_op: 'text', kiosk_ticket: 'text', kiosk_ops: 'text', kiosk_rev: 'integer', kiosk_released: 'text', kiosk_hold_until: 'time', kiosk_event: 'text',
    kiosk_event_due: 'time', kiosk_event_tries: 'integer',
  },
  kiosk_booth: { booth_id: 'integer', gen: 'integer', last_call_at: 'time', paused_at: 'time', closed_at: 'time', dismiss_op: 'text', phase_reason: 'text', phase_staff: 'text' },
  kiosk_queue: {
    ticket: 'text', booth_id: 'integer', user_id: 'integer', score: 'double', operation_id: 'text', created_at: 'time', left_op: 'text', left_at: 'time', gone_at: 'time',
    left_reason: 'text', event_due: 'time', event_tries: 'integer',
  },
  kiosk_number: { booth_id: 'integer', day: 'day', last: 'integer' },
  kiosk_visitor: { user_id: 'integer', booth_id: 'integer', day: 'day', number: 'integer', operation_id: 'text' },
  kiosk_phone: { user_id: 'integer', digits: 'text', created_at: 'time' },
  kiosk_journal: {
    operation_id: 'text', kind: 'text', booth_id: 'integer', user_id: 'integer', waiting_id: 'integer', score: 'double', owner: 'text', outcome: 'text', settled: 'integer',
    staff: 'text', reason: 'text', resolved_by: 'text', created_at: 'time',
  },
  kiosk_pass: {
    owner: 'text', ended_at: 'time', cause: 'text', is_lead: 'integer', duration_ms: 'integer', seen: 'integer', finished: 'integer', undone: 'integer', superseded: 'integer',
    quarantined: 'integer', kept: 'integer', recounted: 'integer', drift: 'integer', swept: 'integer', refilled: 'integer', expired: 'integer',
  },
  kiosk_mirror: { booth_id: 'integer', epoch: 'integer', at: 'time' },
  kiosk_presence: { booth_id: 'integer', served_at: 'time', since: 'time' },
  kiosk_alert: { alert_id: 'text', owner: 'text', raised_at: 'time', seen_at: 'time' },
  kiosk_incident: { kind: 'text', booth_id: 'integer', from_at: 'time', to_at: 'time', tickets: 'integer', owner: 'text', detail: 'text', created_at: 'time' },
};
/** Tables the kiosk inserts into: a column there that must have a value and that it does not know would refuse every insert. */
const INSERTED = ['users', 'waiting'];

const TYPES: Readonly<Record<string, readonly string[]>> = {
  integer: ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'],
  text: ['char', 'varchar', 'text', 'mediumtext', 'longtext', 'enum'],
  time: ['datetime', 'timestamp'],
  day: ['date'],
  bit: ['bit', 'tinyint'],
  double: ['double'],
};

const SEE_RIGHTS = ' ("ops migrate --grants" prints the rights a kiosk needs)';

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly fullType: string;
  readonly mustBeGiven: boolean;
}

/** Throws StoreFailure LEDGER_UNFIT for a festival table that exists with a foreign shape; tables that are absent pass. */
export async function checkFestivalShape(query: Query): Promise<void> {
  const { columns, engines } = await readSchema(query);
  const present = new Set(columns.map((column) => column.table));
  for (const [table, wanted] of Object.entries(FESTIVAL)) {
    if (present.has(table)) checkTable(table, wanted, columns, engines);
  }
}

/** Throws StoreFailure LEDGER_UNFIT unless every table and column the kiosk uses is there and visible to this user. */
export async function checkWholeSchema(query: Query): Promise<void> {
  const { columns, engines } = await readSchema(query);
  for (const wanted of [FESTIVAL, KIOSK]) {
    for (const [table, fields] of Object.entries(wanted)) checkTable(table, fields, columns, engines);
  }
}

function checkTable(table: string, wanted: Readonly<Record<string, Family>>, columns: readonly Column[], engines: ReadonlyMap<string, string>): void {
  const own = columns.filter((column) => column.table === table);
  if (own.length === 0) throw unfit(`table ${table} is missing or hidden from this user${table.startsWith('kiosk_') ? SEE_RIGHTS : ''}`);
  const engine = engines.get(table);
  if (engine !== undefined && engine !== 'innodb') throw unfit(`table ${table} uses the engine ${engine}; InnoDB is needed`);
  for (const [name, family] of Object.entries(wanted)) {
    const column = own.find((candidate) => candidate.name === name);
    if (column === undefined) throw unfit(`table ${table} has no column ${name}, or it is hidden from this user`);
    if (!fits(column, family)) throw unfit(`column ${table}.${name} has the foreign type ${column.fullType}`);
  }
  if (!INSERTED.includes(table)) return;
  const known = new Set([...Object.keys(FESTIVAL[table] ?? {}), ...Object.keys(KIOSK[table] ?? {})]);
  const foreign = own.find((column) => column.mustBeGiven && !known.has(column.name));
  if (foreign !== undefined) throw unfit(`column ${table}.${foreign.name} demands a value the kiosk does not know`);
}

function fits(column: Column, family: Family): boolean {
  if (typeof family === 'string') return TYPES[family]?.includes(column.type) ?? false;
  if (column.type === 'enum') return family.every((value) => column.fullType.includes(`'${value}'`));
  return column.type === 'varchar' || column.type === 'char';
}

async function readSchema(query: Query): Promise<{ columns: Column[]; engines: Map<string, string> }> {
  const tables = [...new Set([...Object.keys(FESTIVAL), ...Object.keys(KIOSK)])];
  const columns = await query(
    `SELECT table_name AS t, column_name AS c, data_type AS d, column_type AS f,
       is_nullable = 'NO' AND column_default IS NULL AND extra NOT LIKE '%auto_increment%' AND extra NOT LIKE '%GENERATED%' AS must
     FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name IN (?)`,
    [tables],
  );
  const engines = await query('SELECT table_name AS t, engine AS e FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN (?)', [tables]);
  return {
    columns: columns.rows.map((row) => ({
      table: toText(row['t']), name: toText(row['c']), type: toText(row['d']).toLowerCase(), fullType: toText(row['f']), mustBeGiven: row['must'] === 1,
    })),
    engines: new Map(engines.rows.map((row) => [toText(row['t']), toText(row['e']).toLowerCase()])),
  };
}

/** A database that answers and yet cannot be served from; `what` completes the sentence. */
export function unfit(what: string): StoreFailure {
  return new StoreFailure('LEDGER_UNFIT', `The ledger cannot serve: ${what}.`, 'no');
}
