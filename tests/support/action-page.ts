/** What the tests of the menus and of what follows them share: opening, waiting until touches count, and what was sent. */
import type { Page } from 'playwright-core';
import type { TapAnswer } from '../../shared/channels.ts';
import { requests } from './fake-bridge.ts';

/** What appears takes no touch for a moment, and neither does what a menu uncovers: both may be meant for something else. */
export const settle = (page: Page): Promise<void> => waitOnPage(page, 700);

/** Waits until that much of the page's own time has passed. Asked in every frame, the page would do nothing else meanwhile. */
export async function waitOnPage(page: Page, ms: number): Promise<void> {
  const until = (await page.evaluate(() => performance.now())) + ms;
  await page.waitForFunction((time) => performance.now() > time, until, { polling: 50 });
}

export const sent = async (page: Page): Promise<readonly unknown[]> => (await requests(page)).map(({ channel, payload }) => [channel, payload]);
export const saved = (waitingId: number | null, person: TapAnswer['person'] = null): { readonly ok: true; readonly value: TapAnswer } => ({ ok: true, value: { operationId: `op-${waitingId}`, state: 'saved', person, waitingId } });
export const dialog = (page: Page) => page.locator('dialog[open]').last();
export const bar = (page: Page) => page.getByTestId('undo-bar');

/** Opens a menu and chooses one of its items. */
export const choose = (page: Page, menu: string, item: string): Promise<void> => chooseById(page, menu, `do-${item}`);

/** The same with an item of any name. It takes touches from a moment after it is there, which on a busy machine is not the moment of the click. */
export async function chooseById(page: Page, menu: string, itemId: string): Promise<void> {
  await page.getByTestId(menu).click();
  await page.getByTestId(itemId).waitFor();
  await settle(page);
  await page.getByTestId(itemId).click();
}
