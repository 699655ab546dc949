/**
 * The backend's view of a `waiting` row: an object it loads, changes and saves whole, as its object mapper does. A save writes every
 * column it knows as it was when loaded (the notification columns among them), asks for nothing but the id, and knows no column of a kiosk.
 */
import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise';

export interface WaitingEntity {
  id: number;
  user_id: number;
  booth_id: number;
  called_position: number;
  status: 'CALLED' | 'ENTERED' | 'COMPLETED';
  completion_type: 'ENTERED' | 'NO_SHOW' | 'CANCELLED' | null;
  registered_at: string;
  called_at: string;
  entered_at: string | null;
  completed_at: string | null;
  notification_sent: Buffer;
  notification_retry_count: number;
  created_at: string;
  updated_at: string;
}

const COLUMNS = [
  'user_id', 'booth_id', 'called_position', 'status', 'completion_type', 'registered_at', 'called_at', 'entered_at', 'completed_at',
  'notification_sent', 'notification_retry_count', 'created_at', 'updated_at',
] as const satisfies readonly (keyof WaitingEntity)[];

const KOREA_MS = 9 * 3_600_000;

/** An instant (epoch ms) as the backend's wall clock shows it, which runs on Korean time whatever the server's does. */
export function wallClock(atMs: number): string {
  return new Date(atMs + KOREA_MS).toISOString().slice(0, -1).replace('T', ' ');
}

export async function loadWaiting(pool: Pool, where: string, values: readonly (string | number)[]): Promise<WaitingEntity[]> {
  const [rows] = await pool.query<RowDataPacket[]>(`SELECT id, ${COLUMNS.join(', ')} FROM waiting WHERE ${where}`, [...values]);
  return rows as WaitingEntity[];
}

export async function insertWaiting(pool: Pool, row: Omit<WaitingEntity, 'id'>): Promise<number> {
  const [done] = await pool.query<ResultSetHeader>(`INSERT INTO waiting (${COLUMNS.join(', ')}) VALUES (?)`, [COLUMNS.map((column) => row[column])]);
  return done.insertId;
}

/** Whole and unguarded: whatever anybody changed since the load is overwritten. */
export async function saveWaiting(pool: Pool, row: WaitingEntity): Promise<void> {
  const saved = { ...row, updated_at: wallClock(Date.now()) };
  await pool.query(`UPDATE waiting SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [...COLUMNS.map((column) => saved[column]), row.id]);
}
