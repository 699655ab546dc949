/**
 * Goal: the command line on real servers: answers as one JSON object, exit codes that mean what they say, and asking again is safe.
 * Method: one pair of servers for all; before each case six visitors wait at a booth for three, and nobody was called yet. Each exit code is
 * that of a process once.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProxy } from '../support/fault-proxy.ts';
import { freePort } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
beforeAll(async () => {
  festival = await startFestival({ visitors: 6, capacity: 3 });
});
afterAll(() => festival.close());
beforeEach(() => festival.reset());

it('serves a visitor from the queue to the end', async () => {
  const [first] = await festival.queue();
  expect(await festival.cliProcess('status')).toMatchObject({
    code: 0,
    json: { stores: [{ role: 'queue', state: 'up', server: expect.stringMatching(/^(Redis|Valkey) \d/) }, { role: 'ledger', state: 'up', server: expect.stringMatching(/^(MariaDB|MySQL) \d/) }], locks: [], booths: [{ id: 1, waiting: 6, inside: 0 }] },
  });
  const called = await festival.cliProcess('call --booth 1');
  expect(called).toMatchObject({ code: 0, json: { operationId: expect.stringMatching(/^[0-9a-f-]{36}$/), userId: first, boothId: 1, waitingId: expect.any(Number) } });
  const { waitingId } = called.json;
  expect(await festival.cliProcess(`enter --waiting ${waitingId}`)).toMatchObject({ code: 0, json: { waitingId, status: 'ENTERED' } });
  expect(await festival.cliProcess('list --booth 1')).toMatchObject({ code: 0, json: { waiting: expect.any(Array), called: [], inside: [{ userId: first }] } });
  expect(await festival.cliProcess(`complete --waiting ${waitingId}`)).toMatchObject({ code: 0, json: { waitingId, status: 'COMPLETED' } });
  expect(await festival.cliProcess('audit --booth 1')).toMatchObject({ code: 0, json: { ok: true } });
});

it('ends the visit of somebody who did not come, once, and makes room', async () => {
  const called = await festival.cli('call --booth 1');
  const { waitingId } = called.json;
  const gone = await festival.cli(`no-show --waiting ${waitingId}`);
  expect(gone).toMatchObject({ code: 0, json: { waitingId, status: 'COMPLETED' } });
  expect(await festival.cli(`no-show --waiting ${waitingId} --operation-id ${gone.json['operationId']}`)).toMatchObject({ code: 0, json: { waitingId } });
  expect(await festival.cli(`enter --waiting ${waitingId}`)).toMatchObject({ code: 3, json: { error: { code: 'INVALID_STATUS' } } });
  expect(await festival.sql('SELECT status, completion_type FROM waiting')).toEqual([{ status: 'COMPLETED', completion_type: 'NO_SHOW' }]);
  expect(await festival.cli('audit --booth 1')).toMatchObject({ code: 0, json: { ok: true } });
});

it('asks again safely: the same id never calls a second visitor', async () => {
  const called = await festival.cli('call --booth 1');
  const again = await festival.cli(`call --booth 1 --operation-id ${called.json['operationId']}`);
  expect(again).toMatchObject({ code: 0, json: { userId: called.json['userId'], waitingId: called.json['waitingId'] } });
  expect(await festival.cli(`enter --waiting ${called.json['waitingId']} --operation-id ${called.json['operationId']}`)).toMatchObject({ code: 3, json: { error: { code: 'OPERATION_MISMATCH' } } });
});

it('does not answer for somebody else’s request', async () => {
  const [first, second] = await festival.queue();
  await festival.cli('call --booth 1');
  await festival.cli('call --booth 1');
  const joined = await festival.cli(`join --booth 1 --user ${first}`);
  expect(joined).toMatchObject({ code: 0, json: { userId: first, alreadyQueued: false } });
  expect(await festival.cli(`join --booth 1 --user ${second} --operation-id ${joined.json['operationId']}`)).toMatchObject({ code: 3, json: { error: { code: 'OPERATION_MISMATCH' } } });
  expect(await festival.queue()).not.toContain(second);
});

it('adds visitors: known users once, walk-ins with a number', async () => {
  const [someone] = await festival.queue();
  expect(await festival.cli(`join --booth 1 --user ${someone}`)).toMatchObject({ code: 0, json: { userId: someone, position: 1, alreadyQueued: true } });
  const before = (await festival.queue()).length;
  const added = await festival.cli('join --booth 1 --name Zoë');
  expect(added).toMatchObject({ code: 0, json: { position: before + 1, waiting: before + 1, number: 1 } });
  expect((await festival.queue()).at(-1)).toBe(added.json['userId']);
  const again = await festival.cli(`join --booth 1 --name Zoë --operation-id ${added.json['operationId']}`);
  expect(again).toMatchObject({ code: 0, json: { userId: added.json['userId'], position: before + 1 } });
  expect((await festival.queue()).length).toBe(before + 1);
});

describe('exit codes', () => {
  it.each([
    ['call --booth 99', 3, 'BOOTH_NOT_FOUND'],
    ['list --booth 99', 3, 'BOOTH_NOT_FOUND'],
    ['audit --booth 99', 3, 'BOOTH_NOT_FOUND'],
    ['enter --waiting 9999', 3, 'WAITING_NOT_FOUND'],
    ['join --booth 1 --user 9999', 3, 'USER_NOT_FOUND'],
    ['call', 2, 'USAGE'],
    ['dance', 2, 'USAGE'],
  ])('%s → %i %s', async (line, code, error) => expect(await festival.cli(line)).toMatchObject({ code, json: { error: { code: error, message: expect.any(String) } } }));

  it('3 for a full booth, a closed one, an empty queue', async () => {
    while ((await festival.cli('call --booth 1')).code === 0);
    expect(await festival.cli('call --booth 1')).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_FULL' } } });
    await festival.sql("UPDATE booth SET status = 'CLOSED'; SELECT 1");
    expect(await festival.cliProcess('call --booth 1')).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_CLOSED' } } });
    await festival.sql("UPDATE booth SET status = 'OPEN', capacity = 100; SELECT 1");
    while ((await festival.cli('call --booth 1')).code === 0);
    expect(await festival.cli('call --booth 1')).toMatchObject({ code: 3, json: { error: { code: 'QUEUE_EMPTY' } } });
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  });

  it('4 for a store that cannot be reached, and what is known all the same', async () => {
    const nowhere = await freePort();
    const withoutRedis = festival.environment({ redisUrl: `redis://127.0.0.1:${nowhere}` });
    const withoutMariadb = festival.environment({ mysqlUrl: festival.mysqlUrlAt(nowhere) });
    expect(await festival.cli('call --booth 1', withoutRedis)).toMatchObject({ code: 4, json: { error: { code: 'QUEUE_STORE_UNREACHABLE' } } });
    expect(await festival.cliProcess('call --booth 1', withoutMariadb)).toMatchObject({ code: 4, json: { error: { code: 'LEDGER_UNREACHABLE' } } });
    expect(await festival.cli('status', withoutRedis)).toMatchObject({ code: 4, json: { stores: [{ role: 'queue', state: 'down' }, { role: 'ledger', state: 'up' }], booths: [{ id: 1 }] } });
    const wrong = await festival.cliProcess('status', festival.environment({ mysqlUrl: festival.mysqlUrl.replace(/:[^:@/]+@/, ':nonsense@') }));
    expect(wrong).toMatchObject({ code: 4, json: { error: { code: 'LEDGER_UNFIT' } } });
    expect(JSON.stringify(wrong)).not.toContain('nonsense');
  });

  it('2 for settings that are wrong', async () => {
    expect(await festival.cliProcess('status', { ...festival.environment(), KIOSK_MYSQL_URL: '' })).toMatchObject({ code: 2, json: { error: { code: 'SETTINGS_INVALID' } } });
    expect(await festival.cli('status --config /does/not/exist.json')).toMatchObject({ code: 2, json: { error: { code: 'SETTINGS_INVALID' } } });
  });
});

it('5 while the outcome is not known; the id it names tells the truth later', { timeout: 60_000 }, async () => {
  const [first, ...others] = await festival.queue();
  const proxy = await startProxy(festival.mariadb.port);
  proxy.onClientData = (chunk) => {
    if (!chunk.includes('INSERT INTO waiting')) return undefined;
    // The call runs, its reply is lost, and the ledger stays away.
    setImmediate(() => proxy.setMode('drop-replies'));
    return 'drop-replies';
  };
  const unknown = await festival.cliProcess('call --booth 1', festival.environment({ mysqlUrl: festival.mysqlUrlAt(proxy.port) }));
  await proxy.close();
  expect(unknown).toMatchObject({ code: 5, json: { error: { code: 'OUTCOME_UNKNOWN', params: { operationId: expect.any(String) } } } });
  const { operationId } = (unknown.json['error'] as { params: { operationId: string } }).params;
  expect(await festival.cli(`call --booth 1 --operation-id ${operationId}`)).toMatchObject({ code: 0, json: { userId: first } });
  expect(await festival.queue()).toEqual(others);
  expect((await festival.judge()).locks).toEqual([]);
});
