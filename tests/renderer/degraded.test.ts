/** What the screen offers and says when a store is slow or away, or something about its server is doubtful. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ok } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, emptyBooth, running, upStores, without } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const show = (changes: Partial<Snapshot>, run: (page: Page) => Promise<void>) => async (): Promise<void> => {
  const page = await pages.open(running(changes));
  await run(page);
  await pages.done(page);
};
const asked = async (page: Page): Promise<readonly string[]> => (await requests(page)).map((request) => request.channel);

it('try again, in the banner: asked once, busy until both servers have answered or failed', show({ stores: without('queue') }, async (page) => {
  const button = page.getByTestId('try-again');
  await button.click();
  await button.and(page.locator('[data-state=busy]')).waitFor();
  expect(await button.innerText()).toBe('Trying…');
  await button.click({ force: true });
  expect(await asked(page)).toEqual(['kiosk:retry-stores']);
  await answer(page, 'kiosk:retry-stores', ok(null));
  await button.and(page.locator('[data-state=ready]')).waitFor();
  expect(await button.innerText()).toBe('Try again now');
}));

it('try again, on the status panel: there while a server is down or unfit, and only then', show({}, async (page) => {
  await page.getByTestId('sync').click();
  const panel = page.getByRole('dialog');
  await panel.getByTestId('store-queue').waitFor();
  expect(await panel.getByTestId('try-again').count()).toBe(0);
  await push(page, { stores: upStores.map((store) => (store.role === 'ledger' ? { ...store, state: 'unfit' as const, problem: { code: 'LEDGER_UNFIT', message: 'no' } } : store)) });
  await panel.getByTestId('try-again').click();
  expect(await asked(page)).toEqual(['kiosk:retry-stores']);
  await answer(page, 'kiosk:retry-stores', ok(null));
  await push(page, { stores: upStores });
  await panel.getByTestId('try-again').waitFor({ state: 'detached' });
}));

it('slow: what needs the server waits, no banner comes and goes, and nothing is said of addresses and firewalls', show({ stores: upStores.map((store) => (store.role === 'queue' ? { ...store, state: 'slow' as const, latencyMs: null, problem: { code: 'QUEUE_STORE_UNREACHABLE', message: 'overdue' } } : store)) }, async (page) => {
  expect(await page.getByTestId('call').getAttribute('data-state')).toBe('blocked');
  expect(await page.getByTestId('call-reason').innerText()).toBe('Redis is slow to answer. One moment.');
  expect(await page.getByTestId('enter-501').getAttribute('data-state')).toBe('ready');
  expect(await page.getByTestId('banner').count()).toBe(0);
  expect(await page.getByTestId('sync').getAttribute('data-sync')).toBe('catching-up');
  await page.getByTestId('sync').click();
  const card = page.getByTestId('store-queue');
  expect(await card.innerText()).toContain('Slow to answer');
  expect(await card.innerText()).not.toMatch(/firewall|overdue/);
  await push(page, { stores: upStores });
  await page.getByTestId('call').and(page.locator('[data-state=ready]')).waitFor();
  expect(await page.getByTestId('reconnected').count()).toBe(0);
}));

it('doubts about clocks, time zone and foreign locks are said in words, with the server they are about', show({
  stores: upStores.map((store) =>
    store.role === 'queue'
      ? { ...store, warnings: ['foreign-locks'], clocksApart: [{ from: 'kiosk' as const, seconds: 5 }] }
      : { ...store, warnings: ['zone-doubtful'], clocksApart: [{ from: 'queue' as const, seconds: 7_260 }] },
  ),
}, async (page) => {
  await page.getByTestId('sync').click();
  await page.getByTestId('warning').first().waitFor();
  const texts = await page.getByTestId('warning').allInnerTexts();
  expect(texts).toHaveLength(4);
  expect(texts[0]).toMatch(/^Redis: .*lockPrefix/);
  expect(texts[1]).toMatch(/^Redis: its clock and this kiosk’s are 5 s apart/);
  expect(texts[2]).toMatch(/^MariaDB: .*timeZone/);
  expect(texts[3]).toMatch(/^The clocks of MariaDB and Redis are 2 h 1 min apart/);
}));

it('a queue that was never read has no number; none is not what is known', show({ stores: without('queue'), booth: { ...emptyBooth, queueReadAt: null, called: busyBooth.called } }, async (page) => {
  expect(await page.locator('.column-count').allInnerTexts()).toEqual(['–', '3', '0']);
}));
