/** An embedded ledger's file, seen as another program would see it: plain SQL between two openings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteLedger, type SqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { DATES, lastOperation, type LedgerWorld, VISIT_DATES } from '../contracts/ledger-stage.ts';

/** Opens a ledger on a file of its own, which goes with the world. */
export async function openSqliteWorld(): Promise<LedgerWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-sqlite-'));
  const file = join(folder, 'ledger.db');
  const open = (): SqliteLedger => createSqliteLedger({ file, timeZone: 'Asia/Seoul', now: () => Date.now() });
  let current = open();
  await current.prepare();
  return sqliteWorld(file, {
    get: () => current,
    reopen: () => (current = open()),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  });
}

/** The file is exclusive, so plain SQL runs between two openings. */
function sqliteWorld(file: string, own: { get(): SqliteLedger; reopen(): void; remove(): void }): LedgerWorld {
  let tail: Promise<unknown> = Promise.resolve();
  const beside = <T>(work: (db: DatabaseSync) => T): Promise<T> => {
    const done = tail.then(async () => {
      await own.get().close();
      const db = new DatabaseSync(file);
      try {
        return work(db);
      } finally {
        db.close();
        own.reopen();
      }
    });
    tail = done.catch(() => undefined);
    return done;
  };
  const insert = (sql: string, ...values: (string | number | null)[]): Promise<number> => beside((db) => Number(db.prepare(sql).run(...values).lastInsertRowid));
  return {
    ledger: own.get,
    addBooth: ({ capacity, status = 'OPEN', name = 'Chicken' }) =>
      insert('INSERT INTO booth (university_id, name, capacity, status, created_at, updated_at) VALUES (1, ?, ?, ?, 0, 0)', name, capacity, status),
    addUser: (name) =>
      insert("INSERT INTO users (email, nickname, role, notification_enabled, created_at, updated_at) VALUES (hex(randomblob(9)), ?, 'VISITOR', 1, 0, 0)", name),
    addForeignRow(row) {
      const now = Date.now();
      const calledAgo = row.calledSecondsAgo ?? 10;
      const calledMs = now - calledAgo * 1000;
      const enteredMs = row.status === 'CALLED' || row.enteredSecondsAgo === null ? null : now - (row.enteredSecondsAgo ?? calledAgo) * 1000;
      const completed = row.status === 'COMPLETED';
      return insert(
        `INSERT INTO waiting (user_id, booth_id, called_position, status, completion_type, registered_at, called_at, entered_at, completed_at,
           notification_sent, notification_retry_count, created_at, updated_at) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, 1, 0, 0, 0)`,
        row.userId, row.boothId, row.status, completed ? 'ENTERED' : null, now - (row.registeredSecondsAgo ?? calledAgo + 60) * 1000, calledMs,
        enteredMs, completed ? (enteredMs ?? calledMs) : null,
      );
    },
    setOperations: (waitingId, kept) => beside((db) => void db.prepare('UPDATE waiting SET kiosk_ops = ? WHERE id = ?').run(kept, waitingId)),
    setBoothStatus: (boothId, status) => beside((db) => void db.prepare('UPDATE booth SET status = ? WHERE id = ?').run(status, boothId)),
    rows: (boothId) =>
      beside((db) =>
        db.prepare('SELECT * FROM waiting WHERE booth_id = ? ORDER BY id').all(boothId).map((row) => ({
          id: Number(row['id']), userId: Number(row['user_id']), status: row['status'] as 'CALLED', completionType: row['completion_type'] as null,
          calledPosition: Number(row['called_position']), registeredMs: Number(row['registered_at']), calledMs: Number(row['called_at']),
          enteredMs: row['entered_at'] as number | null, completedMs: row['completed_at'] as number | null, notificationSent: row['notification_sent'] === 1,
          callOp: row['kiosk_call_op'] as string | null, ticket: row['kiosk_ticket'] as string | null, lastOp: lastOperation(row['kiosk_ops']),
          revision: row['kiosk_rev'] as number | null,
        })),
      ),
    user: (userId) =>
      beside((db) => {
        const row = db.prepare('SELECT * FROM users WHERE id = ?').get(userId);
        return { email: String(row?.['email']), nickname: String(row?.['nickname']), role: String(row?.['role']), notified: row?.['notification_enabled'] === 1 };
      }),
    backdateNumbers: () => beside((db) => db.exec("UPDATE kiosk_number SET day = date(day, '-1 day'); UPDATE kiosk_visitor SET day = date(day, '-1 day')")),
    backdate: (table, ms) => beside((db) => db.exec(`UPDATE ${table} SET ${DATES[table].map((date) => `${date} = ${date} - ${ms}`).join(', ')}`)),
    ageVisit: (waitingId, ms) => beside((db) => db.exec(`UPDATE waiting SET ${VISIT_DATES.map((date) => `${date} = ${date} - ${ms}`).join(', ')} WHERE id = ${waitingId}`)),
    journal: (operationId) =>
      beside((db) =>
        db.prepare('SELECT * FROM kiosk_journal WHERE operation_id = ?').all(operationId)
          .map((row) => ({ outcome: String(row['outcome']), owner: String(row['owner']), score: row['score'] as number | null })),
      ),
    exec: (sql) => beside((db) => db.exec(sql)),
    query: (sql) => beside((db) => db.prepare(sql).all()),
    async cleanup() {
      await own.get().close();
      own.remove();
    },
  };
}
