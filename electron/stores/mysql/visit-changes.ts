/** What each action on a visit writes into its row, and which rows it may be written into. */
import { HOLD_MS, LATE_MS } from '../../../shared/limits.ts';
import { evidenceOf, transitionOf, type VisitKind } from '../../core/waiting.ts';
import { storedEvent } from '../call-event.ts';
import { KEPT_EVIDENCE_CHARS } from '../evidence.ts';
import { registeredS } from './rows.ts';

/** A time never lies before the one it follows, whatever other programs or a server's clock did; they may have left out the call's. */
const ENTERED = 'entered_at = GREATEST(COALESCE(called_at, NOW(6)), NOW(6))';
const NOW_ENDED = 'GREATEST(COALESCE(entered_at, called_at, NOW(6)), NOW(6))';
/** Somebody who had gone before may have been gone for a while: the times stay. */
const ENDED: Readonly<Partial<Record<VisitKind, string>>> = { requeue: `COALESCE(completed_at, ${NOW_ENDED})` };

const HELD = `kiosk_hold_until = NOW(6) + INTERVAL ${HOLD_MS * 1000} MICROSECOND`;

// Assignments are made from left to right, each seeing those before it.

/** A call nobody has tried to announce yet is announced once, not twice. One that may have reached its visitor needs news of its own. */
const CALLED_AGAIN = `kiosk_event = IF(kiosk_event LIKE 'call:%' AND kiosk_event_due IS NOT NULL AND COALESCE(kiosk_event_tries, 0) = 0, kiosk_event, ?),
  kiosk_event_due = NOW(6), kiosk_event_tries = 0, notification_retry_count = 0`;

/**
 * Whom nobody has told anything, or may have, needs no cancellation. Calling again began to count anew: a first try may have been made.
 * While a try may be under way the cancellation waits for its end, so as not to come first.
 */
const CANCELLED = `kiosk_event_due = IF(kiosk_event_tries > 0 AND kiosk_event_due > NOW(6), kiosk_event_due,
    IF(kiosk_event_tries > 0 OR notification_sent = 1 OR kiosk_ops LIKE '%recall:%', NOW(6), NULL)),
  kiosk_event = IF(kiosk_event_due IS NULL, NULL, ?), kiosk_event_tries = 0`;

/** The ticket of another program's row is its time of registration: without trailing zeros, as JavaScript writes a number. */
const RELEASED = `kiosk_released = COALESCE(kiosk_ticket,
    CONCAT(booth_id, ':', user_id, ':', TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM ${registeredS('waiting')})))), kiosk_ticket = NULL`;

interface Change {
  readonly sql: string;
  /** Of the event that the one parameter in `sql` stands for; null where there is none. */
  readonly event: 'recall' | 'cancellation' | null;
}

/** Beside status, end and evidence. */
const CHANGES: Readonly<Record<VisitKind, Change | null>> = {
  enter: { sql: ENTERED, event: null },
  complete: null,
  'no-show': null,
  cancel: null,
  hold: { sql: HELD, event: null },
  recall: { sql: CALLED_AGAIN, event: 'recall' },
  'put-back': { sql: `${CANCELLED}, ${RELEASED}`, event: 'cancellation' },
  'undo-call': { sql: `${CANCELLED}, ${RELEASED}`, event: 'cancellation' },
  'undo-no-show': { sql: HELD, event: null },
  'undo-cancel': { sql: HELD, event: null },
  'undo-complete': null,
  admit: { sql: ENTERED, event: null },
  requeue: { sql: RELEASED, event: null },
};

/** Whether a visit that has ended did so recently enough to be taken back. */
export const IS_RECENT = `completed_at >= NOW(6) - INTERVAL ${LATE_MS * 1000} MICROSECOND`;

/** Whether it ended in a way that this action takes back; true for actions on visits that have not ended. */
export function endsFit(kind: VisitKind): string {
  const { endedAs } = transitionOf(kind);
  return endedAs === undefined ? 'TRUE' : `(completion_type IN (${endedAs.map((type) => `'${type}'`).join(', ')}) AND kiosk_released IS NULL)`;
}

/** Visits whose ticket an action could put back into the queue: one condition for each index that finds them. */
export const RELEASABLE = ["status = 'CALLED'", `status = 'COMPLETED' AND ${endsFit('requeue')} AND ${IS_RECENT}`] as const;

/** Its parameters: what `eventValues` gives, the evidence, the visit, its booth, the revision, what `evidenceOfAny` gives. */
export function updateStatement(kind: VisitKind): string {
  const { from, to, endedAs, ends } = transitionOf(kind);
  const end = ends === undefined ? ['completed_at = NULL', 'completion_type = NULL'] : [`completed_at = ${ENDED[kind] ?? NOW_ENDED}`, `completion_type = '${ends}'`];
  const isEndChanged = ends !== undefined || endedAs !== undefined;
  const changes = [`status = '${to}'`, ...(isEndChanged ? end : []), ...(CHANGES[kind] === null ? [] : [CHANGES[kind].sql])];
  return `UPDATE waiting SET ${changes.join(', ')}, kiosk_ops = RIGHT(CONCAT_WS(',', kiosk_ops, ?), ${KEPT_EVIDENCE_CHARS}),
      kiosk_rev = COALESCE(kiosk_rev, 0) + 1, updated_at = NOW(6)
    WHERE id = ? AND booth_id = ? AND status = '${from}' AND COALESCE(kiosk_rev, 0) = ? AND NOT COALESCE(kiosk_ops REGEXP ?, FALSE)${endedAs === undefined ? '' : ` AND ${endsFit(kind)} AND ${IS_RECENT}`}`;
}

export function eventValues(kind: VisitKind, operationId: string): readonly string[] {
  const event = CHANGES[kind]?.event ?? null;
  return event === null ? [] : [storedEvent(event, operationId)];
}

/** A regular expression that finds the evidence of any attempt of the request: the revision alone does not tell that another one took effect. */
export function evidenceOfAny(kind: VisitKind, attempts: readonly string[]): string {
  return `(^|,)${evidenceOf(kind, '')}(${attempts.join('|')})(,|$)`;
}
