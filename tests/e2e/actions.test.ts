/**
 * Goal: what is done from the menus at one kiosk is true at the other, and taking back says what is true even when the other was quicker.
 * Method: the built program twice, each in a real window of its own, on one Redis and one MariaDB.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settle } from '../support/action-page.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let kiosks: readonly LaunchedKiosk[] = [];
let one: Page;
let two: Page;

beforeAll(async () => {
  festival = await startFestival({ visitors: 15, capacity: 12 });
  const servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'en' };
  kiosks = await Promise.all(['kiosk-1', 'kiosk-2'].map((id) => launchKiosk({ env: { ...servers, KIOSK_ID: id } })));
  const pages = await Promise.all(kiosks.map((kiosk) => kiosk.page()));
  for (const page of pages) page.setDefaultTimeout(20_000);
  [one, two] = pages as [Page, Page];
});
afterAll(async () => {
  await Promise.all(kiosks.map((kiosk) => kiosk.close()));
  await festival?.close();
});

const person = (page: Page, column: 'Waiting' | 'Called' | 'Inside', userId: number) => page.getByRole('region', { name: column }).getByText(`방문자 ${userId}`, { exact: true }).first();
const gone = (page: Page, column: 'Waiting' | 'Called' | 'Inside', userId: number) => expect.poll(() => person(page, column, userId).count(), { timeout: 20_000 }).toBe(0);
const nothingOpen = () => expect.poll(async () => (await festival.judge()).locks).toEqual([]);
const undo = (page: Page) => page.getByTestId('undo');

/** Fingers on the glass: where they are at each moment, as shares of the width of a button; or for a good while as they are. */
async function touch(page: Page, testId: string, ...moments: readonly (readonly number[] | 'held')[]): Promise<void> {
  const box = await page.getByTestId(testId).boundingBox();
  if (box === null) throw new Error(`${testId} is not on the screen`);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  let down = 0;
  // One after the other, without waiting in between: on a busy machine the two of a double tap would be seconds apart.
  const sent: Promise<unknown>[] = [];
  for (const fingers of moments) {
    if (fingers === 'held') {
      await Promise.all(sent);
      await settle(page);
      continue;
    }
    const touchPoints = fingers.map((share, id) => ({ id, x: box.x + share * box.width, y: box.y + box.height / 2 }));
    sent.push(session.send('Input.dispatchTouchEvent', { type: fingers.length > down ? 'touchStart' : 'touchEnd', touchPoints }));
    down = fingers.length;
  }
  await Promise.all(sent);
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  await session.detach();
}

async function callAt(page: Page): Promise<{ readonly userId: number; readonly waitingId: number }> {
  const [userId = 0] = await festival.queue();
  await person(page, 'Waiting', userId).waitFor();
  // A second touch of the main button within a second and a half is one with the first.
  await settle(page);
  await settle(page);
  await expect.poll(() => page.getByTestId('call').isEnabled(), { timeout: 20_000 }).toBe(true);
  await page.getByTestId('call').click();
  await person(page, 'Called', userId).waitFor();
  await nothingOpen();
  const visits = (await festival.visits()).filter((row) => row['user_id'] === userId);
  return { userId, waitingId: Number(visits.at(-1)?.['id']) };
}

async function choose(page: Page, userId: number, item: string): Promise<void> {
  await page.getByTestId(`menu-${userId}`).click();
  await settle(page);
  await page.getByTestId(`do-${item}`).click();
}

/** Opens the list of those gone and chooses what to do for one of them. */
async function fromTheGone(page: Page, waitingId: number, item: string): Promise<void> {
  await page.getByTestId('more').click();
  await settle(page);
  await page.getByTestId('do-gone').click();
  await page.getByTestId(`gone-${waitingId}`).getByRole('button').click();
  await settle(page);
  await page.getByTestId(`do-${item}`).click();
  await settle(page);
}

it('a call is taken back with its place, at both kiosks', { timeout: 90_000 }, async () => {
  const order = await festival.queue();
  const { userId } = await callAt(one);
  await person(two, 'Called', userId).waitFor();
  await undo(one).waitFor();
  await settle(one);
  await undo(one).click();
  await one.getByTestId('undo-bar').getByText('waits again, at their own place').waitFor();
  for (const page of [one, two]) await gone(page, 'Called', userId);
  await nothingOpen();
  expect(await festival.queue()).toEqual(order);
});

it('undo after the other kiosk let the visitor in is refused in words, and they stay inside', { timeout: 90_000 }, async () => {
  const { userId, waitingId } = await callAt(one);
  await undo(one).waitFor();
  await person(two, 'Called', userId).waitFor();
  await two.getByTestId(`enter-${waitingId}`).click();
  await expect.poll(async () => (await festival.sql(`SELECT status FROM waiting WHERE id = ${waitingId}`))[0]).toMatchObject({ status: 'ENTERED' });
  await nothingOpen();
  // As soon as its own lists know, or before: whoever is quick enough has the bar still.
  await settle(one);
  await undo(one).click();
  await one.getByTestId('undo-bar').getByText('not undone. Somebody else was faster with this visitor.').waitFor();
  await person(one, 'Inside', userId).waitFor();
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 1, inside: 1 });
});

