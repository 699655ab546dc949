/** What staff make of a booth, as on the servers. */
import type { DatabaseSync } from 'node:sqlite';
import type { BoothChange, Ledger } from '../../core/ledger.ts';
import { assignmentsOf, changeDetail, statusAfter } from '../booth-change.ts';
import { writeIncident } from './sqlite-notes.ts';
import { first } from './sqlite-row.ts';

/** Inside the caller's write transaction. */
export function changeBooth(db: DatabaseSync, change: BoothChange, nowMs: number): Awaited<ReturnType<Ledger['changeBooth']>> {
  const { boothId, owner, waiting } = change;
  const booth = first(db, 'SELECT status FROM booth WHERE id = ?', boothId);
  if (booth === null) return 'BOOTH_NOT_FOUND';
  const status = statusAfter(change.change);
  if (status === null && booth['status'] !== 'OPEN') return 'BOOTH_CLOSED';
  if (status !== null) db.prepare('UPDATE booth SET status = ?, updated_at = ? WHERE id = ?').run(status, nowMs, boothId);
  db.prepare('INSERT INTO kiosk_booth (booth_id, gen) VALUES (?, 0) ON CONFLICT (booth_id) DO NOTHING').run(boothId);
  const { sql, values } = assignmentsOf(change, String(nowMs));
  db.prepare(`UPDATE kiosk_booth SET ${sql} WHERE booth_id = ?`).run(...values, boothId);
  writeIncident(db, { kind: change.change, boothId, fromMs: nowMs, toMs: nowMs, tickets: waiting, owner, detail: changeDetail(change) }, nowMs);
  return 'changed';
}

export function endDismissal(db: DatabaseSync, boothId: number, operationId: string): void {
  db.prepare('UPDATE kiosk_booth SET dismiss_op = NULL WHERE booth_id = ? AND dismiss_op = ?').run(boothId, operationId);
}

export function forgetOvertaken(db: DatabaseSync, boothId: number): void {
  const isOpen = first(db, 'SELECT status FROM booth WHERE id = ?', boothId)?.['status'] === 'OPEN';
  db.prepare(`UPDATE kiosk_booth SET ${isOpen ? 'dismiss_op = NULL' : 'last_call_at = NULL, paused_at = NULL'} WHERE booth_id = ?`).run(boothId);
}
