/** The programs that npm cannot bring: installed on Debian as root, named precisely everywhere else. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findChromium, findElectron, findProgram, findRabbitmq } from '../find-program.mjs';

const POLICY = '/usr/sbin/policy-rc.d';
/** What the tests are faster with, and do without. */
const HEADLESS_SHELL = 'chromium-headless-shell';

/** Makes sure that everything for this purpose is there. Throws with one instruction when it is not. */
export function ensurePrograms(/** @type {'start' | 'test' | 'ops'} */ purpose) {
  const missing = missingPackages(purpose);
  const isDebian = existsSync('/etc/debian_version') && findProgram('apt-get') !== null;
  if (isDebian && process.getuid?.() === 0) {
    if (missing.length > 0) installWithApt(missing);
    if (purpose === 'test' && findProgram(HEADLESS_SHELL) === null) installWithApt([HEADLESS_SHELL]);
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

function installWithApt(packages) {
  process.stderr.write(`Installing ${packages.join(', ')} with apt-get …\n`);
  // Only the programs are wanted: Debian asks this file before it starts a service.
  const mayStartServices = !existsSync(POLICY);
  if (mayStartServices) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const options = { stdio: /** @type {const} */ (['ignore', 2, 2]), env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
    // Nor shall a server that only the tests need come up at the next boot.
    const servers = ['redis-server', 'rabbitmq-server'].filter((name) => packages.includes(name));
    if (servers.length > 0) spawnSync('systemctl', ['disable', '--quiet', ...servers], { stdio: 'ignore' });
  } finally {
    if (mayStartServices) rmSync(POLICY, { force: true });
  }
}
