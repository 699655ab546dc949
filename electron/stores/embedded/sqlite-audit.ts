/** Violations findable in the embedded history alone. */
import type { DatabaseSync } from 'node:sqlite';
import type { HistoryAudit } from '../../core/ledger.ts';
import { toCapacity, toId, toNumber } from '../row-values.ts';
import { first } from './sqlite-row.ts';

const OFFENDERS_MAX = 100;

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
