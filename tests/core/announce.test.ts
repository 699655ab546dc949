/**
 * Goal: what a visitor is told is what was committed: every call once in the inbox (after de-duplication by event), no call that was
 * not, a cancellation when a call they were told of is taken back; three tries, then it is given up and shown.
 * Method: the core on the model stores with an inbox that can be away; deaths around each step are in crash-points.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import type { VisitKind } from '../../electron/core/waiting.ts';
import { modelStage } from '../support/model-stage.ts';

const stage = modelStage();
const events = (): string[] => stage.festival.inbox.received.map(({ kind, eventId }) => `${kind} ${eventId}`);
const pass = () => reconcile(stage.kiosk, { trigger: 'by-hand' });

async function called(): Promise<number> {
  await stage.arrive('Ann');
  await stage.call();
  await stage.kiosk.operations.drain();
  return (await stage.onlyVisit()).waitingId;
}
async function act(kind: VisitKind, waitingId: number): Promise<void> {
  const visit = await stage.festival.ledger.readVisit(waitingId);
  if (visit === null) throw new Error('no visit');
  const outcome = await actOnVisit(stage.kiosk, kind, visit, stage.kiosk.ids.operationId());
  expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
  await stage.kiosk.operations.drain();
}
const announced = async (waitingId: number) => (await stage.festival.ledger.readVisit(waitingId))?.announced;

describe('a committed call', () => {
  it('is told at once, by the one who made it, with all the receiver needs', async () => {
    const waitingId = await called();
    expect(stage.festival.inbox.received).toEqual([{ eventId: `call:${waitingId}`, kind: 'call', waitingId, userId: expect.any(Number), boothId: stage.festival.boothId, boothName: 'Test booth', position: 1 }]);
    expect(await announced(waitingId)).toBe('yes');
    stage.festival.advance(60_000);
    await pass();
    expect(events()).toHaveLength(1);
  });

  it('is told later by whoever leads, when it could not be told at once', async () => {
    stage.festival.inbox.away = true;
    const waitingId = await called();
    expect(await announced(waitingId)).toBe('pending');
    stage.festival.inbox.away = false;
    await pass();
    expect(events()).toEqual([]);
    stage.festival.advance(15_000);
    await pass();
    expect(events()).toEqual([`call call:${waitingId}`]);
    expect(await announced(waitingId)).toBe('yes');
  });

  it('is given up after three tries, and shown as not announced', async () => {
    stage.festival.inbox.away = true;
    const waitingId = await called();
    for (let each = 0; each < 5; each++) {
      stage.festival.advance(40_000);
      await pass();
    }
    expect(await announced(waitingId)).toBe('failed');
    expect(stage.festival.logged.filter((line) => line === 'warn announcement-failed')).toHaveLength(3);
    stage.festival.inbox.away = false;
    stage.festival.advance(40_000);
    await pass();
    expect(events()).toEqual([]);
    // Calling again tries again.
    await act('recall', waitingId);
    expect(events()).toHaveLength(1);
    expect(await announced(waitingId)).toBe('yes');
  });

  it('that is refused is told to nobody', async () => {
    expect((await stage.call()).outcome).toBe('refused');
    await stage.reopen(0);
    await stage.arrive('Ann');
    expect((await stage.call()).outcome).toBe('refused');
    stage.festival.advance(60_000);
    await pass();
    expect(events()).toEqual([]);
  });
});

describe('taking a call back', () => {
  it.each(['undo-call', 'put-back'] as const)('%s cancels what was told', async (kind) => {
    const waitingId = await called();
    await act(kind, waitingId);
    expect(events()).toEqual([`call call:${waitingId}`, expect.stringMatching(/^cancellation cancel:/)]);
  });

  it('tells nothing when nothing was told', async () => {
    const silent = { ...stage.kiosk, notifier: null };
    await stage.arrive('Ann');
    await stage.call(silent);
    await act('undo-call', (await stage.onlyVisit()).waitingId);
    stage.festival.advance(60_000);
    await pass();
    expect(events()).toEqual([]);
  });

  it('cancels when a try was made and its outcome is not known', async () => {
    stage.festival.inbox.away = true;
    const waitingId = await called();
    stage.festival.inbox.away = false;
    await act('undo-call', waitingId);
    // Not before that try is over: a cancellation that arrives first cancels nothing.
    expect(events()).toEqual([]);
    stage.festival.advance(60_000);
    await pass();
    expect(events()).toEqual([expect.stringMatching(/^cancellation cancel:/)]);
  });
});

it.each(['cancel', 'enter', 'no-show'] as const)('nobody is told to come after %s', async (kind) => {
  stage.festival.inbox.away = true;
  const waitingId = await called();
  stage.festival.inbox.away = false;
  await act(kind, waitingId);
  stage.festival.advance(60_000);
  await pass();
  expect(events()).toEqual([]);
  expect(await announced(waitingId)).toBeNull();
});

it('a put-back after calling again cancels, though nobody knows whether the first try arrived', async () => {
  stage.festival.inbox.away = true;
  const waitingId = await called();
  const silent = { ...stage.kiosk, notifier: null };
  const visit = await stage.festival.ledger.readVisit(waitingId);
  if (visit === null) throw new Error('no visit');
  const again = await actOnVisit(silent, 'recall', visit, silent.ids.operationId());
  expect(again.outcome === 'done' && (await again.finished)).toBe(true);
  await stage.kiosk.operations.drain();
  stage.festival.inbox.away = false;
  await act('put-back', waitingId);
  expect(events()).toEqual([expect.stringMatching(/^cancellation cancel:/)]);
});

it('an announcement that comes too late is not made', async () => {
  stage.festival.inbox.away = true;
  await called();
  stage.festival.inbox.away = false;
  stage.festival.advance(11 * 60_000);
  await pass();
  expect(events()).toEqual([]);
});
