/**
 * `npm start`: the built program on Electron, or on the stand-in where Electron's binary is not there;
 * without a display, on a screen in memory. Arguments after `--` are the program's.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findElectron, ROOT } from './find-program.mjs';
import { hasDisplay, startVirtualScreen } from './virtual-screen.mjs';

const EXIT_NO_DISPLAY = 2;
const ORPHAN_POLL_MS = 500;
const args = process.argv.slice(2);

function command() {
  const electron = findElectron();
  if (electron === null) {
    const standin = join(ROOT, 'tests', 'support', 'standin', 'run.ts');
    return [process.execPath, '--disable-warning=ExperimentalWarning', standin, ROOT, ...args];
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [electron, ROOT, ...args];
  process.stderr.write('Running as root: Electron’s sandbox is off. Use an ordinary user at the festival.\n');
  return [electron, '--no-sandbox', ROOT, ...args];
}

const screen = hasDisplay() ? undefined : await startVirtualScreen();
if (screen === null) {
  process.stderr.write('There is no display, and Xvfb, which would stand in for one, is not installed (on Debian: apt-get install xvfb).\n');
  process.exit(EXIT_NO_DISPLAY);
}
if (screen) process.stderr.write(`There is no display; the window is on the virtual screen ${screen.display}.\n`);

const [program, ...rest] = command();
const env = screen ? { ...process.env, DISPLAY: screen.display } : process.env;
const child = spawn(program, rest, { stdio: 'inherit', env });
// Ctrl-C reaches both; kill reaches only this process. Either way the program drains before this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
// npm passes a signal on to its shell only, which dies without telling anybody: being orphaned is the signal then.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, ORPHAN_POLL_MS);
child.once('error', (error) => {
  process.stderr.write(`The program could not be started: ${error.message}\n`);
  screen?.stop();
  process.exit(1);
});
child.once('exit', (code) => {
  screen?.stop();
  process.exit(code ?? 1);
});
