/**
 * A festival on real servers: Redis and MariaDB with the backend's own tables and a queue another program wrote
 * (whole-second scores, equal ones among them), kiosk processes started from the built command line,
 * and a judge that knows nothing but SQL and Redis commands.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { RowDataPacket } from 'mysql2/promise';
import { createKioskAccount, migrateDatabase } from './kiosk-account.ts';
import { startSqlServer } from './sql-server.ts';
import { startRedis } from './redis-server.ts';
import { type CliAnswer, runCli, spawnCli, withoutKioskSettings } from './run-cli.ts';

const SCHEMA = fileURLToPath(new URL('../fixtures/festival-schema.sql', import.meta.url));

/** @param migrated false: as the backend left the database, and kiosks come with the administrator's account */
export async function startFestival({ capacity = 50, visitors = 8, migrated = true } = {}) {
  const [redis, mariadb] = await Promise.all([startRedis(), startSqlServer()]);
  const { name: database, url: adminUrl } = await mariadb.createDatabase();
  const client = new Redis(redis.url, { protocol: 2, retryStrategy: () => 50, maxRetriesPerRequest: null });
  // Restarts are part of the tests; the client reconnects by itself.
  client.on('error', () => undefined);
  const sql = (text: string): Promise<RowDataPacket[]> => mariadb.sql(database, text);
  await sql(readFileSync(SCHEMA, 'utf8'));
  if (migrated) await migrateDatabase(adminUrl);
  const mysqlUrl = migrated ? await createKioskAccount(mariadb, database) : adminUrl;
  await sql(`INSERT INTO university VALUES (1, 'Festival', 'festival.ac.kr', NOW(6), NOW(6));
    INSERT INTO booth VALUES (1, 1, '치킨 부스', '', ${capacity}, NULL, NULL, 'OPEN', NOW(6), NOW(6));
    SELECT 1`);
  const notReleased = migrated ? 'WHERE kiosk_released IS NULL' : '';
  const userIds = Array.from({ length: visitors }, (_, index) => (index + 1) * 7);
  const firstSecond = Math.floor(Date.now() / 1_000) - 600;

  const plant = async (ids: readonly number[]): Promise<void> => {
    const rows = ids.map((id) => `(${id}, 'u${id}@festival.ac.kr', '방문자 ${id}', 'VISITOR', NULL, b'1', NULL, NOW(6), NOW(6))`);
    await sql(`INSERT IGNORE INTO users VALUES ${rows.join(', ')}; SELECT 1`);
    for (const [index, id] of ids.entries()) {
      // Three visitors share each second, as they do when a backend writes whole seconds.
      await client.zadd('queue:booth:1', firstSecond + Math.floor(index / 3), String(id));
      await client.sadd(`user:${id}:active_booths`, '1');
    }
  };
  await plant(userIds);

  // Empty, and it stays so: what counts is the environment alone.
  const dataDir = mkdtempSync(join(tmpdir(), 'kiosk-settings-'));
  const environment = (urls: { redisUrl?: string; mysqlUrl?: string } = {}): NodeJS.ProcessEnv => ({
    ...withoutKioskSettings(),
    KIOSK_DATA_DIR: dataDir,
    KIOSK_REDIS_URL: urls.redisUrl ?? redis.url,
    KIOSK_MYSQL_URL: urls.mysqlUrl ?? mysqlUrl,
  });

  return {
    boothId: 1,
    redis,
    mariadb,
    /** Of the kiosk's account, which has the least rights. */
    mysqlUrl,
    adminUrl,
    client,
    sql,
    userIds,
    plant,
    environment,
    /** The same database through another port of this machine. */
    mysqlUrlAt(port: number): string {
      const url = new URL(mysqlUrl);
      url.port = String(port);
      return url.href;
    },
    /** Runs one verb to its end, in this process. Loaded when it is asked: campaigns in plain Node cannot, and do not ask. */
    cli: async (line: string, env: NodeJS.ProcessEnv = environment()): Promise<CliAnswer> => (await import('./run-cli-here.ts')).runCliHere(line, env),
    /** The same in a process of its own. */
    cliProcess: (line: string, env: NodeJS.ProcessEnv = environment()): Promise<CliAnswer> => runCli(line, env),
    /** Starts one verb without waiting for it. */
    spawnCli,
    /** Everybody back in the queue, nobody called, no trace of a kiosk in Redis, the booth as it was. */
    async reset(): Promise<void> {
      await client.flushall();
      await sql(`DELETE FROM waiting; DELETE FROM users; UPDATE booth SET status = 'OPEN', capacity = ${capacity}; SELECT 1`);
      const kept = await sql("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('kiosk_number', 'kiosk_visitor', 'kiosk_queue', 'kiosk_journal', 'kiosk_mirror', 'kiosk_presence', 'kiosk_incident', 'kiosk_alert', 'kiosk_pass')");
      for (const table of kept) await sql(`DELETE FROM ${String(table['name'])}; SELECT 1`);
      await plant(userIds);
    },
    queue: async (): Promise<readonly number[]> => (await client.zrange('queue:booth:1', '0', '-1')).map(Number),
    /** Rows of visits; one that was given up, its visitor waiting again, is none. */
    visits: () => sql(`SELECT id, user_id, status, kiosk_ticket FROM waiting ${notReleased} ORDER BY id`),
    /** Where the visitors are: each must be waiting or have exactly one visit, and nothing may be left half done. */
    async judge(): Promise<{ readonly lost: number[]; readonly twice: number[]; readonly locks: string[]; readonly current: number; readonly inside: number }> {
      const queued = new Set((await client.zrange('queue:booth:1', '0', '-1')).map(Number));
      const visits = (await sql(`SELECT user_id, status FROM waiting ${notReleased}`)).map((row) => ({ userId: Number(row['user_id']), status: String(row['status']) }));
      const places = (id: number): number => (queued.has(id) ? 1 : 0) + visits.filter((visit) => visit.userId === id).length;
      return {
        lost: userIds.filter((id) => places(id) === 0),
        twice: userIds.filter((id) => places(id) > 1),
        locks: [...(await client.keys('temp:*')), ...(await client.zrange('kiosk:locks', '0', '-1')), ...(await client.hkeys('kiosk:lock-of'))],
        current: Number((await client.get('booth:1:current')) ?? 0),
        inside: visits.filter((visit) => visit.status === 'ENTERED').length,
      };
    },
    async close() {
      client.disconnect();
      await Promise.all([redis.close(), mariadb.dispose()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type RealFestival = Awaited<ReturnType<typeof startFestival>>;
