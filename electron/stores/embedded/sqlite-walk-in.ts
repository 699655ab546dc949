import type { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '../../core/ledger.ts';
import { walkInEmail, walkInName } from '../walk-in-name.ts';
import { first } from './sqlite-row.ts';

type WalkIn = Awaited<ReturnType<Ledger['addWalkIn']>>;

/** Inside the caller's write transaction. The day is the festival's. */
export function addWalkIn(db: DatabaseSync, operationId: string, boothId: number, name: string, nowMs: number, timeZone: string): WalkIn {
  const nickname = walkInName(name);
  const before = first(db, 'SELECT user_id, number FROM kiosk_visitor WHERE operation_id = ?', operationId);
  if (before !== null) return { outcome: 'added', userId: Number(before['user_id']), number: Number(before['number']) };
  const booth = first(db, 'SELECT status FROM booth WHERE id = ?', boothId);
  if (booth === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (booth['status'] !== 'OPEN') return { outcome: 'refused', code: 'BOOTH_CLOSED' };

  const day = dayOf(nowMs, timeZone);
  const user = db
    .prepare("INSERT INTO users (email, nickname, role, notification_enabled, created_at, updated_at) VALUES (?, ?, 'VISITOR', 0, ?, ?)")
    .run(walkInEmail(operationId), nickname, nowMs, nowMs);
  const counted = first(
    db,
    'INSERT INTO kiosk_number (booth_id, day, last) VALUES (?, ?, 1) ON CONFLICT (booth_id, day) DO UPDATE SET last = last + 1 RETURNING last',
    boothId,
    day,
  );
  const number = Number(counted?.['last']);
  db.prepare('INSERT INTO kiosk_visitor (user_id, booth_id, day, number, operation_id) VALUES (?, ?, ?, ?, ?)')
    .run(user.lastInsertRowid, boothId, day, number, operationId);
  return { outcome: 'added', userId: Number(user.lastInsertRowid), number };
}

/** The calendar day at an instant in a zone, as 2026-05-21. */
function dayOf(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(atMs);
}
