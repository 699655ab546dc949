/** Commits of actions on a visit on the embedded ledger, by the table of transitions, inside one write transaction each. */
import type { DatabaseSync } from 'node:sqlite';
import { HOLD_MS, LATE_MS } from '../../../shared/limits.ts';
import type { CommitResult } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { evidenceOf, isRestoreKind, type RestoreKind, ticketKey, transitionOf, type VisitKind } from '../../core/waiting.ts';
import { storedEvent } from '../call-event.ts';
import { attemptIn, KEPT_EVIDENCE_CHARS } from '../evidence.ts';
import { returnTicketOf, waitingIdOf } from '../lock-ticket.ts';
import { toNumber, toText } from '../row-values.ts';
import { afterEveryCall, fullProblem, refused } from './sqlite-commit.ts';
import { first, type Row } from './sqlite-row.ts';

/** A time never lies before the one it follows, whatever other programs or the machine's clock did. */
const ENDED = 'completed_at = MAX(COALESCE(entered_at, called_at), ?1)';
const TAKEN_BACK = 'completion_type = NULL, completed_at = NULL';
const HELD = `kiosk_hold_until = ?1 + ${HOLD_MS}`;
const RELEASED = 'kiosk_released = COALESCE(kiosk_ticket, ?4), kiosk_ticket = NULL';
/** Whom nobody has told anything, or may have, needs no cancellation. Calling again began to count anew: a first try may have been made. */
const IS_TOLD = `(kiosk_event_tries > 0 OR notification_sent = 1 OR kiosk_ops LIKE '%${evidenceOf('recall', '')}%')`;
/** While a try may be under way the cancellation waits for its end, so as not to come first. */
const CALLED_OFF = `kiosk_event = CASE WHEN ${IS_TOLD} THEN '${storedEvent('cancellation', '')}' || ?2 END,
    kiosk_event_due = CASE WHEN kiosk_event_tries > 0 AND kiosk_event_due > ?1 THEN kiosk_event_due WHEN ${IS_TOLD} THEN ?1 END, kiosk_event_tries = 0`;

const CHANGES: Readonly<Record<VisitKind, string>> = {
  enter: 'entered_at = MAX(called_at, ?1)',
  complete: `${ENDED}, completion_type = 'ENTERED'`,
  'no-show': `${ENDED}, completion_type = 'NO_SHOW'`,
  cancel: `${ENDED}, completion_type = 'CANCELLED'`,
  hold: HELD,
  // A call nobody has tried to announce yet is announced once, not twice. One that may have reached its visitor needs news of its own.
  recall: `kiosk_event = CASE WHEN kiosk_event LIKE '${storedEvent('call', '')}%' AND kiosk_event_due IS NOT NULL AND COALESCE(kiosk_event_tries, 0) = 0 THEN kiosk_event
      ELSE '${storedEvent('recall', '')}' || ?2 END,
    kiosk_event_due = ?1, kiosk_event_tries = 0, notification_retry_count = 0`,
  'put-back': `${ENDED}, completion_type = 'CANCELLED', ${RELEASED}, ${CALLED_OFF}`,
  'undo-call': `${ENDED}, completion_type = 'CANCELLED', ${RELEASED}, ${CALLED_OFF}`,
  // Called again, they have time to come.
  'undo-no-show': `${TAKEN_BACK}, ${HELD}`,
  'undo-cancel': `${TAKEN_BACK}, ${HELD}`,
  'undo-complete': TAKEN_BACK,
  admit: `${TAKEN_BACK}, entered_at = MAX(called_at, ?1)`,
  requeue: `completed_at = COALESCE(completed_at, ?1), completion_type = 'CANCELLED', ${RELEASED}`,
};

/** ?1 is now, ?2 the operation id, ?3 the visit; of those that put a ticket back ?4 the ticket of a row that has none. */
function update(kind: VisitKind): string {
  return `UPDATE waiting SET status = '${transitionOf(kind).to}', ${CHANGES[kind]},
    kiosk_ops = substr(concat_ws(',', kiosk_ops, '${evidenceOf(kind, '')}' || ?2), -${KEPT_EVIDENCE_CHARS}), kiosk_rev = COALESCE(kiosk_rev, 0) + 1, updated_at = ?1
  WHERE id = ?3`;
}

