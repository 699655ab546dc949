/**
 * Goal: what staff make of a booth at one kiosk holds at every other, for other programs and for visitors: a pause, a last call, and a
 * closing where people wait, which is one question; then nobody waits, each was told why, and who was called still comes in.
 * Method: the built program twice, each in a real window, on real Redis and MariaDB, with a receiver of webhooks; the stores are checked
 * from outside.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startReceiver } from '../notify/http-receiver.ts';
import { settle } from '../support/action-page.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let kiosks: readonly LaunchedKiosk[] = [];
beforeAll(async () => {
  festival = await startFestival({ visitors: 3, capacity: 3 });
});
afterAll(async () => {
  await Promise.all(kiosks.map((kiosk) => kiosk.close()));
  await festival?.close();
});

interface Told {
  readonly type: string;
  readonly eventId: string;
  readonly userId: number;
  readonly reason?: string;
}

async function choose(page: Page, change: string): Promise<void> {
  await page.getByTestId('phase').click();
  await page.getByTestId(`phase-${change}`).waitFor();
  await settle(page);
  await page.getByTestId(`phase-${change}`).click();
}
async function giveReason(page: Page, button: string): Promise<void> {
  await page.getByTestId('reason-confirm').waitFor();
  await settle(page);
  await page.getByRole('button', { name: button }).click();
  await page.getByTestId('reason-confirm').click();
}
const status = async () => (await festival.sql('SELECT b.status, k.dismiss_op, k.phase_reason, k.phase_staff FROM booth b JOIN kiosk_booth k ON k.booth_id = b.id WHERE b.id = 1'))[0];
const caches = async () => [await festival.client.hget('booth:1:meta', 'status'), await festival.client.smembers('booth:ids')];

it('pauses, takes nobody new, closes with people waiting, tells each of them, and opens again', { timeout: 180_000 }, async () => {
  const receiver = await startReceiver((response) => void response.writeHead(204).end());
  const told = (): readonly Told[] => receiver.received.map(({ body }) => JSON.parse(body) as Told);
  const servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_NOTIFY_WEBHOOK_URL: receiver.url };
  kiosks = await Promise.all(['kiosk-1', 'kiosk-2'].map((id) => launchKiosk({ env: { ...servers, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'en', KIOSK_ID: id } })));
  const [one, two] = (await Promise.all(kiosks.map((kiosk) => kiosk.page()))) as [Page, Page];
  for (const page of [one, two]) page.setDefaultTimeout(30_000);
  const bothSay = (word: string) => Promise.all([one, two].map((page) => page.getByTestId('phase').getByText(word, { exact: true }).waitFor()));
  const [first = 0, ...others] = await festival.queue();
  const person = (page: Page, column: 'Called' | 'Inside') => page.getByRole('region', { name: column }).getByText(`방문자 ${first}`, { exact: true }).first();

  await expect.poll(() => two.getByTestId('call').isEnabled(), { timeout: 30_000 }).toBe(true);
  await choose(one, 'pause');
  await giveReason(one, 'Break');
  await bothSay('Calls paused');
  await two.getByTestId('call-reason').getByText('Break').waitFor();
  expect(await festival.cli('call --booth 1')).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_PAUSED' } } });
  await choose(two, 'resume');
  await bothSay('Open');

  await choose(one, 'last-call');
  await bothSay('Last call');
  await expect.poll(async (): Promise<unknown> => [(await status())?.['status'], await caches()], { timeout: 20_000 }).toEqual(['OPEN', ['OPEN', []]]);
  expect(await two.getByTestId('add').getAttribute('data-state')).toBe('blocked');
  expect(await festival.cli('join --booth 1 --name Late')).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_LAST_CALL' } } });
  await two.getByTestId('call').click();
  await person(one, 'Called').waitFor();

  await choose(one, 'close');
  await one.getByText('2 people are waiting. Closing sends them away').waitFor();
  await giveReason(one, 'Sold out');
  await bothSay('Closed');
  for (const page of [one, two]) await page.getByRole('region', { name: 'Waiting' }).getByText('Nobody is waiting').first().waitFor();
  await two.getByTestId('call-reason').getByText('The booth is closed.').waitFor();

  await expect.poll(() => festival.queue(), { timeout: 20_000 }).toEqual([]);
  await expect.poll(async (): Promise<unknown> => (await status())?.['dismiss_op'], { timeout: 20_000 }).toBeNull();
  expect([await status(), await caches()]).toMatchObject([{ status: 'CLOSED', phase_reason: 'Sold out' }, ['CLOSED', []]]);
  await expect.poll(() => new Set(told().filter(({ type }) => type === 'DISMISSED').map(({ eventId }) => eventId)).size, { timeout: 20_000 }).toBe(2);
  const dismissed = told().filter(({ type }) => type === 'DISMISSED');
  expect([...new Set(dismissed.map(({ userId }) => userId))].toSorted((a, b) => a - b)).toEqual(others.toSorted((a, b) => a - b));
  for (const event of dismissed) expect(event).toMatchObject({ reason: 'Sold out', boothName: '치킨 부스', boothId: 1 });
  for (const userId of [first, ...others]) expect(await festival.client.smembers(`user:${userId}:active_booths`)).toEqual([]);

  const [visit] = await festival.visits();
  await two.getByTestId(`enter-${visit?.['id']}`).click();
  await person(one, 'Inside').waitFor();
  await expect.poll(async () => (await festival.cli('audit --booth 1')).json, { timeout: 30_000 }).toMatchObject({ ok: true });

  await choose(two, 'open');
  await bothSay('Open');
  await expect.poll(caches, { timeout: 20_000 }).toEqual(['OPEN', ['1']]);
});
