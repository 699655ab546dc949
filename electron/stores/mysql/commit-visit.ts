import type { CommitResult, SoftLock } from '../../core/ports.ts';
import { EVIDENCE, VISIT_TRANSITIONS, type VisitKind } from '../../core/waiting.ts';
import { waitingIdOf } from '../lock-ticket.ts';
import type { Query } from './query.ts';
import { toId, toNumber, toText } from '../row-values.ts';

/** A time never lies before the one it follows, whatever other programs or a server's clock did. */
const CHANGES: Readonly<Record<VisitKind, string>> = {
  enter: 'entered_at = GREATEST(called_at, NOW(6))',
  complete: "completed_at = GREATEST(COALESCE(entered_at, called_at), NOW(6)), completion_type = 'ENTERED'",
};

function updateStatement(kind: VisitKind): string {
  const { from, to } = VISIT_TRANSITIONS[kind];
  return `UPDATE waiting SET status = '${to}', ${CHANGES[kind]}, ${EVIDENCE[kind]} = ?, kiosk_rev = COALESCE(kiosk_rev, 0) + 1, updated_at = NOW(6)
    WHERE id = ? AND booth_id = ? AND status = '${from}' AND COALESCE(kiosk_rev, 0) = ?`;
}

/** One statement when it commits; one more to learn why when it does not. */
export async function commitVisit(query: Query, lock: SoftLock, kind: VisitKind): Promise<CommitResult> {
  const waitingId = waitingIdOf(lock);
  const { affected } = await query(updateStatement(kind), [lock.operationId, waitingId, lock.boothId, lock.generation]);
  if (affected === 1) return { outcome: 'committed', waitingId };

  const { rows } = await query(`SELECT booth_id, status, COALESCE(kiosk_rev, 0) AS revision, ${EVIDENCE[kind]} AS evidence FROM waiting WHERE id = ?`, [waitingId]);
  const found = rows[0];
  if (found === undefined || toId(found['booth_id'], 'booth') !== lock.boothId) return { outcome: 'refused', code: 'WAITING_NOT_FOUND' };
  const revision = toNumber(found['revision'], 'waiting.kiosk_rev');
  if (found['evidence'] === lock.operationId) return { outcome: 'committed', waitingId };
  const status = toText(found['status']);
  if (status !== VISIT_TRANSITIONS[kind].from) return { outcome: 'refused', code: 'INVALID_STATUS', params: { status } };
  return { outcome: 'stale', generation: revision };
}
