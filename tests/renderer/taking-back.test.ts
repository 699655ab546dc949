/** What follows an action: taking it back, who went lately, the whole queue, and several booths on one kiosk. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { DepartureView } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import type { BoothView } from '../../shared/snapshot.ts';
import { bar, choose, dialog, saved, sent, settle } from '../support/action-page.ts';
import { actionPages } from '../support/action-pages.ts';
import { answer, push } from '../support/fake-bridge.ts';
import { busyBooth, called, fullBooth, NOW, waiting, without } from '../support/sample-snapshots.ts';

const { withPage, complaints } = actionPages();

describe('taking back', () => {
  const complete = async (page: Page, id = 300): Promise<void> => {
    await page.getByTestId(`complete-${id}`).click();
    await answer(page, 'visit:act', saved(id));
    await bar(page).waitFor();
  };

  it.each([
    ['call', 'undo-call', 'waits again, at their own place'],
    ['no-show', 'undo-no-show', 'is called again'],
    ['cancel', 'undo-cancel', 'is called again'],
    ['complete', 'undo-complete', 'is inside again'],
  ] as const)('%s, for eight seconds, and then says what is true', async (kind, undo, words) => {
    await withPage(async (page) => {
      const [id, person] = kind === 'call' ? [900, waiting(0)] : kind === 'complete' ? [300, null] : [501, null];
      if (kind === 'call') await page.getByTestId('call').click();
      else if (kind === 'complete') await page.getByTestId('complete-300').click();
      else await choose(page, 'menu-2001', kind);
      await answer(page, kind === 'call' ? 'booth:call-next' : 'visit:act', saved(id, person));
      await bar(page).locator('.undo-time').waitFor({ state: 'attached' });
      await settle(page);
      await page.getByTestId('undo').click();
      expect((await sent(page)).at(-1)).toEqual(['visit:act', { waitingId: id, kind: undo }]);
      await answer(page, 'visit:act', saved(id, person));
      await bar(page).getByText(words).waitFor();
      expect(await page.getByTestId('undo').count()).toBe(0);
      await bar(page).waitFor({ state: 'detached' });
    })();
  });

  it('is no offer any more after eight seconds, and none for what cannot be taken back', withPage(async (page) => {
    await choose(page, 'menu-2001', 'put-back');
    await answer(page, 'visit:act', saved(501));
    await page.locator('[data-testid=outcome-put-back][data-phase=saved]').waitFor();
    expect(await bar(page).count()).toBe(0);
    await settle(page);
    const since = await page.evaluate(() => performance.now());
    await complete(page);
    await bar(page).waitFor({ state: 'detached', timeout: 12_000 });
    expect(await page.evaluate(() => performance.now())).toBeGreaterThanOrEqual(since + 8_000);
  }));

  it('the newest is in sight; undone, the one before comes back', withPage(async (page) => {
    await complete(page, 300);
    await settle(page);
    await complete(page, 301);
    await bar(page).getByText('최도윤').waitFor();
    await settle(page);
    await page.getByTestId('undo').click();
    await answer(page, 'visit:act', saved(301));
    await bar(page).getByText('최도윤').waitFor();
    await bar(page).getByText('Jun').waitFor();
    expect((await sent(page)).slice(2)).toEqual([['visit:act', { waitingId: 301, kind: 'undo-complete' }]]);
  }));

  it('a finger on its way when the bar changes hits nobody, a double tap undoes once, Control+Z undoes', withPage(async (page) => {
    await page.getByTestId('complete-300').click();
    await answer(page, 'visit:act', saved(300));
    await page.evaluate(async () => {
      while (document.querySelector('[data-testid=undo]') === null) await new Promise(requestAnimationFrame);
      document.querySelector<HTMLElement>('[data-testid=undo]')?.click();
    });
    expect(await sent(page)).toHaveLength(1);
    await settle(page);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect((await sent(page)).slice(1)).toEqual([['visit:act', { waitingId: 300, kind: 'undo-complete' }]]);
  }));

  it('refused for good, it says why and offers nothing; refused for the moment, it can be tried again', withPage(async (page) => {
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', saved(900, waiting(0)));
    await bar(page).waitFor();
    await settle(page);
    await page.getByTestId('undo').click();
    await answer(page, 'visit:act', fail('VISIT_BUSY', 'no'));
    await bar(page).getByText('not undone. Another kiosk is handling this visitor.').waitFor();
    await settle(page);
    await page.getByTestId('undo').click();
    await answer(page, 'visit:act', fail('INVALID_STATUS', 'no'));
    await bar(page).getByText('not undone. Somebody else was faster with this visitor.').waitFor();
    expect(await page.getByTestId('undo').count()).toBe(0);
    expect(await page.getByRole('alert').innerText()).toContain('Somebody else was faster');
  }));

  it('not known yet, it says that, then the truth', withPage(async (page) => {
    await complete(page);
    await settle(page);
    await page.getByTestId('undo').click();
    await answer(page, 'visit:act', ok({ operationId: 'op-u', state: 'checking', person: null, waitingId: 300 }));
    await bar(page).getByText('checking whether it was undone').waitFor();
    await push(page, { pending: [], settled: [{ operationId: 'op-u', kind: 'undo-complete', outcome: 'done', person: null }] });
    await bar(page).getByText('is inside again').waitFor();
  }));

  it('moves no button, is reached by keyboard, and rests with a word while the queue is away', withPage(async (page) => {
    const places = () => page.locator('.visit-button').evaluateAll((all) => all.map((button) => [button.dataset['testid'], button.getBoundingClientRect().y]));
    await page.getByTestId('call').click();
    const before = await places();
    await answer(page, 'booth:call-next', saved(900, waiting(0)));
    await bar(page).waitFor();
    expect(await places()).toEqual(before);
    expect(await page.getByTestId('undo').evaluate((button) => Math.round(button.getBoundingClientRect().height))).toBeGreaterThanOrEqual(48);
    await page.getByTestId('undo').focus();
    await push(page, { stores: without('queue') });
    await page.getByTestId('undo').getByText('Waiting for Redis to come back.').waitFor();
    await settle(page);
    await page.keyboard.press('Enter');
    expect(await sent(page)).toHaveLength(1);
  }));

  it('without motion shows the seconds alone', withPage(async (page) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await complete(page);
    await page.locator('.undo-seconds').getByText(/^[1-8] s$/).waitFor();
    expect(await page.locator('.undo-time').isVisible()).toBe(false);
    await page.context().close();
  }));
});

const went = (index: number, minutesAgo: number, rest: Partial<DepartureView>): DepartureView => ({
  userId: 4000 + index, name: ['Ara', 'Ben', 'Cho'][index] ?? '', number: 70 + index, waitingId: 800 + index, kind: 'no-show', at: NOW - minutesAgo * 60_000, staff: null, reason: null, by: 'time', announced: null, ...rest,
});
const openSheet = async (page: Page, item: 'search' | 'gone'): Promise<void> => {
  await choose(page, 'more', item);
  await dialog(page).waitFor();
};

describe('who went lately', () => {
  const list = [went(0, 2, {}), went(1, 5, { kind: 'complete', by: 'person', staff: '김민지' }), went(2, 9, { kind: 'leave', waitingId: null, by: 'person', staff: 'Sora', reason: 'Registered twice' }), went(3, 10, { kind: 'dismiss', waitingId: null, by: 'person', reason: 'Rain', announced: 'failed' }), went(4, 10, { kind: 'dismiss', waitingId: null, by: 'person', reason: 'Rain', announced: 'pending' })];

  it('what happened, when, by whom and why; only what can be taken back has a menu', withPage(async (page) => {
    await answer(page, 'booth:list-departures', ok(list));
    await openSheet(page, 'gone');
    await page.getByTestId('gone-800').waitFor();
    expect(await page.getByTestId('gone-800').innerText()).toMatch(/Ara\s*#70[\s\S]*No-show 14:18 · by itself, time ran out/);
    expect(await page.getByTestId('gone-801').innerText()).toMatch(/Completion 14:15 · .*김민지/);
    expect(await page.getByTestId('gone-4002').innerText()).toMatch(/Leaving the queue 14:11 · .*Sora[\s\S]*Registered twice/);
    expect(await page.getByTestId('gone-4003').innerText()).toMatch(/Dismissal 14:10[\s\S]*Rain[\s\S]*Could not be told of it/);
    expect(await page.getByTestId('gone-4004').innerText()).not.toMatch(/told/);
    expect(await page.locator('.gone-list button').count()).toBe(2);
  }));

  it.each([
    ['undo', null, { waitingId: 800, kind: 'undo-no-show' }],
    ['admit', 'reason-1', { waitingId: 800, kind: 'admit', reason: 'Came late' }],
    ['requeue', 'reason-3', { waitingId: 800, kind: 'requeue', reason: 'A supervisor agreed' }],
  ])('%s: with a reason where one is due; the list is read again and tells the outcome', async (item, reason, payload) => {
    await withPage(async (page) => {
      await answer(page, 'booth:list-departures', ok(list));
      await openSheet(page, 'gone');
      await page.getByTestId('menu-4000').click();
      await settle(page);
      await page.getByTestId(`do-${item}`).click();
      if (reason !== null) {
        await settle(page);
        await page.getByTestId(reason).click();
      }
      expect((await sent(page)).at(-1)).toEqual(['visit:act', payload]);
      await answer(page, 'visit:act', saved(800));
      await dialog(page).locator(`[data-testid=outcome-${payload.kind}][data-phase=saved]`).waitFor();
      await answer(page, 'booth:list-departures', ok(list.slice(1)));
      await push(page, {});
      await page.getByTestId('gone-800').waitFor({ state: 'detached' });
    })();
  });

  it('in a full booth letting in, and taking back, ask for a reason and one more', withPage(async (page) => {
    await answer(page, 'booth:list-departures', ok(list));
    await openSheet(page, 'gone');
    await page.getByTestId('menu-4001').click();
    await settle(page);
    await page.getByTestId('do-undo').click();
    await dialog(page).getByText('The booth is full. Choosing a reason').waitFor();
    await dialog(page).getByText('Why one more? Tap a reason, and it is undone.').waitFor();
    await settle(page);
    await page.getByTestId('reason-1').click();
    expect((await sent(page)).at(-1)).toEqual(['visit:act', { waitingId: 801, kind: 'undo-complete', reason: 'A supervisor agreed', overCapacity: true }]);
  }, { booth: fullBooth }));

  it('a booth that fills up while the reason is asked for: what was typed or aimed at before is no answer to what is asked now', withPage(async (page) => {
    await answer(page, 'booth:list-departures', ok(list));
    await openSheet(page, 'gone');
    await page.getByTestId('menu-4000').click();
    await settle(page);
    await page.getByTestId('do-admit').click();
    await settle(page);
    await page.getByTestId('reason-own').fill('the band');
    const tapped = page.evaluate(async () => {
      while (document.querySelector('.menu-warning') === null) await new Promise(requestAnimationFrame);
      document.querySelector<HTMLElement>('[data-testid=reason-1]')?.click();
    });
    await push(page, { booth: fullBooth });
    await tapped;
    expect((await sent(page)).filter((each) => JSON.stringify(each).includes('visit:act'))).toEqual([]);
    expect(await page.getByTestId('reason-own').inputValue()).toBe('');
    await settle(page);
    await page.getByTestId('reason-1').click();
    expect((await sent(page)).at(-1)).toEqual(['visit:act', { waitingId: 800, kind: 'admit', reason: 'Came late', overCapacity: true }]);
  }));

  it('where room comes meanwhile, taking back needs no reason any more', withPage(async (page) => {
    await answer(page, 'booth:list-departures', ok(list));
    await openSheet(page, 'gone');
    await page.getByTestId('menu-4001').click();
    await settle(page);
    await page.getByTestId('do-undo').click();
    await page.getByTestId('reason-form').waitFor();
    await push(page, { booth: busyBooth });
    await page.getByTestId('reason-form').waitFor({ state: 'detached' });
    await settle(page);
    await page.getByTestId('do-undo').click();
    expect((await sent(page)).at(-1)).toEqual(['visit:act', { waitingId: 801, kind: 'undo-complete' }]);
  }, { booth: fullBooth }));

  it('says that nobody went, or why it cannot be read, and reads again when things change', withPage(async (page) => {
    await answer(page, 'booth:list-departures', fail('LEDGER_UNREACHABLE', 'down'));
    await openSheet(page, 'gone');
    await dialog(page).getByText('The history server (MySQL) cannot be reached.').waitFor();
    await answer(page, 'booth:list-departures', ok([]));
    await push(page, {});
    await dialog(page).getByText('Nobody went in the last 30 minutes.').waitFor();
  }));
});

describe('the whole queue', () => {
  const queue = Array.from({ length: 1_000 }, (_, index) => ({ ...waiting(index), name: `Visitor ${index}`, number: index % 2 === 0 ? 12 + index : null }));

  it('a thousand open with the rows in sight alone, at six times less speed, and are found by name and number', withPage(async (page) => {
    const client = await page.context().newCDPSession(page);
    await page.getByTestId('more').click();
    await settle(page);
    await client.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await answer(page, 'booth:list-queue', ok({ entries: queue, total: 1_000 }));
    await page.getByTestId('do-search').click();
    await dialog(page).getByText('Visitor 0', { exact: true }).waitFor();
    expect(await page.locator('.queue-rows li').count()).toBeLessThan(40);
    await dialog(page).evaluate((element) => element.scrollTo(0, 500 * 72));
    await page.locator('.queue-rows').getByText(/^Visitor 49\d$/).first().waitFor();
    await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await page.getByTestId('queue-search').fill('isitor 999');
    await dialog(page).getByText('1 found').waitFor();
    await page.locator('.queue-rows li:only-child').filter({ hasText: /1000[\s\S]*Visitor 999/ }).waitFor();
    // The very number first, then those that begin with it.
    await page.getByTestId('queue-search').fill('#14');
    await page.locator('.queue-rows li').first().getByText('#14', { exact: true }).waitFor();
    await page.getByTestId('queue-search').fill('nobody at all');
    await dialog(page).getByText('Nobody fits. Try other letters.').waitFor();
  }), 30_000);

  it('a row opens the menu over the sheet; closed, the sheet is there with what was looked for', withPage(async (page) => {
    await answer(page, 'booth:list-queue', ok({ entries: queue, total: 1_200 }));
    await openSheet(page, 'search');
    await page.getByTestId('queue-search').fill('Visitor 777');
    await page.getByTestId('menu-1777').click();
    await page.getByRole('dialog', { name: /Visitor 777/ }).getByText('Number 778 in the queue now.').waitFor();
    await settle(page);
    await page.getByTestId('do-leave').click();
    await settle(page);
    await page.getByTestId('reason-2').click();
    expect((await sent(page)).at(-1)).toEqual(['booth:leave', { boothId: 7, userId: 1777, reason: 'Registered twice' }]);
    await answer(page, 'booth:leave', saved(null, { userId: 1777, name: 'Visitor 777', number: null }));
    await dialog(page).locator('[data-testid=outcome-leave][data-phase=saved]').waitFor();
    expect(await page.getByTestId('queue-search').inputValue()).toBe('Visitor 777');
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
  }));
});

describe('several booths on one kiosk', () => {
  const other: BoothView = { ...busyBooth, id: 8, name: '타로 점집', called: [{ ...called(0, 20_000), waitingId: 700, userId: 5_000 }], insideList: [], inside: 0, current: 0 };

  it('an answer that comes after another booth was chosen is told under the name of its own, and takes nothing there', withPage(async (page) => {
    await page.getByTestId('call').click();
    await push(page, { booth: other });
    const elsewhere = page.getByTestId('elsewhere');
    await elsewhere.getByText(/치킨 부스.*Calling/).waitFor();
    expect(await page.getByTestId('outcome-call').count()).toBe(0);
    // The main button of the other booth is free: that tap was not for it.
    expect(await page.getByTestId('call').getAttribute('aria-disabled')).toBe('false');
    await answer(page, 'booth:call-next', saved(900, { userId: 1000, name: '', number: null }));
    await elsewhere.getByText(/치킨 부스.*Saved/).waitFor();
    expect(await bar(page).count()).toBe(0);
    expect(await page.getByTestId('just-called').count()).toBe(0);
    // Back at its booth, it can still be taken back there.
    await push(page, { booth: busyBooth });
    await bar(page).waitFor();
    await settle(page);
    await page.getByTestId('undo').click();
    expect((await sent(page)).at(-1)).toEqual(['visit:act', { waitingId: 900, kind: 'undo-call' }]);
  }));

  it('one that is saved and not through yet is told as saved without a gap', withPage(async (page) => {
    await page.getByTestId('complete-300').click();
    await push(page, { booth: other });
    const elsewhere = page.getByTestId('elsewhere');
    await elsewhere.waitFor();
    await answer(page, 'visit:act', ok({ operationId: 'op-c', state: 'catching-up', person: { userId: 3_000, name: '', number: null }, waitingId: 300 }));
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await elsewhere.allInnerTexts()).toEqual([expect.stringMatching(/치킨 부스.*Saved/)]);
  }));

  it('a refusal and an open question stay with their booth', withPage(async (page) => {
    await choose(page, 'menu-2001', 'cancel');
    await settle(page);
    await page.getByTestId('complete-300').click();
    await push(page, { booth: other });
    await answer(page, 'visit:act', fail('INVALID_STATUS', 'no'));
    await answer(page, 'visit:act', ok({ operationId: 'op-c', state: 'checking', person: { userId: 3_000, name: '', number: null }, waitingId: 300 }));
    const elsewhere = page.getByTestId('elsewhere');
    await elsewhere.getByText(/치킨 부스.*Somebody else was faster/).waitFor();
    // The other booth's lists say nothing of this visit, and the name is the one that was tapped on.
    await elsewhere.getByText(/치킨 부스.*Checking the completion of.*Jun/).waitFor();
    await push(page, { pending: [{ operationId: 'op-c', kind: 'complete', state: 'checking', person: null, boothId: 7, waitingId: 300, since: Date.now() }] });
    await push(page, { pending: [] });
    await elsewhere.getByText(/치킨 부스.*The list shows what is true/).waitFor();
    expect(await page.locator('.outcome:not(.elsewhere *)').count()).toBe(0);
  }));

  it('a menu that is open keeps to the booth it was opened for', withPage(async (page) => {
    await page.getByTestId('menu-2001').click();
    await page.getByTestId('do-cancel').waitFor();
    // Another visitor of the same number of visit cannot be meant, whatever is on screen.
    await push(page, { booth: { ...other, called: [{ ...called(1, 0) }] } });
    await page.getByTestId('menu-gone').waitFor();
    expect(await page.getByTestId('do-cancel').count()).toBe(0);
  }));
});

it('nothing was complained about', () => expect(complaints()).toEqual([]));
