/**
 * The visitors' display of the built program: what it shows and may not ask, and that it comes and goes with its screen.
 * Method: a kiosk on its embedded stores, both windows driven for real; screens are plugged in by the stand-in's orders.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KioskBridge } from '../../shared/channels.ts';
import { findElectron } from '../support/find-program.mjs';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';

declare global {
  interface Window {
    readonly kiosk: KioskBridge;
    told?: unknown[];
  }
}

const DISPLAY = 'index.html?display';
const NAME = '남궁하늘별';
const SCREEN = { order: 'plug-display', id: 2, bounds: { x: 1280, y: 0, width: 1920, height: 1080 } } as const;

let kiosk: LaunchedKiosk;
let booth: Page;

async function start(display: 'window' | 'second-screen'): Promise<void> {
  kiosk = await launchKiosk({ args: ['--demo'], env: { KIOSK_DISPLAY: display, KIOSK_LANGUAGE: 'ko' } });
  booth = await kiosk.page();
  await booth.evaluate(() => window.kiosk.request('kiosk:set-demo-arrivals', { on: false }));
  await booth.locator('.booth-screen').waitFor();
}

const boothId = () =>
  booth.evaluate(async () => {
    const answer = await window.kiosk.request('snapshot:get', null);
    return answer.ok ? (answer.value.booth?.id ?? 0) : 0;
  });

/** Adds somebody and calls whoever is next. */
async function callSomebody(): Promise<{ number: string; name: string; waitingId: number }> {
  const id = await boothId();
  await booth.evaluate(([given, name]) => window.kiosk.request('booth:add-visitor', { boothId: given, name }), [id, NAME] as const);
  const answer = await booth.evaluate((given) => window.kiosk.request('booth:call-next', { boothId: given }), id);
  if (!answer.ok) throw new Error(answer.error.message);
  return { number: String(answer.value.person?.number), name: answer.value.person?.name ?? '', waitingId: answer.value.waitingId ?? 0 };
}

const openPages = (): number => booth.context().pages().length;

describe('in a window', () => {
  beforeAll(() => start('window'));
  afterAll(async () => {
    await kiosk?.close();
  });

  it('shows a call, and no more when the visitor has come in; never a name', async () => {
    const display = await kiosk.page(DISPLAY);
    await display.evaluate(() => {
      window.told = [];
      window.kiosk.on('display', (view) => window.told?.push(view));
      window.kiosk.on('snapshot', (snapshot) => window.told?.push(snapshot));
    });
    const { number, name, waitingId } = await callSomebody();
    await expect.poll(() => display.getByTestId('newest').innerText(), { timeout: 10_000 }).toBe(number);
    await booth.evaluate((id) => window.kiosk.request('visit:act', { waitingId: id, kind: 'enter' }), waitingId);
    await display.locator('.nobody').waitFor();
    const told = JSON.stringify(await display.evaluate(() => window.told));
    expect(told).toContain(`"number":${number}`);
    expect(told).not.toContain('insideList');
    expect(name).not.toBe('');
    for (const text of [told, await display.content()]) for (const secret of [name, NAME]) expect(text).not.toContain(secret);
  });

  it('may ask nothing, and cannot become the booth’s screen', async () => {
    const display = await kiosk.page(DISPLAY);
    const id = await boothId();
    const answers = await display.evaluate(
      async (given) => Promise.all([window.kiosk.request('snapshot:get', null), window.kiosk.request('booth:call-next', { boothId: given }), window.kiosk.request('kiosk:set-language', { language: 'en' })]),
      id,
    );
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    await display.evaluate(() => void setTimeout(() => (location.href = './index.html')));
    if (!kiosk.realElectron) await expect.poll(async () => (await kiosk.asked()).filter(({ call }) => call === 'navigation refused')).toHaveLength(1);
    expect(display.url()).toMatch(/\?display$/);
    expect(await display.evaluate(() => window.kiosk.request('snapshot:get', null))).toMatchObject({ ok: false });
  });

  it('that crashes is replaced, and the booth’s screen goes on', async () => {
    const display = await kiosk.page(DISPLAY);
    const { number } = await callSomebody();
    const session = await display.context().newCDPSession(display);
    const crashed = display.waitForEvent('crash');
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    const next = await kiosk.page(DISPLAY);
    expect(next).not.toBe(display);
    await expect.poll(() => next.getByTestId('newest').innerText(), { timeout: 10_000 }).toBe(number);
    expect(await kiosk.page()).toBe(booth);
    expect(kiosk.stderr()).toContain('The window (display) is replaced');
  });

  it('goes with the booth’s window: the program ends', async () => {
    await booth.close();
    expect(await kiosk.exited()).toBe(0);
  });
});

