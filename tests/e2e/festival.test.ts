/**
 * Goal: with the two addresses in its environment the kiosk shows the queue another program wrote, and one tap moves the right visitor; who
 * is at work, how visitors are added, found among a thousand and called beyond the room there is, is in the stores as it was done.
 * Method: the built program in a real window on real Redis and MariaDB; the stores are checked from outside.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { choose, chooseById, settle } from '../support/action-page.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { scan, scannerListens } from '../support/scanner-keys.ts';

const CODE = 'https://festival.example/users/';
const dataDir = mkdtempSync(join(tmpdir(), 'kiosk-festival-'));
let festival: RealFestival;
let kiosk: LaunchedKiosk;
let page: Page;

beforeAll(async () => {
  festival = await startFestival({ visitors: 7, capacity: 3 });
  await festival.sql("INSERT INTO booth VALUES (2, 1, '타로', '', 9, NULL, NULL, 'OPEN', NOW(6), NOW(6)); SELECT 1");
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ staffNames: ['김민지', 'Ben'], scannerPrefix: CODE, phoneRetentionHours: 2 }));
  kiosk = await launchKiosk({ dataDir, env: { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'ko' } });
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
const callNext = () => page.getByRole('button', { name: /다음 방문자 호출|호출/ }).first();
const nothingOpen = () => expect.poll(async () => (await festival.judge()).locks, { timeout: 20_000 }).toEqual([]);
const journal = (kind: string) => festival.sql(`SELECT user_id, staff, reason FROM kiosk_journal WHERE kind = '${kind}' AND outcome = 'finished' ORDER BY id DESC LIMIT 1`);

it('moves the right visitor by one tap each, and the stores hold what the contract says', { timeout: 60_000 }, async () => {
  const order = await festival.queue();
  const first = order[0] ?? 0;
  await region('대기').getByText(`방문자 ${first}`).first().waitFor();
  const [score] = await festival.client.zrange('queue:booth:1', '0', '0', 'WITHSCORES').then(([, text]) => [text]);
  await callNext().click();
  await region('호출').getByText(`방문자 ${first}`).first().waitFor();

  const [row] = await festival.sql('SELECT * FROM waiting');
  expect(row).toMatchObject({ user_id: first, booth_id: 1, called_position: 1, status: 'CALLED', completion_type: null, kiosk_ticket: `1:${first}:${score}` });
  expect(await festival.queue()).toEqual(order.slice(1));
  await expect.poll(() => festival.client.smembers(`user:${first}:active_booths`)).toEqual([]);
  await expect.poll(async () => (await festival.judge()).locks).toEqual([]);

  await region('호출').getByRole('button', { name: /입장/ }).first().click();
  await region('이용 중').getByText(`방문자 ${first}`).first().waitFor();
  await expect.poll(() => festival.client.get('booth:1:current')).toBe('1');
  await region('이용 중').getByRole('button', { name: /완료/ }).first().click();
  await expect.poll(() => festival.client.get('booth:1:current')).toBe('0');
  const [done] = await festival.sql('SELECT status, completion_type, registered_at <= called_at AND called_at <= entered_at AND entered_at <= completed_at AS ordered FROM waiting');
  expect(done).toMatchObject({ status: 'COMPLETED', completion_type: 'ENTERED', ordered: 1 });
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
});

it('adds by telephone number and by scan, for whom is at work; numbers are forgotten in time', { timeout: 60_000 }, async () => {
  await at('staff').click();
  await page.getByRole('button', { name: '김민지' }).click();
  await at('staff').getByText('김민지').waitFor();

  await at('add').click();
  await at('way-phone').click();
  for (const key of ['010', ...'98765432']) await at(`key-${key}`).click();
  await at('add-submit').click();
  await at('joined').getByText('···· 5432').waitFor();
  const [phone] = await festival.sql('SELECT user_id, digits FROM kiosk_phone');
  expect(phone).toMatchObject({ digits: '01098765432' });
  const walkIn = Number(phone?.['user_id']);
  expect((await festival.queue()).at(-1)).toBe(walkIn);
  await expect.poll(() => journal('join')).toMatchObject([{ user_id: walkIn, staff: '김민지' }]);

  await festival.sql("INSERT INTO users VALUES (4711, 'app@festival.ac.kr', '남궁하늘', 'VISITOR', NULL, b'1', NULL, NOW(6), NOW(6)); SELECT 1");
  await scannerListens(page);
  await scan(page, `${CODE}4711`);
  await at('joined').getByText('남궁하늘').waitFor();
  expect((await festival.queue()).slice(-2)).toEqual([walkIn, 4711]);
  await scan(page, `${CODE}4711`);
  await page.getByRole('dialog').getByText('이미 이 부스에서 대기 중인 방문자입니다.').waitFor();
  await scan(page, '4711');
  await at('scan-result').getByText('방문자 코드가 아닙니다').waitFor();
  expect((await festival.queue()).filter((id) => id === 4711)).toHaveLength(1);
  await at('close').click();

  await nothingOpen();
  await festival.sql('UPDATE kiosk_phone SET created_at = created_at - INTERVAL 3 HOUR; SELECT 1');
  await at('sync').click();
  await at('reconcile').click();
  await expect.poll(() => festival.sql('SELECT * FROM kiosk_phone'), { timeout: 20_000 }).toEqual([]);
  await at('close').click();
});

it('finds one of a thousand, calls them out of turn, and one more than there is room for, each with a reason', { timeout: 120_000 }, async () => {
  await festival.plant(Array.from({ length: 1_000 }, (_, index) => 10_000 + index));
  const total = (await festival.queue()).length;
  await page.getByText(`외 ${total - 50}명`).waitFor();
  await choose(page, 'more', 'search');
  await page.getByRole('heading', { name: `대기 ${total}명` }).waitFor();
  await at('queue-search').fill('방문자 10998');
  await page.getByText('1명 찾음').waitFor();
  await page.locator('.queue-rows').getByTestId('menu-10998').click();
  await at('do-chosen').waitFor();
  await settle(page);
  await at('do-chosen').click();
  await at('reason-1').waitFor();
  await settle(page);
  await at('reason-1').click();
  await page.keyboard.press('Escape');
  await region('호출').getByText('방문자 10998', { exact: true }).first().waitFor();
  await nothingOpen();
  await expect.poll(() => journal('call')).toMatchObject([{ user_id: 10_998, staff: '김민지', reason: '몸이 불편하거나 아이와 함께 옴' }]);
  expect((await festival.queue()).includes(10_998)).toBe(false);

  // The booth has room for three.
  await chooseById(page, 'more', 'several-2');
  await at('call-reason').getByText('정원').waitFor();
  await nothingOpen();
  const [next] = await festival.queue();
  await settle(page);
  await settle(page);
  await choose(page, 'more', 'over');
  await at('reason-1').waitFor();
  await settle(page);
  await at('reason-1').click();
  await region('호출').getByText(`방문자 ${next}`, { exact: true }).first().waitFor();
  await nothingOpen();
  await expect.poll(() => journal('call')).toMatchObject([{ user_id: next, staff: '김민지', reason: '담당자가 허락함' }]);
  expect(await festival.sql("SELECT COUNT(*) AS called FROM waiting WHERE status = 'CALLED'")).toMatchObject([{ called: 4 }]);
});

it('another language for all of the screen, at once and after a reload', { timeout: 60_000 }, async () => {
  await page.getByRole('button', { name: 'EN English' }).click();
  await at('call').getByText('Call next').waitFor();
  await page.reload();
  await at('call').getByText('Call next').waitFor();
  for (const name of ['Waiting', 'Called', 'Inside']) await region(name).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

it('a tap under way stays with its booth when another is chosen', { timeout: 60_000 }, async () => {
  const [called] = await festival.sql("SELECT id, user_id FROM waiting WHERE status = 'CALLED' ORDER BY id LIMIT 1");
  // Somebody's transaction holds the visit: the tap is answered when it ends.
  const holding = await createConnection(festival.adminUrl);
  await holding.query('START TRANSACTION');
  await holding.query('SELECT * FROM waiting WHERE id = ? FOR UPDATE', [called?.['id']]);
  // At one go, and each line the screen has of it: the history waits for a lock no longer than three seconds.
  const told = page.evaluate(async (id) => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame);
    const click = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click();
    const line = (): string => document.querySelector<HTMLElement>('[data-testid=elsewhere]')?.innerText ?? '';
    click(`[data-testid=enter-${id}]`);
    click('.booth-title .icon-button');
    while (document.querySelector('.booth-choice') === null) await frame();
    click('li:nth-child(2) > .booth-choice');
    while (line() === '') await frame();
    const lines: string[] = [];
    for (; line() !== ''; await frame()) if (line() !== lines.at(-1)) lines.push(line());
    return lines;
  }, called?.['id']);
  await at('elsewhere').waitFor();
  await holding.query('ROLLBACK');
  await holding.end();
  await page.getByRole('heading', { name: '타로', level: 1 }).waitFor();
  for (const column of ['Waiting', 'Called', 'Inside']) await region(column).getByText(`Nobody is ${column.toLowerCase()}`, { exact: true }).waitFor();
  const lines = await told;
  for (const line of lines) expect(line).toMatch(/^.?치킨 부스/);
  expect(lines.join('\n')).toContain('Saving');
  await nothingOpen();
  const { current, inside, lost, twice } = await festival.judge();
  // On a busy machine the lock may have been waited for in vain: then that is what it says.
  expect(lines.at(-1)).toMatch(inside === 1 ? /Saved:.* entered/ : /not saved|cannot be reached/);
  expect({ current, lost, twice }).toEqual({ current: inside, lost: [], twice: [] });
  expect(await festival.sql('SELECT DISTINCT booth_id AS booth FROM waiting')).toEqual([{ booth: 1 }]);
});
