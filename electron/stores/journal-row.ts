/** The lines of the journal as both ledgers keep them. */
import type { JournalEntry, TraceRecord } from '../core/ledger.ts';
import { EFFECTS, type OperationKind } from '../core/waiting.ts';
import { readableRows, textOrNull, toId, toNumber, toText } from './row-values.ts';

const OUTCOMES = { finished: true, undone: true, superseded: true, quarantined: true } as const satisfies Record<JournalEntry['outcome'], true>;

/**
 * Without the lines of a later version, whose kinds and outcomes nobody here can put into words.
 * @param atColumn the column that holds the time as epoch ms
 */
export function journalLines(rows: readonly Readonly<Record<string, unknown>>[], atColumn: string): TraceRecord['journal'] {
  return readableRows(
    rows.filter((row) => isOneOf(EFFECTS, row['kind']) && isOneOf(OUTCOMES, row['outcome'])),
    (row) => ({
      operationId: toText(row['operation_id']),
      kind: row['kind'] as OperationKind,
      boothId: toId(row['booth_id'], 'booth'),
      userId: toId(row['user_id'], 'users'),
      waitingId: row['waiting_id'] === null ? null : toId(row['waiting_id'], 'waiting'),
      score: typeof row['score'] === 'number' ? row['score'] : null,
      owner: toText(row['owner']),
      outcome: row['outcome'] as JournalEntry['outcome'],
      settled: row['settled'] === 1,
      staff: textOrNull(row['staff']),
      reason: textOrNull(row['reason']),
      resolvedBy: toText(row['resolved_by']),
      atMs: toNumber(row[atColumn], 'kiosk_journal.created_at'),
    }),
  );
}

function isOneOf(names: object, value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(names, value);
}
