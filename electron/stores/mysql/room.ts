/** Whether a booth has room: visitors called and inside, of its capacity. */
import type { CommitResult } from '../../core/ledger.ts';
import { toNumber } from '../row-values.ts';
import type { Row } from './query.ts';

/** The columns `refusalForRoom` reads, beside the capacity. @param boothId SQL for the booth's id */
export function roomCounts(boothId: string): string {
  return `(SELECT COUNT(*) FROM waiting c WHERE c.booth_id = ${boothId} AND c.status = 'CALLED') AS called,
  (SELECT COUNT(*) FROM waiting e WHERE e.booth_id = ${boothId} AND e.status = 'ENTERED') AS inside`;
}

/** Null when there is room. Throws StoreFailure LEDGER_UNFIT for a capacity that is none. */
export function refusalForRoom(row: Row): CommitResult | null {
  const [inside, called] = [toNumber(row['inside'], 'COUNT(waiting)'), toNumber(row['called'], 'COUNT(waiting)')];
  const capacity = toNumber(row['capacity'], 'booth.capacity');
  return inside + called < capacity ? null : { outcome: 'refused', code: 'BOOTH_FULL', params: { inside, called, capacity } };
}
