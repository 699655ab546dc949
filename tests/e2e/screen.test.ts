/**
 * Goal: what the built screen promises whatever is on it holds on the real program with real stores, too: sizes on every screen, both themes,
 * the standard's rules, a touch seen at once, the bar and the wait told as they are, sound as it was set, and the truth after a crash.
 * Method: one kiosk on Redis and MariaDB, a thousand waiting.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, settle } from '../support/action-page.ts';
import { fakeSound, heard } from '../support/fake-sound.ts';
import { framesUntilPressed } from '../support/frames-until-pressed.ts';
import { judgedByAxe } from '../support/judged-by-axe.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { GOOD, measure } from '../support/measure-screen.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const CAPACITY = 60;
const WAITING = 1_000;
const ENDED = 6;
/** By the wall clock of the festival, whatever zone this connection is in. */
const NOW = '(UTC_TIMESTAMP(6) + INTERVAL 9 HOUR)';

let festival: RealFestival;
let kiosk: LaunchedKiosk;
let page: Page;

beforeAll(async () => {
  festival = await startFestival({ visitors: WAITING, capacity: CAPACITY });
  // Six places became free within the last hour, of visits that began before it: one every ten minutes.
  const ids = Array.from({ length: ENDED }, (_, index) => 20_000 + index);
  await festival.sql(`INSERT INTO users VALUES ${ids.map((id) => `(${id}, 'u${id}@festival.ac.kr', '방문자 ${id}', 'VISITOR', NULL, b'1', NULL, NOW(6), NOW(6))`).join(', ')};
    INSERT INTO waiting (user_id, booth_id, called_position, status, completion_type, registered_at, called_at, entered_at, completed_at, notification_sent, notification_retry_count, created_at, updated_at)
      VALUES ${ids.map((id) => `(${id}, 1, 1, 'COMPLETED', 'ENTERED', ${NOW} - INTERVAL 2 HOUR, ${NOW} - INTERVAL 70 MINUTE, ${NOW} - INTERVAL 65 MINUTE, ${NOW} - INTERVAL 5 MINUTE, b'1', 0, ${NOW}, ${NOW})`).join(', ')};
    SELECT 1`);
  kiosk = await launchKiosk({ env: { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'en' } });
  page = await open();
});
afterAll(async () => {
  await kiosk?.close();
  await festival?.close();
});

