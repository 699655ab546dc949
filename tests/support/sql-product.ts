/** What differs between the products that speak MySQL's protocol, as far as starting one for a test goes. */
import type { SqlProgram } from './find-sql-server.mjs';

export const ROOT_PASSWORD = 'p@ss:w/rd';

export interface SqlProduct {
  readonly name: 'MariaDB' | 'MySQL';
  /** Data, undo and log files must be laid out alike when the folder is initialised and when it is served: one list for both. */
  options(program: SqlProgram): readonly string[];
  /**
   * Makes `data` (there, and empty) a folder with the system tables and an administrator who has a password; `scratch` is for
   * files of its own. `run` runs the server with these arguments and `options` until it ends, and throws when it fails.
   */
  initialise(program: SqlProgram, folders: { readonly data: string; readonly scratch: string }, run: (args: readonly string[], input?: string) => void): void;
}
