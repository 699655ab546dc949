/** The ledger's copy of the queues: what a lost queue is refilled from, and what must not wait (any more). */
import type { DatabaseSync } from 'node:sqlite';
import type { Ledger, MirrorChange } from '../../core/ledger.ts';
import { registeredAtMs, ticketKey, type Ticket } from '../../core/waiting.ts';
import { readableRows, toId, toNumber, toNumberOrNull, toScore } from '../row-values.ts';
import { first } from './sqlite-row.ts';

/** The epoch of the whole festival stands beside those of the booths. */
const WHOLE_FESTIVAL = 0;

/**
 * SQL of a row q of kiosk_queue that waits: a row of this visitor called after the registration took the ticket, even under another score it was merged with; one that was given up
 * has put its ticket back.
 */
export const UNSERVED = `q.left_at IS NULL AND q.gone_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = q.ticket)
         AND NOT EXISTS (SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND f.called_at >= q.created_at
           AND f.kiosk_released IS NULL)`;

export function unservedTickets(db: DatabaseSync, boothId: number, limit: number): Ticket[] {
  const rows = db
    .prepare(`SELECT q.ticket, q.user_id FROM kiosk_queue q WHERE q.booth_id = ? AND ${UNSERVED} ORDER BY q.score, CAST(q.user_id AS TEXT) LIMIT ?`)
    .all(boothId, limit);
  return readableRows(rows, (row) => ({ boothId, userId: toId(row['user_id'], 'users'), score: toScore(row['ticket'], 'kiosk_queue.ticket') }));
}

/** A visitor stands in a queue once: a kiosk's call after the registration used it up, whatever ticket it was by. */
const STALE = `SELECT t.value ->> 'at' AS at FROM json_each(?) t
  WHERE EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = t.value ->> 'key')
    OR EXISTS (SELECT 1 FROM kiosk_queue q WHERE q.ticket = t.value ->> 'key' AND (q.left_at IS NOT NULL OR EXISTS (
      SELECT 1 FROM waiting c WHERE c.user_id = q.user_id AND c.booth_id = q.booth_id AND c.called_at >= q.created_at AND c.kiosk_call_op IS NOT NULL AND c.kiosk_released IS NULL)))
    OR EXISTS (SELECT 1 FROM waiting f WHERE f.user_id = t.value ->> 'user' AND f.booth_id = t.value ->> 'booth' AND f.kiosk_call_op IS NULL
      AND f.kiosk_released IS NULL AND f.registered_at / 1000 = t.value ->> 'second')`;

export function staleTickets(db: DatabaseSync, tickets: readonly Ticket[]): Ticket[] {
  const asked = tickets.map((ticket, at) => {
    const registeredMs = registeredAtMs(ticket.score);
    return { at, key: ticketKey(ticket), user: ticket.userId, booth: ticket.boothId, second: registeredMs === null ? null : Math.floor(registeredMs / 1000) };
  });
  const stale = new Set(db.prepare(STALE).all(JSON.stringify(asked)).map((row) => row['at']));
  return tickets.filter((_ticket, at) => stale.has(at));
}

export function readMirror(db: DatabaseSync, nowMs: number): Awaited<ReturnType<Ledger['readMirror']>> {
  const row = first(db, 'SELECT at FROM kiosk_mirror WHERE booth_id = ?', WHOLE_FESTIVAL);
  return { epoch: latestEpoch(db), atMs: toNumberOrNull(row?.['at'], 'kiosk_mirror.at'), nowMs };
}

function readEpoch(value: unknown): number {
  return toNumber(value ?? 0, 'kiosk_mirror.epoch');
}

/** Of the latest pass that wrote anything: one that was cut short has written some booths' copies, and not the festival's. */
export function latestEpoch(db: DatabaseSync): number {
  return readEpoch(first(db, 'SELECT MAX(epoch) AS epoch FROM kiosk_mirror')?.['epoch']);
}

