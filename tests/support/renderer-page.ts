/** The built screen in real Chromium, served with the product's content security policy and the fake bridge in place. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { DisplayView } from '../../shared/display.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { bridgeScript, displayBridgeScript } from './fake-bridge.ts';
import { findHeadlessChromium, ROOT } from './find-program.mjs';
import { AXE_FILE } from './judged-by-axe.ts';
import { ensureBuilt } from './setup/build.mjs';

/** Long for a page of this machine, short enough to tell which step never came. */
const WAIT_MS = 40_000;
const OUT_DIR = join(ROOT, 'dist', 'renderer');
/** Where pages find axe. */
export const AXE_ADDRESS = '/axe.js';
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
/** What playwright turns off that could matter here: of two such lists the browser takes the last. */
const OFF_ANYWAY = ['PaintHolding', 'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'MediaRouter'];
/** For pages that live for a second. */
const SHORT_LIVED = [
  // Compiling their scripts takes longer than running them uncompiled.
  '--js-flags=--jitless',
  // The next page in a tab keeps the frame of the last: with one of its own it would draw twice as often.
  `--disable-features=${[...OFF_ANYWAY, 'RenderDocument'].join(',')}`,
];

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly touch?: boolean;
}

export interface RendererPages {
  /** Where the build lies. */
  readonly outDir: string;
  /**
   * Opens the screen on a snapshot. Anything the console or the policy complains about goes to `complaints`.
   * @param before a script that runs ahead of the page's own
   */
  open(snapshot: Snapshot, screen?: Screen, before?: string): Promise<Page>;
  /** Opens the visitors' display on what it was told first. */
  openDisplay(view: DisplayView, screen?: Screen, reducedMotion?: 'reduce'): Promise<Page>;
  /** Gives a page back, for another test to load. A test that changed its clock or media closes the context itself: such pages are not taken back. */
  done(page: Page): Promise<void>;
  readonly complaints: string[];
  close(): Promise<void>;
}

interface Site {
  readonly browser: Browser;
  readonly origin: string;
  /** Scripts ahead of the pages' own, by the number in a page's address. */
  readonly bridges: string[];
  close(): Promise<void>;
}

/** One for all that a process does: a browser's start costs more than most tests, and ends with the process. */
let site: Promise<Site> | null = null;

async function startSite(): Promise<Site> {
  await ensureBuilt();
  const bridges: string[] = [];
  const server = await serve(OUT_DIR, bridges);
  const browser = await launch();
  browser.on('disconnected', () => (site = null));
  return {
    browser,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bridges,
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Ends the browser, where something else is to follow in the same process. */
export async function endBrowser(): Promise<void> {
  await (await site)?.close();
}

/**
 * Opens pages in the browser of this process, which is started for the first of them.
 * @param waitMs how long a page may take for each step
 */
export async function startRendererPages(waitMs = WAIT_MS): Promise<RendererPages> {
  site ??= startSite().catch((error: unknown) => {
    site = null;
    throw error;
  });
  const { browser, origin, bridges } = await site;
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  // A page in a process that is there loads in a third of the time of one in a new context.
  const idle = new Map<string, Page[]>();
  const kindOf = new Map<Page, string>();

  const newPage = async (touch: boolean, reducedMotion: 'reduce' | null): Promise<Page> => {
    const context = await browser.newContext({ hasTouch: touch, reducedMotion });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(waitMs);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    return page;
  };
  const load = async (bridge: string, search: '' | '?display', { width, height, touch = false }: Screen, appears: string, reducedMotion: 'reduce' | null = null): Promise<Page> => {
    const kind = `${touch} ${reducedMotion}`;
    const page = idle.get(kind)?.pop() ?? (await newPage(touch, reducedMotion));
    kindOf.set(page, kind);
    await page.setViewportSize({ width, height });
    await page.goto(`${origin}/index-${bridges.push(bridge) - 1}.html${search}`);
    await page.waitForSelector(appears).catch((cause: unknown) => {
      throw new Error(`The screen did not appear: ${complaints.join(' | ')}`, { cause });
    });
    return page;
  };
  return {
    outDir: OUT_DIR,
    complaints,
    open: (snapshot, screen = { width: 1280, height: 800 }, before = '') => load(`${bridgeScript(snapshot)}\n${before}`, '', screen, '.booth-screen, .setup'),
    openDisplay: (view, screen = { width: 1920, height: 1080 }, reducedMotion) => load(displayBridgeScript(view), '?display', screen, `html[lang=${view.language}] :is(.display, .nobody)`, reducedMotion),
    async done(page) {
      if (page.isClosed()) return;
      await page.evaluate(() => localStorage.clear());
      await page.mouse.move(0, 0);
      const kind = kindOf.get(page) ?? '';
      idle.set(kind, [...(idle.get(kind) ?? []), page]);
    },
    close: () => Promise.all(contexts.map((context) => context.close())).then(() => undefined),
  };
}

/** `/index-3.html` is the screen with the third bridge ahead of its own scripts. */
async function serve(folder: string, bridges: readonly string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://kiosk');
    const [, name = '', bridge] = /^\/(index|bridge)-(\d+)\.(?:html|js)$/.exec(pathname) ?? [];
    const body = (): Buffer | string | Promise<Buffer | string> => {
      if (name === 'bridge') return bridges[Number(bridge)] ?? '';
      if (name === 'index') return readFile(join(folder, 'index.html'), 'utf8').then((html) => html.replace('<head>', `<head><script src="./bridge-${bridge}.js"></script>`));
      return readFile(pathname === AXE_ADDRESS ? AXE_FILE : join(folder, normalize(pathname)));
    };
    Promise.resolve(body()).then(
      (found) => response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream', 'content-security-policy': CSP, 'cache-control': pathname === AXE_ADDRESS || pathname.startsWith('/assets/') ? 'max-age=3600, immutable' : 'no-store' }).end(found),
      () => response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return server;
}

function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? findHeadlessChromium();
  if (executablePath === null) throw new Error('No Chromium found: set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: [...SHORT_LIVED, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] });
}
