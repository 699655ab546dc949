/** Whether this account may do all a kiosk ever does, found out without doing any of it: a lack would show at the first tap otherwise. */
import { serverErrno } from './errors.ts';
import { KIOSK_RIGHTS } from './grants.ts';
import type { Query } from './query.ts';
import { unfit } from './schema-check.ts';

const DENIED: ReadonlySet<number> = new Set([1142, 1143]);
/** Any column of a table that is updated as a whole. */
const SOME_COLUMN: Readonly<Record<string, string>> = {
  kiosk_booth: 'gen', kiosk_queue: 'gone_at', kiosk_number: 'last', kiosk_mirror: 'epoch', kiosk_presence: 'since', kiosk_alert: 'seen_at',
};

/** A statement that changes nothing and is refused without the right. What is read is read at once: no statement is needed for that. */
function harmless(table: string, right: string): string | null {
  const column = /^UPDATE(?: \((\w+)\))?$/.exec(right);
  if (column !== null) {
    const name = column[1] ?? SOME_COLUMN[table] ?? '';
    return `UPDATE \`${table}\` SET ${name} = ${name} WHERE FALSE`;
  }
  if (right === 'INSERT') return `INSERT INTO \`${table}\` SELECT * FROM \`${table}\` WHERE FALSE`;
  return right === 'DELETE' ? `DELETE FROM \`${table}\` WHERE FALSE` : null;
}

/** Throws StoreFailure LEDGER_UNFIT naming every right that is missing. One statement for each right but SELECT; for all columns of a table one, unless it is refused. */
export async function checkRights(query: Query): Promise<void> {
  const missing: string[] = [];
  for (const [table, rights] of Object.entries(KIOSK_RIGHTS)) {
    const columns = rights.flatMap((right) => /^UPDATE \((\w+)\)$/.exec(right)?.[1] ?? []);
    const all = columns.map((column) => `${column} = ${column}`).join(', ');
    const allColumns = columns.length > 0 && (await isAllowed(query, `UPDATE \`${table}\` SET ${all} WHERE FALSE`));
    for (const right of rights) {
      const statement = allColumns && right.startsWith('UPDATE') ? null : harmless(table, right);
      if (statement !== null && !(await isAllowed(query, statement))) missing.push(`${right} on ${table}`);
    }
  }
  if (missing.length > 0) throw unfit(`this account lacks ${missing.join(', ')}: run what "ops migrate --grants" prints`);
}

async function isAllowed(query: Query, statement: string): Promise<boolean> {
  try {
    await query(statement);
    return true;
  } catch (error) {
    if (DENIED.has(serverErrno(error) ?? 0)) return false;
    throw error;
  }
}
