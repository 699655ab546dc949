/**
 * Goal: whatever the backend, or an older database of it, left in the tables: what is known is shown, what is wrong is named with its
 * place, nothing is lost, and one bad row takes neither its booth nor the others down.
 * Method: an older schema (VARCHAR for ENUM, columns that may be empty, no foreign key to users, dates of all zeros); each rubbish planted by plain SQL at a booth
 * of its own, then a kiosk's core serves there.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { status } from '../../electron/cli/status.ts';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { audit } from '../../electron/core/audit.ts';
import { callNext } from '../../electron/core/call-next.ts';
import type { Core } from '../../electron/core/core.ts';
import type { Outcome } from '../../electron/core/outcome.ts';
import type { VisitRow } from '../../electron/core/ledger.ts';
import type { RestoreKind, VisitKind } from '../../electron/core/waiting.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { lockOf } from '../contracts/ledger-stage.ts';
import { festivalSchema, openMysqlWorld, type MysqlWorld, SILENT } from '../support/mysql-world.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { plainCore } from '../support/plain-core.ts';

const OLDER = festivalSchema('varchar')
  .replaceAll(/(called_at|registered_at) DATETIME\(6\) NOT NULL/g, '$1 DATETIME(6) NULL')
  .replace('CONSTRAINT fk_waiting_user FOREIGN KEY (user_id) REFERENCES users (id),', '')
  .replace('capacity INT NOT NULL', 'capacity INT NULL')
  .replace(/(CREATE TABLE waiting[^]*?status \w+(?:\([^)]*\))?) NOT NULL/, '$1 NULL')
  .replace('nickname VARCHAR(50)', 'nickname VARCHAR(500)');

let server: SqlServer;
let world: MysqlWorld;
let core: Core;
let [booth, user] = [0, 0];
beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server, OLDER);
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});
beforeEach(async () => {
  const opened = plainCore({ queue: createMemoryQueueStore({ now: () => Date.now() }), ledger: world.ledger() }, 'kiosk', SILENT);
  // Nobody else is at work here: two looks need no time between them.
  core = { ...opened, clock: { ...opened.clock, sleep: () => Promise.resolve() } };
  booth = await world.addBooth({ capacity: 5 });
  user = await world.addUser('Minji');
});

const ledger = () => world.ledger();
const live = async (boothId = booth): Promise<readonly VisitRow[]> => (await ledger().readBooth(boothId))?.live ?? [];
/** As an administrator without strict mode and foreign keys would. */
const plant = (sql: string) => world.sql(`SET sql_mode = '', foreign_key_checks = 0, unique_checks = 0; ${sql}; SELECT 1`);
const rowOf = (boothId = booth, status: 'CALLED' | 'ENTERED' | 'COMPLETED' = 'CALLED'): Promise<number> => world.addForeignRow({ boothId, userId: user, status });
const offenders = async (check: string, boothId = booth): Promise<readonly string[]> => (await audit(core, boothId, false))?.checks.find((each) => each.id === check)?.offenders ?? ['no such check'];
const code = (outcome: Outcome): string => (outcome.outcome === 'refused' ? outcome.error.code : outcome.outcome);

async function call(boothId = booth): Promise<Outcome> {
  const next = await world.addUser('Next');
  await core.queue.refill([{ boothId, userId: next, score: 1_763_800_000 + next }]);
  return callNext(core, { boothId, generation: (await ledger().readBooth(boothId))?.booth.generation ?? 0, epoch: 0 }, core.ids.operationId());
}
async function act(kind: Exclude<VisitKind, RestoreKind>, waitingId: number): Promise<string> {
  const visit = await ledger().readVisit(waitingId);
  return visit === null ? 'missing' : code(await actOnVisit(core, kind, visit, core.ids.operationId()));
}
const stored = async (waitingId: number) => (await world.rows(booth)).find((row) => row.id === waitingId);

