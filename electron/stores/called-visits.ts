/** What a report is counted from, as both ledgers read it. */
import type { CalledVisits } from '../core/ledger.ts';
import { readableRows, toEndedAs, toId, toNumber, toNumberOrNull, toStatus } from './row-values.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * A row that cannot be read is named and not counted, so that it does not hide the others.
 * @param rows of `id`, `status`, `ended_as`, `ended_ms`, `registered_ms` and `called_ms`, by id
 * @param limit a page of that many rows may not be the last
 */
export function calledVisits(rows: readonly Row[], limit: number): CalledVisits {
  const read = rows.map((row) => ({ row, visit: readableRows([row], calledVisit)[0] ?? null }));
  const lastId = readableRows(rows, (row) => toId(row['id'], 'waiting')).at(-1) ?? null;
  return {
    visits: read.flatMap(({ visit }) => visit ?? []),
    unreadable: read.flatMap(({ row, visit }) => (visit === null ? [`waiting ${String(row['id'])}`] : [])),
    nextAfterId: rows.length < limit ? null : lastId,
  };
}

function calledVisit(row: Row): CalledVisits['visits'][number] {
  return {
    waitingId: toId(row['id'], 'waiting'),
    status: toStatus(row['status']),
    endedAs: toEndedAs(row['ended_as']),
    endedAtMs: toNumberOrNull(row['ended_ms'], 'waiting.completed_at'),
    registeredAtMs: toNumberOrNull(row['registered_ms'], 'waiting.registered_at'),
    calledAtMs: toNumber(row['called_ms'], 'waiting.called_at'),
  };
}

/** Registrations are counted by the quarter of an hour. */
export const QUARTER_S = 900;

/** @param rows of `quarter` (since 1970) and `visitors` */
export function leftCounts(rows: readonly Row[]): { atMs: number; count: number }[] {
  return rows.map((row) => ({ atMs: toNumber(row['quarter'], 'kiosk_queue.score') * QUARTER_S * 1000, count: toNumber(row['visitors'], 'COUNT(kiosk_queue)') }));
}
