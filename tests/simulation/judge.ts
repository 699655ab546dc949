/**
 * What must hold, evaluated after every step, by code that shares nothing with the core's audit: it looks at the queue store's memory
 * and at plain SQL, and keeps a book of its own of whom the festival owes a place.
 */
import type { OperationNote, SoftLock } from '../../electron/core/ports.ts';
import type { Message, Observer } from './network.ts';
import { holdsPlace, placesOf, queueInOrder } from './places.ts';
import { createReader, isLive, type Record_, type Visit } from './record.ts';
import type { Stores } from './stores.ts';

/** Thrown at the step that broke a rule. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** Which rule, in a word: shrinking keeps to it. */
  readonly rule: string;
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

export interface Judge extends Observer {
  /** Another program registered somebody, or let them leave. */
  readonly registered: (boothId: number, userId: number, score: number) => void;
  readonly left: (boothId: number, userId: number, score: number) => void;
  /** Another program lost somebody: nothing is owed to them any more. */
  readonly excuse: (boothId: number, userId: number, score: number) => void;
  /** Another program put somebody back who has been called: a newer registration may be merged into that entry, and go with it. */
  readonly putBackThoughCalled: (boothId: number, userId: number, score: number) => void;
  /** Another program called somebody: with that every registration of theirs is used up that stands nowhere. */
  readonly calledElsewhere: (boothId: number, userId: number) => void;
  /** Another program changed rows, or the queue. */
  readonly foreignChange: (waitingId: number) => void;
  /** The queue store has just lost something. What joined through the app since the last mirror pass may be gone with it. */
  readonly queueLost: () => void;
  /** Checks what must hold at every instant. `isBusy`: whether somebody living is at work. */
  readonly check: (isBusy: () => boolean) => void;
  readonly book: Book;
  readonly evaluations: () => number;
  /** Operation ids whose change is in the ledger, each once. */
  readonly applied: ReadonlyMap<string, number>;
  readonly told: { readonly calls: ReadonlySet<number>; readonly cancelled: ReadonlySet<number> };
  readonly record: () => Record_;
  /** Somebody another program holds between two commands. */
  readonly inHands: (holds: (boothId: number, userId: number) => readonly number[]) => void;
}

/** booth:user → scores of registrations that are owed a place. */
type Book = Map<string, Set<number>>;

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
const RETURNING: ReadonlySet<string> = new Set(['put-back', 'undo-call', 'requeue']);
const COUNTS: Readonly<Record<string, number>> = { enter: 1, admit: 1, 'undo-complete': 1, complete: -1 };
/** What may change rows a judge looks at. */
const WRITES: ReadonlySet<string> = new Set(['commit', 'settleVerdict', 'writeMirror', 'noteMirror', 'dropTicket', 'claimEvent', 'endEvent', 'writePass']);
/** The queue store's clock decides when a lock is stuck. */
const STUCK_MS = 60_000;

