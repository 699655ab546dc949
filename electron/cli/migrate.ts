/**
 * `ops migrate`: an administrator brings the database to this version's schema, or has the rights printed that a kiosk needs there.
 */
import * as v from 'valibot';
import { type Result, fail, ok } from '../../shared/errors.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../core/ports.ts';
import { MYSQL_URL } from '../settings-schema.ts';
import { migrateLedger } from '../store-trial.ts';
import { parseLedgerUrl } from '../stores/mysql/address.ts';
import { grantStatements, parseAccount } from '../stores/mysql/grants.ts';
import type { Migrated } from '../stores/mysql/migrate.ts';
import type { Answer } from './answer.ts';

/** In the environment only: a command line can be read by every user of the machine. */
const ADMIN_URL = 'KIOSK_MYSQL_ADMIN_URL';
const EMBEDDED = 'nothing to do: the embedded stores keep their own file up to date';

/** @param grantsFor USER or USER@HOST: prints rights, connects to nothing */
export async function migrate(config: Config, grantsFor: string | null, environment: NodeJS.ProcessEnv, logger: Logger): Promise<Result<Answer>> {
  const url = environment[ADMIN_URL] || (config.stores?.kind === 'servers' ? config.stores.mysqlUrl : null);
  if (url === null) return grantsFor === null ? ok({ done: `${EMBEDDED}; for a server, set ${ADMIN_URL}` }) : fail('SETTINGS_INVALID', `No database is named: set ${ADMIN_URL} or mysqlUrl.`);
  const checked = v.safeParse(MYSQL_URL, url);
  if (!checked.success) return fail('SETTINGS_INVALID', `environment variable ${ADMIN_URL} ${checked.issues[0].message}.`);
  const { host, port, database } = parseLedgerUrl(url);
  if (grantsFor !== null) {
    const account = parseAccount(grantsFor);
    if (account === null) return fail('USAGE', '--grants must be USER or USER@HOST: letters, digits, dots, dashes and underscores; % in the host for any.');
    return ok({ grants: grantStatements(database, account) });
  }
  const migrated = await migrateLedger(url, config, logger);
  if (!migrated.ok) return migrated;
  return ok({ database: `${database} at ${host}:${port}`, done: whatWasDone(migrated.value), ...migrated.value });
}

function whatWasDone({ from, to, applied }: Migrated): string {
  if (applied.length === 0) return `nothing to do: the database is at version ${to}`;
  return `${from === 0 ? 'the database was not prepared' : `the database was at version ${from}`}, now ${to}: ${applied.join(', ')}`;
}
