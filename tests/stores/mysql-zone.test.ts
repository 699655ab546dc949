/**
 * Goal: a kiosk whose setting `timeZone` cannot be the backend's zone is stopped before its first write, one that is right never is.
 * Method: a real server, a backend that writes its own wall clock, and kiosks with right and wrong settings.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { zoneOffset } from '../../electron/stores/mysql/session.ts';
import { lockOf } from '../contracts/ledger-stage.ts';
import { QUIET_PASS } from '../support/ledger-tour.ts';
import { festivalSchema, openMysqlWorld, SEOUL, type MysqlWorld, type Zone } from '../support/mysql-world.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';

let server: SqlServer;
let world: MysqlWorld;
beforeAll(async () => {
  server = await startSqlServer();
});
afterEach(() => world.cleanup());
afterAll(() => server.dispose());

const UTC: Zone = { timeZone: 'UTC', offset: '+00:00' };
const kioskIn = (timeZone: string) => world.another({ timeZone });

/** A backend in this zone, whose last call was `secondsAgo`; its created_at and updated_at are of then, too. */
async function backendIn(zone: Zone, secondsAgo = 5): Promise<{ readonly booth: number; readonly user: number }> {
  world = await openMysqlWorld(server, festivalSchema('varchar'), zone);
  const [booth, user] = [await world.addBooth({ capacity: 9 }), await world.addUser('Minji')];
  const id = await world.addForeignRow({ boothId: booth, userId: user, status: 'CALLED', calledSecondsAgo: secondsAgo });
  if (secondsAgo !== 5) await world.sql(`UPDATE waiting SET created_at = called_at, updated_at = called_at WHERE id = ${id}`);
  return { booth, user };
}

