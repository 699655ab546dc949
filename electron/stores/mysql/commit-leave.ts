import type { CommitResult } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { ticketKey } from '../../core/waiting.ts';
import { CALL_DUE_S } from '../call-event.ts';
import { ticketOf } from '../lock-ticket.ts';
import { createAnchor } from './anchor.ts';
import { committedBefore } from './commit-join.ts';
import type { Query } from './query.ts';
import { inTransaction } from './transaction.ts';
import { toNumber, toText } from '../row-values.ts';

/**
 * The ticket's registration ends, which another program may have made and no pass mirrored yet. What must not be there is read under locks,
 * behind that of the anchor, so that the rows another leave or call of this booth writes just now are seen; then nothing but a
 * registration that still stands is updated.
 */
const upsertLeft = (dismissal: { readonly due: string; readonly tries: string; readonly rule: string }): string => `INSERT INTO kiosk_queue
  (ticket, booth_id, user_id, score, operation_id, created_at, left_op, left_at, left_reason, event_due, event_tries)
SELECT ?, k.booth_id, ?, ?, NULL, NOW(6), ?, NOW(6), ?, ${dismissal.due}, ${dismissal.tries}
FROM kiosk_booth k
WHERE k.booth_id = ? AND k.gen = ?
  AND EXISTS (SELECT 1 FROM booth b WHERE b.id = k.booth_id)
  AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.kiosk_ticket = ? AND k.booth_id > 0 LOCK IN SHARE MODE)
  AND NOT EXISTS (SELECT 1 FROM kiosk_queue q WHERE q.ticket = ? AND q.left_op IS NOT NULL AND k.booth_id > 0 LOCK IN SHARE MODE)
  AND NOT EXISTS (SELECT 1 FROM kiosk_queue o WHERE o.left_op IN (?) AND k.booth_id > 0 LOCK IN SHARE MODE)
  ${dismissal.rule}
FOR UPDATE
ON DUPLICATE KEY UPDATE left_op = VALUES(left_op), left_at = VALUES(left_at), left_reason = VALUES(left_reason), event_due = VALUES(event_due),
  event_tries = VALUES(event_tries)`;
const UPSERT_LEFT = upsertLeft({ due: 'NULL', tries: 'NULL', rule: '' });
/** Only while the closing stands, and with the news of it for the visitor. */
const UPSERT_DISMISSED = upsertLeft({
  due: `NOW(6) + INTERVAL ${CALL_DUE_S} SECOND`,
  tries: '0',
  rule: "AND k.dismiss_op IS NOT NULL AND EXISTS (SELECT 1 FROM booth b WHERE b.id = k.booth_id AND b.status <> 'OPEN' LOCK IN SHARE MODE)",
});

const WHY_NOT = `SELECT k.gen, b.id AS booth_id, k.dismiss_op IS NULL OR b.status = 'OPEN' AS stays, w.status, q.left_op, o.left_op AS op, o.user_id AS op_user_id, o.booth_id AS op_booth_id
FROM (SELECT ? AS booth_id) one
LEFT JOIN kiosk_booth k ON k.booth_id = one.booth_id
LEFT JOIN booth b ON b.id = one.booth_id
LEFT JOIN waiting w ON w.kiosk_ticket = ?
LEFT JOIN kiosk_queue q ON q.ticket = ?
LEFT JOIN kiosk_queue o ON o.left_op IN (?)`;

/** A visitor stands in a queue once: registrations merged into that one have ended with it. */
const END_MERGED = 'UPDATE kiosk_queue SET left_at = NOW(6) WHERE user_id = ? AND booth_id = ? AND left_at IS NULL AND gone_at IS NULL';

/** Notes that a visitor has given the place up, or was dismissed. A transaction of two statements. */
export async function commitLeave(query: Query, lock: SoftLock, attempts: readonly string[]): Promise<CommitResult> {
  const ticket = ticketOf(lock);
  const key = ticketKey(ticket);
  const { kind, operationId, boothId, userId, generation } = lock;
  const hasLeft = await inTransaction(
    query,
    async () => {
      const { affected } = await query(kind === 'dismiss' ? UPSERT_DISMISSED : UPSERT_LEFT, [
        key, userId, ticket.score, operationId, kind === 'dismiss' ? lock.note.reason : null, boothId, generation, key, key, attempts,
      ]);
      if (affected > 0) await query(END_MERGED, [userId, boothId]);
      return affected > 0;
    },
    (left) => left,
  );
  if (hasLeft) return { outcome: 'committed', waitingId: null };

  const { rows } = await query(WHY_NOT, [boothId, key, key, attempts]);
  const found = rows[0] ?? {};
  if (found['left_op'] === operationId) return { outcome: 'committed', waitingId: null };
  if (typeof found['op'] === 'string') return committedBefore(lock, found);
  const status = toText(found['status']);
  if (status !== '') return { outcome: 'refused', code: 'INVALID_STATUS', params: { status } };
  if (typeof found['left_op'] === 'string') return { outcome: 'refused', code: 'NOT_IN_QUEUE' };
  if (found['booth_id'] === null) return { outcome: 'refused', code: 'BOOTH_NOT_FOUND' };
  if (kind === 'dismiss' && found['stays'] === 1) return { outcome: 'refused', code: 'INVALID_STATUS', params: { status: 'OPEN' } };
  if (found['gen'] === null) return createAnchor(query, boothId);
  return { outcome: 'stale', generation: toNumber(found['gen'], 'kiosk_booth.gen') };
}
