/** What the report of a day is counted from. Each function is one statement; none takes a lock. */
import type { BoothSpan, CalledVisits } from '../../core/ledger.ts';
import { calledVisits, leftCounts, QUARTER_S } from '../called-visits.ts';
import type { Query } from './query.ts';
import { ENDED_AS, epochMs, statusText } from './rows.ts';
import { CALLED_AT, calledAt } from './tickets.ts';

/** By the booth's rows: a time that another program left out is in no index. The bounds are compared with the very time that is answered. */
export async function readCalled(query: Query, { boothId, fromMs, toMs, afterId }: BoothSpan & { readonly afterId: number }, limit: number): Promise<CalledVisits> {
  const { rows } = await query(
    `SELECT w.id, ${statusText('w')} AS status, ${ENDED_AS} AS ended_as, NULLIF(${epochMs('w.completed_at')}, 0) AS ended_ms,
       NULLIF(${epochMs('w.registered_at')}, 0) AS registered_ms, ${epochMs(calledAt('w'))} AS called_ms
     FROM waiting w
     WHERE w.booth_id = ? AND w.kiosk_released IS NULL AND w.id > ? AND ${epochMs(calledAt('w'))} >= ? AND ${epochMs(calledAt('w'))} < ?
     ORDER BY w.id LIMIT ?`,
    [boothId, afterId, fromMs, toMs, limit],
  );
  return calledVisits(rows, limit);
}

/** Scores are times in seconds or milliseconds; of another program's departures the copy tells only that the visitor is gone. */
export async function countLeft(query: Query, { boothId, fromMs, toMs }: BoothSpan): Promise<{ atMs: number; count: number }[]> {
  const { rows } = await query(
    `SELECT CAST(FLOOR(IF(q.score >= ? * 100, q.score / 1000, q.score) / ${QUARTER_S}) AS SIGNED) AS quarter, COUNT(*) AS visitors FROM kiosk_queue q
     WHERE q.booth_id = ? AND (q.score >= ? / 1000 AND q.score < ? / 1000 OR q.score >= ? AND q.score < ?)
       AND (q.left_at IS NOT NULL OR q.gone_at IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND f.kiosk_released IS NULL AND ${CALLED_AT} >= q.created_at))
     GROUP BY quarter ORDER BY quarter`,
    [fromMs / 1000, boothId, fromMs, toMs, fromMs, toMs],
  );
  return leftCounts(rows);
}
