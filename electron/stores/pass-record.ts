/** The passes as both ledgers keep them. */
import type { PassRecord } from '../core/ledger.ts';
import { toNumber, toText } from './row-values.ts';

/** @param endedAtColumn the column that holds the end as epoch ms */
export function passRecord(row: Readonly<Record<string, unknown>>, endedAtColumn: string): PassRecord {
  const figure = (column: string): number => toNumber(row[column], `kiosk_pass.${column}`);
  return {
    owner: toText(row['owner']),
    endedAtMs: figure(endedAtColumn),
    trigger: toText(row['cause']),
    lead: figure('is_lead') !== 0,
    durationMs: figure('duration_ms'),
    seen: figure('seen'),
    finished: figure('finished'),
    undone: figure('undone'),
    superseded: figure('superseded'),
    quarantined: figure('quarantined'),
    kept: figure('kept'),
    recounted: figure('recounted'),
    drift: figure('drift'),
    swept: figure('swept'),
    refilled: figure('refilled'),
    expired: figure('expired'),
  };
}
