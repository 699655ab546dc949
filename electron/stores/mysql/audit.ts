import type { HistoryAudit } from '../../core/ledger.ts';
import type { Query } from './query.ts';
import { readableRows, toCapacity, toId, toNumber } from '../row-values.ts';

const OFFENDERS_MAX = 100;

/** registered ≤ called ≤ entered ≤ completed, and the times a status needs. Shared by audits only; rules never read it. */
const OUT_OF_ORDER = `(w.called_at IS NULL OR w.registered_at IS NULL
  OR w.registered_at > w.called_at
  OR w.entered_at < w.called_at
  OR w.completed_at < COALESCE(w.entered_at, w.called_at)
  OR (w.status = 'ENTERED' AND w.entered_at IS NULL)
  OR (w.status = 'COMPLETED' AND w.completed_at IS NULL)
  OR (w.status = 'COMPLETED' AND w.completion_type = 'ENTERED' AND w.entered_at IS NULL))`;

/** What no kiosk can act on, or takes for a row without ticket. */
const UNREADABLE = `(w.status IS NULL OR w.status NOT IN ('CALLED', 'ENTERED', 'COMPLETED') OR w.user_id NOT BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}
  OR w.kiosk_ticket NOT LIKE CONCAT(w.booth_id, ':', w.user_id, ':_%'))`;

/** Counts and all lists of offenders in one statement, so that they belong to one moment. */
const AUDIT = `(SELECT 'counts' AS what, COALESCE(MAX(b.capacity), 0) AS a,
    (SELECT COUNT(*) FROM waiting c WHERE c.booth_id = ? AND c.status = 'CALLED') AS b,
    (SELECT COUNT(*) FROM waiting e WHERE e.booth_id = ? AND e.status = 'ENTERED') AS c FROM booth b WHERE b.id = ?)
UNION ALL (SELECT 'times', w.id, 0, 0 FROM waiting w WHERE w.booth_id = ? AND ${OUT_OF_ORDER} ORDER BY w.id LIMIT ${OFFENDERS_MAX})
UNION ALL (SELECT 'unreadable', w.id, 0, 0 FROM waiting w WHERE w.booth_id = ? AND ${UNREADABLE} ORDER BY w.id LIMIT ${OFFENDERS_MAX})
UNION ALL (SELECT 'several', w.user_id, 0, 0 FROM waiting w WHERE w.booth_id = ? AND w.status IN ('CALLED', 'ENTERED')
  GROUP BY w.user_id, FLOOR(UNIX_TIMESTAMP(w.registered_at)) HAVING COUNT(*) > 1 ORDER BY w.user_id LIMIT ${OFFENDERS_MAX})`;

/** Violations findable in the history alone. A booth that does not exist has capacity 0 and nothing else. */
export async function auditHistory(query: Query, boothId: number): Promise<HistoryAudit> {
  const { rows } = await query(AUDIT, [boothId, boothId, boothId, boothId, boothId, boothId]);
  const offenders = (what: string, table: string): number[] => readableRows(rows.filter((row) => row['what'] === what), (row) => toId(row['a'], table));
  const counts = rows.find((row) => row['what'] === 'counts');
  return {
    called: toNumber(counts?.['b'] ?? 0, 'COUNT(waiting)'),
    entered: toNumber(counts?.['c'] ?? 0, 'COUNT(waiting)'),
    capacity: toCapacity(counts?.['a']),
    timesOutOfOrder: offenders('times', 'waiting'),
    unreadable: offenders('unreadable', 'waiting'),
    usersWithSeveralLiveVisits: offenders('several', 'users'),
  };
}
