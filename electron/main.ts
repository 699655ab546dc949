/**
 * The program with a window: one instance, one kiosk, one screen, an orderly end.
 */
import { app, dialog } from 'electron';
import { join, resolve } from 'node:path';
import { platformDataDir } from './config.ts';
import { openDisplayWindow } from './display-window.ts';
import { exitCode } from './exit-code.ts';
import { serveIpc } from './ipc.ts';
import { systemKeyStore } from './key-store.ts';
import type { Kiosk } from './kiosk.ts';
import { lockDownProcess, lockDownSession } from './lock-down.ts';
import { logLine } from './log.ts';
import { appendLastWords, logFolder } from './log/log-file.ts';
import { replaceHung, roleOf } from './screen-window.ts';
import { startKiosk } from './start-kiosk.ts';
import { type KioskWindow, openKioskWindow } from './window.ts';

/** Draining has its own limits; this one only makes sure that the program ends whatever happens. */
const CLOSE_LIMIT_MS = 10_000;
const EXIT_DEFECT = 1;
/** In both languages, because the screen that knows which one to use is what failed. */
const SCREEN_GIVEN_UP = `화면이 여러 번 멈춰 키오스크를 끝냅니다. 저장된 내용은 그대로입니다. 키오스크를 다시 시작해 주세요.

The screen failed several times, so the kiosk ends. Everything that was saved is safe. Please start the kiosk again.`;

const DIST = join(import.meta.dirname, '..');
const log = (message: string) => process.stderr.write(`${message}\n`);

function die(error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log(`Fatal: ${text.replaceAll(/\s*\n\s*/g, ' | ')}`);
  appendLastWords(logFolder(app.getPath('userData')), logLine('error', 'fatal', { reason: text }));
  app.exit(EXIT_DEFECT);
  process.exit(EXIT_DEFECT);
}

process.on('uncaughtException', die);
process.on('unhandledRejection', die);

// The command line keeps to the same folder.
app.setPath('userData', resolve(process.env['KIOSK_DATA_DIR'] || platformDataDir(process.env, process.platform)));

lockDownProcess();
if (app.requestSingleInstanceLock()) {
  app.whenReady().then(run).catch(die);
} else {
  log('The kiosk is already running here; its window was brought to the front.');
  app.exit(0);
}

async function run(): Promise<void> {
  lockDownSession(join(DIST, 'renderer'));
  let window: KioskWindow | null = null;
  const started = await startKiosk({
    args: process.argv.slice(app.isPackaged ? 1 : 2),
    userDataDir: app.getPath('userData'),
    locale: app.getLocale(),
    keyStore: systemKeyStore,
    chooseFile: async (name) => (await window?.chooseFile(name)) ?? null,
  });
  if (!started.ok) {
    log(started.error.message);
    app.exit(exitCode(started.error.code));
    return;
  }
  const kiosk = started.value;
  const end = closeOnQuit(kiosk);
  serveIpc(kiosk, { roleOf, onHung: replaceHung, log });
  const preload = join(DIST, 'preload', 'preload.cjs');
  let closeDisplay = (): void => undefined;
  window = openKioskWindow(preload, {
    log,
    onGivenUp: () => end(EXIT_DEFECT, SCREEN_GIVEN_UP),
    // A display that stayed behind would keep the program running with nobody to serve it.
    onClosed: () => closeDisplay(),
  });
  if (kiosk.display !== 'off') closeDisplay = openDisplayWindow(kiosk.display, preload, log);
  app.on('second-instance', () => window?.focus());
}

/** Every way out goes through the kiosk's drain. The function returned ends the program with an exit code, after words for whoever stands before it. */
function closeOnQuit(kiosk: Kiosk): (code: number, lastWords?: string) => void {
  let closing = false;
  const end = (code: number, lastWords?: string) => {
    if (closing) return;
    closing = true;
    setTimeout(() => {
      log('The kiosk did not close in time; what was under way is settled at the next start.');
      app.exit(EXIT_DEFECT);
    }, CLOSE_LIMIT_MS);
    kiosk.close().then(() => {
      // It waits for a person, and holds up everything else: nothing else is left.
      if (lastWords !== undefined) dialog.showErrorBox(app.getName(), lastWords);
      app.exit(code);
    }, die);
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    end(0);
  });
  return end;
}
