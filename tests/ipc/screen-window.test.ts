/** A window that fails is replaced, whatever its failure; a closed one is not, and one that fails for ever is given up. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RECOVERY_PAUSES_MS } from '../../electron/recovery.ts';
import { openScreenWindow, replaceHung, roleOf, type ScreenWindow } from '../../electron/screen-window.ts';

class FakeWindow extends EventEmitter {
  static readonly opened: FakeWindow[] = [];
  readonly webContents = new EventEmitter();
  readonly options: { readonly webPreferences: object };
  destroyed = false;
  constructor(options: FakeWindow['options']) {
    super();
    this.options = options;
    FakeWindow.opened.push(this);
  }
  loadURL = (): Promise<void> => Promise.resolve();
  isDestroyed = (): boolean => this.destroyed;
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('closed');
  }
}
vi.mock('electron', async () => {
  const events = await import('node:events');
  return { app: new events.EventEmitter(), BrowserWindow: class { constructor(options: FakeWindow['options']) { return new FakeWindow(options); } } };
});

const seen: string[] = [];
let screen: ScreenWindow;
const { opened } = FakeWindow;
const last = (): FakeWindow => opened.at(-1) as FakeWindow;

beforeEach(() => {
  vi.useFakeTimers();
  opened.length = 0;
  seen.length = 0;
  screen = openScreenWindow({ role: 'display', window: {}, preloadPath: '/preload.cjs' }, { log: (message) => seen.push(message), onReady: () => seen.push('ready'), onGivenUp: () => seen.push('given up'), onClosed: () => seen.push('closed') });
});
afterEach(() => {
  try {
    screen.close();
  } finally {
    vi.useRealTimers();
  }
});

const graphicsEnd = async (details: { type: string; reason: string }): Promise<void> => {
  const { app } = await import('electron');
  app.emit('child-process-gone', {} as never, details as never);
};

it.each([
  ['page has ended', () => last().webContents.emit('render-process-gone', {}, { reason: 'oom' })],
  ['page does not respond', () => last().emit('unresponsive')],
  ['page does not take what it is sent', () => replaceHung(last().webContents as never)],
  ['graphics process has ended', () => graphicsEnd({ type: 'GPU', reason: 'crashed' })],
])('whose %s gives way to a new one of the same role', async (_what, fail) => {
  await Promise.resolve(fail());
  vi.advanceTimersByTime(0);
  expect(opened).toHaveLength(2);
  expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, false]);
  expect(roleOf(last().webContents as never)).toBe('display');
  expect(seen).toEqual([expect.stringMatching(/^The window \(display\) is replaced in 0 ms: /)]);
});

it.each([
  ['that is no graphics process', { type: 'Utility', reason: 'crashed' }],
  ['that ended in good order', { type: 'GPU', reason: 'clean-exit' }],
])('is not troubled by a process %s', async (_which, details) => {
  await graphicsEnd(details);
  vi.advanceTimersByTime(60_000);
  expect(opened).toHaveLength(1);
});

it('is replaced once for two failures of the same window', () => {
  last().emit('unresponsive');
  last().webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  vi.advanceTimersByTime(0);
  opened[0]?.emit('unresponsive');
  vi.advanceTimersByTime(60_000);
  expect(opened).toHaveLength(2);
});

it('is tried with growing pauses, then given up, and stays so', () => {
  for (const pauseMs of RECOVERY_PAUSES_MS) {
    const before = opened.length;
    last().emit('unresponsive');
    vi.advanceTimersByTime(Math.max(0, pauseMs - 1));
    expect(opened).toHaveLength(pauseMs === 0 ? before + 1 : before);
    vi.advanceTimersByTime(1);
    expect(opened).toHaveLength(before + 1);
  }
  last().emit('unresponsive');
  vi.advanceTimersByTime(60_000);
  expect(opened).toHaveLength(RECOVERY_PAUSES_MS.length + 1);
  expect(seen.slice(-2)).toEqual([expect.stringContaining('failed 6 times'), 'given up']);
});

it('closed by somebody is not opened again, not even in the middle of a replacement', () => {
  last().emit('unresponsive');
  last().destroy();
  vi.advanceTimersByTime(60_000);
  expect(opened).toHaveLength(1);
  expect(seen.at(-1)).toBe('closed');
});

it('closed by the program tells nobody', () => {
  screen.close();
  last().emit('unresponsive');
  vi.advanceTimersByTime(60_000);
  expect([opened.length, seen]).toEqual([1, []]);
});

it('is locked down, every one of them', () => {
  last().emit('unresponsive');
  vi.advanceTimersByTime(0);
  for (const { options } of opened) expect(options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
});
