/** What is written for people: the journal of operations, the passes and the incidents. Nothing here decides anything. */
import type { DatabaseSync } from 'node:sqlite';
import { REASON_MAX_CHARS, STAFF_MAX_CHARS } from '../../../shared/limits.ts';
import { INCIDENT_KINDS } from '../../../shared/snapshot.ts';
import type { Incident, JournalEntry, PassFigures, PassRecord } from '../../core/ledger.ts';
import { DETAIL_MAX_CHARS, incidents } from '../incident-row.ts';
import { cutText, ownerName } from '../owner-name.ts';
import { passRecord } from '../pass-record.ts';
import { INCIDENT_DAYS, JOURNAL_DAYS, PASS_DAYS, REMOVED_PER_START, SERVED_TICKET_DAYS } from '../retention.ts';
import { readableRows } from '../row-values.ts';

export function writeJournal(db: DatabaseSync, entry: JournalEntry, nowMs: number): void {
  const { operationId, kind, boothId, userId, waitingId, score, outcome, settled } = entry;
  const staff = entry.staff === null ? null : cutText(entry.staff, STAFF_MAX_CHARS);
  const reason = entry.reason === null ? null : cutText(entry.reason, REASON_MAX_CHARS);
  db.prepare(
    `INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, settled, staff, reason, resolved_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(operationId, kind, boothId, userId, waitingId, score, ownerName(entry.owner), outcome, settled ? 1 : 0, staff, reason, ownerName(entry.resolvedBy), nowMs);
}

export function writePass(db: DatabaseSync, pass: PassFigures, nowMs: number): void {
  db.prepare(
    `INSERT INTO kiosk_pass (owner, ended_at, cause, is_lead, duration_ms, seen, finished, undone, superseded, quarantined, kept, recounted, drift, swept, refilled, expired)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ownerName(pass.owner), nowMs, pass.trigger, pass.lead ? 1 : 0, pass.durationMs, pass.seen, pass.finished, pass.undone, pass.superseded, pass.quarantined, pass.kept,
    pass.recounted, pass.drift, pass.swept, pass.refilled, pass.expired,
  );
  if (pass.trigger === 'start') forgetOld(db, nowMs);
}

const DAY_MS = 86_400_000;
/** ?1: what is older than this. */
const OLD = [
  ['kiosk_pass', PASS_DAYS, 'ended_at < ?1'],
  ['kiosk_journal', JOURNAL_DAYS, 'created_at < ?1'],
  ['kiosk_incident', INCIDENT_DAYS, 'created_at < ?1'],
  [
    'kiosk_queue',
    SERVED_TICKET_DAYS,
    'created_at < ?1 AND (left_at < ?1 OR gone_at < ?1 OR EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = kiosk_queue.ticket))',
  ],
] as const;

function forgetOld(db: DatabaseSync, nowMs: number): void {
  for (const [table, days, isOld] of OLD) {
    db.prepare(`DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${isOld} LIMIT ${REMOVED_PER_START})`).run(nowMs - days * DAY_MS);
  }
}

/** A clock that was ahead for a while must not keep an old pass the latest. */
export function readPasses(db: DatabaseSync, limit: number, nowMs: number): PassRecord[] {
  const rows = db.prepare('SELECT * FROM kiosk_pass WHERE ended_at <= ? ORDER BY ended_at DESC, id DESC LIMIT ?').all(nowMs, limit);
  return readableRows(rows, (row) => passRecord(row, 'ended_at'));
}

export function writeIncident(db: DatabaseSync, incident: Incident, nowMs: number): void {
  const { kind, boothId, fromMs, toMs, tickets } = incident;
  db.prepare('INSERT INTO kiosk_incident (kind, booth_id, from_at, to_at, tickets, owner, detail, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(kind, boothId, Math.round(fromMs), Math.round(toMs), tickets, ownerName(incident.owner), cutText(incident.detail, DETAIL_MAX_CHARS), nowMs);
}

export function readIncidents(db: DatabaseSync, limit: number): Incident[] {
  const kinds = JSON.stringify(INCIDENT_KINDS);
  const rows = db.prepare('SELECT * FROM kiosk_incident WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC, id DESC LIMIT ?').all(kinds, limit);
  return incidents(rows, { from: 'from_at', to: 'to_at' });
}
