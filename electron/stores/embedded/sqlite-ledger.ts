/** The history in one file on this machine: the Ledger port without a server. Each method is one transaction, run at once. */
import type { DatabaseSync } from 'node:sqlite';
import type { CommitResult, Ledger } from '../../core/ledger.ts';
import { StoreFailure, type SoftLock } from '../../core/ports.ts';
import { isVisitKind } from '../../core/waiting.ts';
import { auditHistory } from './sqlite-audit.ts';
import { changeBooth, endDismissal, forgetOvertaken } from './sqlite-booth-phase.ts';
import { commitCall, commitJoin, commitLeave } from './sqlite-commit.ts';
import { readDepartures } from './sqlite-departures.ts';
import { claimEvent, dueEvents, endEvent } from './sqlite-events.ts';
import { dropTicket, keepTicket, noteMirror, readMirror, staleTickets, unservedTickets, writeMirror } from './sqlite-mirror.ts';
import { readIncidents, readPasses, writeIncident, writeJournal, writePass } from './sqlite-notes.ts';
import { openSqlite, sqliteFailure } from './sqlite-open.ts';
import { countInside, findCommitted, listBoothCards, listBooths, readBooth, readGone, readPeople, readVisit } from './sqlite-read.ts';
import { countLeft, readCalled } from './sqlite-report.ts';
import { fenceBooths, settle } from './sqlite-settle.ts';
import { readTrace } from './sqlite-trace.ts';
import { commitVisit } from './sqlite-visit.ts';
import { addWalkIn, forgetPhones } from './sqlite-walk-in.ts';
import { noteAlerts, noteServed, takeClearedAlerts } from './sqlite-watch.ts';

interface SqliteLedgerOptions {
  readonly file: string;
  /** The festival's zone (IANA): a day of short numbers begins at its midnight. */
  readonly timeZone: string;
  /** Epoch milliseconds: on one machine the ledger's clock is the machine's. */
  readonly now: () => number;
  /** Opens the file: for this process alone, unless it is given. Whoever looks into the same database beside the ledger opens it. */
  readonly open?: (file: string) => DatabaseSync;
}

export interface SqliteLedger extends Ledger {
  /** Adds an open booth (there is no backend here to do it) and answers its id. */
  addBooth(booth: { readonly name: string; readonly capacity: number }): Promise<number>;
}

const SAMPLE_UNIVERSITY = { name: 'Festival', domain: 'festival.invalid' };

/** Opens nothing yet: the file is opened, and held, with the first request. */
export function createSqliteLedger({ file, timeZone, now, open = openSqlite }: SqliteLedgerOptions): SqliteLedger {
  let db: DatabaseSync | null = null;
  let closed = false;

  const opened = (): DatabaseSync => {
    if (closed) throw new StoreFailure('LEDGER_UNREACHABLE', 'The ledger has been closed.', 'no');
    db ??= open(file);
    return db;
  };
  const nowMs = (): number => Math.round(now());
  const read = async <T>(work: (db: DatabaseSync, atMs: number) => T): Promise<T> => {
    try {
      return work(opened(), nowMs());
    } catch (error) {
      throw sqliteFailure(error, file);
    }
  };
  const write = <T>(work: (db: DatabaseSync, atMs: number) => T): Promise<T> => read((own, atMs) => inTransaction(own, () => work(own, atMs)));

  return {
    async prepare() {
      await write(addSampleUniversity);
      return { server: 'embedded', warnings: [] };
    },
    commit: (lock, attempts = [lock.operationId]) => write((own, atMs) => commit(own, lock, attempts, atMs)),
    settleVerdict: (lock) => write((own) => settle(own, lock)),
    fenceBooths: (boothIds) => write((own, atMs) => fenceBooths(own, boothIds, atMs)),
    findCommitted: (asked, operationIds) => read((own) => findCommitted(own, asked, operationIds)),
    readBooth: (boothId) => read((own, atMs) => readBooth(own, boothId, atMs)),
    readVisit: (waitingId) => read((own) => readVisit(own, waitingId)),
    readGone: (boothId, limit) => read((own, atMs) => readGone(own, boothId, limit, atMs)),
    readDepartures: (boothId, limit) => read((own, atMs) => readDepartures(own, boothId, limit, atMs)),
    readCalled: (span, limit) => read((own) => readCalled(own, span, limit)),
    countLeft: (span) => read((own) => countLeft(own, span)),
    listBooths: () => read(listBooths),
    changeBooth: (change) => write((own, atMs) => changeBooth(own, change, atMs)),
    endDismissal: (boothId, operationId) => write((own) => endDismissal(own, boothId, operationId)),
    forgetOvertaken: (boothId) => write((own) => forgetOvertaken(own, boothId)),
    listBoothCards: () => read(listBoothCards),
    countInside: () => read(countInside),
    readPeople: (boothId, userIds) => read((own) => readPeople(own, boothId, userIds)),
    addWalkIn: (operationId, boothId, name, phone = null) => write((own, atMs) => addWalkIn(own, operationId, boothId, name, phone, atMs, timeZone)),
    forgetPhones: (olderThanMs, limit) => write((own, atMs) => forgetPhones(own, olderThanMs, limit, atMs)),
    unservedTickets: (boothId, limit) => read((own) => unservedTickets(own, boothId, limit)),
    staleTickets: (tickets) => read((own) => staleTickets(own, tickets)),
    readMirror: () => read(readMirror),
    noteMirror: (epoch) => write((own, atMs) => noteMirror(own, epoch, atMs)),
    writeMirror: (change) => write((own, atMs) => writeMirror(own, change, atMs)),
    dropTicket: (ticket) => write((own, atMs) => dropTicket(own, ticket, atMs)),
    keepTicket: (ticket) => write((own) => keepTicket(own, ticket)),
    noteServed: (boothId, pauseMs) => write((own, atMs) => noteServed(own, boothId, pauseMs, atMs)),
    claimEvent: (of, asap) => write((own, atMs) => claimEvent(own, of, asap, atMs)),
    endEvent: (event, delivered) => write((own) => endEvent(own, event, delivered)),
    dueEvents: (limit) => read((own, atMs) => dueEvents(own, limit, atMs)),
    auditHistory: (boothId) => read((own) => auditHistory(own, boothId)),
    writeJournal: (entry) => write((own, atMs) => writeJournal(own, entry, atMs)),
    writePass: (pass) => write((own, atMs) => writePass(own, pass, atMs)),
    readPasses: (limit) => read((own, atMs) => readPasses(own, limit, atMs)),
    writeIncident: (incident) => write((own, atMs) => writeIncident(own, incident, atMs)),
    readIncidents: (limit) => read((own) => readIncidents(own, limit)),
    readTrace: (of) => read((own) => readTrace(own, of)),
    noteAlerts: (ids, owner) => write((own, atMs) => noteAlerts(own, ids, owner, atMs)),
    takeClearedAlerts: (unseenMs) => write((own, atMs) => takeClearedAlerts(own, unseenMs, atMs)),
    addBooth: (booth) => write((own, atMs) => addBooth(own, booth, atMs)),
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

function commit(db: DatabaseSync, lock: SoftLock, attempts: readonly string[], nowMs: number): CommitResult {
  if (isVisitKind(lock.kind)) return commitVisit(db, lock, lock.kind, attempts, nowMs);
  switch (lock.kind) {
    case 'call':
      return commitCall(db, lock, attempts, nowMs);
    case 'join':
      return commitJoin(db, lock, attempts, nowMs);
    case 'leave':
    case 'dismiss':
      return commitLeave(db, lock, attempts, nowMs);
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
