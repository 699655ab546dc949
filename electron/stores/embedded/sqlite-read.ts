/** What screens and passes read from the embedded ledger. */
import type { DatabaseSync } from 'node:sqlite';
import type { AskedAgain, BoothHistory, BoothRow, Committed, HistoryAudit, VisitRow } from '../../core/ports.ts';
import { ticketKey, type Ticket } from '../../core/waiting.ts';
import { holdsEvidence } from '../evidence.ts';
import { readableRows, toCapacity, toId, toNumber, toNumberOrNull, toScore, toStatus, toText, toTicketScore } from '../row-values.ts';
import { first, type Row } from './sqlite-row.ts';

const OFFENDERS_MAX = 100;
const VISIT = `SELECT w.*, u.nickname, v.number FROM waiting w LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;
const BOOTH = 'SELECT b.id, b.name, b.status, b.capacity, COALESCE(k.gen, 0) AS gen FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id';

function visitRow(row: Row): VisitRow {
  const [boothId, userId] = [toId(row['booth_id'], 'booth'), toId(row['user_id'], 'users')];
  return {
    waitingId: toId(row['id'], 'waiting'),
    boothId,
    userId,
    status: toStatus(row['status']),
    score: toTicketScore(row['kiosk_ticket'], boothId, userId),
    revision: toNumber(row['kiosk_rev'] ?? 0, 'waiting.kiosk_rev'),
    calledAtMs: toNumber(row['called_at'], 'waiting.called_at'),
    enteredAtMs: toNumberOrNull(row['entered_at'], 'waiting.entered_at'),
    name: toText(row['nickname']),
    number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
  };
}

function boothRow(row: Row): BoothRow {
  return {
    boothId: toId(row['id'], 'booth'),
    name: toText(row['name']),
    status: row['status'] === 'OPEN' ? 'OPEN' : 'CLOSED',
    capacity: toCapacity(row['capacity']),
    generation: toNumber(row['gen'], 'kiosk_booth.gen'),
  };
}

export function readBooth(db: DatabaseSync, boothId: number, nowMs: number): BoothHistory | null {
  const booth = first(db, `${BOOTH} WHERE b.id = ?`, boothId);
  if (booth === null) return null;
  const live = db.prepare(`${VISIT} WHERE w.booth_id = ? AND w.status IN ('CALLED', 'ENTERED') ORDER BY w.called_at, w.id`).all(boothId);
  return { booth: boothRow(booth), live: readableRows(live, visitRow), nowMs };
}

export function readVisit(db: DatabaseSync, waitingId: number): VisitRow | null {
  const row = first(db, `${VISIT} WHERE w.id = ?`, waitingId);
  return row === null ? null : visitRow(row);
}

export function listBooths(db: DatabaseSync): BoothRow[] {
  return readableRows(db.prepare(`${BOOTH} ORDER BY b.id`).all(), boothRow);
}

const COMMITTED = {
  join: 'SELECT NULL AS id, user_id, booth_id, operation_id FROM kiosk_queue WHERE operation_id IN (SELECT value FROM json_each(?))',
  call: 'SELECT id, user_id, booth_id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_call_op IN (SELECT value FROM json_each(?))',
} as const;

export function findCommitted(db: DatabaseSync, asked: AskedAgain, operationIds: readonly string[]): Committed | null {
  if ('waitingId' in asked) {
    const visit = first(db, 'SELECT id, user_id, booth_id, kiosk_ops FROM waiting WHERE id = ?', asked.waitingId);
    const operationId = operationIds.find((id) => holdsEvidence(visit?.['kiosk_ops'], asked.kind, id));
    return visit === null || operationId === undefined ? null : committed(visit, operationId);
  }
  const row = first(db, COMMITTED[asked.kind], JSON.stringify(operationIds));
  return row === null ? null : committed(row, toText(row['operation_id']));
}

function committed(row: Row, operationId: string): Committed {
  const waitingId = row['id'] === null ? null : toId(row['id'], 'waiting');
  return { operationId, waitingId, userId: toId(row['user_id'], 'users'), boothId: toId(row['booth_id'], 'booth') };
}

export function countInside(db: DatabaseSync): { boothId: number; inside: number }[] {
  const rows = db.prepare("SELECT b.id, COUNT(w.id) AS inside FROM booth b LEFT JOIN waiting w ON w.booth_id = b.id AND w.status = 'ENTERED' GROUP BY b.id ORDER BY b.id").all();
  return readableRows(rows, (row) => ({ boothId: toId(row['id'], 'booth'), inside: toNumber(row['inside'], 'COUNT(waiting)') }));
}

export function readPeople(db: DatabaseSync, boothId: number, userIds: readonly number[]): { userId: number; name: string; number: number | null }[] {
  return db
    .prepare(
      `SELECT u.id, u.nickname, v.number FROM users u LEFT JOIN kiosk_visitor v ON v.user_id = u.id AND v.booth_id = ?
       WHERE u.id IN (SELECT value FROM json_each(?)) ORDER BY u.id`,
    )
    .all(boothId, JSON.stringify(userIds))
    .map((row) => ({ userId: toId(row['id'], 'users'), name: toText(row['nickname']), number: toNumberOrNull(row['number'], 'kiosk_visitor.number') }));
}

/** A row of this visitor called after the registration took the ticket, even under another score it was merged with. */
export function unservedTickets(db: DatabaseSync, boothId: number, limit: number): Ticket[] {
  const rows = db
    .prepare(
      `SELECT q.ticket, q.user_id FROM kiosk_queue q WHERE q.booth_id = ?
         AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = q.ticket)
         AND NOT EXISTS (SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND f.called_at >= q.created_at)
       ORDER BY q.score, CAST(q.user_id AS TEXT) LIMIT ?`,
    )
    .all(boothId, limit);
  return readableRows(rows, (row) => ({ boothId, userId: toId(row['user_id'], 'users'), score: toScore(row['ticket'], 'kiosk_queue.ticket') }));
}

export function ticketsWithRow(db: DatabaseSync, tickets: readonly Ticket[]): Ticket[] {
  const keys = JSON.stringify(tickets.map(ticketKey));
  const rows = db.prepare('SELECT kiosk_ticket FROM waiting WHERE kiosk_ticket IN (SELECT value FROM json_each(?))').all(keys);
  const taken = new Set(rows.map((row) => row['kiosk_ticket']));
  return tickets.filter((ticket) => taken.has(ticketKey(ticket)));
}

export function auditHistory(db: DatabaseSync, boothId: number): HistoryAudit {
  const count = (status: string): number => toNumber(first(db, 'SELECT COUNT(*) AS n FROM waiting WHERE booth_id = ? AND status = ?', boothId, status)?.['n'], 'COUNT(waiting)');
  const times = db
    .prepare(
      `SELECT id FROM waiting w WHERE booth_id = ? AND (registered_at > called_at OR entered_at < called_at
         OR completed_at < COALESCE(entered_at, called_at) OR (status = 'ENTERED' AND entered_at IS NULL)
         OR (status = 'COMPLETED' AND completed_at IS NULL)
         OR (status = 'COMPLETED' AND completion_type = 'ENTERED' AND entered_at IS NULL)) ORDER BY id LIMIT ${OFFENDERS_MAX}`,
    )
    .all(boothId);
  const unreadable = db
    .prepare(
      `SELECT id FROM waiting WHERE booth_id = ? AND (user_id NOT BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER} OR kiosk_ticket NOT LIKE booth_id || ':' || user_id || ':_%')
       ORDER BY id LIMIT ${OFFENDERS_MAX}`,
    )
    .all(boothId);
  const several = db
    .prepare(
      `SELECT user_id FROM waiting WHERE booth_id = ? AND status IN ('CALLED', 'ENTERED')
       GROUP BY user_id, registered_at / 1000 HAVING COUNT(*) > 1 ORDER BY user_id LIMIT ${OFFENDERS_MAX}`,
    )
    .all(boothId);
  return {
    called: count('CALLED'),
    entered: count('ENTERED'),
    capacity: toCapacity(first(db, 'SELECT capacity FROM booth WHERE id = ?', boothId)?.['capacity']),
    timesOutOfOrder: times.map((row) => toId(row['id'], 'waiting')),
    unreadable: unreadable.map((row) => toId(row['id'], 'waiting')),
    usersWithSeveralLiveVisits: several.map((row) => toId(row['user_id'], 'users')),
  };
}
