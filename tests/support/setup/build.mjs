/** The built program in dist/, rebuilt whenever a source differs from what was built. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../find-program.mjs';

const SOURCES = ['shared', 'electron', 'renderer', 'vite.config.ts', 'package-lock.json'];
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.build-stamp');
const LOCK = join(DIST, '.building');
const LOCK_POLL_MS = 50;
/** A build takes seconds; a lock this old was left by a process that died. */
const LOCK_STALE_MS = 60_000;

/** Builds unless dist/ is the build of these very sources. Several processes may ask at once. Throws when the build fails. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  mkdirSync(DIST, { recursive: true });
  await takeLock();
  try {
    if (isBuilt()) return;
    const fingerprint = sourceFingerprint();
    await build();
    writeFileSync(STAMP, fingerprint);
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourceFingerprint();
}

function sourceFingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToHash(hash, join(ROOT, source));
  return hash.digest('hex');
}

function addToHash(hash, path) {
  if (!statSync(path).isDirectory()) {
    hash.update(path.slice(ROOT.length)).update('\0').update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name));
}

async function takeLock() {
  for (;;) {
    try {
      mkdirSync(LOCK);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const made = statSync(LOCK, { throwIfNoEntry: false });
    if (made !== undefined && Date.now() - made.mtimeMs > LOCK_STALE_MS) rmSync(LOCK, { recursive: true, force: true });
    else await pause(LOCK_POLL_MS);
  }
}

/** Runs Vite on the Node of the packages: the system's may be too old for it. Never as a test: React would be the one for development. */
function build() {
  const node = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  // Vitest says NODE_ENV=test, of which Vite would make the screens with React for development: larger, slower, every effect run twice.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(existsSync(node) ? node : process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(undefined) : reject(new Error('The build failed; see above.'))));
  });
}
