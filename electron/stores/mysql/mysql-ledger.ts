/** The history in MySQL or MariaDB, beside the festival's backend: the Ledger port on two connections. */
import type { Ledger, Logger, SoftLock } from '../../core/ports.ts';
import { parseLedgerUrl } from './address.ts';
import { auditHistory } from './audit.ts';
import { commitCall } from './commit-call.ts';
import { commitJoin } from './commit-join.ts';
import { commitVisit } from './commit-visit.ts';
import { inspectDatabase, type LedgerInspection } from './inspect.ts';
import { createLane, type Lane } from './lane.ts';
import { MIGRATE_TIMEOUT_MS, migrateDatabase, type Migrated } from './migrate.ts';
import { lastPass, writeJournal, writePass } from './notes.ts';
import { prepareDatabase } from './prepare.ts';
import { countInside, findCommitted, listBooths, readBooth, readPeople, readVisit, ticketsWithRow, unservedTickets } from './reads.ts';
import type { Query } from './query.ts';
import { settle } from './settle.ts';
import { addWalkIn } from './walk-in.ts';
import { createWriteGate } from './write-gate.ts';

export interface MysqlLedgerOptions {
  /** `mysql://user:password@host:port/database`, percent-encoded. */
  readonly url: string;
  /** The only authorities to trust for `?tls=true`, as PEM; null: those every program trusts. */
  readonly tlsCa?: string | null;
  /** The festival's zone (IANA), by whose wall clock the date columns are written. */
  readonly timeZone: string;
  readonly queryTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly logger: Logger;
}

export interface MysqlLedger extends Ledger {
  /** Looks before connecting for good; changes nothing. Throws StoreFailure as every method does. Several round trips. */
  inspect(): Promise<LedgerInspection>;
  /** Brings the schema to this version; needs the right to change tables. Safe to repeat, to race and to resume. Many round trips. */
  migrate(): Promise<Migrated>;
}

const QUERY_TIMEOUT_MS = 2000;
const CONNECT_TIMEOUT_MS = 1500;

/**
 * Opens nothing yet: each lane connects with its first request, and again when a request finds it disconnected.
 * Throws StoreFailure LEDGER_UNFIT for an address that is none.
 */
export function createMysqlLedger(options: MysqlLedgerOptions): MysqlLedger {
  const lane = (name: string): Lane =>
    createLane({
      name,
      address: parseLedgerUrl(options.url, options.tlsCa),
      timeZone: options.timeZone,
      queryTimeoutMs: options.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      logger: options.logger,
    });
  // What a person waits for never queues behind a screen's refresh or a report. Settling goes with the taps, because a tap
  // with a lost reply settles itself; a pass settles one lock at a time, so that a tap finds at most one of its settles before it.
  const tap = lane('tap');
  const background = lane('background');
  const gate = createWriteGate(() => background.run((query) => prepareDatabase(query, options.timeZone)));
  const writeOn = <T>(on: Lane, work: (query: Query) => Promise<T>): Promise<T> => gate.whenFit(() => on.run(work));
  return {
    prepare: gate.prepare,
    inspect: () => background.run((query) => inspectDatabase(query, options.timeZone)),
    migrate: () => background.run(migrateDatabase, MIGRATE_TIMEOUT_MS),
    commit: (lock) => writeOn(tap, (query) => commit(query, lock)),
    settleVerdict: (lock) => writeOn(tap, (query) => settle(query, lock)),
    findCommitted: (asked, operationIds) => tap.run((query) => findCommitted(query, asked, operationIds)),
    readVisit: (waitingId) => tap.run((query) => readVisit(query, waitingId)),
    readBooth: (boothId) => background.run((query) => readBooth(query, boothId)),
    listBooths: () => background.run(listBooths),
    countInside: () => background.run(countInside),
    readPeople: (boothId, userIds) => background.run((query) => readPeople(query, boothId, userIds)),
    addWalkIn: (operationId, boothId, name) => writeOn(tap, (query) => addWalkIn(query, operationId, boothId, name)),
    unservedTickets: (boothId, limit) => background.run((query) => unservedTickets(query, boothId, limit)),
    ticketsWithRow: (tickets) => background.run((query) => ticketsWithRow(query, tickets)),
    auditHistory: (boothId) => background.run((query) => auditHistory(query, boothId)),
    writeJournal: (entry) => writeOn(background, (query) => writeJournal(query, entry)),
    writePass: (pass) => writeOn(background, (query) => writePass(query, pass)),
    lastPass: () => background.run(lastPass),
    async close() {
      await Promise.all([tap.close(), background.close()]);
    },
  };
}

function commit(query: Query, lock: SoftLock): ReturnType<Ledger['commit']> {
  switch (lock.kind) {
    case 'call':
      return commitCall(query, lock);
    case 'join':
      return commitJoin(query, lock);
    case 'enter':
    case 'complete':
    case 'no-show':
      return commitVisit(query, lock, lock.kind);
  }
}
