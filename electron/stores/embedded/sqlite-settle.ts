/** Fence, then look, as on the servers: a commit that was decided upon before must find its generation gone. */
import type { DatabaseSync } from 'node:sqlite';
import type { Verdict } from '../../core/ledger.ts';
import type { SoftLock } from '../../core/ports.ts';
import { isVisitKind, ticketKey, type VisitKind } from '../../core/waiting.ts';
import { holdsEvidence } from '../evidence.ts';
import { LEAP_MAX } from '../leap.ts';
import { ticketOf, waitingIdOf } from '../lock-ticket.ts';
import { calledByOthers } from './sqlite-commit.ts';
import { first } from './sqlite-row.ts';
import { fenceReleases } from './sqlite-visit.ts';

export function settle(db: DatabaseSync, lock: SoftLock): Verdict {
  return isVisitKind(lock.kind) ? settleVisit(db, lock, lock.kind) : settleTicket(db, lock, lock.kind);
}

const ROW_OF_TICKET = {
  call: 'SELECT id, kiosk_call_op AS operation_id FROM waiting WHERE kiosk_ticket = ?',
  join: 'SELECT NULL AS id, operation_id, COALESCE(left_at, gone_at) AS ended_at FROM kiosk_queue WHERE ticket = ?',
  leave: 'SELECT NULL AS id, left_op AS operation_id FROM kiosk_queue WHERE ticket = ?',
  dismiss: 'SELECT NULL AS id, left_op AS operation_id FROM kiosk_queue WHERE ticket = ?',
} as const;

/**
 * A visit that was given up is no evidence: its ticket went back into the queue, and there this lock's visitor belongs, too. Nor is the end
 * of a stay by another operation: this one's is not there. A row of another program is: put back, the visitor would be called twice, and
 * their entry would take the place of a newer registration.
 */
function settleTicket(db: DatabaseSync, lock: SoftLock, kind: keyof typeof ROW_OF_TICKET): Verdict {
  raiseGeneration(db, lock.boothId, lock.generation);
  const ticket = ticketOf(lock);
  const row = first(db, ROW_OF_TICKET[kind], ticketKey(ticket)) ?? (kind === 'call' ? calledByOthers(db, ticket) : null);
  const byThisOperation = row?.['operation_id'] === lock.operationId;
  if (row === null || (!byThisOperation && (kind === 'leave' || kind === 'dismiss' || (kind === 'join' && row['ended_at'] !== null)))) return { verdict: 'never' };
  return { verdict: 'committed', waitingId: kind === 'call' ? Number(row['id']) : null, byThisOperation };
}

/** Past one that was seen, and past the booth's own. */
function raiseGeneration(db: DatabaseSync, boothId: number, seen: number): void {
  db.prepare(`INSERT INTO kiosk_booth (booth_id, gen) VALUES (?1, iif(?2 > ${LEAP_MAX}, 1, ?2)) ON CONFLICT (booth_id) DO UPDATE SET gen = MAX(gen + 1, iif(?2 - gen > ${LEAP_MAX}, 0, ?2))`).run(boothId, seen + 1);
}

export function fenceBooths(db: DatabaseSync, boothIds: readonly number[], nowMs: number): void {
  for (const boothId of boothIds) {
    raiseGeneration(db, boothId, 0);
    fenceReleases(db, boothId, nowMs);
  }
}

function settleVisit(db: DatabaseSync, lock: SoftLock, kind: VisitKind): Verdict {
  const waitingId = waitingIdOf(lock);
  const { changes } = db.prepare(`UPDATE waiting SET kiosk_rev = iif(?1 - COALESCE(kiosk_rev, 0) > ${LEAP_MAX}, COALESCE(kiosk_rev, 0) + 1, ?1) WHERE id = ?2 AND COALESCE(kiosk_rev, 0) < ?1`).run(lock.generation + 1, waitingId);
  if (changes === 1) return { verdict: 'never' };
  const row = first(db, 'SELECT kiosk_ops FROM waiting WHERE id = ?', waitingId);
  if (row === null) return { verdict: 'never' };
  return holdsEvidence(row['kiosk_ops'], kind, lock.operationId) ? { verdict: 'committed', waitingId, byThisOperation: true } : { verdict: 'superseded' };
}
