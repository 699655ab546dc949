/** The menus: everything that can be done with a called visitor, with one who waits, and with the calls of a booth. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { TapAnswer } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import type { BoothView } from '../../shared/snapshot.ts';
import { bar, choose, chooseById, dialog, saved, sent, settle } from '../support/action-page.ts';
import { actionPages } from '../support/action-pages.ts';
import { answer, push } from '../support/fake-bridge.ts';
import { busyBooth, called, fullBooth, waiting, without } from '../support/sample-snapshots.ts';

const { withPage, complaints } = actionPages();

describe('the menu of a called visitor', () => {
  it.each([
    ['recall', { kind: 'recall' }],
    ['hold', { kind: 'hold' }],
    ['put-back', { kind: 'put-back' }],
    ['after-three', { kind: 'put-back', place: 'after-three' }],
    ['no-show', { kind: 'no-show' }],
    ['cancel', { kind: 'cancel' }],
  ])('%s: one request, the menu closes, and the column tells the outcome', async (item, payload) => {
    await withPage(async (page) => {
      await choose(page, 'menu-2001', item);
      expect(await sent(page)).toEqual([['visit:act', { waitingId: 501, ...payload }]]);
      expect(await page.locator('dialog[open]').count()).toBe(0);
      await answer(page, 'visit:act', saved(501));
      await page.locator(`[data-testid=outcome-${payload.kind}][data-phase=saved]`).waitFor();
    })();
  });

  it('is a dialog with the visitor’s name, large items, arrow keys, and gives the focus back', withPage(async (page) => {
    await page.getByTestId('menu-2002').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /Jun.*#6/ }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
    expect(await focused()).toBe('do-recall');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('do-hold');
    await page.keyboard.press('End');
    expect(await focused()).toBe('do-cancel');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('do-cancel');
    const heights = await dialog(page).locator('button').evaluateAll((buttons) => buttons.map((button) => Math.min(button.getBoundingClientRect().height, button.getBoundingClientRect().width)));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(48);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await focused()).toBe('menu-2002');
    await page.getByTestId('menu-2002').click();
    await page.mouse.click(20, 400);
    await dialog(page).waitFor({ state: 'detached' });
    expect(await sent(page)).toEqual([]);
  }));

  it('a double tap on the row does not choose what appears under the finger, nor a held key', withPage(async (page) => {
    await page.evaluate(async () => {
      document.querySelector<HTMLElement>('[data-testid=menu-2001]')?.click();
      while (document.querySelector('[data-testid=do-no-show]') === null) await new Promise(requestAnimationFrame);
      document.querySelector<HTMLElement>('[data-testid=do-no-show]')?.click();
    });
    expect(await sent(page)).toEqual([]);
    await settle(page);
    await page.getByTestId('do-recall').focus();
    await page.keyboard.down('Enter');
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect(await sent(page)).toHaveLength(1);
  }));

  it('the second touch of a double tap on an item does nothing to what was behind the menu', withPage(async (page) => {
    await page.getByTestId('menu-2001').click();
    await settle(page);
    await page.evaluate(async () => {
      document.querySelector<HTMLElement>('[data-testid=do-recall]')?.click();
      while (document.querySelector('dialog[open]') !== null) await new Promise(requestAnimationFrame);
      document.querySelector<HTMLElement>('[data-testid=enter-500]')?.click();
      document.querySelector<HTMLElement>('[data-testid=call]')?.click();
    });
    expect(await sent(page)).toEqual([['visit:act', { waitingId: 501, kind: 'recall' }]]);
  }));

  it('while something is under way with the visitor nothing else is begun, with two fingers or two menus', withPage(async (page) => {
    await page.getByTestId('enter-501').click();
    await page.getByTestId('menu-2001').click();
    await settle(page);
    await page.getByTestId('do-no-show').getByText('Under way. One moment, please.').waitFor();
    await page.getByTestId('do-no-show').click({ force: true });
    expect(await sent(page)).toEqual([['visit:act', { waitingId: 501, kind: 'enter' }]]);
    await answer(page, 'visit:act', fail('CONTENDED', 'no'));
    await page.getByTestId('do-no-show').getByText('They did not come.').waitFor();
  }));

  it('says it when the visitor has been dealt with elsewhere, and stays until it is closed', withPage(async (page) => {
    await page.getByTestId('menu-2001').click();
    await page.getByTestId('do-cancel').waitFor();
    await push(page, { booth: { ...busyBooth, called: busyBooth.called.filter(({ waitingId }) => waitingId !== 501) } });
    await page.getByTestId('menu-gone').getByText('This visitor has been dealt with already.').waitFor();
    expect(await page.getByTestId('do-cancel').count()).toBe(0);
    await page.getByTestId('close').click();
    await dialog(page).waitFor({ state: 'detached' });
  }));

  it('while Redis is away what needs the queue says so, and the rest works; while MySQL is away nothing does', withPage(async (page) => {
    await page.getByTestId('menu-2001').click();
    const blocked = () => dialog(page).locator('[data-state=blocked]').evaluateAll((items) => items.map((item) => item.getAttribute('data-testid')));
    await page.getByTestId('do-put-back').getByText('Waiting for Redis to come back.').waitFor();
    expect(await blocked()).toEqual(['do-put-back', 'do-after-three']);
    await settle(page);
    await page.getByTestId('do-put-back').click({ force: true });
    expect(await sent(page)).toEqual([]);
    await push(page, { stores: without('ledger') });
    await page.getByTestId('do-hold').getByText(/Waiting for (MariaDB|MySQL)/).waitFor();
    expect(await blocked()).toHaveLength(6);
  }, { stores: without('queue') }));

  it('tells what the countdown comes to, and speaks of it to nobody each second', withPage(async (page) => {
    await page.getByTestId('menu-2001').click();
    await dialog(page).getByText(/^Counts as a no-show in 0:[0-4]\d\. That can still be undone afterwards\.$/).waitFor();
    expect(await dialog(page).locator('[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=timer]').count()).toBe(0);
    expect(await page.getByTestId('countdown').evaluateAll((all) => all.filter((one) => one.closest('[aria-live]') !== null).length)).toBe(0);
  }));

  it.each([
    [{ ok: false, error: { code: 'INVALID_STATUS', message: 'x' } } as const, 'refused', 'Somebody else was faster with this visitor. Please check the list.'],
    [ok({ operationId: 'op', state: 'checking' as const, person: null, waitingId: 501 }), 'checking', 'Checking whether it was saved for'],
  ])('an outcome that is not saved is told as it is', async (result, phase, words) => {
    await withPage(async (page) => {
      await choose(page, 'menu-2001', 'put-back');
      await answer(page, 'visit:act', result);
      await page.locator(`[data-testid=outcome-put-back][data-phase=${phase}]`).getByText(words).waitFor();
    })();
  });
});

/** Shows another booth, and taps in the very frame in which the warning of a full one has come, or gone. */
async function tapAsSoonAs(page: Page, warned: boolean, button: string, booth: BoothView): Promise<void> {
  const tapped = page.evaluate(async ([wanted, id]) => {
    while ((document.querySelector('.menu-warning') !== null) !== wanted) await new Promise(requestAnimationFrame);
    document.querySelector<HTMLElement>(`[data-testid=${id}]`)?.click();
  }, [warned, button] as const);
  await push(page, { booth });
  await tapped;
}

