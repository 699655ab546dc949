/** MySQL, with files as small as it allows; initialising takes seconds, a start from the copied folder well under one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_PASSWORD, type SqlProduct } from './sql-product.ts';

export const MYSQL: SqlProduct = {
  name: 'MySQL',
  options: ({ tree }) => [
    '--no-defaults',
    '--skip-name-resolve',
    '--performance-schema=0',
    '--innodb-buffer-pool-size=16M',
    '--innodb-redo-log-capacity=8M',
    '--innodb-data-file-path=ibdata1:5M:autoextend',
    '--innodb-autoextend-increment=1',
    '--skip-log-bin',
    '--mysqlx=0',
    '--secure-file-priv=NULL',
    ...(tree === null ? [] : [`--basedir=${tree}`, `--lc-messages-dir=${join(tree, 'share', 'mysql')}`]),
  ],
  initialise(_program, { data, scratch }, run) {
    const accounts = join(scratch, 'accounts.sql');
    writeFileSync(accounts, [
      `ALTER USER 'root'@'localhost' IDENTIFIED BY '${ROOT_PASSWORD}';`,
      `CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '${ROOT_PASSWORD}';`,
      `GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`, '',
    ].join('\n'));
    run(['--initialize-insecure', `--init-file=${accounts}`, `--datadir=${data}`]);
  },
};
