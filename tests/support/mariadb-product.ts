/** MariaDB, initialised by its own scripts through --bootstrap: a fraction of a second, 20 MB. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlProgram } from './find-sql-server.mjs';
import { ROOT_PASSWORD, type SqlProduct } from './sql-product.ts';

const SHARES = ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mysql', '/opt/homebrew/share/mysql'];

export const MARIADB: SqlProduct = {
  name: 'MariaDB',
  options: (program) => [
    '--no-defaults',
    '--skip-name-resolve',
    '--performance-schema=0',
    '--innodb-buffer-pool-size=16M',
    '--innodb-log-file-size=8M',
    '--innodb-data-file-path=ibdata1:4M:autoextend',
    '--innodb-undo-tablespaces=0',
    ...(program.tree === null ? [] : [`--lc-messages-dir=${share(program)}`, `--character-sets-dir=${join(share(program), 'charsets')}`]),
  ],
  initialise(program, { data }, run) {
    const priv = `JSON_OBJECT('access', 18446744073709551615, 'plugin', 'mysql_native_password', 'authentication_string', PASSWORD('${ROOT_PASSWORD}'))`;
    const input = [
      'CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket=NULL;',
      script(program, 'system_tables'), script(program, 'performance_tables'), script(program, 'system_tables_data'),
      `REPLACE INTO global_priv VALUES ('127.0.0.1', 'root', ${priv}), ('localhost', 'root', ${priv});`, '',
    ].join('\n');
    run(['--bootstrap', `--datadir=${data}`], input);
  },
};

function share(program: SqlProgram): string {
  const shares = program.tree === null ? SHARES : ['mysql', 'mariadb'].map((name) => join(program.tree ?? '', 'share', name));
  const found = shares.find((folder) => scriptIn(folder, 'system_tables') !== undefined);
  if (found === undefined) throw new Error('The system tables of MariaDB (mysql_system_tables.sql) were not found.');
  return found;
}

function script(program: SqlProgram, name: string): string {
  const path = scriptIn(share(program), name);
  return path === undefined ? '' : readFileSync(path, 'utf8');
}

function scriptIn(folder: string, name: string): string | undefined {
  return ['mysql', 'mariadb'].map((product) => join(folder, `${product}_${name}.sql`)).find((path) => existsSync(path));
}
