/** The history in MySQL or MariaDB, beside the festival's backend: the Ledger port on two connections. */
import type { Ledger } from '../../core/ledger.ts';
import type { Logger, SoftLock } from '../../core/ports.ts';
import { isVisitKind } from '../../core/waiting.ts';
import { parseLedgerUrl } from './address.ts';
import { noteAlerts, takeClearedAlerts } from './alerts.ts';
import { auditHistory } from './audit.ts';
import { changeBooth, endDismissal, forgetOvertaken } from './booth-phase.ts';
import { commitCall } from './commit-call.ts';
import { commitJoin } from './commit-join.ts';
import { commitLeave } from './commit-leave.ts';
import { commitVisit } from './commit-visit.ts';
import { readDepartures } from './departures.ts';
import { claimEvent, dueEvents, endEvent } from './events.ts';
import { inspectDatabase, type LedgerInspection } from './inspect.ts';
import { createLane, type Lane } from './lane.ts';
import { MIGRATE_TIMEOUT_MS, migrateDatabase, type Migrated } from './migrate.ts';
import { dropTicket, keepTicket, noteMirror, readMirror, writeMirror } from './mirror.ts';
import { readIncidents, readPasses, writeIncident, writeJournal, writePass } from './notes.ts';
import { prepareDatabase } from './prepare.ts';
import { noteServed } from './presence.ts';
import { countInside, findCommitted, listBoothCards, listBooths, readBooth, readGone, readPeople, readVisit } from './reads.ts';
import type { Query } from './query.ts';
import { countLeft, readCalled } from './report.ts';
import { fenceBooths, settle } from './settle.ts';
import { staleTickets, unservedTickets } from './tickets.ts';
import { readTrace } from './trace.ts';
import { addWalkIn, forgetPhones } from './walk-in.ts';
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
  /** A connection that served nothing for as long is kept alive by a statement. */
  readonly idleMs?: number;
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
/** The server ends a connection that is silent for longer than twice that. */
const IDLE_MS = 8000;

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
      idleMs: options.idleMs ?? IDLE_MS,
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
    commit: (lock, attempts = [lock.operationId]) => writeOn(tap, (query) => commit(query, lock, attempts)),
    settleVerdict: (lock) => writeOn(tap, (query) => settle(query, lock)),
    fenceBooths: (boothIds) => writeOn(background, (query) => fenceBooths(query, boothIds)),
    findCommitted: (asked, operationIds) => tap.run((query) => findCommitted(query, asked, operationIds)),
    readVisit: (waitingId) => tap.run((query) => readVisit(query, waitingId)),
    readBooth: (boothId) => background.run((query) => readBooth(query, boothId)),
    readGone: (boothId, limit) => background.run((query) => readGone(query, boothId, limit)),
    readDepartures: (boothId, limit) => background.run((query) => readDepartures(query, boothId, limit)),
    readCalled: (span, limit) => background.run((query) => readCalled(query, span, limit)),
    countLeft: (span) => background.run((query) => countLeft(query, span)),
    listBooths: () => background.run(listBooths),
    changeBooth: (change) => writeOn(tap, (query) => changeBooth(query, change)),
    endDismissal: (boothId, operationId) => writeOn(background, (query) => endDismissal(query, boothId, operationId)),
    forgetOvertaken: (boothId) => writeOn(background, (query) => forgetOvertaken(query, boothId)),
    listBoothCards: () => background.run(listBoothCards),
    countInside: () => background.run(countInside),
    readPeople: (boothId, userIds) => background.run((query) => readPeople(query, boothId, userIds)),
    addWalkIn: (operationId, boothId, name, phone = null) => writeOn(tap, (query) => addWalkIn(query, operationId, boothId, name, phone)),
    forgetPhones: (olderThanMs, limit) => writeOn(background, (query) => forgetPhones(query, olderThanMs, limit)),
    unservedTickets: (boothId, limit) => background.run((query) => unservedTickets(query, boothId, limit)),
    staleTickets: (tickets) => background.run((query) => staleTickets(query, tickets)),
    readMirror: () => background.run(readMirror),
    noteMirror: (epoch) => writeOn(background, (query) => noteMirror(query, epoch)),
    writeMirror: (change) => writeOn(background, (query) => writeMirror(query, change)),
    dropTicket: (ticket) => writeOn(tap, (query) => dropTicket(query, ticket)),
    keepTicket: (ticket) => writeOn(tap, (query) => keepTicket(query, ticket)),
    noteServed: (boothId, pauseMs) => writeOn(background, (query) => noteServed(query, boothId, pauseMs)),
    claimEvent: (of, asap) => writeOn(background, (query) => claimEvent(query, of, asap)),
    endEvent: (event, delivered) => writeOn(background, (query) => endEvent(query, event, delivered)),
    dueEvents: (limit) => background.run((query) => dueEvents(query, limit)),
    auditHistory: (boothId) => background.run((query) => auditHistory(query, boothId)),
    writeJournal: (entry) => writeOn(background, (query) => writeJournal(query, entry)),
    writePass: (pass) => writeOn(background, (query) => writePass(query, pass)),
    readPasses: (limit) => background.run((query) => readPasses(query, limit)),
    writeIncident: (incident) => writeOn(background, (query) => writeIncident(query, incident)),
    readIncidents: (limit) => background.run((query) => readIncidents(query, limit)),
    readTrace: (of) => background.run((query) => readTrace(query, of)),
    noteAlerts: (ids, owner) => writeOn(background, (query) => noteAlerts(query, ids, owner)),
    takeClearedAlerts: (unseenMs) => writeOn(background, (query) => takeClearedAlerts(query, unseenMs)),
    async close() {
      await Promise.all([tap.close(), background.close()]);
    },
  };
}

function commit(query: Query, lock: SoftLock, attempts: readonly string[]): ReturnType<Ledger['commit']> {
  if (isVisitKind(lock.kind)) return commitVisit(query, lock, lock.kind, attempts);
  switch (lock.kind) {
    case 'call':
      return commitCall(query, lock, attempts);
    case 'join':
      return commitJoin(query, lock, attempts);
    case 'leave':
    case 'dismiss':
      return commitLeave(query, lock, attempts);
  }
}
