/**
 * Goal: on stores that other programs filled with rubbish the command line answers with what is known, one sentence that names the rest
 * with its place, and an exit code that means it. Method: real servers; each rubbish planted by plain commands.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
beforeAll(async () => {
  festival = await startFestival({ visitors: 3, capacity: 3 });
  await festival.sql("INSERT INTO booth VALUES (2, 1, 'Other', '', 3, NULL, NULL, 'OPEN', NOW(6), NOW(6)); SELECT 1");
});
afterAll(() => festival.close());
beforeEach(() => festival.reset());

const check = (id: string, offender: unknown): unknown => expect.arrayContaining([expect.objectContaining({ id, ok: false, offenders: [offender] })]);

describe('a queue that is no queue', () => {
  beforeEach(async () => {
    await festival.client.set('queue:booth:1', 'spoilt');
  });

  it.each(['list --booth 1', 'audit --booth 1', 'audit --booth 1 --repair', 'call --booth 1', 'join --booth 1 --user 7'])('%s → 4, the key is named', async (line) => {
    expect(await festival.cli(line)).toMatchObject({ code: 4, json: { error: { code: 'QUEUE_STORE_UNFIT', message: expect.stringMatching(/queue:booth:1 is a string, not a zset\./) } } });
    expect(await festival.client.get('queue:booth:1')).toBe('spoilt');
  });

  it('status → 4, with all that is known of it and the other booth', async () => {
    expect(await festival.cli('status')).toMatchObject({
      code: 4,
      json: {
        stores: [{ state: 'up' }, { state: 'up' }],
        booths: [{ id: 1, waiting: null, problem: { message: expect.stringContaining('queue:booth:1') } }, { id: 2, waiting: 0 }],
        error: { code: 'QUEUE_STORE_UNFIT', message: expect.stringContaining('queue:booth:1') },
      },
    });
    expect(await festival.cli('audit --booth 2')).toMatchObject({ code: 0, json: { ok: true } });
    expect(await festival.cli('reconcile')).toMatchObject({ code: 0, json: { problem: null } });
  });
});

it('entries that are no visitors: listed as they stand, named by the audit, set aside by the call', async () => {
  const [first] = await festival.queue();
  await festival.client.zadd('queue:booth:1', '-inf', '7000', 1, '007', 2, '');
  expect(await festival.cli('list --booth 1')).toMatchObject({ code: 0, json: { waiting: [{ userId: 7000 }, { userId: '007' }, { userId: '' }, {}, {}, {}] } });
  expect(await festival.cli('audit --booth 1')).toMatchObject({ code: 0, json: { ok: false, checks: expect.arrayContaining([expect.objectContaining({ id: 'queue-entries', ok: false, offenders: ['"7000"', '"007"', '""'] })]) } });
  expect(await festival.cli('call --booth 1')).toMatchObject({ code: 0, json: { userId: first } });
  expect(await festival.cli('status')).toMatchObject({ code: 0, json: { booths: [{ id: 1, waiting: 2, setAside: 3 }, { id: 2 }] } });
});

it('a count that is no number: told, and made right by the pass', async () => {
  await festival.client.set('booth:1:current', 'many');
  expect(await festival.cli('status')).toMatchObject({ code: 0, json: { booths: [{ id: 1, current: null }, { id: 2, current: 0 }] } });
  expect(await festival.cli('audit --booth 1')).toMatchObject({ code: 0, json: { ok: false, checks: check('count-true', 'count unreadable instead of 0') } });
  expect(await festival.cli('reconcile')).toMatchObject({ code: 0, json: { recounted: 1 } });
  expect(await festival.client.get('booth:1:current')).toBe('0');
});

it('a soft lock of a newer kiosk: shown with what is wrong, left as it is, and nothing waits for it', async () => {
  const key = 'temp:dance:1';
  await festival.client.hset(key, { kind: 'dance', operationId: '0190a6e2-0000-7000-8000-000000000001', boothId: '1', userId: '7', waitingId: '', score: '5', owner: 'new/1', generation: '0', createdAt: '5' });
  await festival.client.zadd('kiosk:locks', 5, key);
  const problem = 'its kind "dance" is not known to this version';
  expect(await festival.cli('status')).toMatchObject({ code: 0, json: { locks: [{ key, problem, boothId: 1 }] } });
  expect(await festival.cli('audit --booth 1')).toMatchObject({ code: 0, json: { ok: false, checks: check('locks-settled', `${key}: ${problem}`) } });
  expect(await festival.cli('audit --booth 2')).toMatchObject({ code: 0, json: { ok: true } });
  expect(await festival.cli('reconcile')).toMatchObject({ code: 0, json: { problem: null, seen: 0 } });
  expect(await festival.cli('call --booth 1')).toMatchObject({ code: 0 });
  expect(await festival.client.hget(key, 'kind')).toBe('dance');
});

it('a visit without a date of its call: listed with the rest, named by the audit, entered like any other', async () => {
  const { waitingId } = (await festival.cli('call --booth 1')).json;
  await festival.sql(`SET sql_mode = ''; UPDATE waiting SET called_at = '0000-00-00 00:00:00' WHERE id = ${Number(waitingId)}; SELECT 1`);
  expect(await festival.cli('list --booth 1')).toMatchObject({ code: 0, json: { called: [{ waitingId, calledAtMs: expect.any(Number) }] } });
  expect(await festival.cli('audit --booth 1')).toMatchObject({ code: 0, json: { ok: false, checks: check('times-in-order', `waiting ${String(waitingId)}`) } });
  expect(await festival.cli(`enter --waiting ${String(waitingId)}`)).toMatchObject({ code: 0, json: { status: 'ENTERED' } });
});
