/** Electron's `app`: life cycle, paths and the single-instance lock. */
import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chromium, startChromium } from './chromium.ts';
import { onOrder } from './control.ts';
import { record } from './record.ts';
import { takeInstanceLock } from './single-instance.ts';

const events = new EventEmitter();
const paths = new Map<string, string>([
  ['home', homedir()],
  ['temp', tmpdir()],
  ['appData', process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')],
]);
let chromium: Chromium | null = null;
let starting: Promise<void> | null = null;
let quitting = false;

/** The browser behind all windows; there is one as soon as the app is ready. */
export function browser(): Chromium {
  if (chromium === null) throw new Error('The app is not ready yet.');
  return chromium;
}

export function isReady(): boolean {
  return chromium !== null;
}

async function start(): Promise<void> {
  // Electron is never ready in the same turn.
  await Promise.resolve();
  // Electron on Unix quits on these, and a program may take its time.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => calls.quit());
  chromium = startChromium(() => {
    process.stderr.write('The Chromium of the stand-in ended unexpectedly.\n');
    app.exit(1);
  });
  events.emit('ready');
}

function getPath(name: string): string {
  const path = paths.get(name) ?? (name === 'userData' ? join(getPath('appData'), 'Booth Kiosk') : undefined);
  if (path === undefined) throw new Error(`The stand-in knows no path named ${name}.`);
  if (name === 'userData') mkdirSync(path, { recursive: true });
  return path;
}

const calls = {
  isPackaged: false,
  whenReady: () => (starting ??= start()),
  isReady,
  enableSandbox: () => record('app.enableSandbox'),
  getPath,
  setPath(name: string, path: string) {
    paths.set(name, path);
  },
  getLocale: () => process.env['STANDIN_LOCALE'] ?? Intl.DateTimeFormat().resolvedOptions().locale,
  getName: () => 'Booth Kiosk',
  requestSingleInstanceLock: () => takeInstanceLock(getPath('userData'), (argv, cwd) => events.emit('second-instance', {}, argv, cwd)),
  quit() {
    if (quitting) return;
    let prevented = false;
    events.emit('before-quit', { preventDefault: () => (prevented = true) });
    record('quit', prevented ? 'deferred' : 'at once');
    if (prevented) return;
    quitting = true;
    events.emit('will-quit', { preventDefault: () => undefined });
    calls.exit(0);
  },
  exit(code = 0): void {
    chromium?.stop();
    process.exit(code);
  },
} satisfies Partial<Electron.App>;

/** Electron's `app` as far as it goes; `on` and the like are those of an event emitter. */
export const app = Object.assign(events, calls);

onOrder(({ order }) => {
  const details: Electron.Details = { type: 'GPU', reason: 'crashed', exitCode: 1, serviceName: 'GPU', name: 'GPU' };
  if (order === 'lose-graphics') app.emit('child-process-gone', {}, details);
});
