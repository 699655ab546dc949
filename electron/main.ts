/**
 * The program with a window: one instance, one kiosk, one screen, an orderly end.
 */
import { app } from 'electron';
import { join, resolve } from 'node:path';
import { platformDataDir } from './config.ts';
import { exitCode } from './exit-code.ts';
import { serveIpc } from './ipc.ts';
import { systemKeyStore } from './key-store.ts';
import type { Kiosk } from './kiosk.ts';
import { lockDownProcess, lockDownSession } from './lock-down.ts';
import { logLine } from './log.ts';
import { appendLastWords, logFolder } from './log/log-file.ts';
import { startKiosk } from './start-kiosk.ts';
import { type KioskWindow, openKioskWindow } from './window.ts';

/** Draining has its own limits; this one only makes sure that the program ends whatever happens. */
const CLOSE_LIMIT_MS = 10_000;
const EXIT_DEFECT = 1;

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
  const started = await startKiosk({
    args: process.argv.slice(app.isPackaged ? 1 : 2),
    userDataDir: app.getPath('userData'),
    locale: app.getLocale(),
    keyStore: systemKeyStore,
  });
  if (!started.ok) {
    log(started.error.message);
    app.exit(exitCode(started.error.code));
    return;
  }
  const kiosk = started.value;
  const end = closeOnQuit(kiosk);
  serveIpc(kiosk, log);
  const window: KioskWindow = openKioskWindow(join(DIST, 'preload', 'preload.cjs'), { log, onGivenUp: () => end(EXIT_DEFECT) });
  app.on('second-instance', () => window.focus());
}

/** Every way out goes through the kiosk's drain. The function returned ends the program with an exit code. */
function closeOnQuit(kiosk: Kiosk): (code: number) => void {
  let closing = false;
  const end = (code: number) => {
    if (closing) return;
    closing = true;
    setTimeout(() => {
      log('The kiosk did not close in time; what was under way is settled at the next start.');
      app.exit(EXIT_DEFECT);
    }, CLOSE_LIMIT_MS);
    kiosk.close().then(() => app.exit(code), die);
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    end(0);
  });
  return end;
}
