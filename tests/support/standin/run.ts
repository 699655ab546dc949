/**
 * Runs the built program on the stand-in for Electron: `node run.ts APP_FOLDER [arguments of the program]`.
 * Where Electron's binary cannot be had, the same built main and preload run in Node with a module named `electron`
 * that implements the calls the program makes, and a system Chromium shows the windows.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ORPHAN_POLL_MS = 500;

const appFolder = resolve(process.argv[2] ?? '.');
const electronUrl = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isElectron = specifier === 'electron' || specifier === 'electron/main';
    return nextResolve(isElectron ? electronUrl : specifier, context);
  },
});

// Electron's own argv: the program, the app's folder, then the user's arguments.
process.argv = [process.execPath, appFolder, ...process.argv.slice(3)];
process.stderr.write('This is the stand-in for Electron: the window is a system Chromium.\n');

// Whoever started this may be killed outright; a kiosk that nobody can stop any more must not stay behind.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, ORPHAN_POLL_MS).unref();

const { main } = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')) as { main: string };
await import(pathToFileURL(join(appFolder, main)).href);