describe('a backend in Seoul, a kiosk set to UTC', () => {
  test('is refused: what is set, what was seen, which zone it seems', async () => {
    await backendIn(SEOUL);
    await expect(kioskIn('UTC').prepare()).rejects.toMatchObject({
      code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(/timeZone \("UTC"\).*waiting \d+.* (8 h 59 min|9 h 0 min) in the future.*at \+09:00/),
    });
    await expect(kioskIn('UTC').inspect()).rejects.toMatchObject({ message: expect.stringContaining('timeZone') });
    expect(await kioskIn('Asia/Seoul').prepare()).toMatchObject({ warnings: [] });
  });

  test('writes nothing, although nobody prepared it, until it is set right', async () => {
    const { booth, user } = await backendIn(SEOUL);
    const kiosk = kioskIn('UTC');
    const count = () => world.sql('SELECT (SELECT COUNT(*) FROM waiting) AS w, (SELECT COUNT(*) FROM users) AS u, (SELECT COUNT(*) FROM kiosk_booth) AS b, (SELECT COUNT(*) FROM kiosk_pass) AS p');
    const before = await count();
    const refused = { code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringContaining('timeZone') };
    await expect(kiosk.commit(lockOf('call', booth, user))).rejects.toMatchObject(refused);
    await expect(kiosk.settleVerdict(lockOf('call', booth, user))).rejects.toMatchObject(refused);
    await expect(kiosk.addWalkIn(crypto.randomUUID(), booth, 'x')).rejects.toMatchObject(refused);
    await expect(kiosk.writePass(QUIET_PASS)).rejects.toMatchObject(refused);
    expect(await count()).toEqual(before);
    await kioskIn('Asia/Seoul').commit(lockOf('call', booth, user));
    expect(await count()).not.toEqual(before);
  });

  test('a kiosk at work stops writing when it finds the zone wrong, and goes on when it is right again', async () => {
    world = await openMysqlWorld(server, festivalSchema('varchar'), SEOUL);
    const [booth, user] = [await world.addBooth({ capacity: 9 }), await world.addUser('Minji')];
    const kiosk = kioskIn('UTC');
    expect(await kiosk.prepare()).toMatchObject({ warnings: [] });
    const id = await world.addForeignRow({ boothId: booth, userId: user, status: 'CALLED' });
    await expect(kiosk.prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT' });
    await expect(kiosk.commit(lockOf('call', booth, user))).rejects.toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no' });
    await world.sql(`DELETE FROM waiting WHERE id = ${id}`);
    expect(await kiosk.commit(lockOf('call', booth, user))).toMatchObject({ outcome: 'committed' });
  });

  test.each([['eight hours', 8 * 3_600], ['a minute', 60]])('is refused by a last call %s ago', async (_what, secondsAgo) => {
    await backendIn(SEOUL, secondsAgo);
    await expect(kioskIn('UTC').prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT' });
  });

  test('is not known by a last call ten hours ago', async () => {
    await backendIn(SEOUL, 10 * 3_600);
    expect(await kioskIn('UTC').prepare()).toMatchObject({ server: expect.any(String) });
  });
});

describe('a backend in UTC, a kiosk set to Seoul', () => {
  test('is warned about while the backend’s change is the last, and serves', async () => {
    const { booth, user } = await backendIn(UTC);
    const kiosk = kioskIn('Asia/Seoul');
    expect(await kiosk.prepare()).toMatchObject({ warnings: ['zone-doubtful'] });
    expect(await kioskIn('UTC').prepare()).toMatchObject({ warnings: [] });
    // The row of a kiosk accounts for the last change now.
    expect(await kiosk.commit(lockOf('call', booth, user))).toMatchObject({ outcome: 'committed' });
    expect(await kiosk.prepare()).toMatchObject({ warnings: [] });
  });

  test('a server that has forgotten when the table changed: no sign, no warning', async () => {
    await backendIn(UTC);
    await server.restart();
    expect(await kioskIn('Asia/Seoul').prepare()).toMatchObject({ warnings: [] });
  });
});

describe('passes without a word', () => {
  test.each([['Asia/Seoul'], ['UTC'], ['America/Caracas']])('an empty database, and one without calls, in %s', async (timeZone) => {
    world = await openMysqlWorld(server);
    expect(await kioskIn(timeZone).prepare()).toMatchObject({ warnings: [] });
    await world.addBooth({ capacity: 1 });
    expect(await kioskIn(timeZone).prepare()).toMatchObject({ warnings: [] });
  });

  test.each([['clocks that disagree by three minutes', '3 MINUTE'], ['a date typed wrong', '400 DAY']])('%s', async (_what, later) => {
    await backendIn(SEOUL);
    await world.sql(`UPDATE waiting SET updated_at = NOW(6) + INTERVAL ${later}`);
    expect(await kioskIn('Asia/Seoul').prepare()).toMatchObject({ warnings: [] });
  });

  test('rows of kiosks, whatever zone they were set to', async () => {
    world = await openMysqlWorld(server, festivalSchema('enum'), SEOUL);
    const [booth, user] = [await world.addBooth({ capacity: 9 }), await world.addUser('Minji')];
    await kioskIn('Asia/Seoul').commit(lockOf('call', booth, user));
    expect(await kioskIn('UTC').prepare()).toMatchObject({ warnings: [] });
  });

  test('a backend’s row that a kiosk has touched since', async () => {
    const { booth, user } = await backendIn(SEOUL);
    const [row] = await world.rows(booth);
    await kioskIn('Asia/Seoul').commit(lockOf('enter', booth, user, { waitingId: row?.id ?? 0 }));
    expect(await kioskIn('UTC').prepare()).toMatchObject({ warnings: [] });
  });
});

test('a computer whose clock is in another season is told so, and serves when it is set right', async () => {
  world = await openMysqlWorld(server);
  const zone = 'America/New_York';
  const now = Date.now();
  const otherSeason = [60, 120, 180].map((days) => now - days * 86_400_000).find((atMs) => zoneOffset(zone, atMs) !== zoneOffset(zone, now)) ?? now;
  const kiosk = kioskIn(zone);
  vi.useFakeTimers({ toFake: ['Date'], now: otherSeason });
  try {
    const says = new RegExp(`clock of this computer is off by \\d+ h.*at ${zoneOffset(zone, otherSeason)} where ${zone} is at ${zoneOffset(zone, now)} now`);
    await expect(kiosk.prepare()).rejects.toMatchObject({ code: 'LEDGER_UNFIT', message: expect.stringMatching(says) });
  } finally {
    vi.useRealTimers();
  }
  expect(await kiosk.prepare()).toMatchObject({ warnings: [] });
  // In a zone without summer time a wrong clock does no harm here.
  vi.useFakeTimers({ toFake: ['Date'], now: otherSeason });
  expect(await kioskIn('Asia/Seoul').prepare().finally(() => vi.useRealTimers())).toMatchObject({ warnings: [] });
});

test('the look is one statement of twenty rows, however long the history', async () => {
  const { booth, user } = await backendIn(SEOUL);
  for (let index = 0; index < 20; index += 1) await world.addForeignRow({ boothId: booth, userId: user, status: 'COMPLETED', calledSecondsAgo: 90_000 });
  await world.sql('UPDATE waiting SET created_at = called_at, updated_at = called_at WHERE status = "COMPLETED"');
  // The row that lies ahead has twenty behind it now, and is not looked at any more.
  expect(await kioskIn('UTC').prepare()).toMatchObject({ server: expect.any(String) });
});
