/** A database on a test's own server, seen as another program sees it: plain SQL by the administrator, in the festival's zone. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RowDataPacket } from 'mysql2/promise';
import type { Logger } from '../../electron/core/ports.ts';
import { createMysqlLedger, type MysqlLedger, type MysqlLedgerOptions } from '../../electron/stores/mysql/mysql-ledger.ts';
import { DATES, lastOperation, type LedgerWorld, type StoredRow, VISIT_DATES } from '../contracts/ledger-stage.ts';
import { createKioskAccount, migrateDatabase } from './kiosk-account.ts';
import type { SqlServer } from './sql-server.ts';

export const SILENT: Logger = { log: () => undefined };
/** Long for a busy machine: what a store does when time is up has tests of its own. */
const PATIENT_MS = 10_000;
export const SEOUL = { timeZone: 'Asia/Seoul', offset: '+09:00' } as const;

/** The tables as the backend makes them; older databases of it have VARCHAR(20) where this has ENUM. */
export function festivalSchema(variant: 'enum' | 'varchar'): string {
  const text = readFileSync(new URL('../fixtures/festival-schema.sql', import.meta.url), 'utf8');
  return variant === 'enum' ? text : text.replaceAll(/ENUM\([^)]*\)/g, 'VARCHAR(20)');
}

export interface Zone {
  readonly timeZone: string;
  readonly offset: string;
}

export interface MysqlWorld extends LedgerWorld {
  readonly name: string;
  /** Of the kiosk's account, which has the least rights. */
  readonly url: string;
  sql(text: string): Promise<RowDataPacket[]>;
  /** Another kiosk on the same database; closed with the world. */
  another(options?: Partial<MysqlLedgerOptions>): MysqlLedger;
}