export function createJudge({ state, db, clocks }: Stores): Judge {
  const read = createReader(db);
  const capacities = new Map(db.prepare('SELECT id, capacity FROM booth').all().map((row) => [Number(row['id']), Number(row['capacity'])]));
  const book: Book = new Map();
  const applied = new Map<string, number>();
  const requests = new Map<string, string>();
  /** Resolved in the queue store, by operation, since it lost data last. */
  const resolved = new Set<string>();
  const undone = new Set<string>();
  const calls = new Set<number>();
  const cancelled = new Set<number>();
  /** Visits another program has saved whole: times and releases of theirs are what it wrote. */
  const overwritten = new Set<number>();
  let record = read();
  let evaluations = 0;
  let aside: string | undefined;
  let hands: (boothId: number, userId: number) => readonly number[] = () => [];
  let before: { readonly lock: SoftLock | undefined; readonly current: number; readonly queued: number | undefined; readonly line: readonly [string, number][] } | null = null;

  const fail = (rule: string, detail: string): never => {
    throw new Violation(rule, detail);
  };
  const must = (holds: boolean, rule: string, detail: () => string): void => {
    evaluations++;
    if (!holds) fail(rule, detail());
  };
  const scoresOf = (boothId: number, userId: number): Set<number> => {
    const key = `${boothId}:${userId}`;
    const scores = book.get(key) ?? new Set<number>();
    book.set(key, scores);
    return scores;
  };
  const owe = (boothId: number, userId: number, score: number): void => void scoresOf(boothId, userId).add(score);
  /** The registration at `score` has ended, and with it those merged into it: whose visitor stands nowhere else. */
  const end = (boothId: number, userId: number, score: number, but?: string): void => {
    const places = [...placesOf(state, boothId, userId, but), ...hands(boothId, userId)];
    const scores = scoresOf(boothId, userId);
    for (const each of scores) if (each === score || (each > score && !places.some((place) => place <= each && place !== score))) scores.delete(each);
  };
  const apply = (operationId: string, what: string): void => {
    const times = (applied.get(operationId) ?? 0) + 1;
    applied.set(operationId, times);
    must(times === 1, 'exactly-once', () => `operation ${operationId} was applied ${times} times (${what})`);
    must(!undone.has(operationId), 'exactly-once', () => `operation ${operationId} was applied after it was undone (${what})`);
    const request = operationId.slice(0, -12);
    const first = requests.get(request) ?? operationId;
    requests.set(request, first);
    must(first === operationId, 'exactly-once', () => `one request was applied twice, as ${first} and as ${operationId} (${what})`);
  };
  const inside = (boothId: number): number => [...record.visits.values()].filter((visit) => visit.booth_id === boothId && isLive(visit)).length;
  const assertRoom = (visit: Visit, note: OperationNote, what: string): void => {
    const [live, capacity] = [inside(visit.booth_id), capacities.get(visit.booth_id) ?? 0];
    must(note.overCapacity || live <= capacity, 'capacity', () => `${what} of visit ${visit.id} makes it ${live} of ${capacity} at booth ${visit.booth_id}`);
  };

  function inserted(visit: Visit, message: Message): void {
    const lock = lockOf(message);
    must(lock?.kind === 'call' && lock.operationId === visit.kiosk_call_op, 'row-by-nobody', () => `visit ${visit.id} was made by ${message.name}`);
    if (lock === null || lock.score === null) return;
    apply(lock.operationId, `call, visit ${visit.id}`);
    assertRoom(visit, lock.note, 'call');
    const twin = [...record.visits.values()].find((other) => other.id !== visit.id && other.booth_id === visit.booth_id && other.user_id === visit.user_id && other.kiosk_released === null && holdsTicket(other, lock));
    must(twin === undefined, 'called-twice', () => `ticket ${lock.boothId}:${lock.userId}:${lock.score} has visits ${twin?.id} and ${visit.id}`);
    end(lock.boothId, lock.userId, lock.score, lock.operationId);
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
    apply(lock.operationId, `${lock.kind}, visit ${visit.id}`);
    const [expected, leadsTo] = LEGAL[lock.kind] ?? [[], ''];
    must(expected.includes(from) && to === leadsTo, 'illegal-change', () => `${lock.kind} made visit ${visit.id} from ${from} to ${to}`);
    if (overwritten.has(visit.id)) {
      if (RETURNING.has(lock.kind) && lock.returnScore !== null) owe(lock.boothId, lock.userId, lock.returnScore);
      return;
    }
    must(timesInOrder(visit), 'times', () => `visit ${visit.id} after ${lock.kind}: registered ${visit.registered_at}, called ${visit.called_at}, entered ${visit.entered_at}, completed ${visit.completed_at}`);
    if (!isLive(was) && isLive(visit)) assertRoom(visit, lock.note, lock.kind);
    must(RETURNING.has(lock.kind) === (visit.kiosk_released !== null) && (visit.kiosk_released === null || visit.kiosk_ticket === null), 'illegal-change', () => `${lock.kind} of visit ${visit.id}: released ${visit.kiosk_released}, ticket ${visit.kiosk_ticket}`);
    if (RETURNING.has(lock.kind) && lock.returnScore !== null) owe(lock.boothId, lock.userId, lock.returnScore);
  }

  function registrations(was: Record_['copy'], message: Message): void {
    const lock = lockOf(message);
    for (const [ticket, now] of record.copy) {
      const before = was.get(ticket);
      if (now.operation_id !== null && now.operation_id !== before?.operation_id) {
        must(lock?.operationId === now.operation_id, 'row-by-nobody', () => `registration ${ticket} by ${message.name}`);
        if (lock === null || lock.score === null) continue;
        apply(lock.operationId, `join of ${ticket}`);
        owe(lock.boothId, lock.userId, lock.score);
      }
      if (now.left_op !== null && now.left_op !== before?.left_op) {
        must(lock?.operationId === now.left_op, 'row-by-nobody', () => `${ticket} left by ${message.name}`);
        if (lock === null || lock.score === null) continue;
        apply(lock.operationId, `leave of ${ticket}`);
        end(lock.boothId, lock.userId, lock.score, lock.operationId);
      }
    }
  }

  function ledgerRan(message: Message): void {
    if (!WRITES.has(message.method)) return;
    const was = record;
    record = read();
    for (const [id, visit] of record.visits) {
      const known = was.visits.get(id);
      if (known === undefined) inserted(visit, message);
      else changed(known, visit, message);
    }
    for (const id of was.visits.keys()) must(record.visits.has(id), 'row-by-nobody', () => `visit ${id} was deleted by ${message.name}`);
    registrations(was.copy, message);
  }

  /** Who is called next: the first in order who is not inside a lock, those of stuck locks being passed over. */
  function firstCallable(line: readonly [string, number][], boothId: number): string | null {
    const now = clocks.nowMs + clocks.skewMs.queue;
    for (const [member, score] of line) {
      const lock = [...state.locks.values()].find((each) => each.boothId === boothId && String(each.userId) === member && (holdsPlace(each) || each.score === score || each.returnScore === score));
      if (lock === undefined) return member;
      if (Math.abs(now - lock.createdAtMs) < STUCK_MS) return null;
    }
    return null;
  }

  function begun(message: Message, lock: SoftLock): void {
    const { line = [], lock: known } = before ?? {};
    if (known !== undefined) return;
    const others = [...state.locks.values()].filter((other) => other !== lock && other.boothId === lock.boothId && other.userId === lock.userId);
    const clash = others.find((other) => (lock.waitingId !== null && other.waitingId === lock.waitingId) || (holdsPlace(lock) && holdsPlace(other)));
    must(clash === undefined, 'two-locks', () => `${lock.kind} ${lock.operationId} began beside ${clash?.kind} ${clash?.operationId} of the same visit`);
    const asked = message.args[0] as { readonly userId: number | null; readonly place?: string; readonly returnScore?: number };
    const { boothId, score } = lock;
    if (lock.kind === 'call' && asked.userId === null) {
      // Looked at with this lock out of the way, as it was at the instant of begin.
      state.locks.delete(lock.operationId);
      const first = firstCallable(line, boothId);
      state.locks.set(lock.operationId, lock);
      must(first === String(lock.userId) && line.some(([member, at]) => member === first && at === score), 'fair-order', () => `booth ${boothId}: ${lock.userId}@${score} was taken from ${line.map(String).join(' ')}`);
    }
    if (asked.returnScore === undefined || lock.returnScore === null) return;
    const { returnScore } = lock;
    const ahead = line.filter(([, at]) => at < returnScore).length;
    const isRight = asked.place === 'original' ? returnScore === asked.returnScore : returnScore === asked.returnScore || (returnScore > asked.returnScore && ahead >= Math.min(3, line.length));
    must(isRight, 'fair-order', () => `booth ${boothId}: ${lock.userId} returns to ${returnScore} instead of ${asked.returnScore} (${asked.place})`);
  }

  function ended(lock: SoftLock, as: unknown): void {
    const { operationId, kind, boothId, userId } = lock;
    must(!resolved.has(operationId), 'exactly-once', () => `the lock of ${operationId} was ended twice`);
    resolved.add(operationId);
    const isFinished = as === 'finished';
    const current = Number(state.current.get(boothId) ?? '0');
    const change = isFinished ? (COUNTS[kind] ?? 0) : 0;
    const expected = change === 0 ? before?.current : Math.max((before?.current ?? 0) + change, 0);
    must(current === expected, 'exactly-once', () => `${kind} ${operationId} ${String(as)}: the count became ${current} instead of ${expected}`);
    const hasVisit = [...record.visits.values()].some((visit) => visit.booth_id === boothId && visit.user_id === userId && visit.kiosk_released === null && holdsTicket(visit, lock));
    const wasServed = kind === 'call' ? hasVisit : kind === 'join' && record.copy.has(keyOf(lock));
    if (isFinished) must(applied.has(operationId) || wasServed, 'finished-uncommitted', () => `${kind} ${operationId} was finished and never committed`);
    // Another program's row has used this registration up, and with it those merged into it.
    if (kind === 'call' && isFinished && !applied.has(operationId) && lock.score !== null && hasForeignVisit(boothId, userId, lock.score)) end(boothId, userId, lock.score);
    // Given up since, or asked again under the same id: then that lock took another visitor, who goes back.
    const released = [...record.visits.values()].some((visit) => visit.kiosk_call_op === operationId && visit.kiosk_ticket !== keyOf(lock));
    if (!isFinished) {
      undone.add(operationId);
      must(!applied.has(operationId) || released, 'undone-committed', () => `${kind} ${operationId} was undone and is committed`);
    }
    const returns = isFinished ? (RETURNING.has(kind) || kind === 'join' ? (lock.returnScore ?? lock.score) : null) : kind === 'call' || kind === 'leave' ? lock.score : null;
    const isAside = state.quarantine.get(boothId)?.has(String(userId)) === true;
    if (returns === null || isAside) return;
    const [stands, stood] = [state.queues.get(boothId)?.get(String(userId)), before?.queued];
    // A lock that came back with an older queue: a ticket that is owed nothing any more must not stand in anybody's place.
    if (stands === stood && (!scoresOf(boothId, userId).has(returns) || hasForeignVisit(boothId, userId, returns))) return;
    must(stands === Math.min(returns, stood ?? returns), 'fair-order', () => `booth ${boothId}: ${userId} belongs at ${returns}, and stands at ${stands}`);
  }

  /** A lock that was not there any more: nothing may have changed. */
  function unmoved({ operationId, boothId, userId }: SoftLock): void {
    const [current, queued] = [Number(state.current.get(boothId) ?? '0'), state.queues.get(boothId)?.get(String(userId))];
    must(current === before?.current && queued === before.queued, 'exactly-once', () => `${operationId} changed booth ${boothId} without its lock`);
  }

  function queueRan(message: Message, value: unknown): void {
    switch (message.method) {
      case 'begin': {
        const result = value as { readonly outcome: string; readonly lock?: SoftLock };
        if (result.outcome === 'begun' && result.lock !== undefined) begun(message, result.lock);
        return;
      }
      case 'resolve':
        if (value === 'applied' && before?.lock !== undefined) ended(before.lock, message.args[2]);
        else unmoved(message.args[0] as SoftLock);
        return;
      case 'endForeignLock': {
        // It died with somebody in its lock who was called since by another registration: that call used this one up.
        const [{ ticket }, as] = message.args as [{ readonly ticket: { readonly boothId: number; readonly userId: number; readonly score: number } }, string];
        if (value === true && as === 'served') end(ticket.boothId, ticket.userId, ticket.score);
        return;
      }
      case 'endSetAside': {
        const [boothId, member, as] = message.args;
        if (value === true && as === 'dropped' && aside !== undefined) end(Number(boothId), Number(member), Number(aside.split(' ')[0]));
        return;
      }
      default:
    }
  }

  function inboxGot(message: Message): void {
    const event = message.args[0] as { readonly kind: string; readonly waitingId: number };
    const visit = record.visits.get(event.waitingId);
    must(visit !== undefined, 'false-call', () => `a ${event.kind} of visit ${event.waitingId}, which is not there, was announced`);
    if (event.kind === 'call') calls.add(event.waitingId);
    if (event.kind === 'cancellation') {
      must(visit?.kiosk_released !== null, 'false-call', () => `the call of visit ${event.waitingId} was taken back in the inbox only`);
      cancelled.add(event.waitingId);
    }
  }

  const isVerified = (): boolean => state.mark !== null && state.mark.run === state.run && state.mark.epoch >= record.epoch;
  const isInCopy = (boothId: number, userId: number, score: number): boolean => {
    const found = record.copy.get(`${boothId}:${userId}:${score}`);
    return found !== undefined && found.left_at === null && found.gone_at === null;
  };
  /** Called by another program: for this registration, or for an earlier one it was merged with. */
  const hasForeignVisit = (boothId: number, userId: number, score: number): boolean =>
    [...record.visits.values()].some((visit) => visit.booth_id === boothId && visit.user_id === userId && visit.kiosk_call_op === null && visit.kiosk_released === null && (Math.floor(visit.registered_at / 1000) === Math.floor(score) || visit.called_at / 1000 >= score));
  const putBackThoughCalled = (boothId: number, userId: number, score: number): void => {
    const scores = scoresOf(boothId, userId);
    if (!hasForeignVisit(boothId, userId, score)) return;
    for (const each of scores) if (each > score && !isInCopy(boothId, userId, each)) scores.delete(each);
  };
  const standsAt = (boothId: number, userId: number, score: number): boolean =>
    placesOf(state, boothId, userId).some((place) => place <= score) || hands(boothId, userId).some((place) => place <= score);

  return {
    book,
    applied,
    told: { calls, cancelled },
    evaluations: () => evaluations,
    record: () => record,
    inHands: (holds) => void (hands = holds),
    registered: owe,
    left: (boothId, userId, score) => end(boothId, userId, score),
    excuse: (boothId, userId, score) => end(boothId, userId, score),
    putBackThoughCalled,
    calledElsewhere(boothId, userId) {
      const scores = scoresOf(boothId, userId);
      const queued = state.queues.get(boothId)?.get(String(userId));
      if (queued !== undefined) putBackThoughCalled(boothId, userId, queued);
      for (const score of scores) if (!standsAt(boothId, userId, score)) scores.delete(score);
    },
    foreignChange(waitingId) {
      overwritten.add(waitingId);
      record = read();
    },
    queueLost() {
      // What was undone may be asked again under the same id: the store has forgotten that it was.
      resolved.clear();
      undone.clear();
      for (const [key, scores] of book) {
        const [boothId = 0, userId = 0] = key.split(':').map(Number);
        for (const score of scores) if (!placesOf(state, boothId, userId).includes(score) && !isInCopy(boothId, userId, score)) scores.delete(score);
      }
    },
    before(message) {
      if (message.method === 'endSetAside') aside = state.quarantine.get(Number(message.args[0]))?.get(String(message.args[1]));
      if (message.to !== 'queue' || (message.method !== 'begin' && message.method !== 'resolve')) return;
      const { operationId, boothId, userId } = message.args[0] as SoftLock;
      before = { lock: state.locks.get(operationId), current: Number(state.current.get(boothId) ?? '0'), queued: state.queues.get(boothId)?.get(String(userId)), line: message.method === 'begin' ? queueInOrder(state, boothId) : [] };
    },
    after(message, answer) {
      if (message.to === 'ledger') ledgerRan(message);
      else if (message.to === 'inbox') inboxGot(message);
      else if (answer.ok) queueRan(message, answer.value);
    },
    check(isBusy) {
      for (const [key, scores] of book) {
        if (scores.size === 0) continue;
        const [boothId = 0, userId = 0] = key.split(':').map(Number);
        for (const score of scores) {
          evaluations++;
          if (standsAt(boothId, userId, score)) continue;
          if (hasForeignVisit(boothId, userId, score)) {
            scores.delete(score);
            continue;
          }
          const copied = isInCopy(boothId, userId, score);
          // A copy is enough after a loss; in a queue that was verified, only while somebody is on the way with it.
          must(copied, 'lost', () => `ticket ${key}:${score} is nowhere`);
          must(!isVerified() || isBusy(), 'lost', () => `ticket ${key}:${score} is in the copy alone, and nobody is about to put it back`);
        }
      }
    },
  };
}

function lockOf(message: Message): SoftLock | null {
  return message.method === 'commit' ? (message.args[0] as SoftLock) : null;
}

function keyOf({ boothId, userId, score }: SoftLock): string {
  return `${boothId}:${userId}:${score}`;
}

function holdsTicket(visit: Visit, lock: SoftLock): boolean {
  if (visit.kiosk_ticket !== null) return visit.kiosk_ticket === keyOf(lock);
  return visit.kiosk_call_op === null && Math.floor(visit.registered_at / 1000) === Math.floor(lock.score ?? NaN);
}

function stateOf({ status, completion_type }: Visit): string {
  return completion_type === null ? status : `${status} ${completion_type}`;
}

function timesInOrder({ registered_at, called_at, entered_at, completed_at }: Visit): boolean {
  return registered_at <= called_at && (entered_at === null || called_at <= entered_at) && (completed_at === null || (entered_at ?? called_at) <= completed_at);
}
