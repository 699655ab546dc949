/** Who is at work: two taps, on any screen, and nothing of it where the settings name nobody. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, ok } from '../../shared/errors.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages, type Screen } from '../support/renderer-page.ts';
import { running, STAFF_NAMES } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const staffed = (chosen: string | null, names: readonly string[] = STAFF_NAMES) => running({ staff: { names, chosen } });
const show = (chosen: string | null, run: (page: Page) => Promise<void>, screen?: Screen) => async (): Promise<void> => {
  const page = await pages.open(staffed(chosen), screen);
  await run(page);
  await pages.done(page);
};
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

describe('who is at work', () => {
  it('is not asked where the settings name nobody', async () => {
    const page = await pages.open(running());
    expect(await page.getByTestId('staff').count()).toBe(0);
    await push(page, { staff: { names: ['김민지'], chosen: null } });
    await page.getByTestId('staff').waitFor();
    await pages.done(page);
  });

  it('is asked while nobody is chosen, and said once somebody is', show(null, async (page) => {
    expect(await page.getByTestId('staff').innerText()).toBe('Who is at work?');
    await push(page, { staff: { names: STAFF_NAMES, chosen: '박하은' } });
    await page.getByTestId('staff').getByText('박하은').waitFor();
    expect(await page.getByRole('button', { name: 'At work: \u2068박하은\u2069. Change' }).count()).toBe(1);
    await push(page, { language: 'ko', staff: { names: STAFF_NAMES, chosen: null } });
    await page.getByTestId('staff').getByText('근무자 선택').waitFor();
  }));

  it('is chosen with two taps', show(null, async (page) => {
    await page.getByTestId('staff').tap();
    await page.getByRole('button', { name: 'Sora Kim', exact: true }).tap();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await requests(page)).toEqual([{ channel: 'kiosk:choose-staff', payload: { name: 'Sora Kim' } }]);
    // Shown only when the main process says so.
    expect(await page.getByTestId('staff').innerText()).toBe('Who is at work?');
    await answer(page, 'kiosk:choose-staff', ok(null));
    await push(page, { staff: { names: STAFF_NAMES, chosen: 'Sora Kim' } });
    await page.getByTestId('staff').getByText('Sora Kim').waitFor();
  }, { width: 1280, height: 800, touch: true }));

  it('can be nobody again', show('최도윤', async (page) => {
    await page.getByTestId('staff').click();
    await page.getByRole('button', { name: 'Nobody' }).waitFor();
    const chosen = page.getByRole('button', { pressed: true });
    expect(await chosen.allInnerTexts()).toContain('최도윤');
    await page.getByRole('button', { name: 'Nobody' }).click();
    expect(await requests(page)).toEqual([{ channel: 'kiosk:choose-staff', payload: { name: null } }]);
  }));

  it('is told like any failure when it could not be kept', show(null, async (page) => {
    await page.getByTestId('staff').click();
    await page.getByRole('button', { name: '이서준', exact: true }).click();
    await answer(page, 'kiosk:choose-staff', fail('BAD_REQUEST', 'unknown'));
    await page.getByText('What was entered cannot be used.').first().waitFor();
  }));

  it('is reached, chosen and left by keyboard, with the focus where a person looks', show(null, async (page) => {
    await page.getByTestId('staff').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Who is at work?' }).waitFor();
    // The top of the list, not its end where nobody stands.
    expect(await focused(page)).toBe('김민지');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await requests(page)).toEqual([{ channel: 'kiosk:choose-staff', payload: { name: '이서준' } }]);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('staff');
    await push(page, { staff: { names: STAFF_NAMES, chosen: STAFF_NAMES.at(-1) ?? null } });
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await focused(page)).toBe(STAFF_NAMES.at(-1));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await requests(page)).toHaveLength(1);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('staff');
  }));
});

describe.each([{ width: 1280, height: 800 }, { width: 1024, height: 600 }])('twenty names, long ones among them, on $width×$height', (screen) => {
  it.each(['ko', 'en'] as const)('each is whole, large enough and within reach, %s', async (language) => {
    const page = await pages.open({ ...staffed('최도윤'), language }, screen);
    await page.getByTestId('staff').click();
    const choices = page.locator('.staff-choice');
    await choices.last().waitFor();
    expect(await choices.count()).toBe(21);
    const boxes = await choices.evaluateAll((elements) => elements.map((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return { left, right, width, height, cut: element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1 };
    }));
    for (const box of boxes) {
      expect(box).toMatchObject({ cut: false });
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(48);
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(screen.width);
    }
    // The last one can be scrolled to and tapped.
    await choices.last().click();
    expect(await requests(page)).toEqual([{ channel: 'kiosk:choose-staff', payload: { name: null } }]);
    await pages.done(page);
  });
});

it('nothing on these screens broke the content security policy or wrote to the console', () => {
  expect(pages.complaints).toEqual([]);
});