describe('the menu of somebody who waits', () => {
  it('calls out of turn, for a reason chosen or typed', withPage(async (page) => {
    await choose(page, 'menu-1002', 'chosen');
    await settle(page);
    await page.getByTestId('reason-2').click();
    expect(await sent(page)).toEqual([['booth:call-chosen', { boothId: 7, userId: 1002, reason: 'Their group is inside', overCapacity: false }]]);
    await answer(page, 'booth:call-chosen', saved(900, waiting(2)));
    await page.locator('[data-testid=outcome-call][data-phase=saved]').getByText('Sora Kim').waitFor();
    await settle(page);
    await settle(page);
    await settle(page);
    await choose(page, 'menu-1001', 'chosen');
    await settle(page);
    await page.getByTestId('reason-own').fill('  the band plays at three ');
    await page.keyboard.press('Enter');
    expect((await sent(page)).at(-1)).toEqual(['booth:call-chosen', { boothId: 7, userId: 1001, reason: 'the band plays at three', overCapacity: false }]);
  }));

  it('takes them out of the queue for a reason; without one nothing happens, and back leads back', withPage(async (page) => {
    await choose(page, 'menu-1000', 'leave');
    await settle(page);
    await page.keyboard.press('Tab');
    await page.getByTestId('reason-give').click({ force: true });
    await page.getByTestId('reason-back').click();
    await page.getByTestId('do-leave').waitFor();
    await settle(page);
    await page.getByTestId('do-leave').click();
    await settle(page);
    await page.getByTestId('reason-1').click();
    expect(await sent(page)).toEqual([['booth:leave', { boothId: 7, userId: 1000, reason: 'Does not want to wait any more' }]]);
    await answer(page, 'booth:leave', fail('NOT_IN_QUEUE', 'no'));
    await page.locator('[data-testid=outcome-leave][data-phase=refused]').getByText('does not wait here').waitFor();
  }));

  it('in a full booth says that it lets one more in, and asks for it', withPage(async (page) => {
    await choose(page, 'menu-1002', 'chosen');
    await dialog(page).getByText('The booth is full. Choosing a reason lets in one more').waitFor();
    await settle(page);
    await page.getByTestId('reason-1').click();
    expect(await sent(page)).toEqual([['booth:call-chosen', { boothId: 7, userId: 1002, reason: 'Unwell, or with small children', overCapacity: true }]]);
  }, { booth: fullBooth }));

  it.each([
    ['fills up', { booth: busyBooth }, fullBooth, true],
    ['gets room', { booth: fullBooth }, busyBooth, false],
  ] as const)('a booth that %s while the reason is asked for: what was typed or aimed at before is no answer to what is asked now', async (_name, before, after, overCapacity) => {
    await withPage(async (page) => {
      await choose(page, 'menu-1002', 'chosen');
      await settle(page);
      await page.getByTestId('reason-own').fill('the band');
      await tapAsSoonAs(page, overCapacity, 'reason-1', after);
      expect(await sent(page)).toEqual([]);
      expect(await page.getByTestId('reason-own').inputValue()).toBe('');
      await settle(page);
      await page.getByTestId('reason-1').click();
      expect(await sent(page)).toEqual([['booth:call-chosen', { boothId: 7, userId: 1002, reason: 'Unwell, or with small children', overCapacity }]]);
    }, before)();
  });

  it('is one stop of the Tab key however many wait, and arrows reach all', withPage(async (page) => {
    expect(await page.locator('.queue button').evaluateAll((all) => all.filter((button) => button.tabIndex === 0).length)).toBe(1);
    await page.getByTestId('menu-1001').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /Sora Kim/ }).waitFor();
  }));
});

