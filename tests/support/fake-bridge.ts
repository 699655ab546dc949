/**
 * A `window.kiosk` for renderer tests in a real browser: every request is recorded and stays open until the test answers it,
 * and the test pushes snapshots as the main process would.
 */
import type { Page } from 'playwright-core';
import type { KioskBridge, RequestChannel, Requests } from '../../shared/channels.ts';
import type { DisplayView } from '../../shared/display.ts';
import type { Result } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';

interface RecordedRequest {
  readonly channel: RequestChannel;
  readonly payload: unknown;
}

interface FakeControl {
  snapshot: Snapshot;
  readonly requests: RecordedRequest[];
  push(snapshot: Snapshot): void;
  answer(channel: RequestChannel, result: unknown): void;
}

declare global {
  interface Window {
    fakeKiosk: FakeControl;
    readonly fakeDisplay: { show(view: DisplayView): void };
  }
}

/** Runs inside the page, before its own scripts. It must not use anything from this module's scope. */
function install(first: Snapshot): void {
  type Resolve = (result: unknown) => void;
  const open = new Map<string, Resolve[]>();
  const prepared = new Map<string, unknown[]>();
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const control: FakeControl = {
    snapshot: first,
    requests: [],
    push(snapshot) {
      control.snapshot = snapshot;
      for (const listener of listeners) listener(snapshot);
    },
    answer(channel, result) {
      const resolve = open.get(channel)?.shift();
      if (resolve !== undefined) resolve(result);
      else prepared.set(channel, [...(prepared.get(channel) ?? []), result]);
    },
  };
  const bridge = {
    request(channel: string, payload: unknown): Promise<unknown> {
      if (channel === 'snapshot:get') return Promise.resolve({ ok: true, value: control.snapshot });
      control.requests.push({ channel: channel as RequestChannel, payload });
      const ready = prepared.get(channel)?.shift();
      if (ready !== undefined) return Promise.resolve(ready);
      return new Promise((resolve) => open.set(channel, [...(open.get(channel) ?? []), resolve]));
    },
    on(channel: string, listener: (snapshot: Snapshot) => void): () => void {
      if (channel !== 'snapshot') return () => undefined;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  Object.assign(window, { kiosk: bridge as unknown as KioskBridge, fakeKiosk: control });
}

/** The script that puts the bridge into a page, showing `first`. */
export function bridgeScript(first: Snapshot): string {
  return `(${install.toString()})(${JSON.stringify(first)});`;
}

/** Runs inside the visitors' display: it is told, and asks nothing. */
function installDisplay(first: DisplayView): void {
  const listeners = new Set<(view: DisplayView) => void>();
  const show = (view: DisplayView): void => listeners.forEach((listener) => listener(view));
  const bridge = {
    request: () => Promise.reject(new Error('The display asked for something.')),
    on(channel: string, listener: (view: DisplayView) => void): () => void {
      if (channel !== 'display') return () => undefined;
      listeners.add(listener);
      listener(first);
      return () => listeners.delete(listener);
    },
  };
  Object.assign(window, { kiosk: bridge as unknown as KioskBridge, fakeDisplay: { show } });
}

/** The script that puts the display's bridge into a page, showing `first`. */
export function displayBridgeScript(first: DisplayView): string {
  return `(${installDisplay.toString()})(${JSON.stringify(first)});`;
}

/** Tells the visitors' display what to show now. */
export async function showOnDisplay(page: Page, view: DisplayView): Promise<void> {
  await page.evaluate((given) => window.fakeDisplay.show(given), view);
}

/** Pushes the snapshot on screen with changes, one version later (or at the version given). */
export async function push(page: Page, changes: Partial<Snapshot>): Promise<void> {
  await page.evaluate((given) => {
    const { snapshot } = window.fakeKiosk;
    window.fakeKiosk.push({ ...snapshot, version: snapshot.version + 1, ...given });
  }, changes);
}

/** Answers the oldest open request of a channel, or the next one to come. */
export async function answer<C extends RequestChannel>(page: Page, channel: C, result: Result<Requests[C]['answer']>): Promise<void> {
  await page.evaluate(([name, value]) => window.fakeKiosk.answer(name as RequestChannel, value), [channel, result] as const);
}

/** What the screen has asked for so far, in order. */
export async function requests(page: Page): Promise<readonly RecordedRequest[]> {
  return page.evaluate(() => window.fakeKiosk.requests);
}
