/**
 * The shell around the kiosk, on the built program: what opens, what its page may not do, and how it comes back.
 * Method: drive the real window; where Electron alone could prove a promise, assert only what main asked of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KioskBridge } from '../../shared/channels.ts';
import { findElectron } from '../support/find-program.mjs';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';

declare global {
  interface Window {
    readonly kiosk: KioskBridge;
    mark?: number;
  }
}

/** How long something that must not happen is given to happen. */
const NOTHING_HAPPENS_MS = 400;

let kiosk: LaunchedKiosk;
let page: Page;

beforeAll(async () => {
  kiosk = await launchKiosk();
  page = await kiosk.page();
});
afterAll(async () => {
  await kiosk?.close();
});

async function asked(call: string): Promise<readonly unknown[]> {
  return (await kiosk.asked()).filter((one) => one.call === call).map((one) => one.details);
}

describe('the window', () => {
  it('shows the built screen, which gets its snapshot from the main process', async () => {
    expect(await page.title()).toBe('Booth Kiosk');
    await expect.poll(() => page.locator('#root').innerText(), { timeout: 10_000 }).not.toBe('');
    const answer = await page.evaluate(() => window.kiosk.request('snapshot:get', null));
    expect(answer).toMatchObject({ ok: true, value: { phase: expect.any(String), version: expect.any(Number) } });
  });

  it('hands the page one thing only: kiosk, with request and on', async () => {
    const found = await page.evaluate(() => ({
      keys: Object.keys(window.kiosk).sort(),
      writable: Object.getOwnPropertyDescriptor(window, 'kiosk')?.writable ?? false,
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
    }));
    expect(found).toEqual({ keys: ['on', 'request'], writable: false, node: [] });
  });

  it('answers unknown channels and bad payloads with BAD_REQUEST', async () => {
    const answers = await page.evaluate(() => {
      const request = window.kiosk.request as (channel: string, payload: unknown) => Promise<unknown>;
      return Promise.all([request('no:such', null), request('visit:act', { waitingId: '1', kind: 'complete' }), request('__proto__', null)]);
    });
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
  });

  it('pushes snapshots, again after a reload', async () => {
    const firstPush = () => page.evaluate(() => new Promise<number>((resolve) => void window.kiosk.on('snapshot', ({ version }) => resolve(version))));
    await page.evaluate(() => window.kiosk.request('kiosk:set-language', { language: 'ko' }));
    const before = await firstPush();
    await page.reload();
    expect(await firstPush()).toBeGreaterThanOrEqual(before);
  });

  // Only the stand-in records what it was asked.
  it.skipIf(findElectron() !== null)('asked Electron for everything that locks it down', async () => {
    expect(await asked('app.enableSandbox')).toHaveLength(1);
    expect(await asked('session.setPermissionRequestHandler')).toEqual(['function']);
    expect(await asked('session.setPermissionCheckHandler')).toEqual(['function']);
    expect(await asked('session.setDevicePermissionHandler')).toEqual(['function']);
    expect(await asked('Menu.setApplicationMenu')).toEqual([null]);
    const [options] = (await asked('new BrowserWindow')) as [{ webPreferences: object }];
    expect(options).toMatchObject({ backgroundColor: '#0a0a0a', minWidth: 1024, minHeight: 600, show: false });
    expect(options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });
});

describe('the content security policy', () => {
  it('comes with the page and allows nothing but the program’s own files', async () => {
    const response = await page.reload();
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  });

  it('stops inline scripts, code from text, inline styles and requests', async () => {
    const outcome = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.mark = 1';
      document.head.append(script);
      const style = document.createElement('style');
      style.textContent = 'body { outline: 7px solid red }';
      document.head.append(style);
      // In a task of its own, because what the test itself evaluates is exempt from the policy.
      const evaluate = window['eval'];
      const fromText = await new Promise((resolve) =>
        setTimeout(() => {
          try {
            resolve(evaluate('1 + 1'));
          } catch (error) {
            resolve((error as Error).name);
          }
        }),
      );
      const request = await fetch('./index.html').then(
        () => 'answered',
        () => 'refused',
      );
      return { mark: window.mark, outline: getComputedStyle(document.body).outlineWidth, fromText, request };
    });
    expect(outcome).toMatchObject({ fromText: 'EvalError', request: 'refused' });
    expect(outcome.mark).toBeUndefined();
    expect(outcome.outline).not.toBe('7px');
  });
});

