/**
 * The layers hold: renderer → shared; preload → shared; core → shared; stores → the core's ports; nothing → main.
 * Method: parse every source file and look at its imports and names; then plant one violation of each kind and see it found.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './support/find-program.mjs';
import { violations } from './support/layer-rules.ts';

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}

const files = ['shared', 'electron', 'renderer'].flatMap(sources);

it('looks at the whole program', () => {
  expect(files).toContain('electron/main.ts');
  expect(files).toContain('electron/core/operation.ts');
  expect(files).toContain('renderer/main.tsx');
  expect(files.length).toBeGreaterThan(50);
});

it('finds nothing that crosses a layer', () => {
  expect(files.flatMap((file) => violations(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it.each([
  ['renderer/x.tsx', "import { createKiosk } from '../electron/kiosk.ts';", 'may not import electron/kiosk.ts'],
  ['renderer/x.tsx', "import { readFile } from 'node:fs';", 'may not import node:fs'],
  ['renderer/x.tsx', "import { ipcRenderer } from 'electron';", 'may not import electron'],
  ['shared/x.ts', "import type { Config } from '../electron/config.ts';", 'may not import electron/config.ts'],
  ['shared/x.ts', "import * as v from 'valibot';", 'may not import valibot'],
  ['electron/preload.ts', "import { answerRequest } from './requests.ts';", 'may not import electron/requests.ts'],
  ['electron/core/x.ts', "import { Redis } from 'ioredis';", 'may not import ioredis'],
  ['electron/core/x.ts', "export { log } from '../log.ts';", 'may not import electron/log.ts'],
  ['electron/core/x.ts', "const later = () => import('node:timers');", 'may not import node:timers'],
  ['electron/core/x.ts', "type T = import('node:net').Socket;", 'may not import node:net'],
  ['electron/core/x.ts', 'export const now = () => Date.now();', 'uses Date'],
  ['electron/core/x.ts', 'setTimeout(() => undefined, 1);', 'uses setTimeout'],
  ['electron/core/x.ts', 'export const id = Math.random();', 'uses Math.random'],
  ['electron/core/x.ts', "console.log('x');", 'uses console'],
  ['electron/core/x.ts', "const { env } = process;", 'uses process'],
  ['electron/stores/redis/x.ts', "import { settle } from '../../core/settle.ts';", 'may not import electron/core/settle.ts'],
  ['electron/stores/redis/x.ts', "import { app } from 'electron';", 'may not import electron'],
  ['electron/stores/mysql/x.ts', "import { connect } from 'amqplib';", 'may not import amqplib'],
  ['electron/notify/x.ts', "import { Redis } from 'ioredis';", 'may not import ioredis'],
  ['electron/notify/x.ts', "import type { Ledger } from '../core/ledger.ts';", 'may not import electron/core/ledger.ts'],
  ['electron/log/x.ts', "import { createKiosk } from '../kiosk.ts';", 'may not import electron/kiosk.ts'],
  ['electron/kiosk.ts', "import './main.ts';", 'nothing may'],
  ['electron/kiosk.ts', "import { app } from 'electron';", 'may not import electron'],
  ['electron/cli/x.ts', "import { openKioskWindow } from '../window.ts';", 'may not import electron/window.ts'],
  ['electron/window.ts', "import { ipcMain } from 'electron';", 'uses ipcMain'],
  ['electron/ipc.ts', "import { ipcRenderer as ipcMain } from 'electron';", 'uses ipcRenderer'],
  ['electron/kiosk.ts', "logger.log('warn', 'choice not kept', {});", 'joined by dashes'],
  ['electron/kiosk.ts', 'core.logger.log(level, `alert ${state}`);', 'joined by dashes'],
  ['electron/kiosk.ts', '\n'.repeat(401), 'the limit'],
])('finds what is planted in %s: %s', (file, text, expected) => {
  expect(violations(file, text).join('\n')).toContain(expected);
});

it.each([
  ['electron/core/x.ts', "// Date and setTimeout\nconst text = 'process'; export const lock = { process: text, Date: 1 }; export const p = lock.process;"],
  ['electron/stores/redis/x.ts', "import type { Ticket } from '../../core/waiting.ts'; import { createHash } from 'node:crypto';"],
  ['electron/kiosk.ts', "logger.log('warn', 'choice-not-kept', {}); logger.log(level, `alert-${state}`); events.log('The window failed.'); Math.log(2);"],
  ['electron/kiosk.ts', `${'\n'.repeat(399)}export {};\n`],
])('does not cry wolf over %s', (file, text) => {
  expect(violations(file, text)).toEqual([]);
});
