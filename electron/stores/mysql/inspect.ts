import type { Query } from './query.ts';
import { describeServer } from './prepare.ts';
import { toId, toText } from '../row-values.ts';
import { checkFestivalShape } from './schema-check.ts';

/** What the set-up screen shows about a database that was tried. */
export interface LedgerInspection {
  /** e.g. "MariaDB 10.11.14". */
  readonly server: string;
  /** It has no festival tables; preparing creates them. */
  readonly empty: boolean;
  readonly booths: readonly { readonly id: number; readonly name: string }[];
}

/** Throws StoreFailure LEDGER_UNFIT where preparing would: a table of a foreign shape, a server too old. */
export async function inspectDatabase(query: Query): Promise<LedgerInspection> {
  const { server } = await describeServer(query);
  await checkFestivalShape(query);
  const tables = await query("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('users', 'booth', 'waiting')");
  const present = new Set(tables.rows.map((row) => toText(row['t'])));
  if (!present.has('booth')) return { server, empty: present.size === 0, booths: [] };
  const { rows } = await query('SELECT id, name FROM booth ORDER BY id');
  return { server, empty: false, booths: rows.map((row) => ({ id: toId(row['id'], 'booth'), name: toText(row['name']) })) };
}
