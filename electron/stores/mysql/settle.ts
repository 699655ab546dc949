/** Fence, then look: first make the lock's commit impossible for ever, then read whether it happened. Nothing rests on timing. */
import type { Verdict } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { isVisitKind, ticketKey, type VisitKind } from '../../core/waiting.ts';
import { holdsEvidence } from '../evidence.ts';
import { LEAP_MAX } from '../leap.ts';
import { ticketOf, waitingIdOf } from '../lock-ticket.ts';
import { raiseGeneration, raiseGenerations } from './anchor.ts';
import { backendRow, CALLED_BY_BACKEND } from './commit-call.ts';
import type { Query, Row } from './query.ts';
import { toId } from '../row-values.ts';
import { RELEASABLE } from './visit-changes.ts';

/** Also one of another program: put back, the visitor would be called twice, and their entry would take the place of a newer registration. */
const CALL_ROW = `SELECT id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_ticket = ?
  UNION ALL SELECT f.id, NULL FROM waiting f WHERE ${CALLED_BY_BACKEND} ORDER BY operation_id IS NULL LIMIT 1`;
const QUEUE_ROW = 'SELECT operation_id, left_op, left_at IS NOT NULL OR gone_at IS NOT NULL AS ended FROM kiosk_queue WHERE ticket = ?';
/** Also past a revision below the lock's (a history restored from a copy): it could grow up to it and let the commit through. */
const FENCE_VISIT = `UPDATE waiting SET kiosk_rev = IF(? - COALESCE(kiosk_rev, 0) > ${LEAP_MAX}, COALESCE(kiosk_rev, 0) + 1, ?) WHERE id = ? AND COALESCE(kiosk_rev, 0) <= ?`;

/** Of a 32-bit column. A row that another hand brought there must not stop everybody's refill. */
const REVISION_MAX = 2 ** 31 - 1;

/** From then on nothing begun at these booths that takes anybody into a queue or out of one can be committed. Three statements. */
export async function fenceBooths(query: Query, boothIds: readonly number[]): Promise<void> {
  if (boothIds.length === 0) return;
  await raiseGenerations(query, boothIds);
  for (const releasable of RELEASABLE) await query(`UPDATE waiting SET kiosk_rev = COALESCE(kiosk_rev, 0) + 1 WHERE booth_id IN (?) AND COALESCE(kiosk_rev, 0) < ${REVISION_MAX} AND ${releasable}`, [boothIds]);
}

export function settle(query: Query, lock: SoftLock): Promise<Verdict> {
  return isVisitKind(lock.kind) ? settleVisit(query, lock, lock.kind) : settleTicket(query, lock, lock.kind);
}

async function settleTicket(query: Query, lock: SoftLock, kind: 'call' | 'join' | 'leave' | 'dismiss'): Promise<Verdict> {
  await raiseGeneration(query, lock.boothId, lock.generation);
  const key = ticketKey(ticketOf(lock));
  const { rows } = await (kind === 'call' ? query(CALL_ROW, [key, ...backendRow(lock)]) : query(QUEUE_ROW, [key]));
  const [row] = rows;
  return row === undefined ? { verdict: 'never' } : VERDICTS[kind](row, lock.operationId);
}

const leftVerdict = (row: Row, operationId: string): Verdict => (row['left_op'] === operationId ? { verdict: 'committed', waitingId: null, byThisOperation: true } : { verdict: 'never' });
const VERDICTS = {
  call: (row: Row, operationId: string): Verdict => ({ verdict: 'committed', waitingId: toId(row['id'], 'waiting'), byThisOperation: row['operation_id'] === operationId }),
  join(row: Row, operationId: string): Verdict {
    const byThisOperation = row['operation_id'] === operationId;
    // Registered before, and given up since: that was another stay, and this one is not there.
    return byThisOperation || row['ended'] !== 1 ? { verdict: 'committed', waitingId: null, byThisOperation } : { verdict: 'never' };
  },
  leave: leftVerdict,
  dismiss: leftVerdict,
} as const;

async function settleVisit(query: Query, lock: SoftLock, kind: VisitKind): Promise<Verdict> {
  const waitingId = waitingIdOf(lock);
  const fence = await query(FENCE_VISIT, [lock.generation + 1, lock.generation + 1, waitingId, lock.generation]);
  if (fence.affected === 1) return { verdict: 'never' };
  const { rows } = await query('SELECT kiosk_ops FROM waiting WHERE id = ?', [waitingId]);
  const row = rows[0];
  // A row that is gone cannot be entered or completed any more.
  if (row === undefined) return { verdict: 'never' };
  return holdsEvidence(row['kiosk_ops'], kind, lock.operationId) ? { verdict: 'committed', waitingId, byThisOperation: true } : { verdict: 'superseded' };
}