export function commitVisit(db: DatabaseSync, lock: SoftLock, kind: VisitKind, attempts: readonly string[], nowMs: number): CommitResult {
  const waitingId = waitingIdOf(lock);
  const row = first(
    db,
    `SELECT status, completion_type, completed_at, registered_at, kiosk_released, COALESCE(kiosk_rev, 0) AS revision, kiosk_ops FROM waiting
     WHERE id = ? AND booth_id = ?`,
    waitingId,
    lock.boothId,
  );
  if (row === null) return refused('WAITING_NOT_FOUND');
  const done = attemptIn(row['kiosk_ops'], kind, attempts);
  if (done !== null) return done === lock.operationId ? { outcome: 'committed', waitingId } : { outcome: 'committed-before', waitingId, userId: lock.userId };
  const problem = stateProblem(row, kind, nowMs) ?? (transitionOf(kind).needsRoom === true ? fullProblem(db, lock) : null) ?? staleProblem(row, lock);
  if (problem !== null) return problem;
  if (isRestoreKind(kind)) release(db, lock, kind, toNumber(row['registered_at'], 'waiting.registered_at') / 1000, nowMs);
  else db.prepare(update(kind)).run(nowMs, lock.operationId, waitingId);
  return { outcome: 'committed', waitingId };
}

/** Raises the revision of every visit whose ticket an action begun before could still put back. */
export function fenceReleases(db: DatabaseSync, boothId: number, nowMs: number): void {
  db.prepare("UPDATE waiting SET kiosk_rev = COALESCE(kiosk_rev, 0) + 1 WHERE booth_id = ? AND status = 'CALLED'").run(boothId);
  db.prepare(
    `UPDATE waiting SET kiosk_rev = COALESCE(kiosk_rev, 0) + 1
     WHERE booth_id = ? AND completed_at >= ? AND status = 'COMPLETED' AND completion_type IN ('NO_SHOW', 'CANCELLED') AND kiosk_released IS NULL`,
  ).run(boothId, nowMs - LATE_MS);
}

function stateProblem(row: Row, kind: VisitKind, nowMs: number): CommitResult | null {
  const { from, endedAs } = transitionOf(kind);
  const hasEndedSo = endedAs === undefined || (endedAs.some((type) => type === row['completion_type']) && row['kiosk_released'] === null);
  if (row['status'] !== from || !hasEndedSo) return refused('INVALID_STATUS', { status: toText(row['status']) });
  if (endedAs === undefined) return null;
  const endedMs = row['completed_at'];
  return typeof endedMs === 'number' && endedMs >= nowMs - LATE_MS ? null : refused('TOO_LATE');
}

function staleProblem(row: Row, lock: SoftLock): CommitResult | null {
  const revision = Number(row['revision']);
  return revision === lock.generation ? null : { outcome: 'stale', generation: revision };
}

/**
 * The row is no longer its ticket's, and the ticket is registered (again) with the place it returns to. It stands in one place: the one put
 * back takes over from that of the row, where they differ, and from every registration that its call had used up. A row of another program
 * knows no more of its ticket than the second.
 */
function release(db: DatabaseSync, lock: SoftLock, kind: RestoreKind, registeredScore: number, nowMs: number): void {
  const { boothId, userId } = lock;
  const waitingId = waitingIdOf(lock);
  const back = returnTicketOf(lock);
  const key = ticketKey(back);
  db.prepare(update(kind)).run(nowMs, lock.operationId, waitingId, ticketKey({ boothId, userId, score: registeredScore }));
  db.prepare(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (ticket) DO UPDATE SET created_at = excluded.created_at, left_op = NULL, left_at = NULL, gone_at = NULL`,
  ).run(key, boothId, userId, back.score, afterEveryCall(db, back, nowMs));
  if (lock.score === back.score) return;
  db.prepare(
    `UPDATE kiosk_queue SET gone_at = ? WHERE user_id = ? AND booth_id = ? AND ticket <> ? AND gone_at IS NULL
     AND EXISTS (SELECT 1 FROM waiting f WHERE f.id = ? AND (f.kiosk_released = kiosk_queue.ticket OR f.called_at >= kiosk_queue.created_at))`,
  ).run(nowMs, userId, boothId, key, waitingId);
}
