/**
 * Goal: with the two addresses in its environment the kiosk shows the queue another program wrote, and one tap moves the right visitor.
 * Method: the built program in a real window on real Redis and MariaDB; the stores are checked from outside.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let kiosk: LaunchedKiosk;
let page: Page;

beforeAll(async () => {
  festival = await startFestival({ visitors: 7, capacity: 3 });
  kiosk = await launchKiosk({ env: { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'ko' } });
  page = await kiosk.page();
  page.setDefaultTimeout(20_000);
});
afterAll(async () => {
  await kiosk?.close();
  await festival?.close();
});

const region = (name: string) => page.getByRole('region', { name });
const callNext = () => page.getByRole('button', { name: /다음 방문자 호출|호출/ }).first();

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

it('says in words what is wrong while the ledger is away, and goes on by itself', { timeout: 60_000 }, async () => {
  await festival.mariadb.kill();
  await page.getByText('호출, 추가, 입장 확인, 완료가 잠시 멈춥니다').waitFor();
  expect(await callNext().isDisabled()).toBe(true);
  await festival.mariadb.restart();
  await expect.poll(() => callNext().isEnabled(), { timeout: 20_000 }).toBe(true);
  const waiting = (await festival.queue()).length;
  await callNext().click();
  await expect.poll(async () => (await festival.queue()).length, { timeout: 20_000 }).toBe(waiting - 1);
  // Between a call's two halves its visitor is in a soft lock: only at rest do queue and rows tell of everybody.
  await expect.poll(() => festival.judge(), { timeout: 20_000 }).toMatchObject({ lost: [], twice: [], locks: [] });
});
