/** What a ledger's statement did to visits and registrations: only what an operation of ours may do, each once, and within the rules. */
import type { CommitResult } from '../../electron/core/ledger.ts';
import type { OperationNote, SoftLock } from '../../electron/core/ports.ts';
import type { Book } from './book.ts';
import type { BoothJudge } from './booths.ts';
import type { ClearingJudge } from './clearing.ts';
import { type Fates, requestOf } from './fates.ts';
import type { Answer, Message } from './network.ts';
import { RETURNING } from './places.ts';
import { holdsTicket, isLive, keyOf, type Record_, type Visit } from './record.ts';
import type { Must } from './violation.ts';

/** from, to, how it ended before, how it ends now. */
const LEGAL: Readonly<Record<string, readonly [from: readonly string[], to: string]>> = {
  enter: [['CALLED'], 'ENTERED'],
  complete: [['ENTERED'], 'COMPLETED ENTERED'],
  'no-show': [['CALLED'], 'COMPLETED NO_SHOW'],
  cancel: [['CALLED'], 'COMPLETED CANCELLED'],
  hold: [['CALLED'], 'CALLED'],
  recall: [['CALLED'], 'CALLED'],
  'put-back': [['CALLED'], 'COMPLETED CANCELLED'],
  'undo-call': [['CALLED'], 'COMPLETED CANCELLED'],
  'undo-no-show': [['COMPLETED NO_SHOW'], 'CALLED'],
  'undo-cancel': [['COMPLETED CANCELLED'], 'CALLED'],
  'undo-complete': [['COMPLETED ENTERED'], 'ENTERED'],
  admit: [['COMPLETED NO_SHOW', 'COMPLETED CANCELLED'], 'ENTERED'],
  requeue: [['COMPLETED NO_SHOW', 'COMPLETED CANCELLED'], 'COMPLETED CANCELLED'],
};
/** What may change rows a judge looks at. */
const WRITES: ReadonlySet<string> = new Set(['commit', 'settleVerdict', 'writeMirror', 'noteMirror', 'dropTicket', 'keepTicket', 'claimEvent', 'endEvent', 'writePass']);

export interface RowJudge {
  readonly record: () => Record_;
  /** A statement ran, and answered so, whether or not the answer arrives. */
  readonly ran: (message: Message, answer: Answer) => void;
  /** Another program has saved this visit whole: times and releases of it are what it wrote. */
  readonly foreignChange: (waitingId: number) => void;
}

