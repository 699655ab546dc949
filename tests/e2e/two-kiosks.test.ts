/**
 * Goal: two kiosks at one booth show the same booth: what one does, and what other programs do to the stores, appears on both.
 * Method: the built program twice, each in a real window of its own, on one Redis and one MariaDB.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endSentence, fakeSound, heard } from '../support/fake-sound.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { runCli, withoutKioskSettings } from '../support/run-cli.ts';

let festival: RealFestival;
let servers: Readonly<Record<string, string>>;
let kiosks: readonly LaunchedKiosk[] = [];
let one: Page;
let two: Page;

beforeAll(async () => {
  festival = await startFestival({ visitors: 6, capacity: 5 });
  servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'en' };
  kiosks = await Promise.all(['kiosk-1', 'kiosk-2'].map((id) => launchKiosk({ env: { ...servers, KIOSK_ID: id } })));
  const pages = await Promise.all(kiosks.map((kiosk) => kiosk.page()));
  for (const page of pages) {
    page.setDefaultTimeout(20_000);
    await page.evaluate(fakeSound({ voices: ['en-GB'] }));
  }
  [one, two] = pages as [Page, Page];
});
afterAll(async () => {
  await Promise.all(kiosks.map((kiosk) => kiosk.close()));
  await festival?.close();
});

const person = (page: Page, column: 'Waiting' | 'Called' | 'Inside', userId: number) => page.getByRole('region', { name: column }).getByText(`방문자 ${userId}`, { exact: true }).first();
const nothingOpen = () => expect.poll(async () => (await festival.judge()).locks).toEqual([]);

async function callAt(page: Page): Promise<number> {
  const [first = 0] = await festival.queue();
  await person(page, 'Waiting', first).waitFor();
  await expect.poll(() => page.getByTestId('call').isEnabled(), { timeout: 20_000 }).toBe(true);
  await page.getByTestId('call').click();
  await person(page, 'Called', first).waitFor();
  return first;
}

it('a call, an entrance and a completion at one show at the other, and they can be taken over there', { timeout: 60_000 }, async () => {
  const called = await callAt(one);
  await person(two, 'Called', called).waitFor();
  await expect.poll(() => person(two, 'Waiting', called).count()).toBe(0);
  const visit = (await festival.visits()).find((row) => row['user_id'] === called);
  await nothingOpen();
  await two.getByTestId(`enter-${visit?.['id']}`).click();
  await person(one, 'Inside', called).waitFor();
  await nothingOpen();
  await one.getByTestId(`complete-${visit?.['id']}`).click();
  await expect.poll(() => person(two, 'Inside', called).count(), { timeout: 20_000 }).toBe(0);
  await expect.poll(() => festival.sql(`SELECT status FROM waiting WHERE user_id = ${called}`)).toMatchObject([{ status: 'COMPLETED' }]);
  await nothingOpen();
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 0, inside: 0 });
});

it('a call made at either is heard once, at the one that announces, and so is a call again', { timeout: 60_000 }, async () => {
  await two.getByTestId('sound').click();
  await two.getByTestId('announces').click();
  await two.keyboard.press('Escape');
  await two.getByRole('button', { name: 'settings: off' }).waitFor();
  await one.getByRole('button', { name: 'settings: on' }).waitFor();

  const before = await Promise.all([one, two].map((page) => heard(page)));
  const since = async (page: Page): Promise<readonly string[]> => (await heard(page)).slice(before[page === one ? 0 : 1]?.length);
  const called = await callAt(two);
  const call = ['chime', `en-GB: 방문자 ${called}, please come to ${await one.locator('h1').innerText()}.`];
  await expect.poll(() => since(one), { timeout: 10_000 }).toEqual(call);
  await endSentence(one);
  const visit = (await festival.visits()).find((row) => row['user_id'] === called);
  const again = await runCli(`recall --waiting ${visit?.['id']}`, { ...withoutKioskSettings(), ...servers });
  expect(again).toMatchObject({ code: 0 });
  await expect.poll(() => since(one), { timeout: 10_000 }).toEqual([...call, ...call]);
  await person(two, 'Called', called).waitFor();
  expect(await since(two)).toEqual([]);
  await two.getByTestId(`enter-${visit?.['id']}`).click();
  await nothingOpen();
});

it('what other programs write shows at both', { timeout: 60_000 }, async () => {
  const called = await callAt(two);
  await festival.plant([9001]);
  // First in line, by the score another program gave.
  await festival.client.zadd('queue:booth:1', 1, '9001');
  for (const page of [one, two]) await page.getByTestId('next').getByText('방문자 9001', { exact: true }).waitFor();
  await festival.sql(`UPDATE waiting SET status = 'ENTERED', entered_at = NOW(6) WHERE user_id = ${called}; SELECT 1`);
  for (const page of [one, two]) await person(page, 'Inside', called).waitFor();
  await festival.client.zrem('queue:booth:1', '9001');
  for (const page of [one, two]) await expect.poll(() => person(page, 'Waiting', 9001).count(), { timeout: 20_000 }).toBe(0);
});
