/** The kiosk on the stand-in, with playwright attached to its Chromium. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from './find-program.mjs';
import type { Asked, Launch, LaunchedKiosk, PageName } from './launch-kiosk.ts';

const PAGE_LIMIT_MS = 40_000;
const BROWSER_END_LIMIT_MS = 5_000;
const POLL_MS = 25;
const OWN_PAGE = /^https:\/\/[^/]*\.app\.invalid\//;

export async function launchOnStandIn(launch: Launch): Promise<LaunchedKiosk> {
  const profile = await mkdtemp(join(tmpdir(), 'kiosk-profile-'));
  const orders = join(profile, 'orders');
  await mkdir(orders);
  let given = 0;
  const recordFile = join(profile, 'asked.jsonl');
  const standIn = join(ROOT, 'tests', 'support', 'standin', 'run.ts');
  const env = {
    ...launch.env,
    STANDIN_DEBUG: '1',
    STANDIN_HEADLESS: '1',
    STANDIN_PROFILE: profile,
    STANDIN_RECORD: recordFile,
    STANDIN_ORDERS: orders,
  };
  const args = ['--disable-warning=ExperimentalWarning', standIn, ROOT, ...launch.args];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let ended = false;
  let record = '';
  const exit = once(child, 'close').then(async ([code, signal]: unknown[]) => {
    ended = true;
    record = (await readIfThere(recordFile)) ?? '';
    await browserEnded(profile);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    return typeof code === 'number' ? code : 128 + constants.signals[signal as NodeJS.Signals];
  });

  let browser: Browser | null = null;
  const crashed = new WeakSet<Page>();
  const connect = async () => {
    const port = (await readIfThere(join(profile, 'DevToolsActivePort')))?.split('\n')[0];
    if (!port) return null;
    const connected = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const watch = (page: Page) => page.on('crash', () => crashed.add(page));
    for (const context of connected.contexts()) {
      context.pages().forEach(watch);
      context.on('page', watch);
    }
    return connected;
  };
  const isPage = (page: Page, which: PageName) => OWN_PAGE.test(page.url()) && page.url().endsWith(`/${which}`);
  const sound = (which: PageName) => browser?.contexts().flatMap((context) => context.pages()).find((page) => isPage(page, which) && !page.isClosed() && !crashed.has(page));

  return {
    realElectron: false,
    pid: child.pid ?? -1,
    dataDir: launch.dataDir,
    async page(which = 'index.html') {
      const deadline = Date.now() + PAGE_LIMIT_MS;
      for (;;) {
        if (ended || Date.now() > deadline) throw new Error(`The kiosk shows no page ${which}. Its stderr:\n${stderr}`);
        browser ??= await connect();
        const page = sound(which);
        if (page !== undefined) {
          await page.setViewportSize(launch.viewport);
          await page.waitForLoadState('load');
          return page;
        }
        await pause(POLL_MS);
      }
    },
    async order(order) {
      given += 1;
      const draft = join(profile, `order-${given}`);
      await writeFile(draft, JSON.stringify(order));
      await rename(draft, join(orders, `${given}.json`));
    },
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    async asked() {
      const lines = ((await readIfThere(recordFile)) ?? record).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Asked);
    },
    exited: () => exit,
    async close() {
      await browser?.close().catch(() => undefined);
      if (!ended) child.kill('SIGTERM');
      return exit;
    },
  };
}

/** After a SIGKILL of its program Chromium takes a moment to notice, and writes until then. Its lock names its process. */
async function browserEnded(profile: string): Promise<void> {
  const holder = await readlink(join(profile, 'SingletonLock')).catch(() => '');
  const pid = Number(holder.slice(holder.lastIndexOf('-') + 1));
  const deadline = Date.now() + BROWSER_END_LIMIT_MS;
  while (pid > 0 && existsSync(`/proc/${pid}`) && Date.now() < deadline) await pause(POLL_MS);
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
