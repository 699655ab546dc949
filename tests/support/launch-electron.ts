/** The kiosk on real Electron, by playwright. */
import { once } from 'node:events';
import { _electron, type Page } from 'playwright-core';
import { ROOT } from './find-program.mjs';
import type { Launch, LaunchedKiosk } from './launch-kiosk.ts';

const PAGE_LIMIT_MS = 20_000;

export async function launchOnElectron(executablePath: string, launch: Launch): Promise<LaunchedKiosk> {
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({ executablePath, args: [...sandbox, ROOT, ...launch.args], env: launch.env });
  const child = app.process();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : -1));
  const crashed = new WeakSet<Page>();
  app.on('window', (page) => page.once('crash', () => crashed.add(page)));
  const sound = () => app.windows().find((page) => !page.isClosed() && !crashed.has(page));
  return {
    realElectron: true,
    pid: child.pid ?? -1,
    dataDir: launch.dataDir,
    async page() {
      const page = sound() ?? (await app.waitForEvent('window', { timeout: PAGE_LIMIT_MS }));
      await page.setViewportSize(launch.viewport);
      await page.waitForLoadState('load');
      return page;
    },
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    asked: () => Promise.resolve([]),
    exited: () => exit,
    async close() {
      if (child.exitCode === null && child.signalCode === null) await app.close();
      return exit;
    },
  };
}
