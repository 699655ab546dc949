/**
 * A fresh model festival with one kiosk for each test of a file, and the steps such tests begin with.
 */
import { afterEach, beforeEach, expect } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import { joinAsWalkIn } from '../../electron/core/join-queue.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { type Festival, type ModelKiosk, openFestival } from './model-festival.ts';

export interface Stage {
  readonly festival: Festival;
  readonly kiosk: ModelKiosk;
  /** A walk-in who is through; answers the user id. */
  arrive(name: string): Promise<number>;
  /** Calls the next and waits for finish. */
  call(by?: ModelKiosk, operationId?: string): Promise<Outcome>;
  /** Lets a called visitor in and waits for finish. */
  enter(visit: VisitRow, by?: ModelKiosk): Promise<Outcome>;
  onlyVisit(): Promise<VisitRow>;
  /** Every invariant holds and nothing is open. */
  healthy(): Promise<void>;
  /** A new festival with this capacity instead. */
  reopen(capacity: number, appUsers?: number): Promise<void>;
}

/** Call once at the top of a test file; the stage is new for each test. */
export function modelStage(): Stage {
  let festival: Festival;
  let kiosk: ModelKiosk;
  beforeEach(async () => {
    festival = await openFestival();
    kiosk = festival.kiosk('one');
  });
  afterEach(async () => {
    await kiosk.operations.drain();
    await festival.close();
  });
  return {
    get festival() {
      return festival;
    },
    get kiosk() {
      return kiosk;
    },
    async arrive(name) {
      festival.advance(1_000);
      const outcome = await joinAsWalkIn(kiosk, festival.boothId, name, await festival.generation(), kiosk.ids.operationId());
      if (outcome.outcome !== 'done') throw new Error(`could not join: ${outcome.outcome}`);
      await outcome.finished;
      return outcome.userId;
    },
    async call(by = kiosk, operationId = by.ids.operationId()) {
      const outcome = await callNext(by, { boothId: festival.boothId, generation: await festival.generation(), epoch: 0 }, operationId);
      if (outcome.outcome === 'done') await outcome.finished;
      return outcome;
    },
    async enter(visit, by = kiosk) {
      const outcome = await actOnVisit(by, 'enter', visit, by.ids.operationId());
      if (outcome.outcome === 'done') await outcome.finished;
      return outcome;
    },
    async onlyVisit() {
      const [visit, ...more] = await festival.live();
      if (visit === undefined || more.length > 0) throw new Error('expected exactly one live visit');
      return visit;
    },
    async healthy() {
      expect(await festival.violations()).toEqual([]);
      expect(await festival.locks()).toEqual([]);
    },
    async reopen(capacity, appUsers = 0) {
      await festival.close();
      festival = await openFestival(capacity, appUsers);
      kiosk = festival.kiosk('one');
    },
  };
}

export const userOf = (outcome: Outcome): number | null => (outcome.outcome === 'refused' ? null : outcome.userId);
export const codeOf = (outcome: Outcome): string | null => (outcome.outcome === 'refused' ? outcome.error.code : null);
