/** The built screen in real Chromium, served with the product's content security policy and the fake bridge in place. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createBuilder } from 'vite';
import type { DisplayView } from '../../shared/display.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { bridgeScript, displayBridgeScript } from './fake-bridge.ts';

/** Long for a page of this machine, short enough to tell which step never came. */
const WAIT_MS = 8_000;
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

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
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Builds the client alone into a folder of its own, serves it and starts a browser. */
export async function startRendererPages(): Promise<RendererPages> {
  const outDir = await mkdtemp(join(tmpdir(), 'kiosk-renderer-'));
  await buildClient(outDir);
  const server = await serve(outDir);
  const browser = await launch();
  const complaints: string[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`;
  const newPage = async ({ width, height, touch = false }: Screen, reducedMotion: 'reduce' | null = null): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: touch, reducedMotion });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    return page;
  };
  const appears = async (page: Page, selector: string): Promise<Page> => {
    await page.waitForSelector(selector).catch(() => {
      throw new Error(`The screen did not appear: ${complaints.join(' | ')}`);
    });
    return page;
  };
  return {
    outDir,
    complaints,
    async open(snapshot, screen = { width: 1280, height: 800 }, before) {
      const page = await newPage(screen);
      await page.addInitScript(bridgeScript(snapshot));
      if (before !== undefined) await page.addInitScript(before);
      await page.goto(url);
      return appears(page, '.booth-screen, .setup');
    },
    async openDisplay(view, screen = { width: 1920, height: 1080 }, reducedMotion) {
      const page = await newPage(screen, reducedMotion);
      await page.addInitScript(displayBridgeScript(view));
      await page.goto(`${url}?display`);
      return appears(page, '.display, .nobody');
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

async function buildClient(outDir: string): Promise<void> {
  // The test runner sets it to test, which would build React for development.
  process.env['NODE_ENV'] = 'production';
  const builder = await createBuilder({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    mode: 'production',
    logLevel: 'error',
    environments: { client: { build: { outDir, emptyOutDir: true } } },
  });
  const client = builder.environments['client'];
  if (client === undefined) throw new Error('vite.config.ts has no client environment');
  await builder.build(client);
}

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://kiosk').pathname);
    readFile(join(folder, path)).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-security-policy': CSP }).end(body),
      () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? CHROMIUM_PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium found: set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