export function createRowJudge(read: () => Record_, capacities: ReadonlyMap<number, number>, must: Must, { fates, book, booths, clearing }: { readonly fates: Fates; readonly book: Book; readonly booths: BoothJudge; readonly clearing: ClearingJudge }): RowJudge {
  const overwritten = new Set<number>();
  /** Joins that were answered as committed. */
  const answered = new Set<string>();
  let record = read();
  const inside = (boothId: number): number => [...record.visits.values()].filter((visit) => visit.booth_id === boothId && isLive(visit)).length;
  const assertRoom = (visit: Visit, note: OperationNote, what: string): void => {
    const [live, capacity] = [inside(visit.booth_id), capacities.get(visit.booth_id) ?? 0];
    must(note.overCapacity || live <= capacity, 'capacity', () => `${what} of visit ${visit.id} makes it ${live} of ${capacity} at booth ${visit.booth_id}`);
  };

  /** Another program may have called a ticket that has its row already: of two visits of one registration, the other one is its place. */
  function oweReturn({ kind, boothId, userId, waitingId, returnScore }: SoftLock): void {
    if (!RETURNING.has(kind) || returnScore === null) return;
    if (waitingId !== null) book.takenBack(waitingId);
    const hasOther = [...record.visits.values()].some((visit) => visit.kiosk_ticket === `${boothId}:${userId}:${returnScore}`);
    if (!hasOther) book.owe(boothId, userId, returnScore);
  }

  function inserted(visit: Visit, message: Message): void {
    const lock = lockOf(message);
    must(lock?.kind === 'call' && lock.operationId === visit.kiosk_call_op, 'row-by-nobody', () => `visit ${visit.id} was made by ${message.name}`);
    if (lock === null || lock.score === null) return;
    fates.apply(lock, `call, visit ${visit.id}`);
    booths.committed(lock);
    must(record.copy.get(keyOf(lock))?.left_op == null, 'called-gone', () => `ticket ${keyOf(lock)} left or was dismissed, and has visit ${visit.id}`);
    assertRoom(visit, lock.note, 'call');
    const twin = [...record.visits.values()].find((other) => other.id !== visit.id && other.booth_id === visit.booth_id && other.user_id === visit.user_id && other.kiosk_released === null && holdsTicket(other, lock));
    must(twin === undefined, 'called-twice', () => `ticket ${lock.boothId}:${lock.userId}:${lock.score} has visits ${twin?.id} and ${visit.id}`);
    must(!book.isOver(lock.boothId, lock.userId, lock.score), 'called-merged', () => `ticket ${keyOf(lock)} ended with another one of its visitor, and has visit ${visit.id}`);
    book.end(lock.boothId, lock.userId, lock.score, visit.id);
  }

  function changed(was: Visit, visit: Visit, message: Message): void {
    const [from, to] = [stateOf(was), stateOf(visit)];
    const lock = lockOf(message);
    if (was.kiosk_ops === visit.kiosk_ops) {
      must(from === to && was.kiosk_released === visit.kiosk_released && was.kiosk_ticket === visit.kiosk_ticket, 'row-by-nobody', () => `visit ${visit.id}: ${from} became ${to} by ${message.name}`);
      return;
    }
    must(lock?.waitingId === visit.id && visit.kiosk_ops?.endsWith(`${lock.kind}:${lock.operationId}`) === true, 'row-by-nobody', () => `visit ${visit.id}: ${from} became ${to} by ${message.name}`);
    if (lock === null) return;
    fates.apply(lock, `${lock.kind}, visit ${visit.id}`);
    clearing.committed(lock, was);
    const [expected, leadsTo] = LEGAL[lock.kind] ?? [[], ''];
    must(expected.includes(from) && to === leadsTo, 'illegal-change', () => `${lock.kind} made visit ${visit.id} from ${from} to ${to}`);
    if (overwritten.has(visit.id)) {
      oweReturn(lock);
      return;
    }
    must(timesInOrder(visit), 'times', () => `visit ${visit.id} after ${lock.kind}: registered ${visit.registered_at}, called ${visit.called_at}, entered ${visit.entered_at}, completed ${visit.completed_at}`);
    if (!isLive(was) && isLive(visit)) assertRoom(visit, lock.note, lock.kind);
    must(RETURNING.has(lock.kind) === (visit.kiosk_released !== null) && (visit.kiosk_released === null || visit.kiosk_ticket === null), 'illegal-change', () => `${lock.kind} of visit ${visit.id}: released ${visit.kiosk_released}, ticket ${visit.kiosk_ticket}`);
    oweReturn(lock);
  }

  function dismissed(lock: SoftLock): void {
    booths.committed(lock);
    const visit = [...record.visits.values()].find((each) => each.kiosk_ticket === keyOf(lock));
    must(visit === undefined, 'called-dismissed', () => `ticket ${keyOf(lock)} has visit ${visit?.id}, and was dismissed`);
  }

  /** Of one registered at this very score before, by another operation: they may have left through the app since, and are owed their place anew. A repeated message owes nothing. */
  function joined(lock: SoftLock): void {
    fates.registered.add(requestOf(lock.operationId));
    if (lock.score !== null && !answered.has(lock.operationId) && record.copy.get(keyOf(lock))?.operation_id !== lock.operationId) book.owe(lock.boothId, lock.userId, lock.score);
    answered.add(lock.operationId);
  }

  function registrations(was: Record_['copy'], message: Message, isCommitted: boolean): void {
    const lock = lockOf(message);
    if (lock?.kind === 'join' && isCommitted) joined(lock);
    for (const [ticket, now] of record.copy) {
      const before = was.get(ticket);
      if (now.operation_id !== null && now.operation_id !== before?.operation_id) {
        must(lock?.operationId === now.operation_id, 'row-by-nobody', () => `registration ${ticket} by ${message.name}`);
        if (lock === null || lock.score === null) continue;
        fates.apply(lock, `join of ${ticket}`);
        booths.committed(lock);
        book.owe(lock.boothId, lock.userId, lock.score);
      }
      if (now.left_op !== null && now.left_op !== before?.left_op) {
        must(lock?.operationId === now.left_op, 'row-by-nobody', () => `${ticket} left by ${message.name}`);
        if (lock === null || lock.score === null) continue;
        fates.apply(lock, `${lock.kind} of ${ticket}`);
        must(before?.left_op == null, 'exactly-once', () => `${ticket} had left by ${before?.left_op}, and left again by ${lock.operationId}`);
        clearing.committed(lock, null);
        if (lock.kind === 'dismiss') dismissed(lock);
        book.end(lock.boothId, lock.userId, lock.score, 'kiosk');
      }
    }
  }

  function ran(message: Message, answer: Answer): void {
    if (!WRITES.has(message.method)) return;
    const was = record;
    record = read();
    for (const [id, visit] of record.visits) {
      const known = was.visits.get(id);
      if (known === undefined) inserted(visit, message);
      else changed(known, visit, message);
    }
    for (const id of was.visits.keys()) must(record.visits.has(id), 'row-by-nobody', () => `visit ${id} was deleted by ${message.name}`);
    registrations(was.copy, message, answer.ok && message.method === 'commit' && (answer.value as CommitResult).outcome === 'committed');
  }

  return {
    record: () => record,
    ran,
    foreignChange(waitingId) {
      overwritten.add(waitingId);
      const was = record.visits.get(waitingId);
      if (was !== undefined) clearing.overwritten(was);
      record = read();
    },
  };
}

function lockOf(message: Message): SoftLock | null {
  return message.method === 'commit' ? (message.args[0] as SoftLock) : null;
}

function stateOf({ status, completion_type }: Visit): string {
  return completion_type === null ? status : `${status} ${completion_type}`;
}

function timesInOrder({ registered_at, called_at, entered_at, completed_at }: Visit): boolean {
  return registered_at <= called_at && (entered_at === null || called_at <= entered_at) && (completed_at === null || (entered_at ?? called_at) <= completed_at);
}
