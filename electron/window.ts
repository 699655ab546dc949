/**
 * The window of the people who work at the booth. It is the program: when it is closed, everything ends.
 */
import { type BrowserWindowConstructorOptions, dialog } from 'electron';
import type { ChooseFile } from './reports.ts';
import { openScreenWindow } from './screen-window.ts';

const OPTIONS: BrowserWindowConstructorOptions = {
  title: 'Booth Kiosk',
  width: 1280,
  height: 800,
  minWidth: 1024,
  minHeight: 600,
  useContentSize: true,
  backgroundColor: '#0a0a0a',
  autoHideMenuBar: true,
};

export interface KioskWindow {
  /** Brings the window to the front. */
  focus(): void;
  /** By the system's own dialog, which this window waits behind. */
  readonly chooseFile: ChooseFile;
}

interface WindowEvents {
  log(message: string): void;
  /** The page failed again and again; nothing more is tried. */
  onGivenUp(): void;
  /** Somebody closed it. */
  onClosed(): void;
}

/** Opens the window and keeps it alive. */
export function openKioskWindow(preloadPath: string, events: WindowEvents): KioskWindow {
  const screen = openScreenWindow({ role: 'booth', window: OPTIONS, preloadPath }, { ...events, onReady: (window) => window.show() });
  return {
    focus() {
      const window = screen.current();
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    async chooseFile(name) {
      const { canceled, filePath } = await dialog.showSaveDialog(screen.current(), { defaultPath: name, filters: [{ name: 'CSV', extensions: ['csv'] }] });
      return canceled || filePath === '' ? null : filePath;
    },
  };
}
