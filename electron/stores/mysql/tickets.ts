/** Tickets that wait, by the ledger: which of them nothing has used up, and which must not wait any more. No function takes a lock. */
import { registeredAtMs, ticketKey, type Ticket } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { readableRows, toId, toScore } from '../row-values.ts';
import { CALL_OP_INDEX } from './migrations/waiting-columns.ts';
import type { Query, Row } from './query.ts';

/** SQL of when a row was called. It is made at its call: the next best where another program left the time out. */
export function calledAt(alias: string): string {
  return `IF(${alias}.called_at IS NULL OR ${alias}.called_at < '1000-01-01', ${alias}.created_at, ${alias}.called_at)`;
}
/** Of the row f. */
export const CALLED_AT = calledAt('f');

/**
 * SQL of a row q of kiosk_queue: a ticket is used up by a row that carries it, and by any row of this visitor called after the
 * registration: a visitor stands in a queue once, so that call took this ticket, under its own score or that of another registration it
 * was merged with. A row that was given up has put its ticket back. The cheap question comes first, and answers for all that was ever
 * served here.
 */
export const UNSERVED = `q.left_at IS NULL AND q.gone_at IS NULL
       AND CASE WHEN EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = q.ticket) THEN FALSE
         ELSE NOT EXISTS (SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND f.kiosk_released IS NULL AND ${CALLED_AT} >= q.created_at) END`;

export async function unservedTickets(query: Query, boothId: number, limit: number): Promise<Ticket[]> {
  const { rows } = await query(
    `SELECT q.ticket, q.user_id, q.booth_id FROM kiosk_queue q WHERE q.booth_id = ? AND ${UNSERVED} ORDER BY q.score, CAST(q.user_id AS CHAR) LIMIT ?`,
    [boothId, limit],
  );
  return readableRows(rows, ticketOfRow);
}

function ticketOfRow(row: Row): Ticket {
  return { boothId: toId(row['booth_id'], 'booth'), userId: toId(row['user_id'], 'users'), score: toScore(row['ticket'], 'kiosk_queue.ticket') };
}

/**
 * By ticket; by registration, which a kiosk's later call of this visitor has used up; or, of rows that carry no ticket, by visitor, booth and second of registration, as a call judges them. Those rows are found by their
 * visitors: beside a backend that calls, most rows may be without a kiosk's operation.
 */
const STALE = `SELECT kiosk_ticket AS stale FROM waiting WHERE kiosk_ticket IN (?)
UNION ALL SELECT q.ticket FROM kiosk_queue q WHERE q.ticket IN (?) AND (q.left_at IS NOT NULL OR EXISTS (
  SELECT 1 FROM waiting c IGNORE INDEX (${CALL_OP_INDEX}) WHERE c.user_id = q.user_id AND c.booth_id = q.booth_id AND c.called_at >= q.created_at
    AND c.kiosk_call_op IS NOT NULL AND c.kiosk_released IS NULL))
UNION ALL SELECT CONCAT_WS(' ', booth_id, user_id, FLOOR(UNIX_TIMESTAMP(registered_at))) FROM waiting IGNORE INDEX (${CALL_OP_INDEX})
  WHERE user_id IN (?) AND booth_id IN (?) AND kiosk_call_op IS NULL AND kiosk_released IS NULL`;

/** One statement for each batch. */
export async function staleTickets(query: Query, tickets: readonly Ticket[]): Promise<Ticket[]> {
  const stale = new Set<unknown>();
  for (const batch of batchesOf(tickets)) {
    const keys = batch.map(ticketKey);
    const [userIds, boothIds] = [distinct(batch.map((ticket) => ticket.userId)), distinct(batch.map((ticket) => ticket.boothId))];
    const { rows } = await query(STALE, [keys, keys, userIds, boothIds]);
    for (const row of rows) stale.add(row['stale']);
  }
  return tickets.filter((ticket) => stale.has(ticketKey(ticket)) || stale.has(secondKey(ticket)));
}

function secondKey({ boothId, userId, score }: Ticket): string {
  const atMs = registeredAtMs(score);
  return atMs === null ? '' : `${boothId} ${userId} ${Math.floor(atMs / 1000)}`;
}

function distinct(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)];
}
