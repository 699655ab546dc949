/**
 * The preload script's world and its door to the page. Everything here except `preloadScripts` runs inside Chromium:
 * the functions are sent as text and use nothing of this module.
 *
 * The two worlds of a page share only its document, so values travel as details of synchronous events with a secret name:
 * data as structured clones, functions and promises as numbers that the other side wraps.
 */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Packed =
  | { kind: 'value'; value: unknown }
  | { kind: 'list'; items: Packed[] }
  | { kind: 'object'; fields: Record<string, Packed> }
  | { kind: 'function'; id: number }
  | { kind: 'promise'; id: number };
type Call = { id: number; args: Packed[]; replyTo: string };
type Reply = { threw: boolean; value: Packed };

interface PreloadScripts {
  /** For the page's own world. */
  readonly page: string;
  /** For the preload script's isolated world. */
  readonly isolated: string;
}

/** Names used inside the isolated world, which pages cannot see. */
export const TO_MAIN = 'standinToMain';
export const FROM_MAIN = 'standinFromMain';

/** The scripts that put a preload script in front of a page, talking under this secret. */
export function preloadScripts(preloadSource: string, secret: string): PreloadScripts {
  const names = JSON.stringify({ secret, toMain: TO_MAIN, fromMain: FROM_MAIN });
  const door = openDoor.toString();
  // The source stands in the script itself: the page's policy forbids making code from text.
  const preload = `function (require, module, exports) {\n${preloadSource}\n}`;
  return {
    page: `if (window === window.parent) (${pageWorld.toString()})(${door}, ${names});`,
    isolated: `if (window === window.parent) (${isolatedWorld.toString()})(${door}, ${names}, ${preload});`,
  };
}

interface Door {
  pack(value: unknown): Packed;
  unpack(packed: Packed): unknown;
}

/** One side of the door: packs what leaves, wraps what enters, answers calls to functions that were handed out. */
function openDoor(secret: string, here: string, there: string): Door {
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const promises = new Map<number, Promise<unknown>>();
  let lastId = 0;
  const target = document;
  const Event = CustomEvent;
  const dispatch = target.dispatchEvent.bind(target);

  const pack = (value: unknown): Packed => {
    if (typeof value === 'function') {
      lastId += 1;
      functions.set(lastId, value as (...args: unknown[]) => unknown);
      return { kind: 'function', id: lastId };
    }
    if (value instanceof Promise) {
      lastId += 1;
      promises.set(lastId, value);
      return { kind: 'promise', id: lastId };
    }
    if (Array.isArray(value)) return { kind: 'list', items: value.map(pack) };
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return { kind: 'object', fields: Object.fromEntries(Object.entries(value).map(([key, field]) => [key, pack(field)])) };
    }
    return { kind: 'value', value: structuredClone(value) };
  };

  const unpack = (packed: Packed): unknown => {
    switch (packed.kind) {
      case 'value':
        return packed.value;
      case 'list':
        return packed.items.map(unpack);
      case 'object':
        return Object.fromEntries(Object.entries(packed.fields).map(([key, field]) => [key, unpack(field)]));
      case 'function':
        return (...args: unknown[]) => call('call', packed.id, args);
      case 'promise':
        return new Promise((resolve, reject) => {
          call('then', packed.id, [resolve, (message: unknown) => reject(new Error(String(message)))]);
        });
    }
  };

  const call = (what: 'call' | 'then', id: number, args: unknown[]): unknown => {
    lastId += 1;
    // Calls nest (a listener calls back while it is called), so each reply has a name of its own.
    const detail: Call = { id, args: args.map(pack), replyTo: `${secret}-${here}-reply-${lastId}` };
    let reply: Reply | undefined;
    target.addEventListener(detail.replyTo, (event) => (reply = (event as CustomEvent<Reply>).detail), { once: true });
    dispatch(new Event(`${secret}-${there}-${what}`, { detail }));
    if (reply === undefined) throw new Error('The other world did not answer.');
    const value = unpack(reply.value);
    if (reply.threw) throw new Error(String(value));
    return value;
  };

  const serve = (what: 'call' | 'then', run: (id: number, args: unknown[]) => unknown) => {
    target.addEventListener(`${secret}-${here}-${what}`, (event) => {
      const { id, args, replyTo } = (event as CustomEvent<Call>).detail;
      let detail: Reply;
      try {
        detail = { threw: false, value: pack(run(id, args.map(unpack))) };
      } catch (error) {
        detail = { threw: true, value: { kind: 'value', value: error instanceof Error ? error.message : String(error) } };
      }
      dispatch(new Event(replyTo, { detail }));
    });
  };
  serve('call', (id, args) => functions.get(id)?.(...args));
  serve('then', (id, [resolve, reject]) => {
    const settle = (how: unknown) => (value: unknown) => {
      promises.delete(id);
      (how as (value: unknown) => void)(value);
    };
    promises.get(id)?.then(settle(resolve), (error: unknown) => settle(reject)(error instanceof Error ? error.message : String(error)));
    return undefined;
  });
  return { pack, unpack };
}

function pageWorld(open: typeof openDoor, names: { secret: string }): void {
  const door = open(names.secret, 'page', 'isolated');
  document.addEventListener(`${names.secret}-expose`, (event) => {
    const { key, api } = (event as CustomEvent<{ key: string; api: Packed }>).detail;
    const value = door.unpack(api);
    Object.defineProperty(window, key, { value: Object.freeze(value), enumerable: true, writable: false, configurable: false });
  });
}

function isolatedWorld(
  open: typeof openDoor,
  names: { secret: string; toMain: string; fromMain: string },
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  const door = open(names.secret, 'isolated', 'page');
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  const toMain = world[names.toMain] as (text: string) => void;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>();
  let lastId = 0;

  world[names.fromMain] = (text) => {
    const message = JSON.parse(text) as { id?: number; error?: string; value?: Json; channel: string; args: Json[] };
    if (message.id === undefined) {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.value);
    else asked?.reject(new Error(message.error));
  };

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        toMain(JSON.stringify({ id: lastId, channel, args: structuredClone(args) }));
      }),
    send: (channel: string, ...args: unknown[]) => toMain(JSON.stringify({ channel, args: structuredClone(args) })),
    on: (channel: string, listener: (event: object, ...args: unknown[]) => void) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) => {
      document.dispatchEvent(new CustomEvent(`${names.secret}-expose`, { detail: { key, api: door.pack(api) } }));
    },
  };
  const require = (name: string) => {
    if (name !== 'electron') throw new Error(`A sandboxed preload script may require only electron, not ${name}.`);
    return { contextBridge, ipcRenderer };
  };
  const module = { exports: {} };
  preload(require, module, module.exports);
}
