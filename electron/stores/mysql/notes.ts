/** What is written for people: the journal of operations, the passes and what happened to the whole festival. Nothing here decides anything. */
import { REASON_MAX_CHARS, STAFF_MAX_CHARS } from '../../../shared/limits.ts';
import { INCIDENT_KINDS } from '../../../shared/snapshot.ts';
import type { Incident, JournalEntry, PassFigures, PassRecord } from '../../core/ledger.ts';
import { DETAIL_MAX_CHARS, incidents } from '../incident-row.ts';
import { cutText, ownerName } from '../owner-name.ts';
import { passRecord } from '../pass-record.ts';
import { readableRows } from '../row-values.ts';
import { INCIDENT_DAYS, JOURNAL_DAYS, PASS_DAYS, REMOVED_PER_START, SERVED_TICKET_DAYS } from '../retention.ts';
import type { Query } from './query.ts';
import { epochMs } from './rows.ts';

export async function writeJournal(query: Query, entry: JournalEntry): Promise<void> {
  const { operationId, kind, boothId, userId, waitingId, score, owner, outcome, settled, staff, reason, resolvedBy } = entry;
  await query(
    `INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, settled, staff, reason, resolved_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(6))`,
    [
      operationId, kind, boothId, userId, waitingId, score, ownerName(owner), outcome, settled ? 1 : 0,
      staff === null ? null : cutText(staff, STAFF_MAX_CHARS), reason === null ? null : cutText(reason, REASON_MAX_CHARS), ownerName(resolvedBy),
    ],
  );
}

export async function writePass(query: Query, pass: PassFigures): Promise<void> {
  const { owner, trigger, lead, durationMs, seen, finished, undone, superseded, quarantined, kept, recounted, drift, swept, refilled, expired } = pass;
  await query(
    `INSERT INTO kiosk_pass (owner, ended_at, cause, is_lead, duration_ms, seen, finished, undone, superseded, quarantined, kept, recounted, drift, swept, refilled, expired)
     VALUES (?, NOW(6), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [ownerName(owner), trigger, lead ? 1 : 0, durationMs, seen, finished, undone, superseded, quarantined, kept, recounted, drift, swept, refilled, expired],
  );
  if (trigger === 'start') await forgetOld(query);
}

async function forgetOld(query: Query): Promise<void> {
  await query('DELETE FROM kiosk_pass WHERE ended_at < NOW(6) - INTERVAL ? DAY ORDER BY ended_at LIMIT ?', [PASS_DAYS, REMOVED_PER_START]);
  await query('DELETE FROM kiosk_journal WHERE created_at < NOW(6) - INTERVAL ? DAY ORDER BY created_at LIMIT ?', [JOURNAL_DAYS, REMOVED_PER_START]);
  await query('DELETE FROM kiosk_incident WHERE created_at < NOW(6) - INTERVAL ? DAY ORDER BY created_at LIMIT ?', [INCIDENT_DAYS, REMOVED_PER_START]);
  await query(
    `DELETE FROM kiosk_queue WHERE created_at < NOW(6) - INTERVAL ? DAY
       AND (left_at < NOW(6) - INTERVAL ? DAY OR gone_at < NOW(6) - INTERVAL ? DAY OR EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = kiosk_queue.ticket)) LIMIT ?`,
    [SERVED_TICKET_DAYS, SERVED_TICKET_DAYS, SERVED_TICKET_DAYS, REMOVED_PER_START],
  );
}

export async function readPasses(query: Query, limit: number): Promise<PassRecord[]> {
  const { rows } = await query(
    'SELECT p.*, FLOOR(UNIX_TIMESTAMP(p.ended_at) * 1000) AS ended_ms FROM kiosk_pass p WHERE p.ended_at <= NOW(6) ORDER BY p.ended_at DESC, p.id DESC LIMIT ?',
    [limit],
  );
  return readableRows(rows, (row) => passRecord(row, 'ended_ms'));
}

export async function writeIncident(query: Query, incident: Incident): Promise<void> {
  const { kind, boothId, fromMs, toMs, tickets, owner, detail } = incident;
  await query(
    `INSERT INTO kiosk_incident (kind, booth_id, from_at, to_at, tickets, owner, detail, created_at)
     VALUES (?, ?, FROM_UNIXTIME(? / 1000), FROM_UNIXTIME(? / 1000), ?, ?, ?, NOW(6))`,
    [kind, boothId, Math.round(fromMs), Math.round(toMs), tickets, ownerName(owner), cutText(detail, DETAIL_MAX_CHARS)],
  );
}

export async function readIncidents(query: Query, limit: number): Promise<Incident[]> {
  const { rows } = await query(
    `SELECT i.*, ${epochMs('i.from_at')} AS from_ms, ${epochMs('i.to_at')} AS to_ms FROM kiosk_incident i
     WHERE i.kind IN (?) ORDER BY i.created_at DESC, i.id DESC LIMIT ?`,
    [[...INCIDENT_KINDS], limit],
  );
  return incidents(rows, { from: 'from_ms', to: 'to_ms' });
}