describe('a visit', () => {
  test.each(['NULL', "'0000-00-00 00:00:00'"])('called at %s is shown from when its row was made, named by the audit, and goes its way with times that hold', async (when) => {
    const good = await rowOf();
    for (const action of ['complete', 'no-show'] as const) {
      const bad = await rowOf();
      await plant(`UPDATE waiting SET called_at = ${when}, created_at = NOW(6) - INTERVAL 10 MINUTE WHERE id = ${bad}`);
      const shown = (await live()).find((visit) => visit.waitingId === bad);
      expect(shown).toMatchObject({ status: 'CALLED', name: 'Minji' });
      expect(Math.abs((shown?.calledAtMs ?? 0) + 600_000 - Date.now())).toBeLessThan(60_000);
      expect(await live()).toContainEqual(expect.objectContaining({ waitingId: good }));
      expect(await offenders('times-in-order')).toContain(`waiting ${bad}`);
      if (action === 'complete') expect(await act('enter', bad)).toBe('done');
      expect(await act(action, bad)).toBe('done');
      const row = await stored(bad);
      expect(row).toMatchObject({ status: 'COMPLETED', completedMs: expect.any(Number) });
      if (action === 'complete') expect(row?.enteredMs).toEqual(expect.any(Number));
    }
    expect(code(await call())).toBe('done');
  });

  test.each(['NULL', "'0000-00-00 00:00:00'"])('without a time of its call (%s) still uses up the registration it was called for', async (when) => {
    const joined = lockOf('join', booth, user, { score: 1_763_800_000.5, generation: (await ledger().readBooth(booth))?.booth.generation ?? 0 });
    let result = await ledger().commit(joined);
    if (result.outcome === 'stale') result = await ledger().commit({ ...joined, generation: result.generation });
    expect(result.outcome).toBe('committed');
    expect(await ledger().unservedTickets(booth, 5)).toHaveLength(1);
    const row = await rowOf();
    await plant(`UPDATE waiting SET called_at = ${when} WHERE id = ${row}`);
    expect(await ledger().unservedTickets(booth, 5)).toEqual([]);
  });

  test('entered, or done, on a date of all zeros has no such time; the audit names it', async () => {
    const inside = await rowOf(booth, 'ENTERED');
    await plant(`UPDATE waiting SET entered_at = '0000-00-00 00:00:00' WHERE id = ${inside}`);
    expect(await live()).toMatchObject([{ waitingId: inside, status: 'ENTERED', enteredAtMs: null }]);
    expect(await offenders('times-in-order')).toEqual([`waiting ${inside}`]);
    expect(await act('complete', inside)).toBe('done');
  });

  test.each(['HOLDING', '', 'NO_SHOW'])('of the unknown status %j is left alone and named; the others are shown and served', async (unknown) => {
    const [odd, good] = [await rowOf(), await rowOf()];
    await plant(`UPDATE waiting SET status = '${unknown}' WHERE id = ${odd}`);
    expect((await live()).map((visit) => visit.waitingId)).toEqual([good]);
    await expect(ledger().readVisit(odd)).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining('waiting.status') });
    expect(await offenders('rows-readable')).toEqual([`waiting ${odd}`]);
    expect(await act('enter', good)).toBe('done');
    expect(code(await call())).toBe('done');
    expect((await world.sql(`SELECT status FROM waiting WHERE id = ${odd}`))[0]?.['status']).toBe(unknown);
  });

  test('is counted by the report as the server takes it, from when its row was made where its call has no time; one that is unreadable is named', async () => {
    const [odd, untimed, good, nameless] = [await rowOf(), await rowOf(), await rowOf(), await rowOf()];
    await plant(`UPDATE waiting SET status = 'completed', completion_type = 'no_show' WHERE id = ${odd}; UPDATE waiting SET called_at = NULL WHERE id = ${untimed};
      UPDATE waiting SET status = NULL WHERE id = ${nameless}; UPDATE waiting SET registered_at = '0000-00-00 00:00:00' WHERE id = ${good}`);
    const now = Date.now();
    const page = await ledger().readCalled({ boothId: booth, fromMs: now - 3_600_000, toMs: now + 3_600_000, afterId: 0 }, 10);
    expect(page).toMatchObject({ visits: [{ waitingId: odd, status: 'COMPLETED', endedAs: 'NO_SHOW' }, { waitingId: untimed, status: 'CALLED' }, { waitingId: good, registeredAtMs: null }], unreadable: [`waiting ${nameless}`] });
    const first = await ledger().readCalled({ boothId: booth, fromMs: now - 3_600_000, toMs: now + 3_600_000, afterId: good }, 1);
    expect(first).toEqual({ visits: [], unreadable: [`waiting ${nameless}`], nextAfterId: nameless });
  });

  test('without a status is left alone and named', async () => {
    const odd = await rowOf();
    await plant(`UPDATE waiting SET status = NULL WHERE id = ${odd}`);
    expect(await live()).toEqual([]);
    expect(await offenders('rows-readable')).toEqual([`waiting ${odd}`]);
    expect(code(await call())).toBe('done');
  });

  test('whose status is written otherwise, but is the same to the server, is what the server takes it for', async () => {
    const odd = await rowOf();
    await plant(`UPDATE waiting SET status = 'called' WHERE id = ${odd}`);
    expect(await live()).toMatchObject([{ waitingId: odd, status: 'CALLED' }]);
    expect(await act('enter', odd)).toBe('done');
    expect(await stored(odd)).toMatchObject({ status: 'ENTERED' });
  });

  test('of a visitor without a users row has no name and is served; of a user that can be none it is named and hides nobody', async () => {
    const [orphan, nobody] = [await rowOf(), await rowOf()];
    await plant(`UPDATE waiting SET user_id = 987654 WHERE id = ${orphan}; UPDATE waiting SET user_id = -1 WHERE id = ${nobody}`);
    expect(await live()).toMatchObject([{ waitingId: orphan, userId: 987_654, name: '', number: null }]);
    expect(await offenders('rows-readable')).toEqual([`waiting ${nobody}`]);
    await expect(ledger().readVisit(nobody)).rejects.toMatchObject({ message: expect.stringContaining('users holds the id "-1"') });
    expect(await act('enter', orphan)).toBe('done');
    const twice = await rowOf();
    await plant(`UPDATE waiting SET user_id = -1, registered_at = (SELECT registered_at FROM (SELECT * FROM waiting WHERE id = ${nobody}) w) WHERE id = ${twice}`);
    expect(await offenders('rows-readable')).toEqual([`waiting ${nobody}`, `waiting ${twice}`]);
  });

  test.each(['', '👩‍🚀'.repeat(7), '\u202eمرحبا', 'ㅎ'.repeat(500), "Robert'); --"])('of the visitor %j keeps that name', async (name) => {
    await plant(`UPDATE users SET nickname = '${name.replaceAll("'", "''")}' WHERE id = ${user}`);
    await rowOf();
    expect(await live()).toMatchObject([{ name }]);
    expect(await ledger().readPeople(booth, [user])).toEqual([{ userId: user, name, number: null }]);
  });

  test.each(['rubbish', '', '1:1:5'])('with the ticket %j counts as one without, and is named', async (ticket) => {
    const odd = await rowOf();
    await plant(`UPDATE waiting SET kiosk_ticket = '${ticket}' WHERE id = ${odd}`);
    expect(await live()).toMatchObject([{ waitingId: odd, score: null }]);
    expect(await offenders('rows-readable')).toEqual([`waiting ${odd}`]);
    expect(await act('enter', odd)).toBe('done');
    await plant(`UPDATE waiting SET kiosk_ticket = NULL WHERE id = ${odd}`);
  });

  test('twice of one ticket, written differently: both are shown, the second call of it is refused, the audit names the visitor', async () => {
    const [first, second] = [await rowOf(), await rowOf()];
    const score = 1_763_800_000;
    await plant(`UPDATE waiting SET kiosk_ticket = CONCAT(booth_id, ':', user_id, ':${score}'), registered_at = FROM_UNIXTIME(${score}) WHERE id = ${first};
      UPDATE waiting SET kiosk_ticket = CONCAT(booth_id, ':', user_id, ':${score}.0'), registered_at = FROM_UNIXTIME(${score}) WHERE id = ${second}`);
    expect((await live()).map((visit) => visit.score)).toEqual([score, score]);
    expect(await offenders('nobody-twice')).toEqual([`user ${user}`]);
    const ticket = { boothId: booth, userId: user, score };
    expect(await ledger().staleTickets([ticket])).toEqual([ticket]);
    await core.queue.refill([ticket]);
    expect(code(await callNext(core, { boothId: booth, generation: (await ledger().readBooth(booth))?.booth.generation ?? 0, epoch: 0 }, core.ids.operationId()))).toBe('QUEUE_EMPTY');
    expect(await live()).toHaveLength(2);
  });

  test('of a negative revision, with garbled evidence: entered, and counted on from there', async () => {
    const odd = await rowOf();
    await plant(`UPDATE waiting SET kiosk_rev = -5, kiosk_ops = ',,enter:,x' WHERE id = ${odd}`);
    expect(await act('enter', odd)).toBe('done');
    expect(await stored(odd)).toMatchObject({ status: 'ENTERED', revision: -4 });
  });

  test('whose revision can grow no more does not keep the others from being fenced', async () => {
    const [bad, good] = [await rowOf(), await rowOf()];
    await plant(`UPDATE waiting SET kiosk_rev = 2147483647 WHERE id = ${bad}`);
    await ledger().fenceBooths([booth]);
    expect((await live()).map(({ waitingId, revision }) => [waitingId, revision])).toEqual([[bad, 2_147_483_647], [good, 1]]);
  });
});

