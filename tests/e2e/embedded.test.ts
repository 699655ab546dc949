/**
 * Goal: the first start, as a volunteer meets it: one question, then a booth at work; and nobody is lost when the power goes.
 * Method: the built program in a real window, on its embedded stores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';

let dataDir: string;
let kiosk: LaunchedKiosk | null = null;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'kiosk-e2e-'))));
afterEach(async () => {
  await kiosk?.close();
  kiosk = null;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const start = async (args: readonly string[] = []): Promise<Page> => {
  kiosk = await launchKiosk({ dataDir, args, env: { KIOSK_LANGUAGE: 'en' } });
  const page = await kiosk.page();
  page.setDefaultTimeout(20_000);
  return page;
};
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const section = (page: Page, name: string) => page.getByRole('region', { name });

it('asks once, then serves: simulated visitors arrive, are called, enter and complete', { timeout: 90_000 }, async () => {
  const page = await start();
  await button(page, /Try it here/).click();
  const callNext = button(page, /Call next/);
  await callNext.waitFor();
  await expect.poll(() => callNext.isEnabled(), { timeout: 20_000 }).toBe(true);
  await callNext.click();
  const entered = button(page, /Entered/).first();
  await entered.click();
  const complete = button(page, /Complete/).first();
  await complete.click();
  await section(page, 'Inside').getByText('Nobody is inside').waitFor();

  await button(page, /Add visitor/).click();
  await page.getByRole('textbox').fill('홍길동');
  await button(page, 'Add to queue').click();
  await page.getByText('Queue number').waitFor();

  for (const outcome of ['Added to the queue', 'waiting here already']) {
    await button(page, 'Add another').click();
    await button(page, 'Phone').click();
    for (const key of ['010', ...'12345678']) await page.getByTestId(`key-${key}`).click();
    await button(page, 'Add to queue').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('···· 5678').waitFor();
    await dialog.getByText(outcome).waitFor();
  }
});

it('does not ask again, and finds everybody where they were after a sudden death', { timeout: 90_000 }, async () => {
  let page = await start(['--demo']);
  const callNext = button(page, /Call next/);
  await expect.poll(() => callNext.isEnabled(), { timeout: 20_000 }).toBe(true);
  await callNext.click();
  await button(page, /Entered/).first().waitFor();
  const before = await page.evaluate(() => window.kiosk.request('snapshot:get', null));
  kiosk?.kill('SIGKILL');
  await kiosk?.exited();

  page = await start(['--demo']);
  await button(page, /Entered/).first().waitFor();
  const after = await page.evaluate(() => window.kiosk.request('snapshot:get', null));
  if (!before.ok || !after.ok) throw new Error('no snapshot');
  const people = (snapshot: typeof before.value) => [...(snapshot.booth?.called ?? []), ...(snapshot.booth?.waiting ?? [])].map((person) => person.userId);
  expect(people(before.value).length).toBeGreaterThan(0);
  expect(people(after.value)).toEqual(expect.arrayContaining(people(before.value)));
});
