/** The story of a visitor, or of one visit: for people who ask what happened. Bounded, the newest of each kind. No function takes a lock. */
import type { TraceRecord } from '../../core/ledger.ts';
import { journalLines } from '../journal-row.ts';
import { readableRows, textOrNull, toId, toNumber, toNumberOrNull, toScore } from '../row-values.ts';
import type { Query, Row, SqlValue } from './query.ts';
import { epochMs, VISIT_COLUMNS, VISIT_JOINS, visitRow } from './rows.ts';

const LINES_MAX = 500;

/** Three statements, one after the other; four for a visit. */
export async function readTrace(query: Query, of: { readonly userId: number } | { readonly waitingId: number }): Promise<TraceRecord | null> {
  if ('userId' in of) {
    const [byUser, values] = ['user_id = ?', [of.userId]];
    const record = {
      registrations: await registrations(query, byUser, values),
      visits: await visits(query, `w.${byUser}`, values),
      journal: await journal(query, 'kiosk_journal line', 'line.user_id = ?', values),
    };
    return record.registrations.length + record.visits.length + record.journal.length === 0 ? null : record;
  }
  const [row] = (await query('SELECT user_id, booth_id, kiosk_call_op, COALESCE(kiosk_ticket, kiosk_released) AS ticket FROM waiting WHERE id = ?', [of.waitingId])).rows;
  if (row === undefined) return null;
  const [userId, boothId] = [toId(row['user_id'], 'users'), toId(row['booth_id'], 'booth')];
  return {
    registrations: await registrations(query, 'ticket = ?', [textOrNull(row['ticket'])]),
    visits: await visits(query, 'w.id = ?', [of.waitingId]),
    journal: await journal(query, LINES_OF_VISIT, 'TRUE', [of.waitingId, textOrNull(row['kiosk_call_op']), userId, boothId]),
  };
}

/** The line of a call may have been written by somebody who did not know the visit yet. Two looks by index, where one would read all lines. */
const LINES_OF_VISIT = `(SELECT * FROM kiosk_journal WHERE waiting_id = ?
  UNION SELECT * FROM kiosk_journal WHERE operation_id = ? AND user_id = ? AND booth_id = ?) line`;

async function registrations(query: Query, where: string, values: readonly SqlValue[]): Promise<TraceRecord['registrations']> {
  const rows = await newest(query, `ticket, booth_id, user_id, operation_id, ${epochMs('created_at')} AS at_ms, ${epochMs('left_at')} AS left_ms, ${epochMs('gone_at')} AS gone_ms`, 'kiosk_queue', where, 'created_at DESC, ticket', values);
  return readableRows(rows, (row) => ({
    ticket: { boothId: toId(row['booth_id'], 'booth'), userId: toId(row['user_id'], 'users'), score: toScore(row['ticket'], 'kiosk_queue.ticket') },
    atMs: toNumber(row['at_ms'], 'kiosk_queue.created_at'),
    byKiosk: row['operation_id'] !== null,
    leftAtMs: toNumberOrNull(row['left_ms'], 'kiosk_queue.left_at'),
    goneAtMs: toNumberOrNull(row['gone_ms'], 'kiosk_queue.gone_at'),
  }));
}

async function visits(query: Query, where: string, values: readonly SqlValue[]): Promise<TraceRecord['visits']> {
  const rows = await newest(query, `${VISIT_COLUMNS}, w.called_position, w.kiosk_call_op`, `waiting w ${VISIT_JOINS}`, where, 'w.id', values);
  return readableRows(rows, (row) => {
    const position = toNumberOrNull(row['called_position'], 'waiting.called_position') ?? 1;
    return { ...visitRow(row), calledFromPosition: position > 1 ? position : null, byKiosk: row['kiosk_call_op'] !== null };
  });
}

async function journal(query: Query, from: string, where: string, values: readonly SqlValue[]): Promise<TraceRecord['journal']> {
  return journalLines(await newest(query, `line.*, ${epochMs('line.created_at')} AS at_ms`, from, where, 'line.id', values), 'at_ms');
}

/** The newest, told from the oldest on. */
async function newest(query: Query, columns: string, from: string, where: string, by: string, values: readonly SqlValue[]): Promise<Row[]> {
  const { rows } = await query(`SELECT ${columns} FROM ${from} WHERE ${where} ORDER BY ${by} DESC LIMIT ${LINES_MAX}`, values);
  return rows.toReversed();
}