describe('the menu of the calls', () => {
  it('calls several, tells how many and why not all, and marks them', withPage(async (page) => {
    // Right after another call: only a second touch of the main button is taken for the second of a double tap.
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', saved(899, waiting(2)));
    await chooseById(page, 'more', 'several-3');
    expect(await sent(page)).toEqual([['booth:call-next', { boothId: 7 }], ['booth:call-several', { boothId: 7, count: 3 }]]);
    const calls = [waiting(0), waiting(1)].map((person, index): TapAnswer => ({ operationId: `op-${index}`, state: 'saved', person, waitingId: 900 + index }));
    await answer(page, 'booth:call-several', ok({ calls, stopped: { code: 'BOOTH_FULL', message: 'full', params: { inside: 18, called: 2, capacity: 20 } } }));
    await page.locator('[data-testid=outcome-call][data-phase=saved]').getByText('Saved: 2 called, and no more. Full: 18 inside and 2 called, of 20. Complete a visit first.').waitFor();
    await push(page, { booth: { ...busyBooth, called: calls.map(({ person, waitingId }) => ({ ...called(0, 0), ...person, waitingId: waitingId ?? 0 })) } });
    await page.getByTestId('just-called').nth(1).waitFor();
    // Each of them can be taken back, the last first.
    await bar(page).getByText('이서준').waitFor();
    await settle(page);
    await page.getByTestId('undo').click();
    expect((await sent(page)).at(-1)).toEqual(['visit:act', { waitingId: 901, kind: 'undo-call' }]);
    await answer(page, 'visit:act', saved(901, waiting(1)));
    await bar(page).getByText('Undone').waitFor();
    await page.getByTestId('undo-bar').getByText('김민지').waitFor();
  }));

  it('a finger that lands on the main button as the menu closes calls nobody else', withPage(async (page) => {
    await page.getByTestId('more').click();
    await settle(page);
    const word = await page.evaluate(async () => {
      const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`);
      find('several-2')?.click();
      while (document.querySelector('dialog[open]') !== null) await new Promise(requestAnimationFrame);
      find('call')?.click();
      while (find('call')?.innerText !== 'One moment…') await new Promise(requestAnimationFrame);
      return find('call')?.innerText;
    });
    expect(word).toBe('One moment…');
    expect(await sent(page)).toEqual([['booth:call-several', { boothId: 7, count: 2 }]]);
  }));

  it('where room comes meanwhile, one more needs no reason any more, and what has moved takes no touch for a moment', withPage(async (page) => {
    await page.getByTestId('more').click();
    await settle(page);
    await page.getByTestId('do-over').click();
    await page.getByTestId('reason-form').waitFor();
    await settle(page);
    await tapAsSoonAs(page, false, 'several-2', busyBooth);
    expect(await page.getByTestId('do-over').count()).toBe(0);
    expect(await sent(page)).toEqual([]);
    await push(page, { booth: fullBooth });
    await page.getByTestId('do-over').waitFor();
    expect(await page.getByTestId('reason-form').count()).toBe(0);
  }, { booth: fullBooth }));

  it('offers no more than there is room for, and one more only when there is none', withPage(async (page) => {
    await page.getByTestId('more').click();
    await page.locator('[data-testid^=several-]').first().waitFor();
    const blocked = () => page.locator('[data-testid^=several-][data-state=blocked]').count();
    expect(await blocked()).toBe(2);
    expect(await page.getByTestId('do-over').count()).toBe(0);
    await push(page, { booth: fullBooth });
    await page.getByTestId('do-over').waitFor();
    expect(await blocked()).toBe(4);
    await settle(page);
    await page.getByTestId('do-over').click();
    await settle(page);
    await page.getByTestId('reason-1').click();
    expect(await sent(page)).toEqual([['booth:call-next', { boothId: 7, reason: 'A supervisor agreed', overCapacity: true }]]);
  }, { booth: { ...busyBooth, capacity: 18 } }));
});

it('nothing was complained about', () => expect(complaints()).toEqual([]));
