/** The kiosk on real Electron, by playwright. */
import { once } from 'node:events';
import { _electron, type Page } from 'playwright-core';
import { ROOT } from './find-program.mjs';
import type { Launch, LaunchedKiosk, PageName } from './launch-kiosk.ts';

const PAGE_LIMIT_MS = 40_000;

export async function launchOnElectron(executablePath: string, launch: Launch): Promise<LaunchedKiosk> {
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({ executablePath, args: [...sandbox, ROOT, ...launch.args], env: launch.env });
  const child = app.process();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : -1));
  const crashed = new WeakSet<Page>();
  app.on('window', (page) => page.once('crash', () => crashed.add(page)));
  const sound = (which: PageName) => app.windows().find((page) => page.url().endsWith(`/${which}`) && !page.isClosed() && !crashed.has(page));
  return {
    realElectron: true,
    pid: child.pid ?? -1,
    dataDir: launch.dataDir,
    async page(which = 'index.html') {
      const page = sound(which) ?? (await app.waitForEvent('window', { predicate: (opened) => opened.url().endsWith(`/${which}`), timeout: PAGE_LIMIT_MS }));
      await page.setViewportSize(launch.viewport);
      await page.waitForLoadState('load');
      return page;
    },
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    order: () => Promise.reject(new Error('Nothing can be done to a real machine.')),
    asked: () => Promise.resolve([]),
    exited: () => exit,
    async close() {
      if (child.exitCode === null && child.signalCode === null) await app.close();
      return exit;
    },
  };
}
