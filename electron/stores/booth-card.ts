/** What other programs' caches say of a booth, as both ledgers keep it. */
import type { BoothCard } from '../core/ports.ts';
import { toCapacity, toId, toText } from './row-values.ts';

/** Throws StoreFailure for a row that makes no sense. */
export function boothCard(row: Readonly<Record<string, unknown>>): BoothCard {
  const status = row['status'] === 'OPEN' ? 'OPEN' : 'CLOSED';
  return {
    boothId: toId(row['booth_id'], 'booth'),
    name: toText(row['name']),
    capacity: toCapacity(row['capacity']),
    status,
    description: toText(row['description']),
    universityName: toText(row['university']),
    listed: status === 'OPEN' && row['takes'] === 1,
  };
}
