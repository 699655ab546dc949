/** Electron's `protocol`, `session` and `Menu`: what pages may reach. */
import type Electron from 'electron';
import { isReady } from './app.ts';
import { record } from './record.ts';

type Handler = (request: Request) => Response | Promise<Response>;
const schemes = new Map<string, { standard: boolean }>();
const handlers = new Map<string, Handler>();

/** Pages of a scheme of the app's own live on this reserved host, because Chromium here knows only its own schemes. */
const RESERVED = '.app.invalid';

/** `app://kiosk/x` → `https://kiosk.app.app.invalid/x`; other addresses stay. */
export function toBrowser(address: string): string {
  const url = URL.parse(address);
  const scheme = url?.protocol.slice(0, -1) ?? '';
  if (url === null || !schemes.has(scheme)) return address;
  return `https://${url.host}.${scheme}${RESERVED}${url.pathname}${url.search}${url.hash}`;
}

/** The way back: what `senderFrame.url`, `will-navigate` and `getURL` say. */
export function fromBrowser(address: string): string {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'https:' || !url.host.endsWith(RESERVED)) return address;
  const name = url.host.slice(0, -RESERVED.length);
  const dot = name.lastIndexOf('.');
  return `${name.slice(dot + 1)}://${name.slice(0, dot)}${url.pathname}${url.search}${url.hash}`;
}

/** The app's own answer to an address, or null when no handler is there for it. */
export async function answer(address: string, method: string): Promise<Response | null> {
  const handler = handlers.get(URL.parse(address)?.protocol.slice(0, -1) ?? '');
  return handler === undefined ? null : handler(new Request(address, { method }));
}

export const protocol = {
  registerSchemesAsPrivileged(customSchemes: Electron.CustomScheme[]) {
    if (isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    record('protocol.registerSchemesAsPrivileged', customSchemes);
    for (const { scheme, privileges } of customSchemes) schemes.set(scheme, { standard: privileges?.standard ?? false });
  },
  handle(scheme: string, handler: (request: never) => Response | Promise<Response>) {
    if (!isReady()) throw new Error('protocol.handle needs the app to be ready');
    handlers.set(scheme, handler as Handler);
  },
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

const defaultSession = {
  // Chromium is started with a flag that denies every permission; here it is only noted that the app asked for it.
  setPermissionRequestHandler: (handler: unknown) => record('session.setPermissionRequestHandler', handler),
  setPermissionCheckHandler: (handler: unknown) => record('session.setPermissionCheckHandler', handler),
  setDevicePermissionHandler: (handler: unknown) => record('session.setDevicePermissionHandler', handler),
  on: (event: string) => record(`session.on ${event}`),
};
defaultSession satisfies Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>;

export const session = { defaultSession };

export const Menu = {
  setApplicationMenu: (menu: Electron.Menu | null) => record('Menu.setApplicationMenu', menu),
} satisfies Pick<typeof Electron.Menu, 'setApplicationMenu'>;

export const safeStorage = {
  isEncryptionAvailable: () => false,
  getSelectedStorageBackend: () => 'basic_text' as const,
  encryptString: (): Buffer => {
    throw new Error('The stand-in has no key store.');
  },
  decryptString: (): string => {
    throw new Error('The stand-in has no key store.');
  },
} satisfies Partial<Electron.SafeStorage>;
