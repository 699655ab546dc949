/** Goal: the MySQL ledger keeps the contract on each schema it may meet, and in zones other than the server's. */
import { afterAll, beforeAll } from 'vitest';
import { ledgerContract } from '../contracts/ledger.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { festivalSchema, openMysqlWorld } from '../support/mysql-world.ts';

let server: SqlServer;
beforeAll(async () => {
  server = await startSqlServer();
});
afterAll(() => server.dispose());

ledgerContract('mysql, own schema, Seoul', () => openMysqlWorld(server));
ledgerContract('mysql, the backend’s schema', () => openMysqlWorld(server, festivalSchema('enum')));
ledgerContract('mysql, an older schema (VARCHAR), west of Greenwich', () => openMysqlWorld(server, festivalSchema('varchar'), { timeZone: 'America/Caracas', offset: '-04:00' }));