/** Creates a database, runs `schema` in it, has the administrator migrate it, and opens a kiosk's ledger on it. */
export async function openMysqlWorld(server: SqlServer, schema = '', zone: Zone = SEOUL): Promise<MysqlWorld> {
  const { name, url: adminUrl } = await server.createDatabase();
  if (schema !== '') await server.sql(name, schema);
  await migrateDatabase(adminUrl);
  const url = await createKioskAccount(server, name);
  const ledgers: MysqlLedger[] = [];
  const another = (options: Partial<MysqlLedgerOptions> = {}): MysqlLedger => {
    const ledger = createMysqlLedger({ url, timeZone: zone.timeZone, logger: SILENT, queryTimeoutMs: PATIENT_MS, ...options });
    ledgers.push(ledger);
    return ledger;
  };
  const ledger = another();
  await ledger.prepare();
  const sql = (text: string): Promise<RowDataPacket[]> => server.sql(name, `SET time_zone = '${zone.offset}', sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'; ${text}`);
  const insert = async (text: string): Promise<number> => Number((await sql(`${text}; SELECT LAST_INSERT_ID() AS id`))[0]?.['id']);
  const older = (column: string, ms: number): string => `${column} = ${column} - INTERVAL ${Math.round(ms * 1000)} MICROSECOND`;
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return {
    name,
    url,
    sql,
    another,
    ledger: () => ledger,
    async addBooth({ capacity, status = 'OPEN', name: boothName = 'Chicken' }) {
      await sql("INSERT IGNORE INTO university (id, name, domain, created_at, updated_at) VALUES (1, 'U', 'u', NOW(6), NOW(6))");
      return insert(`INSERT INTO booth (university_id, name, capacity, status, created_at, updated_at) VALUES (1, ${quoted(boothName)}, ${capacity}, '${status}', NOW(6), NOW(6))`);
    },
    addUser: (nickname) =>
      insert(`INSERT INTO users (email, nickname, role, notification_enabled, created_at, updated_at) VALUES ('${randomUUID()}', ${quoted(nickname)}, 'VISITOR', 1, NOW(6), NOW(6))`),
    addForeignRow(row) {
      const ago = (seconds: number): string => `(@now - INTERVAL ${seconds} SECOND)`;
      const calledAgo = row.calledSecondsAgo ?? 10;
      const entered = row.status === 'CALLED' || row.enteredSecondsAgo === null ? null : ago(row.enteredSecondsAgo ?? calledAgo);
      const completed = row.status === 'COMPLETED' ? (entered ?? ago(calledAgo)) : null;
      // In whole milliseconds, as `rows` tells it: rounded up, the second would be another.
      return insert(
        `SET @now = NOW(3); INSERT INTO waiting (user_id, booth_id, called_position, status, completion_type, registered_at, called_at, entered_at, completed_at,
           notification_sent, notification_retry_count, created_at, updated_at)
         VALUES (${row.userId}, ${row.boothId}, 1, '${row.status}', ${completed === null ? 'NULL' : "'ENTERED'"}, ${ago(row.registeredSecondsAgo ?? calledAgo + 60)},
           ${ago(calledAgo)}, ${entered ?? 'NULL'}, ${completed ?? 'NULL'}, 1, 0, NOW(6), NOW(6))`,
      );
    },
    setOperations: async (waitingId, kept) => void (await sql(`UPDATE waiting SET kiosk_ops = '${kept}' WHERE id = ${waitingId}`)),
    setBoothStatus: async (boothId, status) => void (await sql(`UPDATE booth SET status = '${status}' WHERE id = ${boothId}`)),
    async rows(boothId) {
      const ms = (column: string): string => `ROUND(UNIX_TIMESTAMP(${column}) * 1000) AS ${column}_ms`;
      const rows = await sql(
        `SELECT w.*, notification_sent + 0 AS sent, ${['registered_at', 'called_at', 'entered_at', 'completed_at'].map(ms).join(', ')} FROM waiting w WHERE booth_id = ${boothId} ORDER BY id`,
      );
      return rows.map(storedRow);
    },
    async user(userId) {
      const row = (await sql(`SELECT email, nickname, role, notification_enabled + 0 AS notified FROM users WHERE id = ${userId}`))[0];
      return { email: String(row?.['email']), nickname: String(row?.['nickname']), role: String(row?.['role']), notified: Number(row?.['notified']) === 1 };
    },
    backdateNumbers: async () =>
      void (await sql('UPDATE kiosk_number SET day = day - INTERVAL 1 DAY ORDER BY day; UPDATE kiosk_visitor SET day = day - INTERVAL 1 DAY ORDER BY day')),
    backdate: async (table, ms) => void (await sql(`UPDATE ${table} SET ${DATES[table].map((column) => older(column, ms)).join(', ')}`)),
    ageVisit: async (waitingId, ms) => void (await sql(`UPDATE waiting SET ${VISIT_DATES.map((column) => older(column, ms)).join(', ')} WHERE id = ${waitingId}`)),
    async journal(operationId) {
      const rows = await sql(`SELECT outcome, owner, score FROM kiosk_journal WHERE operation_id = '${operationId}'`);
      return rows.map((row) => ({ outcome: String(row['outcome']), owner: String(row['owner']), score: row['score'] as number | null }));
    },
    query: sql,
    exec: async (text) => void (await sql(`${text}; SELECT 1`)),
    async cleanup() {
      await Promise.all(ledgers.map((each) => each.close()));
    },
  };
}

function storedRow(row: RowDataPacket): StoredRow {
  const msOrNull = (column: string): number | null => (row[`${column}_ms`] === null ? null : Number(row[`${column}_ms`]));
  return {
    id: Number(row['id']),
    userId: Number(row['user_id']),
    status: row['status'] as StoredRow['status'],
    completionType: row['completion_type'] as StoredRow['completionType'],
    calledPosition: Number(row['called_position']),
    registeredMs: Number(row['registered_at_ms']),
    calledMs: Number(row['called_at_ms']),
    enteredMs: msOrNull('entered_at'),
    completedMs: msOrNull('completed_at'),
    notificationSent: Number(row['sent']) === 1,
    callOp: row['kiosk_call_op'] as string | null,
    ticket: row['kiosk_ticket'] as string | null,
    lastOp: lastOperation(row['kiosk_ops']),
    revision: row['kiosk_rev'] as number | null,
  };
}
