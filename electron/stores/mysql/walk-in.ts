import type { Ledger } from '../../core/ledger.ts';
import { walkInEmail, walkInName } from '../walk-in-name.ts';
import { DUPLICATE_KEY, serverErrno } from './errors.ts';
import type { Query, Row } from './query.ts';
import { UNSERVED } from './tickets.ts';
import { inTransaction } from './transaction.ts';
import { toId, toNumber, toText } from '../row-values.ts';

type Added = Awaited<ReturnType<Ledger['addWalkIn']>>;

const BEFORE = `SELECT CURRENT_DATE AS day, b.status, k.last_call_at IS NOT NULL AS last_call, v.user_id, v.number FROM (SELECT 1) one
LEFT JOIN booth b ON b.id = ? LEFT JOIN kiosk_booth k ON k.booth_id = b.id LEFT JOIN kiosk_visitor v ON v.operation_id = ?`;
const COUNT_UP = 'INSERT INTO kiosk_number (booth_id, day, last) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE last = last + 1';
const INSERT_USER = `INSERT INTO users (email, nickname, role, fcm_token, notification_enabled, managed_booth_id, created_at, updated_at)
VALUES (?, ?, 'VISITOR', NULL, b'0', NULL, NOW(6), NOW(6))`;
const INSERT_VISITOR = `INSERT INTO kiosk_visitor (user_id, booth_id, day, number, operation_id)
SELECT ?, n.booth_id, n.day, n.last, ? FROM kiosk_number n WHERE n.booth_id = ? AND n.day = ?`;
const INSERT_PHONE = 'INSERT INTO kiosk_phone (user_id, digits, created_at) VALUES (?, ?, NOW(6))';
/** Who was served or has left and comes again is a new visitor. */
const FIND_BY_PHONE = `SELECT v.user_id, v.number FROM kiosk_phone p JOIN kiosk_visitor v ON v.user_id = p.user_id
WHERE p.digits = ? AND v.booth_id = ?
  AND (NOT EXISTS (SELECT 1 FROM kiosk_queue r WHERE r.user_id = v.user_id AND r.booth_id = v.booth_id)
    OR EXISTS (SELECT 1 FROM kiosk_queue q WHERE q.user_id = v.user_id AND q.booth_id = v.booth_id AND ${UNSERVED}))
ORDER BY p.created_at, p.user_id LIMIT 1`;

/** One transaction; the booth's counter row orders kiosks that add at the same time. The day is the festival's. */
export async function addWalkIn(query: Query, operationId: string, boothId: number, name: string, phone: string | null): Promise<Added> {
  const person = { nickname: walkInName(name), phone };
  const before = (await query(BEFORE, [boothId, operationId])).rows[0] ?? {};
  if (before['user_id'] !== null) return added(before['user_id'], before['number']);
  if (before['status'] === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (before['status'] !== 'OPEN') return { outcome: 'refused', code: 'BOOTH_CLOSED' };
  if (before['last_call'] === 1) return { outcome: 'refused', code: 'BOOTH_LAST_CALL' };
  try {
    return await insert(query, operationId, boothId, person, toText(before['day']));
  } catch (error) {
    if (serverErrno(error) !== DUPLICATE_KEY) throw error;
    // The same operation was added by another connection between the look and the insert.
    const after = (await query(BEFORE, [boothId, operationId])).rows[0] ?? {};
    if (after['user_id'] === null) throw error;
    return added(after['user_id'], after['number']);
  }
}

async function insert(query: Query, operationId: string, boothId: number, { nickname, phone }: { readonly nickname: string; readonly phone: string | null }, day: string): Promise<Added> {
  const { row } = await inTransaction(
    query,
    async () => {
      await query(COUNT_UP, [boothId, day]);
      const known = phone === null ? undefined : (await query(FIND_BY_PHONE, [phone, boothId])).rows[0];
      if (known !== undefined) return { row: known, isNew: false };
      const user = await query(INSERT_USER, [walkInEmail(operationId), nickname]);
      await query(INSERT_VISITOR, [user.insertId, operationId, boothId, day]);
      if (phone !== null) await query(INSERT_PHONE, [user.insertId, phone]);
      const { rows } = await query('SELECT user_id, number FROM kiosk_visitor WHERE user_id = ?', [user.insertId]);
      return { row: rows[0] ?? ({} as Row), isNew: true };
    },
    // Somebody who has a number already takes no other.
    ({ isNew }) => isNew,
  );
  return added(row['user_id'], row['number']);
}

/** The oldest first, so that a batch that is too small for all does its part. */
export async function forgetPhones(query: Query, olderThanMs: number, limit: number): Promise<number> {
  const { affected } = await query('DELETE FROM kiosk_phone WHERE created_at < NOW(6) - INTERVAL ? SECOND ORDER BY created_at LIMIT ?', [olderThanMs / 1_000, limit]);
  return affected;
}

function added(userId: unknown, number: unknown): Added {
  return { outcome: 'added', userId: toId(userId, 'users'), number: toNumber(number, 'kiosk_visitor.number') };
}
