/**
 * Goal: the passes of one process follow one another, whoever asks for them: requests close together share one, a person gets a whole
 * one that began after they asked, and a tap that waits for the queue to be verified shares one with the others.
 * Method: the model stores behind a gate in a pass's last look at the queue store; the timers and the clock are the test's.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Reconciler, startReconciler } from '../../electron/reconciler.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';

const INTERVAL_MS = 60_000;
/** A pass that nobody waits for runs at most this often. */
const SPACING_MS = 2_000;

const stage = modelStage();
let reconciler: Reconciler;
/** 'begin' and 'end' of each pass, in order. */
let seen: string[];
let gate: PromiseWithResolvers<void> | null;

function watched(kiosk: ModelKiosk): ModelKiosk {
  const { queue } = kiosk;
  return {
    ...kiosk,
    queue: {
      ...queue,
      readLocks: (limit) => {
        seen.push('begin');
        return queue.readLocks(limit);
      },
      findForeignLocks: async () => {
        await gate?.promise;
        seen.push('end');
        return queue.findForeignLocks();
      },
    },
  };
}

const passes = (): number => seen.filter((step) => step === 'begin').length;

async function elapse(ms: number): Promise<void> {
  stage.festival.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

/** Holds the next pass at its last look, until the function answered is called. */
function hold(): () => Promise<void> {
  const held = Promise.withResolvers<void>();
  gate = held;
  return async () => {
    gate = null;
    held.resolve();
    await elapse(0);
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [seen, gate] = [[], null];
  reconciler = startReconciler(watched(stage.kiosk), INTERVAL_MS, () => null, () => undefined);
});
afterEach(async () => {
  try {
    gate?.resolve();
    await reconciler.stop();
  } finally {
    vi.useRealTimers();
  }
});

it('begins with a pass, and goes on at its interval', async () => {
  expect(reconciler.lastPass()).toBeNull();
  await elapse(0);
  expect(reconciler.lastPass()).toMatchObject({ trigger: 'start', lead: true, problem: null });
  await elapse(INTERVAL_MS - 1);
  expect(passes()).toBe(1);
  await elapse(1);
  expect(passes()).toBe(2);
  expect(reconciler.lastPass()).toMatchObject({ trigger: 'interval' });
});

it('never runs two passes at once, whoever asks', async () => {
  const release = hold();
  await elapse(0);
  expect(reconciler.running()).toBe(true);
  reconciler.request('failed-tap');
  reconciler.request('reconnect');
  const asked = [reconciler.byHand(), reconciler.verify()] as const;
  await elapse(INTERVAL_MS);
  expect(seen).toEqual(['begin']);
  await release();
  await Promise.all(asked);
  await elapse(INTERVAL_MS);
  expect(passes()).toBeGreaterThanOrEqual(4);
  expect(seen).toEqual(Array.from({ length: passes() }, () => ['begin', 'end']).flat());
  expect(reconciler.running()).toBe(false);
});

it('makes requests close together one, not sooner after the last than its spacing', async () => {
  await elapse(0);
  for (const trigger of ['failed-tap', 'reconnect', 'failed-tap'] as const) reconciler.request(trigger);
  await elapse(SPACING_MS - 1);
  expect(passes()).toBe(1);
  reconciler.request('failed-tap');
  await elapse(1);
  expect(passes()).toBe(2);
  expect(reconciler.lastPass()).toMatchObject({ trigger: 'failed-tap' });
  await elapse(INTERVAL_MS - 1);
  expect(passes()).toBe(2);
  // Long after the last one there is nothing to wait for.
  reconciler.request('reconnect');
  await elapse(0);
  expect(passes()).toBe(3);
  expect(reconciler.lastPass()).toMatchObject({ trigger: 'reconnect' });
});

it('serves a request made during a pass soon after the last, not at the interval', async () => {
  await elapse(INTERVAL_MS - 500);
  await reconciler.byHand();
  const release = hold();
  await elapse(500);
  expect(passes()).toBe(3);
  reconciler.request('failed-tap');
  await release();
  expect(passes()).toBe(3);
  await elapse(SPACING_MS);
  expect(passes()).toBe(4);
  expect(reconciler.lastPass()).toMatchObject({ trigger: 'failed-tap' });
});

it('by hand waits for one under way, and runs a whole one after it; asked several times meanwhile, one', async () => {
  const release = hold();
  await elapse(0);
  let isOver = false;
  const asked = [reconciler.byHand(), reconciler.byHand()];
  void Promise.all(asked).then(() => (isOver = true));
  await elapse(1_000);
  expect([passes(), isOver]).toEqual([1, false]);
  await release();
  const [first, second] = await Promise.all(asked);
  expect(first).toMatchObject({ trigger: 'by-hand', problem: null });
  expect(second).toBe(first);
  expect(passes()).toBe(2);
  expect((await reconciler.byHand()).trigger).toBe('by-hand');
  expect(passes()).toBe(3);
});

it('verifies once for all taps that wait for it, and says whether it could', async () => {
  await elapse(0);
  const release = hold();
  const asked = [reconciler.verify(), reconciler.verify(), reconciler.verify()];
  await elapse(0);
  expect(passes()).toBe(2);
  await release();
  expect(await Promise.all(asked)).toEqual([true, true, true]);
  expect(passes()).toBe(2);
  stage.kiosk.ledgerFaults.down();
  expect(await reconciler.verify()).toBe(false);
  expect(reconciler.lastPass()).toMatchObject({ trigger: 'reconnect', problem: { code: 'LEDGER_UNREACHABLE' } });
  stage.kiosk.ledgerFaults.heal();
  expect(await reconciler.verify()).toBe(true);
});

it('a defect in one pass does not keep the next from running', async () => {
  await elapse(0);
  vi.spyOn(stage.kiosk.mirrored, 'beginPass').mockImplementationOnce(() => {
    throw new Error('a defect');
  });
  await expect(reconciler.byHand()).rejects.toThrow('a defect');
  expect(reconciler.running()).toBe(false);
  expect(await reconciler.byHand()).toMatchObject({ problem: null });
});

it('ends after the pass under way, and runs none afterwards', async () => {
  await elapse(0);
  const release = hold();
  reconciler.request('failed-tap');
  await elapse(SPACING_MS);
  let isOver = false;
  const stopped = reconciler.stop().then(() => (isOver = true));
  reconciler.request('reconnect');
  await elapse(INTERVAL_MS);
  expect(isOver).toBe(false);
  await release();
  await stopped;
  await elapse(INTERVAL_MS);
  expect(seen).toEqual(['begin', 'end', 'begin', 'end']);
});
