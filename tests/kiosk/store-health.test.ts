/**
 * Goal: a store is slow when nothing at all is heard of it for long, and only then: a slow line, or a read that waits its turn, is not it.
 * Method: fake timers; requests that end when the test says so.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hearing } from '../../electron/board/hearing.ts';
import { createStoreHealth } from '../../electron/board/store-health.ts';
import { StoreFailure } from '../../electron/core/ports.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

function watched() {
  let lastAnswerMs = -Infinity;
  let ups = 0;
  const health = createStoreHealth('ledger', () => lastAnswerMs, () => undefined, () => void ups++);
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const request = () => {
    const pending = Promise.withResolvers<string>();
    return { ...pending, watching: health.watch(() => pending.promise) };
  };
  return {
    health,
    pass,
    request,
    state: () => health.view().state,
    ups: () => ups,
    hear: () => void (lastAnswerMs = performance.now()),
    /** A read that took this long. */
    async read(tookMs: number) {
      const one = request();
      await pass(tookMs);
      lastAnswerMs = performance.now();
      one.resolve('read');
      await one.watching;
    },
  };
}

it('700 ms of silence during a read: slow, with a reason to refuse; up again with the answer, which is no return', async () => {
  const { health, pass, request, state, ups, read } = watched();
  await read(3);
  const one = request();
  await pass(690);
  expect([state(), health.refusal()]).toEqual(['up', null]);
  await pass(20);
  expect([state(), health.refusal()?.code]).toEqual(['slow', 'LEDGER_UNREACHABLE']);
  one.resolve('late');
  expect(await one.watching).toBe('late');
  expect([state(), health.refusal(), ups()]).toEqual(['up', null, 1]);
  await pass(5_000);
  expect(state()).toBe('up');
});

it('slow, then down: its return is one', async () => {
  const { pass, request, state, ups, read } = watched();
  await read(3);
  const one = request();
  await pass(800);
  one.reject(new StoreFailure('LEDGER_UNREACHABLE', 'no reply in time', 'unknown'));
  expect(await one.watching).toBeNull();
  expect(state()).toBe('down');
  const silent = request();
  await pass(5_000);
  expect(state()).toBe('down');
  silent.resolve('back');
  await silent.watching;
  expect([state(), ups()]).toEqual(['up', 2]);
});

it('a read that waits behind other requests is not overdue while those are answered', async () => {
  const { hear, pass, request, state, read } = watched();
  await read(3);
  const one = request();
  for (let turn = 0; turn < 10; turn++) {
    await pass(400);
    hear();
    expect(state()).toBe('up');
  }
  await pass(690);
  expect(state()).toBe('up');
  await pass(20);
  expect(state()).toBe('slow');
  one.resolve('read');
  await one.watching;
});

it('a slow line is measured by itself, and not by what asked nothing', async () => {
  const { health, pass, request, state, read } = watched();
  await read(400);
  await pass(1);
  await health.watch(() => Promise.resolve('known already'));
  const one = request();
  await pass(3_990);
  expect(state()).toBe('up');
  await pass(20);
  expect(state()).toBe('slow');
  one.resolve('read');
  await one.watching;
});

it('a store that never answered yet is connecting, however long it takes', async () => {
  const { health, pass, request, state } = watched();
  const one = request();
  await pass(60_000);
  expect([state(), health.refusal()]).toEqual(['connecting', null]);
  one.resolve('read');
  await one.watching;
});

it('every answer of a store is heard, whoever asked; a failure is none, and reaches whoever asked', async () => {
  const heard = hearing({ answer: async (text: string) => text, fail: () => Promise.reject(new Error('no')), now: () => 7, kind: 'store' });
  expect(heard.lastAnswerMs()).toBe(-Infinity);
  await expect(heard.store.fail()).rejects.toThrow('no');
  expect([heard.store.now(), heard.store.kind, heard.lastAnswerMs()]).toEqual([7, 'store', -Infinity]);
  await vi.advanceTimersByTimeAsync(500);
  expect(await heard.store.answer('yes')).toBe('yes');
  expect(heard.lastAnswerMs()).toBe(performance.now());
});