async function open(): Promise<Page> {
  const opened = await kiosk.page();
  opened.setDefaultTimeout(30_000);
  await opened.getByTestId('more').waitFor();
  return opened;
}
const region = (name: 'Waiting' | 'Called' | 'Inside') => page.getByRole('region', { name });
const meter = async () => {
  const bar = page.getByRole('meter');
  const [inside, most, full] = await Promise.all([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemax'), page.locator('.capacity').getAttribute('data-full')]);
  return { inside: Number(inside), most: Number(most), full: full === 'true' };
};
const nothingOpen = () => expect.poll(async () => (await festival.judge()).locks).toEqual([]);
/** Of the visitor who was called last. */
const lastVisit = async (): Promise<{ readonly id: number; readonly userId: number }> => {
  const row = (await festival.visits()).at(-1);
  return { id: Number(row?.['id']), userId: Number(row?.['user_id']) };
};

it('a thousand waiting: the wait goes by the places that became free in the last hour', async () => {
  await region('Waiting').getByText(`about ${Math.round((WAITING * 10) / 60)} h`, { exact: true }).waitFor();
});

it('the bar tells who is inside, of how many, and when it is full, whoever changes that', async () => {
  expect(await meter()).toEqual({ inside: 0, most: CAPACITY, full: false });
  await page.getByTestId('call').click();
  const enter = page.locator('[data-testid^=enter-]').first();
  await enter.waitFor();
  await nothingOpen();
  await enter.click();
  await expect.poll(meter).toEqual({ inside: 1, most: CAPACITY, full: false });
  await nothingOpen();
  await festival.sql('UPDATE booth SET capacity = 1 WHERE id = 1; SELECT 1');
  await expect.poll(meter, { timeout: 20_000 }).toEqual({ inside: 1, most: 1, full: true });
  await page.getByTestId('call-reason').waitFor();
  await festival.sql(`UPDATE booth SET capacity = ${CAPACITY} WHERE id = 1; SELECT 1`);
  await expect.poll(meter, { timeout: 20_000 }).toEqual({ inside: 1, most: CAPACITY, full: false });
});

it('a touch is seen in the very next frame, at six times less speed, with fifty inside', { timeout: 120_000 }, async () => {
  const inside = (await festival.queue()).slice(-49);
  await festival.client.zrem('queue:booth:1', ...inside.map(String));
  await festival.sql(`INSERT INTO waiting (user_id, booth_id, called_position, status, registered_at, called_at, entered_at, notification_sent, notification_retry_count, created_at, updated_at)
      VALUES ${inside.map((id) => `(${id}, 1, 1, 'ENTERED', ${NOW} - INTERVAL 20 MINUTE, ${NOW} - INTERVAL 10 MINUTE, ${NOW} - INTERVAL 9 MINUTE, b'1', 0, ${NOW}, ${NOW})`).join(', ')}; SELECT 1`);
  await expect.poll(async () => (await meter()).inside, { timeout: 30_000 }).toBe(50);
  await settle(page);
  await settle(page);
  const called = (await lastVisit()).id;
  expect(await framesUntilPressed(page, 'call')).toEqual({ down: 1, busy: 1 });
  await expect.poll(async () => (await lastVisit()).id).not.toBe(called);
  const visit = await lastVisit();
  await page.getByTestId(`enter-${visit.id}`).waitFor();
  await nothingOpen();
  expect(await framesUntilPressed(page, `enter-${visit.id}`)).toEqual({ down: 1, busy: 1 });
  const complete = page.getByTestId(`complete-${visit.id}`);
  await complete.waitFor();
  await complete.scrollIntoViewIfNeeded();
  await nothingOpen();
  expect(await framesUntilPressed(page, `complete-${visit.id}`)).toEqual({ down: 1, busy: 1 });
  await complete.waitFor({ state: 'detached' });
  await nothingOpen();
});

describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
  beforeAll(async () => {
    await page.locator('.sync').click();
    const toggle = page.getByTestId('theme');
    await toggle.waitFor();
    if ((await toggle.getAttribute('aria-checked')) !== String(theme === 'light')) await toggle.click();
    await page.keyboard.press('Escape');
    // Kept for the next start.
    await page.reload();
    await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
    await page.getByTestId('more').waitFor();
  });

  it.each([[1024, 600], [1280, 800], [1920, 1080], [800, 1280]] as const)('targets are large and nothing is cut at %i×%i', async (width, height) => {
    await page.setViewportSize({ width, height });
    await settle(page);
    expect(await page.evaluate(measure)).toEqual(GOOD);
  });

  it('at twice the size everything is there, and nothing beside the screen', async () => {
    // Half as many pixels for the page.
    await page.setViewportSize({ width: 640, height: 400 });
    await settle(page);
    const { outside, small } = await page.evaluate(measure);
    expect({ outside, small }).toEqual({ outside: [], small: [] });
    for (const testId of ['call', 'add', 'more']) await page.getByTestId(testId).scrollIntoViewIfNeeded();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('axe finds nothing, on the board, in a menu, in the list of those gone and in the panel', { timeout: 120_000 }, async () => {
    const violations = async (): Promise<readonly string[]> => {
      const found = await judgedByAxe(page);
      // A page that is not there has nothing to find, either.
      expect(found.passed).toBeGreaterThan(10);
      return found.violations;
    };
    expect(await violations()).toEqual([]);
    await page.locator('[data-testid^=menu-]').first().click();
    await page.locator('dialog[open] [data-testid^=do-]').first().waitFor();
    await settle(page);
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await choose(page, 'more', 'gone');
    await page.locator('dialog[open]').getByRole('listitem').first().waitFor();
    await settle(page);
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.sync').click();
    await page.getByTestId('theme').waitFor();
    await settle(page);
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
  });
});

it('who asked their machine for less motion sees none', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByTestId('more').click();
  await page.locator('dialog[open]').waitFor();
  expect(await page.evaluate(() => document.getAnimations().filter((each) => Number(each.effect?.getComputedTiming().duration) > 1).length)).toBe(0);
  await page.keyboard.press('Escape');
  await page.emulateMedia({ reducedMotion: null });
});

it('sound: without a voice the chime alone is heard and the dialog says so; quieter and off are kept through a reload', { timeout: 90_000 }, async () => {
  await page.evaluate(fakeSound({ voices: [] }));
  await page.getByTestId('sound').click();
  await page.getByTestId('no-voice').waitFor();
  const volume = Number(/\d+/.exec(await page.getByTestId('volume').innerText())?.[0]);
  await page.getByTestId('quieter').click();
  await page.getByTestId('volume').getByText(`${volume - 10}`).waitFor();
  await page.keyboard.press('Escape');
  await settle(page);
  await settle(page);
  await page.getByTestId('call').click();
  await expect.poll(() => heard(page)).toEqual(['chime']);
  await nothingOpen();
  await page.getByTestId('sound').click();
  await page.getByTestId('muted').click();
  await expect.poll(() => page.getByTestId('muted').getAttribute('aria-checked')).toBe('true');
  await page.keyboard.press('Escape');
  await settle(page);
  await settle(page);
  const before = (await lastVisit()).id;
  await page.getByTestId('call').click();
  await expect.poll(async () => (await lastVisit()).id).not.toBe(before);
  await page.getByTestId(`called-${(await lastVisit()).id}`).waitFor();
  await nothingOpen();
  expect(await heard(page)).toEqual(['chime']);
  await page.reload();
  await page.getByTestId('sound').click();
  await page.locator('[data-testid=muted][aria-checked=true]').waitFor();
  await page.getByTestId('volume').getByText(`${volume - 10}`).waitFor();
  await page.keyboard.press('Escape');
});

it('a page that crashes between the touch and the answer comes back with the truth, and the call is one', { timeout: 90_000 }, async () => {
  await settle(page);
  await settle(page);
  const before = await festival.visits();
  const [first] = await festival.queue();
  const session = await page.context().newCDPSession(page);
  // The touch has left the page when its click has run.
  await page.getByTestId('call').evaluate((button: HTMLElement) => button.click());
  const gone = new Promise<unknown>((resolve) => page.once('crash', resolve).once('close', resolve));
  session.send('Page.crash').catch(() => undefined);
  await gone;
  page = await open();
  await region('Called').getByText(`방문자 ${first}`, { exact: true }).first().waitFor();
  await nothingOpen();
  const visits = await festival.visits();
  expect(visits.slice(before.length)).toMatchObject([{ user_id: first, status: 'CALLED' }]);
  const inside = visits.filter((visit) => visit['status'] === 'ENTERED').length;
  await expect.poll(async () => (await meter()).inside).toBe(inside);
  await region('Called').getByText(`방문자 ${first}`, { exact: true }).first().waitFor();
});