function festivalEpoch(db: DatabaseSync): number {
  return readEpoch(first(db, 'SELECT epoch FROM kiosk_mirror WHERE booth_id = ?', WHOLE_FESTIVAL)?.['epoch']);
}

export function noteMirror(db: DatabaseSync, epoch: number, nowMs: number): void {
  raiseEpoch(db, WHOLE_FESTIVAL, epoch, nowMs);
}

/** Answers whether this epoch is later than the one before. */
function raiseEpoch(db: DatabaseSync, boothId: number, epoch: number, nowMs: number): boolean {
  const { changes } = db
    .prepare(
      `INSERT INTO kiosk_mirror (booth_id, epoch, at) VALUES (?, ?, ?)
       ON CONFLICT (booth_id) DO UPDATE SET epoch = excluded.epoch, at = excluded.at WHERE excluded.epoch > kiosk_mirror.epoch`,
    )
    .run(boothId, epoch, nowMs);
  return changes === 1;
}

/** When a kiosk called a visitor here last, and whether anybody has while the queue was read. */
const CALLS = `SELECT COALESCE(MAX(f.called_at BETWEEN ?3 AND ?4 AND (f.kiosk_call_op IS NULL OR f.called_at > ?3)), 0) AS meanwhile,
    COALESCE(MAX(CASE WHEN f.kiosk_call_op IS NOT NULL THEN f.called_at END) + 1, 0) AS after_ms
  FROM waiting f WHERE f.user_id = ?1 AND f.booth_id = ?2 AND f.kiosk_released IS NULL`;

export function writeMirror(db: DatabaseSync, { boothId, epoch, arrived, gone, readAtMs }: MirrorChange, nowMs: number): boolean {
  // A later pass that has ended may have found nothing to write for this booth: then only the festival's epoch tells.
  if (festivalEpoch(db) > epoch || !raiseEpoch(db, boothId, epoch, nowMs)) return false;
  // What stood in the queue when it was read had been registered, and no call until then had used it up. Who left at a kiosk has left; and
  // a place given up since the queue was read stays given up.
  const calls = db.prepare(CALLS);
  const arrive = db.prepare(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, created_at) VALUES (?1, ?2, ?3, ?4, MAX(?5, ?6))
     ON CONFLICT (ticket) DO UPDATE SET gone_at = CASE WHEN gone_at > ?5 THEN gone_at END, created_at = MAX(created_at, ?5)`,
  );
  for (const ticket of arrived) {
    const { meanwhile, after_ms } = calls.get(ticket.userId, boothId, readAtMs, nowMs) ?? {};
    // A call meanwhile may have used the registration up, or have been before it: nobody knows, and the next pass will. A kiosk's that lies in
    // the future was before, whatever clock was set back since: or it would have that ticket.
    if (meanwhile !== 1) arrive.run(ticketKey(ticket), ticket.boothId, ticket.userId, ticket.score, readAtMs, Number(after_ms));
  }
  // A walk-in has no app to leave by: a ticket of theirs that vanished is lost, not given up.
  const goAway = db.prepare(
    `UPDATE kiosk_queue SET gone_at = ? WHERE ticket = ? AND created_at < ? AND left_at IS NULL AND gone_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM kiosk_visitor v WHERE v.user_id = kiosk_queue.user_id)`,
  );
  for (const ticket of gone) goAway.run(nowMs, ticketKey(ticket), readAtMs);
  return true;
}

export function dropTicket(db: DatabaseSync, ticket: Ticket, nowMs: number): void {
  db.prepare(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, created_at, gone_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (ticket) DO UPDATE SET gone_at = COALESCE(gone_at, excluded.gone_at)`,
  ).run(ticketKey(ticket), ticket.boothId, ticket.userId, ticket.score, nowMs, nowMs);
}

export function keepTicket(db: DatabaseSync, ticket: Ticket): void {
  db.prepare('UPDATE kiosk_queue SET gone_at = NULL WHERE ticket = ?').run(ticketKey(ticket));
}
