/** What screens and passes read from the embedded ledger. */
import type { DatabaseSync } from 'node:sqlite';
import type { BoothHistory, BoothRow, Committed, HistoryAudit, VisitRow } from '../../core/ports.ts';
import { EVIDENCE, ticketKey, type CompletionType, type OperationKind, type Ticket, type WaitingStatus } from '../../core/waiting.ts';
import { first } from './sqlite-commit.ts';

type Row = Readonly<Record<string, unknown>>;

const OFFENDERS_MAX = 100;
const VISIT = `SELECT w.*, u.nickname, v.number FROM waiting w LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;
const BOOTH = 'SELECT b.id, b.name, b.status, b.capacity, COALESCE(k.gen, 0) AS gen FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id';

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));
const scoreOf = (ticket: unknown): number | null => (typeof ticket === 'string' ? Number(ticket.slice(ticket.lastIndexOf(':') + 1)) : null);

function visitRow(row: Row): VisitRow {
  return {
    waitingId: Number(row['id']),
    boothId: Number(row['booth_id']),
    userId: Number(row['user_id']),
    status: row['status'] as WaitingStatus,
    completionType: row['completion_type'] as CompletionType | null,
    score: scoreOf(row['kiosk_ticket']),
    revision: Number(row['kiosk_rev'] ?? 0),
    calledAtMs: Number(row['called_at']),
    enteredAtMs: numberOrNull(row['entered_at']),
    name: String(row['nickname'] ?? ''),
    number: numberOrNull(row['number']),
  };
}

function boothRow(row: Row): BoothRow {
  const status = row['status'] === 'OPEN' ? 'OPEN' : 'CLOSED';
  return { boothId: Number(row['id']), name: String(row['name']), status, capacity: Number(row['capacity']), generation: Number(row['gen']) };
}

export function readBooth(db: DatabaseSync, boothId: number, nowMs: number): BoothHistory | null {
  const booth = first(db, `${BOOTH} WHERE b.id = ?`, boothId);
  if (booth === null) return null;
  const live = db.prepare(`${VISIT} WHERE w.booth_id = ? AND w.status IN ('CALLED', 'ENTERED') ORDER BY w.called_at, w.id`).all(boothId);
  return { booth: boothRow(booth), live: live.map(visitRow), nowMs };
}

export function readVisit(db: DatabaseSync, waitingId: number): VisitRow | null {
  const row = first(db, `${VISIT} WHERE w.id = ?`, waitingId);
  return row === null ? null : visitRow(row);
}

export function listBooths(db: DatabaseSync): BoothRow[] {
  return db.prepare(`${BOOTH} ORDER BY b.id`).all().map(boothRow);
}

export function findCommitted(db: DatabaseSync, kind: OperationKind, operationIds: readonly string[]): Committed | null {
  const [from, column] = kind === 'join' ? ['(SELECT NULL AS id, * FROM kiosk_queue)', 'operation_id'] : ['waiting', EVIDENCE[kind]];
  const sql = `SELECT id, user_id, booth_id, ${column} AS operation_id FROM ${from} WHERE ${column} IN (SELECT value FROM json_each(?))`;
  const row = first(db, sql, JSON.stringify(operationIds));
  return row === null ? null : { operationId: String(row['operation_id']), waitingId: numberOrNull(row['id']), userId: Number(row['user_id']), boothId: Number(row['booth_id']) };
}

export function countInside(db: DatabaseSync): { boothId: number; inside: number }[] {
  return db
    .prepare("SELECT b.id, COUNT(w.id) AS inside FROM booth b LEFT JOIN waiting w ON w.booth_id = b.id AND w.status = 'ENTERED' GROUP BY b.id ORDER BY b.id")
    .all()
    .map((row) => ({ boothId: Number(row['id']), inside: Number(row['inside']) }));
}

export function readPeople(db: DatabaseSync, boothId: number, userIds: readonly number[]): { userId: number; name: string; number: number | null }[] {
  return db
    .prepare(
      `SELECT u.id, u.nickname, v.number FROM users u LEFT JOIN kiosk_visitor v ON v.user_id = u.id AND v.booth_id = ?
       WHERE u.id IN (SELECT value FROM json_each(?)) ORDER BY u.id`,
    )
    .all(boothId, JSON.stringify(userIds))
    .map((row) => ({ userId: Number(row['id']), name: String(row['nickname']), number: numberOrNull(row['number']) }));
}

/** A row of this visitor called after the registration took the ticket, even under another score it was merged with. */
export function unservedTickets(db: DatabaseSync, boothId: number, limit: number): Ticket[] {
  return db
    .prepare(
      `SELECT q.ticket, q.user_id FROM kiosk_queue q WHERE q.booth_id = ?
         AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = q.ticket)
         AND NOT EXISTS (SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND f.called_at >= q.created_at)
       ORDER BY q.score, CAST(q.user_id AS TEXT) LIMIT ?`,
    )
    .all(boothId, limit)
    .map((row) => ({ boothId, userId: Number(row['user_id']), score: scoreOf(row['ticket']) ?? 0 }));
}

export function ticketsWithRow(db: DatabaseSync, tickets: readonly Ticket[]): Ticket[] {
  const keys = JSON.stringify(tickets.map(ticketKey));
  const rows = db.prepare('SELECT kiosk_ticket FROM waiting WHERE kiosk_ticket IN (SELECT value FROM json_each(?))').all(keys);
  const taken = new Set(rows.map((row) => row['kiosk_ticket']));
  return tickets.filter((ticket) => taken.has(ticketKey(ticket)));
}

export function auditHistory(db: DatabaseSync, boothId: number): HistoryAudit {
  const count = (status: string): number => Number(first(db, 'SELECT COUNT(*) AS n FROM waiting WHERE booth_id = ? AND status = ?', boothId, status)?.['n']);
  const times = db
    .prepare(
      `SELECT id FROM waiting w WHERE booth_id = ? AND (registered_at > called_at OR entered_at < called_at
         OR completed_at < COALESCE(entered_at, called_at) OR (status = 'ENTERED' AND entered_at IS NULL)
         OR (status = 'COMPLETED' AND completed_at IS NULL)
         OR (status = 'COMPLETED' AND completion_type = 'ENTERED' AND entered_at IS NULL)) ORDER BY id LIMIT ${OFFENDERS_MAX}`,
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
    capacity: Number(first(db, 'SELECT capacity FROM booth WHERE id = ?', boothId)?.['capacity'] ?? 0),
    timesOutOfOrder: times.map((row) => Number(row['id'])),
    usersWithSeveralLiveVisits: several.map((row) => Number(row['user_id'])),
  };
}
