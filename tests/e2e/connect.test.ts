/**
 * Goal: the first start, as the festival's IT meets it: two addresses, each tried and judged by name, a booth, a name, and the kiosk is at
 * work; what is kept on disk holds no password.
 * Method: the built program in a real window on real Redis and MariaDB, driven by its screen alone; stores and file are read from outside.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { freePort } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let kiosk: LaunchedKiosk;
let dataDir: string;
let page: Page;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'kiosk-connect-'));
  festival = await startFestival({ visitors: 5, capacity: 3, migrated: false });
  kiosk = await launchKiosk({ dataDir, env: { KIOSK_LANGUAGE: 'en' } });
  page = await kiosk.page();
  page.setDefaultTimeout(20_000);
});
afterAll(async () => {
  await kiosk?.close();
  await festival?.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const at = (testId: string) => page.getByTestId(testId);
const region = (name: string) => page.getByRole('region', { name });
const isBlocked = async (testId: string): Promise<boolean> => (await at(testId).isDisabled()) || (await at(testId).getAttribute('aria-disabled')) === 'true';

/** Types an address, tries it, and answers once the screen has said `expected`. */
async function tried(store: 'queue' | 'ledger', url: string, expected: RegExp): Promise<string> {
  await at(`url-${store}`).fill(url);
  await at(`test-${store}`).click();
  await at(`trial-${store}`).getByText(expected).first().waitFor();
  return at(`trial-${store}`).innerText();
}

it('names what is wrong with an address, then connects, shows the queue and serves it', { timeout: 90_000 }, async () => {
  const { password } = new URL(festival.mysqlUrl);
  const leaksIn = (text: string): string[] => [password, decodeURIComponent(password), 'nonsense'].filter((secret) => text.includes(secret));
  await at('connect').click();
  expect(await isBlocked('connect-submit')).toBe(true);

  const nobody = await freePort();
  expect(await tried('queue', `redis://127.0.0.1:${nobody}`, /refused/i)).toContain(String(nobody));
  expect(await tried('queue', `redis://127.0.0.1:${festival.mariadb.port}`, /Redis/)).not.toMatch(/Redis \d/);
  await tried('queue', festival.redis.url, /(Redis|Valkey) \d/);
  const denied = await tried('ledger', festival.mysqlUrl.replace(/:[^:@/]+@/, ':nonsense@'), /password/i);
  expect(leaksIn(denied)).toEqual([]);
  expect(await isBlocked('connect-submit')).toBe(true);
  expect(await tried('ledger', festival.mysqlUrl, /(MariaDB|MySQL) \d/)).toContain('It is not prepared for kiosks yet: connecting adds columns and tables named kiosk_.');
  // Pasted whole, the address does not stand there with its password.
  expect(leaksIn(await at('url-ledger').inputValue())).toEqual([]);

  // The only booth there is needs no choosing.
  expect(await at('booth').locator('option:checked').innerText()).toBe('치킨 부스');
  await at('kiosk-name').fill('kiosk-7');
  await expect.poll(() => isBlocked('connect-submit')).toBe(false);
  await at('connect-submit').click();

  const [first, second] = await festival.queue();
  await region('Waiting').getByText(`방문자 ${first}`).first().waitFor();
  await expect.poll(() => at('call').isEnabled(), { timeout: 20_000 }).toBe(true);
  await at('call').click();
  await region('Called').getByText(`방문자 ${first}`).first().waitFor();
  expect(await festival.visits()).toMatchObject([{ user_id: first, status: 'CALLED' }]);
  expect((await festival.queue())[0]).toBe(second);
  await expect.poll(async () => (await festival.judge()).locks).toEqual([]);
  const [entry] = await festival.sql("SELECT owner FROM kiosk_journal WHERE kind = 'call'");
  expect(String(entry?.['owner'])).toMatch(/^kiosk-7\b/);

  const text = readFileSync(join(dataDir, 'settings.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    redisUrl: expect.stringContaining(`127.0.0.1:${festival.redis.port}`),
    mysqlUrl: expect.stringMatching(new RegExp(`^mysql://root@127\\.0\\.0\\.1:${festival.mariadb.port}/festival_`)),
    boothId: 1,
    kioskId: 'kiosk-7',
  });
  expect(leaksIn(text)).toEqual([]);
  expect(leaksIn(kiosk.stderr())).toEqual([]);
  expect(leaksIn(await page.content())).toEqual([]);

  // A machine with a key store keeps the password sealed. The stand-in has none, and the supervisor is told what that means.
  const isKept = text.includes('mysqlPasswordSealed');
  if (!kiosk.realElectron) expect(isKept).toBe(false);
  const answer = await page.evaluate(() => window.kiosk.request('snapshot:get', null));
  if (!answer.ok) throw new Error(answer.error.message);
  expect(answer.value.stores.some((store) => store.warnings.includes('password-not-kept'))).toBe(!isKept);
  await at('sync').click();
  await at('reconcile').waitFor();
  await expect.poll(() => at('warning').filter({ hasText: /password is kept for this run only/ }).count()).toBe(isKept ? 0 : 1);
});
