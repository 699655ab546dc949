/**
 * Goal: a tap costs the round trips it is said to cost, and no more. Method: counted by the server itself.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UNSIGNED } from '../../electron/core/note.ts';
import type { VisitKind } from '../../electron/core/waiting.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { openMysqlWorld, type MysqlWorld } from '../support/mysql-world.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';

let server: SqlServer;
let world: MysqlWorld;
let [booth, user] = [0, 0];
beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server);
  [booth, user] = [await world.addBooth({ capacity: 1000 }), await world.addUser('Minji')];
  // Both connections are there before anything is counted.
  await Promise.all([world.ledger().prepare(), world.ledger().readVisit(1)]);
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});

async function statements(work: () => Promise<unknown>): Promise<number> {
  await server.sql(null, "SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1");
  await work();
  await server.sql(null, 'SET GLOBAL general_log = 0');
  const rows = await server.sql(null, "SELECT CONVERT(argument USING utf8mb4) AS a FROM mysql.general_log WHERE user_host NOT LIKE '%root%' AND command_type <> 'Connect' AND command_type <> 'Quit'");
  // A lane at rest keeps its connection alive: that is nobody's request.
  return rows.filter((row) => row['a'] !== 'SELECT 1').length;
}

const ledger = () => world.ledger();
const visit = (kind: VisitKind, waitingId: number, generation: number, rest = {}) => lockOf(kind, booth, user, { waitingId, generation, ...rest });
const called = async (): Promise<number> => expectCommitted(await ledger().commit(lockOf('call', booth, user, { generation: (await ledger().readBooth(booth))?.booth.generation ?? 0 })));

test('one statement per commit that needs no more, one more for a refusal, two per settle', async () => {
  const [call, join] = [lockOf('call', booth, user), lockOf('join', booth, user)];
  for (const lock of [call, join]) expect(await statements(() => ledger().commit(lock))).toBe(1);
  const [inside, absent, gone] = [await called(), await called(), await called()];
  const enter = visit('enter', inside, 0);
  for (const lock of [enter, visit('complete', inside, 1), visit('hold', absent, 0), visit('recall', absent, 1), visit('no-show', absent, 2), visit('cancel', gone, 0)]) {
    expect(await statements(() => ledger().commit(lock))).toBe(1);
  }
  expect(await statements(() => ledger().commit(enter))).toBe(2);
  for (const lock of [enter, call, join, lockOf('leave', booth, user)]) expect(await statements(() => ledger().settleVerdict(lock))).toBe(2);
});

test('a short transaction to leave, to put a ticket back, and to take a place again (begun, anchor, room, visit, committed)', async () => {
  const [absent, gone] = [await called(), await called()];
  expectCommitted(await ledger().commit(visit('no-show', absent, 0)));
  expectCommitted(await ledger().commit(visit('cancel', gone, 0)));
  expect(await statements(() => ledger().commit(visit('undo-no-show', absent, 1)))).toBe(5);
  expect(await statements(() => ledger().commit(visit('admit', gone, 1, { note: { ...UNSIGNED, overCapacity: true } })))).toBe(1);
  const score = (await ledger().readVisit(absent))?.score ?? 0;
  expect(await statements(() => ledger().commit(visit('put-back', absent, 2, { score, returnScore: score })))).toBe(4);
  const generation = (await ledger().readBooth(booth))?.booth.generation ?? 0;
  for (const left of [score, score + 1]) expect(await statements(() => ledger().commit(lockOf('leave', booth, user, { score: left, generation })))).toBe(4);
  const behind = await called();
  expect(await statements(() => ledger().commit(visit('put-back', behind, 0, { score: 1, returnScore: 2 })))).toBe(5);
});

test('two to claim news, one to tell how it went', async () => {
  const waitingId = await called();
  const news = await ledger().claimEvent(waitingId, true);
  if (news === null) throw new Error('a call has news');
  expect(await statements(() => ledger().endEvent(news, false))).toBe(1);
  await world.ageVisit(waitingId, 60_000);
  expect(await statements(() => ledger().claimEvent(waitingId, false))).toBe(2);
});

test('two or three to tell who went', async () => {
  const elsewhere = await world.addBooth({ capacity: 3 });
  expect(await statements(() => ledger().readDepartures(elsewhere, 5))).toBe(2);
  await world.exec(`UPDATE waiting SET status = 'COMPLETED', completion_type = 'NO_SHOW', completed_at = NOW(6), kiosk_ops = 'no-show:1' WHERE id = ${await called()}`);
  expect(await statements(() => ledger().readDepartures(booth, 5))).toBe(3);
});

test('one per read, and per note of what is there already', async () => {
  const ticket = { boothId: booth, userId: user, score: 1 };
  await ledger().noteAlerts(['quarantine'], 'kiosk-1');
  for (const read of [
    () => ledger().readBooth(booth), () => ledger().readVisit(1), () => ledger().readGone(booth, 5), () => ledger().listBooths(), () => ledger().listBoothCards(), () => ledger().countInside(),
    () => ledger().readCalled({ boothId: booth, fromMs: 0, toMs: 1, afterId: 0 }, 5), () => ledger().countLeft({ boothId: booth, fromMs: 0, toMs: 1 }),
    () => ledger().auditHistory(booth), () => ledger().findCommitted({ kind: 'call' }, ['x']), () => ledger().readPeople(booth, [user]), () => ledger().unservedTickets(booth, 5),
    () => ledger().staleTickets([ticket]), () => ledger().readMirror(), () => ledger().dueEvents(5), () => ledger().readPasses(5), () => ledger().readIncidents(5),
    () => ledger().noteServed(booth, 1_000), () => ledger().noteMirror(1), () => ledger().forgetPhones(60_000, 5), () => ledger().dropTicket(ticket), () => ledger().keepTicket(ticket), () => ledger().noteAlerts(['quarantine'], 'kiosk-2'), () => ledger().takeClearedAlerts(60_000),
  ]) expect(await statements(read)).toBe(1);
});
