import type { CommitResult, SoftLock } from '../../core/ports.ts';
import { evidenceOf, VISIT_TRANSITIONS, type VisitKind } from '../../core/waiting.ts';
import { holdsEvidence, KEPT_EVIDENCE_CHARS } from '../evidence.ts';
import { waitingIdOf } from '../lock-ticket.ts';
import type { Query } from './query.ts';
import { toId, toNumber, toText } from '../row-values.ts';

/** A time never lies before the one it follows, whatever other programs or a server's clock did; they may have left out the call's. */
const CHANGES: Readonly<Record<VisitKind, string>> = {
  enter: 'entered_at = GREATEST(COALESCE(called_at, NOW(6)), NOW(6))',
  complete: "completed_at = GREATEST(COALESCE(entered_at, called_at, NOW(6)), NOW(6)), completion_type = 'ENTERED'",
  'no-show': "completed_at = GREATEST(COALESCE(called_at, NOW(6)), NOW(6)), completion_type = 'NO_SHOW'",
};

function updateStatement(kind: VisitKind): string {
  const { from, to } = VISIT_TRANSITIONS[kind];
  return `UPDATE waiting SET status = '${to}', ${CHANGES[kind]}, kiosk_ops = RIGHT(CONCAT_WS(',', kiosk_ops, ?), ${KEPT_EVIDENCE_CHARS}),
      kiosk_rev = COALESCE(kiosk_rev, 0) + 1, updated_at = NOW(6)
    WHERE id = ? AND booth_id = ? AND status = '${from}' AND COALESCE(kiosk_rev, 0) = ?`;
}

/** One statement when it commits; one more to learn why when it does not. */
export async function commitVisit(query: Query, lock: SoftLock, kind: VisitKind): Promise<CommitResult> {
  const waitingId = waitingIdOf(lock);
  const { affected } = await query(updateStatement(kind), [evidenceOf(kind, lock.operationId), waitingId, lock.boothId, lock.generation]);
  if (affected === 1) return { outcome: 'committed', waitingId };

  const { rows } = await query('SELECT booth_id, status, COALESCE(kiosk_rev, 0) AS revision, kiosk_ops FROM waiting WHERE id = ?', [waitingId]);
  const found = rows[0];
  if (found === undefined || toId(found['booth_id'], 'booth') !== lock.boothId) return { outcome: 'refused', code: 'WAITING_NOT_FOUND' };
  const revision = toNumber(found['revision'], 'waiting.kiosk_rev');
  if (holdsEvidence(found['kiosk_ops'], kind, lock.operationId)) return { outcome: 'committed', waitingId };
  const status = toText(found['status']);
  if (status !== VISIT_TRANSITIONS[kind].from) return { outcome: 'refused', code: 'INVALID_STATUS', params: { status } };
  return { outcome: 'stale', generation: revision };
}