it('no-show, taken back; put back behind three; a cancelled visitor let in late from the list of those gone', { timeout: 120_000 }, async () => {
  const { userId, waitingId } = await callAt(one);
  await choose(one, userId, 'no-show');
  await gone(two, 'Called', userId);
  await settle(one);
  await undo(one).click();
  await one.getByTestId('undo-bar').getByText('is called again').waitFor();
  await person(two, 'Called', userId).waitFor();
  await nothingOpen();

  const behind = (await festival.queue()).slice(0, 3);
  await choose(two, userId, 'after-three');
  await gone(one, 'Called', userId);
  await nothingOpen();
  const now = await festival.queue();
  expect(now.slice(0, 3)).toEqual(behind);
  expect(now.slice(3)).toContain(userId);

  const late = await callAt(two);
  expect(late.waitingId).not.toBe(waitingId);
  await choose(two, late.userId, 'cancel');
  await gone(one, 'Called', late.userId);
  await nothingOpen();
  await one.getByTestId('more').click();
  await settle(one);
  await one.getByTestId('do-gone').click();
  await one.getByTestId(`gone-${late.waitingId}`).getByText('Cancellation').waitFor();
  await one.keyboard.press('Escape');
  await fromTheGone(one, late.waitingId, 'admit');
  await one.getByTestId('reason-1').click();
  await one.getByTestId(`gone-${late.waitingId}`).waitFor({ state: 'detached' });
  await person(two, 'Inside', late.userId).waitFor();
  await one.keyboard.press('Escape');
  await nothingOpen();
  await expect.poll(async () => (await festival.sql(`SELECT reason FROM kiosk_journal WHERE kind = 'admit' AND outcome = 'finished'`))[0]).toMatchObject({ reason: 'Came late' });
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 2, inside: 2 });
});

it('called again, given more time, put back to their own place; cancelled and queued again; completed and taken back', { timeout: 120_000 }, async () => {
  const order = await festival.queue();
  const { userId, waitingId } = await callAt(one);
  const row = async () => (await festival.sql(`SELECT status, kiosk_ops FROM waiting WHERE id = ${waitingId}`))[0];
  await choose(two, userId, 'recall');
  await expect.poll(row).toMatchObject({ status: 'CALLED', kiosk_ops: expect.stringContaining('recall:') });
  await nothingOpen();
  const leftMs = async (page: Page): Promise<number> => {
    const [, minutes = 0, seconds = 0] = /(\d+):(\d\d)/.exec(await page.getByTestId(`called-${waitingId}`).getByTestId('countdown').innerText()) ?? [];
    return (Number(minutes) * 60 + Number(seconds)) * 1_000;
  };
  await festival.sql(`UPDATE waiting SET called_at = called_at - INTERVAL 200 SECOND WHERE id = ${waitingId}; UPDATE kiosk_presence SET since = since - INTERVAL 1 HOUR; SELECT 1`);
  await expect.poll(() => leftMs(one), { timeout: 20_000 }).toBeLessThan(120_000);
  await choose(two, userId, 'hold');
  await expect.poll(() => leftMs(one), { timeout: 20_000 }).toBeGreaterThan(240_000);
  await nothingOpen();
  await choose(two, userId, 'put-back');
  for (const page of [one, two]) await gone(page, 'Called', userId);
  await nothingOpen();
  expect(await festival.queue()).toEqual(order);

  const cancelled = await callAt(two);
  await choose(two, cancelled.userId, 'cancel');
  await gone(one, 'Called', cancelled.userId);
  await nothingOpen();
  await fromTheGone(one, cancelled.waitingId, 'requeue');
  await one.getByTestId('reason-1').click();
  await person(two, 'Waiting', cancelled.userId).waitFor();
  await one.keyboard.press('Escape');
  await nothingOpen();
  expect(await festival.queue()).toContain(cancelled.userId);

  const ended = await callAt(one);
  await one.getByTestId(`enter-${ended.waitingId}`).click();
  await person(two, 'Inside', ended.userId).waitFor();
  await nothingOpen();
  await two.getByTestId(`complete-${ended.waitingId}`).click();
  await gone(one, 'Inside', ended.userId);
  await nothingOpen();
  await fromTheGone(one, ended.waitingId, 'undo');
  await person(two, 'Inside', ended.userId).waitFor();
  await one.keyboard.press('Escape');
  await nothingOpen();
  const { lost, twice, current, inside } = await festival.judge();
  expect({ lost, twice, current }).toEqual({ lost: [], twice: [], current: inside });
  expect(await festival.sql(`SELECT status FROM waiting WHERE id = ${ended.waitingId}`)).toEqual([{ status: 'ENTERED' }]);
});

