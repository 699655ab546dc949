/** Who went from a booth lately. */
import type { DatabaseSync } from 'node:sqlite';
import { LATE_MS } from '../../../shared/limits.ts';
import type { Departure } from '../../core/ledger.ts';
import { announcedOfLeft, departures, type LeftQueue, linesByOperation, operationsOf } from '../departures.ts';
import { readableRows, toId, toNumber, toNumberOrNull, toText } from '../row-values.ts';
import { VISIT, visitRow } from './sqlite-read.ts';

export function readDepartures(db: DatabaseSync, boothId: number, limit: number, nowMs: number): Departure[] {
  const sinceMs = nowMs - LATE_MS;
  const rows = db.prepare(`${VISIT} WHERE w.booth_id = ? AND w.completed_at >= ? AND w.status = 'COMPLETED' ORDER BY w.completed_at DESC, w.id DESC LIMIT ?`).all(boothId, sinceMs, limit);
  const visits = readableRows(rows, (row) => ({ visit: visitRow(row), kept: row['kiosk_ops'] }));
  const left = leftQueue(db, boothId, sinceMs, limit);
  const lines = db
    .prepare("SELECT operation_id, staff, reason, created_at FROM kiosk_journal WHERE operation_id IN (SELECT value FROM json_each(?)) AND outcome = 'finished'")
    .all(JSON.stringify(operationsOf(visits, left)));
  return departures(visits, left, linesByOperation(lines, 'created_at'), limit);
}

function leftQueue(db: DatabaseSync, boothId: number, sinceMs: number, limit: number): LeftQueue[] {
  const rows = db
    .prepare(
      `SELECT q.user_id, q.left_op, q.left_at, q.event_due, q.event_tries, u.nickname, v.number
       FROM kiosk_queue q LEFT JOIN users u ON u.id = q.user_id LEFT JOIN kiosk_visitor v ON v.user_id = q.user_id AND v.booth_id = q.booth_id
       WHERE q.booth_id = ? AND q.left_op IS NOT NULL AND q.left_at >= ? ORDER BY q.left_at DESC LIMIT ?`,
    )
    .all(boothId, sinceMs, limit);
  return readableRows(rows, (row) => ({
    userId: toId(row['user_id'], 'users'), name: toText(row['nickname']), number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
    atMs: toNumber(row['left_at'], 'kiosk_queue.left_at'), operationId: toText(row['left_op']), announced: announcedOfLeft(row),
  }));
}
