/** Fence, then look: first make the lock's commit impossible for ever, then read whether it happened. Nothing rests on timing. */
import type { SoftLock, Verdict } from '../../core/ports.ts';
import { ticketKey, type VisitKind } from '../../core/waiting.ts';
import { holdsEvidence } from '../evidence.ts';
import { ticketOf, waitingIdOf } from '../lock-ticket.ts';
import { raiseGeneration } from './anchor.ts';
import type { Query } from './query.ts';
import { toId } from '../row-values.ts';

const CALL_ROW = 'SELECT id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_ticket = ?';
const JOIN_ROW = 'SELECT NULL AS id, operation_id FROM kiosk_queue WHERE ticket = ?';
/** Also past a revision below the lock's (a history restored from a copy): it could grow up to it and let the commit through. */
const FENCE_VISIT = 'UPDATE waiting SET kiosk_rev = ? WHERE id = ? AND COALESCE(kiosk_rev, 0) <= ?';

export function settle(query: Query, lock: SoftLock): Promise<Verdict> {
  return lock.kind === 'call' || lock.kind === 'join' ? settleTicket(query, lock) : settleVisit(query, lock, lock.kind);
}

async function settleTicket(query: Query, lock: SoftLock): Promise<Verdict> {
  await raiseGeneration(query, lock.boothId, lock.generation);
  const { rows } = await query(lock.kind === 'call' ? CALL_ROW : JOIN_ROW, [ticketKey(ticketOf(lock))]);
  const row = rows[0];
  if (row === undefined) return { verdict: 'never' };
  const waitingId = lock.kind === 'call' ? toId(row['id'], 'waiting') : null;
  return { verdict: 'committed', waitingId, byThisOperation: row['operation_id'] === lock.operationId };
}

async function settleVisit(query: Query, lock: SoftLock, kind: VisitKind): Promise<Verdict> {
  const waitingId = waitingIdOf(lock);
  const fence = await query(FENCE_VISIT, [lock.generation + 1, waitingId, lock.generation]);
  if (fence.affected === 1) return { verdict: 'never' };
  const { rows } = await query('SELECT kiosk_ops FROM waiting WHERE id = ?', [waitingId]);
  const row = rows[0];
  // A row that is gone cannot be entered or completed any more.
  if (row === undefined) return { verdict: 'never' };
  return holdsEvidence(row['kiosk_ops'], kind, lock.operationId) ? { verdict: 'committed', waitingId, byThisOperation: true } : { verdict: 'superseded' };
}
