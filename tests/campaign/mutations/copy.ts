/** A copy of the tree in a temporary folder, in which mistakes are made and checks run: the checkout itself is never touched. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../support/find-program.mjs';
import { applyPatches, type Check, type Patch } from './mutation.ts';
import type { CheckRun } from './verdict.ts';

/** All that the checks read, and what they are run by. */
const PARTS = ['shared', 'electron', 'renderer', 'tests', 'docs', 'package.json', 'tsconfig.base.json', 'tsconfig.json'];

export interface SourceCopy {
  /** Runs the check on the copy with these patches, which are taken back afterwards. Throws when a patch does not fit. */
  run(patches: readonly Patch[], check: Check): Promise<CheckRun>;
  remove(): void;
}

export function copySources(): SourceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-mutations-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return {
    async run(patches, check) {
      const restore = applyPatches(folder, patches);
      try {
        return await runCheck(folder, check);
      } finally {
        restore();
      }
    },
    remove,
  };
}

async function runCheck(folder: string, { file, only }: Check): Promise<CheckRun> {
  const report = join(folder, 'check-report.json');
  rmSync(report, { force: true });
  const config = join(folder, 'tests', 'campaign', 'mutations', 'vitest.config.ts');
  const args = [join(folder, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', config, file, ...(only === undefined ? [] : ['-t', only])];
  const said = await runNode(folder, args, { KIOSK_CHECK_REPORT: report });
  if (!existsSync(report)) return { collected: 0, passed: 0, failed: [], outside: [`no report of ${file}: ${said}`] };
  return JSON.parse(readFileSync(report, 'utf8')) as CheckRun;
}

/** Answers the last of what it said. A check that is red ends with an exit code of its own: the report tells. */
function runNode(folder: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-1_000)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
}
