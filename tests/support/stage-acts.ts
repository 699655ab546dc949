/** What the tests of losses do on a model stage, each carried through to its end. */
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import type { VisitKind } from '../../electron/core/waiting.ts';
import type { ModelKiosk } from './model-festival.ts';
import type { Stage } from './model-stage.ts';

export function stageActs(stage: Stage) {
  const pass = (by: ModelKiosk = stage.kiosk, trigger: 'interval' | 'by-hand' = 'by-hand') => reconcile(by, { trigger });
  const through = async (outcome: Promise<Outcome>, by: ModelKiosk = stage.kiosk): Promise<Outcome> => {
    const ended = await outcome;
    if (ended.outcome === 'done') await ended.finished;
    await by.operations.drain();
    return ended;
  };
  const visitOf = async (outcome: Outcome): Promise<VisitRow> => {
    const visit = outcome.outcome === 'done' ? await stage.festival.ledger.readVisit(outcome.waitingId ?? 0) : null;
    if (visit === null) throw new Error(`no visit: ${outcome.outcome}`);
    return visit;
  };
  const again = async (visit: VisitRow): Promise<VisitRow> => {
    const found = await stage.festival.ledger.readVisit(visit.waitingId);
    if (found === null) throw new Error('no visit');
    return found;
  };
  const act = async (kind: VisitKind, visit: VisitRow, by: ModelKiosk = stage.kiosk, options = {}) => through(actOnVisit(by, kind, await again(visit), by.ids.operationId(), options), by);
  const join = async (userId: number) => through(joinQueue(stage.kiosk, stage.festival.boothId, userId, await stage.festival.generation(), stage.kiosk.ids.operationId()));
  const leave = async (userId: number, by: ModelKiosk = stage.kiosk) => through(leaveQueue(by, stage.festival.boothId, userId, await stage.festival.generation(), by.ids.operationId()), by);
  const copy = async () => (await stage.festival.ledger.unservedTickets(stage.festival.boothId, 100)).map(({ userId, score }) => `${userId}@${score}`);
  /**
   * Somebody who was called by one registration waits anew by another, which is in the copy; then the first stands in its place again: a
   * backend's repair batch, or a supervisor's restore, and the earlier score wins. Answers the visitor.
   */
  const hiddenByServed = async (served: number, newer: number): Promise<number> => {
    const visitor = stage.festival.appUser();
    await stage.festival.register(visitor, served);
    await pass();
    await act('no-show', await visitOf(await stage.call()));
    stage.festival.advance(60_000);
    await stage.festival.register(visitor, newer);
    await pass();
    stage.festival.advance(60_000);
    await stage.festival.queue.refill([{ boothId: stage.festival.boothId, userId: visitor, score: served }]);
    return visitor;
  };
  return { pass, through, visitOf, again, act, join, leave, copy, hiddenByServed };
}
