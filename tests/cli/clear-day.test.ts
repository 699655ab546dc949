/**
 * Goal: the morning's first command: it shows whom yesterday left behind and changes nothing; with --apply it ends it, and the report of
 * yesterday tells what became of them.
 * Method: the command line on real servers; yesterday is made by setting times back.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayOf } from '../../shared/festival-day.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const DAY_S = 86_400;
let festival: RealFestival;
beforeAll(async () => {
  festival = await startFestival({ visitors: 5, capacity: 3 });
});
afterAll(() => festival.close());

it('shows who is left over, clears them with --apply, and leaves who came today', { timeout: 120_000 }, async () => {
  const [inside = 0, called = 0, early = 0, late = 0, today = 0] = await festival.queue();
  const first = await festival.cli('call --booth 1');
  await festival.cli(`enter --waiting ${first.json['waitingId']}`);
  const second = await festival.cli('call --booth 1');
  await festival.sql('UPDATE waiting SET registered_at = registered_at - INTERVAL 1 DAY, called_at = called_at - INTERVAL 1 DAY, entered_at = entered_at - INTERVAL 1 DAY; SELECT 1');
  for (const userId of [early, late]) await festival.client.zincrby('queue:booth:1', -DAY_S, String(userId));

  const who = { waiting: [{ userId: early }, { userId: late }], called: [{ userId: called, waitingId: second.json['waitingId'] }], inside: [{ userId: inside }] };
  const shown = await festival.cli('clear-day --booth 1');
  expect(shown).toMatchObject({ code: 0, json: who });
  expect(shown.json).not.toHaveProperty('cleared');
  expect(await festival.queue()).toEqual([early, late, today]);

  expect(await festival.cli('clear-day --booth 1 --apply --staff Minji')).toMatchObject({ code: 0, json: { ...who, cleared: 4, kept: 0 } });
  expect(await festival.queue()).toEqual([today]);
  expect(await festival.sql('SELECT user_id, status, completion_type FROM waiting ORDER BY id')).toEqual([
    { user_id: inside, status: 'COMPLETED', completion_type: 'ENTERED' },
    { user_id: called, status: 'COMPLETED', completion_type: 'NO_SHOW' },
  ]);
  expect(await festival.judge()).toMatchObject({ locks: [], current: 0, inside: 0 });
  expect(await festival.client.smembers(`user:${early}:active_booths`)).toEqual([]);
  expect(await festival.sql("SELECT DISTINCT staff, reason FROM kiosk_journal WHERE kind IN ('leave', 'no-show', 'complete')")).toEqual([{ staff: 'Minji', reason: 'left over from an earlier day' }]);
  expect(await festival.cli('audit --booth 1')).toMatchObject({ code: 0, json: { ok: true } });
  expect(await festival.cli('clear-day --booth 1 --apply')).toMatchObject({ code: 0, json: { waiting: [], called: [], inside: [], cleared: 0 } });

  const yesterday = dayOf(Date.now() - DAY_S * 1_000, 'Asia/Seoul');
  expect(await festival.cli(`report --date ${yesterday}`)).toMatchObject({ code: 0, json: { unreadable: [], booths: [{ called: 2, entered: 1, completed: 1, noShow: 1, left: 2 }] } });
  expect(await festival.cli('clear-day --booth 9')).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_NOT_FOUND' } } });
});