describe('a booth', () => {
  test.each([['NULL', 'LEDGER_UNFIT'], ['-5', 'BOOTH_FULL'], ['0', 'BOOTH_FULL']])('with the capacity %s has room for nobody and says so; the others are listed, counted and served', async (capacity, refusal) => {
    const other = await world.addBooth({ capacity: 2 });
    await plant(`UPDATE booth SET capacity = ${capacity} WHERE id = ${booth}`);
    expect((await ledger().listBooths()).filter((each) => [booth, other].includes(each.boothId)).map((each) => each.capacity)).toEqual([0, 2]);
    const refused = await call();
    expect(refused).toMatchObject({ outcome: 'refused', error: { code: refusal } });
    if (refusal === 'LEDGER_UNFIT') expect(refused).toMatchObject({ error: { message: expect.stringContaining('booth.capacity') } });
    expect(await core.queue.readQueue(booth, 5)).toMatchObject({ total: 1, openLocks: 0 });
    expect(code(await call(other))).toBe('done');
    expect(await offenders('capacity')).toEqual([]);
  });

  test.each([['open', 'OPEN', 'done', 'BOOTH_FULL'], ['PAUSED', 'CLOSED', 'BOOTH_CLOSED', 'BOOTH_CLOSED'], ['', 'CLOSED', 'BOOTH_CLOSED', 'BOOTH_CLOSED']])('of the status %j is %s to the screen and to a call', async (text, shown, outcome, second) => {
    await plant(`UPDATE booth SET status = '${text}', capacity = 1 WHERE id = ${booth}`);
    expect((await ledger().readBooth(booth))?.booth.status).toBe(shown);
    expect(code(await call())).toBe(outcome);
    expect(code(await call())).toBe(second);
  });

  test('whose generation no double can hold is left out of the list and named when asked for; the others serve', async () => {
    const other = await world.addBooth({ capacity: 2 });
    await ledger().prepare();
    await plant(`REPLACE INTO kiosk_booth (booth_id, gen) VALUES (${booth}, 9007199254740993)`);
    expect((await ledger().listBooths()).filter((each) => [booth, other].includes(each.boothId)).map((each) => each.boothId)).toEqual([other]);
    await expect(ledger().readBooth(booth)).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringContaining('kiosk_booth.gen') });
    expect(code(await call(other))).toBe('done');
    expect(await reconcile(core, { trigger: 'by-hand' })).toMatchObject({ problem: null });
    await plant(`DELETE FROM kiosk_booth WHERE booth_id = ${booth}`);
  });

  test('whose id can be none is left out of lists and counts; the others serve', async () => {
    const other = await world.addBooth({ capacity: 2 });
    await plant(`UPDATE booth SET id = -1 WHERE id = ${booth}`);
    expect((await ledger().listBooths()).map((each) => each.boothId)).toContain(other);
    expect(await ledger().countInside()).toContainEqual({ boothId: other, inside: 0 });
    expect(await reconcile(core, { trigger: 'by-hand' })).toMatchObject({ problem: null });
    expect(code(await call(other))).toBe('done');
    await plant('DELETE FROM booth WHERE id = -1; DELETE FROM kiosk_booth WHERE booth_id = -1');
  });

  test('with registrations that make no sense offers the others for refilling', async () => {
    await plant(`INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) VALUES
      ('garbage-${booth}', ${booth}, ${user}, 1, NULL, NOW(6)), ('${booth}:-1:5', ${booth}, -1, 5, NULL, NOW(6)), ('${booth}:${user}:5.5', ${booth}, ${user}, 5.5, NULL, NOW(6))`);
    expect(await ledger().unservedTickets(booth, 10)).toEqual([{ boothId: booth, userId: user, score: 5.5 }]);
    expect(await offenders('nobody-lost')).toEqual([`${booth}:${user}:5.5`]);
  });
});

