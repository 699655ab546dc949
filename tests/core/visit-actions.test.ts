/**
 * Goal: what each action on a visit, or on somebody who waits, does to queue, history and count; and what it refuses.
 * Method: the core on the model stores; five visitors, the stores read directly afterwards, every invariant evaluated at the end.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LATE_MS } from '../../shared/limits.ts';
import { actOnVisit, type VisitOptions } from '../../electron/core/act-on-visit.ts';
import { callChosen, callNext, callSeveral } from '../../electron/core/call-next.ts';
import { joinQueue, leaveQueue } from '../../electron/core/join-queue.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import { UNSIGNED } from '../../electron/core/note.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { trace } from '../../electron/core/trace.ts';
import { undoOf } from '../../electron/core/undo.ts';
import type { VisitKind } from '../../electron/core/waiting.ts';
import { codeOf, modelStage } from '../support/model-stage.ts';

const stage = modelStage();
const NAMES = ['Ann', 'Ben', 'Cem', 'Dan', 'Eva'];
let [ann, ben, cem, dan, eva]: number[] = [];
let scores: readonly number[] = [];

beforeEach(async () => {
  const ids: number[] = [];
  for (const name of NAMES) ids.push(await stage.arrive(name));
  [ann, ben, cem, dan, eva] = ids;
  scores = await stage.festival.scores();
});
afterEach(() => stage.healthy());

const through = async (outcome: Promise<Outcome>): Promise<Outcome> => {
  const ended = await outcome;
  if (ended.outcome === 'done') await ended.finished;
  await stage.kiosk.operations.drain();
  return ended;
};
const booth = async () => ({ boothId: stage.festival.boothId, generation: await stage.festival.generation(), epoch: 0 });
const called = async (): Promise<VisitRow> => {
  const outcome = await stage.call();
  return visitOf(outcome.outcome === 'done' ? outcome.waitingId : null);
};
const visitOf = async (waitingId: number | null): Promise<VisitRow> => {
  const visit = await stage.festival.ledger.readVisit(waitingId ?? 0);
  if (visit === null) throw new Error('no such visit');
  return visit;
};
const again = (visit: VisitRow): Promise<VisitRow> => visitOf(visit.waitingId);
const act = async (kind: VisitKind, visit: VisitRow, options: VisitOptions = {}): Promise<Outcome> => through(actOnVisit(stage.kiosk, kind, await again(visit), stage.kiosk.ids.operationId(), options));
const waiting = () => stage.festival.waiting();
const OVERRIDE = { note: { ...UNSIGNED, overCapacity: true, reason: 'a child got lost inside' } };

describe('putting back', () => {
  it('returns a visitor to the very place, to the digit, and the old row is no longer the ticket’s', async () => {
    const visit = await called();
    expect(await act('put-back', visit)).toMatchObject({ outcome: 'done', userId: ann });
    expect(await waiting()).toEqual([ann, ben, cem, dan, eva]);
    expect(await stage.festival.scores()).toEqual(scores);
    expect(await again(visit)).toMatchObject({ status: 'COMPLETED', endedAs: 'CANCELLED', released: true, score: null });
    // The same ticket may be called again, and is another visit then.
    const second = await called();
    expect(second).toMatchObject({ userId: ann, score: scores[0], status: 'CALLED' });
    expect(second.waitingId).not.toBe(visit.waitingId);
  });

  it('behind the next three, so that an absent visitor is not the first again', async () => {
    const visit = await called();
    await act('put-back', visit, { place: 'after-three' });
    expect(await waiting()).toEqual([ben, cem, dan, ann, eva]);
    const third = (await stage.festival.scores())[3] ?? 0;
    expect(third).toBeGreaterThan(scores[3] ?? 0);
    expect(third).toBeLessThan(scores[4] ?? 0);
  });

  it('behind the last where fewer wait, and to the old place where nobody does', async () => {
    for (let each = 0; each < 3; each++) await act('cancel', await called());
    const visit = await called();
    await act('put-back', visit, { place: 'after-three' });
    expect(await waiting()).toEqual([eva, dan]);
    await act('cancel', await called());
    const alone = await called();
    await act('put-back', alone, { place: 'after-three' });
    expect(await waiting()).toEqual([dan]);
  });

  it('is not stopped by the two queues the visitor has joined meanwhile', async () => {
    const visit = await called();
    const [second, third] = [await stage.festival.ledger.addBooth({ name: 'B', capacity: 1 }), await stage.festival.ledger.addBooth({ name: 'C', capacity: 1 })];
    for (const other of [second, third]) expect((await through(joinQueue(stage.kiosk, other, visit.userId, 0, stage.kiosk.ids.operationId()))).outcome).toBe('done');
    expect((await act('put-back', visit)).outcome).toBe('done');
    expect((await waiting())[0]).toBe(ann);
  });

  it('merges with a newer registration of the same visitor: the earlier place stays', async () => {
    const visit = await called();
    await through(joinQueue(stage.kiosk, stage.festival.boothId, visit.userId, await stage.festival.generation(), stage.kiosk.ids.operationId()));
    expect(await waiting()).toEqual([ben, cem, dan, eva, ann]);
    await act('put-back', visit);
    expect(await waiting()).toEqual([ann, ben, cem, dan, eva]);
    stage.festival.advance(1_000);
    // One visit serves both: nobody is called twice for them.
    await called();
    await reconcile(stage.kiosk, { trigger: 'by-hand' });
    expect(await waiting()).toEqual([ben, cem, dan, eva]);
  });

  it('needs the queue, and says so when it is away', async () => {
    const visit = await called();
    stage.kiosk.queueFaults.down();
    expect(codeOf(await act('put-back', visit))).toBe('QUEUE_STORE_UNREACHABLE');
    stage.kiosk.queueFaults.heal();
    expect((await again(visit)).status).toBe('CALLED');
  });
});

describe('undoing', () => {
  it('takes back what happened last, whatever it was', async () => {
    const visit = await called();
    expect(undoOf(await again(visit))).toBe('undo-call');
    await act('undo-call', visit);
    expect(await waiting()).toEqual([ann, ben, cem, dan, eva]);
    expect(undoOf(await again(visit))).toBeNull();

    const next = await called();
    await act('no-show', next);
    expect(undoOf(await again(next))).toBe('undo-no-show');
    expect((await act('undo-no-show', next)).outcome).toBe('done');
    expect(await again(next)).toMatchObject({ status: 'CALLED', endedAs: null, completedAtMs: null });
    await act('cancel', next);
    expect(undoOf(await again(next))).toBe('undo-cancel');
    await act('undo-cancel', next);
    await act('enter', next);
    expect(undoOf(await again(next))).toBeNull();
    expect(await stage.festival.count()).toBe(1);
    await act('complete', next);
    expect(await stage.festival.count()).toBe(0);
    expect(undoOf(await again(next))).toBe('undo-complete');
    await act('undo-complete', next);
    expect(await again(next)).toMatchObject({ status: 'ENTERED', endedAs: null });
    expect(await stage.festival.count()).toBe(1);
  });

  it('is refused clearly when it is no longer possible', async () => {
    const visit = await called();
    await act('enter', visit);
    expect(codeOf(await act('undo-call', visit))).toBe('INVALID_STATUS');
    await act('complete', visit);
    expect(codeOf(await act('undo-no-show', visit))).toBe('INVALID_STATUS');
    stage.festival.advance(LATE_MS + 1_000);
    expect(codeOf(await act('undo-complete', visit))).toBe('TOO_LATE');
    const second = await called();
    await act('put-back', second);
    expect(codeOf(await act('undo-cancel', second))).toBe('INVALID_STATUS');
    await called();
  });

  it('looks at the room again: a place given away is gone, unless a supervisor says otherwise', async () => {
    const visit = await called();
    await act('no-show', visit);
    for (let place = 0; place < 3; place++) await called();
    expect(codeOf(await act('undo-no-show', visit))).toBe('BOOTH_FULL');
    expect(codeOf(await stage.call())).toBe('BOOTH_FULL');
    expect((await again(visit)).status).toBe('COMPLETED');
    expect((await act('undo-no-show', visit, OVERRIDE)).outcome).toBe('done');
    expect(await stage.festival.violations()).toMatchObject([expect.stringContaining('capacity')]);
    await act('cancel', visit);
  });

  it('an undone no-show has a clock of its own', async () => {
    const visit = await called();
    stage.festival.advance(4 * 60_000);
    await act('no-show', visit);
    await act('undo-no-show', visit);
    const { heldUntilMs } = await again(visit);
    const { nowMs } = (await stage.festival.ledger.readBooth(stage.festival.boothId)) ?? { nowMs: 0 };
    expect(heldUntilMs).toBe(nowMs + 5 * 60_000);
  });
});

describe('late arrivals', () => {
  it('are let in, and counted', async () => {
    const visit = await called();
    await act('no-show', visit);
    expect((await act('admit', visit, { note: { ...UNSIGNED, reason: 'stood in the wrong line' } })).outcome).toBe('done');
    expect(await again(visit)).toMatchObject({ status: 'ENTERED', endedAs: null });
    expect(await stage.festival.count()).toBe(1);
    expect(await trace(stage.kiosk, { waitingId: visit.waitingId })).toMatchObject([{ what: 'registered' }, { what: 'called' }, { what: 'no-show' }, { what: 'let in late', reason: 'stood in the wrong line' }]);
  });

  it('are queued again where they stood', async () => {
    const visit = await called();
    await act('cancel', visit);
    expect((await act('requeue', visit)).outcome).toBe('done');
    expect(await waiting()).toEqual([ann, ben, cem, dan, eva]);
    expect((await again(visit)).released).toBe(true);
    expect(codeOf(await act('requeue', visit))).toBe('INVALID_STATUS');
  });

  it('only for half an hour, and only who did not come', async () => {
    const visit = await called();
    await act('enter', visit);
    await act('complete', visit);
    expect(codeOf(await act('admit', visit))).toBe('INVALID_STATUS');
    const absent = await called();
    await act('no-show', absent);
    expect(await stage.festival.ledger.readGone(stage.festival.boothId, 10)).toMatchObject([{ waitingId: absent.waitingId }]);
    stage.festival.advance(LATE_MS + 1_000);
    expect(await stage.festival.ledger.readGone(stage.festival.boothId, 10)).toEqual([]);
    for (const kind of ['admit', 'requeue'] as const) expect(codeOf(await act(kind, absent))).toBe('TOO_LATE');
  });
});

describe('holding and calling again', () => {
  it('hold gives time; calling again is an event of its own; neither moves anybody', async () => {
    const visit = await called();
    await act('hold', visit);
    await act('recall', visit);
    expect(await again(visit)).toMatchObject({ status: 'CALLED', score: scores[0] });
    expect((await again(visit)).heldUntilMs).not.toBeNull();
    const ids = stage.festival.inbox.received.map(({ kind, eventId }) => `${kind} ${eventId}`);
    expect(ids).toEqual([`call call:${visit.waitingId}`, expect.stringMatching(/^recall recall:[0-9a-f-]{36}$/)]);
    expect(await waiting()).toEqual([ben, cem, dan, eva]);
  });
});

describe('leaving', () => {
  it('gives the place up, once, and never waits again by an older queue', async () => {
    const id = stage.kiosk.ids.operationId();
    expect(await through(leaveQueue(stage.kiosk, stage.festival.boothId, cem ?? 0, await stage.festival.generation(), id))).toMatchObject({ outcome: 'done', userId: cem, waitingId: null });
    expect(await waiting()).toEqual([ann, ben, dan, eva]);
    expect(codeOf(await through(leaveQueue(stage.kiosk, stage.festival.boothId, cem ?? 0, await stage.festival.generation(), stage.kiosk.ids.operationId())))).toBe('NOT_IN_QUEUE');
    expect(await stage.festival.ledger.findCommitted({ kind: 'leave' }, [id])).toMatchObject({ userId: cem });
    await stage.festival.register(cem ?? 0, scores[2] ?? 0);
    expect(await reconcile(stage.kiosk, { trigger: 'by-hand' })).toMatchObject({ swept: 1 });
    expect(await waiting()).toEqual([ann, ben, dan, eva]);
    // Registering anew is another ticket.
    expect((await through(joinQueue(stage.kiosk, stage.festival.boothId, cem ?? 0, await stage.festival.generation(), stage.kiosk.ids.operationId()))).outcome).toBe('done');
    expect(await waiting()).toEqual([ann, ben, dan, eva, cem]);
  });
});

it('leaving ends every registration that was merged into one', async () => {
  const visit = await called();
  stage.festival.advance(1_000);
  await through(joinQueue(stage.kiosk, stage.festival.boothId, visit.userId, await stage.festival.generation(), stage.kiosk.ids.operationId()));
  stage.festival.advance(1_000);
  await act('put-back', visit);
  expect((await through(leaveQueue(stage.kiosk, stage.festival.boothId, visit.userId, await stage.festival.generation(), stage.kiosk.ids.operationId()))).outcome).toBe('done');
  stage.festival.emptyQueueStore();
  await reconcile(stage.kiosk, { trigger: 'by-hand' });
  expect(await waiting()).toEqual([ben, cem, dan, eva]);
});

describe('calling', () => {
  it('a chosen visitor out of turn, with where they stood', async () => {
    const outcome = await through(callChosen(stage.kiosk, await booth(), dan ?? 0, stage.kiosk.ids.operationId(), { ...UNSIGNED, staff: 'Sora', reason: 'wheelchair' }));
    expect(outcome).toMatchObject({ outcome: 'done', userId: dan });
    expect(await waiting()).toEqual([ann, ben, cem, eva]);
    expect(stage.festival.inbox.received).toMatchObject([{ userId: dan, position: 4 }]);
    expect(await trace(stage.kiosk, { userId: dan ?? 0 })).toMatchObject([{ what: 'registered' }, { what: 'called, 4th in the queue', staff: 'Sora', reason: 'wheelchair' }]);
    expect(codeOf(await through(callChosen(stage.kiosk, await booth(), dan ?? 0, stage.kiosk.ids.operationId(), UNSIGNED)))).toBe('NOT_IN_QUEUE');
    // Undone, the visitor stands where they stood.
    await act('undo-call', await visitOf(outcome.outcome === 'done' ? outcome.waitingId : null));
    expect(await stage.festival.scores()).toEqual(scores);
  });

  it('several, in order, until there is no room', async () => {
    const outcomes = await callSeveral(stage.kiosk, await booth(), 5, stage.kiosk.ids.operationId());
    expect(outcomes.map((each) => (each.outcome === 'done' ? each.userId : codeOf(each)))).toEqual([ann, ben, cem, 'BOOTH_FULL']);
    await stage.kiosk.operations.drain();
    expect(await waiting()).toEqual([dan, eva]);
  });

  it('over capacity, when a supervisor says so', async () => {
    for (let place = 0; place < 3; place++) await called();
    const { note } = OVERRIDE;
    const outcome = await through(callNext(stage.kiosk, await booth(), stage.kiosk.ids.operationId(), note));
    expect(outcome).toMatchObject({ outcome: 'done', userId: dan });
    await act('cancel', await visitOf(outcome.outcome === 'done' ? outcome.waitingId : null));
  });
});

describe('one action at a time on one visit', () => {
  const KINDS = ['enter', 'no-show', 'cancel', 'hold', 'recall', 'put-back', 'undo-call'] as const;
  it.each(KINDS)('%s shuts all others out until it is through', async (kind) => {
    const visit = await called();
    const other = stage.festival.kiosk('other');
    stage.kiosk.queueFaults.fail('resolve', 'refused');
    await act(kind, visit);
    for (const second of KINDS) {
      const outcome = await actOnVisit(other, second, await again(visit), other.ids.operationId());
      expect([second, codeOf(outcome)]).toEqual([second, 'VISIT_BUSY']);
    }
    await other.operations.drain();
    expect(await reconcile(other, { trigger: 'by-hand' })).toMatchObject({ finished: 1 });
    await other.operations.drain();
  });
});
