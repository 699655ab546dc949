/** A server from another release of Debian, with every library it needs, unpacked aside: the system's packages are not touched. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../find-program.mjs';
import { unpackedServer } from '../find-sql-server.mjs';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const DEFAULT_MIRROR = 'http://deb.debian.org/debian/';
const NETWORK_TIMEOUT_S = 10;
const STEP_TIMEOUT_MS = 180_000;
const KEPT = { usr: ['lib', 'sbin', 'share'], 'usr/share': ['mysql', 'mariadb'] };

/** Throws, with the reason in one sentence, when the server cannot be had. */
export function unpackFromDebian(/** @type {{ suite: string, package: string }} */ source, /** @type {string} */ folder) {
  if (findProgram('apt-get') === null || findProgram('dpkg-deb') === null || !existsSync(KEYRING)) {
    throw new Error("it comes from Debian's packages, and this system is not Debian");
  }
  mkdirSync(join(folder, '..'), { recursive: true, mode: 0o755 });
  const making = mkdtempSync(`${folder}-making-`);
  try {
    const apt = privateApt(join(making, 'apt'), source.suite);
    apt('update', '-qq');
    apt('install', '-qq', '--yes', '--download-only', source.package);
    unpack(join(making, 'apt', 'cache', 'archives'), join(making, 'tree'));
    if (unpackedServer(join(making, 'tree')) === null) throw new Error(`the package ${source.package} has no server in it`);
    place(join(making, 'tree'), folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** apt-get with sources, lists and archives of its own, which believes that nothing is installed. */
function privateApt(folder, suite) {
  for (const each of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, each), { recursive: true });
  const file = (name, text) => (writeFileSync(join(folder, name), text), join(folder, name));
  const sources = file('sources.list', `deb [signed-by=${KEYRING}] ${mirror()} ${suite} main\n`);
  const settings = {
    'Dir::State': folder, 'Dir::State::lists': join(folder, 'lists'), 'Dir::State::status': file('status', ''), 'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::SourceList': sources, 'Dir::Etc::SourceParts': '/dev/null', 'Dir::Etc::Preferences': '/dev/null', 'Dir::Etc::PreferencesParts': '/dev/null',
    'APT::Sandbox::User': 'root', 'APT::Install-Recommends': 'false', 'APT::Update::Error-Mode': 'any', 'Acquire::Languages': 'none',
    'Acquire::Retries': '1', 'Acquire::http::Timeout': `${NETWORK_TIMEOUT_S}`, 'Acquire::https::Timeout': `${NETWORK_TIMEOUT_S}`,
  };
  // What the machine does after an update of its own, and the release it prefers, have no say here.
  const cleared = ['APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success', 'APT::Default-Release'].map((name) => `#clear ${name};`);
  const config = file('apt.conf', [...cleared, ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`), ''].join('\n'));
  return (...args) => run('apt-get', ['-c', config, ...args]);
}

/** The mirror this machine was given for Debian itself, however its sources are written. */
function mirror() {
  const list = spawnSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8' }).stdout ?? '';
  return /^'(https?:\S+\/debian\/)dists\/[^/]+\/main\//m.exec(list)?.[1] ?? DEFAULT_MIRROR;
}

function unpack(archives, tree) {
  for (const name of readdirSync(archives)) if (name.endsWith('.deb')) run('dpkg-deb', ['-x', join(archives, name), tree]);
  // The server itself is a third of it all; the rest is for administrators and maintainer scripts.
  for (const [parent, kept] of Object.entries(KEPT)) {
    for (const name of readdirSync(join(tree, parent))) if (!kept.includes(name)) rmSync(join(tree, parent, name), { recursive: true });
  }
}

/** Another process may have been faster; then its copy serves as well. */
function place(tree, folder) {
  try {
    renameSync(tree, folder);
  } catch (error) {
    if (unpackedServer(folder) === null) throw error;
  }
}

function run(program, args) {
  const options = { encoding: /** @type {const} */ ('utf8'), timeout: STEP_TIMEOUT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } };
  const { status, error, stderr } = spawnSync(program, args, options);
  if (error !== undefined) throw new Error(`${program} was given up: ${error.message}`);
  const problem = stderr.split('\n').find((line) => line.startsWith('E: ')) ?? stderr.trim().split('\n').at(-1) ?? '';
  if (status !== 0) throw new Error(`${program} failed: ${problem.replace(/^E: /, '') || `exit code ${status}`}`);
}
