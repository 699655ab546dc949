/** What the tests of the menus and of what follows them share: opening, waiting until touches count, and what was sent. */
import type { Page } from 'playwright-core';
import type { TapAnswer } from '../../shared/channels.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { requests } from './fake-bridge.ts';
import type { RendererPages } from './renderer-page.ts';
import { running } from './sample-snapshots.ts';

/** A test on a page of its own that shows a busy booth, once what is not part of the first load has arrived. */
export const onPage = (pages: () => RendererPages) => (run: (page: Page) => Promise<void>, changes: Partial<Snapshot> = {}) => async (): Promise<void> => {
  const page = await pages().open(running(changes), { width: 1280, height: 800 });
  await page.locator('.below-lists').waitFor({ state: 'attached' });
  await run(page);
  await pages().done(page);
};

/** What appears takes no touch for a moment, and neither does what a menu uncovers: both may be meant for something else. */
export async function settle(page: Page): Promise<void> {
  const now = await page.evaluate(() => performance.now());
  await page.waitForFunction((since) => performance.now() > since + 700, now);
}

export const sent = async (page: Page): Promise<readonly unknown[]> => (await requests(page)).map(({ channel, payload }) => [channel, payload]);
export const saved = (waitingId: number | null, person: TapAnswer['person'] = null): { readonly ok: true; readonly value: TapAnswer } => ({ ok: true, value: { operationId: `op-${waitingId}`, state: 'saved', person, waitingId } });
export const dialog = (page: Page) => page.locator('dialog[open]').last();
export const bar = (page: Page) => page.getByTestId('undo-bar');

/** Opens a menu and chooses one of its items. */
export async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByTestId(menu).click();
  await settle(page);
  await page.getByTestId(`do-${item}`).click();
}
