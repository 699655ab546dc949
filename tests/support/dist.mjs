/**
 * `npm run dist`: packages the built program with electron-builder. On networks that cannot reach Electron's downloads,
 * ELECTRON_OVERRIDE_DIST_PATH names a folder with Electron unpacked; `npm run dist -- --dir` then needs nothing else.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './find-program.mjs';

const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
const cli = join(ROOT, 'node_modules', 'electron-builder', 'cli.js');
const args = [...process.argv.slice(2), ...(folder ? [`-c.electronDist=${folder}`] : [])];
const { status } = spawnSync(process.execPath, [cli, '--publish', 'never', ...args], { cwd: ROOT, stdio: 'inherit' });
process.exit(status ?? 1);
