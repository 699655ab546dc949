import type { Query } from './query.ts';
import { NEEDED_VERSION, schemaVersion } from './migrate.ts';
import { checkServes, describeServer } from './prepare.ts';
import { toId, toText } from '../row-values.ts';
import { checkFestivalShape } from './schema-check.ts';

/** What the set-up screen shows about a database that was tried. */
export interface LedgerInspection {
  /** e.g. "MariaDB 10.11.14". */
  readonly server: string;
  /** empty: no festival tables, migrating creates them. behind: has to be migrated before this kiosk can serve. */
  readonly schema: 'ready' | 'behind' | 'empty';
  readonly booths: readonly { readonly id: number; readonly name: string }[];
}

/** Throws StoreFailure LEDGER_UNFIT where migrating or serving would: a table of a foreign shape, a wrong zone, a missing right, a server too old. */
export async function inspectDatabase(query: Query, timeZone: string): Promise<LedgerInspection> {
  const { server } = await describeServer(query);
  await checkFestivalShape(query);
  const isBehind = (await schemaVersion(query)) < NEEDED_VERSION;
  if (!isBehind) await checkServes(query, timeZone);
  const tables = await query("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('users', 'booth', 'waiting')");
  const present = new Set(tables.rows.map((row) => toText(row['t'])));
  if (!present.has('booth')) return { server, schema: present.size === 0 ? 'empty' : 'behind', booths: [] };
  const { rows } = await query('SELECT id, name FROM booth ORDER BY id');
  return { server, schema: isBehind ? 'behind' : 'ready', booths: rows.map((row) => ({ id: toId(row['id'], 'booth'), name: toText(row['name']) })) };
}
