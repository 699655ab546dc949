/** What the report of a day is counted from. */
import type { DatabaseSync } from 'node:sqlite';
import type { BoothSpan, CalledVisits } from '../../core/ledger.ts';
import { calledVisits, leftCounts, QUARTER_S } from '../called-visits.ts';

export function readCalled(db: DatabaseSync, { boothId, fromMs, toMs, afterId }: BoothSpan & { readonly afterId: number }, limit: number): CalledVisits {
  const rows = db
    .prepare(
      `SELECT id, status, completion_type AS ended_as, completed_at AS ended_ms, registered_at AS registered_ms, called_at AS called_ms FROM waiting
       WHERE booth_id = ? AND kiosk_released IS NULL AND id > ? AND called_at >= ? AND called_at < ? ORDER BY id LIMIT ?`,
    )
    .all(boothId, afterId, fromMs, toMs, limit);
  return calledVisits(rows, limit);
}

/** Scores are times in seconds or milliseconds. */
export function countLeft(db: DatabaseSync, { boothId, fromMs, toMs }: BoothSpan): { atMs: number; count: number }[] {
  const rows = db
    .prepare(
      `SELECT CAST((CASE WHEN q.score >= ? * 100 THEN q.score / 1000 ELSE q.score END) / ${QUARTER_S} AS INTEGER) AS quarter, COUNT(*) AS visitors FROM kiosk_queue q
       WHERE q.booth_id = ? AND (q.score >= ? AND q.score < ? OR q.score >= ? AND q.score < ?)
         AND (q.left_at IS NOT NULL OR q.gone_at IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM waiting f WHERE f.user_id = q.user_id AND f.booth_id = q.booth_id AND f.kiosk_released IS NULL AND f.called_at >= q.created_at))
       GROUP BY quarter ORDER BY quarter`,
    )
    .all(fromMs / 1000, boothId, fromMs / 1000, toMs / 1000, fromMs, toMs);
  return leftCounts(rows);
}
