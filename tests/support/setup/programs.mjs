/** The programs that npm cannot bring: installed on Debian as root, named precisely everywhere else. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, findElectron, findHeadlessChromium, findProgram, findRabbitmq, ROOT } from '../find-program.mjs';

const POLICY = '/usr/sbin/policy-rc.d';
/** Tests do without Debian's headless shell, and are faster with it: it is asked for once. */
const HEADLESS_SHELL = 'chromium-headless-shell';
const ASKED = join(ROOT, 'node_modules', '.cache', 'booth-kiosk', HEADLESS_SHELL);

/** Makes sure that everything for this purpose is there. Throws with one instruction when it is not. */
export function ensurePrograms(/** @type {'start' | 'test' | 'ops'} */ purpose) {
  const missing = missingPackages(purpose);
  const isDebian = existsSync('/etc/debian_version') && findProgram('apt-get') !== null;
  if (isDebian && process.getuid?.() === 0) {
    const optional = purpose === 'test' && findHeadlessChromium() === findChromium() && !existsSync(ASKED) ? [HEADLESS_SHELL] : [];
    if (missing.length + optional.length > 0) installWithApt(missing, optional);
    if (optional.length > 0) {
      mkdirSync(join(ASKED, '..'), { recursive: true });
      writeFileSync(ASKED, '');
    }
  }
  if (missing.length === 0) return;
  const still = missingPackages(purpose);
  if (still.length === 0) return;
  const how = isDebian ? `apt-get install --no-install-recommends ${still.join(' ')}` : `your system's packages for: ${still.join(', ')}`;
  throw new Error(`Something is missing on this system. Install it, then try again: ${how}`);
}

/** Debian's names of what is not here. */
function missingPackages(purpose) {
  if (purpose === 'ops') return [];
  const needs = [];
  // With Electron's binary the system has a desktop; the stand-in needs a browser and a screen.
  if (findElectron() === null || purpose === 'test') needs.push(['chromium', findChromium() !== null], ['fonts-noto-cjk', hasKoreanFont()]);
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) needs.push(['xvfb', findProgram('Xvfb') !== null]);
  if (purpose === 'test') {
    needs.push(['redis-server', findProgram('redis-server', 'valkey-server') !== null]);
    needs.push(['mariadb-server-core', findProgram('mariadbd') !== null]);
    needs.push(['rabbitmq-server', findRabbitmq() !== null]);
  }
  return needs.filter(([, isThere]) => !isThere).map(([name]) => name);
}

function hasKoreanFont() {
  if (process.platform !== 'linux' || existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc')) return true;
  const list = spawnSync('fc-list', [':lang=ko', 'family'], { encoding: 'utf8' });
  return list.status === 0 && list.stdout.trim() !== '';
}

/** `optional` that cannot be had does not keep `packages` from being installed. */
function installWithApt(packages, optional) {
  process.stderr.write(`Installing ${[...packages, ...optional].join(', ')} with apt-get …\n`);
  // Only the programs are wanted: Debian asks this file before it starts a service.
  const mayStartServices = !existsSync(POLICY);
  if (mayStartServices) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const options = { stdio: /** @type {const} */ (['ignore', 2, 2]), env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    for (const some of [packages, optional]) if (some.length > 0) spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...some], options);
    // Nor shall a server that only the tests need come up at the next boot.
    const servers = ['redis-server', 'rabbitmq-server'].filter((name) => packages.includes(name));
    if (servers.length > 0) spawnSync('systemctl', ['disable', '--quiet', ...servers], { stdio: 'ignore' });
  } finally {
    if (mayStartServices) rmSync(POLICY, { force: true });
  }
}
