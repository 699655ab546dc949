/** Pairs of actions started in one instant, in an order drawn from a printed seed: for tests that judge what such a race may leave. */
import { randomInt } from 'node:crypto';

const SEED = Number(process.env['KIOSK_SEED'] ?? randomInt(2 ** 31));
let random = SEED;

/** So that KIOSK_SEED can repeat what was drawn. */
export function printSeed(): void {
  console.info(`seed ${SEED}`);
}

/** mulberry32: a coin that a printed seed repeats. */
function draw(): number {
  random = (random + 0x6d2b79f5) | 0;
  let mixed = Math.imul(random ^ (random >>> 15), 1 | random);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/**
 * Starts both in a drawn order, a drawn moment apart, and answers in the order given.
 * @param turnsMax of the event loop between the two: more for what takes several round trips
 */
export async function race<A, B>(a: () => Promise<A>, b: () => Promise<B>, turnsMax = 30): Promise<[A, B]> {
  const late = draw() * turnsMax;
  const lag = (): Promise<void> => new Promise((resolve) => {
    let turns = late;
    const turn = (): void => void (turns-- > 0 ? setImmediate(turn) : resolve());
    turn();
  });
  if (draw() < 0.5) {
    const first = a();
    return Promise.all([first, lag().then(b)]);
  }
  const first = b();
  const second = lag().then(a);
  return Promise.all([second, first]);
}