// Nobody can plug a screen into a real machine from here.
describe.skipIf(findElectron() !== null)('on a second screen', () => {
  beforeAll(() => start('second-screen'));
  afterAll(async () => {
    await kiosk?.close();
  });

  it('is not there without one', async () => {
    expect(openPages()).toBe(1);
    expect((await kiosk.asked()).filter(({ call }) => call === 'new BrowserWindow')).toHaveLength(1);
  });

  it('fills the screen that is plugged in, and leaves the keyboard to the booth', async () => {
    const { number } = await callSomebody();
    await kiosk.order(SCREEN);
    const display = await kiosk.page(DISPLAY);
    await expect.poll(() => display.getByTestId('newest').innerText(), { timeout: 10_000 }).toBe(number);
    const opened = (await kiosk.asked()).filter(({ call }) => call === 'new BrowserWindow').at(-1)?.details;
    expect(opened).toMatchObject({ x: 1280, y: 0, width: 1920, height: 1080, fullscreen: true, frame: false, show: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false } });
    expect((await kiosk.asked()).filter(({ call }) => call === 'window.showInactive')).toHaveLength(1);
  });

  it('goes when the screen is unplugged, and is back with the truth when it is plugged in again', async () => {
    await kiosk.order({ order: 'unplug-display', id: 2 });
    await expect.poll(openPages, { timeout: 10_000 }).toBe(1);
    const { number } = await callSomebody();
    await kiosk.order({ ...SCREEN, id: 3 });
    const display = await kiosk.page(DISPLAY);
    await expect.poll(() => display.getByTestId('newest').innerText(), { timeout: 10_000 }).toBe(number);
  });

  it('another screen beside it changes nothing; when its own goes, it moves there', async () => {
    const display = await kiosk.page(DISPLAY);
    await kiosk.order({ order: 'plug-display', id: 4, bounds: { x: 3200, y: 0, width: 1280, height: 720 } });
    await kiosk.order({ order: 'unplug-display', id: 3 });
    await expect.poll(() => display.isClosed(), { timeout: 10_000 }).toBe(true);
    await kiosk.page(DISPLAY);
    expect((await kiosk.asked()).filter(({ call }) => call === 'new BrowserWindow').at(-1)?.details).toMatchObject({ x: 3200, width: 1280 });
    expect(openPages()).toBe(2);
  });

  it('is replaced with the booth’s window when the graphics are lost; both tell the truth', async () => {
    const { number } = await callSomebody();
    const [before, display] = [booth, await kiosk.page(DISPLAY)];
    await kiosk.order({ order: 'lose-graphics' });
    await expect.poll(() => before.isClosed() && display.isClosed(), { timeout: 10_000 }).toBe(true);
    booth = await kiosk.page();
    await booth.locator('.column-called').getByText(`${number}번`, { exact: true }).waitFor();
    const next = await kiosk.page(DISPLAY);
    await expect.poll(() => next.getByTestId('newest').innerText(), { timeout: 10_000 }).toBe(number);
    expect(await kiosk.close()).toBe(0);
  });
});
