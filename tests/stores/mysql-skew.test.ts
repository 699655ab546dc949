/**
 * Goal: during an update, kiosks of two versions work on one database: the older beside the newer, the newer once it is migrated.
 * Method: a database as a later version would leave it (nullable columns, an index, a table, values nobody knew), and one that is behind.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NEEDED_VERSION } from '../../electron/stores/mysql/migrate.ts';
import { lockOf } from '../contracts/ledger-stage.ts';
import { migrateDatabase } from '../support/kiosk-account.ts';
import { tourOf } from '../support/ledger-tour.ts';
import { festivalSchema, openMysqlWorld, type MysqlWorld } from '../support/mysql-world.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';

let server: SqlServer;
let world: MysqlWorld;
beforeAll(async () => {
  server = await startSqlServer();
});
beforeEach(async () => {
  await world?.cleanup();
  world = await openMysqlWorld(server, festivalSchema('enum'));
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});

/** All that a later version may do to a database. */
const LATER = `ALTER TABLE waiting ADD COLUMN kiosk_later VARCHAR(40) NULL, ADD COLUMN kiosk_later_at DATETIME(6) NULL, ADD KEY kiosk_waiting_later (kiosk_later);
  ALTER TABLE kiosk_queue ADD COLUMN later INT NULL; ALTER TABLE kiosk_journal ADD COLUMN later TEXT NULL; ALTER TABLE kiosk_pass ADD COLUMN later INT NULL;
  ALTER TABLE kiosk_booth ADD COLUMN later INT NULL; ALTER TABLE kiosk_mirror ADD COLUMN later INT NULL; ALTER TABLE kiosk_presence ADD COLUMN later INT NULL; ALTER TABLE kiosk_alert ADD COLUMN later INT NULL;
  ALTER TABLE kiosk_incident ADD COLUMN later INT NULL; ALTER TABLE kiosk_visitor ADD COLUMN later CHAR(4) NULL; ALTER TABLE kiosk_number ADD COLUMN later INT NULL;
  CREATE TABLE kiosk_later (id BIGINT PRIMARY KEY, what VARCHAR(20) NOT NULL);
  INSERT INTO kiosk_migration VALUES (${NEEDED_VERSION + 1}, 'later', NOW(6))`;

describe('a database one version ahead', () => {
  test('is served as before, beside what a newer kiosk writes there', async () => {
    await world.sql(LATER);
    const [booth, user] = [await world.addBooth({ capacity: 10 }), await world.addUser('Jun')];
    await world.sql(`INSERT INTO kiosk_journal (operation_id, kind, booth_id, user_id, owner, outcome, resolved_by, created_at, later) VALUES ('${randomUUID()}', 'teleport', ${booth}, ${user}, 'new/1', 'postponed', 'new/1', NOW(6), 'x');
      INSERT INTO kiosk_pass (owner, ended_at, cause, is_lead, duration_ms, seen, finished, undone, superseded, quarantined, kept, recounted, drift, swept, refilled, expired, later)
        VALUES ('new/1', NOW(6), 'moonrise', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5)`);
    expect(await world.ledger().prepare()).toMatchObject({ warnings: [] });
    expect(await world.ledger().readPasses(5)).toMatchObject([{ trigger: 'moonrise' }]);
    await tourOf(world.another(), booth);
    const kept = await world.sql("SELECT (SELECT later FROM kiosk_journal WHERE kind = 'teleport') AS journal, (SELECT later FROM kiosk_pass WHERE owner = 'new/1') AS pass");
    expect(kept).toEqual([{ journal: 'x', pass: 5 }]);
  });

  test('is left as it is by an older migration, which says so', async () => {
    await world.sql(LATER);
    const older = world.another({ url: server.url(world.name) });
    expect(await older.migrate()).toEqual({ from: NEEDED_VERSION + 1, to: NEEDED_VERSION + 1, applied: [] });
    expect(await older.inspect()).toMatchObject({ schema: 'ready' });
  });

  test('a kiosk that was at work while it was migrated notices nothing', async () => {
    const booth = await world.addBooth({ capacity: 10 });
    const [user, kiosk] = [await world.addUser('Jun'), world.another()];
    await kiosk.prepare();
    const before = await kiosk.commit(lockOf('call', booth, user));
    await world.sql(LATER);
    const after = await kiosk.commit(lockOf('call', booth, user));
    for (const result of [before, after]) expect(result).toMatchObject({ outcome: 'committed' });
    expect(await kiosk.readBooth(booth)).toMatchObject({ live: [{ userId: user }, { userId: user }] });
  });
});

describe('a database one version behind', () => {
  const BEHIND = `ALTER TABLE kiosk_booth DROP COLUMN paused_at; ALTER TABLE kiosk_queue DROP KEY kiosk_queue_event_due, DROP COLUMN event_due; DELETE FROM kiosk_migration WHERE version = ${NEEDED_VERSION}`;

  test('is refused by both versions’ numbers and what to do; nothing is written; served at once when migrated', async () => {
    const [booth, user] = [await world.addBooth({ capacity: 10 }), await world.addUser('Jun')];
    await world.sql(BEHIND);
    const kiosk = world.another();
    const refused = { code: 'LEDGER_UNFIT', executed: 'no', message: expect.stringMatching(new RegExp(`at version \\d+ .* needs version ${NEEDED_VERSION}: an administrator runs "ops migrate"`)) };
    await expect(kiosk.prepare()).rejects.toMatchObject(refused);
    await expect(kiosk.commit(lockOf('join', booth, user))).rejects.toMatchObject(refused);
    await expect(kiosk.addWalkIn(randomUUID(), booth, 'x')).rejects.toMatchObject(refused);
    expect(await world.sql('SELECT (SELECT COUNT(*) FROM kiosk_queue) + (SELECT COUNT(*) FROM kiosk_visitor) AS n')).toEqual([{ n: 0 }]);
    await migrateDatabase(server.url(world.name));
    await tourOf(kiosk, booth);
  });
});
