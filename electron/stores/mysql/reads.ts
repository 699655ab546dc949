/** What screens and passes read. Each function is one statement unless it says otherwise; none takes a lock. */
import { LATE_MS } from '../../../shared/limits.ts';
import type { AskedAgain, BoothHistory, BoothRow, Committed, VisitRow } from '../../core/ledger.ts';
import type { BoothCard } from '../../core/ports.ts';
import { boothRow } from '../booth-row.ts';
import { holdsEvidence } from '../evidence.ts';
import { boothCard } from '../booth-card.ts';
import { readableRows, toId, toNumber, toNumberOrNull, toText } from '../row-values.ts';
import { LATEST_EPOCH } from './mirror.ts';
import type { Query, Row } from './query.ts';
import { BOOTH_COLUMNS, epochMs, VISIT_COLUMNS, VISIT_JOINS, visitRow } from './rows.ts';

/** One row per live visit, each with the booth; an empty booth is one row without a visit. */
export async function readBooth(query: Query, boothId: number): Promise<BoothHistory | null> {
  const { rows } = await query(
    `SELECT ${BOOTH_COLUMNS}, ${epochMs('NOW(6)')} AS now_ms, ${epochMs('p.since')} AS since_ms, ${LATEST_EPOCH} AS epoch, ${VISIT_COLUMNS}
     FROM booth b
     LEFT JOIN kiosk_booth k ON k.booth_id = b.id
     LEFT JOIN kiosk_presence p ON p.booth_id = b.id
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
    servedSinceMs: toNumberOrNull(first['since_ms'], 'kiosk_presence.since'),
    epoch: toNumber(first['epoch'], 'kiosk_mirror.epoch'),
    nowMs: toNumber(first['now_ms'], 'NOW()'),
  };
}

export async function readVisit(query: Query, waitingId: number): Promise<VisitRow | null> {
  const { rows } = await query(`SELECT ${VISIT_COLUMNS} FROM waiting w ${VISIT_JOINS} WHERE w.id = ?`, [waitingId]);
  return rows[0] === undefined ? null : visitRow(rows[0]);
}

export async function readGone(query: Query, boothId: number, limit: number): Promise<VisitRow[]> {
  const { rows } = await query(
    `SELECT ${VISIT_COLUMNS} FROM waiting w ${VISIT_JOINS}
     WHERE w.booth_id = ? AND w.completed_at >= NOW(6) - INTERVAL ${LATE_MS * 1000} MICROSECOND AND w.status = 'COMPLETED'
       AND w.completion_type IN ('NO_SHOW', 'CANCELLED') AND w.kiosk_released IS NULL
     ORDER BY w.completed_at DESC, w.id DESC LIMIT ?`,
    [boothId, limit],
  );
  return readableRows(rows, visitRow);
}

const COMMITTED = {
  join: 'SELECT NULL AS waiting_id, user_id, booth_id, operation_id FROM kiosk_queue WHERE operation_id IN (?)',
  leave: 'SELECT NULL AS waiting_id, user_id, booth_id, left_op AS operation_id FROM kiosk_queue WHERE left_op IN (?)',
  dismiss: 'SELECT NULL AS waiting_id, user_id, booth_id, left_op AS operation_id FROM kiosk_queue WHERE left_op IN (?) AND event_tries IS NOT NULL',
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

export async function listBoothCards(query: Query): Promise<BoothCard[]> {
  const { rows } = await query(
    `SELECT b.id AS booth_id, b.name, b.capacity, IF(b.status = 'OPEN', 'OPEN', 'CLOSED') AS status, k.last_call_at IS NULL AS takes, b.description, u.name AS university
     FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id LEFT JOIN university u ON u.id = b.university_id ORDER BY b.id`,
  );
  return readableRows(rows, boothCard);
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
