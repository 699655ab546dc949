/**
 * Goal: the MySQL ledger keeps the contract on each schema it may meet, and in zones other than the server's. Method: two of them on one
 * server each; the kiosk's own, which is under most other tests, and all on all in the campaign.
 */
import { afterAll, beforeAll } from 'vitest';
import { ledgerContract } from '../contracts/ledger.ts';
import { findSqlServer } from '../support/find-sql-server.mjs';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { AT_LENGTH } from '../support/at-length.ts';
import { festivalSchema, openMysqlWorld } from '../support/mysql-world.ts';

let server: SqlServer;
beforeAll(async () => {
  server = await startSqlServer();
});
afterAll(() => server.dispose());

const lane = process.env['KIOSK_TEST_LEDGER'] ?? 'mariadb';
const isOn = (name: 'mariadb' | 'mysql'): boolean => AT_LENGTH || lane === name || (lane === 'mariadb' && findSqlServer(name) === null);
if (AT_LENGTH) ledgerContract('mysql, own schema, Seoul', () => openMysqlWorld(server));
if (isOn('mysql')) ledgerContract('mysql, the backend’s schema', () => openMysqlWorld(server, festivalSchema('enum')));
if (isOn('mariadb')) ledgerContract('mysql, an older schema (VARCHAR), west of Greenwich', () => openMysqlWorld(server, festivalSchema('varchar'), { timeZone: 'America/Caracas', offset: '-04:00' }));
