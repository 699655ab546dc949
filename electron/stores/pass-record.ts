/** The last pass as both ledgers keep it. */
import type { PassRecord } from '../core/ports.ts';
import { toNumber, toText } from './row-values.ts';

/** @param endedAtColumn the column that holds the end as epoch ms */
export function passRecord(row: Readonly<Record<string, unknown>>, endedAtColumn: string): PassRecord {
  const figure = (column: string): number => toNumber(row[column], `kiosk_pass.${column}`);
  return {
    owner: toText(row['owner']),
    endedAtMs: figure(endedAtColumn),
    trigger: toText(row['cause']),
    durationMs: figure('duration_ms'),
    seen: figure('seen'),
    finished: figure('finished'),
    undone: figure('undone'),
    superseded: figure('superseded'),
    kept: figure('kept'),
    recounted: figure('recounted'),
  };
}
