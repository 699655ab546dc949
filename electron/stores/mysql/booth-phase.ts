/** What staff make of a booth: its status, which is the backend's column, and what only kiosks know of beside it. */
import type { BoothChange, Ledger } from '../../core/ledger.ts';
import { assignmentsOf, changeDetail, statusAfter } from '../booth-change.ts';
import { lockAnchor } from './anchor.ts';
import { writeIncident } from './notes.ts';
import type { Query } from './query.ts';
import { epochMs } from './rows.ts';
import { inTransaction } from './transaction.ts';
import { toNumber } from '../row-values.ts';

/** One transaction behind the booth's anchor: a call, join or dismissal of this booth commits before it, or goes by it. */
export function changeBooth(query: Query, change: BoothChange): ReturnType<Ledger['changeBooth']> {
  const { boothId } = change;
  return inTransaction<Awaited<ReturnType<Ledger['changeBooth']>>>(
    query,
    async () => {
      await lockAnchor(query, boothId);
      const { rows } = await query(`SELECT IF(status = 'OPEN', 'OPEN', 'CLOSED') AS status, ${epochMs('NOW(6)')} AS now_ms FROM booth WHERE id = ?`, [boothId]);
      if (rows[0] === undefined) return 'BOOTH_NOT_FOUND';
      const status = statusAfter(change.change);
      if (status === null && rows[0]['status'] !== 'OPEN') return 'BOOTH_CLOSED';
      if (status !== null) await query('UPDATE booth SET status = ?, updated_at = NOW(6) WHERE id = ?', [status, boothId]);
      const { sql, values } = assignmentsOf(change, 'NOW(6)');
      await query(`UPDATE kiosk_booth SET ${sql} WHERE booth_id = ?`, [...values, boothId]);
      const nowMs = toNumber(rows[0]['now_ms'], 'NOW()');
      await writeIncident(query, { kind: change.change, boothId, fromMs: nowMs, toMs: nowMs, tickets: change.waiting, owner: change.owner, detail: changeDetail(change) });
      return 'changed';
    },
    (answer) => answer === 'changed',
  );
}

export async function endDismissal(query: Query, boothId: number, operationId: string): Promise<void> {
  await query('UPDATE kiosk_booth SET dismiss_op = NULL WHERE booth_id = ? AND dismiss_op = ?', [boothId, operationId]);
}

export async function forgetOvertaken(query: Query, boothId: number): Promise<void> {
  await query(
    `UPDATE kiosk_booth k JOIN booth b ON b.id = k.booth_id
     SET k.last_call_at = IF(b.status = 'OPEN', k.last_call_at, NULL), k.paused_at = IF(b.status = 'OPEN', k.paused_at, NULL), k.dismiss_op = IF(b.status = 'OPEN', NULL, k.dismiss_op)
     WHERE k.booth_id = ?`,
    [boothId],
  );
}
