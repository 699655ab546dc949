/**
 * A system Chromium driven over a pipe: when this process dies, however it dies, Chromium goes too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';
import { findChromium, findHeadlessChromium } from '../find-program.mjs';

export type Events = Protocol.Events;
type Parameters = Protocol.CommandParameters;
type Answers = Protocol.CommandReturnValues;
type Message = { id?: number; sessionId?: string; method?: string; params?: unknown; result?: unknown; error?: { message: string } };

export interface Chromium {
  send<M extends keyof Parameters>(method: M, params: Parameters[M], sessionId?: string): Promise<Answers[M]>;
  /** Events of one session, or of the browser when it is undefined. */
  on<E extends keyof Events>(sessionId: string | undefined, event: E, listener: (params: Events[E]) => void): void;
  /**
   * Opens a window without tabs and address bar, which the protocol cannot; it arrives as a target of its own accord.
   * Null without a screen, where windows have no frame anyway.
   */
  readonly openAppWindow: (() => void) | null;
  /** Ends Chromium and deletes its profile if it was made here. */
  stop(): void;
}

const BACKGROUND_FEATURES = 'Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,InterestFeedContentSuggestions,DialMediaRouteProvider';

/** What a window shows until the program's page is there. */
const EMPTY_PAGE = 'data:text/html,<title>Booth Kiosk</title><body bgcolor=black>';

function root(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : [];
}

function flags(profile: string, headless: boolean): string[] {
  const port = process.env['STANDIN_DEBUG'] === '1' ? ['--remote-debugging-port=0'] : [];
  return [
    '--remote-debugging-pipe',
    ...port,
    ...root(),
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-domain-reliability',
    '--disable-client-side-phishing-detection',
    '--disable-breakpad',
    '--disable-dev-shm-usage',
    '--no-pings',
    '--metrics-recording-only',
    '--password-store=basic',
    '--deny-permission-prompts',
    '--hide-crash-restore-bubble',
    '--autoplay-policy=no-user-gesture-required',
    `--disable-features=${BACKGROUND_FEATURES}${headless ? ',RenderDocument' : ''}`,
    // Only the program's own host is ever answered, and that before any name is looked up.
    '--host-resolver-rules=MAP * ~NOTFOUND',
    // Tests: in a window that lives for seconds compiling costs more than it saves, as does a new frame (see renderer-page.ts).
    ...(headless ? ['--headless=new', '--js-flags=--jitless'] : []),
    '--no-startup-window',
  ];
}

/** A browser would offer to translate the screen and to remember what is typed; a kiosk must not. */
function preferQuiet(profile: string): void {
  mkdirSync(join(profile, 'Default'), { recursive: true });
  const preferences = { translate: { enabled: false }, credentials_enable_service: false, autofill: { profile_enabled: false } };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}

/** Starts Chromium. `onGone` is called when it ends without having been asked to. */
export function startChromium(onGone: () => void): Chromium {
  const headless = process.env['STANDIN_HEADLESS'] === '1' || (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']);
  const executable = headless ? findHeadlessChromium() : findChromium();
  if (executable === null) throw new Error('The stand-in for Electron needs Chromium, and none is installed.');
  const given = process.env['STANDIN_PROFILE'];
  const profile = given ?? mkdtempSync(join(tmpdir(), 'kiosk-standin-'));
  preferQuiet(profile);
  // In a process group of its own: Ctrl-C is for the program, which closes its windows when it has drained.
  const child = spawn(executable, flags(profile, headless), { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
  let stopped = false;
  child.once('exit', () => {
    if (!stopped) onGone();
  });
  child.once('error', () => onGone());
  return {
    ...speak(child),
    openAppWindow: headless ? null : () => spawn(executable, [`--user-data-dir=${profile}`, `--app=${EMPTY_PAGE}`, ...root()], { stdio: 'ignore' }).unref(),
    stop() {
      stopped = true;
      // All of its processes, so that none writes into the profile any more.
      if (child.pid !== undefined) killGroup(child.pid);
      if (given === undefined) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function killGroup(leader: number): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** The DevTools protocol over file descriptors 3 and 4: JSON messages, each ended by a zero byte. */
function speak(child: ChildProcess): Pick<Chromium, 'send' | 'on'> {
  const input = child.stdio[3] as Writable;
  const output = child.stdio[4] as Readable;
  const events = new EventEmitter().setMaxListeners(0);
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void; method: string }>();
  let lastId = 0;
  let rest = '';
  // Chromium that dies first closes the pipe; its exit is reported on its own.
  input.on('error', () => undefined);
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) receive(JSON.parse(text) as Message);
  });
  const receive = (message: Message) => {
    if (message.id === undefined) {
      events.emit(`${message.sessionId ?? ''}/${message.method}`, message.params);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(`${asked.method}: ${message.error.message}`));
    else asked?.resolve(message.result as never);
  };
  return {
    send: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject, method });
        input.write(`${JSON.stringify({ id: lastId, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      }),
    on(sessionId, event, listener) {
      events.on(`${sessionId ?? ''}/${event}`, listener);
    },
  };
}
