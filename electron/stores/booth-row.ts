/** A booth's row, as both ledgers keep it in `booth` and `kiosk_booth`. */
import type { BoothRow } from '../core/ledger.ts';
import { textOrNull, toCapacity, toId, toNumber, toNumberOrNull, toText } from './row-values.ts';

/** Times in epoch ms. Throws StoreFailure for a row that makes no sense. */
export function boothRow(row: Readonly<Record<string, unknown>>): BoothRow {
  return {
    boothId: toId(row['booth_id'], 'booth'),
    name: toText(row['booth_name']),
    status: row['booth_status'] === 'OPEN' ? 'OPEN' : 'CLOSED',
    capacity: toCapacity(row['capacity']),
    generation: toNumber(row['gen'], 'kiosk_booth.gen'),
    lastCallAtMs: toNumberOrNull(row['last_call_ms'], 'kiosk_booth.last_call_at'),
    pausedAtMs: toNumberOrNull(row['paused_ms'], 'kiosk_booth.paused_at'),
    closedAtMs: toNumberOrNull(row['closed_ms'], 'kiosk_booth.closed_at'),
    dismissedBy: textOrNull(row['dismiss_op']),
    phaseReason: textOrNull(row['phase_reason']),
    phaseStaff: textOrNull(row['phase_staff']),
  };
}
