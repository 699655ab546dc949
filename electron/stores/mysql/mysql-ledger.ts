/** The history in MySQL or MariaDB, beside the festival's backend: the Ledger port on two connections. */
import type { Ledger, Logger, SoftLock, StoreDescription } from '../../core/ports.ts';
import { parseLedgerUrl } from './address.ts';
import { auditHistory } from './audit.ts';
import { commitCall } from './commit-call.ts';
import { commitJoin } from './commit-join.ts';
import { commitVisit } from './commit-visit.ts';
import { inspectDatabase, type LedgerInspection } from './inspect.ts';
import { createLane, type Lane } from './lane.ts';
import { lastPass, writeJournal, writePass } from './notes.ts';
import { PREPARE_TIMEOUT_MS, prepareDatabase } from './prepare.ts';
import { countInside, findCommitted, listBooths, readBooth, readPeople, readVisit, ticketsWithRow, unservedTickets } from './reads.ts';
import type { Query } from './query.ts';
import { settle } from './settle.ts';
import { addWalkIn } from './walk-in.ts';

export interface MysqlLedgerOptions {
  /** `mysql://user:password@host:port/database`, percent-encoded. */
  readonly url: string;
  /** The festival's zone (IANA), by whose wall clock the date columns are written. */
  readonly timeZone: string;
  readonly queryTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly logger: Logger;
}

export interface MysqlLedger extends Ledger {
  /** Looks before connecting for good; changes nothing. Throws StoreFailure as every method does. Several round trips. */
  inspect(): Promise<LedgerInspection>;
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
      address: parseLedgerUrl(options.url),
      timeZone: options.timeZone,
      queryTimeoutMs: options.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      logger: options.logger,
    });
  // What a person waits for never queues behind a screen's refresh, a report or a migration. Settling goes with the taps, because a tap
  // with a lost reply settles itself; a pass settles one lock at a time, so that a tap finds at most one of its settles before it.
  const tap = lane('tap');
  const background = lane('background');
  return {
    prepare: (): Promise<StoreDescription> => background.run(prepareDatabase, PREPARE_TIMEOUT_MS),
    inspect: () => background.run(inspectDatabase),
    commit: (lock) => tap.run((query) => commit(query, lock)),
    settleVerdict: (lock) => tap.run((query) => settle(query, lock)),
    findCommitted: (asked, operationIds) => tap.run((query) => findCommitted(query, asked, operationIds)),
    readVisit: (waitingId) => tap.run((query) => readVisit(query, waitingId)),
    readBooth: (boothId) => background.run((query) => readBooth(query, boothId)),
    listBooths: () => background.run(listBooths),
    countInside: () => background.run(countInside),
    readPeople: (boothId, userIds) => background.run((query) => readPeople(query, boothId, userIds)),
    addWalkIn: (operationId, boothId, name) => tap.run((query) => addWalkIn(query, operationId, boothId, name)),
    unservedTickets: (boothId, limit) => background.run((query) => unservedTickets(query, boothId, limit)),
    ticketsWithRow: (tickets) => background.run((query) => ticketsWithRow(query, tickets)),
    auditHistory: (boothId) => background.run((query) => auditHistory(query, boothId)),
    writeJournal: (entry) => background.run((query) => writeJournal(query, entry)),
    writePass: (pass) => background.run((query) => writePass(query, pass)),
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
