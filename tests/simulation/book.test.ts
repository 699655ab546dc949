/**
 * Goal: the judge knows what ends with another registration of its visitor, and excuses nothing else.
 * Method: the book on an empty festival; queue and visits are written as a kiosk, or another program, leaves them.
 */
import { describe, expect, it } from 'vitest';
import { createBook } from './book.ts';
import { planOf } from './plan.ts';
import { createReader } from './record.ts';
import { openStores } from './stores.ts';
import { createMust } from './violation.ts';

const [FIRST, SECOND] = [1_790_000_000, 1_790_000_500];
const VISIT = 7;

function stage(clocksJump = false) {
  const stores = openStores({ ...planOf(1), capacities: [1] });
  const [boothId = 0] = stores.boothIds;
  const [userId = 0] = stores.appUsers;
  const book = createBook(stores.state, createReader(stores.db), () => false, clocksJump, createMust().must);
  const stand = (score: number | null): void => void stores.state.queues.set(boothId, new Map(score === null ? [] : [[String(userId), score]]));
  /** Two registrations, the second hidden by the first; nobody stands there any more when the first is called. */
  for (const score of [FIRST, SECOND]) book.owe(boothId, userId, score);
  stand(FIRST);
  return {
    stand,
    ends: (by: number | 'kiosk' | 'elsewhere', score = FIRST) => { stand(null); book.end(boothId, userId, score, by); },
    takenBack: () => book.takenBack(VISIT),
    registers: () => book.owe(boothId, userId, SECOND),
    isOver: () => book.isOver(boothId, userId, SECOND),
    mayStand: () => book.mayStand(boothId, userId, SECOND),
    check: () => book.check(() => true),
  };
}

describe('a registration that was merged into one that has ended', () => {
  it.each([VISIT, 'kiosk'] as const)('by a kiosk (%s): it is over, and must not wait', (by) => {
    const festival = stage();
    festival.ends(by);
    expect([festival.isOver(), festival.mayStand()]).toEqual([true, false]);
    festival.check();
    festival.stand(SECOND);
    expect(festival.check).toThrow('outlived');
  });

  it('not once that call is taken back, or the visitor has registered there anew', () => {
    for (const again of ['takenBack', 'registers'] as const) {
      const festival = stage();
      festival.ends(VISIT);
      festival[again]();
      festival.stand(SECOND);
      festival.check();
      expect(festival.isOver()).toBe(false);
    }
  });

  it('by another program: it may stand, for all a kiosk knows', () => {
    const festival = stage();
    festival.ends('elsewhere');
    expect([festival.isOver(), festival.mayStand()]).toEqual([false, true]);
  });

  it('not where it was the other one that ended, or where clocks jump', () => {
    const other = stage();
    other.ends(VISIT, SECOND);
    expect(other.isOver()).toBe(false);
    const jumping = stage(true);
    jumping.ends(VISIT);
    expect(jumping.isOver()).toBe(false);
  });
});
