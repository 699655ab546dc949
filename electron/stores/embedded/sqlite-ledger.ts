/** The history in one file on this machine: the Ledger port without a server. Each method is one transaction, run at once. */
import type { DatabaseSync } from 'node:sqlite';
import { StoreFailure, type CommitResult, type Ledger, type SoftLock } from '../../core/ports.ts';
import { commitCall, commitJoin, commitVisit, settle } from './sqlite-commit.ts';
import { lastPass, writeJournal, writePass } from './sqlite-notes.ts';
import { openSqlite, sqliteFailure } from './sqlite-open.ts';
import { auditHistory, countInside, findCommitted, listBooths, readBooth, readPeople, readVisit, ticketsWithRow, unservedTickets } from './sqlite-read.ts';
import { addWalkIn } from './sqlite-walk-in.ts';

interface SqliteLedgerOptions {
  readonly file: string;
  /** The festival's zone (IANA): a day of short numbers begins at its midnight. */
  readonly timeZone: string;
  /** Epoch milliseconds: on one machine the ledger's clock is the machine's. */
  readonly now: () => number;
}

export interface SqliteLedger extends Ledger {
  /** Adds an open booth (there is no backend here to do it) and answers its id. */
  addBooth(booth: { readonly name: string; readonly capacity: number }): Promise<number>;
}

const SAMPLE_UNIVERSITY = { name: 'Festival', domain: 'festival.invalid' };

/** Opens nothing yet: the file is opened, and held, with the first request. */
export function createSqliteLedger({ file, timeZone, now }: SqliteLedgerOptions): SqliteLedger {
  let db: DatabaseSync | null = null;
  let closed = false;

  const opened = (): DatabaseSync => {
    if (closed) throw new StoreFailure('LEDGER_UNREACHABLE', 'The ledger has been closed.', 'no');
    db ??= openSqlite(file);
    return db;
  };
  const read = async <T>(work: (db: DatabaseSync) => T): Promise<T> => {
    try {
      return work(opened());
    } catch (error) {
      throw sqliteFailure(error, file);
    }
  };
  const write = <T>(work: (db: DatabaseSync, nowMs: number) => T): Promise<T> => read((own) => inTransaction(own, () => work(own, Math.round(now()))));

  return {
    async prepare() {
      await write(addSampleUniversity);
      return { server: 'embedded', warnings: [] };
    },
    commit: (lock) => write((own, nowMs) => commit(own, lock, nowMs)),
    settleVerdict: (lock) => write((own) => settle(own, lock)),
    findCommitted: (asked, operationIds) => read((own) => findCommitted(own, asked, operationIds)),
    readBooth: (boothId) => read((own) => readBooth(own, boothId, Math.round(now()))),
    readVisit: (waitingId) => read((own) => readVisit(own, waitingId)),
    listBooths: () => read(listBooths),
    countInside: () => read(countInside),
    readPeople: (boothId, userIds) => read((own) => readPeople(own, boothId, userIds)),
    addWalkIn: (operationId, boothId, name) => write((own, nowMs) => addWalkIn(own, operationId, boothId, name, nowMs, timeZone)),
    unservedTickets: (boothId, limit) => read((own) => unservedTickets(own, boothId, limit)),
    ticketsWithRow: (tickets) => read((own) => ticketsWithRow(own, tickets)),
    auditHistory: (boothId) => read((own) => auditHistory(own, boothId)),
    writeJournal: (entry) => write((own, nowMs) => writeJournal(own, entry, nowMs)),
    writePass: (pass) => write((own, nowMs) => writePass(own, pass, nowMs)),
    lastPass: () => read(lastPass),
    addBooth: (booth) => write((own, nowMs) => addBooth(own, booth, nowMs)),
    async close() {
      closed = true;
      db?.close();
      db = null;
    },
  };
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk or a failed COMMIT may have ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function commit(db: DatabaseSync, lock: SoftLock, nowMs: number): CommitResult {
  switch (lock.kind) {
    case 'call':
      return commitCall(db, lock, nowMs);
    case 'join':
      return commitJoin(db, lock, nowMs);
    case 'enter':
    case 'complete':
    case 'no-show':
      return commitVisit(db, lock, lock.kind, nowMs);
  }
}

function addSampleUniversity(db: DatabaseSync, nowMs: number): void {
  const { name, domain } = SAMPLE_UNIVERSITY;
  db.prepare('INSERT OR IGNORE INTO university (name, domain, created_at, updated_at) VALUES (?, ?, ?, ?)').run(name, domain, nowMs, nowMs);
}

function addBooth(db: DatabaseSync, booth: { readonly name: string; readonly capacity: number }, nowMs: number): number {
  addSampleUniversity(db, nowMs);
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO booth (university_id, name, capacity, status, created_at, updated_at)
       SELECT id, ?, ?, 'OPEN', ?, ? FROM university WHERE domain = ?`,
    )
    .run(booth.name, booth.capacity, nowMs, nowMs, SAMPLE_UNIVERSITY.domain);
  return Number(lastInsertRowid);
}
