/**
 * The kiosk's window. When its page crashes or hangs, a new window takes its place; the core knows nothing of it.
 */
import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import { APP_ENTRY_URL } from './app-protocol.ts';
import { afterFailure, UNTROUBLED } from './recovery.ts';

const OPTIONS: BrowserWindowConstructorOptions = {
  title: 'Booth Kiosk',
  width: 1280,
  height: 800,
  minWidth: 1024,
  minHeight: 600,
  useContentSize: true,
  show: false,
  backgroundColor: '#0a0a0a',
  autoHideMenuBar: true,
};

export interface KioskWindow {
  /** Brings the window to the front. */
  focus(): void;
}

interface WindowEvents {
  log(message: string): void;
  /** The page failed again and again; nothing more is tried. */
  onGivenUp(): void;
}

/** Opens the window and keeps it alive. It is the only one: when the user closes it, Electron ends the program. */
export function openKioskWindow(preloadPath: string, events: WindowEvents): KioskWindow {
  let current: BrowserWindow | null = null;
  let recovery = UNTROUBLED;
  let replacing = false;

  const open = () => {
    const window = new BrowserWindow({ ...OPTIONS, webPreferences: webPreferences(preloadPath) });
    const replaced = current;
    current = window;
    window.once('ready-to-show', () => window.show());
    window.webContents.on('render-process-gone', (_event, details) => fail(window, `its page ended (${details.reason})`));
    window.on('unresponsive', () => fail(window, 'its page does not respond'));
    // Only after the new window exists: the last window closing would end the program.
    replaced?.destroy();
    window.loadURL(APP_ENTRY_URL).catch((error: unknown) => {
      fail(window, `its page did not load (${error instanceof Error ? error.message : String(error)})`);
    });
  };

  const fail = (window: BrowserWindow, reason: string) => {
    if (window !== current || window.isDestroyed() || replacing) return;
    const next = afterFailure(recovery, performance.now());
    recovery = next.state;
    if (next.pauseMs === null) {
      events.log(`The window failed ${next.state.attempts} times: ${reason}. Giving up.`);
      events.onGivenUp();
      return;
    }
    events.log(`The window is replaced in ${next.pauseMs} ms: ${reason}.`);
    replacing = true;
    setTimeout(() => {
      replacing = false;
      // Closed by the user in the meantime: the program is on its way out.
      if (!window.isDestroyed()) open();
    }, next.pauseMs);
  };

  open();
  return {
    focus() {
      if (current === null || current.isDestroyed()) return;
      if (current.isMinimized()) current.restore();
      current.show();
      current.focus();
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
  };
}
