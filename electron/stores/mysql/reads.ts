/** What screens and passes read. Each function is one statement unless it says otherwise; none takes a lock. */
import type { AskedAgain, BoothHistory, BoothRow, Committed, VisitRow } from '../../core/ports.ts';
import { ticketKey, type Ticket } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { holdsEvidence } from '../evidence.ts';
import { readableRows, toId, toNumber, toNumberOrNull, toScore, toText } from '../row-values.ts';
import type { Query, Row } from './query.ts';
import { BOOTH_COLUMNS, boothRow, epochMs, VISIT_COLUMNS, VISIT_JOINS, visitRow } from './rows.ts';

/** One row per live visit, each with the booth; an empty booth is one row without a visit. */
export async function readBooth(query: Query, boothId: number): Promise<BoothHistory | null> {
  const { rows } = await query(
    `SELECT ${BOOTH_COLUMNS}, ${epochMs('NOW(6)')} AS now_ms, ${VISIT_COLUMNS}
     FROM booth b
     LEFT JOIN kiosk_booth k ON k.booth_id = b.id
     LEFT JOIN waiting w ON w.booth_id = b.id AND w.status IN ('CALLED', 'ENTERED')
     ${VISIT_JOINS}
     WHERE b.id = ? ORDER BY w.called_at, w.id`,
    [boothId],
  );
  const first = rows[0];
  if (first === undefined) return null;
  return {
    booth: boothRow(first),
    live: readableRows(rows.filter((row) => row['waiting_id'] !== null), visitRow),
    nowMs: toNumber(first['now_ms'], 'NOW()'),
  };
}

export async function readVisit(query: Query, waitingId: number): Promise<VisitRow | null> {
  const { rows } = await query(`SELECT ${VISIT_COLUMNS} FROM waiting w ${VISIT_JOINS} WHERE w.id = ?`, [waitingId]);
  return rows[0] === undefined ? null : visitRow(rows[0]);
}

const COMMITTED = {
  join: 'SELECT NULL AS waiting_id, user_id, booth_id, operation_id FROM kiosk_queue WHERE operation_id IN (?)',
  call: 'SELECT id AS waiting_id, user_id, booth_id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_call_op IN (?)',
} as const;

export async function findCommitted(query: Query, asked: AskedAgain, operationIds: readonly string[]): Promise<Committed | null> {
  if ('waitingId' in asked) return findOnVisit(query, asked, operationIds);
  const { rows } = await query(COMMITTED[asked.kind], [operationIds]);
  const row = rows[0];
  return row === undefined ? null : committed(row, toText(row['operation_id']));
}

async function findOnVisit(query: Query, { kind, waitingId }: Extract<AskedAgain, { waitingId: number }>, operationIds: readonly string[]): Promise<Committed | null> {
  const { rows } = await query('SELECT id AS waiting_id, user_id, booth_id, kiosk_ops FROM waiting WHERE id = ?', [waitingId]);
  const row = rows[0];
  const operationId = operationIds.find((id) => holdsEvidence(row?.['kiosk_ops'], kind, id));
  return row === undefined || operationId === undefined ? null : committed(row, operationId);
}

function committed(row: Row, operationId: string): Committed {
  const waitingId = row['waiting_id'] === null ? null : toId(row['waiting_id'], 'waiting');
  return { operationId, waitingId, userId: toId(row['user_id'], 'users'), boothId: toId(row['booth_id'], 'booth') };
}

export async function listBooths(query: Query): Promise<BoothRow[]> {
  const { rows } = await query(`SELECT ${BOOTH_COLUMNS} FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id ORDER BY b.id`);
  return readableRows(rows, boothRow);
}

export async function countInside(query: Query): Promise<{ boothId: number; inside: number }[]> {
  const { rows } = await query(
    `SELECT b.id AS booth_id, COUNT(w.id) AS inside FROM booth b
     LEFT JOIN waiting w ON w.booth_id = b.id AND w.status = 'ENTERED' GROUP BY b.id ORDER BY b.id`,
  );
  return readableRows(rows, (row) => ({ boothId: toId(row['booth_id'], 'booth'), inside: toNumber(row['inside'], 'COUNT(waiting)') }));
}

export async function readPeople(query: Query, boothId: number, userIds: readonly number[]): Promise<{ userId: number; name: string; number: number | null }[]> {
  if (userIds.length === 0) return [];
  const { rows } = await query(
    `SELECT u.id, u.nickname, v.number FROM users u
     LEFT JOIN kiosk_visitor v ON v.user_id = u.id AND v.booth_id = ? WHERE u.id IN (?) ORDER BY u.id`,
    [boothId, userIds],
  );
  return readableRows(rows, (row) => ({ userId: toId(row['id'], 'users'), name: toText(row['nickname']), number: toNumberOrNull(row['number'], 'kiosk_visitor.number') }));
}

/** A row is made at its call: the next best where another program left the time out. */
const CALLED_AT = "IF(f.called_at IS NULL OR f.called_at < '1000-01-01', f.created_at, f.called_at)";

/**
 * A ticket is used up by a row that carries it, and by any row of this visitor called after the registration: a visitor stands in a
 * queue once, so that call took this ticket, under its own score or that of another registration it was merged with.
 */
export async function unservedTickets(query: Query, boothId: number, limit: number): Promise<Ticket[]> {
  const { rows } = await query(
    `SELECT q.ticket, q.user_id, q.booth_id FROM kiosk_queue q
     WHERE q.booth_id = ?
       AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = q.ticket)
       AND NOT EXISTS (SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND ${CALLED_AT} >= q.created_at)
     ORDER BY q.score, CAST(q.user_id AS CHAR) LIMIT ?`,
    [boothId, limit],
  );
  return readableRows(rows, ticketOfRow);
}

function ticketOfRow(row: Row): Ticket {
  return { boothId: toId(row['booth_id'], 'booth'), userId: toId(row['user_id'], 'users'), score: toScore(row['ticket'], 'kiosk_queue.ticket') };
}

/** One statement per batch. */
export async function ticketsWithRow(query: Query, tickets: readonly Ticket[]): Promise<Ticket[]> {
  const taken = new Set<unknown>();
  for (const batch of batchesOf(tickets)) {
    const { rows } = await query('SELECT kiosk_ticket FROM waiting WHERE kiosk_ticket IN (?)', [batch.map(ticketKey)]);
    for (const row of rows) taken.add(row['kiosk_ticket']);
  }
  return tickets.filter((ticket) => taken.has(ticketKey(ticket)));
}
