/**
 * What must hold, evaluated after every step, by code that shares nothing with the core's audit: it looks at the queue store's memory
 * and at plain SQL, and keeps a book of its own of whom the festival owes a place.
 */
import { type Book, createBook } from './book.ts';
import { type BoothJudge, createBoothJudge } from './booths.ts';
import { type ClearingJudge, createClearingJudge } from './clearing.ts';
import { createFates, type Fates } from './fates.ts';
import type { Message, Observer } from './network.ts';
import type { VisitorEvent } from '../../electron/core/ports.ts';
import type { Plan } from './plan.ts';
import { createReader, type Record_ } from './record.ts';
import { createRowJudge } from './rows.ts';
import { createQueueJudge } from './steps.ts';
import type { Stores } from './stores.ts';
import { createMust } from './violation.ts';

export interface Judge extends Observer, Pick<Book, 'putBackThoughCalled' | 'calledElsewhere' | 'check' | 'inHands'>, Pick<BoothJudge, 'stateOf' | 'dismissals'>, Pick<Fates, 'applied'> {
  /** Joins, by request, that registered their visitor, or found them registered at that score. */
  readonly joined: Fates['registered'];
  /** Another program registered somebody, or let them leave. */
  readonly registered: (boothId: number, userId: number, score: number) => void;
  readonly left: (boothId: number, userId: number, score: number) => void;
  /** Another program lost somebody: nothing is owed to them any more. */
  readonly excuse: (boothId: number, userId: number, score: number) => void;
  /** Another program changed rows, or the queue. */
  readonly foreignChange: (waitingId: number) => void;
  /** Another program wrote the status of a booth. */
  readonly boothChanged: (boothId: number) => void;
  readonly clearing: ClearingJudge['begins'];
  /** The queue store has just lost something. */
  readonly queueLost: () => void;
  readonly evaluations: () => number;
  /** Visits whose visitors were told, and dismissals by their operation. */
  readonly told: { readonly calls: ReadonlySet<number>; readonly cancelled: ReadonlySet<number>; readonly dismissals: ReadonlySet<string> };
  readonly record: () => Record_;
}

export function createJudge(stores: Stores, { clocksJump }: Pick<Plan, 'clocksJump'>): Judge {
  const { state, db, clocks } = stores;
  const { must, evaluations } = createMust();
  const fates = createFates(must);
  const capacities = new Map(db.prepare('SELECT id, capacity FROM booth').all().map((row) => [Number(row['id']), Number(row['capacity'])]));
  const book = createBook(state, () => rows.record(), fates.isCommitted, clocksJump, must);
  const booths = createBoothJudge(stores, book, must);
  const clearing = createClearingJudge(must);
  const rows = createRowJudge(createReader(db), capacities, must, { fates, book, booths, clearing });
  const steps = createQueueJudge({ state, clocks }, rows.record, must, fates, book);
  const calls = new Set<number>();
  const cancelled = new Set<number>();
  const dismissals = new Set<string>();

  function inboxGot(message: Message): void {
    const event = message.args[0] as VisitorEvent;
    if (event.kind === 'dismissal') {
      const { operationId, boothId, userId } = event;
      must(booths.dismissals.get(operationId)?.startsWith(`${boothId}:${userId}:`) === true, 'false-call', () => `the dismissal ${operationId} of ${userId} at booth ${boothId}, which never happened, was announced`);
      dismissals.add(operationId);
      return;
    }
    const visit = rows.record().visits.get(event.waitingId);
    must(visit !== undefined, 'false-call', () => `a ${event.kind} of visit ${event.waitingId}, which is not there, was announced`);
    if (event.kind === 'call') calls.add(event.waitingId);
    if (event.kind === 'cancellation') {
      must(visit?.kiosk_released !== null, 'false-call', () => `the call of visit ${event.waitingId} was taken back in the inbox only`);
      cancelled.add(event.waitingId);
    }
  }

  return {
    applied: fates.applied,
    joined: fates.registered,
    stateOf: booths.stateOf,
    dismissals: booths.dismissals,
    told: { calls, cancelled, dismissals },
    evaluations,
    record: rows.record,
    inHands: book.inHands,
    registered: book.owe,
    left: (boothId, userId, score) => book.end(boothId, userId, score, 'elsewhere'),
    excuse: (boothId, userId, score) => book.end(boothId, userId, score, 'elsewhere'),
    putBackThoughCalled: book.putBackThoughCalled,
    calledElsewhere: book.calledElsewhere,
    foreignChange: rows.foreignChange,
    boothChanged: booths.changedElsewhere,
    clearing: clearing.begins,
    queueLost() {
      fates.queueLost();
      book.queueLost();
    },
    before(message) {
      if (message.to === 'queue') steps.before(message);
    },
    after(message, answer) {
      if (message.to === 'ledger') {
        rows.ran(message, answer);
        booths.ran(message);
      } else if (message.to === 'inbox') inboxGot(message);
      else if (answer.ok) steps.ran(message, answer.value);
    },
    check(isBusy) {
      book.check(isBusy);
      booths.check();
    },
  };
}
