/** Which window of Chromium belongs to which window of the app; windows that pages open are asked about. */
import type { Chromium } from './chromium.ts';

export interface Target {
  readonly targetId: string;
  readonly sessionId: string;
  /** A page of this window wants another window. Answers whether it may. */
  onPopup: (url: string) => boolean;
}

interface Attached {
  readonly targetId: string;
  readonly sessionId: string;
}

const open = new Map<string, { target: Target; onGone: () => void }>();
const arrivals = new Map<string, (attached: Attached) => void>();
const unclaimed: Attached[] = [];
let watching: Promise<void> | null = null;
let onUnclaimed: (() => void) | null = null;

/** Opens a window, paused until its page is set up. `onGone`: it was closed, by the user or otherwise. */
export async function openTarget(chromium: Chromium, size: { width: number; height: number }, onGone: () => void): Promise<Target> {
  watching ??= watch(chromium);
  await watching;
  const attached = chromium.openAppWindow === null ? await newWindow(chromium, size) : await newAppWindow(chromium.openAppWindow);
  await resize(chromium, attached.targetId, size);
  const target: Target = { ...attached, onPopup: () => true };
  open.set(target.targetId, { target, onGone });
  return target;
}

/** Closes a window of the app without telling it. */
export async function closeTarget(chromium: Chromium, target: Target): Promise<void> {
  open.delete(target.targetId);
  await chromium.send('Target.closeTarget', { targetId: target.targetId }).catch(() => undefined);
}

async function watch(chromium: Chromium): Promise<void> {
  chromium.on(undefined, 'Target.attachedToTarget', ({ targetInfo, sessionId }) => {
    const { targetId, openerId, url } = targetInfo;
    const opener = openerId === undefined ? undefined : open.get(openerId);
    if (opener !== undefined) {
      // A window opened by a page shares its process: left paused it would stop its opener too, even while it is closed.
      chromium.send('Runtime.runIfWaitingForDebugger', {}, sessionId).catch(() => undefined);
      if (!opener.target.onPopup(url)) chromium.send('Target.closeTarget', { targetId }).catch(() => undefined);
      return;
    }
    const waiting = arrivals.get(targetId);
    if (waiting !== undefined) waiting({ targetId, sessionId });
    else unclaimed.push({ targetId, sessionId });
    onUnclaimed?.();
  });
  chromium.on(undefined, 'Target.detachedFromTarget', ({ sessionId }) => {
    for (const [targetId, { target, onGone }] of open) {
      if (target.sessionId !== sessionId) continue;
      open.delete(targetId);
      onGone();
    }
  });
  const filter = [{ type: 'page' }, { exclude: true }];
  await chromium.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter });
}

let lastAppWindow: Promise<unknown> = Promise.resolve();

/** One after the other: which of two arrived first nobody could tell. */
function newAppWindow(openAppWindow: () => void): Promise<Attached> {
  const opened = lastAppWindow.then(() => openOne(openAppWindow));
  lastAppWindow = opened;
  return opened;
}

async function openOne(openAppWindow: () => void): Promise<Attached> {
  openAppWindow();
  if (unclaimed.length === 0) await new Promise<void>((resolve) => (onUnclaimed = resolve));
  onUnclaimed = null;
  return unclaimed.shift() as Attached;
}

async function newWindow(chromium: Chromium, size: { width: number; height: number }): Promise<Attached> {
  const { targetId } = await chromium.send('Target.createTarget', { url: 'about:blank', newWindow: true, ...size });
  const known = unclaimed.findIndex((attached) => attached.targetId === targetId);
  if (known >= 0) return unclaimed.splice(known, 1)[0] as Attached;
  const attached = await new Promise<Attached>((resolve) => arrivals.set(targetId, resolve));
  arrivals.delete(targetId);
  return attached;
}

async function resize(chromium: Chromium, targetId: string, size: { width: number; height: number }): Promise<void> {
  const { windowId } = await chromium.send('Browser.getWindowForTarget', { targetId });
  await chromium.send('Browser.setContentsSize', { windowId, ...size });
}
