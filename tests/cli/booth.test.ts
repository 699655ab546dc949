/**
 * Goal: opening, last call, pause and closing from the command line on real servers: what other programs see, what is refused with which
 * exit code, and that a closing half way is finished by the next pass or the same command.
 * Method: before each case six visitors wait at a booth for three; the stores are read beside the kiosk.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import type { CliAnswer } from '../support/run-cli.ts';

let festival: RealFestival;
beforeAll(async () => {
  festival = await startFestival({ visitors: 6, capacity: 3 });
});
afterAll(() => festival.close());
beforeEach(async () => {
  await festival.reset();
  await festival.sql("UPDATE booth SET status = 'OPEN'; UPDATE kiosk_booth SET last_call_at = NULL, paused_at = NULL, closed_at = NULL, dismiss_op = NULL, phase_reason = NULL, phase_staff = NULL; SELECT 1");
});

const cli = (line: string): Promise<CliAnswer> => festival.cli(line);
async function done(line: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await cli(line);
  expect([line, answer.code, answer.json['error']]).toEqual([line, 0, undefined]);
  return answer.json;
}
const refused = (code: string) => ({ code: 3, json: { error: { code } } });
const status = async () => (await festival.sql('SELECT b.status, k.last_call_at IS NOT NULL AS last_call, k.paused_at IS NOT NULL AS paused, k.dismiss_op, k.phase_reason FROM booth b JOIN kiosk_booth k ON k.booth_id = b.id WHERE b.id = 1'))[0];
const caches = async () => [await festival.client.hget('booth:1:meta', 'status'), await festival.client.smembers('booth:ids')];
const healthy = async (): Promise<void> => {
  const audit = await cli('audit --booth 1');
  expect(audit.json['ok'], JSON.stringify(audit.json)).toBe(true);
};

it('pauses calls, with a reason, and goes on', async () => {
  expect(await done('booth --booth 1 --pause --reason rain --staff Sora')).toEqual({ boothId: 1, change: 'pause', state: 'saved' });
  expect(await status()).toMatchObject({ status: 'OPEN', paused: 1, phase_reason: 'rain' });
  expect(await caches()).toEqual(['OPEN', ['1']]);
  expect(await cli('call --booth 1')).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_PAUSED', params: { reason: 'rain' } } } });
  expect(await festival.queue()).toHaveLength(6);
  expect((await done('status'))['booths']).toMatchObject([{ id: 1, status: 'OPEN', phase: 'paused', reason: 'rain', openLocks: 0 }]);
  await done('booth --booth 1 --resume');
  await done('call --booth 1');
  expect((await done('status'))['incidents']).toMatchObject([{ kind: 'resume' }, { kind: 'pause', detail: 'by Sora: rain' }]);
  await healthy();
});

it('takes nobody new in a last call, and serves who waits', async () => {
  await done('booth --booth 1 --last-call');
  expect(await status()).toMatchObject({ status: 'OPEN', last_call: 1 });
  expect(await caches()).toEqual(['OPEN', []]);
  expect(await cli('join --booth 1 --name Late')).toMatchObject(refused('BOOTH_LAST_CALL'));
  expect((await done('call --booth 1 --count 3'))['calls']).toHaveLength(3);
  await done('booth --booth 1 --open');
  expect(await caches()).toEqual(['OPEN', ['1']]);
  await done('join --booth 1 --name Early');
});

it('closes: who waits is dismissed, on record; who was called comes in; and opens again', async () => {
  const order = await festival.queue();
  const { waitingId } = await done('call --booth 1');
  expect(await cli('booth --booth 1 --close')).toMatchObject({ code: 3, json: { error: { code: 'PEOPLE_WAITING', params: { waiting: 5 } } } });
  expect(await status()).toMatchObject({ status: 'OPEN' });
  expect(await done('booth --booth 1 --close --reason storm --staff Sora')).toEqual({ boothId: 1, change: 'close', state: 'saved', waiting: 5, dismissed: 5 });
  expect([await festival.queue(), await status(), await caches()]).toMatchObject([[], { status: 'CLOSED', dismiss_op: null, phase_reason: 'storm' }, ['CLOSED', []]]);
  for (const userId of order) expect(await festival.client.smembers(`user:${userId}:active_booths`)).toEqual([]);
  expect((await done(`trace --user ${order[3]}`))['steps']).toMatchObject([{}, { what: 'dismissed: the booth closed', staff: 'Sora', reason: 'storm', outcome: 'finished' }]);
  expect(await cli('booth --booth 1 --pause --reason x')).toMatchObject(refused('BOOTH_CLOSED'));
  await done(`enter --waiting ${String(waitingId)}`);
  await done(`complete --waiting ${String(waitingId)}`);
  await healthy();
  await done('booth --booth 1 --open');
  await done('join --booth 1 --name Early');
  await done('call --booth 1');
  expect(await cli('booth --booth 99 --open')).toMatchObject(refused('BOOTH_NOT_FOUND'));
});

it('a closing that was left half way goes on: by the same command, and by any pass', async () => {
  // As a kiosk leaves it that dies right after its status is saved.
  await done('reconcile');
  await festival.sql("UPDATE booth SET status = 'CLOSED'; UPDATE kiosk_booth SET closed_at = NOW(6), dismiss_op = '0190a6e2-0000-7000-8000-000000000001', phase_reason = 'storm'; SELECT 1");
  await done('reconcile');
  expect([await festival.queue(), await status(), await caches()]).toMatchObject([[], { status: 'CLOSED', dismiss_op: null }, ['CLOSED', []]]);
  const due = await festival.sql("SELECT COUNT(*) AS n FROM kiosk_queue WHERE left_reason = 'storm' AND event_due IS NOT NULL");
  expect(Number(due[0]?.['n'])).toBe(6);
  await healthy();
});

it('what another program writes is followed: the caches come, and what it has overtaken is forgotten', async () => {
  await done('booth --booth 1 --last-call');
  await done('booth --booth 1 --pause --reason rain');
  await festival.sql("UPDATE booth SET status = 'CLOSED'; SELECT 1");
  await done('reconcile');
  expect([await status(), await caches(), await festival.queue()]).toMatchObject([{ status: 'CLOSED', last_call: 0, paused: 0 }, ['CLOSED', []], { length: 6 }]);
  await festival.sql("UPDATE booth SET status = 'OPEN'; SELECT 1");
  await done('reconcile');
  expect(await caches()).toEqual(['OPEN', ['1']]);
  await done('call --booth 1');
});

it('is asked for in full', async () => {
  for (const line of ['booth --booth 1', 'booth --booth 1 --open --close', 'booth --booth 1 --pause', 'booth --open', 'booth --booth 1 --open --user 2']) expect([line, (await cli(line)).code]).toEqual([line, 2]);
});
