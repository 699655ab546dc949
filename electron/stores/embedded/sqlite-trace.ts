/** The story of a visitor, or of one visit: for people who ask what happened. Bounded, the newest of each kind. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { TraceRecord } from '../../core/ledger.ts';
import { journalLines } from '../journal-row.ts';
import { readableRows, textOrNull, toId, toNumber, toNumberOrNull, toScore } from '../row-values.ts';
import { VISIT, visitRow } from './sqlite-read.ts';
import { first, type Row } from './sqlite-row.ts';

const LINES_MAX = 500;

export function readTrace(db: DatabaseSync, of: { readonly userId: number } | { readonly waitingId: number }): TraceRecord | null {
  if ('userId' in of) {
    const record = {
      registrations: registrations(db, 'user_id = ?', of.userId),
      visits: visits(db, 'w.user_id = ?', of.userId),
      journal: journal(db, 'user_id = ?', of.userId),
    };
    return record.registrations.length + record.visits.length + record.journal.length === 0 ? null : record;
  }
  const row = first(db, 'SELECT user_id, booth_id, kiosk_call_op, COALESCE(kiosk_ticket, kiosk_released) AS ticket FROM waiting WHERE id = ?', of.waitingId);
  if (row === null) return null;
  const [userId, boothId] = [toId(row['user_id'], 'users'), toId(row['booth_id'], 'booth')];
  return {
    registrations: registrations(db, 'ticket = ?', textOrNull(row['ticket'])),
    visits: visits(db, 'w.id = ?', of.waitingId),
    // A call's line names no visit where the call was undone, and all the others do.
    journal: journal(db, 'waiting_id = ? OR (user_id = ? AND booth_id = ? AND operation_id = ?)', of.waitingId, userId, boothId, textOrNull(row['kiosk_call_op'])),
  };
}

function registrations(db: DatabaseSync, where: string, ...values: SQLInputValue[]): TraceRecord['registrations'] {
  return readableRows(newest(db, 'SELECT * FROM kiosk_queue', where, 'created_at DESC, ticket', values), (row) => ({
    ticket: { boothId: toId(row['booth_id'], 'booth'), userId: toId(row['user_id'], 'users'), score: toScore(row['ticket'], 'kiosk_queue.ticket') },
    atMs: toNumber(row['created_at'], 'kiosk_queue.created_at'),
    byKiosk: row['operation_id'] !== null,
    leftAtMs: toNumberOrNull(row['left_at'], 'kiosk_queue.left_at'),
    goneAtMs: toNumberOrNull(row['gone_at'], 'kiosk_queue.gone_at'),
  }));
}

function visits(db: DatabaseSync, where: string, ...values: SQLInputValue[]): TraceRecord['visits'] {
  return readableRows(newest(db, VISIT, where, 'w.id', values), (row) => {
    const position = toNumber(row['called_position'], 'waiting.called_position');
    return { ...visitRow(row), calledFromPosition: position > 1 ? position : null, byKiosk: row['kiosk_call_op'] !== null };
  });
}

function journal(db: DatabaseSync, where: string, ...values: SQLInputValue[]): TraceRecord['journal'] {
  return journalLines(newest(db, 'SELECT * FROM kiosk_journal', where, 'id', values), 'created_at');
}

/** The newest, told from the oldest on. */
function newest(db: DatabaseSync, select: string, where: string, by: string, values: readonly SQLInputValue[]): readonly Row[] {
  return db.prepare(`${select} WHERE ${where} ORDER BY ${by} DESC LIMIT ${LINES_MAX}`).all(...values).toReversed();
}
