/** The npm packages, exactly as the lock file names them. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../find-program.mjs';

const STAMP = join(ROOT, 'node_modules', '.setup-stamp');

/** Installs the packages unless they were installed for this very lock file. Throws when npm fails. */
export function ensurePackages() {
  const wanted = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('Installing the npm packages …\n');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  // npm's own chatter goes to stderr with the rest.
  const { status } = spawnSync(command, [...first, ...args], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('npm ci failed; see above.');
  writeFileSync(STAMP, wanted);
}
