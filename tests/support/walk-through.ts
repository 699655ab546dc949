/**
 * A shift at a booth, done once in each language on the built program and real servers, with a picture of each step:
 * npm run walk-through -- [OUT-FOLDER]. The pictures of the staff's guide are made by it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { settle } from './action-page.ts';
import { launchKiosk } from './launch-kiosk.ts';
import { startFestival } from './real-festival.ts';

const folder = process.argv[2] ?? 'walk-through';
const NAMES = { ko: ['김민지', '이서준', '박하윤', '최도윤', '정서연', '남궁선우'], en: ['Ana Costa', 'Ben Okafor', 'Chloe Martin', 'David Kim', 'Emma Larsen', 'Farid Haddad'] } as const;
const BOOTH = { ko: '타로 점집', en: 'Tarot corner' } as const;
const LATE = { ko: '한유진', en: 'Grace Lee' } as const;

await mkdir(folder, { recursive: true });
for (const language of ['ko', 'en'] as const) {
  const festival = await startFestival({ visitors: NAMES[language].length, capacity: 3 });
  await festival.sql(`UPDATE booth SET name = '${BOOTH[language]}'; SELECT 1`);
  for (const [index, name] of NAMES[language].entries()) await festival.sql(`UPDATE users SET nickname = '${name}' WHERE id = ${festival.userIds[index]}; SELECT 1`);
  const env = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, KIOSK_BOOTH_ID: '1', KIOSK_LANGUAGE: language, KIOSK_ID: 'booth-1' };
  const kiosk = await launchKiosk({ env, viewport: { width: 1024, height: 600 } });
  try {
    const page = await kiosk.page();
    page.setDefaultTimeout(30_000);
    const shot = async (step: string): Promise<void> => {
      await settle(page);
      await page.screenshot({ path: join(folder, `guide-${step}-${language}.png`) });
    };
    await shift(page, language, shot, () => festival.redis.stop(), () => festival.redis.restart());
    console.info(`${language}: the shift is over; ${JSON.stringify(await festival.judge())}`);
  } finally {
    await kiosk.close();
    await festival.close();
  }
}

async function shift(page: Page, language: 'ko' | 'en', shot: (step: string) => Promise<void>, queueGoes: () => Promise<void>, queueReturns: () => Promise<void>): Promise<void> {
  const ready = (id: string) => page.locator(`[data-testid=${id}][data-state=ready]`).waitFor();
  const tap = async (kind: 'enter' | 'complete'): Promise<void> => {
    await settle(page);
    await page.locator(`[data-testid^=${kind}-]`).first().click();
    await page.locator(`[data-testid=outcome-${kind}][data-phase=saved]`).waitFor();
  };
  const call = async (): Promise<void> => {
    await ready('call');
    await settle(page);
    await page.getByTestId('call').click();
    await page.locator('[data-testid=outcome-call][data-phase=saved]').waitFor();
  };
  await ready('call');
  await shot('board');
  await call();
  await shot('called');
  await tap('enter');
  await call();
  await page.getByTestId('undo-bar').waitFor({ state: 'detached' });
  await shot('inside');
  await tap('complete');
  await shot('completed');

  const called = page.locator('[data-testid^=called-] [data-testid^=menu-]').first();
  await called.click();
  await shot('menu');
  await page.getByTestId('do-no-show').click();
  await page.getByTestId('undo').waitFor();
  await settle(page);
  await page.getByTestId('undo').click();
  await page.getByTestId('undo').waitFor({ state: 'detached' });

  await page.getByTestId('add').click();
  await page.getByTestId('name').fill(LATE[language]);
  await shot('add');
  await page.getByTestId('add-submit').click();
  await page.getByTestId('joined').waitFor();
  await page.getByTestId('close').click();

  await settle(page);
  await page.getByTestId('phase').click();
  await page.getByTestId('phase-pause').waitFor();
  await shot('phase');
  await page.getByTestId('phase-close').click();
  await page.getByTestId('reason-confirm').waitFor();
  await shot('close');
  await page.getByTestId('reason-back').click();
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });

  await queueGoes();
  await page.getByTestId('banner').waitFor();
  await shot('outage');
  await queueReturns();
  await page.getByTestId('banner').waitFor({ state: 'detached' });
}
