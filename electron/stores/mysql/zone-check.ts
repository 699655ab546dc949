/** Whether the setting `timeZone` can be the zone in which the backend writes its date columns, judged by its newest rows. */
import { toId, toNumber, toNumberOrNull, toText } from '../row-values.ts';
import type { Query, Row } from './query.ts';
import { epochMs } from './rows.ts';
import { unfit } from './schema-check.ts';
import { offsetText, zoneOffsetMs } from './session.ts';
import { furthestAhead, instantsOf, suspectedLag, suspectedLead, type RecentRow } from './zone-evidence.ts';

/** Bounded however long the history is. What kiosks wrote says nothing: they write by the very setting in question. */
const NEWEST = `SELECT w.id, w.created_at, w.called_at, w.updated_at, w.kiosk_call_op IS NULL AND w.kiosk_rev IS NULL AS by_backend,
  ${epochMs('NOW(6)')} AS now_ms,
  (SELECT UNIX_TIMESTAMP(t.update_time) * 1000 FROM information_schema.tables t WHERE t.table_schema = DATABASE() AND t.table_name = 'waiting') AS changed_ms
FROM waiting w ORDER BY w.id DESC LIMIT 20`;

/**
 * Codes of what is doubtful. Throws StoreFailure LEDGER_UNFIT when the zone cannot be right: rows in the future. Rows that look hours
 * old are as a rule just old, so that direction is never more than a doubt. One statement.
 */
export async function checkZone(query: Query, timeZone: string): Promise<readonly string[]> {
  const { rows } = await query(NEWEST);
  const [first] = rows;
  if (first === undefined) return [];
  const nowMs = toNumber(first['now_ms'], 'NOW()');
  const changedMs = toNumberOrNull(first['changed_ms'], 'information_schema.tables.update_time');
  const recent = rows.map((row) => recentRow(row, timeZone, nowMs));
  const ahead = furthestAhead(recent, nowMs);
  if (ahead === null) return suspectedLag(recent, changedMs) === null ? [] : ['zone-doubtful'];
  const leadMs = suspectedLead(ahead, nowMs, changedMs);
  const seems = leadMs === null ? '' : `; the backend seems to write at ${offsetText(zoneOffsetMs(timeZone, nowMs) + leadMs)}`;
  throw unfit(
    `by the setting timeZone ("${timeZone}") what the festival's backend wrote last (waiting ${ahead.waitingId}) lies ${hoursAndMinutes(ahead.aheadMs)} in the future${seems}.` +
      ' Set timeZone to the zone in which the backend writes',
  );
}

/**
 * A connection's offset is the zone's at the time this computer believes it is: a dead battery in a zone with summer time would shift
 * every time written. Throws StoreFailure LEDGER_UNFIT when the server's clock says otherwise. One statement.
 */
export async function checkOffset(query: Query, timeZone: string): Promise<void> {
  const { rows } = await query(`SELECT ${epochMs('NOW(6)')} AS now_ms, @@session.time_zone AS session_zone`);
  const nowMs = toNumber(rows[0]?.['now_ms'], 'NOW()');
  const [used, right] = [toText(rows[0]?.['session_zone']), offsetText(zoneOffsetMs(timeZone, nowMs))];
  if (used === right) return;
  throw unfit(`the clock of this computer is off by ${hoursAndMinutes(Math.abs(Date.now() - nowMs))}, and times would be written at ${used} where ${timeZone} is at ${right} now. Set it right`);
}

function recentRow(row: Row, timeZone: string, nowMs: number): RecentRow {
  const written = ['created_at', 'called_at', 'updated_at'].map((column) => toText(row[column])).toSorted().at(-1) ?? '';
  return { waitingId: toId(row['id'], 'waiting'), byBackend: row['by_backend'] === 1, newestMs: instantsOf(written, nowMs, (atMs) => zoneOffsetMs(timeZone, atMs)) };
}

function hoursAndMinutes(durationMs: number): string {
  const minutes = Math.round(durationMs / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
