/**
 * A window that stays: when its page crashes, hangs or loses the graphics, a new window takes its place, with growing pauses and not for
 * ever. The core knows nothing of it.
 */
import { app, BrowserWindow, type BrowserWindowConstructorOptions, type WebContents } from 'electron';
import { APP_URLS } from './app-protocol.ts';
import { afterFailure, UNTROUBLED } from './recovery.ts';

/** booth: the people who work at the booth. display: the visitors. */
export type ScreenRole = keyof typeof APP_URLS;

interface ScreenOptions {
  readonly role: ScreenRole;
  readonly window: BrowserWindowConstructorOptions;
  readonly preloadPath: string;
}

interface ScreenEvents {
  /** Its page is there and may be seen. */
  onReady(window: BrowserWindow): void;
  log(message: string): void;
  /** The page failed again and again; nothing more is tried. */
  onGivenUp(): void;
  /** Somebody closed it. */
  onClosed(): void;
}

export interface ScreenWindow {
  /** The window as it is now. */
  current(): BrowserWindow;
  /** For good; nobody is told. */
  close(): void;
}

interface Screen {
  readonly role: ScreenRole;
  fail(reason: string): void;
}

const screens = new WeakMap<WebContents, Screen>();

/** Whose page this is; null: none of ours. */
export function roleOf(contents: WebContents): ScreenRole | null {
  return screens.get(contents)?.role ?? null;
}

/** Replaces the window of a page that does not take what it is sent. */
export function replaceHung(contents: WebContents): void {
  screens.get(contents)?.fail('its page does not take what it is sent');
}

/** Opens the window and keeps it alive. */
export function openScreenWindow({ role, window: options, preloadPath }: ScreenOptions, events: ScreenEvents): ScreenWindow {
  let recovery = UNTROUBLED;
  let ended = false;
  let replacing: NodeJS.Timeout | null = null;
  let current = open();

  function open(): BrowserWindow {
    const window = new BrowserWindow({ ...options, show: false, webPreferences: webPreferences(preloadPath) });
    const failed = (reason: string): void => fail(window, reason);
    screens.set(window.webContents, { role, fail: failed });
    window.once('ready-to-show', () => events.onReady(window));
    window.webContents.on('render-process-gone', (_event, details) => failed(`its page ended (${details.reason})`));
    window.on('unresponsive', () => failed('its page does not respond'));
    window.on('closed', () => {
      if (window !== current || ended) return;
      end();
      events.onClosed();
    });
    window.loadURL(APP_URLS[role]).catch((error: unknown) => failed(`its page did not load (${error instanceof Error ? error.message : String(error)})`));
    return window;
  }

  function fail(window: BrowserWindow, reason: string): void {
    if (ended || window !== current || window.isDestroyed() || replacing !== null) return;
    const next = afterFailure(recovery, performance.now());
    recovery = next.state;
    if (next.pauseMs === null) {
      events.log(`The window (${role}) failed ${next.state.attempts} times: ${reason}. Giving up.`);
      end();
      events.onGivenUp();
      return;
    }
    events.log(`The window (${role}) is replaced in ${next.pauseMs} ms: ${reason}.`);
    replacing = setTimeout(() => {
      replacing = null;
      // Only after the new window exists: the last window closing would end the program.
      current = open();
      window.destroy();
    }, next.pauseMs);
  }

  // Pages drawn by the process that is gone may stay black.
  const onProcessGone = (_event: unknown, { type, reason }: { readonly type: string; readonly reason: string }): void => {
    if (type === 'GPU' && reason !== 'clean-exit') fail(current, `the graphics process ended (${reason})`);
  };
  app.on('child-process-gone', onProcessGone);

  function end(): void {
    ended = true;
    if (replacing !== null) clearTimeout(replacing);
    app.off('child-process-gone', onProcessGone);
  }

  return {
    current: () => current,
    close() {
      end();
      current.destroy();
    },
  };
}

function webPreferences(preload: string): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // The spelling checker would fetch dictionaries from the internet.
    spellcheck: false,
    // Calls must be announced and clocks must run behind other windows too.
    backgroundThrottling: false,
    // The first call after a start is heard, although nobody has touched the page.
    autoplayPolicy: 'no-user-gesture-required',
  };
}
