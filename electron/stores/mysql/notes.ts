/** What is written for people: the journal of operations and each kiosk's last pass. Nothing here decides anything. */
import type { JournalEntry, PassFigures, PassRecord } from '../../core/ports.ts';
import { ownerName } from '../owner-name.ts';
import { passRecord } from '../pass-record.ts';
import { readableRows } from '../row-values.ts';
import { JOURNAL_DAYS, PASS_DAYS, REMOVED_PER_START, SERVED_TICKET_DAYS } from '../retention.ts';
import type { Query } from './query.ts';

export async function writeJournal(query: Query, entry: JournalEntry): Promise<void> {
  await query(
    `INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, resolved_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(6))`,
    [entry.operationId, entry.kind, entry.boothId, entry.userId, entry.waitingId, entry.score, ownerName(entry.owner), entry.outcome, ownerName(entry.resolvedBy)],
  );
}

export async function writePass(query: Query, pass: PassFigures): Promise<void> {
  await query(
    `REPLACE INTO kiosk_pass (owner, ended_at, cause, duration_ms, seen, finished, undone, superseded, kept, recounted)
     VALUES (?, NOW(6), ?, ?, ?, ?, ?, ?, ?, ?)`,
    [ownerName(pass.owner), pass.trigger, pass.durationMs, pass.seen, pass.finished, pass.undone, pass.superseded, pass.kept, pass.recounted],
  );
  if (pass.trigger === 'start') await forgetOld(query);
}

async function forgetOld(query: Query): Promise<void> {
  await query('DELETE FROM kiosk_pass WHERE ended_at < NOW(6) - INTERVAL ? DAY LIMIT ?', [PASS_DAYS, REMOVED_PER_START]);
  await query('DELETE FROM kiosk_journal WHERE created_at < NOW(6) - INTERVAL ? DAY ORDER BY id LIMIT ?', [JOURNAL_DAYS, REMOVED_PER_START]);
  await query(
    `DELETE FROM kiosk_queue WHERE created_at < NOW(6) - INTERVAL ? DAY
       AND EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = kiosk_queue.ticket) LIMIT ?`,
    [SERVED_TICKET_DAYS, REMOVED_PER_START],
  );
}

export async function lastPass(query: Query): Promise<PassRecord | null> {
  const { rows } = await query('SELECT kiosk_pass.*, FLOOR(UNIX_TIMESTAMP(ended_at) * 1000) AS ended_ms FROM kiosk_pass WHERE ended_at <= NOW(6) ORDER BY ended_at DESC LIMIT 1');
  return readableRows(rows, (row) => passRecord(row, 'ended_ms'))[0] ?? null;
}
