/**
 * Goal: several kiosk processes calling at one booth at once never call the same visitor, and keep the order.
 * Method: rounds of processes at once, a pass that settles everything in sight among them, until nobody waits. However slow the
 * machine: a call that others kept overtaking may end in "tap again", but nobody may be called twice, skipped or moved.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const PROCESSES = 6;
const VISITORS = 30;
/** Far more than ever needed: even two calls a round would do. */
const ROUNDS_LIMIT = 15;
let festival: RealFestival;

beforeAll(async () => {
  festival = await startFestival({ visitors: VISITORS, capacity: 100 });
  expect((await festival.cli('reconcile')).code).toBe(0);
});
afterAll(() => festival.close());

const queueWithScores = (): Promise<string[]> => festival.client.zrange('queue:booth:1', '0', '-1', 'WITHSCORES');

/** One call from each process at once; answers whom they called. */
async function round(): Promise<readonly number[]> {
  const [, ...answers] = await Promise.all([festival.cli('reconcile'), ...Array.from({ length: PROCESSES }, () => festival.cliProcess('call --booth 1'))]);
  return answers.flatMap(({ code, json }) => {
    if (code === 0) return [Number(json['userId'])];
    expect({ code, json }).toMatchObject({ code: 3, json: { error: { code: expect.stringMatching(/^(CONTENDED|VISIT_BUSY|QUEUE_EMPTY)$/) } } });
    return [];
  });
}

it(`calls ${VISITORS} visitors once each from ${PROCESSES} processes, while passes settle everything in sight`, { timeout: 180_000 }, async () => {
  const everybody = await festival.queue();
  const scores = await queueWithScores();
  const called: number[] = [];
  let overtaken = 0;
  for (let rounds = 0; called.length < VISITORS; rounds++) {
    expect(rounds, `called so far: ${called.join(', ')}`).toBeLessThan(ROUNDS_LIMIT);
    const before = await festival.queue();
    const now = await round();
    called.push(...now);
    overtaken += Math.min(PROCESSES, before.length) - now.length;
    // Nobody is in two places, and who still waits stands where they stood, to the digit.
    expect(new Set(called).size).toBe(called.length);
    const waiting = everybody.filter((userId) => !called.includes(userId));
    expect(await queueWithScores()).toEqual(waiting.flatMap((userId) => [String(userId), scores[scores.indexOf(String(userId)) + 1]]));
    // Unless somebody was put back, the front of the queue was taken.
    if (now.length === Math.min(PROCESSES, before.length)) expect(new Set(now)).toEqual(new Set(before.slice(0, now.length)));
  }
  console.info(`calls that others overtook: ${overtaken}`);
  expect((await festival.cli('reconcile')).code).toBe(0);
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  expect(await festival.cli('call --booth 1')).toMatchObject({ code: 3, json: { error: { code: 'QUEUE_EMPTY' } } });
});
