/** What is written for people: the journal of operations and the last pass. Nothing here decides anything. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry, PassFigures, PassRecord } from '../../core/ports.ts';
import { ownerName } from '../owner-name.ts';
import { passRecord } from '../pass-record.ts';
import { readableRows } from '../row-values.ts';
import { JOURNAL_DAYS, SERVED_TICKET_DAYS } from '../retention.ts';
import { first } from './sqlite-row.ts';

export function writeJournal(db: DatabaseSync, entry: JournalEntry, nowMs: number): void {
  db.prepare(
    `INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, resolved_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(entry.operationId, entry.kind, entry.boothId, entry.userId, entry.waitingId, entry.score, ownerName(entry.owner), entry.outcome, ownerName(entry.resolvedBy), nowMs);
}

/** One process at a time has this file, so that the latest pass replaces the one before. */
export function writePass(db: DatabaseSync, pass: PassFigures, nowMs: number): void {
  db.prepare('DELETE FROM kiosk_pass').run();
  db.prepare('INSERT INTO kiosk_pass (owner, ended_at, cause, duration_ms, seen, finished, undone, superseded, kept, recounted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ownerName(pass.owner), nowMs, pass.trigger, pass.durationMs, pass.seen, pass.finished, pass.undone, pass.superseded, pass.kept, pass.recounted,
  );
  if (pass.trigger === 'start') forgetOld(db, nowMs);
}

const DAY_MS = 86_400_000;

function forgetOld(db: DatabaseSync, nowMs: number): void {
  db.prepare('DELETE FROM kiosk_journal WHERE created_at < ?').run(nowMs - JOURNAL_DAYS * DAY_MS);
  db.prepare('DELETE FROM kiosk_queue WHERE created_at < ? AND EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = kiosk_queue.ticket)').run(nowMs - SERVED_TICKET_DAYS * DAY_MS);
}

export function lastPass(db: DatabaseSync): PassRecord | null {
  const row = first(db, 'SELECT * FROM kiosk_pass');
  return readableRows(row === null ? [] : [row], (each) => passRecord(each, 'ended_at'))[0] ?? null;
}
