/** Goal: the embedded ledger keeps the contract and its file survives what happens to a machine. Method: real files, real processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSqliteLedger, type SqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { openSqlite, sqliteFailure } from '../../electron/stores/embedded/sqlite-open.ts';
import { MIGRATIONS } from '../../electron/stores/embedded/sqlite-schema.ts';
import { DATES, expectCommitted, lastOperation, lockOf, type LedgerWorld, VISIT_DATES } from '../contracts/ledger-stage.ts';
import { ledgerContract } from '../contracts/ledger.ts';

const OPTIONS = { timeZone: 'Asia/Seoul', now: () => Date.now() };

ledgerContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-sqlite-'));
  const file = join(folder, 'ledger.db');
  let current = createSqliteLedger({ file, ...OPTIONS });
  await current.prepare();
  return sqliteWorld(file, {
    get: () => current,
    reopen: () => (current = createSqliteLedger({ file, ...OPTIONS })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  });
});

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

/** Root may write anything: what depends on permissions runs as somebody else. */
async function unprivileged(file: string, work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  chmodSync(dirname(file), 0o777);
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('the file', () => {
  let folder: string;
  let file: string;
  const open = (): SqliteLedger => createSqliteLedger({ file, ...OPTIONS });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-sqlite-'));
    file = join(folder, 'ledger.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('keeps a commit through close', async () => {
    const before = open();
    await before.prepare();
    const boothId = await before.addBooth({ name: '체험', capacity: 2 });
    const walkIn = await before.addWalkIn(randomUUID(), boothId, 'Sora');
    const lock = lockOf('call', boothId, (walkIn as { userId: number }).userId);
    await before.commit(lock);
    await before.close();
    await expect(before.listBooths()).rejects.toMatchObject({ name: 'StoreFailure', executed: 'no' });
    const after = open();
    expect(await after.prepare()).toEqual({ server: 'embedded', warnings: [] });
    expect((await after.readBooth(boothId))?.live).toMatchObject([{ name: 'Sora', number: 1, status: 'CALLED' }]);
    await after.close();
  });

  test('is opened for durability: a power cut may take nothing that was answered', () => {
    const db = openSqlite(file);
    const setting = (name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect([setting('journal_mode'), setting('synchronous'), setting('locking_mode'), setting('foreign_keys')]).toEqual(['wal', 2, 'exclusive', 1]);
    db.close();
  });

  test('belongs to one process; a SIGKILL of the holder frees it, with all it committed', async () => {
    const holder = await holdInProcess(file);
    await expect(open().prepare()).rejects.toMatchObject({ code: 'STORE_HELD', executed: 'no', message: expect.stringContaining(file) });
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    const ledger = open();
    await ledger.prepare();
    expect(await ledger.listBooths()).toMatchObject([{ name: 'held', capacity: 3 }]);
    await ledger.close();
  });

  test('is refused and left as it is when damaged, foreign or newer', async () => {
    writeFileSync(file, 'this is no database, whatever its name says. '.repeat(100));
    const before = readFileSync(file);
    await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining(file) });
    expect(readFileSync(file)).toEqual(before);
    for (const [sql, reason] of [['CREATE TABLE notes (a)', 'another program'], ['PRAGMA user_version = 99', 'newer']] as const) {
      rmSync(file);
      const db = new DatabaseSync(file);
      db.exec(sql);
      db.close();
      await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining(reason) });
    }
  });

  describe('of an older version', () => {
    const later = [
      ...MIGRATIONS,
      { version: 2, sql: "ALTER TABLE booth ADD COLUMN hint TEXT; UPDATE booth SET hint = 'from ' || name" },
      { version: 3, sql: 'CREATE TABLE kiosk_later (a INTEGER) STRICT' },
    ];
    const versionOf = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];
    beforeEach(async () => {
      const ledger = open();
      await ledger.prepare();
      await ledger.addBooth({ name: 'old', capacity: 2 });
      await ledger.close();
    });

    test('is brought to this one, each step once', () => {
      for (let opening = 0; opening < 2; opening += 1) {
        const db = openSqlite(file, later);
        expect(versionOf(db)).toBe(3);
        expect(db.prepare('SELECT name, hint FROM booth').all()).toEqual([{ name: 'old', hint: 'from old' }]);
        db.close();
      }
    });

    test('is left as it is when one step fails, and is then newer to a program that lacks the step', async () => {
      expect(() => openSqlite(file, [...later, { version: 4, sql: 'INSERT INTO nowhere VALUES (1)' }])).toThrow(expect.objectContaining({ code: 'LEDGER_UNFIT', executed: 'no' }));
      const untouched = openSqlite(file);
      expect(versionOf(untouched)).toBe(1);
      expect(untouched.prepare("SELECT name FROM pragma_table_info('booth') WHERE name = 'hint'").all()).toEqual([]);
      untouched.close();
      openSqlite(file, later).close();
      await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('newer') });
    });

    test('a new file gets all steps', () => {
      rmSync(file);
      const db = openSqlite(file, later);
      expect(versionOf(db)).toBe(3);
      expect(db.prepare('SELECT hint FROM booth').all()).toEqual([]);
      db.close();
    });
  });

  test('damage inside is found before anything is written', async () => {
    const ledger = open();
    await ledger.prepare();
    for (let each = 0; each < 50; each += 1) await ledger.addBooth({ name: `b${each}`, capacity: each });
    await ledger.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096, bytes.length - 4096);
    writeFileSync(file, bytes);
    await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('damaged') });
    expect(readFileSync(file)).toEqual(bytes);
  });

  test('so is damage in a table that opening does not read', async () => {
    const ledger = open();
    await ledger.prepare();
    await ledger.close();
    const db = new DatabaseSync(file);
    const page = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
    const root = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'kiosk_journal'").get()?.['rootpage']);
    db.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, (root - 1) * page, root * page);
    writeFileSync(file, bytes);
    await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining('it is damaged') });
    expect(readFileSync(file)).toEqual(bytes);
  });

  // Extended codes as the driver passes them on: of a disk that fails or turns read-only under a running program, which no test can bring about.
  test.each([[8, 'it is read-only', 'no'], [778, 'the disk failed', 'unknown'], [1, 'SQLite answered with error 1', 'no']])('the error %i of SQLite: %s', (errcode, sentence, executed) => {
    expect(sqliteFailure(Object.assign(new Error('said SQLite'), { errcode }), file)).toMatchObject({ code: 'LEDGER_UNFIT', executed, message: expect.stringContaining(`${file} cannot be used: ${sentence}.`) });
  });

  test('a place that cannot be written is named', async () => {
    file = join(folder, 'missing', 'ledger.db');
    await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining(file) });
    expect(existsSync(file)).toBe(false);
  });

  test('a read-only file is named', async () => {
    const ledger = open();
    await ledger.prepare();
    await ledger.close();
    chmodSync(file, 0o444);
    await unprivileged(file, async () => {
      await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('read-only') });
    });
  });

  test('a statement the file refuses is undone whole, and the ledger serves on', async () => {
    const ledger = open();
    await ledger.prepare();
    const boothId = await ledger.addBooth({ name: 'small', capacity: 2 });
    await ledger.close();
    const db = new DatabaseSync(file);
    db.exec("CREATE TRIGGER refuse BEFORE INSERT ON kiosk_visitor BEGIN SELECT RAISE(FAIL, 'x'); END");
    db.close();
    const again = open();
    await expect(again.addWalkIn(randomUUID(), boothId, 'Sora')).rejects.toMatchObject({ name: 'StoreFailure', executed: 'no' });
    expect(await again.addBooth({ name: 'next', capacity: 2 })).toBe(boothId + 1);
    await again.close();
    const after = new DatabaseSync(file);
    expect(after.prepare('SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM kiosk_number) AS n').get()).toEqual({ n: 0 });
    after.close();
  });

  test('a value that cannot be what its column stands for is named', async () => {
    const ledger = open();
    await ledger.prepare();
    const boothId = await ledger.addBooth({ name: 'b', capacity: 2 });
    const walkIn = await ledger.addWalkIn(randomUUID(), boothId, 'Sora');
    const lock = lockOf('call', boothId, (walkIn as { userId: number }).userId);
    const called = await ledger.commit(lock);
    const waitingId = (called as { waitingId: number }).waitingId;
    await ledger.close();
    const db = new DatabaseSync(file);
    db.exec('UPDATE waiting SET kiosk_rev = 1152921504606846976');
    db.close();
    const after = open();
    await expect(after.readVisit(waitingId)).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining('beyond 2^53') });
    await after.close();
  });

  test('a row whose id can be none hides no other', async () => {
    const ledger = open();
    await ledger.prepare();
    const [boothId, gone] = [await ledger.addBooth({ name: 'b', capacity: 2 }), await ledger.addBooth({ name: 'gone', capacity: 2 })];
    for (const name of ['Sora', 'Jun']) {
      const walkIn = await ledger.addWalkIn(randomUUID(), boothId, name);
      expectCommitted(await ledger.commit(lockOf('call', boothId, (walkIn as { userId: number }).userId)));
    }
    await ledger.close();
    const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    db.exec(`UPDATE waiting SET user_id = -1 WHERE id = 1; UPDATE booth SET id = -1 WHERE id = ${gone}`);
    db.close();
    const after = open();
    expect((await after.readBooth(boothId))?.live).toMatchObject([{ name: 'Jun' }]);
    expect((await after.listBooths()).map((booth) => booth.boothId)).toEqual([boothId]);
    expect(await after.countInside()).toEqual([{ boothId, inside: 0 }]);
    expect((await after.auditHistory(boothId)).unreadable).toEqual([1]);
    await after.close();
  });

  test('a day of short numbers begins at the festival’s midnight', async () => {
    let now = Date.parse('2026-05-21T14:59:59.999Z');
    const ledger = createSqliteLedger({ file, timeZone: 'Asia/Seoul', now: () => now });
    await ledger.prepare();
    const boothId = await ledger.addBooth({ name: 'b', capacity: 2 });
    const add = () => ledger.addWalkIn(randomUUID(), boothId, 'x');
    expect([await add(), await add()]).toMatchObject([{ number: 1 }, { number: 2 }]);
    now += 1;
    expect(await add()).toMatchObject({ number: 1 });
    await ledger.close();
  });
});

async function holdInProcess(file: string): Promise<ChildProcess> {
  const module = new URL('../../electron/stores/embedded/sqlite-ledger.ts', import.meta.url).href;
  const script = `const { createSqliteLedger } = await import(${JSON.stringify(module)});
    const ledger = createSqliteLedger({ file: ${JSON.stringify(file)}, timeZone: 'Asia/Seoul', now: () => Date.now() });
    await ledger.prepare();
    await ledger.addBooth({ name: 'held', capacity: 3 });
    console.log('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('the holder ended')))]);
  return child;
}
