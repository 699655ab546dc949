/**
 * `app://kiosk/`: the only origin the program shows. It serves the built screen from its folder and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

export const APP_SCHEME = 'app';
const APP_HOST = 'kiosk';
/** The page of each screen. */
export const APP_URLS = {
  booth: `${APP_SCHEME}://${APP_HOST}/index.html`,
  display: `${APP_SCHEME}://${APP_HOST}/index.html?display`,
} as const;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};

/** Whether an address belongs to the program's own screen. */
export function isAppUrl(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === '';
}

/** The file behind an address, or null when the address is not ours or leads out of the folder. */
export function assetPath(rendererDir: string, address: string): string | null {
  if (!isAppUrl(address)) return null;
  const relative = decoded(new URL(address).pathname);
  if (relative === null || relative.includes('\0') || relative.includes('\\')) return null;
  const root = resolve(rendererDir);
  const file = resolve(root, `.${relative === '/' ? '/index.html' : relative}`);
  return file.startsWith(root + sep) ? file : null;
}

/** Answers requests for the screen's files; anything else is 404, anything but reading 405. */
export function serveAssets(rendererDir: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: HEADERS });
    const file = assetPath(rendererDir, request.url);
    const type = file === null ? undefined : CONTENT_TYPES[extname(file).toLowerCase()];
    if (file === null || type === undefined) return new Response(null, { status: 404, headers: HEADERS });
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: { ...HEADERS, 'content-type': type } });
    } catch {
      return new Response(null, { status: 404, headers: HEADERS });
    }
  };
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
