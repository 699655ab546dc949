/** The incidents as both ledgers keep them. */
import type { Incident } from '../core/ledger.ts';
import { readableRows, toId, toNumber, toNumberOrNull, toText } from './row-values.ts';

export const DETAIL_MAX_CHARS = 500;

/** Of rows whose kind is one of this version's. @param columns those that hold the two times as epoch ms */
export function incidents(rows: readonly Readonly<Record<string, unknown>>[], columns: { readonly from: string; readonly to: string }): Incident[] {
  return readableRows(rows, (row) => ({
    kind: toText(row['kind']) as Incident['kind'],
    boothId: row['booth_id'] === null ? null : toId(row['booth_id'], 'booth'),
    fromMs: toNumber(row[columns.from], 'kiosk_incident.from_at'),
    toMs: toNumber(row[columns.to], 'kiosk_incident.to_at'),
    tickets: toNumberOrNull(row['tickets'], 'kiosk_incident.tickets'),
    owner: toText(row['owner']),
    detail: toText(row['detail']),
  }));
}
