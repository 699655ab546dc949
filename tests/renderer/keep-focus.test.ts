/** Where the keyboard goes on when the row it stood on leaves: to the row that moved up, and to the main button when none is left. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { saved, sent, settle } from '../support/action-page.ts';
import { actionPages } from '../support/action-pages.ts';
import { answer, push } from '../support/fake-bridge.ts';
import { busyBooth } from '../support/sample-snapshots.ts';

const { withPage } = actionPages();

/** Focus as the Tab key gives it. */
async function reach(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Tab');
  await page.getByTestId(id).focus();
}
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null);
const without = (waitingId: number) => ({ ...busyBooth, called: busyBooth.called.filter((visit) => visit.waitingId !== waitingId), insideList: busyBooth.insideList.filter((visit) => visit.waitingId !== waitingId) });

it('goes on at the same button of the row that moved up, and of the last row when the last has left', withPage(async (page) => {
  await reach(page, 'complete-301');
  await push(page, { booth: without(301) });
  expect(await focused(page)).toBe('complete-302');
  await reach(page, 'menu-2002');
  await push(page, { booth: without(502) });
  expect(await focused(page)).toBe('menu-2001');
}));

it('knows its place although rows before it have left meanwhile', withPage(async (page) => {
  await reach(page, 'complete-303');
  const later = { ...busyBooth, insideList: busyBooth.insideList.slice(2) };
  await push(page, { booth: later });
  expect(await focused(page)).toBe('complete-303');
  await push(page, { booth: { ...later, insideList: later.insideList.filter(({ waitingId }) => waitingId !== 303) } });
  expect(await focused(page)).toBe('complete-304');
}));

it('goes to the main button when nobody is left in the list', withPage(async (page) => {
  await reach(page, 'enter-500');
  await push(page, { booth: { ...busyBooth, called: [] } });
  expect(await focused(page)).toBe('call');
}));

it('the key that was meant for who has left does nothing to the next', withPage(async (page) => {
  await reach(page, 'complete-301');
  await push(page, { booth: without(301) });
  await page.keyboard.press('Enter');
  expect(await sent(page)).toEqual([]);
  await settle(page);
  await page.keyboard.press('Enter');
  expect(await sent(page)).toEqual([['visit:act', { waitingId: 302, kind: 'complete' }]]);
}));

it('the visitor of an open menu leaves: the focus comes back to who stands there now', withPage(async (page) => {
  await reach(page, 'menu-2001');
  await page.keyboard.press('Enter');
  await settle(page);
  await page.getByTestId('do-no-show').focus();
  await page.keyboard.press('Enter');
  await answer(page, 'visit:act', saved(501));
  await push(page, { booth: without(501) });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('menu-2002');
}));

it('after a finger nothing takes the focus, and nothing is held back', withPage(async (page) => {
  await page.getByTestId('complete-301').click();
  await answer(page, 'visit:act', saved(301));
  await push(page, { booth: without(301) });
  expect(await focused(page)).toBe(null);
}));
