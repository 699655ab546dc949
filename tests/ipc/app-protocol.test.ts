/** app://kiosk/ serves the files of its folder, with the policy on every answer, and nothing beside it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assetPath, isAppUrl, serveAssets } from '../../electron/app-protocol.ts';

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-assets-'));
  root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'renderer-other'));
  writeFileSync(join(root, 'index.html'), '<p>index</p>');
  writeFileSync(join(root, 'assets', 'a b.js'), '1');
  writeFileSync(join(folder, 'secret.json'), '{}');
  writeFileSync(join(folder, 'renderer-other', 'x.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (url: string, method = 'GET') => serveAssets(root)(new Request(url, { method }));

it.each([
  ['app://kiosk/', 'text/html; charset=utf-8'],
  ['app://kiosk/index.html?x#y', 'text/html; charset=utf-8'],
  ['app://kiosk/assets/a%20b.js', 'text/javascript; charset=utf-8'],
])('serves %s', async (url, type) => {
  const response = await get(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

it.each([
  'app://kiosk/../secret.json',
  'app://kiosk/%2e%2e/secret.json',
  'app://kiosk/..%2fsecret.json',
  'app://kiosk/assets/..%2f..%2fsecret.json',
  'app://kiosk/..%2frenderer-other/x.json',
  'app://kiosk/..%5csecret.json',
  'app://kiosk/%00.html',
  'app://kiosk/%zz.html',
  'app://kiosk/none.html',
  'app://kiosk/assets',
  'app://other/index.html',
  'https://kiosk/index.html',
])('answers 404 to %s', async (url) => {
  const response = await get(url);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('leads nowhere outside its folder', () => {
  expect(assetPath(root, 'app://kiosk/..%2fsecret.json')).toBeNull();
  expect(assetPath(root, 'app://kiosk/index.html')).toBe(join(root, 'index.html'));
});

it('reads only', async () => {
  expect((await get('app://kiosk/index.html', 'POST')).status).toBe(405);
});

it.each([
  ['app://kiosk/x', true],
  ['app://kiosk:1/x', false],
  ['app://user@kiosk/x', false],
  ['app://KIOSK/x', false],
  ['https://kiosk/x', false],
  ['nonsense', false],
])('knows whether %s is its own', (url, own) => {
  expect(isAppUrl(url)).toBe(own);
});
