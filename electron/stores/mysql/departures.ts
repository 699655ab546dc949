/** Who went from a booth lately. No statement takes a lock. */
import { LATE_MS } from '../../../shared/limits.ts';
import type { Departure } from '../../core/ledger.ts';
import { announcedOfLeft, departures, type EndedVisit, type LeftQueue, linesByOperation, operationsOf } from '../departures.ts';
import { readableRows, toId, toNumber, toNumberOrNull, toText } from '../row-values.ts';
import type { Query } from './query.ts';
import { epochMs, VISIT_COLUMNS, VISIT_JOINS, visitRow } from './rows.ts';

const SINCE = `NOW(6) - INTERVAL ${LATE_MS * 1000} MICROSECOND`;

/** Three statements, one after the other; two when nobody went. */
export async function readDepartures(query: Query, boothId: number, limit: number): Promise<Departure[]> {
  const [visits, left] = [await ended(query, boothId, limit), await leftQueue(query, boothId, limit)];
  const operationIds = operationsOf(visits, left);
  const rows = operationIds.length === 0 ? [] : (await query(`SELECT operation_id, staff, reason, ${epochMs('created_at')} AS at_ms FROM kiosk_journal WHERE operation_id IN (?) AND outcome = 'finished'`, [operationIds])).rows;
  return departures(visits, left, linesByOperation(rows, 'at_ms'), limit);
}

async function ended(query: Query, boothId: number, limit: number): Promise<EndedVisit[]> {
  const { rows } = await query(
    `SELECT ${VISIT_COLUMNS} FROM waiting w ${VISIT_JOINS}
     WHERE w.booth_id = ? AND w.completed_at >= ${SINCE} AND w.status = 'COMPLETED' ORDER BY w.completed_at DESC, w.id DESC LIMIT ?`,
    [boothId, limit],
  );
  return readableRows(rows, (row) => ({ visit: visitRow(row), kept: row['kiosk_ops'] }));
}

async function leftQueue(query: Query, boothId: number, limit: number): Promise<LeftQueue[]> {
  const { rows } = await query(
    `SELECT q.user_id, q.left_op, ${epochMs('q.left_at')} AS at_ms, q.event_due, q.event_tries, u.nickname, v.number
     FROM kiosk_queue q LEFT JOIN users u ON u.id = q.user_id LEFT JOIN kiosk_visitor v ON v.user_id = q.user_id AND v.booth_id = q.booth_id
     WHERE q.booth_id = ? AND q.left_op IS NOT NULL AND q.left_at >= ${SINCE} ORDER BY q.left_at DESC LIMIT ?`,
    [boothId, limit],
  );
  return readableRows(rows, (row) => ({
    userId: toId(row['user_id'], 'users'), name: toText(row['nickname']), number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
    atMs: toNumber(row['at_ms'], 'kiosk_queue.left_at'), operationId: toText(row['left_op']), announced: announcedOfLeft(row),
  }));
}
