/** The account a kiosk of a test works with: what `ops migrate --grants` prints, and no right more. */
import { grantStatements } from '../../electron/stores/mysql/grants.ts';
import { createMysqlLedger } from '../../electron/stores/mysql/mysql-ledger.ts';
import type { SqlServer } from './sql-server.ts';

/** Hard to carry through an address, and searched for in whatever is printed. */
const PASSWORD = 'p@ss:w/rd';

/** As `ops migrate` does, by the administrator. */
export async function migrateDatabase(url: string): Promise<void> {
  const ledger = createMysqlLedger({ url, timeZone: 'Asia/Seoul', logger: { log: () => undefined } });
  try {
    await ledger.migrate();
  } finally {
    await ledger.close();
  }
}

/** Creates the account on a migrated database; answers the address a kiosk uses. */
export async function createKioskAccount(server: SqlServer, database: string): Promise<string> {
  const account = { user: `kiosk_${database.slice(-12)}`, host: '127.0.0.1' };
  await server.sql(null, `CREATE USER '${account.user}'@'${account.host}' IDENTIFIED BY '${PASSWORD}'; ${grantStatements(database, account).join(' ')}`);
  const url = new URL(server.url(database));
  url.username = account.user;
  url.password = encodeURIComponent(PASSWORD);
  return url.href;
}
