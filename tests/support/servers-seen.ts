/**
 * Which servers a test run met, told by the servers themselves: test processes add a line per server they start to a list the
 * reporter began, and the reporter reads it at the end.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const VARIABLE = 'KIOSK_TEST_SERVERS_SEEN';

export interface SeenServer {
  /** e.g. "MySQL 9.7.4". */
  readonly server: string;
  /** The vitest project and the file that started it. */
  readonly project: string;
  readonly file: string;
}

/** Begins the list; processes started from now on find it through their environment. */
export function beginList(): void {
  process.env[VARIABLE] ??= join(mkdtempSync(join(tmpdir(), 'kiosk-servers-seen-')), 'list');
}

/** Adds to the list; outside a run that began one nothing happens. */
export function addToList(seen: SeenServer): void {
  const list = process.env[VARIABLE];
  if (list !== undefined) appendFileSync(list, `${JSON.stringify(seen)}\n`);
}

/** Answers the list and removes it. */
export function endList(): readonly SeenServer[] {
  const list = process.env[VARIABLE];
  if (list === undefined) return [];
  delete process.env[VARIABLE];
  const text = existsSync(list) ? readFileSync(list, 'utf8') : '';
  rmSync(dirname(list), { recursive: true, force: true });
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as SeenServer);
}
