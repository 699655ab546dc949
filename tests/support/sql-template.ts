/** The initialised data folder all servers of one version are copied from, made once per machine and user. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlProgram } from './find-sql-server.mjs';
import { giveToServer, serverUser } from './server-user.ts';
import type { SqlProduct } from './sql-product.ts';

/** Raised when a product's options or accounts change: older folders no longer fit. */
const LAYOUT = 2;

/** The path of the folder. Made aside and renamed, so that parallel test files never see half of it. */
export function sqlTemplate(product: SqlProduct, program: SqlProgram): string {
  const version = run(program, ['--no-defaults', '--version']);
  const key = (/Ver (\S+)/.exec(version)?.[1] ?? 'unknown').replaceAll(/[^\w.-]/g, '_');
  const path = join(tmpdir(), `kiosk-${product.name.toLowerCase()}-template-${process.getuid?.() ?? 0}-${key}-${LAYOUT}`);
  if (existsSync(path) && statSync(path).uid === (serverUser().uid ?? process.getuid?.())) return path;
  const scratch = mkdtempSync(`${path}-making-`);
  const data = join(scratch, 'data');
  try {
    mkdirSync(data, { mode: 0o700 });
    giveToServer(scratch);
    product.initialise(program, { data, scratch }, (args, input) => void run(program, [...product.options(program), ...args], input));
    renameSync(data, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path;
}

function run({ command: [file = '', ...first] }: SqlProgram, args: readonly string[], input = ''): string {
  const { status, error, stdout, stderr } = spawnSync(file, [...first, ...args], { ...serverUser(), input, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout;
}
