/**
 * The stage of a mixed festival: servers whose every write is kept (the queue store's append-only file, a table filled by triggers),
 * a database as the backend made it, and for each kiosk a proxy of its own in front of each server.
 */
import { appendFileSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { RowDataPacket } from 'mysql2/promise';
import { type FaultProxy, startProxy } from '../fault-proxy.ts';
import { createKioskAccount, migrateDatabase } from '../kiosk-account.ts';
import { startRedis } from '../redis-server.ts';
import { withoutKioskSettings } from '../run-cli.ts';
import { startSqlServer } from '../sql-server.ts';
import { createKioskProcess, type KioskProcess } from './kiosk-process.ts';
import { BOOTH_LOG } from './booth-log.ts';
import { MIRROR_LOG } from './mirror-judge.ts';
import { ROW_LOG } from './row-log.ts';

const SCHEMA = fileURLToPath(new URL('../../fixtures/festival-schema.sql', import.meta.url));
/** `nobody` on Debian: the user test servers run as when root starts them. */
const UNPRIVILEGED_ID = 65_534;

interface StageOptions {
  readonly booths: readonly { readonly id: number; readonly capacity: number }[];
  readonly kiosks: number;
  readonly lockPrefix: string;
}

export interface Kiosk {
  readonly name: string;
  readonly boothId: number;
  readonly process: KioskProcess;
  readonly toRedis: FaultProxy;
  readonly toSql: FaultProxy;
}

export async function openStage({ booths, kiosks: howMany, lockPrefix }: StageOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-mixed-'));
  const aofFolder = mkdtempSync(join(tmpdir(), 'kiosk-aof-'));
  if (process.getuid?.() === 0) chownSync(aofFolder, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  // Never rewritten: the file is the whole history of the queue store.
  const aof = join(aofFolder, 'appendonlydir', 'appendonly.aof.1.incr.aof');
  const keepAll = ['--dir', aofFolder, '--auto-aof-rewrite-percentage', '0', '--aof-timestamp-enabled', 'yes'];
  const [redis, server] = await Promise.all([startRedis({ persistent: true, args: keepAll }), startSqlServer()]);
  const { name: database } = await server.createDatabase();
  const sql = (text: string): Promise<RowDataPacket[]> => server.sql(database, text);
  await sql(readFileSync(SCHEMA, 'utf8'));
  await sql(`INSERT INTO university VALUES (1, 'Festival', 'festival.ac.kr', NOW(6), NOW(6));
    ${booths.map(({ id, capacity }) => `INSERT INTO booth VALUES (${id}, 1, 'Booth ${id}', '', ${capacity}, NULL, NULL, 'OPEN', NOW(6), NOW(6));`).join('')}
    CREATE USER backend@'127.0.0.1' IDENTIFIED BY 'backend'; GRANT SELECT, INSERT, UPDATE ON ${database}.* TO backend@'127.0.0.1'; SELECT 1`);
  await migrateDatabase(server.url(database));
  await sql(ROW_LOG);
  await sql(BOOTH_LOG);
  await sql(MIRROR_LOG);
  const kioskUrl = await createKioskAccount(server, database);
  const kioskUrlAt = (port: number): string => Object.assign(new URL(kioskUrl), { port: String(port) }).href;
  const client = new Redis(redis.url, { protocol: 2, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);

  const kiosks = await Promise.all(Array.from({ length: howMany }, (_, index) => openKiosk(index)));
  async function openKiosk(index: number): Promise<Kiosk> {
    const [toRedis, toSql] = await Promise.all([startProxy(redis.port), startProxy(server.port)]);
    const name = `K${index + 1}`;
    const boothId = booths[index % booths.length]?.id ?? 1;
    const dataDir = mkdtempSync(join(folder, `${name}-`));
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ lockPrefix, reconcileSeconds: 5 }));
    const environment = {
      // Kiosks start again and again: what Node made of their sources is kept.
      ...withoutKioskSettings(), NODE_COMPILE_CACHE: join(folder, 'compiled'), KIOSK_DATA_DIR: dataDir, KIOSK_ID: name, KIOSK_BOOTH_ID: String(boothId),
      KIOSK_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`, KIOSK_MYSQL_URL: kioskUrlAt(toSql.port),
    };
    return { name, boothId, toRedis, toSql, process: createKioskProcess(environment) };
  }

  return {
    redis, server, sql, client, kiosks, booths, lockPrefix,
    backendUrls: { redisUrl: redis.url, mysqlUrl: `mysql://backend:backend@127.0.0.1:${server.port}/${database}` },
    /** What the queue store wrote to its file so far. */
    readAof: (): Buffer => readFileSync(aof),
    /** Of a queue store that is dead: it starts with nothing, and its file keeps what was before. */
    loseRedisData: (): void => appendFileSync(aof, '*1\r\n$8\r\nFLUSHALL\r\n'),
    async close(): Promise<void> {
      await Promise.all(kiosks.map((kiosk) => kiosk.process.close()));
      await Promise.all(kiosks.flatMap(({ toRedis, toSql }) => [toRedis.close(), toSql.close()]));
      client.disconnect();
      await Promise.all([redis.close(), server.dispose()]);
      for (const each of [folder, aofFolder]) rmSync(each, { recursive: true, force: true });
    },
  };
}
export type Stage = Awaited<ReturnType<typeof openStage>>;
