/** One page of Chromium set up as a window's page: preload in its own world, requests answered by the app, navigation asked about. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FROM_MAIN, preloadScripts, TO_MAIN } from './bridge.ts';
import type { Chromium, Events } from './chromium.ts';
import { answer, fromBrowser, toBrowser } from './session.ts';

const PRELOAD_WORLD = 'standin-preload';

interface PageEvents {
  /** The page, not the app, wants to go somewhere. Answers whether it may. */
  mayNavigate(url: string, isMainFrame: boolean): boolean;
  onMessage(text: string): void;
  onLoaded(): void;
  onCrashed(): void;
}

export interface Page {
  load(url: string): Promise<void>;
  /** Hands a message to the preload script's world; dropped when there is none. */
  post(text: string): void;
  url(): string;
}

/** Sets up an attached, still paused target, and lets it run. */
export async function setUpPage(chromium: Chromium, sessionId: string, targetId: string, preload: string | undefined, events: PageEvents): Promise<Page> {
  let url = 'about:blank';
  let wanted: string | null = null;
  let world: number | null = null;
  let started = false;

  chromium.on(sessionId, 'Page.frameNavigated', ({ frame }) => {
    if (frame.parentId === undefined) url = fromBrowser(frame.url);
  });
  chromium.on(sessionId, 'Page.loadEventFired', () => {
    if (started) events.onLoaded();
  });
  chromium.on(sessionId, 'Inspector.targetCrashed', () => events.onCrashed());
  chromium.on(sessionId, 'Runtime.executionContextCreated', ({ context }) => {
    const aux = context.auxData as { frameId?: string } | undefined;
    if (context.name === PRELOAD_WORLD && aux?.frameId === targetId) world = context.id;
  });
  chromium.on(sessionId, 'Runtime.executionContextsCleared', () => {
    world = null;
  });
  chromium.on(sessionId, 'Runtime.bindingCalled', ({ name, payload }) => {
    if (name === TO_MAIN) events.onMessage(payload);
  });
  chromium.on(sessionId, 'Fetch.requestPaused', (paused) => {
    const isOwn = wanted === paused.request.url;
    const isDocument = paused.resourceType === 'Document';
    if (isDocument && isOwn) {
      wanted = null;
      started = true;
    }
    const allowed = !isDocument || isOwn || events.mayNavigate(fromBrowser(paused.request.url), paused.frameId === targetId);
    // A request of a page that is gone in the meantime needs no answer.
    settleRequest(chromium, sessionId, paused, allowed).catch(() => undefined);
  });

  const send = chromium.send;
  await Promise.all([
    send('Page.enable', {}, sessionId),
    send('Runtime.enable', {}, sessionId),
    send('Inspector.enable', {}, sessionId),
    send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, sessionId),
    ...(preload === undefined ? [] : installPreload(chromium, sessionId, preload)),
    send('Runtime.runIfWaitingForDebugger', {}, sessionId),
  ]);

  return {
    async load(address) {
      wanted = toBrowser(address);
      const { errorText } = await send('Page.navigate', { url: wanted }, sessionId);
      if (errorText !== undefined) throw new Error(`${errorText} loading '${address}'`);
    },
    post(text) {
      if (world === null) return;
      const expression = `${FROM_MAIN}(${JSON.stringify(text)})`;
      // The page may reload or end at this very moment; Electron drops the message too.
      send('Runtime.evaluate', { expression, contextId: world }, sessionId).catch(() => undefined);
    },
    url: () => url,
  };
}

function installPreload(chromium: Chromium, sessionId: string, preload: string): Promise<unknown>[] {
  const scripts = preloadScripts(readFileSync(preload, 'utf8'), randomUUID());
  return [
    chromium.send('Runtime.addBinding', { name: TO_MAIN, executionContextName: PRELOAD_WORLD }, sessionId),
    chromium.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.page }, sessionId),
    chromium.send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.isolated, worldName: PRELOAD_WORLD }, sessionId),
  ];
}

async function settleRequest(chromium: Chromium, sessionId: string, paused: Events['Fetch.requestPaused'], allowed: boolean): Promise<void> {
  const { requestId, request } = paused;
  if (!allowed) {
    await chromium.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }, sessionId);
    return;
  }
  const response = await answer(fromBrowser(request.url), request.method);
  if (response === null) {
    await chromium.send('Fetch.continueRequest', { requestId }, sessionId);
    return;
  }
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  const responseHeaders = [...response.headers].map(([name, value]) => ({ name, value }));
  await chromium.send('Fetch.fulfillRequest', { requestId, responseCode: response.status, responseHeaders, body }, sessionId);
}
