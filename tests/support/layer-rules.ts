/**
 * Which source file may import what, and what the core may not touch. Rules look at parsed code, so comments and strings do not count.
 */
import { posix } from 'node:path';
import { parseSync } from 'vite';

const MAX_LINES = 400;
const UI_LIBRARIES = ['react', 'react-dom', 'zustand', 'lucide-react', '@tanstack/react-virtual', '@lingui/core', '@lingui/react', '@lingui/message-utils', 'es-hangul'];
const DRIVERS = ['ioredis', 'mysql2'];
const OUTSIDE_OF_CORE = [
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Intl'],
  ...['console', 'process', 'Buffer', 'crypto', 'fetch', 'globalThis', 'window', 'document'],
];

interface Layer {
  /** Whether the layer is about this file; the first layer that is counts. */
  readonly holds: (file: string) => boolean;
  /** Targets: files as paths from the root, packages by name, Node's modules as node:name. */
  readonly mayImport: (target: string) => boolean;
}

const within = (...folders: string[]) => (file: string) => folders.some((folder) => file.startsWith(`${folder}/`));
const oneOf = (...names: string[]) => (target: string) => names.some((name) => target === name || target.startsWith(`${name}/`));
const either = (...tests: ((target: string) => boolean)[]) => (target: string) => tests.some((test) => test(target));
const exactly = (...files: string[]) => (file: string) => files.includes(file);

/** The files that are about Electron itself; all others of the main process run without it. */
const SHELL = ['main', 'window', 'screen-window', 'display-window', 'ipc', 'lock-down', 'key-store'].map((name) => `electron/${name}.ts`);
const notTheShell = (target: string) => !SHELL.includes(target) && target !== 'electron/preload.ts';

const LAYERS: readonly Layer[] = [
  { holds: within('shared'), mayImport: within('shared') },
  { holds: within('renderer'), mayImport: either(within('shared', 'renderer'), oneOf(...UI_LIBRARIES)) },
  { holds: exactly('electron/preload.ts'), mayImport: either(within('shared'), exactly('electron')) },
  { holds: within('electron/core'), mayImport: within('shared', 'electron/core') },
  {
    holds: within('electron/stores'),
    mayImport: either(
      within('shared', 'electron/stores'),
      exactly('electron/core/ports.ts', 'electron/core/ledger.ts', 'electron/core/waiting.ts'),
      oneOf(...DRIVERS),
      (target) => target.startsWith('node:'),
    ),
  },
  {
    holds: within('electron/notify'),
    mayImport: either(
      within('shared', 'electron/notify'),
      exactly('electron/core/ports.ts', ...['backoff', 'connect-reasons', 'sentence', 'tls'].map((name) => `electron/stores/${name}.ts`)),
      exactly('amqplib'),
      (target) => target.startsWith('node:'),
    ),
  },
  {
    holds: within('electron/log'),
    mayImport: either(within('electron/log'), exactly('electron/config.ts', 'electron/core/ports.ts', 'rotating-file-stream'), (target) => target.startsWith('node:')),
  },
  {
    holds: exactly(...SHELL),
    mayImport: either(within('shared', 'electron'), exactly('electron'), (target) => target.startsWith('node:')),
  },
  {
    holds: within('electron'),
    mayImport: either((target) => within('shared', 'electron')(target) && notTheShell(target), oneOf('valibot', 'uuid'), (target) => target.startsWith('node:')),
  },
];

/** Everything wrong with one source file, as sentences; `file` is its path from the root. */
export function violations(file: string, text: string): string[] {
  const found: string[] = [];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > MAX_LINES) found.push(`${file} has ${lines} lines; ${MAX_LINES} is the limit`);
  const layer = LAYERS.find(({ holds }) => holds(file));
  if (layer === undefined) return [...found, `${file} belongs to no layer`];
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) return [...found, `${file} cannot be parsed`];
  const seen = look(program);
  for (const specifier of seen.imports) {
    const target = resolve(file, specifier);
    if (target === 'electron/main.ts' || target === 'electron/cli.ts') found.push(`${file} imports ${target}: nothing may`);
    else if (!layer.mayImport(target)) found.push(`${file} may not import ${target}`);
  }
  for (const [name, owner] of [['ipcMain', 'electron/ipc.ts'], ['ipcRenderer', 'electron/preload.ts']] as const) {
    if (seen.names.has(name) && file !== owner) found.push(`${file} uses ${name}: only ${owner} may`);
  }
  for (const event of seen.events) if (!/^[a-z0-9-]+$/.test(event)) found.push(`${file} logs "${event}": events are named in words joined by dashes`);
  if (within('electron/core')(file)) {
    for (const name of OUTSIDE_OF_CORE) if (seen.names.has(name)) found.push(`${file} uses ${name}: the core takes such things through its ports`);
    if (seen.members.has('Math.random')) found.push(`${file} uses Math.random: the core takes randomness through its ports`);
  }
  return found;
}

function resolve(file: string, specifier: string): string {
  const [path = specifier] = specifier.split('?');
  return path.startsWith('.') ? posix.join(posix.dirname(file), path) : path;
}

interface Seen {
  readonly imports: string[];
  /** Names of logged events, as far as they are written out. */
  readonly events: string[];
  readonly names: Set<string>;
  readonly members: Set<string>;
}

type Node = { readonly type: string } & Record<string, unknown>;

function look(program: unknown): Seen {
  const seen: Seen = { imports: [], events: [], names: new Set(), members: new Set() };
  visit(program, seen);
  return seen;
}

function visit(value: unknown, seen: Seen): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, seen);
    return;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return;
  const node = value as Node;
  const source = node['source'] as { value?: unknown } | null | undefined;
  if (typeof source?.value === 'string') seen.imports.push(source.value);
  if (node.type === 'CallExpression' && isNamed(node['callee'], 'log')) seen.events.push(...textsOf((node['arguments'] as unknown[])[1]));
  if (node.type === 'ImportSpecifier') seen.names.add(nameOf(node['imported']));
  if (node.type === 'Identifier') seen.names.add(nameOf(node));
  if (node.type === 'MemberExpression') seen.members.add(`${nameOf(node['object'])}.${nameOf(node['property'])}`);
  for (const [key, child] of Object.entries(node)) {
    // What is only called so, `lock.process` or `{ process: 1 }`, is not the thing itself.
    const isLabel = (key === 'property' || key === 'key') && node['computed'] === false;
    if (!isLabel) visit(child, seen);
  }
}

function isNamed(callee: unknown, method: string): boolean {
  return nameOf((callee as Node)['property']) === method;
}

/** The parts of a text that stand in the source. */
function textsOf(node: unknown): string[] {
  const { type, value, quasis } = (node ?? {}) as { type?: string; value?: unknown; quasis?: readonly { readonly value: { readonly cooked: string } }[] };
  if (type === 'Literal' && typeof value === 'string') return [value];
  return (quasis ?? []).map((part) => part.value.cooked).filter((part) => part !== '');
}

function nameOf(node: unknown): string {
  const { name, value } = (node ?? {}) as { name?: unknown; value?: unknown };
  return String(name ?? value ?? '');
}