it('somebody found in the queue is called out of turn, another taken out of it', { timeout: 90_000 }, async () => {
  const order = await festival.queue();
  const [chosen = 0, leaving = 0] = order.slice(-2);
  const open = async (userId: number, item: string): Promise<void> => {
    await one.getByTestId('more').click();
    await settle(one);
    await one.getByTestId('do-search').click();
    await one.getByTestId('queue-search').fill(`방문자 ${userId}`);
    await one.locator('.queue-rows').getByTestId(`menu-${userId}`).click();
    await settle(one);
    await one.getByTestId(`do-${item}`).click();
    await settle(one);
    await one.getByTestId('reason-1').click();
  };
  await open(chosen, 'chosen');
  await one.keyboard.press('Escape');
  await person(two, 'Called', chosen).waitFor();
  await nothingOpen();
  await settle(one);
  await open(leaving, 'leave');
  await one.keyboard.press('Escape');
  await expect.poll(() => festival.queue(), { timeout: 20_000 }).toEqual(order.slice(0, -2));
  await nothingOpen();
  await expect.poll(async () => (await festival.sql(`SELECT status FROM waiting WHERE user_id = ${chosen}`))[0]).toMatchObject({ status: 'CALLED' });
});

it('a double tap, two fingers, a held finger and two people at once: each call is one, and on both screens', { timeout: 120_000 }, async () => {
  const calls = async (): Promise<number> => (await festival.visits()).length;
  const quiet = async (): Promise<void> => {
    await nothingOpen();
    await settle(one);
    await settle(one);
    await expect.poll(() => one.getByTestId('call').isEnabled(), { timeout: 20_000 }).toBe(true);
  };
  await quiet();
  const before = await calls();
  const [first = 0] = await festival.queue();
  await touch(one, 'call', [0.5], [], [0.5], []);
  await person(two, 'Called', first).waitFor();
  await quiet();
  expect(await calls()).toBe(before + 1);
  // What two fingers at once mean nobody can know: at most one call, and a word about it.
  await Promise.all([one.getByTestId('call').getByText('Use one finger').waitFor(), touch(one, 'call', [0.3, 0.7], [])]);
  await quiet();
  expect(await calls()).toBeLessThanOrEqual(before + 2);
  const unheld = await calls();
  await touch(one, 'call', [0.5], 'held', []);
  await quiet();
  expect(await calls()).toBe(unheld + 1);
  const until = await calls();
  const [next = 0, last = 0] = await festival.queue();
  await Promise.all([one, two].map((page) => page.getByTestId('call').click()));
  for (const page of [one, two]) for (const userId of [next, last]) await person(page, 'Called', userId).waitFor();
  await quiet();
  expect(await calls()).toBe(until + 2);
});

it('the countdown goes by the history at both; who does not come in time is gone by itself, and can be called again', { timeout: 90_000 }, async () => {
  const { userId, waitingId } = await callAt(one);
  const countdown = (page: Page) => page.getByTestId(`called-${waitingId}`).getByTestId('countdown');
  const later = (seconds: number) => festival.sql(`UPDATE waiting SET called_at = called_at - INTERVAL ${seconds} SECOND WHERE id = ${waitingId}; SELECT 1`);
  await undo(one).waitFor();
  for (const page of [one, two]) await countdown(page).getByText(/^(5:00|4:\d\d) left$/).waitFor();
  // Nobody's time runs while the booth is not served.
  await festival.sql('UPDATE kiosk_presence SET since = since - INTERVAL 1 HOUR; SELECT 1');
  await later(250);
  for (const page of [one, two]) await expect.poll(() => countdown(page).innerText(), { timeout: 20_000 }).toMatch(/Absent soon\s+0:\d\d left/);
  await undo(one).waitFor({ state: 'detached' });
  await later(60);
  for (const page of [one, two]) await gone(page, 'Called', userId);
  expect(await festival.sql(`SELECT status, completion_type FROM waiting WHERE id = ${waitingId}`)).toEqual([{ status: 'COMPLETED', completion_type: 'NO_SHOW' }]);
  await nothingOpen();
  await two.getByTestId('more').click();
  await settle(two);
  await two.getByTestId('do-gone').click();
  await two.getByTestId(`gone-${waitingId}`).getByText('by itself, time ran out').waitFor();
  await two.getByTestId(`gone-${waitingId}`).getByRole('button').click();
  await settle(two);
  await two.getByTestId('do-undo').click();
  await person(one, 'Called', userId).waitFor();
  await two.keyboard.press('Escape');
  await nothingOpen();
  expect(await festival.judge()).toMatchObject({ twice: [], locks: [] });
});
