/** Goal: the embedded ledger keeps the contract and its file survives what happens to a machine. Method: real files, real processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { HOLD_MS, LATE_MS } from '../../shared/limits.ts';
import { CALL_DUE_S, EVENT_LIFE_S, secondsToNextTry } from '../../electron/stores/call-event.ts';
import { createSqliteLedger, type SqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { openSqlite, sqliteFailure } from '../../electron/stores/embedded/sqlite-open.ts';
import { MIGRATIONS } from '../../electron/stores/embedded/sqlite-schema.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { ledgerContract } from '../contracts/ledger.ts';
import { openSqliteWorld } from '../support/sqlite-world.ts';

const OPTIONS = { timeZone: 'Asia/Seoul', now: () => Date.now() };

ledgerContract('sqlite', openSqliteWorld);

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
    const NOW_AT = Math.max(...MIGRATIONS.map(({ version }) => version));
    const later = [
      ...MIGRATIONS,
      { version: NOW_AT + 1, sql: "ALTER TABLE booth ADD COLUMN hint TEXT; UPDATE booth SET hint = 'from ' || name" },
      { version: NOW_AT + 2, sql: 'CREATE TABLE kiosk_later (a INTEGER) STRICT' },
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
        expect(versionOf(db)).toBe(NOW_AT + 2);
        expect(db.prepare('SELECT name, hint FROM booth').all()).toEqual([{ name: 'old', hint: 'from old' }]);
        db.close();
      }
    });

    test('is left as it is when one step fails, and is then newer to a program that lacks the step', async () => {
      expect(() => openSqlite(file, [...later, { version: NOW_AT + 3, sql: 'INSERT INTO nowhere VALUES (1)' }])).toThrow(expect.objectContaining({ code: 'LEDGER_UNFIT', executed: 'no' }));
      const untouched = openSqlite(file);
      expect(versionOf(untouched)).toBe(NOW_AT);
      expect(untouched.prepare("SELECT name FROM pragma_table_info('booth') WHERE name = 'hint'").all()).toEqual([]);
      untouched.close();
      openSqlite(file, later).close();
      await expect(open().prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('newer') });
    });

    test('a new file gets all steps', () => {
      rmSync(file);
      const db = openSqlite(file, later);
      expect(versionOf(db)).toBe(NOW_AT + 2);
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

  test.each(['put-back', 'undo-call', 'requeue'] as const)('a row is given up together with the registration of its ticket, or not at all (%s)', async (kind) => {
    const ledger = open();
    await ledger.prepare();
    const boothId = await ledger.addBooth({ name: 'b', capacity: 2 });
    const walkIn = await ledger.addWalkIn(randomUUID(), boothId, 'Sora');
    const userId = (walkIn as { userId: number }).userId;
    const call = lockOf('call', boothId, userId);
    const waitingId = expectCommitted(await ledger.commit(call));
    if (kind === 'requeue') await ledger.commit(lockOf('no-show', boothId, userId, { waitingId }));
    await ledger.close();
    const beside = (sql: string): void => {
      const db = new DatabaseSync(file);
      db.exec(sql);
      db.close();
    };
    beside("CREATE TRIGGER refuse BEFORE INSERT ON kiosk_queue BEGIN SELECT RAISE(FAIL, 'x'); END");
    const refusing = open();
    const before = await refusing.readVisit(waitingId);
    const lock = lockOf(kind, boothId, userId, { waitingId, returnScore: call.score, generation: before?.revision ?? 0 });
    await expect(refusing.commit(lock)).rejects.toMatchObject({ name: 'StoreFailure', executed: 'no' });
    await expect(refusing.writeMirror({ boothId, epoch: 5, arrived: [{ boothId, userId, score: 6 }], gone: [], readAtMs: Date.now() })).rejects.toMatchObject({ executed: 'no' });
    expect(await refusing.readVisit(waitingId)).toEqual(before);
    await refusing.close();
    beside('DROP TRIGGER refuse');
    const serving = open();
    expect(await serving.writeMirror({ boothId, epoch: 5, arrived: [], gone: [], readAtMs: 0 })).toBe(true);
    expectCommitted(await serving.commit(lock));
    expect(await serving.unservedTickets(boothId, 10)).toEqual([{ boothId, userId, score: call.score }]);
    await serving.close();
  });

  test('times count to the millisecond: half an hour late, ten seconds to the first try, ten minutes of news', async () => {
    let now = Date.parse('2026-05-21T12:00:00Z');
    const ledger = createSqliteLedger({ file, timeZone: 'Asia/Seoul', now: () => now });
    await ledger.prepare();
    const boothId = await ledger.addBooth({ name: 'b', capacity: 2 });
    const userId = ((await ledger.addWalkIn(randomUUID(), boothId, 'Sora')) as { userId: number }).userId;
    const waitingId = expectCommitted(await ledger.commit(lockOf('call', boothId, userId)));
    now += CALL_DUE_S * 1000 - 1;
    expect([await ledger.dueEvents(5), await ledger.claimEvent(waitingId, false)]).toEqual([[], null]);
    now += 1;
    expect(await ledger.dueEvents(5)).toEqual([waitingId]);
    now += EVENT_LIFE_S * 1000;
    expect(await ledger.claimEvent(waitingId, false)).not.toBeNull();
    now += secondsToNextTry(0) * 1000 + EVENT_LIFE_S * 1000 + 1;
    expect(await ledger.claimEvent(waitingId, false)).toBeNull();
    await ledger.commit(lockOf('no-show', boothId, userId, { waitingId }));
    now += LATE_MS;
    expect(await ledger.readGone(boothId, 5)).toHaveLength(1);
    expectCommitted(await ledger.commit(lockOf('undo-no-show', boothId, userId, { waitingId, generation: 1 })));
    expect((await ledger.readVisit(waitingId))?.heldUntilMs).toBe(now + HOLD_MS);
    await ledger.commit(lockOf('cancel', boothId, userId, { waitingId, generation: 2 }));
    now += LATE_MS + 1;
    expect(await ledger.readGone(boothId, 5)).toEqual([]);
    expect(await ledger.commit(lockOf('admit', boothId, userId, { waitingId, generation: 3 }))).toEqual({ outcome: 'refused', code: 'TOO_LATE' });
    await ledger.close();
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
    expect((await after.listBoothCards()).map((booth) => booth.boothId)).toEqual([boothId]);
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
