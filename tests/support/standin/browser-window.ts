/** Electron's `BrowserWindow` and `webContents`, on a window of Chromium. */
import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { app, browser } from './app.ts';
import { receive } from './ipc-main.ts';
import { assertJsonSafe } from './json-safe.ts';
import { type Page, setUpPage } from './page.ts';
import { record } from './record.ts';
import { closeTarget, openTarget, type Target } from './targets.ts';

const windows = new Set<BrowserWindow>();

class WebContents extends EventEmitter {
  page: Page | null = null;
  destroyed = false;
  openHandler: (details: { url: string }) => { action: 'allow' | 'deny' } = () => ({ action: 'allow' });

  send(channel: string, ...args: unknown[]): void {
    assertJsonSafe(args, `The message on ${channel}`);
    this.page?.post(JSON.stringify({ channel, args: structuredClone(args) }));
  }
  getURL(): string {
    return this.page?.url() ?? '';
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  setWindowOpenHandler(handler: (details: never) => { action: 'allow' | 'deny' }): void {
    this.openHandler = handler as typeof this.openHandler;
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly #ready: Promise<Target>;
  #target: Target | null = null;
  #shown = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    record('new BrowserWindow', options);
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    this.#ready = this.#open(options);
    this.#ready.catch((error: unknown) => process.stderr.write(`The stand-in could not open a window: ${String(error)}\n`));
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  async #open(options: Electron.BrowserWindowConstructorOptions): Promise<Target> {
    const { webContents } = this;
    const target = await openTarget(browser(), { width: options.width ?? 800, height: options.height ?? 600 }, () => this.#gone());
    target.onPopup = (url) => {
      const { action } = webContents.openHandler({ url });
      record(`window.open: ${action}`, url);
      return action === 'allow';
    };
    webContents.page = await setUpPage(browser(), target.sessionId, target.targetId, options.webPreferences?.preload, {
      mayNavigate: (url, isMainFrame) => mayNavigate(webContents, url, isMainFrame),
      onMessage: (text) => {
        const senderFrame = { url: webContents.getURL(), parent: null };
        void receive(text, { sender: webContents, senderFrame }, (answer) => webContents.page?.post(answer));
      },
      onLoaded: () => {
        webContents.emit('did-finish-load', {});
        if (!this.#shown) this.emit('ready-to-show', {});
      },
      onCrashed: () => webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    });
    this.#target = target;
    return target;
  }

  async loadURL(url: string): Promise<void> {
    await this.#ready;
    await this.webContents.page?.load(url);
  }
  show(): void {
    this.#shown = true;
  }
  showInactive(): void {
    record('window.showInactive');
    this.#shown = true;
  }
  focus(): void {
    record('window.focus');
    if (this.#target) browser().send('Page.bringToFront', {}, this.#target.sessionId).catch(() => undefined);
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {
    record('window.restore');
  }
  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }
  destroy(): void {
    void this.#ready.then((target) => closeTarget(browser(), target));
    this.#gone();
  }

  #gone(): void {
    if (this.webContents.destroyed) return;
    this.webContents.destroyed = true;
    windows.delete(this);
    this.webContents.emit('destroyed');
    this.emit('closed');
    if (windows.size > 0) return;
    if (app.listenerCount('window-all-closed') === 0) app.quit();
    else app.emit('window-all-closed');
  }
}

function mayNavigate(webContents: WebContents, url: string, isMainFrame: boolean): boolean {
  let prevented = false;
  const event = { url, isMainFrame, preventDefault: () => (prevented = true) };
  webContents.emit('will-frame-navigate', event);
  if (isMainFrame) webContents.emit('will-navigate', event, url);
  record(prevented ? 'navigation refused' : 'navigation allowed', url);
  return !prevented;
}

type WindowCalls = 'loadURL' | 'show' | 'showInactive' | 'focus' | 'isMinimized' | 'restore' | 'isDestroyed' | 'destroy';
BrowserWindow.prototype satisfies Pick<Electron.BrowserWindow, WindowCalls>;
WebContents.prototype satisfies Pick<Electron.WebContents, 'send' | 'getURL' | 'isDestroyed' | 'setWindowOpenHandler'>;
