/**
 * Goal: a morning and an evening at the booth: whom yesterday left behind is shown first and cleared by one confirmed tap, who came today
 * stays; and the report of yesterday tells what became of them, on the screen and as a file.
 * Method: the built program in a real window, on real servers; yesterday is made by setting times back.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayOf } from '../../shared/festival-day.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'kiosk-report-'));
const csv = join(folder, 'day.csv');
let festival: RealFestival;
let kiosk: LaunchedKiosk;
beforeAll(async () => {
  festival = await startFestival({ visitors: 6, capacity: 6 });
});
afterAll(async () => {
  await kiosk?.close();
  await festival?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('clears yesterday in one step, and reports it', { timeout: 120_000 }, async () => {
  const [inside = 0, called = 0, early = 0, late = 0, ...today] = await festival.queue();
  const first = await festival.cli('call --booth 1');
  await festival.cli(`enter --waiting ${first.json['waitingId']}`);
  await festival.cli('call --booth 1');
  await festival.sql('UPDATE waiting SET registered_at = registered_at - INTERVAL 1 DAY, called_at = called_at - INTERVAL 1 DAY, entered_at = entered_at - INTERVAL 1 DAY; SELECT 1');
  for (const userId of [early, late]) await festival.client.zincrby('queue:booth:1', -DAY_MS / 1_000, String(userId));

  kiosk = await launchKiosk({ env: { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: 'en', STANDIN_SAVE_AS: csv } });
  const page = await kiosk.page();
  page.setDefaultTimeout(20_000);
  const banner = page.getByTestId('leftovers');
  await banner.getByText('2 waiting · 1 called · 1 inside').waitFor();
  await page.getByTestId('open-leftovers').click();
  const sheet = page.getByRole('dialog');
  for (const userId of [inside, called, early, late]) await sheet.getByText(`방문자 ${userId}`, { exact: true }).waitFor();
  expect(await sheet.getByText(`방문자 ${today[0]}`, { exact: true }).count()).toBe(0);
  expect(await festival.queue()).toEqual([early, late, ...today]);
  await page.getByTestId('clear-leftovers').click();
  await page.getByTestId('leftovers-status').getByText('4 visitors cleared.').waitFor();
  await page.keyboard.press('Escape');
  await banner.waitFor({ state: 'detached' });

  expect(await festival.queue()).toEqual(today);
  await expect.poll(async () => festival.judge(), { timeout: 20_000 }).toMatchObject({ locks: [], current: 0, inside: 0 });
  expect(await festival.sql('SELECT user_id, status, completion_type FROM waiting ORDER BY id')).toEqual([
    { user_id: inside, status: 'COMPLETED', completion_type: 'ENTERED' },
    { user_id: called, status: 'COMPLETED', completion_type: 'NO_SHOW' },
  ]);
  await expect.poll(() => festival.sql("SELECT kind, reason FROM kiosk_journal WHERE reason LIKE 'Cleared%' ORDER BY kind"), { timeout: 20_000 }).toHaveLength(4);

  await page.getByTestId('sync').click();
  await page.getByTestId('open-report').click();
  await page.getByTestId('report-empty').waitFor();
  await page.getByTestId('day-before').click();
  const row = page.getByTestId('report-table').getByRole('row').last();
  await row.getByText('Whole day').waitFor();
  expect(await row.getByRole('cell').allInnerTexts()).toEqual(['2', '1', '1', '0', '2', expect.stringContaining('min'), expect.stringContaining('min')]);
  if (kiosk.realElectron) return;
  await page.getByTestId('save-report').click();
  await page.getByTestId('report-saved').getByText('day.csv').waitFor();
  const yesterday = dayOf(Date.now() - DAY_MS, 'Asia/Seoul');
  expect(await kiosk.asked()).toContainEqual({ call: 'dialog.showSaveDialog', details: { defaultPath: `report-${yesterday}-booth-1.csv`, filters: [{ name: 'CSV', extensions: ['csv'] }] } });
  expect(readFileSync(csv, 'utf8')).toMatch(new RegExp(`^\\uFEFFdate,booth,booth_name,hour,.*\\r\\n(${yesterday},1,치킨 부스,\\d+,.*\\r\\n)+${yesterday},1,치킨 부스,all,2,1,1,1,0,2,\\d+,\\d+,0\\r\\n$`));
});
