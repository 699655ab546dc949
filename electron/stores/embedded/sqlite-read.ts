/** What screens and passes read from the embedded ledger. */
import type { DatabaseSync } from 'node:sqlite';
import { LATE_MS } from '../../../shared/limits.ts';
import type { AskedAgain, BoothHistory, BoothRow, Committed, VisitRow } from '../../core/ledger.ts';
import type { BoothCard } from '../../core/ports.ts';
import { EVENT_TRIES } from '../call-event.ts';
import { holdsEvidence, latestOperation } from '../evidence.ts';
import { boothCard } from '../booth-card.ts';
import { boothRow } from '../booth-row.ts';
import { readableRows, toEndedAs, toId, toNumber, toNumberOrNull, toStatus, toText, toTicketScore, toTime } from '../row-values.ts';
import { latestEpoch } from './sqlite-mirror.ts';
import { first, type Row } from './sqlite-row.ts';

export const VISIT = `SELECT w.*, u.nickname, v.number FROM waiting w LEFT JOIN users u ON u.id = w.user_id
  LEFT JOIN kiosk_visitor v ON v.user_id = w.user_id AND v.booth_id = w.booth_id`;
const BOOTH = `SELECT b.id AS booth_id, b.name AS booth_name, b.status AS booth_status, b.capacity, COALESCE(k.gen, 0) AS gen,
  k.last_call_at AS last_call_ms, k.paused_at AS paused_ms, k.closed_at AS closed_ms, k.dismiss_op, k.phase_reason, k.phase_staff
  FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id`;

export function visitRow(row: Row): VisitRow {
  const [boothId, userId] = [toId(row['booth_id'], 'booth'), toId(row['user_id'], 'users')];
  return {
    waitingId: toId(row['id'], 'waiting'),
    boothId,
    userId,
    status: toStatus(row['status']),
    score: toTicketScore(row['kiosk_ticket'], boothId, userId),
    revision: toNumber(row['kiosk_rev'] ?? 0, 'waiting.kiosk_rev'),
    registeredScore: toTime(row['registered_at'], 'waiting.registered_at') / 1000,
    calledAtMs: toNumber(row['called_at'], 'waiting.called_at'),
    enteredAtMs: toNumberOrNull(row['entered_at'], 'waiting.entered_at'),
    completedAtMs: toNumberOrNull(row['completed_at'], 'waiting.completed_at'),
    endedAs: toEndedAs(row['completion_type']),
    heldUntilMs: toNumberOrNull(row['kiosk_hold_until'], 'waiting.kiosk_hold_until'),
    released: row['kiosk_released'] !== null,
    recall: latestOperation(row['kiosk_ops'], 'recall'),
    announced: announcedOf(row),
    name: toText(row['nickname']),
    number: toNumberOrNull(row['number'], 'kiosk_visitor.number'),
  };
}

/** Of a call another program made, kiosks know only what they announced themselves. */
function announcedOf(row: Row): VisitRow['announced'] {
  const tries = toNumberOrNull(row['kiosk_event_tries'], 'waiting.kiosk_event_tries');
  if (row['kiosk_call_op'] === null && tries === null) return null;
  if (row['notification_sent'] === 1) return 'yes';
  if (row['kiosk_event_due'] !== null) return 'pending';
  return row['kiosk_event'] !== null && (tries ?? 0) >= EVENT_TRIES ? 'failed' : null;
}

export function readBooth(db: DatabaseSync, boothId: number, nowMs: number): BoothHistory | null {
  const booth = first(db, `${BOOTH} WHERE b.id = ?`, boothId);
  if (booth === null) return null;
  const live = db.prepare(`${VISIT} WHERE w.booth_id = ? AND w.status IN ('CALLED', 'ENTERED') ORDER BY w.called_at, w.id`).all(boothId);
  const since = first(db, 'SELECT since FROM kiosk_presence WHERE booth_id = ?', boothId)?.['since'];
  return { booth: boothRow(booth), live: readableRows(live, visitRow), servedSinceMs: toNumberOrNull(since, 'kiosk_presence.since'), epoch: latestEpoch(db), nowMs };
}

export function readVisit(db: DatabaseSync, waitingId: number): VisitRow | null {
  const row = first(db, `${VISIT} WHERE w.id = ?`, waitingId);
  return row === null ? null : visitRow(row);
}

export function readGone(db: DatabaseSync, boothId: number, limit: number, nowMs: number): VisitRow[] {
  const rows = db
    .prepare(
      `${VISIT} WHERE w.booth_id = ? AND w.status = 'COMPLETED' AND w.completed_at >= ? AND w.completion_type IN ('NO_SHOW', 'CANCELLED') AND w.kiosk_released IS NULL
       ORDER BY w.completed_at DESC, w.id DESC LIMIT ?`,
    )
    .all(boothId, nowMs - LATE_MS, limit);
  return readableRows(rows, visitRow);
}

export function listBooths(db: DatabaseSync): BoothRow[] {
  return readableRows(db.prepare(`${BOOTH} ORDER BY b.id`).all(), boothRow);
}

export function listBoothCards(db: DatabaseSync): BoothCard[] {
  const rows = db
    .prepare(
      `SELECT b.id AS booth_id, b.name, b.capacity, b.status, k.last_call_at IS NULL AS takes, b.description, u.name AS university
       FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id LEFT JOIN university u ON u.id = b.university_id ORDER BY b.id`,
    )
    .all();
  return readableRows(rows, boothCard);
}

const COMMITTED = {
  join: 'SELECT NULL AS id, user_id, booth_id, operation_id FROM kiosk_queue WHERE operation_id IN (SELECT value FROM json_each(?))',
  leave: 'SELECT NULL AS id, user_id, booth_id, left_op AS operation_id FROM kiosk_queue WHERE left_op IN (SELECT value FROM json_each(?))',
  dismiss: 'SELECT NULL AS id, user_id, booth_id, left_op AS operation_id FROM kiosk_queue WHERE left_op IN (SELECT value FROM json_each(?)) AND event_tries IS NOT NULL',
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
