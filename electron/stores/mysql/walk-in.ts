import type { Ledger } from '../../core/ledger.ts';
import { walkInEmail, walkInName } from '../walk-in-name.ts';
import { DUPLICATE_KEY, serverErrno } from './errors.ts';
import type { Query } from './query.ts';
import { inTransaction } from './transaction.ts';
import { toId, toNumber, toText } from '../row-values.ts';

type WalkIn = Awaited<ReturnType<Ledger['addWalkIn']>>;

const BEFORE = `SELECT CURRENT_DATE AS day, b.status, v.user_id, v.number FROM (SELECT 1) one
LEFT JOIN booth b ON b.id = ? LEFT JOIN kiosk_visitor v ON v.operation_id = ?`;
const COUNT_UP = 'INSERT INTO kiosk_number (booth_id, day, last) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE last = last + 1';
const INSERT_USER = `INSERT INTO users (email, nickname, role, fcm_token, notification_enabled, managed_booth_id, created_at, updated_at)
VALUES (?, ?, 'VISITOR', NULL, b'0', NULL, NOW(6), NOW(6))`;
const INSERT_VISITOR = `INSERT INTO kiosk_visitor (user_id, booth_id, day, number, operation_id)
SELECT ?, n.booth_id, n.day, n.last, ? FROM kiosk_number n WHERE n.booth_id = ? AND n.day = ?`;

/** One transaction; the booth's counter row orders kiosks that add at the same time. The day is the festival's. */
export async function addWalkIn(query: Query, operationId: string, boothId: number, name: string): Promise<WalkIn> {
  const nickname = walkInName(name);
  const before = (await query(BEFORE, [boothId, operationId])).rows[0] ?? {};
  if (before['user_id'] !== null) return added(before['user_id'], before['number']);
  if (before['status'] === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (before['status'] !== 'OPEN') return { outcome: 'refused', code: 'BOOTH_CLOSED' };
  try {
    return await insert(query, operationId, boothId, nickname, toText(before['day']));
  } catch (error) {
    if (serverErrno(error) !== DUPLICATE_KEY) throw error;
    // The same operation was added by another connection between the look and the insert.
    const after = (await query(BEFORE, [boothId, operationId])).rows[0] ?? {};
    if (after['user_id'] === null) throw error;
    return added(after['user_id'], after['number']);
  }
}

function insert(query: Query, operationId: string, boothId: number, nickname: string, day: string): Promise<WalkIn> {
  return inTransaction(query, async () => {
    const user = await query(INSERT_USER, [walkInEmail(operationId), nickname]);
    await query(COUNT_UP, [boothId, day]);
    await query(INSERT_VISITOR, [user.insertId, operationId, boothId, day]);
    const { rows } = await query('SELECT number FROM kiosk_visitor WHERE user_id = ?', [user.insertId]);
    return added(user.insertId, rows[0]?.['number']);
  });
}

function added(userId: unknown, number: unknown): WalkIn {
  return { outcome: 'added', userId: toId(userId, 'users'), number: toNumber(number, 'kiosk_visitor.number') };
}
