import type { DatabaseSync } from 'node:sqlite';
import { dayOf } from '../../../shared/festival-day.ts';
import type { Ledger } from '../../core/ledger.ts';
import { walkInEmail, walkInName } from '../walk-in-name.ts';
import { UNSERVED } from './sqlite-mirror.ts';
import { first } from './sqlite-row.ts';

type Added = Awaited<ReturnType<Ledger['addWalkIn']>>;

/** Who was served or has left and comes again is a new visitor. */
const FIND_BY_PHONE = `SELECT v.user_id, v.number FROM kiosk_phone p JOIN kiosk_visitor v ON v.user_id = p.user_id
WHERE p.digits = ? AND v.booth_id = ?
  AND (NOT EXISTS (SELECT 1 FROM kiosk_queue r WHERE r.user_id = v.user_id AND r.booth_id = v.booth_id)
    OR EXISTS (SELECT 1 FROM kiosk_queue q WHERE q.user_id = v.user_id AND q.booth_id = v.booth_id AND ${UNSERVED}))
ORDER BY p.created_at, p.user_id LIMIT 1`;

/** Inside the caller's write transaction. The day is the festival's. */
export function addWalkIn(db: DatabaseSync, operationId: string, boothId: number, name: string, phone: string | null, nowMs: number, timeZone: string): Added {
  const nickname = walkInName(name);
  const before = first(db, 'SELECT user_id, number FROM kiosk_visitor WHERE operation_id = ?', operationId);
  if (before !== null) return added(before);
  const booth = first(db, 'SELECT b.status, k.last_call_at FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id WHERE b.id = ?', boothId);
  if (booth === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (booth['status'] !== 'OPEN') return { outcome: 'refused', code: 'BOOTH_CLOSED' };
  if (booth['last_call_at'] !== null) return { outcome: 'refused', code: 'BOOTH_LAST_CALL' };

  const known = phone === null ? null : first(db, FIND_BY_PHONE, phone, boothId);
  if (known !== null) return added(known);
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
  if (phone !== null) db.prepare('INSERT INTO kiosk_phone (user_id, digits, created_at) VALUES (?, ?, ?)').run(user.lastInsertRowid, phone, nowMs);
  return { outcome: 'added', userId: Number(user.lastInsertRowid), number };
}

function added(row: Readonly<Record<string, unknown>>): Added {
  return { outcome: 'added', userId: Number(row['user_id']), number: Number(row['number']) };
}

/** The oldest first, so that a batch that is too small for all does its part. */
export function forgetPhones(db: DatabaseSync, olderThanMs: number, limit: number, nowMs: number): number {
  const { changes } = db
    .prepare('DELETE FROM kiosk_phone WHERE user_id IN (SELECT user_id FROM kiosk_phone WHERE created_at < ? ORDER BY created_at LIMIT ?)')
    .run(nowMs - olderThanMs, limit);
  return Number(changes);
}
