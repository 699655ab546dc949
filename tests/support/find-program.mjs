/** Where the programs are that cannot come from npm. Plain Node, no dependencies: it runs before anything is installed. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The full path of a program on the PATH, or in the places where servers live, or null.
 * @param {...string} names tried in this order
 * @returns {string | null}
 */
export function findProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  for (const name of names) {
    for (const folder of folders) {
      const file = join(folder, name);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return null;
}

/**
 * The server itself where Debian has it: the one on its PATH wants to become a user of its own first.
 * @returns {string | null}
 */
export function findRabbitmq() {
  const debians = '/usr/lib/rabbitmq/bin/rabbitmq-server';
  return isExecutable(debians) ? debians : findProgram('rabbitmq-server');
}

/** @returns {string | null} */
export function findChromium() {
  const apps = [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome') ?? apps.find((app) => existsSync(app)) ?? null;
}

/** Debian's own command is a script that does not hand signals on. */
const HEADLESS_SHELL = '/usr/lib/chromium/chromium-headless-shell';

/**
 * For windows nobody sees: Chromium without what makes it a browser, where there is one, starts in half the time.
 * @returns {string | null}
 */
export function findHeadlessChromium() {
  return isExecutable(HEADLESS_SHELL) ? HEADLESS_SHELL : findChromium();
}

/**
 * Electron's binary, or null. Looks at the files only: loading the package would start a download.
 * @returns {string | null}
 */
export function findElectron() {
  const folder = join(ROOT, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const named = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : '';
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const binary = override ? join(override, named || defaultBinary()) : named && join(folder, 'dist', named);
  return binary && isExecutable(binary) ? binary : null;
}

function defaultBinary() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
