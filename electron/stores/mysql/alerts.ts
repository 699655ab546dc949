/** Alerts all kiosks share: raised once by whoever saw the trouble first, cleared once. */
import { ownerName } from '../owner-name.ts';
import { toText } from '../row-values.ts';
import type { Query } from './query.ts';
import { inTransaction } from './transaction.ts';

const SEEN = 'UPDATE kiosk_alert SET seen_at = NOW(6) WHERE alert_id IN (?)';
const RAISE = 'INSERT IGNORE INTO kiosk_alert (alert_id, owner, raised_at, seen_at) VALUES (?, ?, NOW(6), NOW(6))';
const UNSEEN = 'SELECT alert_id FROM kiosk_alert WHERE seen_at < NOW(6) - INTERVAL ? MICROSECOND';
const TAKE = 'SELECT alert_id FROM kiosk_alert WHERE alert_id IN (?) AND seen_at < NOW(6) - INTERVAL ? MICROSECOND FOR UPDATE';

/** One statement for what is known; a short transaction when something is new. */
export async function noteAlerts(query: Query, ids: readonly string[], owner: string): Promise<readonly string[]> {
  const asked = [...new Set(ids)];
  if (asked.length === 0 || (await query(SEEN, [asked])).affected === asked.length) return [];
  return inTransaction(query, async () => {
    const raised: string[] = [];
    // In one order, so that two that raise the same alerts wait for each other instead of undoing each other.
    for (const id of asked.toSorted()) if ((await query(RAISE, [id, ownerName(owner)])).affected === 1) raised.push(id);
    return raised;
  });
}

/** One statement when there is none. */
export async function takeClearedAlerts(query: Query, unseenMs: number): Promise<readonly string[]> {
  const unseenUs = Math.round(unseenMs * 1000);
  const unseen = (await query(UNSEEN, [unseenUs])).rows.map((row) => toText(row['alert_id']));
  if (unseen.length === 0) return [];
  return inTransaction(query, async () => {
    const taken = (await query(TAKE, [unseen, unseenUs])).rows.map((row) => toText(row['alert_id']));
    if (taken.length > 0) await query('DELETE FROM kiosk_alert WHERE alert_id IN (?)', [taken]);
    return taken;
  });
}
