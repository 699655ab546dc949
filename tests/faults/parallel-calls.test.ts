/** Goal: several kiosk processes calling at one booth at once never call the same visitor, and keep the order. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const PROCESSES = 6;
const ROUNDS = 5;
let festival: RealFestival;

beforeAll(async () => {
  festival = await startFestival({ visitors: PROCESSES * ROUNDS, capacity: 100 });
  expect((await festival.cli('reconcile')).code).toBe(0);
});
afterAll(() => festival.close());

it(`calls ${PROCESSES * ROUNDS} visitors once each from ${PROCESSES} processes, while passes settle everything in sight`, { timeout: 120_000 }, async () => {
  const order = await festival.queue();
  const called: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await Promise.all([...Array.from({ length: PROCESSES }, () => festival.cli('call --booth 1')), festival.cli('reconcile')]);
    const users = answers.slice(0, PROCESSES).flatMap(({ code, json }) => {
      // A call that was fenced again and again may end in "try again"; it must never end in a second visitor.
      expect([0, 3], JSON.stringify(json)).toContain(code);
      if (code === 3) expect(json).toMatchObject({ error: { code: expect.stringMatching(/^(CONTENDED|VISIT_BUSY)$/) } });
      return code === 0 ? [Number(json['userId'])] : [];
    });
    called.push(...users);
  }
  expect(new Set(called).size).toBe(called.length);
  expect(new Set(called)).toEqual(new Set(order.slice(0, called.length)));
  expect(called.length).toBeGreaterThanOrEqual(PROCESSES * ROUNDS - ROUNDS);
  expect((await festival.cli('reconcile')).code).toBe(0);
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  expect(await festival.queue()).toEqual(order.slice(called.length));
});
