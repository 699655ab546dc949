/**
 * Goal: reads of a store that is away grow rarer and never fall into step between kiosks; a person who asks is served at once.
 * Method: fake timers; many loops side by side.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type PollLoop, startPollLoop } from '../../electron/board/poll-loop.ts';

const INTERVAL_MS = 1_000;
const CAP_MS = 2_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A loop that notes when it ran, by the fake clock. */
function watched(succeeds: () => boolean): { readonly runs: number[]; readonly loop: PollLoop } {
  const runs: number[] = [];
  const loop = startPollLoop(async () => {
    runs.push(nowMs);
    return succeeds();
  }, INTERVAL_MS);
  return { runs, loop };
}
let nowMs = 0;
/** In small steps, so that each run is noted at its time. */
async function pass(ms: number): Promise<void> {
  for (const end = nowMs + ms; nowMs < end; ) {
    nowMs += 10;
    await vi.advanceTimersByTimeAsync(10);
  }
}
const pauses = (runs: readonly number[]): readonly number[] => runs.slice(1).map((at, index) => at - (runs[index] ?? 0));

it('fails: pauses grow up to two seconds, and are back at the interval with the first success', async () => {
  let up = false;
  const { runs, loop } = watched(() => up);
  await pass(30_000);
  const failing = pauses(runs);
  const [first = Infinity, second = Infinity] = failing;
  expect(first).toBeLessThanOrEqual(510);
  expect(second).toBeLessThanOrEqual(1_010);
  for (const pauseMs of failing.slice(2)) {
    expect(pauseMs).toBeGreaterThanOrEqual(CAP_MS / 2);
    expect(pauseMs).toBeLessThanOrEqual(CAP_MS + 10);
  }
  up = true;
  await pass(10_000);
  const steady = pauses(runs).slice(-5);
  for (const pauseMs of steady) expect(Math.abs(pauseMs - INTERVAL_MS)).toBeLessThanOrEqual(INTERVAL_MS / 10 + 10);
  await loop.stop();
});

it('a hundred kiosks whose store fails, or hangs and answers all at once, do not stay in step', async () => {
  let up = false;
  const kiosks = Array.from({ length: 100 }, () => watched(() => up));
  await pass(20_000);
  const busiest = (fromMs: number): number => {
    const perTenth = new Map<number, number>();
    for (const { runs } of kiosks) for (const at of runs) if (at >= fromMs) perTenth.set(Math.floor(at / 100), (perTenth.get(Math.floor(at / 100)) ?? 0) + 1);
    return Math.max(...perTenth.values());
  };
  // About 67 tries a second in all; in step it would be a hundred within one tenth.
  expect(busiest(nowMs - 5_000)).toBeLessThan(25);
  up = true;
  await Promise.all([Promise.all(kiosks.map(({ loop }) => loop.now())), pass(10)]);
  await pass(30_000);
  expect(busiest(nowMs - 5_000)).toBeLessThan(35);
  const stopped = Promise.all(kiosks.map(({ loop }) => loop.stop()));
  await pass(10);
  await stopped;
});

it('a poke runs it at once, but not while it fails; now() runs it whatever happened, and resolves after that run', async () => {
  let up = true;
  const { runs, loop } = watched(() => up);
  await pass(10);
  loop.poke();
  await pass(10);
  expect(runs).toHaveLength(2);
  up = false;
  loop.poke();
  await pass(10);
  expect(runs).toHaveLength(3);
  loop.poke();
  await pass(100);
  expect(runs).toHaveLength(3);
  const asked = loop.now().then(() => runs.length);
  await pass(10);
  expect(await asked).toBe(4);
  expect(runs).toHaveLength(4);
  const late = loop.stop().then(() => loop.now());
  await pass(10);
  await late;
  expect(runs).toHaveLength(4);
});