describe('what is kept for people', () => {
  test('a journal line of a later version is left alone', async () => {
    await plant(`INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, resolved_by, created_at)
      VALUES ('x', 'hold-5-minutes', ${booth}, ${user}, -1, NULL, '', 'paused', '', '0000-00-00 00:00:00')`);
    expect(code(await call())).toBe('done');
    expect((await audit(core, booth, false))?.checks.find((check) => check.id === 'rows-readable')).toMatchObject({ ok: true });
    expect(await world.sql("SELECT kind, outcome FROM kiosk_journal WHERE operation_id = 'x'")).toMatchObject([{ kind: 'hold-5-minutes', outcome: 'paused' }]);
  });

  test('a pass that makes no sense does not hide the last one that does', async () => {
    await reconcile(core, { trigger: 'by-hand' });
    await core.operations.drain();
    const figures = 'is_lead, duration_ms, seen, finished, undone, superseded, quarantined, kept, recounted, drift, swept, refilled, expired';
    await plant(`INSERT INTO kiosk_pass (owner, ended_at, cause, ${figures})
      VALUES ('odd', '9999-12-31 23:59:59', 'whim', 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), ('older', '0000-00-00 00:00:00', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`);
    expect((await ledger().readPasses(1))[0]?.owner).toBe(core.owner);
    expect(await status(core)).toMatchObject({ lastPass: { owner: core.owner } });
  });
});

test('a kiosk that starts on all this is ready, and a whole pass runs to its end', async () => {
  const another = world.another();
  await expect(another.prepare()).resolves.toMatchObject({ server: expect.any(String) });
  expect(await reconcile({ ...core, ledger: another }, { trigger: 'start' })).toMatchObject({ problem: null });
  await core.operations.drain();
});
