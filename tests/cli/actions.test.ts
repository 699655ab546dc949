/**
 * Goal: every action from the command line on real servers: what it does to both stores, what it refuses with which exit code, that
 * asking again is safe, and that the story of a visit can be told afterwards.
 * Method: before each case six visitors wait at a booth for three; the stores are read beside the kiosk.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import type { CliAnswer } from '../support/run-cli.ts';

let festival: RealFestival;
beforeAll(async () => {
  festival = await startFestival({ visitors: 6, capacity: 3 });
});
afterAll(() => festival.close());
beforeEach(() => festival.reset());

const cli = (line: string): Promise<CliAnswer> => festival.cli(line);
async function done(line: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await cli(line);
  expect([line, answer.code, answer.json['error']]).toEqual([line, 0, undefined]);
  return answer.json;
}
const call = async (): Promise<number> => Number((await done('call --booth 1'))['waitingId']);
const row = async (waitingId: number) => (await festival.sql(`SELECT status, completion_type, kiosk_ticket, kiosk_released, called_position FROM waiting WHERE id = ${waitingId}`))[0];
const scores = async (): Promise<string[]> => festival.client.zrange('queue:booth:1', '0', '-1', 'WITHSCORES');
const healthy = async (): Promise<void> => {
  const audit = await cli('audit --booth 1');
  expect(audit.json['checks'], JSON.stringify(audit.json)).toEqual(expect.arrayContaining([expect.objectContaining({ ok: true })]));
  expect(audit.json['ok'], JSON.stringify(audit.json)).toBe(true);
  expect((await festival.judge()).locks).toEqual([]);
};

it('puts back to the old place to the digit, or behind the next three, and serves the ticket again', async () => {
  const before = await scores();
  const [first] = await festival.queue();
  const waitingId = await call();
  const answer = await done(`put-back --waiting ${waitingId} --staff Sora --reason absent`);
  expect(await scores()).toEqual(before);
  expect(await row(waitingId)).toMatchObject({ status: 'COMPLETED', completion_type: 'CANCELLED', kiosk_ticket: null, kiosk_released: expect.stringMatching(new RegExp(`^1:${first}:`)) });
  expect(await done(`put-back --waiting ${waitingId} --operation-id ${answer['operationId']}`)).toMatchObject({ userId: first });
  const second = await call();
  expect(second).not.toBe(waitingId);
  await done(`put-back --waiting ${second} --after-three`);
  // Three visitors share each second of this queue: the first gap behind the third is behind the fifth.
  expect((await festival.queue()).indexOf(first ?? 0)).toBe(5);
  expect(await festival.client.smembers(`user:${first}:active_booths`)).toEqual(['1']);
  await healthy();
});

it('takes back call, no-show, cancel and complete, by the original rank, and asks again safely', async () => {
  const before = await scores();
  const waitingId = await call();
  const undone = await done(`undo --waiting ${waitingId}`);
  expect(await scores()).toEqual(before);
  expect(await done(`undo --waiting ${waitingId} --operation-id ${undone['operationId']}`)).toMatchObject({ operationId: undone['operationId'] });
  expect(await cli(`undo --waiting ${waitingId}`)).toMatchObject({ code: 3, json: { error: { code: 'INVALID_STATUS' } } });
  const next = await call();
  for (const verb of ['no-show', 'cancel']) {
    await done(`${verb} --waiting ${next}`);
    await done(`undo --waiting ${next}`);
    expect(await row(next)).toMatchObject({ status: 'CALLED', completion_type: null });
  }
  await done(`enter --waiting ${next}`);
  await done(`complete --waiting ${next}`);
  expect(await festival.client.get('booth:1:current')).toBe('0');
  await done(`undo --waiting ${next}`);
  expect(await row(next)).toMatchObject({ status: 'ENTERED' });
  expect(await festival.client.get('booth:1:current')).toBe('1');
  await healthy();
});

it('looks at the room again, and lets a supervisor decide otherwise, with a reason', async () => {
  const gone = await call();
  await done(`no-show --waiting ${gone}`);
  const several = await cli('call --booth 1 --count 5');
  expect(several).toMatchObject({ code: 3, json: { calls: [{}, {}, {}], error: { code: 'BOOTH_FULL' } } });
  for (const line of [`undo --waiting ${gone}`, `admit --waiting ${gone} --reason late`]) expect(await cli(line)).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_FULL' } } });
  await done(`admit --waiting ${gone} --override --reason late`);
  expect(await row(gone)).toMatchObject({ status: 'ENTERED' });
  await done('call --booth 1 --override --reason more');
  expect(await cli('check')).toMatchObject({ code: 0, json: { ok: false, booths: [{ checks: expect.arrayContaining([expect.objectContaining({ id: 'capacity', ok: false })]) }] } });
});

it('adds a visitor by phone number, once for one number, and repeats nothing of a number that is none', async () => {
  const first = await done('join --booth 1 --phone 010-2222-3333');
  expect(first).toMatchObject({ alreadyQueued: false, position: 7 });
  expect(await done('join --booth 1 --phone +821022223333')).toMatchObject({ userId: first['userId'], number: first['number'], alreadyQueued: true, position: 7 });
  const list = await cli('list --booth 1');
  expect(JSON.stringify(list.json)).toContain('···· 3333');
  expect(JSON.stringify(list.json)).not.toContain('2222');
  const refused = await cli('join --booth 1 --phone 010222O3333');
  expect(refused).toMatchObject({ code: 2, json: { error: { code: 'USAGE', message: '--phone: A phone number is made of digits.' } } });
  expect(await cli('join --booth 1 --phone 12')).toMatchObject({ code: 2, json: { error: { message: '--phone: A phone number needs 4 to 15 digits.' } } });
  expect(await cli('join --booth 1 --phone 1234 --name Kim')).toMatchObject({ code: 2 });
});

it('queues a late arrival again at the old place', async () => {
  const before = await scores();
  const waitingId = await call();
  await done(`cancel --waiting ${waitingId}`);
  expect(await done('list --booth 1')).toMatchObject({ gone: [{ waitingId, endedAs: 'CANCELLED' }] });
  await done(`requeue --waiting ${waitingId} --reason back`);
  expect(await scores()).toEqual(before);
  expect(await done('list --booth 1')).toMatchObject({ gone: [] });
  await festival.sql(`UPDATE waiting SET completed_at = completed_at - INTERVAL 31 MINUTE, kiosk_released = NULL WHERE id = ${waitingId}; SELECT 1`);
  expect(await cli(`admit --waiting ${waitingId} --reason late`)).toMatchObject({ code: 3, json: { error: { code: 'TOO_LATE' } } });
});

it('gives more time, and calls again', async () => {
  const waitingId = await call();
  await done(`hold --waiting ${waitingId}`);
  await done(`recall --waiting ${waitingId}`);
  const [visit] = await festival.sql(`SELECT status, kiosk_hold_until > NOW(6) + INTERVAL 4 MINUTE AS held, kiosk_event FROM waiting WHERE id = ${waitingId}`);
  expect(visit).toMatchObject({ status: 'CALLED', held: 1, kiosk_event: expect.stringMatching(/^(call|recall):/) });
  await healthy();
});

it('calls a chosen visitor out of turn, several at once, and lets a visitor leave', async () => {
  const order = await festival.queue();
  const chosen = order[3] ?? 0;
  const answer = await done(`call --booth 1 --user ${chosen} --reason wheelchair --staff Sora`);
  expect(answer).toMatchObject({ userId: chosen });
  expect(await row(Number(answer['waitingId']))).toMatchObject({ called_position: 4 });
  expect(await cli(`call --booth 1 --user ${chosen} --reason again`)).toMatchObject({ code: 3, json: { error: { code: 'NOT_IN_QUEUE' } } });
  expect(await done('call --booth 1 --count 2')).toMatchObject({ calls: [{ userId: order[0] }, { userId: order[1] }] });
  const leaving = order[4] ?? 0;
  const left = await done(`leave --booth 1 --user ${leaving}`);
  expect(await festival.queue()).toEqual([order[2], order[5]]);
  expect(await festival.client.smembers(`user:${leaving}:active_booths`)).toEqual([]);
  expect(await done(`leave --booth 1 --user ${leaving} --operation-id ${left['operationId']}`)).toMatchObject({ userId: leaving });
  expect(await cli(`leave --booth 1 --user ${leaving}`)).toMatchObject({ code: 3, json: { error: { code: 'NOT_IN_QUEUE' } } });
  await healthy();
});

describe('for supervisors', () => {
  it('lists what cannot be called, puts it back or drops it', async () => {
    await festival.client.zadd('queue:booth:1', '1', '999999', '2', 'rubbish');
    await call();
    const { entries } = await done('quarantine list');
    expect(entries).toEqual(expect.arrayContaining([{ boothId: 1, member: '999999', score: 1, reason: 'user' }, { boothId: 1, member: 'rubbish', score: 2, reason: 'member' }]));
    expect(await cli('quarantine restore --booth 1 --member rubbish')).toMatchObject({ code: 3, json: { error: { code: 'NOT_IN_QUEUE' } } });
    await done('quarantine restore --booth 1 --member 999999 --staff Sora');
    expect((await festival.queue())[0]).toBe(999_999);
    await done('quarantine drop --booth 1 --member rubbish');
    await call();
    await done('quarantine drop --booth 1 --member 999999');
    expect(await done('quarantine list')).toEqual({ entries: [] });
    expect((await done('status'))['incidents']).toMatchObject([{ kind: 'dropped' }, { kind: 'dropped' }, { kind: 'restored', detail: expect.stringContaining('Sora') }]);
  });

  it('tells the story of a visit: who, on which kiosk, when, with what outcome, settled by whom', async () => {
    const [first] = await festival.queue();
    const waitingId = await call();
    await done(`hold --waiting ${waitingId} --staff Sora --reason coming`);
    await done(`enter --waiting ${waitingId} --staff Tae`);
    const { steps } = await done(`trace --waiting ${waitingId}`);
    expect(steps).toMatchObject([
      { what: expect.stringContaining('registered through another program') },
      { what: 'called', outcome: 'finished', settledBy: null, kiosk: expect.stringContaining('/') },
      { what: 'given five more minutes', staff: 'Sora', reason: 'coming' },
      { what: 'entered', staff: 'Tae' },
    ]);
    expect((await done(`trace --user ${first}`))['steps']).toHaveLength(4);
    expect(await cli('trace --user 987654')).toMatchObject({ code: 3, json: { error: { code: 'USER_NOT_FOUND' } } });
    expect(await cli('trace --waiting 987654')).toMatchObject({ code: 3, json: { error: { code: 'WAITING_NOT_FOUND' } } });
  });

  it('checks every invariant, with the evidence and what it cannot tell', async () => {
    await done('reconcile');
    const report = await done('check');
    expect(report).toMatchObject({ ok: true, booths: [{ boothId: 1, ok: true }] });
    expect(report['evidence']).toEqual(expect.arrayContaining([expect.stringMatching(/copied \d+ s ago \(epoch 1\)/)]));
    expect(report['cannotTell']).not.toEqual([]);
  });

  it('a queue emptied behind everybody’s back is found out by the next call, and is back in order', async () => {
    const order = await festival.queue();
    await call();
    await done('reconcile');
    await festival.client.flushall();
    expect(await done('call --booth 1')).toMatchObject({ userId: order[1] });
    expect(await festival.queue()).toEqual(order.slice(2));
    expect((await done('status'))['incidents']).toMatchObject([{ kind: 'refill', tickets: 5 }]);
    expect(await festival.client.hgetall('booth:1:meta')).toMatchObject({ name: '치킨 부스', capacity: '3', status: 'OPEN' });
    expect(await festival.client.smembers('booth:ids')).toEqual(['1']);
    await healthy();
  });
});
