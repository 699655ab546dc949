/** What is written for people: the journal of operations and the last pass. Nothing here decides anything. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry, PassFigures, PassRecord } from '../../core/ports.ts';

const OWNER_MAX_CHARS = 100;
const bounded = (text: string): string => [...text].slice(0, OWNER_MAX_CHARS).join('');

export function writeJournal(db: DatabaseSync, entry: JournalEntry, nowMs: number): void {
  db.prepare(
    `INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, resolved_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(entry.operationId, entry.kind, entry.boothId, entry.userId, entry.waitingId, entry.score, bounded(entry.owner), entry.outcome, bounded(entry.resolvedBy), nowMs);
}

/** One process at a time has this file, so that the latest pass replaces the one before. */
export function writePass(db: DatabaseSync, pass: PassFigures, nowMs: number): void {
  db.prepare('DELETE FROM kiosk_pass').run();
  db.prepare('INSERT INTO kiosk_pass (owner, ended_at, cause, duration_ms, seen, finished, undone, superseded, kept, recounted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    bounded(pass.owner), nowMs, pass.trigger, pass.durationMs, pass.seen, pass.finished, pass.undone, pass.superseded, pass.kept, pass.recounted,
  );
}

export function lastPass(db: DatabaseSync): PassRecord | null {
  const row = db.prepare('SELECT owner, ended_at AS endedAtMs, cause AS "trigger", duration_ms AS durationMs, seen, finished, undone, superseded, kept, recounted FROM kiosk_pass').get();
  return row === undefined ? null : ({ ...row } as unknown as PassRecord);
}
