/** The ledger as it is, in plain SQL: the rows the judge goes by. */
import type { DatabaseSync } from 'node:sqlite';
import type { SoftLock } from '../../electron/core/ports.ts';

/** A visit as its row says. */
export interface Visit {
  readonly id: number;
  readonly user_id: number;
  readonly booth_id: number;
  readonly status: string;
  readonly completion_type: string | null;
  readonly registered_at: number;
  readonly called_at: number;
  readonly entered_at: number | null;
  readonly completed_at: number | null;
  readonly kiosk_call_op: string | null;
  readonly kiosk_ticket: string | null;
  readonly kiosk_released: string | null;
  readonly kiosk_ops: string | null;
  readonly kiosk_event: string | null;
  readonly kiosk_event_tries: number | null;
}

/** A registration in the ledger's copy. */
export interface Registration {
  readonly ticket: string;
  readonly operation_id: string | null;
  readonly left_op: string | null;
  readonly left_at: number | null;
  readonly gone_at: number | null;
  /** Of a dismissal: what the visitor has to be told. */
  readonly event_due: number | null;
  readonly event_tries: number | null;
}

export interface Record_ {
  readonly visits: ReadonlyMap<number, Visit>;
  readonly copy: ReadonlyMap<string, Registration>;
  /** Of the latest mirror pass. */
  readonly epoch: number;
}

const VISITS = `SELECT id, user_id, booth_id, status, completion_type, registered_at, called_at, entered_at, completed_at, kiosk_call_op, kiosk_ticket,
  kiosk_released, kiosk_ops, kiosk_event, kiosk_event_tries FROM waiting ORDER BY id`;
const COPY = 'SELECT ticket, operation_id, left_op, left_at, gone_at, event_due, event_tries FROM kiosk_queue';

export function createReader(db: DatabaseSync): () => Record_ {
  const [visits, copy, epoch] = [db.prepare(VISITS), db.prepare(COPY), db.prepare('SELECT COALESCE(MAX(epoch), 0) AS epoch FROM kiosk_mirror')];
  return () => ({
    visits: new Map(visits.all().map((row) => [Number(row['id']), row as unknown as Visit])),
    copy: new Map(copy.all().map((row) => [String(row['ticket']), row as unknown as Registration])),
    epoch: Number(epoch.get()?.['epoch']),
  });
}

export function isLive({ status }: Visit): boolean {
  return status === 'CALLED' || status === 'ENTERED';
}

/** The ticket of a lock. */
export function keyOf({ boothId, userId, score }: SoftLock): string {
  return `${boothId}:${userId}:${score}`;
}

/** Whether this visit is of the ticket in the lock. */
export function holdsTicket(visit: Visit, lock: SoftLock): boolean {
  if (visit.kiosk_ticket !== null) return visit.kiosk_ticket === keyOf(lock);
  return visit.kiosk_call_op === null && Math.floor(visit.registered_at / 1000) === Math.floor(lock.score ?? NaN);
}
