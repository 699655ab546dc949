/** What other programs' caches say of a booth, as both ledgers keep it. */
import type { BoothCard } from '../core/ports.ts';
import { toCapacity, toId, toText } from './row-values.ts';

/** Throws StoreFailure for a row that makes no sense. */
export function boothCard(row: Readonly<Record<string, unknown>>): BoothCard {
  return {
    boothId: toId(row['booth_id'], 'booth'),
    name: toText(row['name']),
    capacity: toCapacity(row['capacity']),
    status: row['status'] === 'OPEN' ? 'OPEN' : 'CLOSED',
    description: toText(row['description']),
    universityName: toText(row['university']),
  };
}