describe('leaving the screen', () => {
  // The stand-in sees requests only, and about:blank makes none.
  const addresses = ['https://example.org/', './favicon.ico', 'data:text/html,hello', ...(findElectron() === null ? [] : ['about:blank'])];
  it.each(addresses)('to %s is refused', async (address) => {
    const url = page.url();
    await page.evaluate(() => void (window.mark = 42));
    await page.evaluate((to) => void setTimeout(() => (location.href = to)), address);
    await pause(NOTHING_HAPPENS_MS);
    expect(page.url()).toBe(url);
    expect(await page.evaluate(() => window.mark)).toBe(42);
    expect(await page.evaluate(() => window.kiosk.request('snapshot:get', null))).toMatchObject({ ok: true });
  });

  it('in another window is refused', async () => {
    const windowsBefore = page.context().pages().length;
    await page.evaluate(() => void window.open('https://example.org/'));
    if (!kiosk.realElectron) await expect.poll(() => asked('window.open: deny'), { timeout: 5_000 }).toHaveLength(1);
    await pause(NOTHING_HAPPENS_MS);
    expect(page.context().pages()).toHaveLength(windowsBefore);
    expect(await page.evaluate(() => window.kiosk.request('snapshot:get', null))).toMatchObject({ ok: true });
  });
});

describe('one instance', () => {
  it('sends a second start away with a sentence and brings the first window to the front', async () => {
    const second = await launchKiosk({ dataDir: kiosk.dataDir });
    expect(await second.exited()).toBe(0);
    expect(second.stderr()).toContain('already running');
    if (!kiosk.realElectron) await expect.poll(() => asked('window.focus'), { timeout: 5_000 }).not.toHaveLength(0);
    expect(await page.evaluate(() => window.kiosk.request('snapshot:get', null))).toMatchObject({ ok: true });
  });
});

describe('recovery', () => {
  it('replaces a crashed page while the main process stays', async () => {
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    const next = await kiosk.page();
    expect(next).not.toBe(page);
    page = next;
    expect(await page.evaluate(() => window.kiosk.request('snapshot:get', null))).toMatchObject({ ok: true });
    await expect.poll(() => page.context().pages().length, { timeout: 5_000 }).toBe(1);
    expect(kiosk.stderr()).toContain('The window (booth) is replaced');
  });
});

// Both wait for most of their time, each for a kiosk of its own.
describe.concurrent('recovery that takes a while', () => {
  it('replaces a page that hangs, though nobody touches it', async () => {
    const hanging = page;
    hanging.evaluate(() => {
      for (;;);
    }).catch(() => undefined);
    await expect.poll(() => hanging.isClosed(), { timeout: 40_000 }).toBe(true);
    page = await kiosk.page();
    expect(await page.evaluate(() => window.kiosk.request('snapshot:get', null))).toMatchObject({ ok: true });
    expect(kiosk.stderr()).toContain('does not take what it is sent');
  });

  it('gives up a page that crashes again and again, with words and an exit code', async () => {
    const doomed = await launchKiosk();
    for (let crash = 0; crash < 6; crash += 1) {
      const next = await doomed.page();
      const session = await next.context().newCDPSession(next);
      // The program may close the window before this end of the connection hears of the crash.
      const gone = new Promise<unknown>((resolve) => next.once('crash', resolve).once('close', resolve));
      session.send('Page.crash').catch(() => undefined);
      await gone;
    }
    expect(await doomed.exited()).toBe(1);
    expect(doomed.stderr()).toContain('Giving up');
    if (!doomed.realElectron) expect((await doomed.asked()).filter(({ call }) => call === 'dialog.showErrorBox')).toHaveLength(1);
    await doomed.close();
  }, 90_000);
});

describe('a start that cannot be', () => {
  it('says what is wrong with the settings and exits with 2', async () => {
    const refused = await launchKiosk({ env: { KIOSK_BOOTH_ID: 'zero' } });
    expect(await refused.exited()).toBe(2);
    expect(refused.stderr()).toContain('KIOSK_BOOTH_ID');
    await refused.close();
  });
});

describe('the end', () => {
  it('comes when the window is closed', async () => {
    const closed = await launchKiosk();
    await (await closed.page()).close();
    expect(await closed.exited()).toBe(0);
    await closed.close();
  });

  it('drains and exits with 0; the same folder can be used again after a kill', async () => {
    const first = await launchKiosk();
    await first.page();
    first.kill('SIGKILL');
    await first.exited();
    const next = await launchKiosk({ dataDir: first.dataDir });
    await next.page();
    expect(await next.close()).toBe(0);
    if (!next.realElectron) expect((await next.asked()).filter(({ call }) => call === 'quit')).toEqual([{ call: 'quit', details: 'deferred' }]);
    await first.close();
  }, 90_000);
});
